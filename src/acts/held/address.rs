//! A mail to a staff member's reply address from an address that nobody knows: is it theirs? Only the signed-in owner of the
//! reply address can say so, and only with a code that was mailed to the address. Nothing of it can be done by mail.

use crate::mail::Address;
use std::time::Duration;

use super::case::{Case, case};
use crate::acts::own_address::is_own;
use crate::acts::staff_member::StaffMember;
use crate::acts::{ActContext, post};
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::{Disposition, Held, HeldAction, Release};
use crate::desk::outbox::{Audience, Kind};
use crate::desk::people::{PersonKind, fold_address};
use crate::desk::secret::{Hashed, Plain};
use crate::desk::string_enum;
use crate::letters::address as letter;
use crate::store::address_claims::{self, AddressClaim};
use crate::store::held::{self, Taken};
use crate::store::outbox::Queued;
use crate::store::{Tx, outbox, people};

/// How long a code works.
pub const CODE: Duration = Duration::from_mins(15);
/// How often one code may be tried.
const TRIES: i64 = 5;
/// How many codes one person asks for, and one address gets, in [`SPAN`]. Whoever is written to may be anybody.
const CODES: i64 = 3;
const SPAN: Duration = Duration::from_hours(1);

/// A held mail whose sender may be its reader.
#[derive(Debug, Clone)]
pub struct Claimable {
    /// The mail.
    pub case: Case,
    /// Its sender's address, as addresses are stored.
    pub address: String,
    /// Whether a code is on its way that still works.
    pub awaited: bool,
}

string_enum! {
    /// What somebody does about a code.
    CodeStep {
        /// Has it mailed to the address.
        Send = "send",
        /// Enters it.
        Enter = "enter",
    }
}

/// What came of asking for a code, or of entering one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeOutcome {
    /// It is on its way.
    Sent,
    /// There were too many.
    TooMany,
    /// The address is theirs now, and the mail is decided about again.
    Added,
    /// It is not the code.
    Wrong,
    /// There is no code that works any more.
    Dead,
    /// The address belongs to somebody else, or to the desk.
    Taken,
    /// There is no such mail for them.
    Missing,
}

/// The mail, where it waits for this very person's word on its sender's address.
pub async fn claimable(
    tx: &mut Tx,
    context: &ActContext<'_>,
    staff: &StaffMember,
    id: InboxId,
) -> anyhow::Result<Option<Claimable>> {
    let Some(mail) = held::get(tx, id).await? else { return Ok(None) };
    let Some(case) = case(tx, mail, Some(staff.person())).await? else { return Ok(None) };
    let waits = case.mail.disposition == Some(Disposition::Held) && case.reason == Held::UnknownAddress && case.is_own();
    let Some(address) = case.mail.sender.as_deref().filter(|_| waits).map(fold_address) else { return Ok(None) };
    let claim = address_claims::newest(tx, staff.person(), id).await?;
    let awaited = claim.is_some_and(|claim| claim.used_at.is_none() && claim.expires_at > context.now && claim.tries < TRIES);
    Ok(Some(Claimable { case, address, awaited }))
}

/// Whether nobody has the address yet.
async fn is_free(tx: &mut Tx, context: &ActContext<'_>, address: &str) -> anyhow::Result<bool> {
    let desks = is_own(tx, context.config, address).await?;
    Ok(!desks && people::by_address(tx, address).await?.is_none())
}

/// Mails a code to the sender of a held mail, by the word of the signed-in owner of the reply address that it came to.
pub async fn send_code(tx: &mut Tx, context: &ActContext<'_>, staff: &StaffMember, id: InboxId) -> anyhow::Result<CodeOutcome> {
    let Some(Claimable { case, address, .. }) = claimable(tx, context, staff, id).await? else { return Ok(CodeOutcome::Missing) };
    let Some(person) = people::get(tx, staff.person()).await? else { return Ok(CodeOutcome::Missing) };
    if !is_free(tx, context, &address).await? {
        return Ok(CodeOutcome::Taken);
    }
    if address_claims::count_since(tx, person.id, &address, context.now.minus(SPAN)).await? >= CODES {
        return Ok(CodeOutcome::TooMany);
    }
    let code = Plain::code(context.rng);
    let claim = AddressClaim {
        id: context.rng.id(),
        person: person.id,
        inbox: id,
        address: address.clone(),
        code_hash: code_hash(person.id, id, &code),
        tries: 0,
        created_at: context.now,
        expires_at: context.now.plus(CODE),
        used_at: None,
    };
    address_claims::insert(tx, &claim).await?;
    let mut stationery = post::plain(context, context.mailbox(&case.mail.mailbox)?, &person);
    stationery.to = Address { name: None, address: address.clone() };
    let draft = letter::code(stationery, code.expose())?;
    let queued = Queued {
        kind: Kind::AddressCode,
        audience: Audience::Staff,
        person: person.id,
        recipient: address,
        // Automatic mail has no return path (RFC 3834 section 3.3).
        envelope_from: None,
        message_id: draft.message_id.clone(),
        ticket: None,
        entry: None,
        draft: serde_json::to_string(&draft)?,
    };
    outbox::queue(tx, &queued, context.now, context.rng).await?;
    Ok(CodeOutcome::Sent)
}

/// What is kept of a code: it is one person's, about one mail.
fn code_hash(person: PersonId, inbox: InboxId, code: &Plain) -> Hashed {
    code.hashed_with(&format!("{person} {inbox}"))
}

/// Takes the code that was mailed: then the address is theirs, everybody of the staff is told, and the mail is decided about
/// again as what its author wrote and confirmed.
pub async fn enter_code(
    tx: &mut Tx,
    context: &ActContext<'_>,
    staff: &StaffMember,
    id: InboxId,
    code: &Plain,
) -> anyhow::Result<CodeOutcome> {
    let Some(Claimable { case, .. }) = claimable(tx, context, staff, id).await? else { return Ok(CodeOutcome::Missing) };
    let Some(claim) = address_claims::newest(tx, staff.person(), id).await? else { return Ok(CodeOutcome::Dead) };
    if !address_claims::count_try(tx, claim.id, TRIES, context.now).await? {
        return Ok(CodeOutcome::Dead);
    }
    let code = Plain::given(code.expose().chars().filter(char::is_ascii_digit).take(20).collect::<String>());
    if claim.code_hash != code_hash(staff.person(), id, &code) {
        return Ok(CodeOutcome::Wrong);
    }
    if !is_free(tx, context, &claim.address).await? {
        return Ok(CodeOutcome::Taken);
    }
    let (round, now) = (case.mail.round + 1, context.now);
    let taken = Taken { round, word: HeldAction::Retry, person: Some(staff.person()), reason: case.reason, at: now };
    let first = address_claims::use_up(tx, claim.id, now).await?;
    let Some(mut person) = people::get(tx, staff.person()).await?.filter(|_| first) else { return Ok(CodeOutcome::Dead) };
    person.addresses.push(claim.address.clone());
    people::update(tx, &person).await?;
    if !held::take(tx, id, &taken, Some(Release::AsIs)).await? {
        anyhow::bail!("somebody else has decided about this mail meanwhile");
    }
    held::use_keys(tx, person.id, id, now).await?;
    let mailbox = context.mailbox(&case.mail.mailbox)?;
    for colleague in people::list(tx, Some(PersonKind::Staff)).await? {
        if colleague.active && !colleague.addresses.is_empty() {
            let stationery = post::plain(context, mailbox, &colleague);
            let draft = letter::added(stationery, &person.name, person.address(), &claim.address)?;
            post::send(tx, context, Kind::Warning, &colleague, None, draft).await?;
        }
    }
    tracing::warn!(person = person.id.0, "a member of staff has confirmed a further address of theirs");
    Ok(CodeOutcome::Added)
}
