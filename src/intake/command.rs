//! Commands and tags in a staff member's mail; pure.
//!
//! Commands stand in the leading lines of the new text, one to a line: `#note`, `#close`, `#status done`. A tag may also
//! stand in the subject: `[note]`. Words are compared after NFKC, in lower case, without invisible characters. What
//! almost is a word is trouble: better asked than published.

use unicode_normalization::UnicodeNormalization;

use crate::desk::inbox::Word;

/// What a mail asks for besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// It is to be an internal note.
    pub note: bool,
    /// The status it sets, by key.
    pub status: Option<String>,
    /// The text without its command lines.
    pub text: String,
    /// It leaves at once, whatever the undo window.
    pub now: bool,
    /// The author's last answer is not to leave.
    pub undo: bool,
    /// A line that looks like a command and is none.
    pub trouble: Option<Trouble>,
}

/// Why a command could not be obeyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Almost the word of a command.
    NearMiss(String),
    /// No command, or not with this value.
    Unknown(String),
}

/// A status and the words people use for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusWords {
    /// Its key.
    pub key: String,
    /// Its names in all languages.
    pub names: Vec<String>,
}

/// The words that make an entry internal.
pub const NOTE_WORDS: &[&str] = &["note", "notiz", "internal", "intern"];
const CLOSE_WORDS: &[&str] = &["close", "schließen", "done", "erledigt"];
const STATUS_WORDS: &[&str] = &["status"];
const NOW_WORDS: &[&str] = &["now", "sofort"];
const UNDO_WORDS: &[&str] = &["undo", "zurückziehen"];

/// Reads the wishes of a mail: from its subject, and from the leading lines of its new text.
#[must_use]
pub fn wishes(subject: &str, new_text: &str, statuses: &[StatusWords]) -> Wishes {
    let mut wishes = Wishes::default();
    for tag in bracketed(subject) {
        if NOTE_WORDS.contains(&tag.as_str()) {
            wishes.note = true;
        } else if NOTE_WORDS.iter().any(|word| is_near(&tag, word)) {
            wishes.trouble = Some(Trouble::NearMiss(format!("[{tag}]")));
        }
    }
    let mut rest = Vec::new();
    let mut leading = true;
    for line in new_text.lines() {
        if leading && let Some(command) = command_line(line) {
            let before = wishes.trouble.take();
            obey(&command, statuses, &mut wishes);
            if let Some(text) = note_text(&command, line) {
                leading = false;
                rest.push(text);
            }
            if wishes.trouble.is_some() {
                // Perhaps it was no command: a human who releases the mail finds it in the text.
                rest.push(line);
            }
            wishes.trouble = before.or(wishes.trouble);
        } else {
            leading = leading && visible(line).trim().is_empty();
            rest.push(line);
        }
    }
    wishes.text = rest.join("\n").trim().to_owned();
    wishes
}

/// The words by which a question of ours is answered, each with or without `#`.
const VERDICTS: &[(&[&str], Word)] = &[
    (&["send", "senden", "yes", "ja"], Word::Send),
    (&["note", "notiz", "undo", "zurückziehen"], Word::Note),
    (&["drop", "verwerfen"], Word::Drop),
    (&["no", "nein"], Word::Disown),
];

/// What the first line of an answer to a question of ours decides; `None` where it says anything else.
#[must_use]
pub fn verdict(new_text: &str) -> Option<Word> {
    let line = new_text.lines().map(fold).find(|line| !line.trim().is_empty())?;
    let word = line.trim().trim_end_matches(['.', '!', ',']);
    let word = word.strip_prefix('#').unwrap_or(word).trim();
    VERDICTS.iter().find(|(words, _)| words.contains(&word)).map(|(_, verdict)| *verdict)
}

/// `#word value`, folded; `None` for a line that is none. Digits (`#42`) and headings (`# Title`) are text.
fn command_line(line: &str) -> Option<String> {
    let folded = fold(line);
    let word = folded.trim().strip_prefix('#')?;
    word.starts_with(char::is_alphabetic).then(|| word.trim().to_owned())
}

/// `#note call him back`: what stands behind the word is the note.
fn note_text<'a>(command: &str, line: &'a str) -> Option<&'a str> {
    let (word, _) = command.split_once(char::is_whitespace)?;
    let (_, text) = line.trim().split_once(char::is_whitespace)?;
    NOTE_WORDS.contains(&word).then_some(text)
}

fn obey(command: &str, statuses: &[StatusWords], wishes: &mut Wishes) {
    let (word, value) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let value = value.trim();
    let trouble = || Trouble::Unknown(format!("#{command}"));
    if NOTE_WORDS.contains(&word) {
        wishes.note = true;
    } else if CLOSE_WORDS.contains(&word) && value.is_empty() {
        wishes.status = Some(crate::desk::ticket::STATUS_DONE.to_owned());
    } else if NOW_WORDS.contains(&word) && value.is_empty() {
        wishes.now = true;
    } else if UNDO_WORDS.contains(&word) && value.is_empty() {
        wishes.undo = true;
    } else if STATUS_WORDS.contains(&word) {
        let named = |status: &&StatusWords| fold(&status.key) == value || status.names.iter().any(|name| fold(name) == value);
        match statuses.iter().find(named) {
            Some(status) => wishes.status = Some(status.key.clone()),
            None => wishes.trouble = Some(trouble()),
        }
    } else {
        let near = !CLOSE_WORDS.contains(&word)
            && NOTE_WORDS.iter().chain(CLOSE_WORDS).chain(STATUS_WORDS).any(|known| is_near(word, known));
        wishes.trouble = Some(if near { Trouble::NearMiss(format!("#{command}")) } else { trouble() });
    }
}

/// The single words in square brackets of a subject, folded.
fn bracketed(subject: &str) -> Vec<String> {
    let folded = fold(subject);
    let inside = |part: &str| part.split_once(']').map(|(word, _)| word.trim().to_owned());
    folded.split('[').skip(1).filter_map(inside).filter(|word| word.chars().all(char::is_alphabetic)).collect()
}

/// NFKC, lower case, nothing invisible.
fn fold(text: &str) -> String {
    visible(text).nfkc().collect::<String>().to_lowercase()
}

fn visible(text: &str) -> String {
    let invisible = |c: &char| {
        matches!(*c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|c| !invisible(c)).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect()
}

/// Whether a word could be a slip for `known`: at most two letters wrong, dropped, added or swapped, and at most one in
/// words of four.
fn is_near(word: &str, known: &str) -> bool {
    let most = if known.chars().count() <= 4 { 1 } else { 2 };
    word != known && distance(word, known) <= most
}

/// Edit distance in which swapping two neighbours counts one (optimal string alignment).
fn distance(one: &str, two: &str) -> usize {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().take(40).collect(), two.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in two.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&above, j) + usize::from(a != b)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && two.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses() -> Vec<StatusWords> {
        let status = |key: &str, names: [&str; 2]| StatusWords { key: key.to_owned(), names: names.map(str::to_owned).to_vec() };
        vec![status("done", ["erledigt", "done"]), status("in_progress", ["in Arbeit", "in progress"])]
    }

    #[test]
    fn what_a_mail_asks_for() {
        let table: [(&str, &str, bool, Option<&str>, &str); 17] = [
            ("", "#Note  Call him back\n#close", true, None, "Call him back\n#close"),
            ("", "Hello", false, None, "Hello"),
            ("", "#note\nHello", true, None, "Hello"),
            ("", "#intern\n\nHello", true, None, "Hello"),
            ("", "\n  #Internal \nHello", true, None, "Hello"),
            ("", "#no\u{200b}te\nHello", true, None, "Hello"),
            ("", "＃ｎｏｔｅ\nHello", true, None, "Hello"),
            ("Re: x [note]", "Hello", true, None, "Hello"),
            ("[INTERN] x [ACME-1]", "Hello", true, None, "Hello"),
            ("", "#close\nHello", false, Some("done"), "Hello"),
            ("", "#close", false, Some("done"), ""),
            ("", "#note\n#close\nHello", true, Some("done"), "Hello"),
            ("", "#status done\nHello", false, Some("done"), "Hello"),
            ("", "#Status  In Arbeit\nHello", false, Some("in_progress"), "Hello"),
            ("", "Hello\n#close", false, None, "Hello\n#close"),
            ("", "#42 is broken", false, None, "#42 is broken"),
            ("", "# Title\ntext", false, None, "# Title\ntext"),
        ];
        for (subject, text, note, status, rest) in table {
            let wishes = wishes(subject, text, &statuses());
            assert_eq!(wishes.trouble, None, "{text:?}");
            assert_eq!(
                (wishes.note, wishes.status.as_deref(), wishes.text.as_str()),
                (note, status, rest),
                "{subject:?} {text:?}"
            );
        }
    }

    #[test]
    fn what_an_answer_to_a_question_decides() {
        for (text, word) in [
            ("#send", Some(Word::Send)),
            ("\n #Senden\nHello", Some(Word::Send)),
            ("Ja", Some(Word::Send)),
            ("yes.", Some(Word::Send)),
            ("#Notiz", Some(Word::Note)),
            ("#verwerfen", Some(Word::Drop)),
            ("#nein!", Some(Word::Disown)),
            ("No", Some(Word::Disown)),
            ("#\u{ff53}end", Some(Word::Send)),
            ("yes please", None),
            ("No, wait, yes", None),
            ("#sned", None),
            ("That was me\n#send", None),
            ("", None),
        ] {
            assert_eq!(verdict(text), word, "{text:?}");
        }
    }

    #[test]
    fn what_is_almost_a_word_is_trouble() {
        for text in ["#intrenal", "#nte", "#notes", "#inter", "#closee", "#interal", "#internal!", "#statsu done"] {
            assert!(matches!(wishes("", text, &statuses()).trouble, Some(Trouble::NearMiss(_))), "{text}");
        }
        for text in ["#frobnicate", "#status gone", "#status", "#close now"] {
            assert!(matches!(wishes("", text, &statuses()).trouble, Some(Trouble::Unknown(_))), "{text}");
        }
        assert!(wishes("Re: [nte] x", "Hello", &statuses()).trouble.is_some());
        assert!(wishes("Re: [intenral] x", "Hello", &statuses()).trouble.is_some());
        assert!(wishes("Re: [ACME-1] [EXTERN] x", "Hello", &statuses()).trouble.is_some(), "one letter from intern");
        assert!(wishes("Re: [ACME-1] [Newsletter] x", "Hello", &statuses()).trouble.is_none());
    }
}
