//! What is said where the desk stops a staff member's answer for their word, or makes a note of it.

use super::i18n::Texts;
use super::parts::{ago, harmless, short, shortened};
use super::{Draft, Stationery, lack};
use crate::desk::entry::Lack;
use crate::desk::inbox::{Detail, Held};
use crate::time::Timestamp;

/// What the reader of a held mail has to see to decide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// What the lines are; empty where there is nothing to see.
    pub heading: String,
    /// The lines.
    pub lines: Vec<String>,
    /// What stands only inside and in them, too.
    pub inside: Vec<String>,
}

/// The lines that would have left, or what a colleague answered.
#[must_use]
pub fn shown(w: &Texts, reason: Held, detail: &Detail, now: Timestamp) -> Shown {
    let heading = match (reason, &detail.by) {
        (Held::Leak, _) => w.text("guard-lines", &[]),
        (Held::Collision, Some(name)) => {
            let when = detail.at.map(|at| ago(w, now.since(Timestamp::from_micros(at)))).unwrap_or_default();
            w.text("guard-answered", &[("name", name), ("when", &when)])
        }
        (Held::PartsDiffer, _) if !detail.lines.is_empty() => w.text("guard-only-html", &[]),
        (Held::RefersToHeld, _) => w.text("held-waits-for", &[]),
        (Held::Redirected, _) => w.text("held-redirected-to", &[]),
        _ => return Shown::default(),
    };
    // What a stranger may have written.
    let strange = matches!(reason, Held::Redirected | Held::RefersToHeld);
    let lines = detail.lines.iter().map(|line| if strange { harmless(w, &shortened(line)) } else { line.clone() });
    Shown { heading, lines: lines.collect(), inside: detail.inside.clone() }
}

/// Why a mail became a note although its author did not ask for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DowngradeNotice {
    /// It quotes an internal entry.
    Quotes,
    /// It refers to a mail about something internal.
    RefersToInternal,
    /// It shows a reply address of the desk, which is proof in the hands of one person.
    Reveals,
}

/// "Your mail has become a note, because", and "but you sent it to the customer yourself".
///
/// # Errors
/// When the template fails.
pub fn aside(stationery: Stationery, number: &str, why: Option<DowngradeNotice>, outside: &[String]) -> askama::Result<Draft> {
    let w = stationery.words();
    let why = why.map(|why| match why {
        DowngradeNotice::Quotes => w.text("aside-quotes", &[("number", number)]),
        DowngradeNotice::RefersToInternal => w.text("aside-refers", &[("number", number)]),
        DowngradeNotice::Reveals => w.text("aside-reveals", &[("number", number)]),
    });
    let subject = match outside.is_empty() {
        true => w.text("aside-subject", &[("number", number)]),
        false => w.text("aside-outside-subject", &[("number", number)]),
    };
    let outside = (!outside.is_empty()).then(|| w.text("aside-outside", &[("addresses", &outside.join(", "))]));
    let outside = outside.map(|outside| match why {
        Some(_) => outside,
        None => format!("{}\n\n{outside}", w.text("aside-note", &[("number", number)])),
    });
    let text: Vec<String> = why.into_iter().chain(outside).collect();
    short(stationery, subject, &text.join("\n\n"))
}

/// "Your answer has not left whole", and "nobody outside gets it".
///
/// # Errors
/// When the template fails.
pub fn reach(stationery: Stationery, number: &str, lacks: &[Lack], alone: bool) -> askama::Result<Draft> {
    let w = stationery.words();
    let mut said: Vec<String> = Vec::new();
    if alone {
        said.push(w.text("reach-nobody", &[("number", number)]));
    }
    if !lacks.is_empty() {
        let lines: Vec<String> = lacks.iter().map(|of| format!("- {}", lack(w, *of))).collect();
        said.push(format!("{}\n\n{}", w.text("reach-lacks", &[("number", number)]), lines.join("\n")));
        said.push(w.text("reach-lacks-then", &[]));
    }
    let subject = match alone {
        true => w.text("reach-nobody-subject", &[("number", number)]),
        false => w.text("reach-subject", &[("number", number)]),
    };
    short(stationery, subject, &said.join("\n\n"))
}

/// Lines of a signature that are repeated to its author.
const LINES: usize = 20;

/// "These lines of your mail were taken for your signature, and left out of your answer."
///
/// # Errors
/// When the template fails.
pub fn left_out(stationery: Stationery, number: &str, lines: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let filled: Vec<&str> = lines.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut shown: Vec<String> = filled.iter().take(LINES).map(|line| format!("> {}", shortened(line))).collect();
    if filled.len() > LINES {
        shown.push("> …".to_owned());
    }
    let subject = w.text("left-out-subject", &[("number", number)]);
    let (said, then) = (w.text("left-out", &[("number", number)]), w.text("left-out-then", &[]));
    short(stationery, subject, &format!("{said}\n\n{}\n\n{then}", shown.join("\n")))
}
