//! A mail as understood: the types that the rest of the house reads.

use serde::{Deserialize, Serialize};

use super::body::Body;
use super::bounce::rule::Rule as BounceRule;
use super::calendar::Invite;
use super::decode::names;
use super::document::Document;
use super::kind::rule::Rule as KindRule;

macro_rules! warnings {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What was odd about a mail, each by one stable word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Warning {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Warning {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

warnings! {
    /// There is no From field, or an empty one.
    FromMissing = "from_missing",
    /// There are several From fields.
    FromDuplicate = "from_duplicate",
    /// From is a group (RFC 5322 section 3.4).
    FromGroup = "from_group",
    /// From names nobody in a way that all programs read alike.
    FromUnusable = "from_unusable",
    /// From names several.
    FromSeveral = "from_several",
    /// The domain of From looks like another one.
    FromLookalike = "from_lookalike",
    /// The display name shows another address than the real one.
    NameShowsOtherAddress = "name_shows_other_address",
    /// Addresses past the limit were not read.
    TooManyAddresses = "too_many_addresses",
    /// The Date field cannot be read.
    DateUnreadable = "date_unreadable",
    /// There is no Date field.
    DateMissing = "date_missing",
    /// There is no Message-ID, or none that can be used.
    MessageIdMissing = "message_id_missing",
    /// There is no header.
    HeaderMissing = "header_missing",
    /// The header has lines that are no fields.
    HeaderDamaged = "header_damaged",
    /// The header is longer than what is read of it.
    HeaderTooLong = "header_too_long",
    /// Header fields past the limit were not read.
    TooManyHeaders = "too_many_headers",
    /// The mail is larger than what is read of it.
    TooLarge = "too_large",
    /// It breaks off.
    Truncated = "truncated",
    /// It is one piece of a mail (RFC 2046 section 5.2.2).
    PartialMail = "partial_mail",
    /// Its content lies elsewhere (RFC 2046 section 5.2.3).
    ExternalBody = "external_body",
    /// A multipart has no boundary, or one that does not occur.
    BoundaryMissing = "boundary_missing",
    /// Parts inside each other past the limit were not read.
    MimeTooDeep = "mime_too_deep",
    /// Parts past the limit were not read.
    TooManyParts = "too_many_parts",
    /// Files past the limit were not taken.
    TooManyAttachments = "too_many_attachments",
    /// A program hides behind another extension.
    DoubleExtension = "double_extension",
    /// A program is attached.
    ProgramAttached = "program_attached",
    /// A transfer encoding is damaged.
    EncodingDamaged = "encoding_damaged",
    /// A transfer encoding is not known.
    EncodingUnknown = "encoding_unknown",
    /// A character set had to be guessed.
    CharsetGuessed = "charset_guessed",
    /// A `winmail.dat` cannot be read.
    TnefUnreadable = "tnef_unreadable",
    /// It is signed, and nobody has verified that.
    SignedUnverified = "signed_unverified",
    /// It is encrypted, or seems to be.
    Encrypted = "encrypted",
    /// Its HTML holds text that nobody sees.
    HiddenText = "hidden_text",
    /// Its HTML asks for pictures from elsewhere.
    RemoteImages = "remote_images",
    /// HTML past the limit was not read.
    HtmlCut = "html_cut",
    /// HTML elements inside each other past the limit were not read.
    HtmlTooDeep = "html_too_deep",
    /// Text past the limit is not shown.
    TextCut = "text_cut",
    /// Its text and its HTML say different things.
    PartsDiffer = "parts_differ",
    /// What stands below the introduction of a quote counts as new only to stay visible, because an answer may be in it.
    QuoteUncertain = "quote_uncertain",
    /// Another service sent a code or a link by which whoever reads it proves that an address is theirs, or gets in there: nobody outside the staff may read it.
    Verification = "verification",
}

/// One address of a mail header, cleaned: no controls, no direction marks, the domain in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The display name, decoded; `None` where there is none.
    pub name: Option<String>,
    /// `local@domain` (RFC 5322 addr-spec).
    pub address: String,
}

/// An incoming mail as understood. Text uses `\n`, contains no NUL, and is valid for display as plain text.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Letter {
    /// Message-ID without angle brackets; `None` where missing or unusable.
    pub message_id: Option<String>,
    /// Who the mail says wrote it: exactly one From header with exactly one mailbox, else `None` and a warning.
    /// It is a claim, never proof (law 3).
    pub from: Option<Address>,
    /// Where the writer wants answers; never an identity.
    pub reply_to: Option<Address>,
    /// And where else.
    pub reply_to_too: Vec<Address>,
    /// To, in order.
    pub to: Vec<Address>,
    /// Cc, in order.
    pub cc: Vec<Address>,
    /// Envelope recipients as recorded by the receiving side (Delivered-To, X-Original-To, Envelope-To ...).
    pub delivered_to: Vec<String>,
    /// Subject, decoded, on one line; empty where missing.
    pub subject: String,
    /// The Date header as RFC 3339 with the writer's offset; `None` where missing or unreadable.
    pub date: Option<String>,
    /// Message ids this mail answers: References, then In-Reply-To, without duplicates, oldest first, brackets removed.
    pub references: Vec<String>,
    /// What wrote it: a person or which kind of machine.
    pub kind: Kind,
    /// The rule that says so; `None` where another process has read the mail.
    #[serde(skip)]
    pub kind_rule: Option<KindRule>,
    /// The rule by which it is one for [`Warning::Verification`]; only in the process that reads the mail, too.
    #[serde(skip)]
    pub verification_rule: Option<KindRule>,
    /// Came through a mailing list or is bulk mail that can be unsubscribed (List-Id, List-Unsubscribe, Precedence).
    pub list: bool,
    /// Its text, of which each line is newly written, quoted or signature. By which rule, only the process that reads the
    /// mail knows.
    pub body: Body,
    /// Harmless HTML (allow-listed tags, no remote content); `None` where the mail has no HTML body.
    pub html: Option<String>,
    /// What the HTML says beyond its words, all of it, quotes and signatures included; `None` where that is nothing. What
    /// of it belongs to a text says [`Document::showing`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// New lines that only the HTML has, where it says otherwise than the plain text; the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_html: Vec<String>,
    /// Pictures that would have been loaded from elsewhere and are blocked.
    pub remote_images: usize,
    /// Attachments in order, inline images included.
    pub attachments: Vec<Attachment>,
    /// How many further files there were, past the limit.
    pub lost_attachments: usize,
    /// What a delivery report says, for `Kind::Bounce`.
    pub bounce: Option<Bounce>,
    /// What the first calendar file in the mail says.
    pub calendar: Option<Invite>,
    /// What was odd about the mail, each once.
    pub warnings: Vec<Warning>,
    /// SHA-256 over From, Date, Subject and the decoded parts: equal for two copies of one mail whatever their trace
    /// headers, different for two mails that share a Message-ID.
    pub content_hash: [u8; 32],
}

impl Letter {
    /// Whether this was odd about it.
    #[must_use]
    pub fn warns(&self, warning: Warning) -> bool {
        self.warnings.contains(&warning)
    }

    /// Leaves out by which rules it was read, as a letter is that has come from another process.
    pub fn forget_rules(&mut self) {
        (self.kind_rule, self.verification_rule) = (None, None);
        self.body.classes.iter_mut().for_each(|line| line.rule = None);
        self.bounce.iter_mut().for_each(|bounce| bounce.rule = None);
    }

    /// Reads its lines otherwise: for somebody who knows more than the mail says.
    pub fn read_as(&mut self, body: Body) {
        if !body.doubtful {
            self.warnings.retain(|warning| *warning != Warning::QuoteUncertain);
        } else if !self.warns(Warning::QuoteUncertain) {
            self.warnings.push(Warning::QuoteUncertain);
        }
        self.body = body;
    }
}

/// What wrote a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person.
    Person,
    /// An automatic answer to a mail of ours (RFC 3834, RFC 5230): absence notes and the like.
    AutoReply,
    /// Any other machine: monitoring, shops, newsletters.
    Generated,
    /// A delivery report (RFC 3464 and the forms of the wild).
    Bounce,
    /// An abuse report (RFC 5965).
    Complaint,
    /// A read receipt (RFC 8098).
    Receipt,
    /// Nothing to read and nothing attached.
    Empty,
}

impl Kind {
    /// Its stable word, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::AutoReply => "auto_reply",
            Self::Generated => "generated",
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::Receipt => "receipt",
            Self::Empty => "empty",
        }
    }
}

/// One attached file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    /// A harmless file name: no path, no controls, at most 180 bytes; made up where the mail gave none.
    pub name: String,
    /// `type/subtype` as the content itself shows it.
    pub content_type: String,
    /// Shown inside the text rather than attached beside it.
    pub inline: bool,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
    /// The decoded bytes. They go beside whatever is serialised, which stays small.
    #[serde(skip)]
    pub data: Vec<u8>,
}

impl Attachment {
    /// A file that somebody uploaded: its name cleaned, its type as its bytes show it. `number` names a nameless one.
    #[must_use]
    pub fn uploaded(name: &str, data: Vec<u8>, number: usize) -> Self {
        let content_type = names::sniff(&data, "application/octet-stream");
        let name = names::clean(name).unwrap_or_else(|| names::made_up(number, &content_type));
        Self { name, content_type, inline: false, content_id: None, data }
    }
}

/// What a delivery report says that became of a mail (RFC 3464, section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It could not be delivered.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It arrived.
    Delivered,
    /// It went on to a server that reports nothing.
    Relayed,
    /// It went on to several recipients.
    Expanded,
}

impl Action {
    /// Whether the mail is lost, which its author has to know.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Failed => true,
            Self::Delayed | Self::Delivered | Self::Relayed | Self::Expanded => false,
        }
    }

    /// Whether something stood in the mail's way, for good or for now: there is a reason to look for.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        match self {
            Self::Failed | Self::Delayed => true,
            Self::Delivered | Self::Relayed | Self::Expanded => false,
        }
    }
}

/// What a delivery report says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// Final or original recipients that the report is about.
    pub recipients: Vec<String>,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// What became of the mail; `None` where the report does not say.
    pub action: Option<Action>,
    /// Message-ID of the mail that bounced, without angle brackets.
    pub original_message_id: Option<String>,
    /// What the refusing server said, on one line of at most 500 characters.
    pub diagnostic: Option<String>,
    /// What it says of each recipient, where that is not the same for all; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_recipient: Vec<Reported>,
    /// The rule by which the mail is a report; `None` where another process has read it.
    #[serde(skip)]
    pub rule: Option<BounceRule>,
}

/// What a delivery report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Final or original recipient.
    pub recipient: String,
    /// As [`Bounce::status`].
    pub status: Option<String>,
    /// As [`Bounce::action`].
    pub action: Option<Action>,
}

/// Why a mail could not be understood at all; its bytes are kept and it is held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Unreadable {
    /// No bytes, or only blank ones.
    #[error("the mail has no content")]
    Blank,
    /// Nothing in the bytes looks like a mail.
    #[error("this is not an internet mail")]
    NotMail,
}

/// More header fields than this in one block are not read.
pub(crate) const MAX_FIELDS: usize = 1_000;

/// How much of one block of header fields is read; RFC 5322 knows no limit, real mails have some dozens of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadLimits {
    /// Fields (default 1,000).
    pub fields: usize,
    /// Bytes (default 256 KiB).
    pub bytes: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { fields: MAX_FIELDS, bytes: 256 << 10 }
    }
}

/// How much of a mail is read; beyond a limit the rest is kept in the raw mail and a warning says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the raw mail (default 35 MiB).
    pub raw_bytes: usize,
    /// Fields and bytes of one header block (default 1,000 and 256 KiB).
    pub headers: HeadLimits,
    /// Bytes of HTML that are looked at, over all parts (default 1 MiB).
    pub html_bytes: usize,
    /// Open HTML elements inside each other (default 512).
    pub html_depth: usize,
    /// Bytes of text that are shown (default 512 KiB).
    pub text_bytes: usize,
    /// MIME parts (default 500).
    pub parts: usize,
    /// Parts inside each other (default 30).
    pub depth: usize,
    /// Attachments (default 100).
    pub attachments: usize,
    /// Addresses over all headers (default 200).
    pub addresses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            raw_bytes: 35 << 20,
            headers: HeadLimits::default(),
            html_bytes: 1 << 20,
            html_depth: 512,
            text_bytes: 512 << 10,
            parts: 500,
            depth: 30,
            attachments: 100,
            addresses: 200,
        }
    }
}
