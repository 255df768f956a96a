//! A mail's headers in the order and manner of each program, and its parts put together.

use super::body::Body;
use super::mime::{Part, Transfer, base64_line, hash, header_text, mailbox};
use super::parent::Addressee;
use super::program::{Client, File, Program};
use crate::desk::people::Language;
use crate::time::Timestamp;

/// What stands in the headers.
pub(super) struct Head {
    pub(super) to: Vec<Addressee>,
    pub(super) cc: Vec<Addressee>,
    pub(super) subject: String,
    pub(super) at: Timestamp,
    pub(super) message_id: String,
    pub(super) references: Vec<String>,
    pub(super) extra: Vec<(String, String)>,
}

/// The headers of a program in its own order; what has no value is left out.
fn order(program: Program) -> &'static [&'static str] {
    match program {
        Program::Gmail => &["MIME-Version", "References", "In-Reply-To", "From", "Date", "Message-ID", "Subject", "To", "Cc"],
        Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb => &[
            "From",
            "To",
            "Cc",
            "Subject",
            "Thread-Topic",
            "Thread-Index",
            "Date",
            "Message-ID",
            "References",
            "In-Reply-To",
            "Accept-Language",
            "Content-Language",
            "X-MS-Has-Attach",
            "X-MS-TNEF-Correlator",
            "MIME-Version",
        ],
        Program::AppleMail => {
            &["From", "Mime-Version", "Subject", "Date", "References", "To", "Cc", "In-Reply-To", "Message-Id", "X-Mailer"]
        }
        Program::Thunderbird | Program::ThunderbirdHtml => &[
            "Message-ID",
            "Date",
            "MIME-Version",
            "User-Agent",
            "Subject",
            "To",
            "Cc",
            "References",
            "Content-Language",
            "From",
            "In-Reply-To",
        ],
        Program::K9 => {
            &["Date", "From", "To", "Cc", "Subject", "User-Agent", "In-Reply-To", "References", "Message-ID", "MIME-Version"]
        }
        Program::Mutt => {
            &["Date", "From", "To", "Cc", "Subject", "Message-ID", "References", "MIME-Version", "In-Reply-To", "User-Agent"]
        }
    }
}

fn value(client: &Client, head: &Head, files: bool, name: &str) -> Option<String> {
    if let Some((_, value)) = head.extra.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
        return Some(value.clone());
    }
    let list = |people: &[Addressee]| {
        let people: Vec<String> = people.iter().map(|who| mailbox(&who.name, &who.address)).collect();
        (!people.is_empty()).then(|| people.join(",\r\n "))
    };
    let german = client.language == Language::German;
    let topic = || match head.subject.split_once(": ") {
        Some((prefix, rest)) if prefix.len() <= 3 => rest,
        _ => &head.subject,
    };
    match name {
        "From" => Some(mailbox(&client.name, &client.address)),
        "To" => list(&head.to),
        "Cc" => list(&head.cc),
        "Subject" => Some(header_text(&head.subject)),
        "Date" => Some(head.at.strftime(&client.time_zone, "%a, %d %b %Y %H:%M:%S %z")),
        "Message-ID" | "Message-Id" => Some(format!("<{}>", head.message_id)),
        "In-Reply-To" => head.references.last().map(|id| format!("<{id}>")),
        "References" => {
            let ids: Vec<String> = head.references.iter().map(|id| format!("<{id}>")).collect();
            (!ids.is_empty()).then(|| ids.join("\r\n "))
        }
        "MIME-Version" => Some("1.0".to_owned()),
        "Mime-Version" => Some("1.0 (Mac OS X Mail 16.0 \\(3826.200.121\\))".to_owned()),
        "X-Mailer" => Some("Apple Mail (2.3826.200.121)".to_owned()),
        "User-Agent" => Some(
            match client.program {
                Program::K9 => "K-9 Mail for Android",
                Program::Mutt => "Mutt/2.2.9 (2022-11-12)",
                _ => "Mozilla Thunderbird",
            }
            .to_owned(),
        ),
        "Thread-Topic" => Some(header_text(topic())),
        "Thread-Index" => {
            let root = head.references.first().unwrap_or(&head.message_id);
            let mut bytes = vec![0x01, 0xdc];
            bytes.extend(hash(root).to_be_bytes().iter().chain(&hash(&format!("{root}/")).to_be_bytes()));
            bytes.extend(hash(&head.message_id).to_be_bytes().iter().take(4));
            Some(base64_line(&bytes))
        }
        "Accept-Language" => Some(if german { "de-DE, en-US" } else { "en-GB, en-US" }.to_owned()),
        "Content-Language" => Some(
            match (client.program, german) {
                (Program::Thunderbird | Program::ThunderbirdHtml, true) => "de-DE",
                (Program::Thunderbird | Program::ThunderbirdHtml, false) => "en-GB",
                (_, true) => "de-DE",
                (_, false) => "en-US",
            }
            .to_owned(),
        ),
        "X-MS-Has-Attach" => Some(if files { "yes" } else { "" }.to_owned()),
        "X-MS-TNEF-Correlator" => Some(String::new()),
        _ => None,
    }
}

/// A boundary in the program's manner, different for each `level` of one mail.
fn boundary(program: Program, message_id: &str, level: u32) -> String {
    let (one, two) = (hash(&format!("{message_id}/{level}")), hash(&format!("{level}/{message_id}")));
    match program {
        Program::Gmail => format!("000000000000{one:016x}"),
        Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb => {
            format!("_{level:03}_{one:016X}{two:016X}_")
        }
        Program::AppleMail => {
            format!(
                "Apple-Mail=_{:08X}-{:04X}-4{:03X}-8{:03X}-{:012X}",
                one >> 32,
                (one >> 16) & 0xffff,
                one & 0xfff,
                two >> 52,
                two & 0xffff_ffff_ffff
            )
        }
        Program::Thunderbird | Program::ThunderbirdHtml => format!("------------{one:016x}{:08x}", two >> 32),
        Program::K9 => format!("----{one:016X}{two:016X}"),
        Program::Mutt => format!("{one:016x}"),
    }
}

/// The bytes of a mail.
pub(super) fn write(client: &Client, head: &Head, body: Body, files: &[File]) -> Vec<u8> {
    let program = client.program;
    let outlook = matches!(program, Program::OutlookDesktop | Program::OutlookMobile | Program::OutlookOnTheWeb);
    let (transfer, params) = match program {
        _ if outlook => (Transfer::Exchange, ""),
        Program::Thunderbird => (Transfer::Plain, "; format=flowed"),
        Program::ThunderbirdHtml => (Transfer::Plain, "; format=flowed"),
        Program::Mutt => (Transfer::Plain, ""),
        _ => (Transfer::Quoted, ""),
    };
    let mut part = Part::text("plain", params, &body.plain, transfer);
    if program == Program::Mutt {
        part.head.push_str("Content-Disposition: inline\r\n");
    }
    if let Some(html) = body.html {
        let parts = vec![part, Part::text("html", "", &html, transfer)];
        part = Part::multipart("alternative", &boundary(program, &head.message_id, 1), "", parts);
    }
    if !files.is_empty() {
        let words = outlook || program == Program::Gmail;
        let mut parts = vec![part];
        parts.extend(files.iter().map(|file| Part::file(&file.name, &file.content_type, &file.data, words)));
        part = Part::multipart("mixed", &boundary(program, &head.message_id, 0), "", parts);
    }
    let mut mail = String::new();
    let mut line = |name: &str, value: &str| {
        let space = if value.is_empty() { "" } else { " " };
        mail.push_str(&format!("{name}:{space}{value}\r\n"));
    };
    for name in order(program) {
        if let Some(value) = value(client, head, !files.is_empty(), name) {
            line(name, &value);
        }
    }
    for (name, value) in &head.extra {
        if !order(program).iter().any(|known| known.eq_ignore_ascii_case(name)) {
            line(name, value);
        }
    }
    format!("{mail}{}\r\n{}", part.head, part.body).into_bytes()
}
