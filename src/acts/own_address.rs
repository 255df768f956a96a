//! Which addresses are the desk's own.

use crate::config::Config;
use crate::store::{Tx, projects};

/// Whether mail to `address` comes to this desk: writing there would be writing to ourselves.
pub async fn is_own(tx: &mut Tx, config: &Config, address: &str) -> anyhow::Result<bool> {
    Ok(config.is_own(address) || projects::by_alias(tx, address).await?.is_some())
}
