//! The bytes of one connection, with an end to waiting: for a head, for the next request, for a reader that does not read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::line::Line;
use super::places::Doing;
use super::rules::Times;

/// Bytes a second that a reader takes at least, on the whole, once it is slower than we write.
const READS: u32 = 4 << 10;

/// A connection that ends by itself.
#[derive(Debug)]
pub(super) struct Wire<S> {
    io: S,
    line: Arc<Line>,
    times: Times,
    /// The number of requests before this rest; `None` while one is answered.
    rests_after: Option<u64>,
    /// Whether part of a head is there.
    partial: bool,
    waits: Option<Pin<Box<Sleep>>>,
    stalls: Option<Pin<Box<Sleep>>>,
}

impl<S> Wire<S> {
    pub(super) fn new(io: S, line: Arc<Line>, times: Times) -> Self {
        Self { io, line, times, rests_after: None, partial: false, waits: None, stalls: None }
    }

    pub(super) fn into_inner(self) -> S {
        self.io
    }

    /// Called whenever all is written: between requests, the time runs.
    fn rest(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        // Registered first: what ends between the question and the answer wakes us again.
        self.line.waker().register(cx.waker());
        let begun = self.line.begun();
        if self.line.is_busy() {
            (self.rests_after, self.waits) = (None, None);
            return Ok(());
        }
        if self.rests_after != Some(begun) {
            (self.rests_after, self.waits, self.partial) = (Some(begun), None, false);
            self.line.does(Doing::Waiting);
        }
        let span = if begun == 0 || self.partial { self.times.head } else { self.times.idle };
        late(self.waits.get_or_insert_with(|| Box::pin(sleep(span))), cx)
    }

    fn wrote(&mut self, cx: &mut Context<'_>, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match (&wrote, &mut self.stalls) {
            (Poll::Ready(Ok(bytes)), Some(stalls)) => {
                let earned = Duration::from_secs(1) / READS * u32::try_from(*bytes).unwrap_or(u32::MAX);
                let end = stalls.deadline() + earned;
                stalls.as_mut().reset(end);
            }
            (Poll::Pending, stalls) => {
                self.line.writes(true);
                let span = self.times.stall;
                late(stalls.get_or_insert_with(|| Box::pin(sleep(span))), cx)?;
            }
            (Poll::Ready(_), _) => {}
        }
        wrote
    }
}

/// An error once the time is over.
fn late(timer: &mut Pin<Box<Sleep>>, cx: &mut Context<'_>) -> io::Result<()> {
    if timer.as_mut().poll(cx).is_ready() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.io).poll_read(cx, buffer);
        if buffer.filled().len() > before && !this.partial && this.rests_after == Some(this.line.begun()) {
            this.partial = true;
            // The first head has its time from the beginning of the connection.
            if this.line.begun() > 0 {
                this.waits = None;
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.wrote(cx, wrote)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write_vectored(cx, bytes);
        self.wrote(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.stalls.take().is_some() {
            this.line.writes(false);
        }
        this.rest(cx)?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
