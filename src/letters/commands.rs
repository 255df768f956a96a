//! What is said about the commands of a member of staff: line by line, and the table of all of them. One set of words for
//! the transcript and for the question about a held mail.
//!
//! Both go to the author's registered address and to nobody else, and of the ticket they hold only what its author wrote in
//! command lines, and the names of those who would read.

use askama::Template;

use super::i18n::Texts;
use super::parts::automatic_answer;
use super::{Draft, Speaker, Stationery};
use crate::desk::entry::Visibility;

/// One command line and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line as it was written, shortened.
    pub text: String,
    /// What is wrong or odd about it.
    pub verdict: Verdict,
}

/// What is to be said of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Fine,
    /// It is done, and something about it is worth a word.
    Warned(Warning),
    /// It cannot be done, and nothing else of the mail either.
    Refused(Refusal),
}

/// What is worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The due date is over already.
    Past,
    /// Who is asked to take part is no member of the ticket's customer.
    Foreign,
    /// Who is taken off asked for the ticket.
    Asked,
    /// The text stays internal although the changes are public.
    TextInternal,
}

/// Why a command is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such command; with the one that was perhaps meant.
    Unknown(Option<String>),
    /// It stands below the text.
    Below,
    /// It needs a value; with an example.
    NeedsValue(String),
    /// It stands alone in its line.
    TakesNothing,
    /// Its value cannot be read; with an example.
    Unreadable(String),
    /// No such status, priority or type; with those that there are.
    NoSuch(String),
    /// Nobody of the staff is called so; with those who are there.
    Nobody(String),
    /// Several of the staff are called so; with them.
    Ambiguous(String),
    /// It stands there twice.
    Twice,
    /// The mail says both `#public` and that it is a note.
    Contradiction,
    /// Everybody who sees the ticket sees it, and the mail is internal.
    SeenByAll,
    /// The address belongs to somebody of the staff.
    WorksHere,
    /// The address is the desk's own.
    OwnAddress,
    /// The person is switched off.
    Off,
    /// Nobody with this address takes part; with those who do.
    NoPart(String),
    /// Nothing can be taken back any more.
    TooLate,
    /// It says something about a text, and there is none.
    NoText,
    /// No answer of the author's waits that could leave now, and there is no text.
    NothingWaits,
}

/// What became of the commands of a mail as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandsOutcome {
    /// All of them were done.
    Done,
    /// Nothing was done, as the mail wanted it.
    Dry,
    /// Nothing was done, because something was refused.
    Refused,
    /// Nothing was done, because something was refused; the text went its way.
    TextOnly,
}

/// A line as its author reads it.
#[must_use]
pub fn line(w: &Texts, line: &Line, outcome: CommandsOutcome) -> String {
    let said = match (&line.verdict, outcome) {
        (Verdict::Refused(refusal), _) => refused(w, refusal),
        (Verdict::Fine, CommandsOutcome::Done) => w.text("commands-done", &[]),
        (Verdict::Fine, CommandsOutcome::Dry) => w.text("commands-would", &[]),
        (_, CommandsOutcome::Refused | CommandsOutcome::TextOnly) => w.text("commands-left", &[]),
        (Verdict::Warned(warning), CommandsOutcome::Done) => format!("{} {}", w.text("commands-done", &[]), warned(w, warning)),
        (Verdict::Warned(warning), CommandsOutcome::Dry) => format!("{} {}", w.text("commands-would", &[]), warned(w, warning)),
    };
    format!("{} – {said}", line.text)
}

fn warned(w: &Texts, warning: &Warning) -> String {
    match warning {
        Warning::Past => w.text("commands-warn-past", &[]),
        Warning::Foreign => w.text("commands-warn-foreign", &[]),
        Warning::Asked => w.text("commands-warn-asked", &[]),
        Warning::TextInternal => w.text("commands-warn-text-internal", &[]),
    }
}

fn refused(w: &Texts, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unknown(None) => w.text("commands-unknown", &[]),
        Refusal::Unknown(Some(meant)) => w.text("commands-did-you-mean", &[("word", meant)]),
        Refusal::Below => w.text("commands-below", &[]),
        Refusal::NeedsValue(example) => w.text("commands-needs-value", &[("example", example)]),
        Refusal::TakesNothing => w.text("commands-takes-nothing", &[]),
        Refusal::Unreadable(example) => w.text("commands-unreadable", &[("example", example)]),
        Refusal::NoSuch(choices) => w.text("commands-no-such", &[("choices", choices)]),
        Refusal::Nobody(choices) => w.text("commands-nobody", &[("choices", choices)]),
        Refusal::Ambiguous(choices) => w.text("commands-ambiguous", &[("choices", choices)]),
        Refusal::Twice => w.text("commands-twice", &[]),
        Refusal::Contradiction => w.text("commands-contradiction", &[]),
        Refusal::SeenByAll => w.text("commands-seen-by-all", &[]),
        Refusal::WorksHere => w.text("commands-works-here", &[]),
        Refusal::OwnAddress => w.text("commands-own-address", &[]),
        Refusal::Off => w.text("commands-off", &[]),
        Refusal::NoPart(parts) if parts.is_empty() => w.text("commands-no-part-at-all", &[]),
        Refusal::NoPart(parts) => w.text("commands-no-part", &[("people", parts)]),
        Refusal::TooLate => w.text("commands-too-late", &[]),
        Refusal::NoText => w.text("commands-no-text", &[]),
        Refusal::NothingWaits => w.text("commands-nothing-waits", &[]),
    }
}

/// What became of the commands of a mail.
#[derive(Debug, Clone)]
pub struct Transcript {
    /// The number of the ticket; `None` for a mail about none.
    pub number: Option<String>,
    /// Its commands.
    pub lines: Vec<Line>,
    /// What became of them.
    pub outcome: CommandsOutcome,
    /// What the text would become, where there is one.
    pub text: Option<Visibility>,
    /// For whom the changes would be, where there are any.
    pub changes: Option<Visibility>,
    /// Who outside the staff would read by mail.
    pub readers: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail/transcript.txt")]
struct TranscriptText<'a> {
    greeting: &'a str,
    head: &'a str,
    lines: &'a [String],
    after: &'a [String],
    help: &'a str,
}

/// "These commands were done, these were not."
///
/// # Errors
/// When the template fails.
pub fn transcript(stationery: Stationery, transcript: &Transcript) -> askama::Result<Draft> {
    let w = stationery.words();
    let about = transcript.number.as_deref().unwrap_or(&stationery.desk);
    let (subject, head) = match transcript.outcome {
        CommandsOutcome::Done => (w.text("commands-subject-done", &[("number", about)]), w.text("commands-head-done", &[])),
        CommandsOutcome::Dry => (w.text("commands-subject-dry", &[("number", about)]), w.text("commands-head-dry", &[])),
        CommandsOutcome::Refused => {
            (w.text("commands-subject-refused", &[("number", about)]), w.text("commands-head-refused", &[]))
        }
        CommandsOutcome::TextOnly => {
            (w.text("commands-subject-refused", &[("number", about)]), w.text("commands-head-text-only", &[]))
        }
    };
    let lines: Vec<String> = transcript.lines.iter().map(|of| line(w, of, transcript.outcome)).collect();
    let mut after = Vec::new();
    if transcript.outcome == CommandsOutcome::Dry {
        after.extend(transcript.text.map(|visibility| match visibility {
            Visibility::Internal => w.text("commands-text-internal", &[]),
            Visibility::Public if transcript.readers.is_empty() => w.text("commands-text-nobody", &[]),
            Visibility::Public => w.text("commands-text-public", &[("readers", &transcript.readers.join(", "))]),
        }));
        after.extend(transcript.changes.map(|visibility| match visibility {
            Visibility::Internal => w.text("commands-changes-internal", &[]),
            Visibility::Public => w.text("commands-changes-public", &[]),
        }));
    }
    let (greeting, help) = (stationery.greeting(), w.text("commands-see-help", &[]));
    let text = TranscriptText { greeting: &greeting, head: &head, lines: &lines, after: &after, help: &help }.render()?;
    Ok(automatic_answer(stationery.draft(Speaker::Desk, subject, &text)))
}

/// A command as the help mail explains it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its words with `#`, the reader's first.
    pub words: Vec<String>,
    /// An example.
    pub example: String,
    /// What it does.
    pub says: String,
}

#[derive(Template)]
#[template(path = "mail/commands.txt")]
struct Help<'a> {
    w: &'a Texts,
    greeting: &'a str,
    rows: &'a [(String, String, String)],
}

/// All commands, to a member of staff who asked.
///
/// # Errors
/// When the template fails.
pub fn help(stationery: Stationery, rows: &[Row]) -> askama::Result<Draft> {
    let w = stationery.words();
    let row = |row: &Row| (row.example.clone(), row.says.clone(), row.words.join(", "));
    let rows: Vec<(String, String, String)> = rows.iter().map(row).collect();
    let text = Help { w, greeting: &stationery.greeting(), rows: &rows }.render()?;
    let subject = w.text("commands-help-subject", &[("desk", &stationery.desk)]);
    Ok(automatic_answer(stationery.draft(Speaker::Desk, subject, &text)))
}
