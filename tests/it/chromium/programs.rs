//! Forty mails with HTML in the shapes of eight programs: each as its page and as the mails that the desk makes of it, looked at
//! narrow, medium and wide, light and dark.

use postroom::desk::ids::PersonId;

use crate::proof::base64;
use crate::world::chrome::{Chrome, Look};
use crate::world::desk::{SUPPORT, Sent, World};

const ANNA: &str = "anna@staff.example";
const CARLA: &str = "carla@acme.example";

/// How a program writes.
struct Shape {
    program: &'static str,
    /// What stands above and below what somebody writes.
    frame: [&'static str; 2],
    /// What stands around a paragraph.
    paragraph: [&'static str; 2],
    /// What stands before an item of a list.
    item: &'static str,
    /// What stands before a table, and what it begins with.
    table: &'static str,
}

const SHAPES: [Shape; 8] = [
    Shape {
        program: "Outlook",
        frame: [
            "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!--\r\n\
             @font-face {font-family:Aptos;}\r\np.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Aptos\",sans-serif;}\r\n\
             div.WordSection1 {page:WordSection1;}\r\n--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext=\"edit\"/></xml><![endif]--></head>\
             <body lang=DE link=\"#0563C1\" vlink=\"#954F72\" style='word-wrap:break-word'><div class=WordSection1>",
            "<p class=MsoNormal><o:p>&nbsp;</o:p></p></div></body></html>",
        ],
        paragraph: ["<p class=MsoNormal><span style='mso-fareast-language:EN-US'>", "<o:p></o:p></span></p>"],
        item: "<li class=MsoListParagraph style='margin-left:0cm;mso-list:l0 level1 lfo1'>",
        table: "<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 width=900 style='border-collapse:collapse;border:none'>",
    },
    Shape {
        program: "Outlook on the web",
        frame: [
            "<html><head><style type=\"text/css\" style=\"display:none;\"> P {margin-top:0;margin-bottom:0;} </style></head><body dir=\"ltr\">",
            "<div id=\"appendonsend\"></div></body></html>",
        ],
        paragraph: [
            "<div class=\"elementToProof\" style=\"font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);\">",
            "</div>",
        ],
        item: "<li style=\"color: rgb(0, 0, 0);\">",
        table: "<table style=\"width: 900px; border-collapse: collapse; background-color: rgb(255, 255, 255); box-sizing: border-box;\">",
    },
    Shape {
        program: "Outlook on a telephone",
        frame: [
            "<html><head></head><body><div dir=\"auto\" style=\"font-family: Aptos; font-size: 12pt;\">",
            "</div><div id=\"ms-outlook-mobile-body-separator-line\"><br></div></body></html>",
        ],
        paragraph: ["<div dir=\"auto\" style=\"margin: 0px; color: black;\">", "</div>"],
        item: "<li dir=\"auto\">",
        table: "<table border=\"1\" style=\"width:900px\">",
    },
    Shape {
        program: "Gmail",
        frame: ["<div dir=\"ltr\">", "</div>\r\n"],
        paragraph: ["<div>", "</div><div><br></div>"],
        item: "<li style=\"margin-left:15px\">",
        table: "<table cellspacing=\"0\" cellpadding=\"0\" dir=\"ltr\" border=\"1\" style=\"table-layout:fixed;font-size:10pt;width:900px\">",
    },
    Shape {
        program: "Apple Mail",
        frame: [
            "<html aria-label=\"message body\"><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head>\
             <body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;\">",
            "</body></html>",
        ],
        paragraph: ["<div>", "</div><div><br></div>"],
        item: "<li>",
        table: "<table cellspacing=\"0\" style=\"border-collapse: collapse; width: 900px;\">",
    },
    Shape {
        program: "Thunderbird",
        frame: [
            "<!DOCTYPE html>\r\n<html>\r\n  <head>\r\n    <meta http-equiv=\"content-type\" content=\"text/html; charset=UTF-8\">\r\n  </head>\r\n  <body>\r\n",
            "  </body>\r\n</html>\r\n",
        ],
        paragraph: ["    <p>", "</p>\r\n"],
        item: "<li>",
        table: "<table width=\"900\" cellspacing=\"2\" cellpadding=\"2\" border=\"1\">",
    },
    Shape {
        program: "GMX",
        frame: [
            "<html><head></head><body><div style=\"font-family: Verdana;font-size: 12.0px;\">",
            "<div class=\"signature\"></div></div></body></html>",
        ],
        paragraph: ["<div>", "</div>\r\n\r\n<div>&nbsp;</div>\r\n\r\n"],
        item: "<li>",
        table: "<table align=\"left\" border=\"1\" cellpadding=\"1\" cellspacing=\"1\" style=\"width: 900px;\">",
    },
    Shape {
        program: "Proton",
        frame: [
            "",
            "<div style=\"font-family: Arial, sans-serif; font-size: 14px;\" class=\"protonmail_signature_block protonmail_signature_block-empty\"></div>",
        ],
        paragraph: ["<div style=\"font-family: Arial, sans-serif; font-size: 14px;\">", "<br></div>"],
        item: "<li style=\"list-style-type: disc;\"><span>",
        table: "<table style=\"border: 1px solid; width: 900px;\">",
    },
];

/// What somebody writes: the text, and the HTML in the shape of their program.
struct Written {
    text: String,
    html: String,
    /// What stands on the page and in the mails, as markup.
    expected: &'static [&'static str],
    picture: bool,
}

impl Shape {
    fn paragraphs(&self, texts: &[&str]) -> String {
        texts.iter().map(|text| format!("{}{text}{}", self.paragraph[0], self.paragraph[1])).collect()
    }

    fn rows(&self, rows: &[&[&str]]) -> String {
        let cell = |text: &&str| format!("<td style=\"padding:0cm 5.4pt\">{}</td>", self.paragraphs(&[text]));
        let row = |row: &&[&str]| format!("<tr>{}</tr>", row.iter().map(cell).collect::<String>());
        format!("{}<tbody>{}</tbody></table>", self.table, rows.iter().map(row).collect::<String>())
    }

    fn list(&self, items: &[&str]) -> String {
        format!("<ul type=disc>{}</ul>", items.iter().map(|text| format!("{}{text}</li>", self.item)).collect::<String>())
    }

    fn whole(&self, html: &str) -> String {
        format!("{}{html}{}", self.frame[0], self.frame[1])
    }

    /// Five things that people write.
    fn mails(&self) -> [Written; 5] {
        let emphasis = Written {
            text: "Die Presse *4* steht.\n\n- Öl nachgefüllt\n- neu gestartet\n\nSiehe das Handbuch <https://hersteller.example/presse>."
                .to_owned(),
            html: [
                self.paragraphs(&["Die Presse <b>4</b> steht."]),
                self.list(&["Öl nachgefüllt", "neu gestartet"]),
                self.paragraphs(&["Siehe das <a href=\"https://hersteller.example/presse\">Handbuch</a>."]),
            ]
            .concat(),
            expected: &["<strong", "<li", "https://hersteller.example/presse"],
            picture: false,
        };
        let rows: [&[&str]; 3] =
            [&["Teil", "Druck", "Bemerkung"], &["Pumpe", "180 bar", "läuft heiß"], &["Ventil", "20 bar", "neu"]];
        let table = Written {
            text: "Die Messwerte:\n\nTeil\nDruck\nBemerkung\nPumpe\n180 bar\nläuft heiß\nVentil\n20 bar\nneu\n\nWas meinen Sie?"
                .to_owned(),
            html: [self.paragraphs(&["Die Messwerte:"]), self.rows(&rows), self.paragraphs(&["Was meinen Sie?"])].concat(),
            expected: &["<table", "<td", "180 bar"],
            picture: false,
        };
        let picture = Written {
            text: "So sieht es aus:\n\n[cid:p1@x.example]\n\nRechts tropft es.".to_owned(),
            html: self.paragraphs(&[
                "So sieht es aus:",
                "<img src=\"cid:p1@x.example\" width=1400 height=700 alt=\"Die Presse von vorn\">",
                "Rechts tropft es.",
            ]),
            expected: &["<img", "Die Presse von vorn"],
            picture: true,
        };
        let long = format!("https://hersteller.example/{}", "eine/lange/adresse/".repeat(12));
        let columns: Vec<String> = (1..=14).map(|place| format!("Messstelle{place}")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let values = ["17,25"; 14];
        let word = "Hydraulikdruckspeicherentlastungsventilprüfprotokollnummer".repeat(2);
        let wide = Written {
            text: format!("{long}\n\n{word}\n\n{}\n{}\n\npump --status --all", columns.join("\n"), values.join("\n")),
            html: [
                self.paragraphs(&[&format!("<a href=\"{long}\">{long}</a>"), &word]),
                self.rows(&[&columns, &values]),
                "<pre>pump --status --all</pre>".to_owned(),
            ]
            .concat(),
            expected: &["<table", "pump --status --all", "Messstelle14"],
            picture: false,
        };
        let quote = Written {
            text: "Der Hersteller sagt dazu:\n\n> Das Ventil ist zu tauschen.\n\nمرحبا، المضخة لا تعمل اليوم\n\nWas gilt?"
                .to_owned(),
            html: [
                self.paragraphs(&["Der Hersteller sagt dazu:"]),
                "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">".to_owned(),
                self.paragraphs(&["Das Ventil ist zu tauschen."]),
                "</blockquote>".to_owned(),
                self.paragraphs(&["<span dir=\"rtl\">مرحبا، المضخة لا تعمل اليوم</span>", "Was gilt?"]),
            ]
            .concat(),
            expected: &["مرحبا", "Was gilt?"],
            picture: false,
        };
        let mut mails = [emphasis, table, picture, wide, quote];
        for (place, mail) in mails.iter_mut().enumerate() {
            // What all of somebody's mails end with would be taken for their signature.
            let end = format!("Mappe {place} aus {} liegt bei der Presse.", self.program);
            mail.text = format!("{}\n\n{end}", mail.text);
            mail.html.push_str(&self.paragraphs(&[&end]));
        }
        mails
    }
}

/// A mail as programs put it together: text and HTML, with the pictures that it shows.
fn raw(head: &str, shape: &Shape, written: &Written) -> Vec<u8> {
    let alternative = format!(
        "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n\
         --alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}\r\n--alt--\r\n",
        written.text.replace('\n', "\r\n"),
        shape.whole(&written.html)
    );
    if !written.picture {
        return format!("{head}MIME-Version: 1.0\r\n{alternative}").into_bytes();
    }
    let mut raw = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=rel\r\n\r\n--rel\r\n{alternative}\r\n--rel\r\n\
         Content-Type: image/png; name=presse.png\r\nContent-ID: <p1@x.example>\r\nContent-Disposition: inline; filename=presse.png\r\n\r\n"
    )
    .into_bytes();
    raw.extend(include_bytes!("../../../fixtures/demo/articles/acme/hydraulik.png"));
    raw.extend(b"\r\n--rel--\r\n");
    raw
}

/// The HTML of a mail as a program shows it, with its pictures.
fn as_shown(sent: &Sent) -> String {
    let draft: serde_json::Value = serde_json::from_str(&sent.row.mail.draft).unwrap();
    let mut html = draft["html"].as_str().expect("HTML").to_owned();
    for file in &sent.letter.attachments {
        if let Some(id) = &file.content_id {
            html = html.replace(&format!("cid:{id}"), &format!("data:{};base64,{}", file.content_type, base64(&file.data)));
        }
    }
    html
}

/// What axe-core asks of pages and a mail has not: its program is the page, and takes out what makes a place of a scroller.
const OF_PAGES: [&str; 4] = ["landmark-one-main:", "page-has-heading-one:", "region:", "scrollable-region-focusable:"];

/// Looks at what is open: whether it fits where it is narrow; where it is looked at `whole`, in every way, with axe.
async fn look_at(chrome: &Chrome, name: &str, whole: bool, faults: &mut Vec<String>) {
    let looks = [(320, false), (320, true), (768, false), (768, true), (1280, false), (1280, true)];
    for (width, dark) in looks.into_iter().take(if whole { looks.len() } else { 1 }) {
        let look = Look { width, dark, script: true };
        chrome.see(look).await;
        let overflow = chrome.overflow().await;
        if overflow > 0 {
            faults.push(format!("{name} {look:?}: {overflow} pixels wider than the window"));
        }
        if whole && ((width, dark) == (320, false) || (width, dark) == (1280, true)) {
            chrome.picture(&format!("{name}-{width}-{}", if dark { "dark" } else { "light" })).await;
        }
    }
    if !whole {
        return;
    }
    chrome.see(Look { width: 320, dark: false, script: true }).await;
    let found = chrome.accessibility().await;
    let found =
        found.into_iter().filter(|fault| name.starts_with("page") || !OF_PAGES.iter().any(|rule| fault.starts_with(rule)));
    faults.extend(found.map(|fault| format!("{name}: {fault}")));
    faults.extend(chrome.complaints().await.into_iter().map(|fault| format!("{name}: {fault}")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_eight_programs_write_is_fine_on_pages_and_in_mails() {
    let mut faults = Vec::new();
    // All of it, with pictures of all, where somebody wants to look; else each mail narrow, and one of each program in every way.
    let all = std::env::var_os("POSTROOM_TEST_LOOKS").is_some();
    for (program, shape) in SHAPES.iter().enumerate() {
        let mut world = World::one().await;
        let Some(chrome) = Chrome::start(&world, "de").await else {
            world.end().await;
            return;
        };
        chrome.sign_in(&world, PersonId(10_003)).await;
        let mut number = 0;
        let mails = shape.mails();
        // Who answers says something else than who asked, and quotes nobody: that would be asked about.
        let [emphasis, table, picture, wide, _] = &mails;
        let others = [table, picture, wide, emphasis, table];
        for (place, (written, other)) in mails.iter().zip(others).enumerate() {
            let whole = all || place == program % mails.len();
            world.clock.advance(std::time::Duration::from_hours(2));
            let name = format!("{}-{}", shape.program.replace(' ', "-"), place + 1);
            let (id, date) = (world.message_id(), world.clock.now().rfc5322());
            let head = format!(
                "From: Carla Kunze <{CARLA}>\r\nTo: {SUPPORT}\r\nSubject: {name}\r\nMessage-ID: <{id}>\r\nDate: {date}\r\n"
            );
            world.send(&raw(&head, shape, written)).await;
            let verdict = world.last_verdict().await;
            if verdict != "ticket new" {
                faults.push(format!("{name}: {verdict}"));
                continue;
            }
            number += 1;
            let told = world.last_to(ANNA).await;
            // Anna answers in the same shape.
            let Some(to) = told.letter.reply_to.clone().map(|to| to.address) else {
                faults.push(format!("{name}: {}", told.letter.body.text));
                continue;
            };
            let (id, parent) = (world.message_id(), told.letter.message_id.clone().unwrap());
            let head = format!(
                "From: {ANNA}\r\nTo: {to}\r\nSubject: Re: {}\r\nMessage-ID: <{id}>\r\nIn-Reply-To: <{parent}>\r\nDate: {date}\r\n",
                told.letter.subject
            );
            world.send(&raw(&head, shape, other)).await;
            let answered = world.last_verdict().await;
            if answered != "comment token" {
                faults.push(format!("{name}: her answer is {answered}"));
                continue;
            }
            let path = format!("/ACME/{number}");
            let page = world.signed_in(CARLA).await.get(&path).await.text();
            let (notice, answer) = (as_shown(&told), as_shown(&world.last_to(CARLA).await));
            for (what, markup, said) in [
                ("question on the page", &page, written),
                ("answer on the page", &page, other),
                ("notification", &notice, written),
                ("answer", &answer, other),
            ] {
                let missing: Vec<&&str> = said.expected.iter().filter(|wanted| !markup.contains(**wanted)).collect();
                if !missing.is_empty() {
                    faults.push(format!("{name} {what}: {missing:?} is missing"));
                }
            }
            chrome.look(&path, Look { width: 1280, dark: false, script: true }).await;
            look_at(&chrome, &format!("page-{name}"), whole, &mut faults).await;
            for (what, html) in [("notification", notice), ("answer", answer)] {
                chrome.driver.goto(format!("data:text/html;base64,{}", base64(html.as_bytes()))).await.unwrap();
                look_at(&chrome, &format!("{what}-{name}"), whole, &mut faults).await;
            }
        }
        assert_eq!(number, 5, "{}", faults.join("\n"));
        chrome.end().await;
        world.end().await;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
