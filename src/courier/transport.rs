//! The way out, as configured: a submission server, or a Maildir for trying things out.

use std::path::PathBuf;
use std::sync::Arc;

use super::outcome::SendOutcome;
use super::servers::{Servers, Several};
use super::smtp::Smtp;
use crate::config::Outgoing;
use crate::mailbox::maildir;
use crate::store::blobs;

/// Where mails leave. One mail at a time; several transports may work side by side.
#[derive(Debug)]
pub enum Transport {
    /// Through a submission server.
    Smtp(Box<Smtp>),
    /// Through whichever of several submission servers there is.
    Several(Box<Several>),
    /// Into a Maildir: only the bytes, one file for each mail and recipient.
    Maildir(PathBuf),
}

impl Transport {
    /// The way out that the configuration names; nothing is opened yet.
    #[must_use]
    pub fn new(outgoing: &Outgoing) -> Self {
        match outgoing {
            Outgoing::Smtp(server) => Self::Smtp(Box::new(Smtp::new(server.clone()))),
            Outgoing::Maildir(path) => Self::Maildir(path.clone()),
        }
    }

    /// The same over several servers.
    #[must_use]
    pub fn over(servers: &Arc<Servers>) -> Self {
        Self::Several(Box::new(Several::new(Arc::clone(servers))))
    }

    /// Hands one mail to the next server for one recipient. `from` is the reverse-path, `None` the null one. Sending
    /// the same `message_id` to the same recipient again is safe in a Maildir: the file is replaced.
    pub async fn send(&mut self, from: Option<&str>, to: &str, message_id: &str, bytes: &[u8]) -> SendOutcome {
        match self {
            Self::Smtp(smtp) => smtp.send(from, to, bytes).await,
            Self::Several(several) => several.send(from, to, bytes).await,
            Self::Maildir(path) => {
                let (path, bytes) = (path.clone(), bytes.to_vec());
                let name = format!("{:.32}.postroom", blobs::hash(format!("{message_id}\n{to}").as_bytes()));
                match tokio::task::spawn_blocking(move || maildir::deliver(&path, &bytes, &name)).await {
                    Ok(Ok(file)) => SendOutcome::Accepted(format!("delivered into {}", file.display())),
                    Ok(Err(error)) => SendOutcome::Temporary(format!("the Maildir refuses: {error}")),
                    Err(error) => SendOutcome::Temporary(format!("the delivery broke off: {error}")),
                }
            }
        }
    }

    /// Whether the mail that was being sent when [`Transport::send`] was dropped may have left.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        match self {
            Self::Smtp(smtp) => smtp.may_have_left(),
            Self::Several(several) => several.may_have_left(),
            Self::Maildir(_) => false,
        }
    }

    /// Says goodbye where there is a connection. Dropping does no harm, only less politely.
    pub async fn close(&mut self) {
        match self {
            Self::Smtp(smtp) => smtp.close().await,
            Self::Several(several) => several.close().await,
            Self::Maildir(_) => {}
        }
    }
}
