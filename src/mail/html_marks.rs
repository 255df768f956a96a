//! What a start tag says about its content: quoted, attribution, signature, hidden, a link, a picture.
//!
//! The names are those that mail clients write; each is listed with its client.

use html5ever::tokenizer::Tag;

use super::body::Mark;

/// What matters about one element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// Quoted one level deeper.
    pub(super) quote: bool,
    pub(super) mark: Option<Mark>,
    /// Everything from here on is the mail that is answered.
    pub(super) cut: bool,
    /// The same where a header block follows: a drawn line that others draw too.
    pub(super) line_above: bool,
    pub(super) hidden: bool,
    pub(super) preformatted: bool,
    /// A paragraph without space around it.
    pub(super) tight: bool,
    pub(super) link: Option<String>,
    pub(super) alt: Option<String>,
    pub(super) remote_image: bool,
    /// In a colour of its own, such as people answer in; `Some(false)` where it is black or grey again.
    pub(super) coloured: Option<bool>,
}

/// Containers by class, id or name (lower case, compared whole): everything inside is quoted.
const QUOTES: &[&str] = &[
    "yahoo_quoted",
    "yqtdbase",
    "protonmail_quote",
    "zmail_extra",
    "freshdesk_quote",
    "zd-quote",
    "sh-quoted-content",
    "tutanota_quote",
    "hs_reply",
    "isreplycontent",
    "mailcontent_reply",
    "ms-outlook-mobile-reference-message",
    "replied-message",
    "quoted-content",
    "front-blockquote",
    "wps_signature_quote",
    "mail_android_quote",
    "cm_quote",
    "messagereplysection",
    "missive_quote",
    "olk_src_body_section",
    "clean_bq",
    "__quoted_text__",
    "nylas-quote",
    "hey-quoted",
    "replymessage",
    "mailbird-quote",
    "mail-quote",
    "mailquote",
    "originalmessage",
    "ik_mail_quote",
    "polymail_quote",
];
/// Attribution lines: Gmail, Thunderbird, Zimbra, Postbox and their kin.
const ATTRIBUTIONS: &[&str] = &[
    "gmail_attr",
    "moz-cite-prefix",
    "moz-reply-prefix",
    "wise_text_editor_attr",
    "tutanota_attr",
    "__headers__",
    "replyheader",
    "moz-email-headers-table-reply",
];
/// Signatures whose names [`is_signature`] does not tell: Outlook on the web, Proton, Apple, Zimbra, Spark, Airmail, Zoho.
const SIGNATURES: &[&str] = &[
    "signature",
    "protonmail_signature_block",
    "protonmail_signature_block-user",
    "applemailsignature",
    "gmail_signature_prefix",
    "messagesignaturesection",
    "applemailsignature_block",
    "linebreakatbeginningofsignature",
    "bloop_sign",
    "__sig_pre__",
    "__sig_post__",
    "sig_pre",
    "moz-txt-sig",
    "outlookmobilesignature",
    "psignature",
    "mailsignature",
    "zm-_id_-sgn",
];
/// Elements behind which the answered mail follows as their sibling: Outlook, Zimbra, Samsung, Hotmail, Postbox.
const CUTS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "outlookmessageheader",
    "zwchr",
    "quoted_header",
    "mail-editor-reference-message-container",
    "stopspelling",
    "__pbconvhr",
    "__hr__",
    "lotusreplyseparator",
];

/// Reads the attributes of a start tag.
pub(super) fn look(tag: &Tag) -> Look {
    let mut found = Look::default();
    let name: &str = &tag.name;
    let mut style = String::new();
    let mut source = String::new();
    let mut alt = String::new();
    for attribute in tag.attrs.iter().take(100) {
        let value: &str = &attribute.value;
        match &*attribute.name.local {
            "class" | "id" | "data-smartmail" | "data-marker" | "data-signature" => names(value, &mut found),
            "name" if value.eq_ignore_ascii_case("quote") || value.eq_ignore_ascii_case("quoted-content") => {
                found.mark = Some(Mark::Quote)
            }
            "name" if value.eq_ignore_ascii_case("messageReplySection") => found.mark = Some(Mark::Quote),
            "name" if value.eq_ignore_ascii_case("messageSignatureSection") => found.mark = Some(Mark::Signature),
            "style" => style = value.chars().filter(|c| !c.is_whitespace()).take(4_000).collect::<String>().to_ascii_lowercase(),
            "fairemail" if value == "signature" => found.mark = Some(Mark::Signature),
            "fairemail" if value == "reference" => found.mark = Some(Mark::Quote),
            "hidden" => found.hidden = true,
            "color" if name == "font" => found.coloured = Some(is_coloured(&value.trim().to_ascii_lowercase())),
            "href" if name == "a" => found.link = target(value),
            "src" => value.trim().clone_into(&mut source),
            "background" => found.remote_image |= is_remote(value),
            "alt" => value.trim().clone_into(&mut alt),
            _ => {}
        }
    }
    found.hidden |= hides(&style);
    let colour = style.split(';').find_map(|rule| rule.strip_prefix("color:"));
    found.coloured = colour.map(is_coloured).or(found.coloured);
    found.tight |= style.contains("margin:0") || style.contains("margin-top:0") || style.contains("margin-bottom:0");
    found.preformatted = matches!(name, "pre" | "xmp" | "listing") || style.contains("white-space:pre");
    if name == "blockquote" {
        // Gmail and Outlook indent paragraphs of the writer with borderless block quotes.
        found.quote = !style.contains("border:none") || style.contains("border-left");
    }
    // Mailspring has an element of its own.
    if name == "signature" && found.mark.is_none() {
        found.mark = Some(Mark::Signature);
    }
    found.line_above = name == "div" && draws_line_above(&style);
    if name == "img" {
        found.remote_image |= is_remote(&source);
        // Tracking pixels and file names say nothing; an emoji or a caption does.
        let file = alt.rsplit_once('.').is_some_and(|(_, end)| (2..=4).contains(&end.len()) && !end.contains(' '));
        found.alt = (!alt.is_empty() && !file && !source.starts_with("cid:") && alt.len() <= 300 && !found.hidden).then_some(alt);
    }
    found
}

/// Whether a colour of CSS is one in which people answer: clearly not black, white, grey or the dark blue of Outlook.
fn is_coloured(colour: &str) -> bool {
    let colour = colour.trim_end_matches("!important");
    let named =
        ["red", "blue", "green", "purple", "orange", "magenta", "fuchsia", "darkred", "darkgreen", "mediumblue", "darkorange"];
    if named.contains(&colour) {
        return true;
    }
    let parts: Vec<u8> = if let Some(hex) = colour.strip_prefix('#') {
        let digits: Vec<u8> =
            hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).take(6).collect();
        match digits.as_slice() {
            [r, g, b] => vec![r * 17, g * 17, b * 17],
            [r, s, g, h, b, c] => vec![r * 16 + s, g * 16 + h, b * 16 + c],
            _ => return false,
        }
    } else if let Some(inner) = colour.strip_prefix("rgb(").or_else(|| colour.strip_prefix("rgba(")) {
        inner.trim_end_matches(')').split(',').take(3).filter_map(|part| part.trim().parse().ok()).collect()
    } else {
        return false;
    };
    let (Some(most), Some(least)) = (parts.iter().max(), parts.iter().min()) else { return false };
    parts.len() == 3 && most - least >= COLOUR
}

/// Between the strongest and the weakest of red, green and blue; 94 in the dark blue in which Outlook writes answers.
const COLOUR: u8 = 110;

/// Outlook for Windows and Mac draw a line above the header block of the answered mail; the web client writes it anew.
fn draws_line_above(style: &str) -> bool {
    let top = style.split(';').filter_map(|rule| rule.split_once(':'));
    top.filter(|(property, _)| matches!(*property, "border-top" | "border-style" | "border-top-style")).any(
        |(property, value)| match property {
            "border-top" => value.contains("solid") && !value.contains("px"),
            "border-style" => value.starts_with("solidnone"),
            _ => value == "solid" && !style.contains("border-left-style:solid"),
        },
    )
}

/// The name without what web clients put in front of the names in a quoted mail (`x_`, `ydp1a2b`, `yiv123`, `m_-12`).
fn bare_name(word: &str) -> &str {
    let mut word = word;
    while let Some(rest) = word.strip_prefix("x_") {
        word = rest;
    }
    let digits = |rest: &'static str, hex: bool| {
        word.strip_prefix(rest)
            .map(|tail| tail.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || (hex && c.is_ascii_hexdigit())))
    };
    let inner =
        digits("yiv", false).or_else(|| digits("m_", false)).or_else(|| word.find("yahoo_quoted").and_then(|at| word.get(at..)));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(word)
}

fn names(value: &str, found: &mut Look) {
    for word in value.split_whitespace().take(30) {
        let word = word.to_ascii_lowercase();
        let word = bare_name(&word);
        if QUOTES.contains(&word) || word.starts_with("yahoo_quoted") {
            found.mark = Some(Mark::Quote);
        } else if ATTRIBUTIONS.contains(&word) {
            found.mark = Some(Mark::Attribution);
        } else if is_signature(word) && found.mark.is_none() {
            found.mark = Some(Mark::Signature);
        } else if CUTS.contains(&word) {
            found.cut = true;
        } else if word == "msonormal" || word == "msoplaintext" || word == "p1" {
            found.tight = true;
        }
    }
}

/// Many programs and companies' add-ins have a name of their own that begins or ends with the word.
fn is_signature(word: &str) -> bool {
    SIGNATURES.contains(&word) || word.starts_with("signature_") || word.ends_with("-signature") || word.ends_with("_signature")
}

fn hides(style: &str) -> bool {
    let zero = |property: &str| {
        style.match_indices(property).any(|(at, _)| {
            let begins = at == 0 || style.get(..at).is_some_and(|before| before.ends_with(';'));
            let value = style.get(at + property.len()..).unwrap_or_default();
            let value = value.split(';').next().unwrap_or_default();
            let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            begins && !number.is_empty() && number.parse::<f64>().is_ok_and(|number| number == 0.0)
        })
    };
    style.contains("display:none")
        || style.contains("visibility:hidden")
        || style.contains("mso-hide:all")
        || zero("font-size:")
        || zero("opacity:")
        || zero("max-height:")
}

fn is_remote(source: &str) -> bool {
    let lower = source.trim().to_ascii_lowercase();
    lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//")
}

fn target(href: &str) -> Option<String> {
    let href = href.trim();
    let lower = href.to_ascii_lowercase();
    let known = ["http://", "https://", "mailto:", "tel:", "ftp://"].iter().any(|scheme| lower.starts_with(scheme));
    (known && !href.contains(char::is_control)).then(|| href.replace([' ', '<', '>'], ""))
}
