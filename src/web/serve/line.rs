//! One connection as its parts know it: the wire, the service and the body of the request at hand share a [`Line`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use futures_util::task::AtomicWaker;

use super::places::{Doing, Place};

/// So much of a body that nobody wanted is read, for a small form's sake: the answer reaches whoever first sends all of it.
const UNKNOWN: usize = 16 << 10;
/// The same for somebody who is signed in: more than the largest form, so that a refusal is read and not a broken connection.
const KNOWN: usize = 64 << 20;

/// What a connection is about.
#[derive(Debug)]
pub(super) struct Line {
    place: Place,
    /// Answers and bodies that are on their way.
    busy: AtomicUsize,
    /// Requests so far.
    begun: AtomicU64,
    /// Whether the request at hand comes from somebody known.
    known: AtomicBool,
    /// Whether part of a body was left unread: nothing can follow on this connection.
    unread: AtomicBool,
    /// Whether the body of somebody unknown is awaited.
    receiving: AtomicBool,
    /// Whether an answer waits for its reader.
    writing: AtomicBool,
    /// Wakes the wire.
    waker: AtomicWaker,
}

impl Line {
    pub(super) fn new(place: Place) -> Arc<Self> {
        Arc::new(Self {
            place,
            busy: AtomicUsize::new(0),
            begun: AtomicU64::new(0),
            known: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            receiving: AtomicBool::new(false),
            writing: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        })
    }

    /// Begins a request; `None` when the place was given to another.
    pub(super) fn begin(self: &Arc<Self>) -> Option<Busy> {
        self.know(false);
        self.receiving.store(false, Ordering::SeqCst);
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.place.does(Doing::Working).then(|| self.busy())
    }

    /// Something is on its way as long as this is kept.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Busy(Arc::clone(self))
    }

    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    pub(super) fn does(&self, doing: Doing) {
        self.receiving.store(doing == Doing::Receiving, Ordering::SeqCst);
        self.place.does(doing);
    }

    /// Whether somebody would lose something if it ended now.
    pub(super) fn is_at_work(&self) -> bool {
        let receiving = self.receiving.load(Ordering::SeqCst);
        (self.is_busy() && !receiving) || self.writing.load(Ordering::SeqCst)
    }

    pub(super) async fn ended(&self) {
        self.place.ended().await;
    }

    pub(super) fn waker(&self) -> &AtomicWaker {
        &self.waker
    }

    pub(super) fn know(&self, known: bool) {
        self.known.store(known, Ordering::SeqCst);
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.load(Ordering::SeqCst)
    }

    /// How much of a body that nobody wants is read.
    pub(super) fn allowance(&self) -> usize {
        if self.is_known() { KNOWN } else { UNKNOWN }
    }

    pub(super) fn writes(&self, writing: bool) {
        self.writing.store(writing, Ordering::SeqCst);
    }

    pub(super) fn leave_unread(&self) {
        self.unread.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_unread(&self) -> bool {
        self.unread.load(Ordering::SeqCst)
    }
}

/// An answer or a body on its way.
#[derive(Debug)]
pub(super) struct Busy(Arc<Line>);

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.busy.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.waker.wake();
        }
    }
}
