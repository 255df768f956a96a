//! The rules of a house: how many connections there may be, and how long is waited.

use std::net::IpAddr;
use std::time::Duration;

use crate::config;

/// How many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one machine; and, behind a trusted proxy, requests of one machine at a time.
    pub per_client: usize,
}

/// How long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// For the head of a request, from its first byte, or from the beginning of the connection.
    pub head: Duration,
    /// For the next request on the same connection: longer than reverse proxies keep theirs (60 s).
    pub idle: Duration,
    /// For the next piece of a body; the whole may take so long and a second for each 8 KiB.
    pub piece: Duration,
    /// For a reader that does not read; the whole answer may take so long and a second for each 4 KiB.
    pub stall: Duration,
    /// How long a connection with an unread body stays half open, so that the answer is seen before its end.
    pub linger: Duration,
    /// For requests whose head is not complete when the desk stops.
    pub stop: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            piece: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            linger: Duration::from_secs(1),
            stop: Duration::from_secs(1),
        }
    }
}

/// The rules of a house.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How many connections there may be.
    pub most: Most,
    /// How long is waited.
    pub times: Times,
    /// Reverse proxies: one of them may have all places, and each machine behind it so many requests at a time.
    pub trusted: Vec<IpAddr>,
}

impl Rules {
    /// As configured, with so many connections in all.
    #[must_use]
    pub fn of(web: &config::Web, connections: usize) -> Self {
        let most = Most { connections, per_client: web.connections_per_client.min(connections) };
        Self { most, times: Times::default(), trusted: web.trusted_proxies.clone() }
    }
}
