//! `deliver`: one raw mail from a mail server's pipe.

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;
use crate::mailbox::{InboxWriter, pipe};
use crate::ops::opening;
use crate::time::{Clock, Rng};

/// "Try again later" (`EX_TEMPFAIL` of sysexits): a mail server that sees it keeps the mail.
const TRY_AGAIN: u8 = 75;

/// Whatever stands in the way, the mail server keeps the mail and tries again: even a broken configuration is mended
/// some day.
pub(super) async fn run(config: &Path, mailbox: &str, clock: Clock, rng: Rng) -> ExitCode {
    match deliver(config, mailbox, clock, rng).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", super::output::lines(&format!("{error:#}")));
            ExitCode::from(TRY_AGAIN)
        }
    }
}

async fn deliver(config: &Path, mailbox: &str, clock: Clock, rng: Rng) -> anyhow::Result<()> {
    let config = Config::load(config)?;
    if config.mailbox(mailbox).is_none() {
        let known: Vec<&str> = config.mailboxes.iter().map(|mailbox| mailbox.name.as_str()).collect();
        return super::refuse(format!("there is no mailbox `{mailbox}`"), format!("The configuration has: {}", known.join(", ")));
    }
    let store = opening::open(&config).await?;
    let largest = config.limits.raw_bytes;
    let intake = InboxWriter { store: store.clone(), clock, rng, largest };
    let received = pipe::deliver(mailbox, tokio::io::stdin(), &intake).await;
    let illness = store.illness();
    store.close().await;
    match (received, illness) {
        (Ok(_), _) => Ok(()),
        (Err(_), Some(illness)) => super::refuse(illness.words, "Until then the mail is with the mail server that handed it in."),
        (Err(error), None) => Err(error),
    }
}
