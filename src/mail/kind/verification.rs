//! Mails by which another service wants an address confirmed, or lets somebody in: one-time codes, confirmation, reset and
//! sign-in links. Whoever registers elsewhere with an address of the desk must not read them on a ticket ("Ticket Trick").
//!
//! Named rules over what a mail says, and who says it: a machine, or somebody of whom nothing says that it is one. People
//! who write about codes ask for help in the first person; for them a code in the text is no secret of somebody else.

use crate::letter::Kind;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::rule::Rule;
use super::signs::{Facts, is_no_reply, precedence, says_automatic};
use super::{code, key};
use crate::bounce::signs as reports;
use crate::decode::encoded_word;
use crate::decode::mime::Part;
use crate::phrases::{
    FIELD_SERVICE, VERIFICATION_CODES, VERIFICATION_CONFIRMS, VERIFICATION_DOES, VERIFICATION_ENTERS, VERIFICATION_EXPIRES,
    VERIFICATION_NAME, VERIFICATION_OBJECTS, VERIFICATION_OFFICE, VERIFICATION_PERSON, VERIFICATION_RESETS, VERIFICATION_SECRET,
    VERIFICATION_UNASKED, VERIFICATION_YOURS, Words, by_language,
};
use crate::thread;

/// Characters of a text that are looked at: such mails are short, and say it early.
const REACH: usize = 8_000;
/// Characters at the beginning in which people say what they want.
const HEAD: usize = 600;
/// Lines before and after the name of a code in which it stands.
const BEFORE: usize = 2;
const AFTER: usize = 4;
/// Characters of a mail that says little more than a code.
const SHORT: usize = 1_500;
/// Lines of a mail that says nothing but a code and its name, and words of the name.
const LABELLED: usize = 8;
const LABEL: usize = 5;
/// Bytes between what is to be done and with what.
const NEAR: usize = 60;

/// Recognises a mail, or does not.
type Check = fn(&Sight<'_>) -> bool;

/// The rules, in order.
const RULES: &[(Rule, Check)] = &[
    (Rule::CodeInSubject, code_in_subject),
    (Rule::CodeInText, code_in_text),
    (Rule::RequestInSubject, request_in_subject),
    (Rule::RequestInText, request_in_text),
    (Rule::LinkThatLetsIn, link_that_lets_in),
    (Rule::YourCode, your_code),
    (Rule::CodeAlone, code_alone),
    (Rule::NothingElse, nothing_else),
    (Rule::FirstPassword, first_password),
];

/// The rule by which a mail is one; `None` for every other mail. `has_link` says whether its HTML has links.
pub(super) fn rule(facts: &Facts<'_, '_>, kind: Kind, has_link: bool) -> Option<Rule> {
    if !matches!(kind, Kind::Person | Kind::Generated | Kind::Empty) {
        return None;
    }
    let sight = Sight::of(facts, kind, has_link);
    // People talk about codes, services about themselves. What somebody has typed into their form makes them no people.
    if sight.person && !(sight.surely && sight.service > 0) {
        return (sight.surely && code_alone(&sight)).then_some(Rule::CodeAlone);
    }
    RULES.iter().find(|(_, holds)| holds(&sight)).map(|(rule, _)| *rule)
}

/// What is seen of a mail.
struct Sight<'a> {
    /// The subject, as [`plain`] leaves it.
    subject: String,
    /// The subject as it was written.
    raw_subject: &'a str,
    /// The lines of the text that are not blank: plain, and as they were written.
    lines: Vec<(String, &'a str)>,
    /// All of them in one.
    text: String,
    /// Something says that a program wrote it.
    machine: bool,
    /// It says so itself.
    surely: bool,
    /// A person talks.
    person: bool,
    /// There is a link.
    link: bool,
    /// How many of the four things it says that services say.
    service: usize,
    /// Whether one of them is more than "click here".
    warns: bool,
}

impl<'a> Sight<'a> {
    fn of(facts: &Facts<'_, 'a>, kind: Kind, has_link: bool) -> Self {
        let root = facts.root;
        let surely = kind == Kind::Generated || says_automatic(root) || is_no_reply(facts.from) || sends_for_nobody(root);
        let answers = root.first("in-reply-to").is_some() || is_passed_on(facts.subject);
        let written = if surely { facts.whole } else { facts.text };
        let written = written.get(..written.floor_char_boundary(REACH)).unwrap_or(written);
        let lines: Vec<(String, &str)> =
            written.lines().map(|line| (plain(line), line)).filter(|(line, _)| !line.trim().is_empty()).collect();
        let text = format!(" {} ", lines.iter().map(|(line, _)| line.trim()).collect::<Vec<_>>().join(" "));
        let subject = plain(facts.subject);
        let head = format!("{subject}{}", text.get(..text.floor_char_boundary(HEAD)).unwrap_or(&text));
        let talks = VERIFICATION_PERSON.stand_in(&head);
        let person = talks || (answers && !surely);
        let of = [&VERIFICATION_EXPIRES, &VERIFICATION_UNASKED, &VERIFICATION_SECRET, &VERIFICATION_DOES];
        let said = of.map(|words| words.stand_in(&text));
        let weakly = FIELD_SERVICE.any(|name| root.first(name).is_some())
            || root.first("x-auto-response-suppress").is_some()
            || (root.first("list-unsubscribe").is_some() && root.first("list-post").is_none())
            || matches!(precedence(root).as_str(), "bulk" | "junk")
            || reports::has_null_path(root)
            || is_office_of_a_service(facts);
        Self {
            subject,
            raw_subject: facts.subject,
            machine: surely || weakly,
            surely,
            person,
            link: has_link || written.contains("://") || written.contains("www."),
            service: said.iter().filter(|said| **said).count(),
            warns: said.iter().take(3).any(|said| *said),
            lines,
            text,
        }
    }

    /// Whether a code stands in these lines.
    fn code_in(&self, from: usize, to: usize) -> bool {
        let lines: Vec<&str> = self.lines.iter().take(to).skip(from).map(|(_, line)| *line).collect();
        code::stands_in(&lines.join("\n"))
    }
}

/// `Your verification code is 482913`, or `Your verification code` with the code in the text.
fn code_in_subject(sight: &Sight<'_>) -> bool {
    let named = VERIFICATION_CODES.stand_in(&sight.subject);
    let bare = [" code ", " codes ", " pin ", " otp ", "コード", "코드"].iter().any(|word| sight.subject.contains(word));
    let in_subject = code::stands_in(sight.raw_subject);
    let shown = in_subject || sight.code_in(0, usize::MAX);
    match (named, sight.machine) {
        (true, true) => in_subject || yours(&sight.subject) || shown,
        (true, false) => (shown && sight.service > 0) || (in_subject && yours(&sight.subject)),
        (false, true) => bare && shown && sight.service > 0,
        (false, false) => bare && shown && sight.warns,
    }
}

/// The name of a code, and the code beside it.
fn code_in_text(sight: &Sight<'_>) -> bool {
    let beside = |at: usize| sight.code_in(at.saturating_sub(BEFORE), at + AFTER + 1);
    let own = |line: &str| (sight.machine && yours(line)) || sight.service > 0;
    let whole = |line: &str, at: usize| yours(line) && sight.code_in(at, at + 1);
    let named = sight
        .lines
        .iter()
        .enumerate()
        .any(|(at, (line, _))| VERIFICATION_CODES.stand_in(line) && (whole(line, at) || own(line) && beside(at)));
    // "Your code: 482913", and that it is for nobody else.
    let bare = || {
        let mark = |line: &str| [" code ", " pin ", "code lautet", "コード", "코드"].iter().any(|word| line.contains(word));
        sight.warns && sight.lines.iter().enumerate().any(|(at, (line, _))| mark(line) && yours(line) && beside(at))
    };
    named || (sight.service >= 1 && bare())
}

/// `Confirm your email address`, `Reset your password`.
fn request_in_subject(sight: &Sight<'_>) -> bool {
    let asks = confirms(&sight.subject) || resets(&sight.subject);
    asks && (sight.machine || (sight.link && sight.service > 0))
}

/// The same in the text, with a link and the words around it.
fn request_in_text(sight: &Sight<'_>) -> bool {
    if !sight.link || sight.service == 0 || (!sight.machine && !sight.warns) {
        return false;
    }
    // A reset nobody warns about is a line in somebody's footer.
    sight.lines.iter().any(|(line, _)| confirms(line) || (sight.warns && resets(line)))
}

/// `Sign in to ...`: a link that is for one person and for a time.
fn link_that_lets_in(sight: &Sight<'_>) -> bool {
    let subject = VERIFICATION_ENTERS.stand_in(&sight.subject);
    let text = VERIFICATION_ENTERS.stand_in(&sight.text);
    let keyed = text && sight.lines.iter().any(|(_, line)| key::in_text(line));
    sight.link
        && (keyed
            || (subject && (sight.machine || sight.warns))
            || (text && sight.warns && (sight.machine || sight.service >= 2)))
}

/// `482913 is your Instagram code`, by what is surely no person.
fn your_code(sight: &Sight<'_>) -> bool {
    let names = |line: &str| VERIFICATION_NAME.stand_in(line) && yours(line);
    let in_subject = names(&sight.subject) && code::stands_in(sight.raw_subject);
    let shown = |at: usize| sight.code_in(at, at + 2);
    sight.surely && (in_subject || sight.lines.iter().enumerate().any(|(at, (line, _))| names(line) && shown(at)))
}

/// A short mail of a machine in which one code has a line for itself, in whatever language.
fn code_alone(sight: &Sight<'_>) -> bool {
    let codes: BTreeSet<&str> =
        sight.lines.iter().map(|(_, line)| line.trim()).filter(|line| code::is_line(line, sight.surely)).collect();
    sight.machine && codes.len() == 1 && sight.text.chars().count() <= SHORT
}

/// A code and its name, in the text or in the subject, and not a word more, whoever sends it: `Code: 482 913`.
fn nothing_else(sight: &Sight<'_>) -> bool {
    let digits = |word: &str| word.chars().any(|c| c.is_numeric());
    let words: Vec<&str> =
        sight.text.split_whitespace().filter(|word| !digits(word) && word.chars().any(char::is_alphabetic)).collect();
    let shown = sight.lines.len() <= LABELLED && sight.code_in(0, LABELLED);
    let named = |text: &str| [&VERIFICATION_CODES, &VERIFICATION_NAME].iter().any(|of| of.any(|name| is_all(text, name)));
    match words.as_slice() {
        [] => shown && !digits(&sight.subject) && named(&sight.subject),
        words => shown && words.len() <= LABEL && named(&words.join(" ")),
    }
}

/// Whether a text says this, whose it is, and nothing more.
fn is_all(text: &str, name: &str) -> bool {
    let Some((before, after)) = text.split_once(name.trim()) else { return false };
    let mine = |side: &str| side.trim().is_empty() || VERIFICATION_YOURS.any(|of| side.trim() == of.trim());
    mine(before) && mine(after)
}

/// `Password: tr0ub4dor`, by what is surely no person.
fn first_password(sight: &Sight<'_>) -> bool {
    sight.surely && sight.lines.iter().any(|(_, line)| code::is_password(line))
}

fn yours(text: &str) -> bool {
    VERIFICATION_YOURS.stand_in(text)
}

fn confirms(text: &str) -> bool {
    // Both in one language: words of two begin alike and mean something else.
    static LANGUAGES: LazyLock<Vec<[Words; 2]>> = LazyLock::new(|| by_language([&VERIFICATION_CONFIRMS, &VERIFICATION_OBJECTS]));
    let asks = |words: &Words, objects: &Words| words.any(|word| near(text, word, |around| objects.stand_in(around)));
    VERIFICATION_CONFIRMS.stand_in(text) && LANGUAGES.iter().any(|[confirms, objects]| asks(confirms, objects))
}

fn resets(text: &str) -> bool {
    VERIFICATION_RESETS.any_pair(|one, other| near(text, one, |around| around.contains(other)))
}

/// Whether a word stands in a text and what is near it, before or behind, fits.
fn near(text: &str, word: &str, fits: impl Fn(&str) -> bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let from = text.floor_char_boundary(at.saturating_sub(NEAR));
        let to = text.floor_char_boundary(at.saturating_add(word.len()).saturating_add(NEAR).min(text.len()));
        text.get(from..to).is_some_and(&fits)
    })
}

/// A text in lower case with one blank between words and at its ends, without punctuation and characters that nobody sees.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 2);
    plain.push(' ');
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{307}' => {}
            '\u{2010}'..='\u{2014}' => plain.push('-'),
            '\u{2018}' | '\u{2019}' | '\u{b4}' => plain.push('\''),
            c if c.is_alphanumeric() || matches!(c, '-' | '\'') => plain.push(c),
            // Vowel signs of scripts that write them apart.
            c if !c.is_ascii() && !c.is_whitespace() && !c.is_control() && is_mark(c) => plain.push(c),
            _ if plain.ends_with(' ') => {}
            _ => plain.push(' '),
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain.replace("e-mail", "email").replace(" e mail", " email")
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x591..=0x5c7 | 0x64b..=0x65f | 0x900..=0xdff | 0xff1a)
}

/// Whether the subject says that a person answers or passes on.
fn is_passed_on(subject: &str) -> bool {
    thread::is_answer(subject) || thread::is_forward(subject)
}

/// Whether the mail's own sender, or where it bounces to, is nobody's mailbox.
fn sends_for_nobody(root: &Part<'_>) -> bool {
    let local = |name: &str| {
        let value = root.first(name).map(encoded_word::text).unwrap_or_default().to_ascii_lowercase();
        let address = value.rsplit('<').next().unwrap_or_default().to_owned();
        address.split('@').next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect::<String>()
    };
    ["sender", "return-path"].iter().any(|name| ["noreply", "donotreply"].iter().any(|word| local(name).contains(word)))
}

/// Whether the sender is one of the names from which services send what concerns accounts.
fn is_office_of_a_service(facts: &Facts<'_, '_>) -> bool {
    let local = facts.from.map(|from| from.address.split('@').next().unwrap_or_default().to_lowercase()).unwrap_or_default();
    VERIFICATION_OFFICE.have(&local)
}

#[cfg(test)]
#[path = "verification_tests.rs"]
pub(super) mod tests;
