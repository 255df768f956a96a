//! A connection to an IMAP server up to the login, and what goes wrong on the way in words with a remedy.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use async_imap::Client;
use async_imap::error::Error as ImapError;

use super::answers::{Bounds, Breach, Done, Status};
use super::wire::{Bounded, Wire};
use crate::config::{Login, Server, Tls};
use crate::mailbox::tls;

/// A logged-in connection.
pub type Session = async_imap::Session<Bounded<Box<dyn Wire>>>;

/// How long a server may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For anything but a mail's bytes (default 60 s).
    pub answer: Duration,
    /// For one mail (default 5 min): the largest one at about 1 Mbit/s.
    pub mail: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(60), mail: Duration::from_secs(300) }
    }
}

/// Connects and logs in, with the usual patience.
///
/// # Errors
/// When the server is not there, its certificate is not trusted, or it does not know the password.
pub async fn connect(server: &Server) -> anyhow::Result<Session> {
    open(server, Patience::default(), Bounds::new(crate::mail::Limits::default().raw_bytes)).await
}

/// Connects and logs in.
///
/// # Errors
/// As [`connect`].
pub(super) async fn open(server: &Server, patience: Patience, bounds: Bounds) -> anyhow::Result<Session> {
    let login = server.login.as_ref().context("IMAP needs a user name and a password")?;
    let Server { host, port, .. } = server;
    let stream = tls::connect(host, *port).await?;
    let limit = patience.answer;
    let mut client = match server.tls {
        Tls::Implicit => {
            let wire: Box<dyn Wire> = Box::new(tls::encrypt(stream, server).await?);
            Client::new(Bounded::new(wire, bounds))
        }
        Tls::Starttls => {
            let mut client = Client::new(Bounded::new(stream, bounds));
            greeting(&mut client, server, limit).await?;
            let upgrade = timed(limit, client.run_command_and_check_ok("STARTTLS", None)).await.context("STARTTLS")?;
            if let Err(error) = upgrade {
                return Err(match client.get_ref().done() {
                    Some(Done { words, .. }) => anyhow!("{host}:{port} offers no STARTTLS (it says: {words}); is `tls` right?"),
                    None => plain(&error).context("STARTTLS"),
                });
            }
            let wire: Box<dyn Wire> = Box::new(tls::encrypt(client.into_inner().into_inner()?, server).await?);
            Client::new(Bounded::greeted(wire, bounds))
        }
        Tls::None => {
            if !stream.peer_addr()?.ip().is_loopback() {
                bail!("without encryption only servers on this machine are spoken to");
            }
            let wire: Box<dyn Wire> = Box::new(stream);
            Client::new(Bounded::new(wire, bounds))
        }
    };
    if server.tls != Tls::Starttls {
        greeting(&mut client, server, limit).await?;
    }
    match timed(limit, client.login(&login.user, login.password.expose())).await.context("login")? {
        Ok(session) => Ok(session),
        Err((error, client)) => Err(match client.get_ref().done() {
            Some(done) => anyhow!("{}", refused(login, done)),
            None => plain(&error).context("login"),
        }),
    }
}

/// A refused login. The server may have repeated the password, and that belongs in no log.
fn refused(login: &Login, done: &Done) -> String {
    let Login { user, password } = login;
    let mut words = done.words.clone();
    if !password.expose().is_empty() {
        words = words.replace(password.expose(), "(password)");
    }
    let words = words.trim_end_matches(['.', ' ']);
    let words = if words.is_empty() { "no reason given" } else { words };
    format!("the server refused user {user}: {words}. Is {} right?", password.place())
}

async fn greeting<T: Wire>(client: &mut Client<Bounded<T>>, server: &Server, limit: Duration) -> anyhow::Result<()> {
    let port = server.port;
    let Ok(greeting) = tokio::time::timeout(limit, client.read_response()).await else {
        // A server that waits for TLS is silent.
        let remedy = if server.tls == Tls::Implicit { "" } else { "; if it speaks TLS from the start, use `tls = \"implicit\"`" };
        bail!("the server on port {port} did not greet within {} s{remedy}", seconds(limit));
    };
    match greeting {
        Ok(Some(_)) => Ok(()),
        Ok(None) => bail!("the server on port {port} hung up instead of greeting"),
        Err(error) => Err(plain(&error.into()).context(format!("port {port}"))),
    }
}

/// Waits for an answer, and no longer.
pub(super) async fn timed<T>(limit: Duration, work: impl Future<Output = T>) -> anyhow::Result<T> {
    let late = |_| anyhow!("the server did not answer within {} s", seconds(limit));
    tokio::time::timeout(limit, work).await.map_err(late)
}

fn seconds(limit: Duration) -> f64 {
    limit.as_secs_f64()
}

/// What a server did that ends the connection, where it is that.
pub(super) fn breach(error: &ImapError) -> Option<&Breach> {
    match error {
        ImapError::Io(io) => io.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// An error in words. async-imap writes out its own types, and into its parse errors the whole buffer: somebody's mail.
pub(super) fn plain(error: &ImapError) -> anyhow::Error {
    match error {
        ImapError::Io(io) if io.kind() != std::io::ErrorKind::Other => anyhow!("{io}"),
        ImapError::No(_) => anyhow!("the server says no"),
        ImapError::Bad(_) => anyhow!("the server does not understand"),
        ImapError::ConnectionLost => anyhow!("the connection was lost"),
        ImapError::Validate(_) => anyhow!("user name, password or folder contain what cannot be sent"),
        _ => anyhow!("the server's answer cannot be read"),
    }
}

/// A refusal in the server's words.
pub(super) fn refusal(done: &Done) -> anyhow::Error {
    let words = if done.words.is_empty() { "without a reason" } else { done.words.as_str() };
    match done.status {
        Status::Bad => anyhow!("the server does not understand: {words}"),
        Status::Ok | Status::No => anyhow!("the server says no: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::mailbox::imap::answers::Status;

    #[test]
    fn a_refused_login_names_the_user_and_no_password() {
        let login = Login { user: "kim".to_owned(), password: Secret::from("geheim".to_owned()) };
        for (words, expected) in [
            ("Authentication failed.", "the server refused user kim: Authentication failed. Is the password right?"),
            ("", "the server refused user kim: no reason given. Is the password right?"),
            ("geheim is wrong", "the server refused user kim: (password) is wrong. Is the password right?"),
        ] {
            assert_eq!(refused(&login, &Done { status: Status::No, words: words.to_owned() }), expected);
        }
    }
}
