//! What mail servers write above mails from outside: Exchange, and those who sell protection.

use super::contact::beginning;
use crate::body::context::{Context, Step};
use crate::body::line::is_quote;
use crate::phrases::{BANNER_MAIL, BANNER_OUTSIDE, BANNER_START, BANNER_STRANGER};

/// `[EXTERNAL]`, `CAUTION: This email originated from outside of the organization.`
pub(in crate::body) fn banner_line(context: &Context<'_>) -> Option<Step> {
    banner(context, |lines| is_banner(lines.get(..1)?).then_some(1))
}

/// The same wrapped: whole lines up to the end of a sentence.
pub(in crate::body) fn wrapped_banner(context: &Context<'_>) -> Option<Step> {
    banner(context, |lines| {
        if is_banner(lines.get(..1)?) {
            return None;
        }
        let count = lines.iter().take(6).take_while(|line| !line.trim().is_empty()).count();
        let paragraph = lines.get(..count)?;
        let (last, wrapped) = paragraph.split_last()?;
        let ended = last.trim_end().ends_with(['.', '!', '>', ')', ']', '*']);
        (ended && wrapped.iter().all(|line| line.chars().count() >= 45) && is_banner(paragraph)).then_some(count)
    })
}

/// A banner is a paragraph, and what was written stands below it.
fn banner(context: &Context<'_>, length: fn(&[&str]) -> Option<usize>) -> Option<Step> {
    if !context.begins_paragraph() {
        return None;
    }
    let count = length(context.rest)?;
    context.after(count).next().is_some_and(|line| !is_quote(line)).then_some(Step::Banner(count))
}

/// Whether a paragraph is a banner.
pub(in crate::body) fn is_banner(lines: &[&str]) -> bool {
    let first = lines.first().map_or("", |line| line.trim());
    if first.is_empty() || first.len() > 600 {
        return false;
    }
    let begins = beginning(first);
    let known = BANNER_START.begin(&begins) || BANNER_STRANGER.any_pair(|start, _| begins.starts_with(start));
    if !known && !begins.starts_with("ext") {
        return false;
    }
    let paragraph: Vec<&str> = lines.iter().take(8).map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ").to_lowercase();
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if ["external email", "external", "external sender", "externe e-mail", "ext"].contains(&bare) {
        return first.starts_with(['[', '*', '(', '{']) || bare != "ext" && first.contains("***");
    }
    paragraph.len() <= 7
        && text.chars().count() <= 900
        && !text.contains('?')
        && (BANNER_STRANGER.any_pair(|start, inside| bare.starts_with(start) && text.contains(inside))
            || (BANNER_START.begin(bare) && BANNER_OUTSIDE.stand_in(&text) && BANNER_MAIL.stand_in(&text)))
}
