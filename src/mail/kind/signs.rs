//! What the header and the words of a mail say about its writer: single signs, of which `rules` and others judge.

use crate::decode::mime::Part;
use crate::decode::parameters;
use crate::letter::Address;
use crate::phrases::{
    ABSENCE_AUTOMATIC, ABSENCE_INSIDE, ABSENCE_NOUN, ABSENCE_SUBJECT, ABSENCE_TEXT, ABSENCE_WHEN, ADDRESS_NO_REPLY,
    AUTOMATIC_ACKNOWLEDGEMENT, Section,
};

/// What a mail says about its writer.
#[derive(Debug)]
pub(crate) struct Facts<'a, 'b> {
    pub(crate) root: &'b Part<'a>,
    pub(crate) from: Option<&'b Address>,
    pub(crate) subject: &'b str,
    /// New text, or the whole text where there is none.
    pub(crate) text: &'b str,
    /// The whole text.
    pub(crate) whole: &'b str,
    /// What a person typed: the text without summaries of calendar files.
    pub(crate) typed: &'b str,
    pub(crate) has_attachments: bool,
    pub(crate) is_bounce: bool,
    /// An answer to an invitation (RFC 5546, METHOD:REPLY) is part of the mail.
    pub(crate) calendar_reply: bool,
}

/// Whether the mail came through a list or is bulk mail (RFC 2369, RFC 2919).
pub(crate) fn is_list(root: &Part<'_>) -> bool {
    let headers = ["list-id", "list-unsubscribe", "list-post", "x-mailing-list", "mailing-list"];
    headers.iter().any(|name| root.first(name).is_some()) || matches!(precedence(root).as_str(), "list" | "bulk")
}

pub(super) fn precedence(root: &Part<'_>) -> String {
    root.text("precedence").trim().to_ascii_lowercase()
}

/// The keyword of Auto-Submitted (RFC 3834, section 5), without comments and parameters.
pub(super) fn auto_submitted(root: &Part<'_>) -> String {
    let value = parameters::strip_comments(&root.text("auto-submitted"));
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether the header says that a program wrote the mail.
pub(crate) fn says_automatic(root: &Part<'_>) -> bool {
    !matches!(auto_submitted(root).as_str(), "" | "no")
}

/// Whether a ticket system acknowledges a mail with this text (lower case).
pub(crate) fn acknowledges(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(1_500)).unwrap_or(text);
    AUTOMATIC_ACKNOWLEDGEMENT.stand_in(head)
}

/// Whether one of the sentences stands at the beginning of the text.
pub(super) fn says(facts: &Facts<'_, '_>, sentences: &Section) -> bool {
    let head: String = facts.text.chars().take(1_500).collect::<String>().to_lowercase();
    sentences.stand_in(&head)
}

/// Whether the sender is nobody's mailbox.
pub(super) fn is_no_reply(from: Option<&Address>) -> bool {
    from.is_some_and(|from| {
        let local: String = from
            .address
            .split('@')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        ADDRESS_NO_REPLY.stand_in(&local)
    })
}

/// A subject (lower case) without the marks that mail programs put in front of answers.
pub(super) fn without_answer_mark(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some(after) = ["re:", "aw:", "sv:", "antw:", "re :"].iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = after.trim_start();
    }
    rest
}

/// Whether a lower-cased subject is that of an absence note.
pub(crate) fn is_absence_subject(subject: &str) -> bool {
    let rest = without_answer_mark(subject).trim_start_matches(['[', '(', '*', '"', '【']);
    // `Urlaubsantrag` is no absence; Chinese, Japanese and Korean write words without blanks.
    let ends = |after: &str| after.chars().next().is_none_or(|c| !c.is_alphabetic() || u32::from(c) > 0x2e80);
    let when = |after: &str| {
        let next: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        next.is_empty() || next.starts_with(|c| u32::from(c) > 0x2e80) || ABSENCE_WHEN.have(&next)
    };
    let says_when = |after: &str| ends(after) && when(after);
    ABSENCE_SUBJECT.begin_with(rest, |_, after| ends(after))
        || ABSENCE_AUTOMATIC.begin_with(rest, |_, after| says_when(after))
        || ABSENCE_NOUN.begin_with(rest, |_, after| says_when(after))
        || ABSENCE_INSIDE.stand_in(rest)
}

/// Whether the beginning of a text is that of an absence note.
pub(super) fn is_absence_text(text: &str) -> bool {
    let head: String = text.chars().take(1_500).collect::<String>().to_lowercase();
    ABSENCE_TEXT.stand_in(&head)
}
