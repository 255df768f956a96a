//! People or machines: RFC 3834, RFC 5230 and the markers of the wild.
//!
//! A marker that machines set on purpose is enough; a weak sign (a subject, a sender's name) needs a second one, because
//! a person's mail taken for a machine's is a customer without an answer. `rules` is the ordered table, `signs` is what it
//! asks, and `verification` tells mails apart by which other services let somebody in.

mod code;
mod forms;
mod key;
pub(super) mod rule;
mod rules;
pub(super) mod signs;
mod verification;

use self::rule::Rule;
use self::signs::Facts;
use super::letter::Kind;

/// The rule by which the mail is one of those by which other services have an address confirmed or let somebody in.
pub(super) fn verification(facts: &Facts<'_, '_>, kind: Kind, has_link: bool) -> Option<Rule> {
    verification::rule(facts, kind, has_link)
}

/// Decides what wrote the mail; the rule says why.
pub(super) fn decide(facts: &Facts<'_, '_>) -> (Rule, Kind) {
    rules::decide(facts)
}

#[cfg(test)]
pub(crate) use self::verification::tests::what_other_services_send_to_confirm_an_address_or_to_let_somebody_in;
#[cfg(test)]
pub(crate) use key::tests::a_purpose_and_a_secret_make_a_key;

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
        .1
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
