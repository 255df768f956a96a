//! Whether a mail is a delivery report: the ordered tables of rules, of which the first that recognises it says so.
//!
//! What has the form of a report is read as it stands. A note in prose is a report only if the sender, the envelope or what
//! it returns says so too: people quote such notes when they ask for help.

use std::cell::OnceCell;

use super::rule::Rule;
use super::signs::{
    Facts, challenges, ends_in_person, from_names_daemon, has_null_path, is_daemon, is_daemon_address, is_list_robot, is_machine,
    is_named, is_report, own_addresses, says_at_once,
};
use super::{report, standard, status, text};
use crate::decode::encoded_word;
use crate::kind::signs as kind;
use crate::letter::{Action, Bounce};
use crate::phrases::{
    BOUNCE_BLOCKED, BOUNCE_DELAYED, BOUNCE_DELIVERED, BOUNCE_FINAL, BOUNCE_OWNER, BOUNCE_RELAYED, BOUNCE_SENTENCE,
    BOUNCE_SUBJECT, BOUNCE_SURE,
};

/// Reads a report, or does not.
type Read = fn(&Facts<'_, '_>) -> Option<Bounce>;

/// Forms of reports, in order.
const FORMS: &[(Rule, Read)] = &[
    (Rule::StandardReport, standard::standard),
    (Rule::Refusal, standard::refusal),
    (Rule::CertifiedNotice, standard::certified),
];

/// Recognises a note, or does not.
type Check = fn(&Note<'_>) -> bool;

/// Notes in prose, in order.
const NOTES: &[(Rule, Check)] = &[
    (Rule::FailedRecipients, failed_recipients),
    (Rule::ReportWithoutFields, report_without_fields),
    (Rule::NamedByDaemon, named_by_daemon),
    (Rule::SaidByDaemon, said_by_daemon),
    (Rule::ReturnedByMachine, returned_by_machine),
    (Rule::SaidByMachine, said_by_machine),
    (Rule::ReturnedAndMarked, returned_and_marked),
    (Rule::NamedAndSaidAtOnce, named_and_said_at_once),
    (Rule::SaidAtOnceByDaemon, said_at_once_by_daemon),
    (Rule::BlockedMail, blocked_mail),
    (Rule::ReturnedAndSaidAtOnce, returned_and_said_at_once),
];

/// What the report says, and the rule by which it is one.
pub(super) fn find(facts: &Facts<'_, '_>) -> Option<Bounce> {
    let found = FORMS.iter().find_map(|(rule, read)| Some((*rule, read(facts)?)));
    let (rule, bounce) = found.or_else(|| from_text(facts))?;
    Some(Bounce { rule: Some(rule), ..bounce })
}

/// A note with what several rules ask of it.
struct Note<'f> {
    facts: &'f Facts<'f, 'f>,
    /// The note's own words, above the returned mail.
    text: &'f str,
    /// The same in lower case.
    lower: String,
    /// The recipients that a header field names.
    failed: String,
    /// The subject is a report's.
    named: bool,
    /// It says itself that a program wrote it. Ticket systems mark what they write, too, and show what people complain about.
    marked: bool,
    /// Marked, or sent by a mail system.
    machine: bool,
    /// It has the form of a report, which says nothing.
    report: bool,
    /// It answers a mail.
    answers: bool,
    /// Sent by a mail system, as its address or the envelope says.
    daemon: bool,
    /// It has another mail in it, or below it.
    returns: bool,
    said: OnceCell<bool>,
}

impl<'f> Note<'f> {
    /// `head`: the beginning of the text.
    fn of(facts: &'f Facts<'f, 'f>, head: &'f str) -> Self {
        let text = text::note(head);
        let marked = kind::says_automatic(facts.root) || is_list_robot(facts.root);
        let of_delivery = |kind: &str| kind.eq_ignore_ascii_case("delivery-status");
        Self {
            facts,
            text,
            lower: text.to_lowercase(),
            failed: facts.root.all("x-failed-recipients").map(encoded_word::text).collect::<Vec<_>>().join(","),
            named: is_named(facts),
            marked,
            machine: marked || is_machine(facts),
            report: is_report(facts.root) && facts.root.content.param("report-type").is_none_or(of_delivery),
            answers: facts.root.first("in-reply-to").is_some(),
            daemon: is_daemon_address(facts.from) || from_names_daemon(facts) || has_null_path(facts.root),
            returns: !facts.returned.is_empty() || text.len() < head.len(),
            said: OnceCell::new(),
        }
    }

    /// Whether a sentence of a report stands somewhere. There are hundreds: they are looked for only where a machine may
    /// have written.
    fn said(&self) -> bool {
        let found = || [&BOUNCE_SENTENCE, &BOUNCE_SURE, &BOUNCE_DELAYED].iter().any(|words| words.stand_in(&self.lower));
        *self.said.get_or_init(found)
    }
}

/// `X-Failed-Recipients`: Exim, and Gmail.
fn failed_recipients(note: &Note<'_>) -> bool {
    !note.failed.is_empty()
}

/// The form of a report without its fields: servers whose reports are damaged on their way.
fn report_without_fields(note: &Note<'_>) -> bool {
    note.report
}

/// A mail system with the subject of a report: most servers of old.
fn named_by_daemon(note: &Note<'_>) -> bool {
    note.daemon && note.named
}

/// A mail system with a sentence of a report: qmail, whose subject is `failure notice`, and those of which no subject is known.
fn said_by_daemon(note: &Note<'_>) -> bool {
    let said = || note.said() || BOUNCE_SUBJECT.stand_in(&note.lower);
    note.daemon && said() && (!note.answers || note.returns)
}

/// A machine that returns a mail under the subject of a report.
fn returned_by_machine(note: &Note<'_>) -> bool {
    note.machine && note.named && note.returns
}

/// A machine with the subject and a sentence of a report, unless a ticket system shows what somebody complained about.
fn said_by_machine(note: &Note<'_>) -> bool {
    let sure = || note.daemon || is_daemon(note.facts.from);
    let shown = || note.answers || kind::acknowledges(&note.lower);
    note.machine && note.named && note.said() && (sure() || !shown())
}

/// What says that a program wrote it, returns a mail and has a sentence of a report: mailing lists.
fn returned_and_marked(note: &Note<'_>) -> bool {
    note.marked && note.returns && !note.answers && note.said()
}

/// Subject and first sentence of a report, and nobody asks or signs: gateways that send from people's addresses.
fn named_and_said_at_once(note: &Note<'_>) -> bool {
    note.named && (!note.answers || note.returns) && says_at_once(&note.lower) && !ends_in_person(note.facts)
}

/// The address of a mail system, an empty envelope sender, and the first sentence of a report, although it answers a mail.
fn said_at_once_by_daemon(note: &Note<'_>) -> bool {
    is_daemon_address(note.facts.from) && has_null_path(note.facts.root) && says_at_once(&note.lower)
}

/// A filter that names sender and recipient of what it has blocked.
fn blocked_mail(note: &Note<'_>) -> bool {
    let blocked = || BOUNCE_BLOCKED.stand_in(&note.lower);
    note.machine && !note.answers && text::refuses_mail_of(note.text, note.facts.to) && blocked()
}

/// A mail in it and the first sentence of a report above that, and nobody asks or signs.
fn returned_and_said_at_once(note: &Note<'_>) -> bool {
    !note.answers && !note.facts.returned.is_empty() && says_at_once(&note.lower) && !ends_in_person(note.facts)
}

/// Whether other machines write such a note: Postfix tells its keeper of every session that went wrong, people are away, and
/// programs have their readers prove themselves.
fn is_something_else(note: &Note<'_>, subject: &str) -> bool {
    subject.contains("smtp server: errors from") || kind::is_absence_subject(subject) || challenges(&note.lower)
}

fn from_text(facts: &Facts<'_, '_>) -> Option<(Rule, Bounce)> {
    let head: String = facts.text.chars().take(12_000).collect();
    let note = &Note::of(facts, &head);
    let subject = facts.subject.to_lowercase();
    let (rule, _) = NOTES.iter().find(|(_, check)| check(note))?;
    if is_something_else(note, &subject) {
        return None;
    }
    let mut recipients: Vec<String> = Vec::new();
    for found in note.failed.split([',', ' ']).filter(|word| !word.is_empty()).filter_map(report::recipient) {
        if !recipients.contains(&found) && recipients.len() < 200 {
            recipients.push(found);
        }
    }
    if recipients.is_empty() {
        recipients = text::recipients(note.text, &own_addresses(facts));
    }
    if recipients.is_empty() && note.daemon {
        recipients = text::bare_names(note.text);
    }
    // About nobody, returning nothing: a quarantine's digest and a parcel service use the same words.
    // So does a warning to the owner of a mailbox that fills.
    let warns = BOUNCE_OWNER.stand_in(&note.lower) || BOUNCE_OWNER.stand_in(&subject);
    let tells = !recipients.is_empty() || note.report || note.returns || (note.daemon && note.named && !warns);
    tells.then(|| (*rule, told(note, recipients, &subject)))
}

/// What a note says of these recipients.
fn told(note: &Note<'_>, recipients: Vec<String>, subject: &str) -> Bounce {
    let action = action(&note.lower, subject);
    let bad = action.is_trouble();
    let status = if bad { status::of_note(note.text, action == Action::Delayed) } else { "2.0.0".to_owned() };
    let action = if action == Action::Delayed && status.starts_with('5') { Action::Failed } else { action };
    let diagnostic = bad.then(|| text::diagnostic(note.text)).flatten();
    let each = if bad && recipients.len() > 1 { text::each(note.text, &recipients, &status, action) } else { Vec::new() };
    let status = each.first().and_then(|first| first.status.clone()).unwrap_or(status);
    let by_recipient = standard::differing(each);
    Bounce {
        recipients,
        status: Some(status),
        action: Some(action),
        original_message_id: None,
        diagnostic,
        by_recipient,
        rule: None,
    }
}

/// What became of the mail, as a note in prose (lower case) says it.
fn action(note: &str, subject: &str) -> Action {
    let is_final = BOUNCE_FINAL.stand_in(note);
    let warned = subject.starts_with("warning:") || subject.contains("delay") || subject.contains("verzögert");
    if !is_final && (warned || BOUNCE_DELAYED.stand_in(note)) {
        return Action::Delayed;
    }
    let relayed = BOUNCE_RELAYED.stand_in(note);
    let failed = note.contains("fail") || note.contains("undeliver") || note.contains("not deliver") || note.contains("unknown");
    match (failed || is_final, relayed || BOUNCE_DELIVERED.stand_in(note), relayed) {
        (false, true, true) => Action::Relayed,
        (false, true, false) => Action::Delivered,
        _ => Action::Failed,
    }
}
