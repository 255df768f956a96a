//! Between the socket and async-imap: what the server says passes through [`Scanner`], one answer at a time, and
//! commands are sent whole.
//!
//! One answer at a time means that what comes in the clear behind the answer to STARTTLS is still here when TLS begins,
//! and is noticed ([`Bounded::into_inner`]).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::answers::{Bounds, Breach, Done, Scanner};

/// Bytes read from the socket at once.
const CHUNK: usize = 16 << 10;

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

/// A connection whose server can only say what it was asked for.
pub struct Bounded<S> {
    inner: S,
    scanner: Scanner,
    /// Read, and not yet scanned from `at` on.
    input: Vec<u8>,
    at: usize,
    /// Scanned, and not yet handed on from `given` on.
    output: Vec<u8>,
    given: usize,
    /// Said, and not yet sent from `sent` on.
    said: Vec<u8>,
    sent: usize,
}

impl<S> std::fmt::Debug for Bounded<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in the buffers is somebody's mail, or the password.
        f.debug_struct("Bounded").finish_non_exhaustive()
    }
}

impl<S> Bounded<S> {
    /// Before the greeting.
    pub fn new(inner: S, bounds: Bounds) -> Self {
        Self::with(inner, Scanner::new(bounds))
    }

    /// After STARTTLS.
    pub fn greeted(inner: S, bounds: Bounds) -> Self {
        Self::with(inner, Scanner::new(bounds).greeted())
    }

    fn with(inner: S, scanner: Scanner) -> Self {
        let nothing = Vec::new;
        Self { inner, scanner, input: nothing(), at: 0, output: nothing(), given: 0, said: nothing(), sent: 0 }
    }

    /// How the last command ended. async-imap says for some commands that they were done although the server refused.
    #[must_use]
    pub const fn done(&self) -> Option<&Done> {
        self.scanner.done()
    }

    /// The connection itself.
    ///
    /// # Errors
    /// When the server has said more than was read: behind the answer to STARTTLS that is somebody in between (RFC 3501
    /// section 6.2.1, CVE-2011-0411).
    pub fn into_inner(self) -> io::Result<S> {
        if self.at < self.input.len() || self.given < self.output.len() {
            let words = "something came in the clear behind the answer to STARTTLS: perhaps somebody sits in between";
            return Err(io::Error::new(io::ErrorKind::InvalidData, words));
        }
        Ok(self.inner)
    }
}

impl<S: Wire> AsyncRead for Bounded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            let rest = this.output.get(this.given..).unwrap_or_default();
            if !rest.is_empty() {
                let now = rest.get(..rest.len().min(buffer.remaining())).unwrap_or_default();
                buffer.put_slice(now);
                this.given += now.len();
                return Poll::Ready(Ok(()));
            }
            this.output.clear();
            this.given = 0;
            let rest = this.input.get(this.at..).unwrap_or_default();
            if !rest.is_empty() {
                this.at += this.scanner.feed(rest, &mut this.output).map_err(invalid)?;
                continue;
            }
            this.input.resize(CHUNK, 0);
            this.at = 0;
            let mut chunk = ReadBuf::new(&mut this.input);
            let read = Pin::new(&mut this.inner).poll_read(cx, &mut chunk);
            let filled = chunk.filled().len();
            this.input.truncate(filled);
            ready!(read)?;
            if filled == 0 {
                // async-imap takes the end of a connection for the end of an answer.
                return Poll::Ready(Err(invalid(Breach::Bye(String::new()))));
            }
        }
    }
}

fn invalid(breach: Breach) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, breach)
}

impl<S: Wire> AsyncWrite for Bounded<S> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.said.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.sent == 0 && !this.said.is_empty() {
            this.scanner.command(&this.said);
        }
        while this.sent < this.said.len() {
            let rest = this.said.get(this.sent..).unwrap_or_default();
            let sent = ready!(Pin::new(&mut this.inner).poll_write(cx, rest))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            this.sent += sent;
        }
        // The password is not kept.
        this.said = Vec::new();
        this.sent = 0;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
