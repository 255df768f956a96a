//! A connection that is watched: how much a server says at once, and whether a whole mail has gone to it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes a server may say before it is spoken to again: answers have a line or a few, certificates some
/// thousand. lettre 0.11.23 reads a line without an end until memory is full.
const MOST: usize = 128 * 1024;

/// What ends a mail, and stands nowhere inside of one (RFC 5321 section 4.5.2).
const END: &[u8; 5] = b"\r\n.\r\n";

/// A stream that is watched.
#[derive(Debug)]
pub(super) struct Watched<S> {
    inner: S,
    first: &'static [u8],
    said: usize,
    last: [u8; 5],
    ended: Arc<AtomicBool>,
}

impl<S> Watched<S> {
    /// `ended` becomes true when the end of a mail has been written.
    pub(super) fn new(inner: S, ended: Arc<AtomicBool>) -> Self {
        Self { inner, first: b"", said: 0, last: [0; 5], ended }
    }

    /// `first` is read before anything that the stream says.
    pub(super) fn after(mut self, first: &'static [u8]) -> Self {
        self.first = first;
        self
    }

    /// What is watched.
    pub(super) fn inner(&self) -> &S {
        &self.inner
    }

    fn wrote(&mut self, bytes: &[u8]) {
        self.said = 0;
        for byte in bytes.iter().skip(bytes.len().saturating_sub(END.len())) {
            self.last.rotate_left(1);
            if let Some(last) = self.last.last_mut() {
                *last = *byte;
            }
        }
        if &self.last == END {
            self.ended.store(true, Ordering::SeqCst);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (now, later) = self.first.split_at(self.first.len().min(buffer.remaining()));
        if !now.is_empty() {
            buffer.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        self.said += buffer.filled().len().saturating_sub(before);
        if self.said > MOST {
            return Poll::Ready(Err(io::Error::other("the server does not stop talking")));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.wrote(bytes.get(..written).unwrap_or(bytes));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
