//! Emptying the outbox over several ways out at once: claim and count, commit, send, record. A crash in between means the
//! same bytes once more, never none; one bad row or one server that hangs never blocks the others.
//!
//! Results are written down and new mails claimed in one transaction, for as many ways as are free. The most urgent go
//! first; what is written to somebody about a ticket does not overtake what was written to them about it before.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::attempt::{Tried, attempt};
use super::claims::Claims;
use super::masked::domain;
use super::outcome::{Courier, SendOutcome};
use super::pace::{Limits, Pace};
use super::record::{self, postpone, record};
use super::servers::Servers;
use super::transport::Transport;
use crate::config::Outgoing;
use crate::crash;
use crate::store::outbox::{self, Claimed, OutboxRow, Pause};
use crate::store::{self, Trouble, Tx};

/// Pause before the database is asked again after an error. What became of a mail is kept until then: a mail that left
/// and is not recorded leaves again.
const AGAIN: Duration = Duration::from_secs(1);
/// How often to look without being woken: commands queue mail in a process of their own, and other nodes do.
const TICK: Duration = Duration::from_millis(250);
/// How long the mails at hand may take after the first signal to stop; less than the whole desk may.
const LAST_MAILS: Duration = Duration::from_secs(8);
/// How long no way out may come free, while mails wait, before the log says so and a spare way opens.
const STUCK: Duration = Duration::from_secs(60);
/// Times the connections of the configuration that there are at most while they hang.
const SPARE: usize = 4;
/// How often drafts are looked through for what is not to be kept.
const TIDY: Duration = Duration::from_hours(1);

/// The ways out, and what is on its way over them.
#[derive(Debug)]
pub struct Pool {
    courier: Courier,
    servers: Option<Arc<Servers>>,
    idle: Vec<Transport>,
    flying: JoinSet<(Transport, Tried)>,
    rows: HashMap<Id, OutboxRow>,
    landed: Vec<(OutboxRow, Tried)>,
    claims: Claims,
    cut: CancellationToken,
    paused: Option<Pause>,
    pace: Pace,
    stuck: Duration,
}

impl Pool {
    /// As many ways out as the configuration says; nothing is opened yet. To be made inside a runtime.
    #[must_use]
    pub fn new(courier: Courier) -> Self {
        let mut pool = Self::over(courier, Vec::new());
        pool.idle = (0..pool.courier.config.connections).map(|_| pool.way()).collect();
        pool
    }

    /// The same over these ways out.
    #[must_use]
    pub fn over(courier: Courier, ways: Vec<Transport>) -> Self {
        Self {
            claims: Claims::of(&courier.store),
            servers: several(&courier),
            courier,
            idle: ways,
            flying: JoinSet::new(),
            rows: HashMap::new(),
            landed: Vec::new(),
            cut: CancellationToken::new(),
            paused: None,
            pace: Pace::default(),
            stuck: STUCK,
        }
    }

    /// One more way out, as the configuration says.
    fn way(&self) -> Transport {
        match &self.servers {
            Some(servers) => Transport::over(servers),
            None => Transport::new(&self.courier.config.outgoing),
        }
    }

    /// The same, with a spare way when all have hung for so long.
    #[must_use]
    pub fn spare_after(self, stuck: Duration) -> Self {
        Self { stuck, ..self }
    }

    /// Writes down what has landed, claims mails for at most `most` free ways, and sets out with them; how many.
    async fn turn(&mut self, most: usize) -> anyhow::Result<usize> {
        let most = most.min(self.idle.len());
        let (mut pace, limits) = (self.pace.clone(), self.limits());
        let landed = self.landed.clone();
        let courier = self.courier.clone();
        let work = self.courier.store.write(move |tx| {
            Box::pin(async move {
                let mut not_taken = Vec::new();
                for (row, tried) in &landed {
                    not_taken.extend(record(tx, &courier, row, tried).await?);
                }
                let claimed = if most > 0 { Some(claim(tx, &courier, most, &mut pace, limits).await?) } else { None };
                Ok((not_taken, claimed, pace))
            })
        });
        let (not_taken, claimed, pace) = match work.await {
            Ok(done) => done,
            Err(error) if !error.is_passing() && !self.landed.is_empty() => {
                self.one_by_one().await?;
                return Ok(0);
            }
            Err(error) => return Err(error.into()),
        };
        self.pace = pace;
        self.landed.drain(..).for_each(|(row, _)| self.claims.leave(&row));
        not_taken.iter().for_each(record::NotTaken::say);
        let Some(Claimed { mails, pause }) = claimed else { return Ok(0) };
        self.say_paused(pause);
        if !mails.is_empty() {
            crash::point("claimed");
        }
        let number = mails.len();
        for row in mails {
            self.launch(row);
        }
        Ok(number)
    }

    /// Writes down what has landed each by itself: one that cannot be is put off, and the others are not held up by it.
    async fn one_by_one(&mut self) -> anyhow::Result<()> {
        while let Some((row, tried)) = self.landed.last().cloned() {
            let (courier, inner, id) = (self.courier.clone(), row.clone(), row.id.0);
            let work = self.courier.store.write(move |tx| Box::pin(async move { record(tx, &courier, &inner, &tried).await }));
            match work.await {
                Ok(not_taken) => not_taken.iter().for_each(record::NotTaken::say),
                Err(error) if error.is_passing() => return Err(error.into()),
                Err(error) => {
                    tracing::error!(outbox = id, "what became of an outgoing mail could not be written down: {error:#}");
                    let (courier, words) = (self.courier.clone(), format!("could not be written down: {error:#}"));
                    let inner = row.clone();
                    let put_off =
                        self.courier.store.write(move |tx| Box::pin(async move { postpone(tx, &courier, &inner, &words).await }));
                    put_off.await?;
                }
            }
            self.landed.pop();
            self.claims.leave(&row);
        }
        Ok(())
    }

    fn launch(&mut self, row: OutboxRow) {
        let Some(mut way) = self.idle.pop() else { return };
        self.claims.keep(&row);
        let (courier, cut, inner) = (self.courier.clone(), self.cut.clone(), row.clone());
        let task = self.flying.spawn(async move {
            let tried = attempt(&courier, &mut way, &inner, &cut).await;
            crash::point("sent");
            (way, tried)
        });
        self.rows.insert(task.id(), row);
    }

    /// Waits for one of the mails on their way, and takes what else has landed; `false` when there are none.
    async fn land(&mut self) -> bool {
        let Some(first) = self.flying.join_next_with_id().await else { return false };
        self.lands(first);
        while let Some(next) = self.flying.try_join_next_with_id() {
            self.lands(next);
        }
        true
    }

    fn lands(&mut self, landed: Result<(Id, (Transport, Tried)), JoinError>) {
        let (id, way, tried) = match landed {
            Ok((id, (way, tried))) => (id, way, tried),
            Err(error) => {
                let words = "sending it broke off inside of the desk".to_owned();
                (error.id(), self.way(), Tried::Ended(SendOutcome::Temporary(words)))
            }
        };
        // A spare way ends with its mail.
        if self.idle.len() + self.flying.len() < self.courier.config.connections.max(1) {
            self.idle.push(way);
        }
        if let Some(row) = self.rows.remove(&id) {
            let outcome = match &tried {
                Tried::Ended(outcome) => Some(outcome),
                Tried::Withdrawn(_) | Tried::Not => None,
            };
            let domain = domain(&row.mail.recipient);
            let now = self.courier.clock.now();
            if self.pace.lands(domain, row.tried_at.unwrap_or(now), outcome, now) {
                tracing::warn!(
                    domain,
                    "mail to a domain came too fast for its server; it goes on more slowly, and other mail does as ever"
                );
            }
            self.landed.push((row, tried));
        }
    }

    /// How much may go to one domain: where nothing else is configured, all connections but one, and never less than two, so that
    /// one slow mail holds up no other. With spare connections it is more.
    fn limits(&self) -> Limits {
        let all = self.idle.len() + self.flying.len();
        let config = &self.courier.config;
        Limits {
            at_a_time: config.per_domain.connections.unwrap_or(all.saturating_sub(1).max(2)),
            in_a_minute: config.per_domain.mails_per_minute,
        }
    }

    /// One more way for the mails behind those that hang: it may be their recipients, and not the server. `false` when there
    /// are enough.
    fn spare(&mut self) -> bool {
        let few = self.flying.len() < SPARE * self.courier.config.connections;
        if few {
            self.pace.all_hang();
            self.idle.push(self.way());
        }
        few
    }

    fn say_paused(&mut self, paused: Option<Pause>) {
        if self.paused == paused {
            return;
        }
        match paused {
            Some(Pause { until: Some(until), .. }) => {
                tracing::warn!(until = until.rfc3339(), "outgoing mail waits; `postroom outbox resume` ends that");
            }
            Some(Pause { until: None, .. }) => {
                tracing::warn!("outgoing mail waits until `postroom outbox resume`");
            }
            None => tracing::info!("outgoing mail waits no longer"),
        }
        self.paused = paused;
    }
}

/// Claims up to `most` mails, of each domain only as many as may set out.
async fn claim(tx: &mut Tx, courier: &Courier, most: usize, pace: &mut Pace, limits: Limits) -> store::Result<Claimed> {
    let now = courier.clock.now();
    let mut mails = Vec::new();
    loop {
        let wanted = i64::try_from(most - mails.len()).unwrap_or(1);
        let claimed = outbox::claim(tx, &courier.clock, wanted, &pace.full(limits, now)).await?;
        let mut more = false;
        for row in claimed.mails {
            if pace.goes(domain(&row.mail.recipient), limits, row.tried_at.unwrap_or(now)) {
                mails.push(row);
            } else {
                // It was one of the first in the queue; behind it there may be mail for others.
                outbox::unclaim(tx, row.id, row.attempts).await?;
                more = true;
            }
        }
        if !more || mails.len() >= most {
            return Ok(Claimed { mails, pause: claimed.pause });
        }
    }
}

/// The servers that mail leaves by, where there is more than one.
fn several(courier: &Courier) -> Option<Arc<Servers>> {
    let Outgoing::Smtp(first) = &courier.config.outgoing else { return None };
    let all: Vec<_> = std::iter::once(first).chain(&courier.config.fallbacks).cloned().collect();
    (all.len() > 1).then(|| Arc::new(Servers::new(all, courier.clock.clone())))
}

/// Sends what is due until told to stop.
pub async fn run(mut pool: Pool, stop: CancellationToken) {
    let courier = pool.courier.clone();
    let cutting = tokio::spawn(cut_after(stop.clone(), pool.cut.clone()));
    let (mut look, mut failing, mut said) = (true, false, false);
    let mut tidying = tokio::time::interval(TIDY);
    loop {
        let stopping = stop.is_cancelled();
        let most = if stopping { 0 } else { pool.idle.len() };
        if (look && most > 0) || !pool.landed.is_empty() {
            // Said by the store. What has left is written down as soon as it can be, and until then nothing more sets out.
            tokio::select! {
                () = courier.store.well() => {}
                () = stop.cancelled(), if !stopping => continue,
                () = pool.cut.cancelled() => {}
            }
            if let Err(error) = pool.turn(most).await {
                if !failing && !Trouble::within(&error).is_some_and(Trouble::lasts) {
                    tracing::error!("the outbox could not be worked on, will try again: {error:#}");
                }
                failing = true;
                if pool.cut.is_cancelled() {
                    break;
                }
                tokio::time::sleep(AGAIN).await;
                continue;
            }
            failing = false;
        }
        if stopping && pool.flying.is_empty() {
            break;
        }
        let (free, flying) = (most > 0, !pool.flying.is_empty());
        let (all, known, stuck) = (pool.flying.len(), pool.paused, pool.stuck);
        let (pace, limits) = (pool.pace.clone(), pool.limits());
        look = tokio::select! {
            _ = pool.land(), if flying => {
                said = false;
                true
            }
            () = courier.store.queued(), if free => true,
            () = due(&courier, known, &pace, limits), if free => true,
            () = stop.cancelled(), if !stopping => false,
            () = tokio::time::sleep(stuck), if flying && !free && !stopping => {
                if !std::mem::replace(&mut said, true) {
                    say_stuck(&courier, all, stuck).await;
                }
                pool.spare()
            }
            _ = tidying.tick(), if free => {
                tidy(&courier).await;
                false
            }
        };
    }
    cutting.abort();
    let goodbye = async {
        for way in &mut pool.idle {
            way.close().await;
        }
    };
    let _ = tokio::time::timeout(AGAIN, goodbye).await;
}

/// Ends what is on its way when it is no longer waited for.
async fn cut_after(stop: CancellationToken, cut: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_MAILS).await;
    cut.cancel();
}

/// Comes back when mail is due, or when a pause began or ended.
async fn due(courier: &Courier, known: Option<Pause>, pace: &Pace, limits: Limits) {
    loop {
        tokio::time::sleep(TICK).await;
        let looked = async {
            let mut tx = courier.store.read().await?;
            outbox::look(&mut tx, &courier.clock, &pace.full(limits, courier.clock.now())).await
        };
        match looked.await {
            Ok(seen) if seen.pause != known || (seen.due && seen.pause.is_none()) => return,
            Ok(_) => {}
            Err(error) => tracing::debug!("the outbox could not be looked at, will try again: {error:#}"),
        }
    }
}

async fn say_stuck(courier: &Courier, all: usize, stuck: Duration) {
    let standing = async { outbox::standing(&mut courier.store.read().await?).await };
    let waiting = standing.await.map_or(0, |standing| standing.waiting);
    let seconds = stuck.as_secs();
    tracing::warn!(
        waiting,
        "the outgoing server has answered on none of {all} connections for {seconds} s; each mail waits until patience ends, \
         and is then tried again"
    );
}

async fn tidy(courier: &Courier) {
    loop {
        match record::tidy(courier).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::debug!("drafts could not be tidied, will try again: {error:#}");
                return;
            }
        }
    }
}

/// Sends what is due, and comes back when nothing more is: how many mails were tried.
///
/// # Errors
/// The database's; what a server says is recorded, not returned.
pub async fn deliver_due(pool: &mut Pool) -> anyhow::Result<usize> {
    let mut tried = 0;
    loop {
        let number = pool.turn(usize::MAX).await?;
        tried += number;
        if !pool.land().await && pool.landed.is_empty() && number == 0 {
            return Ok(tried);
        }
        while pool.land().await {}
    }
}
