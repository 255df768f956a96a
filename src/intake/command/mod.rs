//! Commands and tags in a mail; pure.
//!
//! Commands stand in the leading lines of the new text, one to a line: `#note`, `#close`, `#status done`; blank lines
//! between them are allowed, and the first other line ends them. A tag may also stand in the subject: `[note]`. Words are
//! compared after NFKC, in lower case, without invisible characters. What almost is a word is trouble: better asked than
//! published. Which words there are says the `table`; [`wishes`] reads them, [`plan`] checks them against what the desk
//! knows, and `super::obey` makes acts of them.
//!
//! Nothing here knows about proof: whether a mail may command anything at all is decided before.

mod near;
pub mod plan;
pub mod table;
pub(super) mod value;

use std::borrow::Cow;

use crate::desk::inbox::HeldAction;
use crate::desk::shortened::shortened;
use near::{fold, slip, visible};
pub use table::NOTE_WORDS;
use table::{COMMANDS, Takes, Verb, command};

/// Command lines that one mail can have; the next is not understood.
const MOST: usize = 20;
/// Leading lines that may be commands and are read as such: far more than [`MOST`], so that behind them the mail is not
/// understood whatever else it says.
const LINES: usize = 200;
/// Bytes of a wrapped list of addresses.
const LISTED: usize = 2_000;
/// Words behind a command at the end of a text; more are a sentence.
const WORDS: usize = 4;
/// Characters of a command line that are repeated to its author.
const SHOWN: usize = 100;

/// What a mail asks for besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// It is to be an internal note.
    pub note: bool,
    /// Its commands, in order.
    pub commands: Vec<Asked>,
    /// The text without its command lines.
    pub text: String,
    /// The same with the writer's signature, where only staff read it.
    pub whole: String,
    /// A line that looks like a command and is none; the first of them.
    pub trouble: Option<Trouble>,
}

/// A command as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which.
    pub verb: Verb,
    /// What stands behind the word.
    pub value: String,
    /// The line, shortened.
    pub line: String,
}

/// Why a command could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Almost the word of a command: the line, and the word that was perhaps meant.
    NearMiss(String, &'static str),
    /// No command.
    Unknown(String),
    /// A command, but below the text: perhaps below a signature that is gone by now.
    Below(String),
}

impl Wishes {
    /// Whether this command is among them.
    #[must_use]
    pub fn has(&self, verb: Verb) -> bool {
        self.commands.iter().any(|asked| asked.verb == verb)
    }
}

/// Reads the wishes of a mail: from its subject, and from the leading lines of its new text.
#[must_use]
pub fn wishes(subject: &str, new_text: &str) -> Wishes {
    let mut wishes = Wishes::default();
    for tag in bracketed(subject) {
        if NOTE_WORDS.contains(&tag.as_str()) {
            wishes.note = true;
        } else if let Some(meant) = nearest(&tag, NOTE_WORDS.iter().copied()) {
            wishes.trouble = Some(Trouble::NearMiss(format!("[{tag}]"), meant));
        }
    }
    let mut rest = Vec::new();
    let (mut leading, mut left) = (true, LINES);
    let lines = unwrapped(new_text);
    for line in lines.iter().map(AsRef::as_ref) {
        // Blank lines cost nothing; of others no mail has so many that are commands.
        left -= usize::from(leading && !line.trim().is_empty());
        match if leading { read(line) } else { Read::Text } {
            Read::Text => {
                leading = leading && visible(line).trim().is_empty();
                rest.push(line);
            }
            Read::Command(asked) if wishes.commands.len() >= MOST => {
                wishes.trouble.get_or_insert(Trouble::Unknown(asked.line));
                rest.push(line);
            }
            Read::Command(asked) => {
                wishes.note |= asked.verb == Verb::Note;
                if let (Verb::Note, Some((_, text))) = (asked.verb, line.trim().split_once(char::is_whitespace)) {
                    // `#note call him back`: what stands behind the word is the note.
                    leading = false;
                    rest.push(text);
                }
                wishes.commands.push(asked);
            }
            Read::Trouble(trouble) => {
                // Perhaps it was no command: a human who releases the mail finds it in the text.
                rest.push(line);
                wishes.trouble.get_or_insert(trouble);
            }
        }
        leading = leading && left > 0;
    }
    if !wishes.note && wishes.trouble.is_none() {
        wishes.trouble = stray(rest.iter().copied()).map(Trouble::Below);
    }
    wishes.text = rest.join("\n").trim().to_owned();
    wishes.whole.clone_from(&wishes.text);
    wishes
}

/// The lines of a text, with lists of addresses that a program has wrapped in one: `#cc a@x, b@x,` and `c@x` below.
fn unwrapped(text: &str) -> Vec<Cow<'_, str>> {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    for line in text.lines() {
        let open = |last: &str| {
            let of = visible(last);
            let list = matches!(read(&of), Read::Command(Asked { verb: Verb::Cc | Verb::Uncc, .. }));
            list && of.trim_end().ends_with([',', ';'])
        };
        match lines.last_mut() {
            Some(last) if line.contains('@') && last.len() < LISTED && open(last) => {
                *last = Cow::Owned(format!("{last} {}", line.trim()))
            }
            _ => lines.push(Cow::Borrowed(line)),
        }
    }
    lines
}

/// The first line below the leading ones that is a command all the same, or a mark for notes: `*#note*`, `[intern] ...`,
/// `#close` at the end. Nobody means to publish that.
fn stray<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    const DRAWN: &str = "*_\"'“”„‚‘’«»•-–—`";
    let bracketed = |bare: &str| {
        let inside = bare.strip_prefix(['[', '('])?.split_once([']', ')'])?.0;
        NOTE_WORDS.contains(&fold(inside).trim().trim_start_matches('#')).then(|| shortened(bare, SHOWN))
    };
    let of = |line: &str| {
        let line = visible(line);
        let bare = line.trim().trim_matches(|c: char| DRAWN.contains(c) || c.is_whitespace());
        let asked = match read(bare) {
            Read::Command(asked) => asked,
            Read::Trouble(Trouble::NearMiss(line, meant)) if NOTE_WORDS.contains(&meant) && line.contains(':') => {
                return Some(line);
            }
            Read::Trouble(_) => return None,
            Read::Text => return bracketed(bare),
        };
        let takes = COMMANDS.iter().find(|command| command.verb == asked.verb)?.takes;
        let words = asked.value.split_whitespace().count();
        let shaped = match takes {
            _ if asked.verb == Verb::Note => true,
            Takes::Value => (1..=WORDS).contains(&words),
            _ => words <= 1,
        };
        shaped.then_some(asked.line)
    };
    lines.take(LINES).find_map(of)
}

/// The wishes of a staff member's mail, whose signature does not stand in its new text any more: `whole` has it, unless it
/// is empty. What was taken for a signature is looked at, too: perhaps a command stands below it.
#[must_use]
pub fn staff_wishes(subject: &str, new_text: &str, whole: &str, signature: &str) -> Wishes {
    let mut wishes = wishes(subject, new_text);
    if !wishes.note && wishes.trouble.is_none() {
        wishes.trouble = stray(signature.lines()).map(Trouble::Below);
    }
    if whole.is_empty() {
        return wishes;
    }
    Wishes { whole: self::wishes("", whole).text, ..wishes }
}

/// What one of the leading lines is.
enum Read {
    Text,
    Command(Asked),
    Trouble(Trouble),
}

/// Reads a line. Digits (`#42`) and headings (`# Title`) are text.
fn read(line: &str) -> Read {
    const MARKS: [char; 3] = ['#', '\u{ff03}', '\u{fe5f}'];
    let line = visible(line);
    let line = line.trim();
    let Some(body) = line.strip_prefix(MARKS) else { return Read::Text };
    let tight = body.trim_start_matches(MARKS).trim_start();
    let (word, value) = tight.split_once(char::is_whitespace).unwrap_or((tight, ""));
    let (word, value) = (fold(word), value.trim());
    let shown = || shortened(line, SHOWN);
    if tight.len() != body.len() {
        // `# note` and `##note` are no commands, and nobody means to publish them; `# Title` is a heading.
        let meant = match command(&word) {
            Some(of) if of.verb == Verb::Note || (of.takes == Takes::Value) != value.is_empty() => {
                of.words().find(|it| *it == word)
            }
            Some(_) => None,
            None => nearest(&word, NOTE_WORDS.iter().copied()),
        };
        return meant.map_or(Read::Text, |meant| Read::Trouble(Trouble::NearMiss(shown(), meant)));
    }
    if !word.starts_with(char::is_alphabetic) {
        return Read::Text;
    }
    if let Some(of) = command(&word) {
        return Read::Command(Asked { verb: of.verb, value: value.to_owned(), line: shown() });
    }
    Read::Trouble(match nearest(&word, COMMANDS.iter().flat_map(table::Command::words)) {
        Some(meant) => Trouble::NearMiss(shown(), meant),
        None => Trouble::Unknown(shown()),
    })
}

/// The word that `word` is a slip for: the nearest, and the first of several.
fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    known.filter_map(|known| Some((slip(word, known)?, known))).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// What a customer can ask for, as the only line of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestWord {
    /// How the ticket stands.
    Status,
    /// The ticket is done.
    Close,
    /// What can be asked for.
    Help,
}

/// The word that is all that a customer newly wrote; `None` where there is anything else.
#[must_use]
pub fn guest_word(new_text: &str) -> Option<GuestWord> {
    let mut lines = new_text.lines().map(fold).filter(|line| !line.trim().is_empty());
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let word = line.trim().trim_end_matches(['.', '!']);
    let word = word.strip_prefix('#').unwrap_or(word);
    let of = COMMANDS.iter().find(|command| command.customer.contains(&word))?;
    match of.verb {
        Verb::Status => Some(GuestWord::Status),
        Verb::Close => Some(GuestWord::Close),
        Verb::Help => Some(GuestWord::Help),
        _ => None,
    }
}

/// The words by which a question of ours is answered, each with or without `#`.
const VERDICTS: &[(&[&str], HeldAction)] = &[
    (&["send", "senden", "yes", "ja"], HeldAction::Send),
    (&["retry", "again", "nochmal", "erneut"], HeldAction::Retry),
    (&["note", "notiz", "undo", "zurückziehen", "rückgängig"], HeldAction::Note),
    (&["drop", "verwerfen"], HeldAction::Drop),
    (&["no", "nein"], HeldAction::Disown),
];

/// What the first line of an answer to a question of ours decides; `None` where it says anything else.
#[must_use]
pub fn verdict(new_text: &str) -> Option<HeldAction> {
    let line = new_text.lines().map(fold).find(|line| !line.trim().is_empty())?;
    let word = line.trim().trim_end_matches(['.', '!', ',']);
    let word = word.strip_prefix('#').unwrap_or(word).trim();
    VERDICTS.iter().find(|(words, _)| words.contains(&word)).map(|(_, verdict)| *verdict)
}

/// The single words in square brackets of a subject, folded.
fn bracketed(subject: &str) -> Vec<String> {
    let folded = fold(subject);
    let inside = |part: &str| part.split_once(']').map(|(word, _)| word.trim().to_owned());
    folded.split('[').skip(1).filter_map(inside).filter(|word| word.chars().all(char::is_alphabetic)).collect()
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
