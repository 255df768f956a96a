//! The footers of mailing lists.

use crate::body::context::{Context, Step};
use crate::phrases::{FOOTER_ADVERTISEMENT, FOOTER_LIST};

/// `__._,_.___`: Yahoo's groups draw it above their own footer.
pub(in crate::body) fn group_footer(context: &Context<'_>) -> Option<Step> {
    is_group_footer(context.rest).then_some(Step::Delimiter)
}

/// A line drawn above words about the list: Mailman, Majordomo and others.
pub(in crate::body) fn list_footer(context: &Context<'_>) -> Option<Step> {
    is_list_footer(context.rest).then_some(Step::Delimiter)
}

/// An advertisement between two drawn lines above the footer of a list: Yahoo's groups and their like.
pub(in crate::body) fn sponsored_footer(context: &Context<'_>) -> Option<Step> {
    is_sponsored(context.rest).then_some(Step::Delimiter)
}

fn is_group_footer(lines: &[&str]) -> bool {
    lines.first().is_some_and(|first| first.trim() == "__._,_.___")
}

/// Whether `lines` start an advertisement between two drawn lines, of which the lower starts the footer of a list.
fn is_sponsored(lines: &[&str]) -> bool {
    let drawn = |line: &str| line.len() >= 40 && line.chars().all(|c| c == '-' || c == '_');
    let Some((first, rest)) = lines.split_first() else { return false };
    if !drawn(first.trim()) {
        return false;
    }
    let Some(end) = rest.iter().take(8).position(|line| drawn(line.trim())) else { return false };
    let (block, footer) = rest.split_at_checked(end).unwrap_or_default();
    let text = block.join(" ").to_lowercase();
    block.iter().all(|line| !line.trim().is_empty())
        && FOOTER_ADVERTISEMENT.stand_in(&text)
        && (is_group_footer(footer) || is_list_footer(footer))
}

/// Whether `lines` start the footer that a mailing list adds: a drawn line, then words about the list.
fn is_list_footer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let drawn = first.trim();
    if drawn.len() < 15 || !drawn.chars().all(|c| "_-#=*~".contains(c)) {
        return false;
    }
    lines.iter().skip(1).take(8).filter(|line| !line.trim().is_empty()).take(3).any(|line| {
        let lower = line.to_lowercase();
        FOOTER_LIST.stand_in(&lower)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers() {
        assert!(is_list_footer(&["_______________________________________________", "users mailing list"]));
        assert!(!is_list_footer(&["_______________________________________________", "From: x"]));
    }
}
