//! For whom a member of staff sends a mail to the desk, where it is for somebody else: whose mail they pass on, or to
//! whom they write with the desk in copy. What is not clear is asked, never guessed.

use crate::mail::{Address, Letter};
use std::time::Duration;

use super::lookup::{FRESH, home, organizations};
use super::signature;
use crate::acts::own_address::is_own;
use crate::acts::{ActContext, BehalfOrigin};
use crate::desk::budget::RECEIPTS_AN_HOUR;
use crate::desk::ids::OrganizationId;
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, fold_address};
use crate::intake::case::{Customer, Home, OnBehalfOf, takes_mail};
use crate::mail::forward::{Date, Forward, Original};
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, outbox, people};
use crate::time::Timestamp;

/// How many people take part in a ticket because of a mail.
const PARTICIPANTS: usize = 10;
/// "Within the last hour", for acknowledgements.
const HOUR: Duration = Duration::from_hours(1);

/// Looks for whom the mail of `staff` is; `None` where it is the writer's own.
pub(super) async fn load(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
    forward: Forward,
    staff: &Person,
) -> anyhow::Result<Option<OnBehalfOf>> {
    match forward {
        Forward::One(original) => passed_on(tx, context, row, letter, staff, *original).await.map(Some),
        Forward::Unclear { found, .. } => Ok(Some(OnBehalfOf::Unclear(found))),
        Forward::Nothing => written_to(tx, context, row, letter).await,
    }
}

async fn passed_on(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
    staff: &Person,
    original: Original,
) -> anyhow::Result<OnBehalfOf> {
    let address = fold_address(&original.from.address);
    let found = format!("{} <{}>", original.from.name.clone().unwrap_or_default(), original.from.address);
    if !takes_mail(&original.from.address) || is_inside(tx, context, &address).await? {
        return Ok(OnBehalfOf::Unclear(vec![found.trim().to_owned()]));
    }
    let zone = staff.time_zone.as_deref().unwrap_or(&context.config.desk.time_zone);
    let at = original.date.and_then(|date| match date {
        Date::Moment(at) => Some(at),
        Date::Local(text) => Timestamp::from_local(&text, zone),
    });
    let (organizations, home) = place(tx, context, row, letter, &address).await?;
    let others = original.to.iter().chain(&original.cc).filter(|other| fold_address(&other.address) != address).cloned();
    let participants = companions(tx, context, others.collect(), &organizations).await?;
    let told = match people::by_address(tx, &address).await? {
        Some(person) => outbox::count_since(tx, person.id, Kind::Acknowledgement, context.now.minus(HOUR)).await?,
        None => 0,
    };
    let note = signature::note(tx, staff, letter, original.note).await?;
    let fresh = at.is_some_and(|at| at <= context.now.plus(HOUR) && context.now.since(at) < FRESH);
    Ok(OnBehalfOf::Clear(Box::new(Customer {
        way: BehalfOrigin::PassedOn,
        requester: original.from,
        participants,
        home,
        subject: original.subject,
        text: Some(original.text),
        files: original.files,
        at,
        original: original.message_id,
        note,
        note_files: original.note_files,
        welcome: fresh && told <= RECEIPTS_AN_HOUR,
    })))
}

/// A mail to customers with the desk in To or Cc.
async fn written_to(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
) -> anyhow::Result<Option<OnBehalfOf>> {
    let (mut outside, mut copied): (Vec<Address>, bool) = (Vec::new(), false);
    for address in letter.to.iter().chain(&letter.cc) {
        let folded = fold_address(&address.address);
        copied |= is_own(tx, context.config, &folded).await?;
        if !is_inside(tx, context, &folded).await? && !outside.iter().any(|other| fold_address(&other.address) == folded) {
            outside.push(address.clone());
        }
    }
    if outside.is_empty() || !copied {
        return Ok(None);
    }
    let mut customers = Vec::new();
    for address in &outside {
        let folded = fold_address(&address.address);
        let person = people::by_address(tx, &folded).await?;
        let organizations = organizations(tx, person.as_ref(), Some(&folded)).await?;
        let alone = outside.len() == 1 && person.is_some_and(|person| person.active);
        if alone || !organizations.is_empty() {
            customers.push((address.clone(), organizations));
        }
    }
    let [(requester, organizations)] = customers.as_slice() else {
        return Ok(Some(OnBehalfOf::Unclear(outside.into_iter().map(|address| address.address).collect())));
    };
    let folded = fold_address(&requester.address);
    let (_, home) = place(tx, context, row, letter, &folded).await?;
    outside.retain(|address| fold_address(&address.address) != folded);
    let participants = companions(tx, context, outside, organizations).await?;
    Ok(Some(OnBehalfOf::Clear(Box::new(Customer {
        way: BehalfOrigin::WrittenTo,
        requester: requester.clone(),
        participants,
        home,
        subject: letter.subject.clone(),
        text: None,
        files: letter.attachments.clone(),
        at: None,
        original: None,
        note: String::new(),
        note_files: Vec::new(),
        welcome: false,
    }))))
}

/// Whether an address is the desk's or somebody's of the staff.
async fn is_inside(tx: &mut Tx, context: &ActContext<'_>, address: &str) -> anyhow::Result<bool> {
    let staff = people::by_address(tx, address).await?.is_some_and(|person| person.is_staff());
    Ok(staff || is_own(tx, context.config, address).await?)
}

/// The organizations of whoever has this address, and where their ticket goes.
async fn place(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
    address: &str,
) -> anyhow::Result<(Vec<OrganizationId>, Home)> {
    let person = people::by_address(tx, address).await?;
    let organizations = organizations(tx, person.as_ref(), Some(address)).await?;
    let home = home(tx, context.config, &row.origin.mailbox, letter, &organizations, false).await?;
    // It was not the customer who wrote to that address.
    Ok((organizations, Home { misdirected: None, ..home }))
}

/// Those of `others` who take part: nobody of the desk, and nobody of another customer.
async fn companions(
    tx: &mut Tx,
    context: &ActContext<'_>,
    others: Vec<Address>,
    organizations: &[OrganizationId],
) -> anyhow::Result<Vec<Address>> {
    let mut companions: Vec<Address> = Vec::new();
    for other in others {
        let folded = fold_address(&other.address);
        let known = companions.iter().any(|known| fold_address(&known.address) == folded);
        if known || !takes_mail(&other.address) || is_inside(tx, context, &folded).await? {
            continue;
        }
        let person = people::by_address(tx, &folded).await?;
        let theirs = self::organizations(tx, person.as_ref(), Some(&folded)).await?;
        let foreign = !theirs.is_empty() && !theirs.iter().any(|of| organizations.contains(of));
        if !foreign && companions.len() < PARTICIPANTS {
            companions.push(other);
        }
    }
    Ok(companions)
}
