//! Several outgoing servers: which of them a mail is handed to, and what follows where one of them cannot take any.
//!
//! They are tried in the order of the configuration. One that cannot be reached, or refuses before it has heard of a
//! recipient, rests for a while, for all connections; then one mail finds out whether it is back. What a server says of a
//! mail is final: another one is never asked for a second opinion.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::outcome::SendOutcome;
use super::schedule;
use super::smtp::{About, Patience, Smtp};
use crate::config::Server;
use crate::time::{Clock, Timestamp};

/// How long a server that cannot be used is left alone while there are others.
pub const REST: Duration = Duration::from_secs(60);

/// The servers of the configuration, and which of them rest; shared by all connections.
#[derive(Debug)]
pub struct Servers {
    all: Vec<Server>,
    rests: Mutex<Vec<Option<Timestamp>>>,
    clock: Clock,
}

impl Servers {
    /// These, in this order.
    #[must_use]
    pub fn new(all: Vec<Server>, clock: Clock) -> Self {
        Self { rests: Mutex::new(vec![None; all.len()]), all, clock }
    }

    /// In which order they are tried now. Whose rest is over is tried by this one mail, and rests on for all others until it
    /// is known to be back.
    fn order(&self) -> Vec<usize> {
        let now = self.clock.now();
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        let order = schedule::order(&rests, now);
        for rest in rests.iter_mut().flatten().filter(|until| **until <= now) {
            *rest = now.plus(REST);
        }
        order
    }

    /// It cannot be used for now.
    fn rest(&self, place: usize, why: &str) {
        let until = self.clock.now().plus(REST);
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(rest), Some(server)) = (rests.get_mut(place), self.all.get(place))
            && rest.replace(until).is_none()
        {
            tracing::warn!(server = name(server), "an outgoing server cannot be used, the next one is: {why}");
        }
    }

    /// It has taken a mail to judge.
    fn wake(&self, place: usize) {
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(rest), Some(server)) = (rests.get_mut(place), self.all.get(place))
            && rest.take().is_some()
        {
            tracing::info!(server = name(server), "an outgoing server can be used again");
        }
    }
}

/// As people are told of it.
fn name(server: &Server) -> String {
    format!("{}:{}", server.host, server.port)
}

/// One way out, over whichever server there is.
#[derive(Debug)]
pub struct Several {
    servers: Arc<Servers>,
    ways: Vec<Smtp>,
    last: usize,
}

impl Several {
    /// Connects with the first mail.
    #[must_use]
    pub fn new(servers: Arc<Servers>) -> Self {
        let ways = servers.all.iter().cloned().map(Smtp::new).collect();
        Self { servers, ways, last: 0 }
    }

    /// The same with other time limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.ways = self.ways.into_iter().map(|way| way.with_patience(patience)).collect();
        self
    }

    /// Hands `bytes` over for `to`, as [`Smtp::send`]; the words name the server that said them.
    pub async fn send(&mut self, from: Option<&str>, to: &str, bytes: &[u8]) -> SendOutcome {
        let mut failed = Vec::new();
        let mut refused = None;
        for place in self.servers.order() {
            let (Some(way), Some(server)) = (self.ways.get_mut(place), self.servers.all.get(place)) else { continue };
            self.last = place;
            let (outcome, about) = way.hand_over(from, to, bytes).await;
            let words = format!("{}: {}", name(server), outcome.words());
            match about {
                About::Mail => {
                    self.servers.wake(place);
                    self.leave_others(place).await;
                    return outcome.saying(words);
                }
                About::Extension => {
                    self.servers.wake(place);
                    refused = Some(outcome.saying(words));
                }
                About::Server => {
                    self.servers.rest(place, outcome.words());
                    failed.push(words);
                }
            }
        }
        // One that rests may be able to do what another cannot.
        match refused {
            Some(refused) if failed.is_empty() => refused,
            _ => SendOutcome::Temporary(failed.join("; ")),
        }
    }

    /// Whether the mail that was being sent when [`Several::send`] was dropped may have left.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        self.ways.get(self.last).is_some_and(Smtp::may_have_left)
    }

    /// Says goodbye to all others: each connection that is kept is one less for somebody else.
    async fn leave_others(&mut self, place: usize) {
        for (_, way) in self.ways.iter_mut().enumerate().filter(|(other, _)| *other != place) {
            way.close().await;
        }
    }

    /// Says goodbye.
    pub async fn close(&mut self) {
        for way in &mut self.ways {
            way.close().await;
        }
    }
}
