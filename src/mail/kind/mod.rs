//! People or machines: RFC 3834, RFC 5230 and the markers of the wild.
//!
//! A marker that machines set on purpose is enough; a weak sign (a subject, a sender's name) needs a second one, because
//! a person's mail taken for a machine's is a customer without an answer.

mod code;
mod key;
mod verification;

use super::bounce;
use super::decode::mime::Part;
use super::decode::words;
use super::letter::{Address, Kind};
use crate::phrases::{
    ABSENCE_AUTOMATIC, ABSENCE_INSIDE, ABSENCE_NOUN, ABSENCE_SUBJECT, ABSENCE_TEXT, ABSENCE_WHEN, ADDRESS_NO_REPLY,
    AUTOMATIC_ACKNOWLEDGEMENT, AUTOMATIC_ROBOT, FIELD_AUTORESPONDER, FIELD_MONITOR, FIELD_SERVICE, FIELD_TICKET_SYSTEM,
    PROGRAM_CRON_SENDER, PROGRAM_CRON_SUBJECT, PROGRAM_FAX_SENDER, PROGRAM_FAX_SUBJECT, PROGRAM_LIST_SENDER,
    PROGRAM_LIST_SUBJECT, PROGRAM_LOG_SENDER, PROGRAM_LOG_SUBJECT, PROGRAM_LOGCHECK_SENDER, PROGRAM_LOGCHECK_SUBJECT,
    PROGRAM_MAJORDOMO_SENDER, PROGRAM_MAJORDOMO_SUBJECT, PROGRAM_MONITOR_SENDER, PROGRAM_MONITOR_SUBJECT, PROGRAM_SCANNER_SENDER,
    PROGRAM_SCANNER_SUBJECT, PROGRAM_TELEPHONE_SENDER, PROGRAM_TELEPHONE_SUBJECT, PROGRAM_VIRUS_SENDER, PROGRAM_VIRUS_SUBJECT,
    RECEIPT_DONE, RECEIPT_SUBJECT, RECEIPT_TEXT, Section,
};

/// What a mail says about its writer.
#[derive(Debug)]
pub(super) struct Facts<'a, 'b> {
    pub(super) root: &'b Part<'a>,
    pub(super) from: Option<&'b Address>,
    pub(super) subject: &'b str,
    /// New text, or the whole text where there is none.
    pub(super) text: &'b str,
    /// The whole text.
    pub(super) whole: &'b str,
    /// What a person typed: the text without summaries of calendar files.
    pub(super) typed: &'b str,
    pub(super) has_attachments: bool,
    pub(super) is_bounce: bool,
    /// An answer to an invitation (RFC 5546, METHOD:REPLY) is part of the mail.
    pub(super) calendar_reply: bool,
}

/// The rule by which the mail is one of those by which other services have an address confirmed or let somebody in.
pub(super) fn verification(facts: &Facts<'_, '_>, kind: Kind, has_link: bool) -> Option<&'static str> {
    verification::rule(facts, kind, has_link)
}

/// Decides what wrote the mail.
pub(super) fn decide(facts: &Facts<'_, '_>) -> Kind {
    // A person who attaches a report to ask about it writes no report.
    let reports = facts.root.content.value == "multipart/report" || bounce::has_null_path(facts.root);
    let has_part = |wanted: fn(&str) -> bool| reports && facts.root.leaves().iter().any(|leaf| wanted(&leaf.content.value));
    let report = facts.root.content.param("report-type").unwrap_or_default().to_ascii_lowercase();
    if has_part(|value| value == "message/feedback-report") || report == "feedback-report" {
        return Kind::Complaint;
    }
    // X-ARF, another form of abuse reports.
    if facts.root.first("x-xarf").is_some() && facts.root.first("in-reply-to").is_none() {
        return Kind::Complaint;
    }
    if is_provider_complaint(facts) || is_complaint_in_words(facts) {
        return Kind::Complaint;
    }
    if facts.is_bounce {
        return Kind::Bounce;
    }
    // Reports on encryption (RFC 8460, section 5.3), and what Italian certified mail says of acceptance (RFC 6109).
    if report == "tlsrpt" || facts.root.first("x-ricevuta").is_some() {
        return Kind::Generated;
    }
    if has_part(is_notification) || report.ends_with("disposition-notification") || is_receipt_in_words(facts) {
        return Kind::Receipt;
    }
    // Accepting or declining an appointment without a word is the calendar's answer, not the person's.
    if facts.calendar_reply && facts.typed.trim().is_empty() {
        return Kind::AutoReply;
    }
    if let Some(kind) = machine(facts) {
        return kind;
    }
    if facts.text.trim().is_empty() && !facts.has_attachments && facts.subject.trim().is_empty() {
        Kind::Empty
    } else {
        Kind::Person
    }
}

/// The machine's part of a receipt (RFC 8098, and RFC 6533 for addresses beyond ASCII).
fn is_notification(value: &str) -> bool {
    matches!(value, "message/disposition-notification" | "message/global-disposition-notification")
}

/// Complaints of large providers that are no feedback reports: a fixed sender or subject and the mail complained about.
fn is_provider_complaint(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    let from = facts.from.map(|from| from.address.to_lowercase()).unwrap_or_default();
    let encloses = facts.root.leaves().iter().any(|leaf| leaf.content.value == "message/rfc822");
    let hotmail = from.starts_with("staff@hotmail.") && subject.starts_with("complaint about message");
    if subject.starts_with("[spamcop (") && facts.whole.trim_start().starts_with("[ SpamCop") {
        return true;
    }
    encloses && (hotmail || subject.starts_with("email feedback report") || from.starts_with("feedbackloop@"))
}

/// Feedback reports outside their standard frame: the part or its fields, and the mail complained about or the sentence
/// with which such reports start. Who answers or asks is a person.
fn is_complaint_in_words(facts: &Facts<'_, '_>) -> bool {
    if facts.root.first("in-reply-to").is_some() || facts.text.contains('?') {
        return false;
    }
    let leaves = facts.root.leaves();
    let has = |wanted: &[&str]| leaves.iter().any(|leaf| wanted.contains(&leaf.content.value.as_str()));
    if has(&["message/feedback-report"]) {
        return has(&["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"]);
    }
    let head: String = facts.text.trim_start().chars().take(4_000).collect::<String>().to_lowercase();
    head.starts_with("this is an email abuse report") && head.lines().any(|line| line.trim_start().starts_with("feedback-type:"))
}

/// Receipts without the standard form (Notes, old Exchange and others): a subject and a sentence that programs write.
fn is_receipt_in_words(facts: &Facts<'_, '_>) -> bool {
    let subject = facts.subject.to_lowercase();
    // The description of the mail that was read looks like a quoted one's header.
    let head: String = facts.whole.trim_start().chars().take(600).collect::<String>().to_lowercase();
    let short = facts.whole.chars().take(1_500).count() < 1_500;
    let leaves = facts.root.leaves();
    let part = leaves.iter().any(|leaf| is_notification(&leaf.content.value));
    // A program says when and no more: `was read on Tuesday`; people go on.
    let says = |words: &str| {
        head.split_once(words).is_some_and(|(_, behind)| {
            let more = behind.lines().next().unwrap_or_default();
            let done = || RECEIPT_DONE.stand_in(behind);
            let short = more.split_whitespace().count() <= 10;
            (!words.ends_with(" on") || short) && (!words.ends_with(" am") || done())
        })
    };
    let said = || RECEIPT_TEXT.any(says) && !bounce::asks(&head);
    // A receipt that is nothing but the machine's part.
    (part && leaves.len() == 1) || (short && (part || RECEIPT_SUBJECT.begin(&subject)) && said())
}

/// Whether the mail came through a list or is bulk mail (RFC 2369, RFC 2919).
pub(super) fn is_list(root: &Part<'_>) -> bool {
    let headers = ["list-id", "list-unsubscribe", "list-post", "x-mailing-list", "mailing-list"];
    headers.iter().any(|name| root.first(name).is_some()) || matches!(precedence(root).as_str(), "list" | "bulk")
}

fn precedence(root: &Part<'_>) -> String {
    root.text("precedence").trim().to_ascii_lowercase()
}

/// The keyword of Auto-Submitted (RFC 3834, section 5), without comments and parameters.
fn auto_submitted(root: &Part<'_>) -> String {
    let value = words::strip_comments(&root.text("auto-submitted"));
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether the header says that a program wrote the mail.
pub(super) fn says_automatic(root: &Part<'_>) -> bool {
    !matches!(auto_submitted(root).as_str(), "" | "no")
}

fn is_reply_marker(root: &Part<'_>) -> bool {
    FIELD_AUTORESPONDER.any(|marker| {
        let (name, wanted) = marker.split_once(": ").map_or((marker, None), |(name, wanted)| (name, Some(wanted)));
        root.all(name).any(|raw| {
            let value = words::text(raw).to_ascii_lowercase();
            let off = matches!(value.as_str(), "" | "no" | "false" | "0" | "none");
            wanted.map_or(!off, |wanted| value == wanted)
        })
    })
}

fn machine(facts: &Facts<'_, '_>) -> Option<Kind> {
    let root = facts.root;
    let absence = is_absence_subject(&facts.subject.to_lowercase());
    let answers = root.first("in-reply-to").is_some() || root.first("references").is_some();
    let keyword = auto_submitted(root);
    match keyword.as_str() {
        "" | "no" => {}
        "auto-replied" | "auto-replied-vacation" => return Some(Kind::AutoReply),
        _ if absence || facts.calendar_reply || is_reply_marker(root) => return Some(Kind::AutoReply),
        _ if answers && says(facts, &AUTOMATIC_ACKNOWLEDGEMENT) => return Some(Kind::AutoReply),
        _ => return Some(Kind::Generated),
    }
    if is_reply_marker(root) {
        return Some(Kind::AutoReply);
    }
    let human = keyword == "no";
    let suppressed = root.first("x-auto-response-suppress").is_some();
    let null = bounce::has_null_path(root);
    let bulk = matches!(precedence(root).as_str(), "bulk" | "junk");
    let said = is_absence_text(facts.text);
    let subject = facts.subject.trim().to_lowercase();
    if !human && (is_automatic(&subject) || is_vacation_program(root)) {
        return Some(Kind::AutoReply);
    }
    // Absences ask nothing and answer no mail about absences; who does is a person.
    let tells = said && !facts.text.contains(['?', '？']) && without_answer_mark(&subject) == subject;
    if absence
        && !human
        && (suppressed || null || bulk || tells || bounce::is_daemon_address(facts.from) || is_no_reply(facts.from))
    {
        return Some(Kind::AutoReply);
    }
    // Only programs that answer call their own mail junk.
    if !human && said && precedence(root) == "junk" {
        return Some(Kind::AutoReply);
    }
    if !human && (null || bulk || suppressed) && bounce::challenges(facts.text) {
        return Some(Kind::AutoReply);
    }
    if null && !human {
        return Some(if answers || said { Kind::AutoReply } else { Kind::Generated });
    }
    if !human
        && (says(facts, &AUTOMATIC_ACKNOWLEDGEMENT) || says(facts, &AUTOMATIC_ROBOT))
        && (suppressed || bulk || is_no_reply(facts.from) || is_ticket_system(root))
    {
        return Some(if answers { Kind::AutoReply } else { Kind::Generated });
    }
    // Postmasters are people too when they answer.
    let postmaster = facts.from.is_some_and(|from| from.address.starts_with("postmaster@"));
    if bounce::is_surely_daemon(facts.from) && !(postmaster && answers) {
        return Some(Kind::Generated);
    }
    // A discussion list can be posted to; what can only be unsubscribed from is a newsletter.
    let post = root.first("list-post").is_some() || root.first("mailing-list").is_some();
    let unsubscribe = root.first("list-unsubscribe").is_some();
    if !human && !post && (bulk || (unsubscribe && !answers)) {
        return Some(Kind::Generated);
    }
    // Reports on a domain's mail (RFC 7489, section 7.2.1.1) have this subject and an archive.
    let domain_report =
        without_bracket(&subject).starts_with("report domain:") && subject.contains("submitter:") && facts.has_attachments;
    if domain_report || is_program(facts.from, &subject) || FIELD_MONITOR.any(|name| root.first(name).is_some()) {
        return Some(Kind::Generated);
    }
    let weak = usize::from(is_no_reply(facts.from))
        + usize::from(suppressed)
        + usize::from(FIELD_SERVICE.any(|name| root.first(name).is_some()));
    (weak >= 2 && !human).then_some(Kind::Generated)
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

/// Whether a ticket system acknowledges a mail with this text (lower case).
pub(super) fn acknowledges(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(1_500)).unwrap_or(text);
    AUTOMATIC_ACKNOWLEDGEMENT.stand_in(head)
}

/// Whether one of the sentences stands at the beginning of the text.
fn says(facts: &Facts<'_, '_>, sentences: &Section) -> bool {
    let head: String = facts.text.chars().take(1_500).collect::<String>().to_lowercase();
    sentences.stand_in(&head)
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

fn is_no_reply(from: Option<&Address>) -> bool {
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

/// Whether a program put its words for an automatic answer in front of the subject (lower case) that it answers: with a
/// colon or in brackets.
fn is_automatic(subject: &str) -> bool {
    let (inner, ends): (&str, &[char]) = match subject.strip_prefix(['[', '(', '【']) {
        Some(inner) => (inner, &[']', ')', '】', ':']),
        None => (subject, &[':', '：']),
    };
    ABSENCE_AUTOMATIC.begin_with(inner, |_, rest| rest.trim_start().starts_with(ends))
}

/// A subject (lower case) without the marks that mail programs put in front of answers.
fn without_answer_mark(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some(after) = ["re:", "aw:", "sv:", "antw:", "re :"].iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = after.trim_start();
    }
    rest
}

/// Whether a lower-cased subject is that of an absence note.
pub(super) fn is_absence_subject(subject: &str) -> bool {
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

fn is_absence_text(text: &str) -> bool {
    let head: String = text.chars().take(1_500).collect::<String>().to_lowercase();
    ABSENCE_TEXT.stand_in(&head)
}

#[cfg(test)]
pub(crate) use self::verification::tests::what_other_services_send_to_confirm_an_address_or_to_let_somebody_in;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::mime::{Budget, parse};
    use crate::letter::HeadLimits;

    fn kind(head: &str, text: &str) -> Kind {
        let raw = format!("{head}\n\n{text}");
        let root =
            parse(raw.as_bytes(), &mut Budget { parts: 10, depth: 3, headers: HeadLimits::default(), warnings: Vec::new() });
        let from = root.first("from").and_then(|raw| crate::decode::address::identity(&[raw]).ok());
        decide(&Facts {
            root: &root,
            from: from.as_ref(),
            subject: &root.text("subject"),
            text,
            whole: text,
            typed: text,
            has_attachments: false,
            is_bounce: false,
            calendar_reply: head.contains("METHOD-REPLY"),
        })
    }

    #[test]
    fn kinds() {
        let table = [
            ("From: a@x.example\nSubject: Hi", "Hello", Kind::Person),
            ("Auto-Submitted: No", "Hello", Kind::Person),
            ("Auto-Submitted: (really) NO; x=y", "Hello", Kind::Person),
            ("Auto-Submitted: auto-replied (vacation)", "away", Kind::AutoReply),
            ("Auto-Submitted: auto-generated\nSubject: Disk full", "x", Kind::Generated),
            ("Auto-Submitted: auto-generated\nSubject: Automatic reply: Hi", "x", Kind::AutoReply),
            ("X-Autoreply: yes", "x", Kind::AutoReply),
            ("X-Autoreply: no", "x", Kind::Person),
            ("Precedence: auto_reply", "x", Kind::AutoReply),
            ("Precedence: bulk", "x", Kind::Generated),
            ("Precedence: list\nList-Id: <l.x.example>\nList-Post: <mailto:l@x.example>", "x", Kind::Person),
            ("List-Unsubscribe: <https://x.example>", "x", Kind::Generated),
            ("X-Auto-Response-Suppress: All", "x", Kind::Person),
            ("X-Auto-Response-Suppress: All\nSubject: Automatische Antwort: Hallo", "x", Kind::AutoReply),
            ("Subject: Out of office: when is the party?", "Do you come?", Kind::Person),
            ("Subject: Abwesenheitsnotiz", "Ich bin im Urlaub.", Kind::AutoReply),
            ("Return-Path: <>\nIn-Reply-To: <a@b>", "x", Kind::AutoReply),
            ("Return-Path: <>", "x", Kind::Generated),
            ("From: MAILER-DAEMON@x.example", "x", Kind::Generated),
            ("From: noreply@x.example", "x", Kind::Person),
            ("From: no-reply@x.example\nX-Auto-Response-Suppress: All", "x", Kind::Generated),
            ("Content-Type: multipart/report; report-type=feedback-report; boundary=x", "x", Kind::Complaint),
            ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", "x", Kind::Receipt),
            ("From: a@x.example", "", Kind::Empty),
            ("Subject: Automatic reply: Printer", "I answer on Monday.", Kind::AutoReply),
            ("Subject: Re: Automatic reply: Printer", "Thanks, see you then.", Kind::Person),
            ("X-Mailer: vacation 1.2.7", "x", Kind::AutoReply),
            ("X-Mailer: Apple Mail (Vacation photos edition)\nAuto-Submitted: no", "x", Kind::Person),
            ("X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", "x", Kind::AutoReply),
            ("X-Apple-Action: vacation", "x", Kind::AutoReply),
            ("From: no-reply@x.example\nIn-Reply-To: <a@b>", "We have received your request.", Kind::AutoReply),
            ("From: ann@x.example\nIn-Reply-To: <a@b>", "We have received your request.", Kind::Person),
            ("X-OTRS-Loop: x\nSubject: Ticket 12", "Ihre Ticketnummer lautet 12.", Kind::Generated),
            ("From: postmaster@x.example\nIn-Reply-To: <a@b>", "Hello", Kind::Person),
            ("From: postmaster@x.example", "Hello", Kind::Generated),
            ("From: Mailer Ltd <mailer@x.example>", "Hello", Kind::Person),
            ("Subject: Read: Printer", "Your message\n\nwas read on Tuesday.", Kind::Receipt),
            (
                "Subject: Read: your offer",
                "It was read on Monday by our board, and we have some wishes: the price should be lower.",
                Kind::Person,
            ),
            ("Subject: Gelesen: Drucker", "Ihre Nachricht\n\nwurde am Dienstag, 12. März 2024 10:00 gelesen.", Kind::Receipt),
            ("Subject: Gelesen: Drucker", "Der Drucker wurde am Montag geliefert.", Kind::Person),
            ("Subject: Read: this is important", "Please read the manual.", Kind::Person),
            ("X-Test: METHOD-REPLY", "", Kind::AutoReply),
            ("X-Test: METHOD-REPLY", "I may be late.", Kind::Person),
            ("Subject: Please call me", "", Kind::Person),
            ("Subject: Vacation until Monday", "I am on vacation.", Kind::AutoReply),
            ("Subject: Vacation rental", "I am on vacation.", Kind::Person),
            ("Subject: [Autoreply] Printer", "x", Kind::AutoReply),
            ("Subject: Re: Out of office", "I am out of the office.", Kind::Person),
            ("Precedence: junk", "I am on vacation.", Kind::AutoReply),
            ("From: team-owner@x.example\nSubject: Your message to Team awaits moderator approval", "x", Kind::Generated),
            ("From: team-owner@x.example\nSubject: When will my post be approved", "x", Kind::Person),
            ("From: logcheck@x.example\nSubject: web1 2024-03-12 System Events", "x", Kind::Generated),
            ("From: ann@x.example\nSubject: web1 System Events", "x", Kind::Person),
            ("X-Ricevuta: accettazione", "x", Kind::Generated),
            ("X-XARF: PLAIN", "x", Kind::Complaint),
            ("X-XARF: PLAIN\nIn-Reply-To: <a@b>", "x", Kind::Person),
            ("X-Trasporto: posta-certificata", "x", Kind::Person),
            ("Content-Type: multipart/report; report-type=tlsrpt; boundary=x", "x", Kind::Generated),
            ("Precedence: bulk", "Please confirm that you sent this mail.", Kind::AutoReply),
            ("From: ann@x.example", "Please confirm that you sent this mail.", Kind::Person),
            ("Subject: [SpamCop (192.0.2.1) id:1] x", "[ SpamCop V5 ]", Kind::Complaint),
            ("Subject: Re: [SpamCop (192.0.2.1) id:1] x", "What is [ SpamCop V5 ]", Kind::Person),
            ("From: nagios@x.example\nSubject: ** PROBLEM web1", "x", Kind::Generated),
            ("From: ann@x.example\nSubject: ** PROBLEM web1", "x", Kind::Person),
            ("From: Mail Server Team <it@x.example>", "Hello", Kind::Person),
            ("Subject: Urlaubsantrag", "Wer im Urlaub ist, fehlt in der Liste.", Kind::Person),
        ];
        for (head, text, want) in table {
            assert_eq!(kind(head, text), want, "{head}");
        }
    }
}
