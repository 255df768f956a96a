//! How much a server may say, and what ends a connection to it or a command.

/// How much a server may say. The defaults are for everything but [`Bounds::literal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of a mail.
    pub literal: usize,
    /// Bytes of one answer beside literals (default 64 KiB). The list of a SEARCH may be longer: it is handed on in pieces.
    pub answer: usize,
    /// Answers to one command (default 200,000): somebody may have removed as many mails.
    pub answers: usize,
    /// Mails of a folder (default one million).
    pub mails: usize,
}

impl Bounds {
    /// The defaults, with mails of at most `literal` bytes.
    #[must_use]
    pub const fn new(literal: usize) -> Self {
        Self { literal, answer: 64 << 10, answers: 200_000, mails: 1_000_000 }
    }
}

/// Why nothing more is read from a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// A mail is larger than may be.
    #[error("a mail of {size} bytes is larger than `mail_bytes` allows, whatever size the server had named")]
    Oversize {
        /// Which one, where the answer had said so by then.
        uid: Option<u32>,
        /// Bytes that were announced.
        size: u64,
    },
    /// One answer does not end.
    #[error("one answer of the server is longer than {0} bytes")]
    Long(usize),
    /// There are too many.
    #[error("the server sent more than {0} answers to one command")]
    Flood(usize),
    /// There are too many mails.
    #[error("the folder has more than {0} mails; move old ones to another folder")]
    Crowded(usize),
    /// The bytes of a mail that nobody asked for.
    #[error("the server sends a mail that was not asked for")]
    Unasked,
    /// It is not IMAP.
    #[error("the server's answer cannot be read ({0})")]
    Unreadable(&'static str),
    /// It is TLS.
    #[error("it speaks TLS from the start; try `tls = \"implicit\"`")]
    Tls,
    /// The server says goodbye.
    #[error("the server ended the connection{}", quoted(.0))]
    Bye(String),
}

fn quoted(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was done.
    Ok,
    /// It was refused.
    No,
    /// It was not understood.
    Bad,
}

/// The end of a command, with the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How.
    pub status: Status,
    /// Its words for people, on one short line, without codes.
    pub words: String,
}
