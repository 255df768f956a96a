//! The lines that clients draw or write between an answer and another mail: rules, titles, the markers of forwards.

use super::date_hints::fold;
use crate::phrases::{MARKER_FORWARD_LINE, MARKER_FORWARDED, MARKER_HIDDEN, MARKER_ORIGINAL};

/// Whether a line marks the start of a forwarded mail.
pub(crate) fn is_forward_marker(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 200 {
        return false;
    }
    if !line.ends_with(['-', '=', '_', ':', '：', '*']) {
        return false;
    }
    let lower = fold(line);
    let dashed =
        (lower.starts_with("--") || lower.starts_with("==") || lower.starts_with("__")) && lower.ends_with(['-', '=', '_', ':']);
    let inner = lower.trim_matches(|c: char| "-=_*: ".contains(c));
    (dashed && MARKER_FORWARDED.begin(inner))
        || (lower.ends_with([':', '：']) && MARKER_FORWARD_LINE.begin(inner))
        || (dashed && inner.starts_with("forwarded"))
}

/// Whether a line separates an answer from the mail it answers (`-----Original Message-----`).
pub(crate) fn is_original_marker(line: &str) -> bool {
    let line = line.trim();
    let framed = ["***", "...", "###", "~~~", "+++"].iter().any(|drawn| line.starts_with(drawn) && line.ends_with(drawn));
    let line = if framed { line } else { line.trim_matches('*') };
    if line.len() > 200 || !framed && !line.starts_with(['-', '_', '=', '—', '‐', '‑', '–', '―', '─']) {
        return false;
    }
    let lower = fold(line).replace("&nbsp;", " ");
    let drawn = |c: char| "-_= *—‐‑–―─\u{a0}".contains(c) || (framed && ".#~+".contains(c));
    let inner = lower.trim_matches(drawn);
    if inner.is_empty() {
        return false;
    }
    let signs = lower.chars().take_while(|c| drawn(*c)).filter(|c| *c != ' ').count();
    // The title may go on, and the block begin on its line; a sentence about it is none.
    let titled = |_, rest: &str| rest.contains([':', '：', '@']) || rest.split_whitespace().count() <= 4;
    signs >= 2 && (MARKER_ORIGINAL.begin_with(inner, titled) || inner == "original")
}

/// A title between drawn lines (`----- Title -----`) in any language.
pub(super) fn is_drawn_title(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches(|c: char| "-_=* \u{a0}".contains(c));
    line.starts_with("---")
        && line.ends_with("---")
        && inner.starts_with(char::is_alphabetic)
        && inner.split_whitespace().count() <= 6
}

/// What Gmail writes for a quote that it does not show.
pub(super) fn is_hidden_quote(line: &str) -> bool {
    line.starts_with('[') && line.len() <= 60 && MARKER_HIDDEN.have(&line.trim().to_lowercase())
}

/// Whether a line is only drawn: underscores, dashes or equal signs as clients put above a header block.
pub(crate) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let dots = line.len() >= 10 && line.chars().all(|c| c == '.');
    line.len() >= 5
        && (dots
            || line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | '─' | '—' | '–' | '‐' | '‑' | '―' | '━' | '═' | '/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers() {
        for line in [
            "---------- Forwarded message ---------",
            "Begin forwarded message:",
            "Anfang der weitergeleiteten Nachricht:",
            "-------- Weitergeleitete Nachricht --------",
            "----- Forwarded by Ann/Example on 12.03.2024 -----",
        ] {
            assert!(is_forward_marker(line), "{line}");
        }
        assert!(!is_forward_marker("I forwarded message 3 to you:"));
        for line in [
            "-----Original Message-----",
            "-----Ursprüngliche Nachricht-----",
            "________ Message d'origine ________",
            "--- 原始邮件 ---",
        ] {
            assert!(is_original_marker(line), "{line}");
        }
        assert!(!is_original_marker("original message"));
    }
}
