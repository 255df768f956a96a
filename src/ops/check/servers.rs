//! The servers on both sides, tried now: connected, logged in, folders opened for reading; nothing is sent or changed.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;

use super::finding::Finding;
use crate::config::{Config, Mailbox, Outgoing, Server, Source};
use crate::courier::smtp;
use crate::mailbox::{imap, maildir};

/// How long one server may take for all of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tries every mailbox, the way out and the pages, all at the same time.
pub async fn all(config: &Config, serving: Option<bool>) -> Vec<Finding> {
    let mailboxes = join_all(config.mailboxes.iter().map(mailbox));
    let (mailboxes, outgoing, pages) = tokio::join!(mailboxes, outgoing(config), pages(config, serving));
    mailboxes.into_iter().flatten().chain(outgoing).chain(pages).collect()
}

async fn in_time<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(anyhow::anyhow!("no answer within {} s", PATIENCE.as_secs())))
}

/// Whether a mailbox can be read now.
async fn mailbox(mailbox: &Mailbox) -> Vec<Finding> {
    let name = &mailbox.name;
    match &mailbox.source {
        Source::Imap(source) => {
            let remedy = || format!("Mend [mailbox.imap] of {name} or its server {}; mail waits there.", at(&source.server));
            match in_time(imap::examine(source)).await {
                Ok(folders) => {
                    let closed = folders.into_iter().filter_map(|(folder, fault)| Some((folder, fault?)));
                    let words = |(folder, fault)| format!("mailbox {name}: folder {folder}: {fault:#}");
                    closed.map(|folder| Finding::new("imap", words(folder), remedy())).collect()
                }
                Err(error) => vec![Finding::new("imap", format!("mailbox {name} cannot be read: {error:#}"), remedy())],
            }
        }
        Source::Maildir(path) => folder("maildir", &format!("mailbox {name} cannot be read"), path),
    }
}

/// Whether mail could leave now.
async fn outgoing(config: &Config) -> Vec<Finding> {
    match &config.outgoing {
        Outgoing::Smtp(first) if config.fallbacks.is_empty() => {
            let remedy = || format!("Mend [outgoing.smtp] or the server {}; mail waits here until then.", at(first));
            let tried = in_time(smtp::knock(first)).await;
            let words = |error| format!("no mail can leave: {error:#}");
            tried.err().map(|error| Finding::new("smtp", words(error), remedy())).into_iter().collect()
        }
        Outgoing::Smtp(first) => {
            let servers: Vec<&Server> = std::iter::once(first).chain(&config.fallbacks).collect();
            let tried = join_all(servers.iter().map(|server| in_time(smtp::knock(server)))).await;
            let left: Vec<String> =
                servers.iter().zip(&tried).filter(|(_, tried)| tried.is_ok()).map(|(server, _)| at(server)).collect();
            let failed = servers.iter().zip(tried).filter_map(|(server, tried)| Some((at(server), tried.err()?)));
            let found = |(server, error): (String, anyhow::Error)| match left.first() {
                Some(_) => {
                    let words = format!("the outgoing server {server} cannot be used: {error:#}");
                    Finding::new("smtp", words, format!("Mend it; mail leaves by {} meanwhile.", left.join(", ")))
                }
                None => {
                    let words = format!("no mail can leave, not by {server}: {error:#}");
                    Finding::new(
                        "smtp",
                        words,
                        "Mend [outgoing.smtp] or one of [[outgoing.fallback]]; mail waits here until then.",
                    )
                }
            };
            failed.map(found).collect()
        }
        Outgoing::Maildir(path) => folder("outgoing", "no mail can leave", path),
    }
}

/// Whether the pages of a desk that runs on this machine answer.
async fn pages(config: &Config, serving: Option<bool>) -> Vec<Finding> {
    let Some(web) = config.web.as_ref().filter(|_| serving == Some(true)) else { return Vec::new() };
    let tried = in_time(async { Ok(tokio::net::TcpStream::connect(web.listen).await?) }).await;
    let words = |error| format!("the pages on {} do not answer: {error:#}", web.listen);
    tried
        .err()
        .map(|error| Finding::new("pages", words(error), "What does the log of `postroom serve` say?"))
        .into_iter()
        .collect()
}

fn folder(check: &'static str, what: &str, path: &Path) -> Vec<Finding> {
    let remedy = format!("{} must be a Maildir, or a place for one, that this user can read and write.", path.display());
    maildir::examine(path).err().map(|error| Finding::new(check, format!("{what}: {error}"), remedy)).into_iter().collect()
}

fn at(server: &Server) -> String {
    format!("{}:{}", server.host, server.port)
}
