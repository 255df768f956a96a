//! The body of a request while it arrives: what comes too slowly is ended, and what nobody wanted is read away, up to a
//! bound, so that the answer is seen before the connection ends.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Sleep, sleep};

use super::line::{Busy, Line};
use super::places::Doing;
use super::rules::Times;

/// Bytes a second in which a body arrives at least, on the whole, once it has to be waited for: 30 MiB take at most 65 minutes.
const ARRIVES: u32 = 8 << 10;

/// The body came too slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slow;

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of a request came too slowly")
    }
}

impl std::error::Error for Slow {}

/// A word to the connection that a request came by; among its extensions where it has a body.
#[derive(Debug, Clone)]
pub struct Arrival(Arc<Line>);

impl Arrival {
    /// Somebody known sends this: the connection is not ended for a newcomer, and more of what is refused is read away.
    pub fn is_known(&self) {
        self.0.know(true);
        self.0.does(Doing::Working);
    }
}

/// The body of a request.
#[derive(Debug)]
pub(super) struct Arriving(Option<Flow>);

#[derive(Debug)]
struct Flow {
    body: Incoming,
    line: Arc<Line>,
    _busy: Busy,
    times: Times,
    /// Until the next piece.
    piece: Option<Pin<Box<Sleep>>>,
    /// Until all of it.
    all: Option<Pin<Box<Sleep>>>,
    /// Whether the sender waits for a word of ours before the body (RFC 9110 section 10.1.1).
    asks_first: bool,
}

impl Arriving {
    pub(super) fn new(body: Incoming, line: &Arc<Line>, times: Times, asks_first: bool) -> (Self, Arrival) {
        let (line, busy) = (Arc::clone(line), line.busy());
        let arrival = Arrival(Arc::clone(&line));
        (Self(Some(Flow { body, line, _busy: busy, times, piece: None, all: None, asks_first })), arrival)
    }
}

impl Flow {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.asks_first = false;
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            if self.piece.is_none() && !self.line.is_known() {
                self.line.does(Doing::Receiving);
            }
            let span = self.times.piece;
            let (piece, all) =
                (self.piece.get_or_insert_with(|| Box::pin(sleep(span))), self.all.get_or_insert_with(|| Box::pin(sleep(span))));
            let late = piece.as_mut().poll(cx).is_ready() || all.as_mut().poll(cx).is_ready();
            return if late { Poll::Ready(Some(Err(Slow.into()))) } else { Poll::Pending };
        };
        if self.piece.take().is_some() && !self.line.is_known() {
            self.line.does(Doing::Working);
        }
        if let (Some(all), Some(Ok(frame))) = (&mut self.all, &frame) {
            let earned = Duration::from_secs(1) / ARRIVES * u32::try_from(length(frame)).unwrap_or(u32::MAX);
            let end = all.deadline() + earned;
            all.as_mut().reset(end);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    /// Reads the rest away, up to `most` bytes.
    async fn away(mut self, most: usize) {
        let mut left = most;
        while let Some(frame) = poll_fn(|cx| self.poll(cx)).await {
            let length = frame.as_ref().map_or(usize::MAX, length);
            if length > left {
                self.line.leave_unread();
                return;
            }
            left -= length;
        }
    }
}

fn length(frame: &Frame<Bytes>) -> usize {
    frame.data_ref().map_or(0, Bytes::len)
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(flow) = &mut self.0 else { return Poll::Ready(None) };
        let frame = flow.poll(cx);
        match &frame {
            Poll::Ready(None) => self.0 = None,
            Poll::Ready(Some(Err(_))) => {
                flow.line.leave_unread();
                self.0 = None;
            }
            _ => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(|flow| flow.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or_else(|| SizeHint::with_exact(0), |flow| flow.body.size_hint())
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let Some(flow) = self.0.take().filter(|flow| !flow.body.is_end_stream()) else { return };
        let most = flow.line.allowance();
        let in_vain = usize::try_from(flow.body.size_hint().lower()).map_or(true, |left| left > most);
        let runtime = tokio::runtime::Handle::try_current().ok().filter(|_| !flow.asks_first && !in_vain);
        match runtime {
            Some(runtime) => {
                flow.line.know(false);
                runtime.spawn(flow.away(most));
            }
            None => flow.line.leave_unread(),
        }
    }
}
