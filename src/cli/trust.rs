//! `postroom check --trust`: what can prove that a staff member's mail is theirs.

use std::process::ExitCode;
use std::time::Duration;

use super::{OpenDesk, output, refuse};
use crate::config::{Mailbox, Outgoing};
use crate::courier::{self, Transport};
use crate::desk::ids::InboxId;
use crate::desk::inbox::{Disposition, Grounds};
use crate::desk::people::{PersonKind, domain, fold_address};
use crate::intake::TRUST_CHECK;
use crate::intake::facts::dkim::{Records, is_signed};
use crate::mail::proof::Receiver;
use crate::mailbox::{InboxWriter, MailboxReader};
use crate::ops::trust::{Probe, ProbeOutcome, Real, judge, usual_receiver};
use crate::store::inbox::{self, LedgerRow, Understood, Verdict};
use crate::store::{Tx, blobs, lease, people};
use crate::time::Timestamp;

/// How many real mails of the staff are looked at, the latest first.
const MAILS: usize = 50;
/// How often to look for a probe.
const TICK: Duration = Duration::from_millis(500);
/// How long after the check a probe that comes late is still recognized.
const LATE: Duration = Duration::from_hours(24);

pub(super) async fn run(desk: &OpenDesk, authserv_id: Option<String>, wait: Duration) -> anyhow::Result<ExitCode> {
    let Outgoing::Smtp(_) = desk.config.outgoing else {
        return refuse(
            "[outgoing.maildir] reaches no mail server, so there is nothing to find out",
            "Configure [outgoing.smtp] and run this again.",
        );
    };
    let mails = real_mails(desk).await?;
    let trust = &desk.config.trust;
    let configured = trust.receiver.as_ref().map(|receiver| receiver.authserv_id.clone());
    let usual = usual_receiver(&mails);
    let receiver = match authserv_id.or(configured) {
        Some(id) => {
            let seen = usual.filter(|usual| usual.authserv_id.eq_ignore_ascii_case(&id));
            let own_hops = trust.receiver.as_ref().map_or(1, |receiver| receiver.own_hops);
            Some(seen.unwrap_or(Receiver { authserv_id: id, own_hops }))
        }
        None => usual,
    };
    let mut probes = Vec::new();
    if let Some(receiver) = &receiver {
        for mailbox in &desk.config.mailboxes {
            probes.push((mailbox.name.clone(), probe(desk, mailbox, &receiver.authserv_id, wait).await?));
        }
    }
    let findings = judge(trust, receiver.as_ref(), probes, &mails);
    if desk.json {
        output::json(&findings)?;
    } else {
        let text = format!("{}\n\nFor the configuration:\n\n{}\n", findings.words.join("\n\n"), findings.lines.join("\n"));
        output::print(&output::lines(&text))?;
    }
    Ok(if findings.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The latest mails of active staff that were proven by their reply token: real ones, not forgeries that are held.
async fn real_mails(desk: &OpenDesk) -> anyhow::Result<Vec<Real>> {
    let mut tx = desk.read().await?;
    let mut found = Vec::new();
    for row in inbox::list(&mut tx, None).await?.into_iter().rev() {
        if found.len() >= MAILS {
            break;
        }
        let (Some(sender), Some(blob)) = (&row.sender, &row.blob) else { continue };
        let done = matches!(row.disposition, Some(Disposition::Comment | Disposition::Note | Disposition::Command));
        if !done || row.reason.as_deref() != Some(Grounds::Token.as_str()) {
            continue;
        }
        let person = people::by_address(&mut tx, &fold_address(sender)).await?;
        if person.is_some_and(|person| person.is_staff() && person.active) {
            found.push((domain(sender), row.server_at.unwrap_or(row.received_at), blobs::get(&mut tx, blob).await?));
        }
    }
    drop(tx);
    let records = Records::system();
    let mut mails = Vec::new();
    for (domain, at, raw) in found {
        let signed = is_signed(&raw, &domain, at, &records).await;
        mails.push(Real { raw, domain, signed });
    }
    Ok(mails)
}

/// Sends a probe to a mailbox and waits for it there.
async fn probe(desk: &OpenDesk, mailbox: &Mailbox, authserv_id: &str, wait: Duration) -> anyhow::Result<ProbeOutcome> {
    let (secret, now) = (desk.rng.secret(), desk.clock.now());
    let holder = secret.clone();
    let leased = desk.write(move |tx| Box::pin(async move { Ok(lease::take(tx, &name(&holder), &holder, wait + LATE).await?) }));
    leased.await?;
    let staff = people::list(&mut desk.read().await?, Some(PersonKind::Staff)).await?;
    let staff = staff.into_iter().filter(|person| person.active).find_map(|person| person.addresses.into_iter().next());
    let mut transport = Transport::new(&desk.config.outgoing);
    let mut refused = String::new();
    let mut sent = false;
    // Some ways out let nobody write in another's name. That is good, and says nothing about what comes in.
    for from in staff.iter().chain([&mailbox.address]) {
        let probe = Probe { authserv_id, from, to: &mailbox.address, mark: TRUST_CHECK, secret: &secret, at: now };
        match transport.send(Some(&mailbox.address), &mailbox.address, &secret, &probe.bytes()).await {
            courier::SendOutcome::Accepted(_) => {
                sent = true;
                break;
            }
            other => other.words().clone_into(&mut refused),
        }
    }
    transport.close().await;
    if !sent {
        return Ok(ProbeOutcome::NotSent(refused));
    }
    let found = arrival(desk, mailbox, &secret, now, wait).await?;
    let Some((id, raw)) = found else { return Ok(ProbeOutcome::NotArrived) };
    put_away(desk, id, &secret).await?;
    Ok(ProbeOutcome::of(&raw, authserv_id, &secret))
}

/// The lease that makes a probe recognizable; one for each, so that several mailboxes may be tried.
fn name(secret: &str) -> String {
    format!("{TRUST_CHECK}{secret}")
}

/// Looks into the mailbox and the ledger until the probe is there: a desk that is being served may have fetched it first.
async fn arrival(
    desk: &OpenDesk,
    mailbox: &Mailbox,
    secret: &str,
    since: Timestamp,
    wait: Duration,
) -> anyhow::Result<Option<(InboxId, Vec<u8>)>> {
    let intake = InboxWriter {
        store: desk.store.clone(),
        clock: desk.clock.clone(),
        rng: desk.rng.clone(),
        largest: desk.config.limits.raw_bytes,
    };
    let mut reader = MailboxReader::new(mailbox, intake);
    loop {
        let looked = reader.poll_once().await;
        if let Some(found) = search(desk, mailbox, secret, since).await? {
            return Ok(Some(found));
        }
        if desk.clock.now().since(since) > wait {
            looked?;
            return Ok(None);
        }
        tokio::time::sleep(TICK).await;
    }
}

async fn search(
    desk: &OpenDesk,
    mailbox: &Mailbox,
    secret: &str,
    since: Timestamp,
) -> anyhow::Result<Option<(InboxId, Vec<u8>)>> {
    let mut tx = desk.read().await?;
    let is_new = |row: &LedgerRow| row.received_at >= since && row.origin.mailbox == mailbox.name;
    for row in inbox::list(&mut tx, None).await?.into_iter().rev().take_while(|row| row.received_at >= since).filter(is_new) {
        let Some(blob) = &row.blob else { continue };
        let raw = blobs::get(&mut tx, blob).await?;
        let mark = name(secret);
        if raw.windows(mark.len()).any(|window| window == mark.as_bytes()) {
            return Ok(Some((row.id, raw)));
        }
    }
    Ok(None)
}

/// Where nothing serves the desk, nobody else decides about the probe.
async fn put_away(desk: &OpenDesk, id: InboxId, secret: &str) -> anyhow::Result<()> {
    let (now, secret) = (desk.clock.now(), secret.to_owned());
    let work = desk.write(move |tx: &mut Tx| {
        Box::pin(async move {
            let verdict =
                Verdict { disposition: Disposition::Ignored, reason: Grounds::TrustCheck.as_str().to_owned(), ticket: None };
            inbox::decide(tx, id, &Understood { subject: Some(name(&secret)), ..Understood::default() }, &verdict, now).await?;
            lease::end(tx, &name(&secret), &secret).await?;
            Ok(())
        })
    });
    work.await
}
