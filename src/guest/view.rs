//! What a guest's pages look through. A page asks all its questions in one reading transaction, the one that found who the
//! guest is: who may look and what there is to see are of the same moment. `docs` and `picture` add their questions.

use super::ticket_page::{GuestBytes, TicketPage};
use super::tickets::{GuestProject, GuestRow, GuestType, find};
use super::visitor::Guest;
use crate::desk::draft::{Draft, LIFETIME};
use crate::desk::role::Permission;
use crate::desk::search::Order;
use crate::desk::ticket::TicketNumber;
use crate::store::blobs::BlobHash;
use crate::store::public::tickets as public;
pub use crate::store::public::tickets::Filter;
use crate::store::public::tickets::{Part, PublicRow};
use crate::store::public::timeline as public_timeline;
use crate::store::tickets::{Priority, Status};
use crate::store::{Result, Store, Tx, blobs, drafts, people, tickets};
use crate::time::Timestamp;

/// How many tickets a page of a list shows.
pub const PAGE: i64 = 25;

/// How many pages so many tickets make; one at least.
#[must_use]
pub fn last_page(found: i64) -> i64 {
    ((found + PAGE - 1) / PAGE).max(1)
}

/// One guest's view.
pub struct GuestView {
    pub(super) tx: Tx,
    pub(super) guest: Guest,
    pub(super) desk: String,
}

/// What stands on a guest's first page.
#[derive(Debug, Clone)]
pub struct Home {
    /// Open tickets that wait for the guest, the one that has waited longest first.
    pub waiting: Vec<GuestRow>,
    /// Other tickets with news that the guest has not seen, the newest first.
    pub news: Vec<GuestRow>,
    /// The guest's projects, those of one organization together.
    pub projects: Vec<GuestProject>,
}

/// A page of a project's list of tickets.
#[derive(Debug, Clone)]
pub struct List {
    /// The project.
    pub project: GuestProject,
    /// Its task types.
    pub types: Vec<GuestType>,
    /// The tickets of this page.
    pub rows: Vec<GuestRow>,
    /// How many tickets there are on all pages.
    pub found: i64,
    /// Which page it is; behind the last one stands the last one.
    pub page: i64,
    /// By which type they are filtered; empty for all.
    pub type_key: String,
}

/// The desk's words for what tickets can be.
#[derive(Debug, Clone)]
pub struct Names {
    /// The statuses, in order.
    pub statuses: Vec<Status>,
    /// The priorities, the lowest first.
    pub priorities: Vec<Priority>,
}

impl GuestView {
    /// The view of a guest, who was found in this transaction; `desk` is the desk's name, which nobody else goes by.
    #[must_use]
    pub fn new(tx: Tx, guest: Guest, desk: &str) -> Self {
        Self { tx, guest, desk: desk.to_owned() }
    }

    /// The view of a guest who was found before.
    pub async fn open(store: &Store, guest: Guest, desk: &str) -> Result<Self> {
        Ok(Self::new(store.read().await?, guest, desk))
    }

    /// The first page.
    pub async fn home(&mut self) -> Result<Home> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let me = guest.person();
        let found = public::projects(tx, me).await?;
        let sees = |key: &str| {
            let organization = found.iter().find(|project| project.key == key).map(|project| project.organization);
            organization.is_some_and(|organization| guest.may(organization, Permission::SeeAssignee))
        };
        let names = people::own_names(tx, &self.desk).await?;
        let guest_row = |row: PublicRow| {
            let sees_assignee = sees(&row.number.project);
            GuestRow::new(row, sees_assignee, &names)
        };
        let waiting: Vec<GuestRow> = public::waiting(tx, me).await?.into_iter().map(guest_row).collect();
        let mut news: Vec<GuestRow> = public::with_news(tx, me).await?.into_iter().map(guest_row).collect();
        news.retain(|row| waiting.iter().all(|other| other.number() != row.number()));
        let mut projects = Vec::new();
        for project in found {
            let counts = public::counts(tx, me, guest.sees_all(project.organization), project.id).await?;
            projects.push(GuestProject::new(project, counts, guest));
        }
        Ok(Home { waiting, news, projects })
    }

    /// A project with its task types; `None` where it is not the guest's.
    pub async fn project(&mut self, key: &str) -> Result<Option<(GuestProject, Vec<GuestType>)>> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let me = guest.person();
        let Some(project) = public::project_by_key(tx, me, key).await? else { return Ok(None) };
        let types = public::types(tx, me, project.id).await?.into_iter().map(GuestType::new).collect();
        Ok(Some((GuestProject::new(project, Vec::new(), guest), types)))
    }

    /// A page of a project's tickets, counted from 1; `None` where the project is not the guest's. A type that the project
    /// does not have filters nothing.
    pub async fn list(&mut self, key: &str, mut filter: Filter, order: Order, page: i64) -> Result<Option<List>> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let me = guest.person();
        let Some(project) = public::project_by_key(tx, me, key).await? else { return Ok(None) };
        let all = guest.sees_all(project.organization);
        let counts = public::counts(tx, me, all, project.id).await?;
        let types: Vec<_> = public::types(tx, me, project.id).await?.into_iter().map(GuestType::new).collect();
        if types.iter().all(|of| of.key() != filter.type_key) {
            filter.type_key.clear();
        }
        let part = |page: i64| Part { order, limit: PAGE, offset: page.saturating_sub(1).saturating_mul(PAGE) };
        let known = filter.count(&counts);
        let (mut rows, found) = public::list(tx, me, all, project.id, &filter, part(page), known).await?;
        let page = page.min(last_page(found));
        if rows.is_empty() && found > 0 {
            rows = public::list(tx, me, all, project.id, &filter, part(page), Some(found)).await?.0;
        }
        let sees_assignee = guest.may(project.organization, Permission::SeeAssignee);
        let names = people::own_names(tx, &self.desk).await?;
        let rows = rows.into_iter().map(|row| GuestRow::new(row, sees_assignee, &names)).collect();
        Ok(Some(List { project: GuestProject::new(project, counts, guest), types, rows, found, page, type_key: filter.type_key }))
    }

    /// A ticket's page; `None` where it is not there or not the guest's.
    pub async fn ticket(&mut self, number: &TicketNumber) -> Result<Option<TicketPage>> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let Some((project, row)) = find(tx, guest, number).await? else { return Ok(None) };
        let names = people::own_names(tx, &self.desk).await?;
        TicketPage::read(tx, guest, &names, project, row).await.map(Some)
    }

    /// A file of a public entry of a ticket that the guest may see.
    pub async fn file(&mut self, number: &TicketNumber, id: i64) -> Result<Option<GuestBytes>> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let Some((_, row)) = find(tx, guest, number).await? else { return Ok(None) };
        let Some(file) = public_timeline::file_of(tx, row.id, id).await? else { return Ok(None) };
        let bytes = blobs::get(tx, &BlobHash(file.blob.clone())).await?;
        Ok(Some(GuestBytes::new(file, bytes)))
    }

    /// What the guest had typed on the page at `path` when their session ran out.
    pub async fn draft(&mut self, path: &str, now: Timestamp) -> Result<Option<Draft>> {
        drafts::find(&mut self.tx, self.guest.person(), path, now.minus(LIFETIME)).await
    }

    /// What statuses and priorities are called.
    pub async fn names(&mut self) -> Result<Names> {
        let tx = &mut self.tx;
        Ok(Names { statuses: tickets::statuses(tx).await?, priorities: tickets::priorities(tx).await? })
    }
}
