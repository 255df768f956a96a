//! Entries: the items of a ticket's timeline.

pub use crate::mail::compose::File;
pub use crate::mail::document::{self, Document};

string_enum! {
    /// Who may see an entry. There is no default and no third value.
    Visibility {
        /// Everybody who may see the ticket.
        Public = "public",
        /// Staff.
        Internal = "internal",
    }
}

string_enum! {
    /// What an entry is.
    EntryKind {
        /// Somebody wrote something.
        Comment = "comment",
        /// Somebody changed something.
        Change = "change",
        /// Somebody worked on it.
        Time = "time",
        /// What became of an outgoing mail.
        Delivery = "delivery",
    }
}

string_enum! {
    /// What a change is about.
    Field {
        /// The status, by its key.
        Status = "status",
        /// The priority, by its key.
        Priority = "priority",
        /// The progress in per cent.
        Progress = "progress",
        /// Who works on it, by id.
        Assignee = "assignee",
        /// When it is due, in microseconds.
        Due = "due",
        /// The task type, by its key.
        Type = "type",
        /// What it is about.
        Title = "title",
        /// A word that staff sort it by: new where it came from nothing, taken off where it went to nothing.
        Tag = "tag",
        /// A further person takes part, by id.
        Participant = "participant",
        /// Somebody outside the staff wants mail about it again, by id; none any more where it came from them.
        Mails = "mails",
        /// The same mail also came to this address.
        AlsoSent = "also_sent",
        /// The mail also went directly to these addresses outside the desk.
        SentDirectly = "sent_directly",
        /// Something of the mail is not in the entry that it became: a [`Lack`].
        Lacks = "lacks",
    }
}

/// What of a mail is not in the entry that it became. The mail itself is kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// So many of its files are there, of so many.
    Files {
        /// There.
        kept: usize,
        /// In all.
        of: usize,
    },
    /// The end of its text.
    Text,
    /// The end of its formatted text.
    Html,
    /// Parts: there were too many, or too many inside each other.
    Parts,
    /// What is encrypted.
    Encrypted,
    /// What got lost before it came: it breaks off, or is damaged.
    Incomplete,
    /// Everything: there is nothing readable.
    Nothing,
}

impl Lack {
    /// The stable words.
    #[must_use]
    pub fn to_words(self) -> String {
        match self {
            Self::Files { kept, of } => format!("files {kept} {of}"),
            Self::Text => "text".to_owned(),
            Self::Html => "html".to_owned(),
            Self::Parts => "parts".to_owned(),
            Self::Encrypted => "encrypted".to_owned(),
            Self::Incomplete => "incomplete".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }

    /// What stable words mean; `None` for others.
    #[must_use]
    pub fn from_words(words: &str) -> Option<Self> {
        let mut words = words.split(' ');
        let number = |word: Option<&str>| word.and_then(|word| word.parse().ok());
        Some(match words.next()? {
            "files" => Self::Files { kept: number(words.next())?, of: number(words.next())? },
            "text" => Self::Text,
            "html" => Self::Html,
            "parts" => Self::Parts,
            "encrypted" => Self::Encrypted,
            "incomplete" => Self::Incomplete,
            "nothing" => Self::Nothing,
            _ => return None,
        })
    }
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub field: Field,
    /// From what; `None` where there was nothing.
    pub from: Option<String>,
    /// To what; `None` where there is nothing now.
    pub to: Option<String>,
}
