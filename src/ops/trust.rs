//! What `check --trust` finds out: whether the receiving server takes out Authentication-Results that a sender forged, and
//! what real mail of the staff proves. The judgement is pure; nothing here enables anything.

use serde::Serialize;

use crate::config::Trust;
use crate::desk::people::domain;
use crate::mail::proof::{Alignment, Receiver, alignment, came_through, topmost};
use crate::time::Timestamp;

/// The mail that no honest server lets through as it is.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// The receiving server in whose name it speaks.
    pub authserv_id: &'a str,
    /// The staff address in whose name it is written; or another of the desk's where the way out refuses that.
    pub from: &'a str,
    /// The mailbox it goes to.
    pub to: &'a str,
    /// What its subject begins with.
    pub mark: &'a str,
    /// Known to the running check alone.
    pub secret: &'a str,
    /// When it is written.
    pub at: Timestamp,
}

impl Probe<'_> {
    /// Its bytes. The forged field stands there twice, the second time as only a careful server recognizes it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let Self { authserv_id, from, to, mark, secret, at } = self;
        let claimed = domain(from);
        format!(
            "Authentication-Results: {authserv_id}; dmarc=pass reason={secret} header.from={claimed}\r\n\
             From: <{from}>\r\nTo: <{to}>\r\nSubject: {mark}{secret}\r\nDate: {}\r\nMessage-ID: <{secret}@{}>\r\n\
             authentication-results: (checked)\r\n {authserv_id} 1; dmarc=pass reason={secret}\r\n header.from={claimed}\r\n\
             Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             Postroom sent this mail to itself to see whether the mail server removes forged sender checks.\r\n\
             It can be deleted.\r\n",
            at.rfc5322(),
            domain(to),
        )
        .into_bytes()
    }
}

/// What became of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// It arrived without the forged fields.
    Stripped,
    /// It arrived with at least one of them.
    CameThrough,
    /// It did not arrive in time.
    NotArrived,
    /// The way out did not take it, with its words.
    NotSent(String),
}

impl ProbeOutcome {
    /// What an arrived probe says of its server.
    #[must_use]
    pub fn of(raw: &[u8], authserv_id: &str, secret: &str) -> Self {
        if came_through(raw, authserv_id, secret) { Self::CameThrough } else { Self::Stripped }
    }
}

/// A real mail of a staff member, proven by its reply token.
#[derive(Debug, Clone)]
pub struct Real {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// The domain of its From.
    pub domain: String,
    /// Whether that domain's signature holds.
    pub signed: bool,
}

/// The server that most of these mails name topmost, with the largest number of hops seen above its field.
#[must_use]
pub fn usual_receiver(mails: &[Real]) -> Option<Receiver> {
    let named: Vec<Receiver> = mails.iter().filter_map(|mail| topmost(&mail.raw)).collect();
    let votes = |id: &str| named.iter().filter(|other| other.authserv_id.eq_ignore_ascii_case(id)).count();
    let most = named.iter().max_by_key(|receiver| votes(&receiver.authserv_id))?;
    let hops = named.iter().filter(|other| other.authserv_id.eq_ignore_ascii_case(&most.authserv_id)).map(|other| other.own_hops);
    Some(Receiver { authserv_id: most.authserv_id.clone(), own_hops: hops.max().unwrap_or_default() })
}

/// What was found out.
#[derive(Debug, Clone, Serialize)]
pub struct Findings {
    /// Whether nothing is enabled that should not be.
    pub ok: bool,
    /// The receiving server that was tried.
    pub authserv_id: Option<String>,
    /// Each mailbox and what became of its probe.
    pub probes: Vec<(String, ProbeOutcome)>,
    /// How many real mails of the staff were looked at.
    pub mails: usize,
    /// On how many of them the server vouches for the From domain.
    pub authentication_results: usize,
    /// On how many it refuses it.
    pub refused: usize,
    /// How many are signed by it.
    pub dkim: usize,
    /// What may be enabled.
    pub evidence: Vec<&'static str>,
    /// What was found, in words.
    pub words: Vec<String>,
    /// The lines for the configuration.
    pub lines: Vec<String>,
}

/// Judges.
#[must_use]
pub fn judge(trust: &Trust, receiver: Option<&Receiver>, probes: Vec<(String, ProbeOutcome)>, mails: &[Real]) -> Findings {
    let says = |mail: &Real| receiver.map_or(Alignment::None, |receiver| alignment(&mail.raw, &mail.domain, receiver));
    let count = |wanted| mails.iter().filter(|mail| says(mail) == wanted).count();
    let (passed, refused) = (count(Alignment::Pass), count(Alignment::Fail));
    let dkim = mails.iter().filter(|mail| mail.signed).count();
    let total = mails.len();
    let mut words = Vec::new();
    match receiver {
        None => words.push(
            "No mail of the staff carries an Authentication-Results field that names its server, so nobody knows which server to believe. If yours writes one, name it with --authserv-id.".to_owned(),
        ),
        Some(receiver) => words.extend(probes.iter().map(|(mailbox, outcome)| told(mailbox, outcome, &receiver.authserv_id))),
    }
    words.push(match total {
        0 => "No mail of the staff has come yet that was proven by its reply address. Let everybody answer one notification, then run this again.".to_owned(),
        _ => format!(
            "Of the last {total} mails of the staff that their reply address proves, the server vouches for {passed}, refuses {refused}, and {dkim} are signed by their domain."
        ),
    });
    let stripped = !probes.is_empty() && probes.iter().all(|(_, outcome)| *outcome == ProbeOutcome::Stripped);
    let server = receiver.is_some() && stripped && passed > 0 && refused == 0;
    if refused > 0 {
        words.push("A mail that is refused would always be held. Mend the mail set-up of these senders before `authentication_results` is enabled.".to_owned());
    }
    let mut evidence = Vec::new();
    evidence.extend(server.then_some("authentication_results"));
    evidence.extend((dkim > 0).then_some("dkim"));
    for (kind, holds) in [("authentication_results", passed), ("dkim", dkim)] {
        if evidence.contains(&kind) && holds < total {
            words.push(format!(
                "`{kind}` does not hold for {} of them: those go on needing the reply address alone.",
                total - holds
            ));
        }
    }
    let gone = trust.receiver.is_some() && probes.iter().any(|(_, outcome)| *outcome == ProbeOutcome::CameThrough);
    if gone {
        words.push(
            "Danger: `authentication_results` is enabled, and anybody can forge them. Take it out of `trust.evidence` now."
                .to_owned(),
        );
    }
    if evidence.is_empty() {
        words.push("Do not enable any evidence: leave `evidence = []`.".to_owned());
    } else if !server {
        words.push("Do not enable `authentication_results`.".to_owned());
    }
    let quoted: Vec<String> = evidence.iter().map(|kind| format!("\"{kind}\"")).collect();
    let mut lines = vec!["[trust]".to_owned(), format!("evidence = [{}]", quoted.join(", "))];
    if let Some(receiver) = receiver.filter(|_| server) {
        lines.push(format!("authserv_id = {}", crate::config::quoted(&receiver.authserv_id)));
        lines.push(format!("own_hops = {}", receiver.own_hops));
    }
    Findings {
        ok: !gone,
        authserv_id: receiver.map(|receiver| receiver.authserv_id.clone()),
        probes,
        mails: total,
        authentication_results: passed,
        refused,
        dkim,
        evidence,
        words,
        lines,
    }
}

fn told(mailbox: &str, outcome: &ProbeOutcome, server: &str) -> String {
    match outcome {
        ProbeOutcome::Stripped => {
            format!(
                "Mailbox {mailbox}: the server removes a forged Authentication-Results of {server}. That was tried from your own way out; a server that treats mail from elsewhere differently has to be tried from there."
            )
        }
        ProbeOutcome::CameThrough => format!(
            "Mailbox {mailbox}: a forged Authentication-Results of {server} came through. Anybody could write one; let the server remove fields of that name that it has not written (RFC 8601 section 5)."
        ),
        ProbeOutcome::NotArrived => {
            format!(
                "Mailbox {mailbox}: the trial mail did not arrive in time. Is it in the junk folder? Then nothing is known; try again with a longer --wait."
            )
        }
        ProbeOutcome::NotSent(words) => format!("Mailbox {mailbox}: the trial mail could not be sent: {words}"),
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
