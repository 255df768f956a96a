//! What wrote a mail: the ordered table of rules, of which the first that recognises it says it.
//!
//! Reports first, because machines write them whatever else they say; then what machines set on purpose; then what only
//! several weak signs tell.

use std::cell::OnceCell;

use super::forms::{is_complaint_in_words, is_notification, is_provider_complaint, is_receipt_in_words};
use super::rule::Rule;
use super::signs::{
    Facts, auto_submitted, is_absence_subject, is_absence_text, is_no_reply, precedence, says, without_answer_mark,
};
use crate::bounce::signs as reports;
use crate::decode::encoded_word;
use crate::decode::mime::Part;
use crate::letter::{Address, Kind};
use crate::phrases::{
    ABSENCE_AUTOMATIC, AUTOMATIC_ACKNOWLEDGEMENT, AUTOMATIC_ROBOT, FIELD_AUTORESPONDER, FIELD_MONITOR, FIELD_SERVICE,
    FIELD_TICKET_SYSTEM, PROGRAM_CRON_SENDER, PROGRAM_CRON_SUBJECT, PROGRAM_FAX_SENDER, PROGRAM_FAX_SUBJECT, PROGRAM_LIST_SENDER,
    PROGRAM_LIST_SUBJECT, PROGRAM_LOG_SENDER, PROGRAM_LOG_SUBJECT, PROGRAM_LOGCHECK_SENDER, PROGRAM_LOGCHECK_SUBJECT,
    PROGRAM_MAJORDOMO_SENDER, PROGRAM_MAJORDOMO_SUBJECT, PROGRAM_MONITOR_SENDER, PROGRAM_MONITOR_SUBJECT, PROGRAM_SCANNER_SENDER,
    PROGRAM_SCANNER_SUBJECT, PROGRAM_TELEPHONE_SENDER, PROGRAM_TELEPHONE_SUBJECT, PROGRAM_VIRUS_SENDER, PROGRAM_VIRUS_SUBJECT,
    Section,
};

/// Recognises a mail, or does not.
type Check = fn(&Context<'_>) -> Option<Kind>;

/// The rules, in order.
const RULES: &[(Rule, Check)] = &[
    (Rule::FeedbackReport, feedback_report),
    (Rule::Xarf, xarf),
    (Rule::ProviderComplaint, provider_complaint),
    (Rule::WrittenComplaint, written_complaint),
    (Rule::DeliveryReport, delivery_report),
    (Rule::TlsReport, tls_report),
    (Rule::CertifiedNotice, certified_notice),
    (Rule::ReadReceipt, read_receipt),
    (Rule::WrittenReceipt, written_receipt),
    (Rule::CalendarAnswer, calendar_answer),
    (Rule::AutoReplied, auto_replied),
    (Rule::AutoSubmittedAnswer, auto_submitted_answer),
    (Rule::AutoSubmittedAcknowledgement, auto_submitted_acknowledgement),
    (Rule::AutoSubmitted, auto_submitted_otherwise),
    (Rule::ReplyMarker, reply_marker),
    (Rule::AutomaticSubject, automatic_subject),
    (Rule::VacationProgram, vacation_program),
    (Rule::AbsenceSubject, absence_subject),
    (Rule::JunkAbsence, junk_absence),
    (Rule::Challenge, challenge),
    (Rule::NullPathAnswer, null_path_answer),
    (Rule::NullPath, null_path),
    (Rule::Acknowledgement, acknowledgement),
    (Rule::Daemon, daemon),
    (Rule::Bulk, bulk),
    (Rule::Newsletter, newsletter),
    (Rule::DomainReport, domain_report),
    (Rule::Program, program),
    (Rule::Monitor, monitor),
    (Rule::WeakSigns, weak_signs),
    (Rule::Empty, empty),
    (Rule::Person, person),
];

/// What wrote the mail, and the rule that says so.
pub(super) fn decide(facts: &Facts<'_, '_>) -> (Rule, Kind) {
    let context = Context::of(facts);
    let found = RULES.iter().find_map(|(rule, check)| Some((*rule, check(&context)?)));
    found.unwrap_or((Rule::Person, Kind::Person))
}

/// A mail with what several rules ask of it.
struct Context<'f> {
    facts: &'f Facts<'f, 'f>,
    /// The subject, trimmed and in lower case.
    subject: String,
    /// The kind of report that the header names, in lower case.
    report: String,
    /// The keyword of Auto-Submitted.
    keyword: String,
    /// The mail answers another.
    answers: bool,
    /// The subject is that of an absence note.
    absence: bool,
    /// Whoever wrote it wants no automatic answer: Exchange, and programs.
    suppressed: bool,
    /// It cannot be answered.
    null: bool,
    /// It says that it is one of many.
    bulk: bool,
    /// The text is that of an absence note.
    said: OnceCell<bool>,
}

impl<'f> Context<'f> {
    fn of(facts: &'f Facts<'f, 'f>) -> Self {
        let root = facts.root;
        Self {
            facts,
            subject: facts.subject.trim().to_lowercase(),
            report: root.content.param("report-type").unwrap_or_default().to_ascii_lowercase(),
            keyword: auto_submitted(root),
            answers: root.first("in-reply-to").is_some() || root.first("references").is_some(),
            absence: is_absence_subject(&facts.subject.to_lowercase()),
            suppressed: root.first("x-auto-response-suppress").is_some(),
            null: reports::has_null_path(root),
            bulk: matches!(precedence(root).as_str(), "bulk" | "junk"),
            said: OnceCell::new(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.facts.root.first(name).is_some()
    }

    /// Whether a part of a report is of such a type. A person who attaches a report to ask about it writes no report.
    fn has_part(&self, wanted: fn(&str) -> bool) -> bool {
        let reports = self.facts.root.content.value == "multipart/report" || self.null;
        reports && self.facts.root.leaves().iter().any(|leaf| wanted(&leaf.content.value))
    }

    /// Auto-Submitted says that a program wrote it.
    fn is_submitted(&self) -> bool {
        !matches!(self.keyword.as_str(), "" | "no")
    }

    /// Nobody has said that a person wrote it: `Auto-Submitted: no` is believed over weak signs.
    fn may_be_machine(&self) -> bool {
        self.keyword != "no"
    }

    fn said(&self) -> bool {
        *self.said.get_or_init(|| is_absence_text(self.facts.text))
    }
}

/// A complaint in the standard form (RFC 5965): large providers.
fn feedback_report(mail: &Context<'_>) -> Option<Kind> {
    let report = mail.has_part(|value| value == "message/feedback-report") || mail.report == "feedback-report";
    report.then_some(Kind::Complaint)
}

/// X-ARF, another form of abuse reports.
fn xarf(mail: &Context<'_>) -> Option<Kind> {
    (mail.has("x-xarf") && !mail.has("in-reply-to")).then_some(Kind::Complaint)
}

/// A complaint of a large provider without a form: a fixed sender or subject, and the mail that is complained about.
fn provider_complaint(mail: &Context<'_>) -> Option<Kind> {
    is_provider_complaint(mail.facts).then_some(Kind::Complaint)
}

/// A complaint outside its standard frame.
fn written_complaint(mail: &Context<'_>) -> Option<Kind> {
    is_complaint_in_words(mail.facts).then_some(Kind::Complaint)
}

/// A delivery report: see [`bounce`](crate::bounce).
fn delivery_report(mail: &Context<'_>) -> Option<Kind> {
    mail.facts.is_bounce.then_some(Kind::Bounce)
}

/// A report on encryption (RFC 8460, section 5.3): other mail servers, daily.
fn tls_report(mail: &Context<'_>) -> Option<Kind> {
    (mail.report == "tlsrpt").then_some(Kind::Generated)
}

/// What Italian certified mail says of acceptance (RFC 6109).
fn certified_notice(mail: &Context<'_>) -> Option<Kind> {
    mail.has("x-ricevuta").then_some(Kind::Generated)
}

/// A receipt in the standard form (RFC 8098).
fn read_receipt(mail: &Context<'_>) -> Option<Kind> {
    (mail.has_part(is_notification) || mail.report.ends_with("disposition-notification")).then_some(Kind::Receipt)
}

/// A receipt in words: Notes, old Exchange and others.
fn written_receipt(mail: &Context<'_>) -> Option<Kind> {
    is_receipt_in_words(mail.facts).then_some(Kind::Receipt)
}

/// Accepting or declining an appointment without a word is the calendar's answer, not the person's.
fn calendar_answer(mail: &Context<'_>) -> Option<Kind> {
    (mail.facts.calendar_reply && mail.facts.typed.trim().is_empty()).then_some(Kind::AutoReply)
}

/// `Auto-Submitted: auto-replied` (RFC 3834, section 5).
fn auto_replied(mail: &Context<'_>) -> Option<Kind> {
    matches!(mail.keyword.as_str(), "auto-replied" | "auto-replied-vacation").then_some(Kind::AutoReply)
}

/// Another keyword on what is an answer all the same: Exchange and others mark their absence notes so.
fn auto_submitted_answer(mail: &Context<'_>) -> Option<Kind> {
    let answer = || mail.absence || mail.facts.calendar_reply || is_reply_marker(mail.facts.root);
    (mail.is_submitted() && answer()).then_some(Kind::AutoReply)
}

/// Another keyword on the acknowledgement of a ticket system that answers a mail.
fn auto_submitted_acknowledgement(mail: &Context<'_>) -> Option<Kind> {
    (mail.is_submitted() && mail.answers && says(mail.facts, &AUTOMATIC_ACKNOWLEDGEMENT)).then_some(Kind::AutoReply)
}

/// `Auto-Submitted: auto-generated` (RFC 3834, section 5) and whatever else stands there.
fn auto_submitted_otherwise(mail: &Context<'_>) -> Option<Kind> {
    mail.is_submitted().then_some(Kind::Generated)
}

/// A header field that only autoresponders set.
fn reply_marker(mail: &Context<'_>) -> Option<Kind> {
    is_reply_marker(mail.facts.root).then_some(Kind::AutoReply)
}

/// `Automatic reply: ...`: Exchange in every language.
fn automatic_subject(mail: &Context<'_>) -> Option<Kind> {
    (mail.may_be_machine() && is_automatic(&mail.subject)).then_some(Kind::AutoReply)
}

/// A program that writes nothing but absence notes.
fn vacation_program(mail: &Context<'_>) -> Option<Kind> {
    (mail.may_be_machine() && is_vacation_program(mail.facts.root)).then_some(Kind::AutoReply)
}

/// `Out of office`, and a second sign. Absences ask nothing and answer no mail about absences; who does is a person.
fn absence_subject(mail: &Context<'_>) -> Option<Kind> {
    let asks = || mail.facts.text.contains(['?', '？']);
    let tells = || mail.said() && !asks() && without_answer_mark(&mail.subject) == mail.subject;
    let from = mail.facts.from;
    let second = || mail.suppressed || mail.null || mail.bulk || tells() || reports::is_daemon_address(from) || is_no_reply(from);
    (mail.absence && mail.may_be_machine() && second()).then_some(Kind::AutoReply)
}

/// Only programs that answer call their own mail junk: the `vacation` of Unix.
fn junk_absence(mail: &Context<'_>) -> Option<Kind> {
    (mail.may_be_machine() && mail.said() && precedence(mail.facts.root) == "junk").then_some(Kind::AutoReply)
}

/// A program that has its reader prove that they wrote a mail.
fn challenge(mail: &Context<'_>) -> Option<Kind> {
    let marked = mail.null || mail.bulk || mail.suppressed;
    (mail.may_be_machine() && marked && reports::challenges(mail.facts.text)).then_some(Kind::AutoReply)
}

/// An empty envelope sender around what answers, or tells of an absence.
fn null_path_answer(mail: &Context<'_>) -> Option<Kind> {
    (mail.null && mail.may_be_machine() && (mail.answers || mail.said())).then_some(Kind::AutoReply)
}

/// An empty envelope sender (RFC 5321, section 4.5.5): whoever sends so wants no answer.
fn null_path(mail: &Context<'_>) -> Option<Kind> {
    (mail.null && mail.may_be_machine()).then_some(Kind::Generated)
}

/// `We have received your request`, or what robots say, and a second sign: ticket systems, shops.
fn acknowledgement(mail: &Context<'_>) -> Option<Kind> {
    let said = || says(mail.facts, &AUTOMATIC_ACKNOWLEDGEMENT) || says(mail.facts, &AUTOMATIC_ROBOT);
    let second = || mail.suppressed || mail.bulk || is_no_reply(mail.facts.from) || is_ticket_system(mail.facts.root);
    let kind = if mail.answers { Kind::AutoReply } else { Kind::Generated };
    (mail.may_be_machine() && said() && second()).then_some(kind)
}

/// An address that nobody but a mail system has. Postmasters are people too when they answer.
fn daemon(mail: &Context<'_>) -> Option<Kind> {
    let postmaster = || mail.facts.from.is_some_and(|from| from.address.starts_with("postmaster@"));
    (reports::is_surely_daemon(mail.facts.from) && !(postmaster() && mail.answers)).then_some(Kind::Generated)
}

/// `Precedence: bulk`, and not through a list that can be posted to.
fn bulk(mail: &Context<'_>) -> Option<Kind> {
    (mail.may_be_machine() && !is_discussion(mail) && mail.bulk).then_some(Kind::Generated)
}

/// What can only be unsubscribed from.
fn newsletter(mail: &Context<'_>) -> Option<Kind> {
    let unsubscribe = mail.has("list-unsubscribe") && !mail.answers;
    (mail.may_be_machine() && !is_discussion(mail) && unsubscribe).then_some(Kind::Generated)
}

/// A discussion list can be posted to.
fn is_discussion(mail: &Context<'_>) -> bool {
    mail.has("list-post") || mail.has("mailing-list")
}

/// A report on a domain's mail (RFC 7489, section 7.2.1.1): it has this subject and an archive.
fn domain_report(mail: &Context<'_>) -> Option<Kind> {
    let named = without_bracket(&mail.subject).starts_with("report domain:") && mail.subject.contains("submitter:");
    (named && mail.facts.has_attachments).then_some(Kind::Generated)
}

/// Sender and subject of a program that marks its mails in no other way: Nagios, logcheck, Mailman's moderation.
fn program(mail: &Context<'_>) -> Option<Kind> {
    is_program(mail.facts.from, &mail.subject).then_some(Kind::Generated)
}

/// A header field of a program that watches, builds or reports.
fn monitor(mail: &Context<'_>) -> Option<Kind> {
    FIELD_MONITOR.any(|name| mail.has(name)).then_some(Kind::Generated)
}

/// Two of the signs that say little alone: nobody's mailbox, no automatic answers wanted, sent by a service.
fn weak_signs(mail: &Context<'_>) -> Option<Kind> {
    let weak = usize::from(is_no_reply(mail.facts.from))
        + usize::from(mail.suppressed)
        + usize::from(FIELD_SERVICE.any(|name| mail.has(name)));
    (weak >= 2 && mail.may_be_machine()).then_some(Kind::Generated)
}

/// Nothing to read and nothing attached.
fn empty(mail: &Context<'_>) -> Option<Kind> {
    let facts = mail.facts;
    let blank = facts.text.trim().is_empty() && !facts.has_attachments && facts.subject.trim().is_empty();
    blank.then_some(Kind::Empty)
}

/// Everybody else.
#[expect(clippy::unnecessary_wraps, reason = "in the shape of the table")]
fn person(_: &Context<'_>) -> Option<Kind> {
    Some(Kind::Person)
}

/// Whether a header field says that a program answers.
fn is_reply_marker(root: &Part<'_>) -> bool {
    FIELD_AUTORESPONDER.any(|marker| {
        let (name, wanted) = marker.split_once(": ").map_or((marker, None), |(name, wanted)| (name, Some(wanted)));
        root.all(name).any(|raw| {
            let value = encoded_word::text(raw).to_ascii_lowercase();
            let off = matches!(value.as_str(), "" | "no" | "false" | "0" | "none");
            wanted.map_or(!off, |wanted| value == wanted)
        })
    })
}

/// A subject without a word in brackets in front of it.
fn without_bracket(subject: &str) -> &str {
    subject.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(subject, |(_, rest)| rest.trim_start())
}

/// Programs that write nothing but absence notes name themselves.
fn is_vacation_program(root: &Part<'_>) -> bool {
    let mailer = format!("{} {}", root.text("x-mailer"), root.text("user-agent")).to_lowercase();
    ["vacation", "autoresponder", "auto-responder", "autoreply", "auto reply", "auto-reply", "abwesenheit"]
        .iter()
        .any(|word| mailer.contains(word))
}

/// Headers by which ticket systems know their own mail.
fn is_ticket_system(root: &Part<'_>) -> bool {
    FIELD_TICKET_SYSTEM.any(|name| root.first(name).is_some())
}

/// Programs without any marker: their senders, and how the subjects begin that only they write.
const PROGRAMS: &[(&Section, &Section)] = &[
    (&PROGRAM_MONITOR_SENDER, &PROGRAM_MONITOR_SUBJECT),
    (&PROGRAM_CRON_SENDER, &PROGRAM_CRON_SUBJECT),
    (&PROGRAM_LOG_SENDER, &PROGRAM_LOG_SUBJECT),
    (&PROGRAM_LOGCHECK_SENDER, &PROGRAM_LOGCHECK_SUBJECT),
    (&PROGRAM_TELEPHONE_SENDER, &PROGRAM_TELEPHONE_SUBJECT),
    (&PROGRAM_SCANNER_SENDER, &PROGRAM_SCANNER_SUBJECT),
    (&PROGRAM_MAJORDOMO_SENDER, &PROGRAM_MAJORDOMO_SUBJECT),
    (&PROGRAM_LIST_SENDER, &PROGRAM_LIST_SUBJECT),
    (&PROGRAM_VIRUS_SENDER, &PROGRAM_VIRUS_SUBJECT),
    (&PROGRAM_FAX_SENDER, &PROGRAM_FAX_SUBJECT),
];

/// Whether sender and subject (lower case) are those of a program that marks its mails in no other way.
fn is_program(from: Option<&Address>, subject: &str) -> bool {
    let local = from.map(|from| from.address.split('@').next().unwrap_or_default().to_lowercase()).unwrap_or_default();
    let writes = |sender: &str| local == sender || (sender.starts_with('-') && local.ends_with(sender));
    let begins = |start: &str| subject.starts_with(start) || (start.starts_with(' ') && subject.contains(start));
    PROGRAMS.iter().any(|(senders, starts)| senders.any(writes) && starts.any(begins))
}

/// Whether a program put its words for an automatic answer in front of the subject (lower case) that it answers: with a
/// colon or in brackets.
fn is_automatic(subject: &str) -> bool {
    let (inner, ends): (&str, &[char]) = match subject.strip_prefix(['[', '(', '【']) {
        Some(inner) => (inner, &[']', ')', '】', ':']),
        None => (subject, &[':', '：']),
    };
    ABSENCE_AUTOMATIC.begin_with(inner, |_, rest| rest.trim_start().starts_with(ends))
}
