//! The HTML body of a mail as each program really writes it.

use std::fmt::Write as _;

use super::parent::Addressee;
use super::program::{Client, Kind, Place, Program, Quote, Signs};
use super::shapes::{attribution, gmail_rows, outlook_rows, thunderbird_rows};
use crate::desk::people::Language::{English, German};
use crate::time::Timestamp;

/// The pieces of one program's HTML around the words of people.
struct Frame {
    start: String,
    /// Opens what surrounds the answered mail, its introduction included.
    lead: String,
    open: String,
    close: String,
    tail: String,
    end: &'static str,
}

pub(super) fn html(client: &Client, text: &str, quote: Option<&Quote<'_>>) -> String {
    let frame = frame(client, quote);
    let own = own_words(client.program, text);
    let signature = html_signature(client, quote.is_some_and(|quote| quote.signs == Signs::Above));
    let Some(quote) = quote else {
        return format!("{}{own}{signature}{}", frame.start, frame.end);
    };
    let mut quoted = String::new();
    for (place, stretch) in quote.stretches.iter().enumerate() {
        let whole = place == 0 && quote.stretches.len() == 1 && stretch.answer.is_none();
        let inside = match &quote.parent.html {
            Some(html) if whole => html.clone(),
            _ => own_words(client.program, &stretch.quoted),
        };
        let _ = write!(quoted, "{}{inside}{}", frame.open, frame.close);
        if let Some(answer) = &stretch.answer {
            quoted.push_str(&own_words(client.program, answer));
        }
    }
    let block = format!("{}{quoted}{}", frame.lead, frame.tail);
    let middle = match (quote.place, quote.signs) {
        (Place::Below, Signs::Above) => format!("{signature}{block}{own}"),
        (Place::Below, _) => format!("{block}{own}{signature}"),
        (Place::Above, Signs::Below) => format!("{own}{block}{signature}"),
        (Place::Above, Signs::AsEver) if client.program.signs_last() => format!("{own}{block}{signature}"),
        (Place::Above, _) => format!("{own}{signature}{block}"),
    };
    format!("{}{middle}{}", frame.start, frame.end)
}

fn frame(client: &Client, quote: Option<&Quote<'_>>) -> Frame {
    let (lead, open, close, tail) = quote.map_or_else(Default::default, |quote| html_lead(client, quote));
    let (start, end) = match client.program {
        Program::Gmail => ("<div dir=\"ltr\">", "</div>\n"),
        Program::OutlookDesktop => (
            concat!(
                "<html xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" ",
                "xmlns:w=\"urn:schemas-microsoft-com:office:word\" xmlns=\"http://www.w3.org/TR/REC-html40\">\n",
                "<head>\n<meta name=\"Generator\" content=\"Microsoft Word 15 (filtered medium)\">\n",
                "<style><!--\n/* Style Definitions */\np.MsoNormal, li.MsoNormal, div.MsoNormal\n",
                "\t{margin:0cm;\n\tfont-size:11.0pt;\n\tfont-family:\"Calibri\",sans-serif;}\n",
                "div.WordSection1\n\t{page:WordSection1;}\n--></style>\n</head>\n",
                "<body lang=\"DE\" link=\"#0563C1\" vlink=\"#954F72\" style=\"word-wrap:break-word\">\n<div class=\"WordSection1\">\n",
            ),
            "</div>\n</body>\n</html>\n",
        ),
        Program::OutlookMobile | Program::OutlookOnTheWeb => (
            concat!(
                "<html>\n<head>\n<style type=\"text/css\" style=\"display:none;\"> P {margin-top:0;margin-bottom:0;} </style>\n",
                "</head>\n<body dir=\"ltr\">\n",
            ),
            "</body>\n</html>\n",
        ),
        Program::AppleMail => (
            concat!(
                "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"></head>",
                "<body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;\">",
            ),
            "</body></html>\n",
        ),
        Program::Thunderbird | Program::ThunderbirdHtml | Program::Mutt => (
            concat!(
                "<!DOCTYPE html>\n<html>\n  <head>\n",
                "    <meta http-equiv=\"content-type\" content=\"text/html; charset=UTF-8\">\n  </head>\n  <body>\n",
            ),
            "  </body>\n</html>\n",
        ),
        Program::K9 => ("<!DOCTYPE html><html><body>", "</body></html>\n"),
    };
    Frame { start: start.to_owned(), lead, open, close, tail, end }
}

/// What introduces, opens, closes and ends the answered mail.
fn html_lead(client: &Client, quote: &Quote<'_>) -> (String, String, String, String) {
    let parent = quote.parent;
    let writer = parent.writer();
    let at = parent.at.unwrap_or(Timestamp::from_seconds(0));
    let line = escape(&attribution(client, &writer, at));
    let linked = |who: &Addressee| {
        let address = escape(&who.address);
        format!("{} &lt;<a href=\"mailto:{address}\">{address}</a>&gt;", escape(&who.name))
    };
    let rows = |between: &str| {
        let rows = outlook_rows(client, parent);
        rows.iter().map(|(key, value)| format!("<b>{key}</b> {}", escape(value))).collect::<Vec<_>>().join(between)
    };
    let (lead, open, close, tail) = match (client.program, quote.kind) {
        (Program::Gmail, Kind::Forward) => (
            format!(
                "<br><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">\
                 ---------- Forwarded message ---------<br>{}<br></div><br><br>",
                gmail_rows(client, parent, &linked).join("<br>")
            ),
            String::new(),
            String::new(),
            "</div>",
        ),
        (Program::Gmail, _) => {
            let line = escape(&attribution(client, &Addressee { name: String::new(), address: "\0".to_owned() }, at))
                .replace("&lt;\0&gt;", &linked(&writer));
            (
                format!(
                    "<br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{line}<br></div>"
                ),
                "<blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid \
                 rgb(204,204,204);padding-left:1ex\">"
                    .to_owned(),
                "</blockquote>".to_owned(),
                "</div>",
            )
        }
        (Program::OutlookDesktop, _) => (
            format!(
                "<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\n<div>\n<div style=\"border:none;border-top:solid #E1E1E1 \
                 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\n<p class=\"MsoNormal\">{}<o:p></o:p></p>\n</div>\n</div>\n\
                 <p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\n",
                rows("<br>\n")
            ),
            String::new(),
            String::new(),
            "",
        ),
        (Program::OutlookOnTheWeb, _) => (
            format!(
                "<div id=\"appendonsend\"></div>\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\n\
                 <div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" \
                 color=\"#000000\">{}</font>\n<div>&nbsp;</div>\n</div>\n<div>",
                rows("<br>\n")
            ),
            String::new(),
            String::new(),
            "</div>\n",
        ),
        (Program::OutlookMobile, _) => (
            format!(
                "<div id=\"mail-editor-reference-message-container\" class=\"ms-outlook-mobile-reference-message \
                 skipProofing\">\n<hr style=\"display:inline-block;width:98%\" tabindex=\"-1\">\n<div id=\"divRplyFwdMsg\" \
                 dir=\"ltr\"><font face=\"Calibri, sans-serif\" style=\"font-size:11pt\" color=\"#000000\">{}</font>\
                 <div>&nbsp;</div></div>\n",
                rows("<br>\n")
            ),
            String::new(),
            String::new(),
            "</div>\n",
        ),
        (Program::AppleMail, _) => (
            "<br id=\"lineBreakAtBeginningOfMessage\"><div><br><blockquote type=\"cite\"><div>".to_owned()
                + &line
                + "</div><br class=\"Apple-interchange-newline\"></blockquote>",
            "<blockquote type=\"cite\"><div>".to_owned(),
            "</div></blockquote>".to_owned(),
            "</div><br>",
        ),
        (Program::K9, _) => (
            format!("<br><br><div class=\"gmail_quote\">{line}"),
            "<blockquote class=\"gmail_quote\" style=\"margin: 0pt 0pt 0pt 0.8ex; border-left: 1px solid rgb(204, 204, \
             204); padding-left: 1ex;\">\n"
                .to_owned(),
            "</blockquote>".to_owned(),
            "</div>",
        ),
        (_, Kind::Forward) => {
            let rows: String = thunderbird_rows(client, parent)
                .iter()
                .map(|(key, value)| {
                    format!(
                        "<tr><th nowrap=\"nowrap\" valign=\"BASELINE\" align=\"RIGHT\">{key} </th><td>{}</td></tr>",
                        escape(value)
                    )
                })
                .collect();
            let title = if client.language == German { "Weitergeleitete Nachricht" } else { "Forwarded Message" };
            (
                format!(
                    "<div class=\"moz-forward-container\"><br><br>-------- {title} --------\n<table class=\"moz-email-headers-table\" \
                     cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tbody>{rows}</tbody></table><br><br>"
                ),
                String::new(),
                String::new(),
                "</div>\n",
            )
        }
        _ => (
            format!("    <div class=\"moz-cite-prefix\">{line}<br>\n    </div>\n"),
            format!("    <blockquote type=\"cite\" cite=\"mid:{}\">\n", escape(&parent.message_id)),
            "\n    </blockquote>\n".to_owned(),
            "",
        ),
    };
    // Apple Mail keeps introduction and quotation in one blockquote.
    if client.program == Program::AppleMail && quote.stretches.iter().all(|stretch| stretch.answer.is_none()) {
        let lead = lead.replace("</blockquote>", "<div>");
        return (lead, String::new(), "</div></blockquote>".to_owned(), tail.to_owned());
    }
    (lead, open, close, tail.to_owned())
}

/// Somebody's text in the paragraphs of their program.
fn own_words(program: Program, text: &str) -> String {
    let lines = text.trim_end().lines().map(escape);
    match program {
        Program::OutlookDesktop => lines
            .map(|line| {
                let line = if line.is_empty() { "<o:p>&nbsp;</o:p>".to_owned() } else { line + "<o:p></o:p>" };
                format!("<p class=\"MsoNormal\">{line}</p>\n")
            })
            .collect(),
        Program::Gmail => lines
            .enumerate()
            .map(|(place, line)| match (place, line.as_str()) {
                (0, _) => line,
                (_, "") => "<div><br></div>".to_owned(),
                _ => format!("<div>{line}</div>"),
            })
            .collect(),
        Program::OutlookOnTheWeb | Program::OutlookMobile => lines
            .map(|line| {
                let line = if line.is_empty() { "<br>".to_owned() } else { line };
                format!(
                    "<div class=\"elementToProof\" style=\"font-family: Calibri, Helvetica, sans-serif; font-size: 11pt;\">{line}</div>\n"
                )
            })
            .collect(),
        Program::ThunderbirdHtml => format!("    <p>{}</p>\n", lines.collect::<Vec<_>>().join("<br>\n      ")),
        _ => lines.collect::<Vec<_>>().join("<br>"),
    }
}

fn html_signature(client: &Client, bare: bool) -> String {
    let lines = |signature: &str| signature.lines().map(escape).collect::<Vec<_>>().join("<br>");
    match (&client.signature, client.program) {
        (Some(signature), Program::Gmail) if bare => format!(
            "<div><br clear=\"all\"></div><div><br></div>\
             <div dir=\"ltr\" class=\"gmail_signature\" data-smartmail=\"gmail_signature\"><div dir=\"ltr\">{}</div></div>",
            lines(signature)
        ),
        (Some(signature), Program::ThunderbirdHtml) if bare => {
            format!("    <div class=\"moz-signature\">{}</div>\n", lines(signature))
        }
        (Some(signature), Program::K9) if bare => {
            format!("<br><br><div class=\"k9mail-signature\">{}</div>", lines(signature))
        }
        (Some(signature), Program::Gmail) => format!(
            "<div><br clear=\"all\"></div><div><br></div><span class=\"gmail_signature_prefix\">-- </span><br>\
             <div dir=\"ltr\" class=\"gmail_signature\" data-smartmail=\"gmail_signature\"><div dir=\"ltr\">{}</div></div>",
            lines(signature)
        ),
        (Some(signature), Program::OutlookDesktop) => {
            format!("<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\n{}", own_words(Program::OutlookDesktop, signature))
        }
        (Some(signature), Program::OutlookOnTheWeb) => {
            format!("<div id=\"Signature\">\n<div>{}</div>\n</div>\n", lines(signature))
        }
        (signature, Program::OutlookMobile) => {
            let own = signature.as_deref().map(lines).unwrap_or_default();
            let link = |before: &str, name: &str| format!("{before}<a href=\"https://aka.ms/o0ukef\">{name}</a>");
            let inside = match (signature, client.language) {
                (Some(_), _) => own,
                (None, German) => link("Holen Sie sich ", "Outlook für iOS"),
                (None, English) => link("Get ", "Outlook for iOS"),
            };
            format!("<div id=\"ms-outlook-mobile-signature\" dir=\"ltr\">{inside}</div>\n")
        }
        (Some(signature), Program::ThunderbirdHtml) => {
            format!("    <div class=\"moz-signature\">-- <br>\n      {}</div>\n", lines(signature))
        }
        (Some(signature), Program::K9) => {
            format!("<br><br><div class=\"k9mail-signature\">-- <br>{}</div>", lines(signature))
        }
        (Some(signature), _) => format!("<br><br>{}", lines(signature)),
        (None, _) => String::new(),
    }
}

/// Text as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
