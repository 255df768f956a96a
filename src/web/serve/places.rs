//! Places for connections: who comes in, and who has to go for it. Plain data and no time; [`Places`] is the lock around it.
//!
//! A connection *waits* while no request of it is being answered: it is silent, still sends its head, or rests between two
//! requests. Nobody loses anything when it ends. It *receives* while a body of somebody unknown is awaited, and *works*
//! otherwise. A newcomer who finds the house full takes the place of one that waits, of the machine that has the most, the
//! longest waiting first; where none waits, of one that receives. A connection at work is never ended for another.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::rules::Most;
use crate::web::peer::Machine;

/// What a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    Waiting,
    Receiving,
    Working,
}

#[derive(Debug)]
struct Entry {
    /// `None` for a trusted proxy, of which there may be as many as there are places.
    machine: Option<Machine>,
    doing: Doing,
    /// When it began to do this, in steps of the table.
    since: u64,
    ended: CancellationToken,
}

/// All places.
#[derive(Debug)]
struct Table {
    most: Most,
    entries: BTreeMap<u64, Entry>,
    machines: HashMap<Machine, usize>,
    asking: HashMap<Machine, usize>,
    step: u64,
}

impl Table {
    fn next(&mut self) -> u64 {
        self.step = self.step.wrapping_add(1);
        self.step
    }

    /// A place for a newcomer; `None` when nobody can go for it.
    fn enter(&mut self, machine: Option<Machine>) -> Option<(u64, CancellationToken)> {
        if let Some(machine) = machine
            && self.machines.get(&machine).is_some_and(|taken| *taken >= self.most.per_client)
        {
            let own = self.victim(|entry| entry.machine == Some(machine))?;
            self.end(own);
        }
        if self.entries.len() >= self.most.connections {
            let other = self.victim(|_| true)?;
            self.end(other);
        }
        if let Some(machine) = machine {
            *self.machines.entry(machine).or_default() += 1;
        }
        let (id, ended) = (self.next(), CancellationToken::new());
        self.entries.insert(id, Entry { machine, doing: Doing::Waiting, since: id, ended: ended.clone() });
        Some((id, ended))
    }

    /// Who goes first of those that `may`.
    fn victim(&self, may: impl Fn(&Entry) -> bool) -> Option<u64> {
        let taken = |entry: &Entry| entry.machine.and_then(|machine| self.machines.get(&machine)).copied().unwrap_or(1);
        let going = self.entries.iter().filter(|(_, entry)| entry.doing != Doing::Working && may(entry));
        let first = going.min_by_key(|(_, entry)| (entry.doing, usize::MAX - taken(entry), entry.since));
        first.map(|(id, _)| *id)
    }

    fn end(&mut self, id: u64) {
        if let Some(entry) = self.leave(id) {
            entry.ended.cancel();
        }
    }

    fn leave(&mut self, id: u64) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        if let Some(machine) = entry.machine {
            less(&mut self.machines, machine);
        }
        Some(entry)
    }

    /// Whether the place is still there to do it in.
    fn does(&mut self, id: u64, doing: Doing) -> bool {
        let since = self.next();
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        if entry.doing != doing {
            (entry.doing, entry.since) = (doing, since);
        }
        true
    }
}

fn less(counts: &mut HashMap<Machine, usize>, machine: Machine) {
    if let Some(count) = counts.get_mut(&machine) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&machine);
        }
    }
}

/// The places of a house.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Mutex<Table>>);

impl Places {
    pub(super) fn new(most: Most) -> Self {
        let (machines, asking) = (HashMap::new(), HashMap::new());
        Self(Arc::new(Mutex::new(Table { most, entries: BTreeMap::new(), machines, asking, step: 0 })))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection of this machine, or of a trusted proxy; `None` when the house is full of work.
    pub(super) fn enter(&self, machine: Option<Machine>) -> Option<Place> {
        let (id, ended) = self.table().enter(machine)?;
        Some(Place { places: self.clone(), id, ended })
    }

    /// Ends up to `count` connections that wait.
    pub(super) fn end_waiting(&self, count: usize) {
        let mut table = self.table();
        for _ in 0..count {
            let Some(id) = table.victim(|entry| entry.doing == Doing::Waiting) else { return };
            table.end(id);
        }
    }

    /// Lets a machine behind a trusted proxy ask; `None` when it asks for too much at a time.
    pub(super) fn ask(&self, machine: Machine) -> Option<Asking> {
        let mut table = self.table();
        let most = table.most.per_client;
        let asking = table.asking.entry(machine).or_default();
        if *asking >= most {
            return None;
        }
        *asking += 1;
        Some(Asking { places: self.clone(), machine })
    }
}

/// The place of one connection, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    id: u64,
    ended: CancellationToken,
}

impl Place {
    /// Whether the place is still this connection's to do it in.
    pub(super) fn does(&self, doing: Doing) -> bool {
        self.places.table().does(self.id, doing)
    }

    /// Ends when another needs the place.
    pub(super) async fn ended(&self) {
        self.ended.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().leave(self.id);
    }
}

/// A request of a machine behind a trusted proxy.
#[derive(Debug)]
pub(super) struct Asking {
    places: Places,
    machine: Machine,
}

impl Drop for Asking {
    fn drop(&mut self) {
        less(&mut self.places.table().asking, self.machine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(last: u8) -> Machine {
        Machine::of(std::net::IpAddr::from([192, 0, 2, last]))
    }

    fn places(connections: usize, per_client: usize) -> Places {
        Places::new(Most { connections, per_client })
    }

    fn ended(place: &Place) -> bool {
        place.ended.is_cancelled()
    }

    #[test]
    fn a_machine_has_so_many_places_and_takes_its_own_longest_waiting_one() {
        let house = places(10, 3);
        let all: Vec<Place> = (0..3).map(|_| house.enter(Some(machine(1))).unwrap()).collect();
        let other = house.enter(Some(machine(2))).unwrap();
        assert!(all[0].does(Doing::Working));
        let fourth = house.enter(Some(machine(1))).unwrap();
        assert_eq!(all.iter().map(ended).collect::<Vec<_>>(), [false, true, false]);
        assert!(!ended(&other) && !all[1].does(Doing::Working) && fourth.does(Doing::Working));
        // What has rested and works again is later than what was silent all the time.
        assert!(all[0].does(Doing::Waiting));
        let _fifth = house.enter(Some(machine(1))).unwrap();
        assert_eq!(all.iter().map(ended).collect::<Vec<_>>(), [false, true, true]);
    }

    #[test]
    fn work_is_never_ended_and_a_house_full_of_it_takes_nobody() {
        let house = places(3, 2);
        let mine: Vec<Place> = (0..2).map(|_| house.enter(Some(machine(1))).unwrap()).collect();
        assert!(mine.iter().all(|place| place.does(Doing::Working)));
        assert!(house.enter(Some(machine(1))).is_none(), "its own are all at work");
        let other = house.enter(Some(machine(2))).unwrap();
        assert!(other.does(Doing::Working));
        assert!(house.enter(Some(machine(3))).is_none(), "all are at work");
        drop(other);
        assert!(house.enter(Some(machine(3))).is_some(), "the twin: a free place is taken");
        assert!(!mine.iter().any(ended));
    }

    #[test]
    fn bodies_of_the_unknown_go_after_those_who_wait_and_before_work() {
        let house = places(3, 3);
        let (waits, sends, works) = (
            house.enter(Some(machine(1))).unwrap(),
            house.enter(Some(machine(2))).unwrap(),
            house.enter(Some(machine(3))).unwrap(),
        );
        assert!(sends.does(Doing::Receiving) && works.does(Doing::Working));
        let new = house.enter(Some(machine(4))).unwrap();
        assert!(ended(&waits) && !ended(&sends) && new.does(Doing::Working));
        let _newer = house.enter(Some(machine(5))).unwrap();
        assert!(ended(&sends) && !ended(&works) && !ended(&new));
    }

    #[test]
    fn whoever_has_the_most_gives_first_and_a_proxy_counts_as_one() {
        let house = places(6, 3);
        let single = house.enter(Some(machine(1))).unwrap();
        let proxied: Vec<Place> = (0..3).map(|_| house.enter(None).unwrap()).collect();
        let greedy: Vec<Place> = (0..2).map(|_| house.enter(Some(machine(2))).unwrap()).collect();
        let _new = house.enter(Some(machine(3))).unwrap();
        assert!(ended(&greedy[0]) && !ended(&greedy[1]) && !ended(&single) && !proxied.iter().any(ended));
        let many: Vec<Place> = (0..3).map(|_| house.enter(None).unwrap()).collect();
        assert!(many.iter().chain(&proxied).filter(|place| !ended(place)).count() >= 3, "more than one machine may have");
    }

    #[test]
    fn places_are_counted_however_connections_end() {
        let house = places(4, 2);
        for _ in 0..100 {
            let first = house.enter(Some(machine(1))).unwrap();
            let _second = house.enter(Some(machine(1))).unwrap();
            let _third = house.enter(Some(machine(1))).unwrap();
            assert!(ended(&first));
        }
        house.end_waiting(5);
        let table = house.table();
        assert!(table.entries.is_empty() && table.machines.is_empty());
    }

    #[test]
    fn a_machine_behind_a_proxy_asks_so_much_at_a_time() {
        let house = places(4, 2);
        let (one, _two) = (house.ask(machine(1)).unwrap(), house.ask(machine(1)).unwrap());
        assert!(house.ask(machine(1)).is_none() && house.ask(machine(2)).is_some());
        drop(one);
        assert!(house.ask(machine(1)).is_some());
        assert_eq!(house.table().asking.len(), 1, "whoever asks for nothing is not kept");
    }
}
