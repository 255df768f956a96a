//! A line as programs on phones add it to a mail: what of it can be compared, and the ways in which such lines are known.

use super::date_hints::fold;
use crate::phrases::{MOBILE_DEVICE, MOBILE_END, MOBILE_PLATFORM, MOBILE_SENTENCE, MOBILE_START, MOBILE_WHOLE};

/// Bytes of the longest line that a client adds, with its links.
const LONGEST: usize = 1_000;

/// Bytes of the shortest: a verb and a device.
const SHORTEST: usize = 8;

/// A line that may be one of these: short, without links and what is drawn around it, folded.
pub(super) struct AddedLine {
    lower: String,
    words: usize,
}

impl AddedLine {
    pub(super) fn of(line: &str) -> Option<Self> {
        // Looking for the end of every link would be quadratic in a long line.
        if !(SHORTEST..=LONGEST).contains(&line.len()) {
            return None;
        }
        let linked = line.contains("<http") || line.contains("(http");
        let unlinked = if linked { without_links(line) } else { String::new() };
        let bare = if linked { unlinked.as_str() } else { line };
        let text = bare.trim().trim_matches(|c: char| "*_-–—<>[]()\"「」".contains(c)).trim();
        if text.is_empty() || text.chars().count() > 110 {
            return None;
        }
        let lower = fold(text);
        let words = lower.split_whitespace().count();
        Some(Self { lower, words })
    }

    /// A line of a client that is known as a whole.
    pub(super) fn is_known(&self) -> bool {
        MOBILE_WHOLE.have(self.lower.trim_end_matches(['.', '!']))
    }

    fn is_sentence(&self) -> bool {
        self.words > 14 || self.lower.ends_with('?') || is_said(&self.lower)
    }

    /// The device stands right behind the first words: `Sent from my desk, not from my phone` is a sentence.
    pub(super) fn is_sent_from(&self) -> bool {
        let (lower, words) = (self.lower.as_str(), self.words);
        let outlook = |start: &str| start.contains("outlook") && !(words <= 7 && MOBILE_PLATFORM.stand_in(lower));
        let begins = || {
            MOBILE_START.begin_with(lower, |start, tail| {
                if outlook(start) {
                    return false;
                }
                // `Get Outlook for all of us` is a wish.
                if start.ends_with("outlook for ") && tail.split_whitespace().count() > 2 {
                    return false;
                }
                let near: String = tail.split_inclusive([' ', ',', '.']).take(5).collect();
                let near = format!("{}{}", start, near.split([',', ';']).next().unwrap_or_default());
                MOBILE_DEVICE.stand_in(&near)
            })
        };
        words <= 14 && begins() && !self.is_sentence()
    }

    /// The device and a verb behind it end the line.
    pub(super) fn is_behind(&self) -> bool {
        let ended = self.lower.trim_end_matches(['.', '。']);
        let ends = || MOBILE_END.end(ended) && MOBILE_DEVICE.stand_in(&self.lower);
        self.words <= 8 && ends() && !self.is_sentence()
    }
}

/// Whether a line is a sentence, which the lines of clients are not: `Sent from the front desk: a guest lost a phone.`
fn is_said(lower: &str) -> bool {
    let said = lower.split_once(": ").is_some_and(|(before, after)| before.len() > 14 && after.split_whitespace().count() > 2);
    // Only behind a full stop may an excuse have a verb.
    let first = lower.split(". ").next().unwrap_or_default();
    said || first.split([' ', ',']).any(|word| MOBILE_SENTENCE.have(word))
}

/// The line without `<https://x>` and `(https://x)`.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '(']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let inner = from.get(1..).unwrap_or_default();
        let close = if from.starts_with('<') { '>' } else { ')' };
        match inner.find(close).filter(|_| inner.starts_with("http")) {
            Some(end) => {
                out.push_str(before);
                out.push(' ');
                rest = inner.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push_str(before);
                out.extend(from.chars().next());
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
