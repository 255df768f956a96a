//! Notices at the end of a mail: of companies, of programs that send mails around, of those against viruses.

use super::contact::beginning;
use crate::body::context::{Context, Step};
use crate::body::line::{Line, Mark, is_blank, is_quote};
use crate::body::sign_off;
use crate::phrases::{
    FOOTER_SIGN, FOOTER_START, NATURE_BEFORE, NATURE_PLEA, NATURE_PRINT, NATURE_WHAT, NOTICE_START, NOTICE_TRADE, NOTICE_WORD,
    SCAN_PROGRAM, SCAN_SAYS, SCAN_START,
};

/// The footer of a program that sends mails around: newsletters, groups, petitions.
pub(in crate::body) fn program_footer(context: &Context<'_>) -> Option<Step> {
    notice(context, is_footer)
}

/// `Please consider the environment before printing this email.` Notices of companies begin like it.
pub(in crate::body) fn print_plea(context: &Context<'_>) -> Option<Step> {
    notice(context, is_plea)
}

/// The notice of a company: its first words and two words of its trade say so.
pub(in crate::body) fn company_notice(context: &Context<'_>) -> Option<Step> {
    notice(context, is_company_notice)
}

/// What programs against viruses put under a mail.
pub(in crate::body) fn scan_line(context: &Context<'_>) -> Option<Step> {
    notice(context, is_scan_line)
}

/// Notices are paragraphs, and stand below whatever ends the mail.
fn notice(context: &Context<'_>, is_one: fn(&[&str]) -> bool) -> Option<Step> {
    let stands = context.begins_paragraph() && is_one(context.rest) && !is_signed_below(context.lines, context.index);
    stands.then_some(Step::Notice)
}

/// Whether a paragraph is the notice of a company, or a footer like it.
pub(crate) fn is_disclaimer(lines: &[&str]) -> bool {
    is_footer(lines) || is_plea(lines) || is_company_notice(lines)
}

/// Whether a greeting or a name alone ends the mail right below this paragraph: notices stand below both.
fn is_signed_below(lines: &[Line], index: usize) -> bool {
    let text = |line: &Line| !is_blank(line);
    let end = |at: usize, wanted: fn(&Line) -> bool| lines.iter().skip(at).take(60).take_while(|line| !wanted(line)).count() + at;
    let next = end(index, is_blank);
    let next = next + lines.iter().skip(next).take(3).take_while(|line| is_blank(line)).count();
    let Some(first) = lines.get(next).filter(|line| text(line) && !is_quote(line) && line.mark == Mark::None) else {
        return false;
    };
    let last = end(next, is_blank);
    let ends =
        lines.iter().skip(last).take(10).find(|line| text(line)).is_none_or(|line| is_quote(line) || line.mark != Mark::None);
    sign_off::is_closing(&first.text) || (ends && last == next + 1 && sign_off::is_first_name(&first.text))
}

/// A paragraph that begins like a notice or a plea.
struct Paragraph {
    /// Its first words.
    first: String,
    named: bool,
    plea: bool,
    /// All of it in lower case, without its title.
    text: String,
}

impl Paragraph {
    fn of(lines: &[&str]) -> Option<Self> {
        let first = beginning(lines.first()?);
        // Outlook draws a tree with the letter P of a font of pictures.
        let first = first.strip_prefix("p ").unwrap_or(&first).to_owned();
        let named = NOTICE_START.begin(&first);
        let plea = NATURE_PLEA.begin(&first);
        if !named && !plea {
            return None;
        }
        // Its title may be a paragraph of its own.
        let short = first.split_whitespace().count() <= 4 && first.chars().count() <= 40 && !first.ends_with(['.', '。']);
        let title = short && lines.get(1).is_some_and(|line| line.trim().is_empty());
        let paragraph = lines.iter().skip(if title && named { 2 } else { 0 }).take(30).take_while(|line| !line.trim().is_empty());
        let text = paragraph.map(|line| line.to_lowercase()).collect::<Vec<_>>().join(" ");
        (!text.contains('?')).then_some(Self { first, named, plea, text })
    }
}

fn is_company_notice(lines: &[&str]) -> bool {
    let Some(Paragraph { first, text, .. }) = Paragraph::of(lines).filter(|paragraph| paragraph.named) else { return false };
    let trade = || NOTICE_TRADE.stand_in(&text) || first.contains(':') || first.contains("environment");
    // Words of different languages begin alike: each place counts once.
    let said = || NOTICE_WORD.places(&text).len() >= 2;
    text.len() >= 45 && said() && trade()
}

fn is_plea(lines: &[&str]) -> bool {
    let Some(Paragraph { text, .. }) = Paragraph::of(lines).filter(|paragraph| paragraph.plea) else { return false };
    text.chars().count() <= 260 && [&NATURE_WHAT, &NATURE_PRINT, &NATURE_BEFORE].iter().all(|words| words.stand_in(&text))
}

/// Whether a paragraph is the footer of a program that sends mails around.
pub(super) fn is_footer(lines: &[&str]) -> bool {
    let begins = lines.first().map(|line| beginning(line)).unwrap_or_default();
    FOOTER_START.begin(&begins) && {
        let paragraph = lines.iter().take(6).take_while(|line| !line.trim().is_empty());
        let text = paragraph.map(|line| line.to_lowercase()).collect::<Vec<_>>().join(" ");
        !text.contains('?') && FOOTER_SIGN.stand_in(&text)
    }
}

/// What programs against viruses put under a mail, also without a line above it.
pub(super) fn is_scanned(block: &[&str]) -> bool {
    let text = block.iter().take(6).copied().collect::<Vec<_>>().join(" ").to_lowercase();
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    block.len() <= 8 && text.chars().count() <= 600 && SCAN_PROGRAM.stand_in(text) && SCAN_SAYS.stand_in(text)
}

/// Whether the paragraph at the start of `lines` is such a line, with the bare links around it.
fn is_scan_line(lines: &[&str]) -> bool {
    let paragraph: Vec<&str> = lines.iter().take(8).map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    let links = paragraph.iter().take_while(|line| line.starts_with("<http") && line.ends_with('>')).count();
    let said = paragraph.get(links..).unwrap_or_default();
    let starts = said.first().is_some_and(|line| {
        let begins = beginning(line);
        SCAN_START.any(|word| begins.starts_with(word.trim_start_matches('_').trim_start()))
    });
    starts && said.len() <= 5 && is_scanned(said)
}
