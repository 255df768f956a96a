//! The commands that a mail can hold: one table. The parser, the help mails and the section of the README are made of it.

use crate::desk::people::Language;
use crate::letters::commands::Row;
use crate::letters::i18n::{Texts, texts};

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The text is an internal note.
    Note,
    /// The changes are seen by customers.
    Public,
    /// Sets the status.
    Status,
    /// Sets the status that means done.
    Close,
    /// Sets the status that means open.
    Reopen,
    /// Gives the ticket to somebody, or to nobody.
    Assign,
    /// Sets the priority.
    Priority,
    /// Sets the task type.
    Type,
    /// Sets the progress.
    Progress,
    /// Sets the due date, or takes it away.
    Due,
    /// Puts a tag on, or takes it off.
    Tag,
    /// Writes down working time.
    Time,
    /// Sets the title.
    Title,
    /// Lets somebody outside take part.
    Cc,
    /// Lets them take part no longer.
    Uncc,
    /// Stops what has not left yet.
    Undo,
    /// Skips the time in which it could be stopped.
    Now,
    /// Does nothing and says what would happen.
    Dry,
    /// Sends this table.
    Help,
}

/// What stands behind the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A value.
    Value,
    /// Text that belongs to the mail, or nothing.
    Text,
}

/// A row of the table.
#[derive(Debug)]
pub struct Command {
    /// What it does.
    pub verb: Verb,
    /// English words; the first is the one that is shown.
    pub en: &'static [&'static str],
    /// German words; the first is the one that is shown.
    pub de: &'static [&'static str],
    /// What stands behind the word.
    pub takes: Takes,
    /// The words by which customers say it, with or without `#`, as the only line of a mail; none where they may not.
    pub customer: &'static [&'static str],
    /// An example in English.
    pub example_en: &'static str,
    /// An example in German.
    pub example_de: &'static str,
    /// What it does, in a sentence.
    pub says: fn(&Texts) -> String,
}

/// The words that make an entry internal.
pub const NOTE_WORDS: &[&str] = &["note", "internal", "notiz", "intern"];

/// The table, in the order in which people read it.
pub const COMMANDS: &[Command] = &[
    Command {
        verb: Verb::Note,
        en: &["note", "internal"],
        de: &["notiz", "intern"],
        takes: Takes::Text,
        customer: &[],
        example_en: "#note",
        example_de: "#notiz",
        says: |w| w.text("command-note", &[]),
    },
    Command {
        verb: Verb::Public,
        en: &["public"],
        de: &["öffentlich", "oeffentlich"],
        takes: Takes::Nothing,
        customer: &[],
        example_en: "#public",
        example_de: "#öffentlich",
        says: |w| w.text("command-public", &[]),
    },
    Command {
        verb: Verb::Status,
        en: &["status"],
        de: &["status"],
        takes: Takes::Value,
        customer: &["status", "stand"],
        example_en: "#status waiting",
        example_de: "#status wartet",
        says: |w| w.text("command-status", &[]),
    },
    Command {
        verb: Verb::Close,
        en: &["close", "done"],
        de: &["schließen", "schliessen", "erledigt"],
        takes: Takes::Nothing,
        customer: &["close", "schließen", "schliessen"],
        example_en: "#close",
        example_de: "#schließen",
        says: |w| w.text("command-close", &[]),
    },
    Command {
        verb: Verb::Reopen,
        en: &["reopen"],
        de: &["öffnen", "oeffnen"],
        takes: Takes::Nothing,
        customer: &[],
        example_en: "#reopen",
        example_de: "#öffnen",
        says: |w| w.text("command-reopen", &[]),
    },
    Command {
        verb: Verb::Assign,
        en: &["assign"],
        de: &["zuweisen"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#assign me",
        example_de: "#zuweisen mir",
        says: |w| w.text("command-assign", &[]),
    },
    Command {
        verb: Verb::Priority,
        en: &["priority", "prio"],
        de: &["priorität", "prioritaet"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#priority high",
        example_de: "#priorität hoch",
        says: |w| w.text("command-priority", &[]),
    },
    Command {
        verb: Verb::Type,
        en: &["type"],
        de: &["art", "typ"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#type request",
        example_de: "#art Anfrage",
        says: |w| w.text("command-type", &[]),
    },
    Command {
        verb: Verb::Progress,
        en: &["progress"],
        de: &["fortschritt"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#progress 40",
        example_de: "#fortschritt 40 %",
        says: |w| w.text("command-progress", &[]),
    },
    Command {
        verb: Verb::Due,
        en: &["due"],
        de: &["termin", "fällig", "faellig"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#due 2026-12-01",
        example_de: "#termin 1.12.2026",
        says: |w| w.text("command-due", &[]),
    },
    Command {
        verb: Verb::Tag,
        en: &["tag"],
        de: &["stichwort"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#tag invoice",
        example_de: "#stichwort rechnung",
        says: |w| w.text("command-tag", &[]),
    },
    Command {
        verb: Verb::Time,
        en: &["time"],
        de: &["zeit"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#time 45m on the phone",
        example_de: "#zeit 1,5h Fehlersuche",
        says: |w| w.text("command-time", &[]),
    },
    Command {
        verb: Verb::Title,
        en: &["title"],
        de: &["titel"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#title Printer in room 4",
        example_de: "#titel Drucker in Raum 4",
        says: |w| w.text("command-title", &[]),
    },
    Command {
        verb: Verb::Cc,
        en: &["cc"],
        de: &["hinzuziehen"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#cc kim@acme.example",
        example_de: "#hinzuziehen kim@acme.example",
        says: |w| w.text("command-cc", &[]),
    },
    Command {
        verb: Verb::Uncc,
        en: &["uncc"],
        de: &["entfernen"],
        takes: Takes::Value,
        customer: &[],
        example_en: "#uncc kim@acme.example",
        example_de: "#entfernen kim@acme.example",
        says: |w| w.text("command-uncc", &[]),
    },
    Command {
        verb: Verb::Undo,
        en: &["undo"],
        de: &["rückgängig", "rueckgaengig", "zurückziehen"],
        takes: Takes::Nothing,
        customer: &[],
        example_en: "#undo",
        example_de: "#rückgängig",
        says: |w| w.text("command-undo", &[]),
    },
    Command {
        verb: Verb::Now,
        en: &["now"],
        de: &["sofort", "jetzt"],
        takes: Takes::Nothing,
        customer: &[],
        example_en: "#now",
        example_de: "#sofort",
        says: |w| w.text("command-now", &[]),
    },
    Command {
        verb: Verb::Dry,
        en: &["dry"],
        de: &["probe"],
        takes: Takes::Nothing,
        customer: &[],
        example_en: "#dry",
        example_de: "#probe",
        says: |w| w.text("command-dry", &[]),
    },
    Command {
        verb: Verb::Help,
        en: &["help"],
        de: &["hilfe"],
        takes: Takes::Nothing,
        customer: &["help", "hilfe"],
        example_en: "#help",
        example_de: "#hilfe",
        says: |w| w.text("command-help", &[]),
    },
];

impl Command {
    /// Every word of it.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.en.iter().chain(self.de).copied()
    }
}

/// The command with this folded word.
#[must_use]
pub fn command(word: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.words().any(|known| known == word))
}

/// The table as the help mail shows it: the reader's words first.
#[must_use]
pub fn rows(language: Language) -> Vec<Row> {
    let row = |command: &Command| {
        let (own, other, example) = match language {
            Language::German => (command.de, command.en, command.example_de),
            Language::English => (command.en, command.de, command.example_en),
        };
        let mut words: Vec<String> = Vec::new();
        for word in own.iter().chain(other).map(|word| format!("#{word}")) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Row { words, example: example.to_owned(), says: (command.says)(self::texts(language)) }
    };
    COMMANDS.iter().map(row).collect()
}

/// The table as the README shows it.
#[must_use]
pub fn readme() -> String {
    let mut lines = vec!["| you write | or | |".to_owned(), "|---|---|---|".to_owned()];
    for (command, row) in COMMANDS.iter().zip(rows(Language::English)) {
        let also = row.words.iter().filter(|word| Some(word.as_str()) != row.example.split(' ').next());
        let also: Vec<String> = also.map(|word| format!("`{word}`")).collect();
        let customer = if command.customer.is_empty() { "" } else { " For customers, too." };
        lines.push(format!("| `{}` | {} | {}{customer} |", row.example, also.join(", "), row.says));
    }
    lines.join("\n")
}
