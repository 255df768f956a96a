//! The secrets in mails about held mails: each for one person, one mail and its next decision.

use std::time::Duration;

use crate::acts::ActContext;
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::KeyPurpose;
use crate::desk::secret::Plain;
use crate::store::Tx;
use crate::store::held::{self, Key};
use crate::store::people;

/// How long a secret in a mail about a held mail works.
pub(super) const KEY: Duration = Duration::from_hours(7 * 24);

/// A new secret of this purpose for one person and mail.
pub(super) async fn new_key(
    tx: &mut Tx,
    context: &ActContext<'_>,
    (purpose, secret): (KeyPurpose, &Plain),
    person: PersonId,
    inbox: InboxId,
) -> anyhow::Result<()> {
    let Some(address) = people::get(tx, person).await?.map(|person| person.address().to_owned()) else { return Ok(()) };
    held::forget_keys(tx, context.now.minus(KEY)).await?;
    let round = held::get(tx, inbox).await?.map_or(0, |mail| mail.round);
    let (created_at, expires_at, epoch) = (context.now, context.now.plus(KEY), context.epoch.clone());
    let key = Key { purpose, person, address, inbox, round, epoch, created_at, expires_at, used_at: None };
    Ok(held::insert_key(tx, &secret.hashed(), &key).await?)
}
