//! The tickets of a project: search, filter, sort, pages.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;

use super::Key;
use super::said::path;
use crate::desk::next_action::Turn;
use crate::desk::role::Permission;
use crate::desk::search::{FilterState, Order};
use crate::desk::ticket::TicketNumber;
use crate::guest::view::{Filter, List, last_page};
use crate::web::page::{self, Page, PageError, percent_encoded, see_other};
use crate::web::session::GuestViewSession;

/// What the address of a list says; what it cannot mean is left out.
#[derive(Debug, Clone)]
struct Wanted {
    query: String,
    state: FilterState,
    mine: bool,
    type_key: String,
    order: Order,
    page: i64,
}

impl Wanted {
    fn read(pairs: &[(String, String)]) -> Self {
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
        Self {
            query: get("q").chars().filter(|c| !c.is_control()).take(200).collect(),
            state: FilterState::try_from(get("state")).unwrap_or(FilterState::Active),
            mine: get("whose") == "mine",
            type_key: get("type").chars().take(100).collect(),
            order: Order::try_from(get("sort")).unwrap_or(Order::Newest),
            page: get("page").parse().ok().filter(|page| (1..=1_000_000).contains(page)).unwrap_or(1),
        }
    }

    /// The address of the same list with other states.
    fn with(&self, key: &str, state: FilterState) -> String {
        Self { state, page: 1, ..self.clone() }.path(key, 1)
    }

    /// Whether the counts of the project are not those of the list.
    fn is_filtered(&self) -> bool {
        !self.query.is_empty() || self.mine || !self.type_key.is_empty()
    }

    /// The address of another page of the same list.
    fn path(&self, key: &str, page: i64) -> String {
        let mut path = format!("/{key}?state={}&sort={}&page={page}", self.state, self.order);
        if self.mine {
            path.push_str("&whose=mine");
        }
        for (name, value) in [("q", &self.query), ("type", &self.type_key)] {
            if !value.is_empty() {
                path.push_str(&format!("&{name}={}", percent_encoded(value)));
            }
        }
        path
    }

    fn is_narrowed(&self) -> bool {
        self.is_filtered() || self.state != FilterState::Active
    }
}

#[derive(Template)]
#[template(path = "portal/tickets/list.html")]
struct ListPage {
    p: Page,
    list: List,
    wanted: Wanted,
    last: i64,
}

/// A link to the same list with other states.
struct Chip {
    state: FilterState,
    name: String,
    path: String,
    /// How many tickets it shows, where that is known.
    count: Option<i64>,
    here: bool,
}

impl ListPage {
    fn chips(&self) -> Vec<Chip> {
        let (project, wanted) = (&self.list.project, &self.wanted);
        let count =
            |state: FilterState| Turn::ALL.iter().filter(|turn| state.shows(**turn)).map(|turn| project.count(*turn)).sum();
        let chip = |state: &FilterState| Chip {
            state: *state,
            name: self.state_name(*state),
            path: wanted.with(project.key(), *state),
            count: (!wanted.is_filtered()).then(|| count(*state)),
            here: *state == wanted.state,
        };
        FilterState::ALL.iter().map(chip).collect()
    }

    fn state_name(&self, state: FilterState) -> String {
        let w = self.p.w();
        match state {
            FilterState::Active => w.text("list-state-active", &[]),
            FilterState::You => self.p.turn(Turn::You),
            FilterState::Us => self.p.turn(Turn::Us),
            FilterState::Others => self.p.turn(Turn::Others),
            FilterState::Done => self.p.turn(Turn::Done),
            FilterState::All => w.text("list-state-all", &[]),
        }
    }

    fn order_name(&self, order: &Order) -> String {
        let w = self.p.w();
        match *order {
            Order::Newest => w.text("list-sort-newest", &[]),
            Order::Number => w.text("list-sort-number", &[]),
            Order::Priority => w.text("list-sort-priority", &[]),
        }
    }

    /// How many there are, in words.
    fn found(&self) -> String {
        let w = self.p.w();
        match self.list.found {
            0 => w.text("list-found-none", &[]),
            1 => w.text("list-found-one", &[]),
            many => w.text("list-found", &[("count", &many.to_string())]),
        }
    }

    fn previous(&self) -> Option<String> {
        (self.wanted.page > 1).then(|| self.wanted.path(self.list.project.key(), (self.wanted.page - 1).min(self.last)))
    }

    fn next(&self) -> Option<String> {
        (self.wanted.page < self.last).then(|| self.wanted.path(self.list.project.key(), self.wanted.page + 1))
    }
}

pub(super) async fn show(
    Key(key): Key,
    GuestViewSession { mut view, page: p }: GuestViewSession,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let mut wanted = Wanted::read(&pairs);
    if let Some(number) = typed_number(&key, &wanted.query)
        && view.mentioned([number.clone()].into()).await?.contains_key(&number)
    {
        return Ok(see_other(&path(&number)));
    }
    let filter =
        Filter { query: wanted.query.clone(), state: wanted.state, mine: wanted.mine, type_key: wanted.type_key.clone() };
    let list = view.list(&key, filter, wanted.order, wanted.page).await?.ok_or(PageError::Missing)?;
    drop(view);
    wanted.type_key.clone_from(&list.type_key);
    wanted.page = list.page;
    let last = last_page(list.found);
    page::show(&ListPage { p, list, wanted, last })
}

/// The ticket whose number somebody typed into the search: as it is written, or in the list of its project alone.
fn typed_number(key: &str, query: &str) -> Option<TicketNumber> {
    let number = query.strip_prefix('#').unwrap_or(query);
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = number.parse().ok().filter(|number| *number > 0)?;
        return Some(TicketNumber { project: key.to_owned(), number });
    }
    query.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_number_means_a_ticket() {
        for (query, number) in [
            ("12", Some("ACME-12")),
            ("#12", Some("ACME-12")),
            ("ACME-7", Some("ACME-7")),
            ("globex-7", Some("GLOBEX-7")),
            ("0", None),
            ("", None),
            ("#", None),
            ("99999999999999999999", None),
            ("12 bolts", None),
            ("-1", None),
        ] {
            assert_eq!(typed_number("ACME", query).map(|number| number.to_string()).as_deref(), number, "{query}");
        }
    }
}
