//! One mail to one recipient over SMTP (RFC 5321), on lettre's connection.
//!
//! The connection is kept while it is healthy. Whatever goes wrong before the server has a mail to judge (no
//! connection, TLS, login) says nothing about that mail and is temporary; so is everything else that is not understood,
//! as long as the server does not have the whole mail. Once it has, no answer means that it may have taken it: unknown.
//! Only an answer 5yz to MAIL, RCPT or DATA is for good.
//!
//! lettre 0.11.23 never sets `TCP_NODELAY` (18 mails a second instead of 500, measured), gives one result for all
//! recipients, and passes bare CR and LF on (RUSTSEC-2026-0561): hence the stream, the commands and `lines`.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;

use super::lines::canonical;
use super::outcome::SendOutcome;
use super::starttls;
use super::stream::Watched;
use crate::config::{Server, Tls};
use crate::mail::international::{for_servers, is_international};
use crate::mailbox::tls::{self, TlsStream};

/// How long a server may take for each step.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For greeting, EHLO, STARTTLS and login, each (default 60 s; connecting itself has 30 s).
    pub hello: Duration,
    /// For MAIL, RCPT and DATA, each (default 5 min, RFC 5321 section 4.5.3.2).
    pub command: Duration,
    /// For a mail's bytes and the answer to them (default 10 min): giving up early here is what doubles mails.
    pub content: Duration,
    /// For finding out whether a connection that was kept still lives (default 10 s).
    pub alive: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { hello: seconds(60), command: seconds(300), content: seconds(600), alive: seconds(10) }
    }
}

/// A submission server, connected while it is needed.
pub struct Smtp {
    server: Server,
    patience: Patience,
    connection: Option<AsyncSmtpConnection>,
    handed_over: Arc<AtomicBool>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("server", &self.server)
            .field("connected", &self.connection.is_some())
            .finish_non_exhaustive()
    }
}

type SmtpResult = Result<Response, lettre::transport::smtp::Error>;

impl Smtp {
    /// A way out through `server`; connects with the first mail.
    #[must_use]
    pub fn new(server: Server) -> Self {
        Self { server, patience: Patience::default(), connection: None, handed_over: Arc::default() }
    }

    /// The same with other time limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Whether the server may have taken the mail that was being sent when [`Smtp::send`] was dropped or ended.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        self.handed_over.load(Ordering::SeqCst)
    }

    /// Hands `bytes` over for `to`; `from` is the reverse-path, `None` the null one.
    pub async fn send(&mut self, from: Option<&str>, to: &str, bytes: &[u8]) -> SendOutcome {
        self.hand_over(from, to, bytes).await.0
    }

    /// The same, with what the outcome says something about.
    pub(super) async fn hand_over(&mut self, from: Option<&str>, to: &str, bytes: &[u8]) -> (SendOutcome, About) {
        self.handed_over.store(false, Ordering::SeqCst);
        let from = match from.map(|from| address(&for_servers(from))).transpose() {
            Ok(from) => from,
            Err(outcome) => return (outcome, About::Mail),
        };
        let to = match address(&for_servers(to)) {
            Ok(to) => to,
            Err(outcome) => return (outcome, About::Mail),
        };
        let bytes = canonical(bytes);
        let kept = match self.connection.take() {
            Some(mut kept) => {
                matches!(tokio::time::timeout(self.patience.alive, kept.test_connected()).await, Ok(true)).then_some(kept)
            }
            None => None,
        };
        let reused = kept.is_some();
        match self.attempt(kept, from.as_ref(), &to, &bytes).await {
            Ok(words) => (SendOutcome::Accepted(words), About::Mail),
            // Servers that have had enough of one connection say so at the next MAIL.
            Err(Refusal { outcome: SendOutcome::Temporary(_), before_rcpt: true, .. }) if reused => {
                match self.attempt(None, from.as_ref(), &to, &bytes).await {
                    Ok(words) => (SendOutcome::Accepted(words), About::Mail),
                    Err(refusal) => refusal.judged(),
                }
            }
            Err(refusal) => refusal.judged(),
        }
    }

    async fn attempt(
        &mut self,
        kept: Option<AsyncSmtpConnection>,
        from: Option<&Address>,
        to: &Address,
        bytes: &[u8],
    ) -> Result<String, Refusal> {
        let mut connection = match kept {
            Some(connection) => connection,
            None => connect(&self.server, self.patience.hello, &self.handed_over).await.map_err(|error| Refusal {
                outcome: SendOutcome::Temporary(format!("{error:#}")),
                before_rcpt: true,
                in_step: false,
                code: None,
            })?,
        };
        let result = transfer(&mut connection, self.patience, from, to, bytes, &self.handed_over).await;
        let healthy = match &result {
            Ok(_) => true,
            // A refused recipient leaves a transaction open (RFC 5321 section 4.1.1.5). A connection that broke or did
            // not answer in time is never used again: its next answer could belong to the last mail.
            Err(refusal) if refusal.in_step => {
                matches!(tokio::time::timeout(self.patience.alive, connection.command(Rset)).await, Ok(Ok(_)))
            }
            Err(_) => false,
        };
        if healthy {
            self.connection = Some(connection);
        }
        result
    }

    /// Says goodbye.
    pub async fn close(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = tokio::time::timeout(self.patience.alive, connection.quit()).await;
        }
    }
}

/// What an outcome says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The mail: no other server is asked.
    Mail,
    /// The server: it could not be reached, or took no mail at all.
    Server,
    /// What the server offers: another may offer more.
    Extension,
}

impl Refusal {
    fn judged(self) -> (SendOutcome, About) {
        let about = match &self.outcome {
            SendOutcome::Temporary(_) if self.before_rcpt => About::Server,
            // Nobody said it but we ourselves.
            SendOutcome::Permanent(_) if self.code.is_none() => About::Extension,
            _ => About::Mail,
        };
        (self.outcome, about)
    }
}

/// A mail that was not taken.
struct Refusal {
    outcome: SendOutcome,
    /// No recipient was named yet.
    before_rcpt: bool,
    /// The server answered, and goes on listening.
    in_step: bool,
    /// What it answered.
    code: Option<u16>,
}

async fn transfer(
    connection: &mut AsyncSmtpConnection,
    patience: Patience,
    from: Option<&Address>,
    to: &Address,
    bytes: &[u8],
    handed_over: &AtomicBool,
) -> Result<String, Refusal> {
    let mut options = Vec::new();
    let ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    // Declared only where it is needed: further on there may be a server that does not know it, and returns the mail.
    if !ascii(to) || !from.is_none_or(ascii) || is_international(bytes) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            let words = utf8_refused(from, to);
            return Err(Refusal { outcome: SendOutcome::Permanent(words), before_rcpt: true, in_step: true, code: None });
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    // Without the extension the bytes go as they are: every server of this century takes them.
    if !bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = connection.command(Mail::new(from.cloned(), options));
    step("MAIL", patience.command, mail).await.map_err(|refusal| Refusal { before_rcpt: true, ..refusal })?;
    step("RCPT", patience.command, connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    step("DATA", patience.command, connection.command(Data)).await?;
    // lettre ends the last line itself.
    let content = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    handed_over.store(false, Ordering::SeqCst);
    let answered = step("the mail", patience.content, connection.message(content)).await;
    match answered {
        Ok(response) => Ok(words(&response)),
        // No code, no answer.
        Err(Refusal { outcome: SendOutcome::Temporary(words), code: None, .. }) if handed_over.load(Ordering::SeqCst) => {
            Err(Refusal { outcome: SendOutcome::Unknown(words), before_rcpt: false, in_step: false, code: None })
        }
        Err(refusal) => Err(refusal),
    }
}

/// Why a mail cannot leave over a server that does not offer SMTPUTF8.
fn utf8_refused(from: Option<&Address>, to: &Address) -> String {
    let mut addresses = std::iter::once(to).chain(from).map(AsRef::<str>::as_ref);
    match addresses.find(|address| !address.is_ascii()) {
        Some(address) => format!(
            "{address} has other letters than a to z before the @, and the outgoing server takes no such addresses (it does not offer SMTPUTF8)"
        ),
        None => "an address in the mail has other letters than a to z before the @, and the outgoing server takes no such addresses (it does not offer SMTPUTF8)".to_owned(),
    }
}

/// One step and what its failure means for the mail.
async fn step(name: &str, limit: Duration, work: impl Future<Output = SmtpResult>) -> Result<Response, Refusal> {
    let (outcome, in_step, code) = match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => return Ok(response),
        Ok(Err(error)) => {
            let code = error.status().map(u16::from);
            // 530, 534, 535 and 538 are about our login, not about the mail (RFC 4954 section 6).
            let about_login = matches!(code, Some(530 | 534 | 535 | 538));
            let judge = if error.is_permanent() && !about_login { SendOutcome::Permanent } else { SendOutcome::Temporary };
            (judge(fault(name, &error)), code.is_some_and(|code| code != 421), code)
        }
        Err(_) => (SendOutcome::Temporary(format!("{name}: no answer within {} s", limit.as_secs())), false, None),
    };
    Err(Refusal { outcome, before_rcpt: false, in_step, code })
}

async fn connect(server: &Server, limit: Duration, handed_over: &Arc<AtomicBool>) -> anyhow::Result<AsyncSmtpConnection> {
    let hello = ClientId::default();
    let stream = tls::connect(&server.host, server.port).await?;
    if server.tls == Tls::None && !stream.peer_addr()?.ip().is_loopback() {
        anyhow::bail!("without encryption only servers on this machine are spoken to");
    }
    let stream: Box<dyn AsyncTokioStream> = match server.tls {
        Tls::Implicit => Box::new(Watched::new(tls::encrypt(stream, server).await?, Arc::clone(handed_over))),
        Tls::Starttls => {
            // lettre waits for a greeting, and the server has said its own.
            let stream = starttls::upgrade(stream, server, &hello.to_string(), limit).await?;
            Box::new(Watched::new(stream, Arc::clone(handed_over)).after(b"220 encrypted\r\n"))
        }
        Tls::None => Box::new(Watched::new(stream, Arc::clone(handed_over))),
    };
    let mut connection = timed("greeting", limit, AsyncSmtpConnection::connect_with_transport(stream, &hello)).await?;
    if let Some(login) = &server.login {
        let credentials = Credentials::new(login.user.clone(), login.password.expose().to_owned());
        match tokio::time::timeout(limit, connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.status().is_some() && !login.password.expose().is_empty() => {
                // A server may repeat the password, and that belongs in no log.
                let words = fault("login", &error).replace(login.password.expose(), "(password)");
                let place = login.password.place();
                anyhow::bail!("{words} (the server refused user {}; is {place} right?)", login.user);
            }
            Ok(Err(error)) => anyhow::bail!(fault("login", &error)),
            Err(_) => anyhow::bail!("login: no answer within {} s", limit.as_secs()),
        }
    }
    Ok(connection)
}

/// Connects, logs in and says goodbye.
///
/// # Errors
/// When the server is not there, its certificate is not trusted, or it does not know the password.
pub async fn knock(server: &Server) -> anyhow::Result<()> {
    let patience = Patience::default();
    let mut connection = connect(server, patience.hello, &Arc::default()).await?;
    let _ = tokio::time::timeout(patience.alive, connection.quit()).await;
    Ok(())
}

async fn timed<T>(
    name: &str,
    limit: Duration,
    work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> anyhow::Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|error| anyhow::anyhow!(fault(name, &error))),
        Err(_) => anyhow::bail!("{name}: no answer within {} s", limit.as_secs()),
    }
}

/// The server's words on one line.
fn words(response: &Response) -> String {
    let mut text = response.code().to_string();
    for line in response.message() {
        let _ = write!(text, " {}", line.trim());
    }
    text
}

/// An error with all its causes on one line: `RCPT: 550 5.1.1 gone` where the server said something (lettre keeps its
/// words in the cause).
fn fault(name: &str, error: &lettre::transport::smtp::Error) -> String {
    let mut text = match error.status() {
        Some(code) => format!("{name}: {code}"),
        None => format!("{name}: {error}"),
    };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            let _ = write!(text, " {more}");
        }
        cause = inner.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address for the envelope. lettre's parser refuses some that exist (`a..b@example`); what could be mistaken for a
/// command or end the path is refused for good.
fn address(text: &str) -> Result<Address, SendOutcome> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let unsound = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | ',' | ';');
    match text.rsplit_once('@') {
        Some((user, domain)) if !user.is_empty() && !domain.is_empty() && !text.contains(unsound) && !user.contains('@') => {
            Ok(Address::new_dangerous(user, domain))
        }
        _ => Err(SendOutcome::Permanent(format!("{text:?} is not an address that mail can be sent to"))),
    }
}

impl AsyncTokioStream for Watched<TcpStream> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner().peer_addr()
    }
}

impl AsyncTokioStream for Watched<TlsStream> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner().get_ref().0.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_addresses_pass_and_dangerous_ones_do_not() {
        for good in ["a@b.example", "a..b@docomo.example", "jörg@bücher.example", "a@[127.0.0.1]", "o'neil+x=y@b.example"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "@b.example", "a@", "a b@c.example", "a@b.example>\r\nRCPT TO:<x@y.example", "a@b@c.example"] {
            assert!(matches!(address(bad), Err(SendOutcome::Permanent(_))), "{bad}");
        }
    }
}
