//! A ticket's page: its state, its public timeline, and what the guest may do with it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::acts::Said;
use super::prose::{Block, Piece, blocks, numbers};
use super::{Number, day, duration, size};
use crate::desk::entry::{Field, Lack};
use crate::desk::people::Language;
use crate::desk::role::Permission;
use crate::desk::ticket::TicketNumber;
use crate::guest::ticket_page::{GuestItem, TicketPage};
use crate::guest::view::Names;
use crate::letters::lack;
use crate::time::Timestamp;
use crate::web::page::{self, Page, PageError};
use crate::web::portal::Portal;
use crate::web::rendering::rendered;
use crate::web::session::GuestViewSession;

#[derive(Template)]
#[template(path = "portal/tickets/ticket.html")]
struct Shown {
    p: Page,
    ticket: TicketPage,
    names: Names,
    openable: Vec<TicketNumber>,
    said: Option<Said>,
    form: String,
}

impl Shown {
    fn day(&self, at: &Timestamp) -> String {
        day(&self.p, *at, &self.p.time_zone)
    }

    /// A day that has no hour and no zone.
    fn worked_on(&self, at: Timestamp) -> String {
        day(&self.p, at, "UTC")
    }

    fn size(&self, bytes: i64) -> String {
        size(&self.p, bytes)
    }

    fn duration(&self, minutes: i64) -> String {
        duration(minutes)
    }

    fn blocks(&self, item: &GuestItem) -> Vec<Block> {
        blocks(item.text(), item.is_typed(), &self.openable)
    }

    fn author(&self, item: &GuestItem) -> String {
        item.author().map_or_else(|| self.p.desk.clone(), str::to_owned)
    }

    fn named(&self, de: &str, en: &str) -> String {
        if self.p.language == Language::German { de } else { en }.to_owned()
    }

    fn status_name(&self, key: &str) -> String {
        let status = self.names.statuses.iter().find(|status| status.key == key);
        status.map_or_else(|| key.to_owned(), |status| self.named(&status.name_de, &status.name_en))
    }

    fn status_class(&self, key: &str) -> &'static str {
        self.names.statuses.iter().find(|status| status.key == key).map_or("open", |status| status.category.as_str())
    }

    fn priority_name(&self, key: &str) -> String {
        let priority = self.names.priorities.iter().find(|priority| priority.key == key);
        priority.map_or_else(|| key.to_owned(), |priority| self.named(&priority.name_de, &priority.name_en))
    }

    /// Key of the status that an item set.
    fn new_status<'a>(&self, item: &'a GuestItem) -> Option<&'a str> {
        item.change().and_then(|(field, to)| to.filter(|_| field == Field::Status))
    }

    /// What an item changed, as a sentence; `None` for what is not told.
    fn sentence(&self, item: &GuestItem) -> Option<String> {
        let w = self.p.w();
        let author = self.author(item);
        let (field, to) = item.change()?;
        let whom = item.whom().unwrap_or_default();
        Some(match (field, to) {
            (Field::Status, Some(to)) => w.text("did-status", &[("author", &author), ("status", &self.status_name(to))]),
            (Field::Priority, Some(to)) => w.text("did-priority", &[("author", &author), ("priority", &self.priority_name(to))]),
            (Field::Progress, Some(to)) => w.text("did-progress", &[("author", &author), ("progress", to)]),
            (Field::Assignee, Some(_)) if item.whom() == item.author() => w.text("did-take", &[("author", &author)]),
            (Field::Assignee, Some(_)) => w.text("did-assign", &[("author", &author), ("whom", whom)]),
            (Field::Assignee, None) => w.text("did-unassign", &[("author", &author)]),
            (Field::Due, Some(to)) => {
                let at = Timestamp::from_micros(to.parse().ok()?);
                w.text("did-due", &[("author", &author), ("day", &self.day(&at))])
            }
            (Field::Due, None) => w.text("did-undue", &[("author", &author)]),
            (Field::Title, Some(to)) => w.text("did-title", &[("author", &author), ("title", to)]),
            (Field::Type, Some(_)) => w.text("did-type", &[("author", &author)]),
            (Field::Lacks, Some(to)) => lack(w, Lack::from_words(to)?),
            (Field::Participant, Some(_)) => w.text("did-invite", &[("author", &author), ("whom", whom)]),
            (Field::Participant, None) => w.text("did-take-off", &[("author", &author), ("whom", whom)]),
            _ => return None,
        })
    }

    /// A word about what was just done, and whether it went wrong.
    fn notice(&self) -> Option<(String, bool)> {
        let w = self.p.w();
        let number = self.ticket.row().number().to_string();
        let text = match self.said? {
            Said::Opened => w.text("said-opened", &[("number", &number)]),
            Said::Commented => w.text("said-commented", &[]),
            Said::Empty => w.text("said-empty", &[]),
            Said::Closed => w.text("said-closed", &[]),
            Said::Reopened => w.text("said-reopened", &[]),
            Said::Priority => w.text("said-priority", &[]),
            Said::Invited => w.text("said-invited", &[]),
            Said::NoColleague => w.text("said-no-colleague", &[("organization", self.ticket.project().organization())]),
            Said::Muted => w.text("said-muted", &[]),
            Said::Unmuted => w.text("said-unmuted", &[]),
        };
        Some((text, matches!(self.said, Some(Said::Empty | Said::NoColleague))))
    }
}

pub(super) async fn show(
    Number(number): Number,
    State(portal): State<Portal>,
    GuestViewSession { mut view, page: p }: GuestViewSession,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let ticket = view.ticket(&number).await?.ok_or(PageError::Missing)?;
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let said = pairs.iter().find(|(name, _)| name == "said").and_then(|(_, value)| Said::try_from(value.as_str()).ok());
    let named = move || (numbers(ticket.items().iter().map(GuestItem::text)).into_iter().collect(), ticket);
    let (named, ticket) = rendered(named).await?;
    let openable = view.mentioned(named).await?.into_keys().collect();
    let names = view.names().await?;
    drop(view);
    let page = Shown { p, ticket, names, openable, said, form: portal.form() };
    rendered(move || page::show(&page)).await?
}
