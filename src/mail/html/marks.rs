//! What a start tag says about its content: quoted, attribution, signature, hidden, a link, a picture.
//!
//! The names are those that mail clients write; each is listed with its client.

use html5ever::tokenizer::Tag;

use super::sight::{Colour, Sight, Style, colour};
use crate::body::Mark;
use crate::decode::encoded_word;

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
    /// It has the colour of Outlook's own lines.
    pub(super) line_known: bool,
    /// Nobody sees anything inside.
    pub(super) hidden: bool,
    /// What it says of how its text is seen.
    pub(super) sight: Sight,
    pub(super) preformatted: bool,
    /// A paragraph without space around it.
    pub(super) tight: bool,
    /// Number of the first item of a list.
    pub(super) first: usize,
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
    "canarysig",
    "sig",
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
    let mut found = Look { first: 1, ..Look::default() };
    let name: &str = &tag.name;
    let mut style = Style::default();
    let mut classed = false;
    let (mut ink, mut paper) = (None, None);
    let mut source = String::new();
    let mut alt = String::new();
    for attribute in tag.attrs.iter().take(100) {
        let value: &str = &attribute.value;
        classed |= &*attribute.name.local == "class" && !value.trim().is_empty();
        match &*attribute.name.local {
            "class" | "id" | "data-smartmail" | "data-marker" | "data-signature" => names(value, &mut found),
            "name" if value.eq_ignore_ascii_case("quote") || value.eq_ignore_ascii_case("quoted-content") => {
                found.mark = Some(Mark::Quote)
            }
            "name" if value.eq_ignore_ascii_case("messageReplySection") => found.mark = Some(Mark::Quote),
            "name" if value.eq_ignore_ascii_case("messageSignatureSection") => found.mark = Some(Mark::Signature),
            "style" => style = Style::of(value),
            "fairemail" if value == "signature" => found.mark = Some(Mark::Signature),
            "fairemail" if value == "reference" => found.mark = Some(Mark::Quote),
            "data-hs-signature" => found.mark = Some(Mark::Signature),
            "hidden" => found.hidden = true,
            "color" if name == "font" => ink = Some(colour(&value.trim().to_ascii_lowercase())),
            "bgcolor" => paper = Some(colour(&value.trim().to_ascii_lowercase())),
            "href" if name == "a" => found.link = target(value),
            "start" if name == "ol" => found.first = value.trim().parse().ok().filter(|first| *first < 100_000).unwrap_or(1),
            "src" => value.trim().clone_into(&mut source),
            "background" => {
                found.remote_image |= is_remote(value);
                paper = Some(None);
            }
            "alt" => value.trim().clone_into(&mut alt),
            _ => {}
        }
    }
    found.hidden |= style.gone();
    found.sight = style.sight();
    found.sight.ink = found.sight.ink.or(ink);
    found.sight.paper = found.sight.paper.or(paper);
    found.coloured = found.sight.ink.map(|ink| ink.is_some_and(is_coloured));
    if classed {
        // What its class says of colours is not read.
        found.sight.ink = found.sight.ink.or(Some(None));
        found.sight.paper = found.sight.paper.or(Some(None));
    }
    found.remote_image |= style.rules().any(|(property, value)| property.starts_with("background") && has_remote_url(value));
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
    found.line_known = found.line_above && LINES.iter().any(|colour| style.contains(colour));
    if name == "img" {
        found.remote_image |= is_remote(&source);
        // Tracking pixels and file names say nothing; an emoji or a caption does.
        let file = alt.rsplit_once('.').is_some_and(|(_, end)| (2..=4).contains(&end.len()) && !end.contains(' '));
        found.alt = (!alt.is_empty() && !file && !source.starts_with("cid:") && alt.len() <= 300 && !found.hidden).then_some(alt);
    }
    found
}

/// Whether a colour is one in which people answer: clearly not black, white, grey or the dark blue of Outlook.
fn is_coloured(colour: Colour) -> bool {
    let [most, least] = [colour.iter().max(), colour.iter().min()].map(|part| part.copied().unwrap_or_default());
    most - least >= COLOUR
}

/// Between the strongest and the weakest of red, green and blue; 94 in the dark blue in which Outlook writes answers.
const COLOUR: u8 = 110;

/// The colours in which Outlook draws it, as several programs write them.
const LINES: &[&str] = &["#e1e1e1", "#b5c4df", "rgb(225,225,225)", "rgb(181,196,223)"];

/// Outlook for Windows and Mac draw a line above the header block of the answered mail; the web client writes it anew.
fn draws_line_above(style: &Style) -> bool {
    let rules = style.rules();
    rules.filter(|(property, _)| matches!(*property, "border-top" | "border-style" | "border-top-style")).any(
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
    let inner = digits("yiv", false)
        .or_else(|| digits("m_", false))
        .or_else(|| digits("ydp", true))
        .or_else(|| word.find("yahoo_quoted").and_then(|at| word.get(at..)));
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
    let named = word.ends_with("signature") && !word.starts_with("no") && word.len() <= 40;
    SIGNATURES.contains(&word) || word.starts_with("signature_") || named || word.ends_with("-sig") || word.ends_with("_sig")
}

fn is_remote(source: &str) -> bool {
    let lower = source.trim().to_ascii_lowercase();
    lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//")
}

fn has_remote_url(value: &str) -> bool {
    value.match_indices("url(").any(|(at, _)| is_remote(value.get(at + 4..).unwrap_or_default().trim_start_matches(['"', '\''])))
}

fn target(href: &str) -> Option<String> {
    let href = href.trim();
    let lower = href.to_ascii_lowercase();
    let known = ["http://", "https://", "mailto:", "tel:", "ftp://"].iter().any(|scheme| lower.starts_with(scheme));
    // Browsers leave out some of these, and an address with a blank of whichever kind in it would be taken for words.
    let odd = |c: char| c.is_whitespace() || matches!(c, '<' | '>') || encoded_word::is_trick(c);
    let address: String = href.chars().filter(|c| !odd(*c)).collect();
    (known && !address.contains(char::is_control)).then_some(address)
}
