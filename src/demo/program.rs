//! The programs that people write with, and the words for what they make: a mail, an answer, a quote.

use super::parent::Parent;
use crate::desk::people::Language;
use crate::time::Timestamp;

/// A mail program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// Gmail in the browser.
    Gmail,
    /// Outlook for Windows behind Exchange.
    OutlookDesktop,
    /// Outlook for iOS.
    OutlookMobile,
    /// Outlook in the browser.
    OutlookOnTheWeb,
    /// Apple Mail on macOS.
    AppleMail,
    /// Thunderbird writing plain text (format=flowed).
    Thunderbird,
    /// Thunderbird writing HTML.
    ThunderbirdHtml,
    /// K-9 Mail on Android.
    K9,
    /// Mutt.
    Mutt,
}

impl Program {
    /// Every program.
    pub const ALL: &'static [Self] = &[
        Self::Gmail,
        Self::OutlookDesktop,
        Self::OutlookMobile,
        Self::OutlookOnTheWeb,
        Self::AppleMail,
        Self::Thunderbird,
        Self::ThunderbirdHtml,
        Self::K9,
        Self::Mutt,
    ];
}

/// Somebody with a mail program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Display name.
    pub name: String,
    /// `local@domain`.
    pub address: String,
    /// What they write with.
    pub program: Program,
    /// The language their program speaks.
    pub language: Language,
    /// What they let it put under each mail.
    pub signature: Option<String>,
    /// IANA time zone of their device.
    pub time_zone: String,
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// File name.
    pub name: String,
    /// `type/subtype`.
    pub content_type: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// A new mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// To: `a@b` or `Name <a@b>`.
    pub to: Vec<String>,
    /// Cc, the same way.
    pub cc: Vec<String>,
    /// Subject.
    pub subject: String,
    /// What they write.
    pub text: String,
    /// What they attach.
    pub files: Vec<File>,
    /// When.
    pub at: Timestamp,
    /// Message-ID, with or without angle brackets.
    pub message_id: String,
}

/// How a mail answers another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Reply,
    Forward,
}

impl Program {
    pub(super) fn is_outlook(self) -> bool {
        matches!(self, Self::OutlookDesktop | Self::OutlookMobile | Self::OutlookOnTheWeb)
    }

    /// Whether the signature stands under the answered mail rather than right under the writer's words.
    pub(super) fn signs_last(self) -> bool {
        matches!(self, Self::Gmail | Self::K9)
    }
}

/// Where the writer's words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Above,
    Below,
}

/// Where the signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// Where the program puts it by itself.
    AsEver,
    /// Right above the answered mail: programs that are told so draw no line above it.
    Above,
    /// Below everything.
    Below,
}

/// A stretch of the answered mail and what the writer put under it.
pub(super) struct Stretch {
    pub(super) quoted: String,
    pub(super) answer: Option<String>,
}

/// The mail under an answer.
pub(super) struct Quote<'a> {
    pub(super) kind: Kind,
    pub(super) parent: &'a Parent,
    pub(super) place: Place,
    pub(super) signs: Signs,
    pub(super) stretches: Vec<Stretch>,
}
