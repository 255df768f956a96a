//! What a guest's pages look through: each question opens its own reading transaction and asks for one guest.

use super::Guest;
use super::ticket_page::{GuestBytes, TicketPage};
use super::tickets::{GuestProject, GuestRow, GuestType, find};
use crate::desk::role::Permission;
use crate::desk::search::Order;
use crate::desk::ticket::TicketNumber;
use crate::store::blobs::BlobHash;
use crate::store::public_tickets as public;
pub use crate::store::public_tickets::Filter;
use crate::store::tickets::{Priority, Status};
use crate::store::{Result, Store, blobs, public_timeline, tickets};

/// How many tickets a page of a list shows.
pub const PAGE: i64 = 25;

/// One guest's eyes.
#[derive(Debug, Clone)]
pub struct Eyes {
    store: Store,
    guest: Guest,
}

/// What stands on a guest's first page.
#[derive(Debug, Clone)]
pub struct Home {
    /// Open tickets that wait for the guest, the one that has waited longest first.
    pub waiting: Vec<GuestRow>,
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
}

/// The desk's words for what tickets can be.
#[derive(Debug, Clone)]
pub struct Names {
    /// The statuses, in order.
    pub statuses: Vec<Status>,
    /// The priorities, the lowest first.
    pub priorities: Vec<Priority>,
}

impl Eyes {
    /// The eyes of a guest.
    #[must_use]
    pub fn new(store: Store, guest: Guest) -> Self {
        Self { store, guest }
    }

    /// The first page.
    ///
    /// # Errors
    /// The database's.
    pub async fn home(&self) -> Result<Home> {
        let mut tx = self.store.read().await?;
        let me = self.guest.person();
        let found = public::projects(&mut tx, me).await?;
        let sees = |key: &str| {
            let organization = found.iter().find(|project| project.key == key).map(|project| project.organization);
            organization.is_some_and(|organization| self.guest.may(organization, Permission::SeeAssignee))
        };
        let waiting = public::waiting(&mut tx, me).await?.into_iter().map(|row| {
            let sees_assignee = sees(&row.number.project);
            GuestRow::new(row, sees_assignee)
        });
        let waiting = waiting.collect();
        let mut projects = Vec::new();
        for project in found {
            let counts = public::counts(&mut tx, me, self.guest.sees_all(project.organization), project.id).await?;
            projects.push(GuestProject::new(project, counts, &self.guest));
        }
        Ok(Home { waiting, projects })
    }

    /// A project with its task types; `None` where it is not the guest's.
    ///
    /// # Errors
    /// The database's.
    pub async fn project(&self, key: &str) -> Result<Option<(GuestProject, Vec<GuestType>)>> {
        let mut tx = self.store.read().await?;
        let me = self.guest.person();
        let Some(project) = public::project_by_key(&mut tx, me, key).await? else { return Ok(None) };
        let types = public::types(&mut tx, me, project.id).await?.into_iter().map(GuestType::new).collect();
        Ok(Some((GuestProject::new(project, Vec::new(), &self.guest), types)))
    }

    /// A page of a project's tickets, counted from 1; `None` where the project is not the guest's.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, key: &str, filter: &Filter, order: Order, page: i64) -> Result<Option<List>> {
        let mut tx = self.store.read().await?;
        let me = self.guest.person();
        let Some(project) = public::project_by_key(&mut tx, me, key).await? else { return Ok(None) };
        let all = self.guest.sees_all(project.organization);
        let counts = public::counts(&mut tx, me, all, project.id).await?;
        let types = public::types(&mut tx, me, project.id).await?.into_iter().map(GuestType::new).collect();
        let stretch = (PAGE, page.saturating_sub(1).saturating_mul(PAGE));
        let found = match filter.count(&counts) {
            Some(found) => found,
            None => public::count(&mut tx, me, all, project.id, filter).await?,
        };
        let rows = public::list(&mut tx, me, all, project.id, filter, order, stretch).await?;
        let sees_assignee = self.guest.may(project.organization, Permission::SeeAssignee);
        let rows = rows.into_iter().map(|row| GuestRow::new(row, sees_assignee)).collect();
        Ok(Some(List { project: GuestProject::new(project, counts, &self.guest), types, rows, found }))
    }

    /// A ticket's page; `None` where it is not there or not the guest's.
    ///
    /// # Errors
    /// The database's.
    pub async fn ticket(&self, number: &TicketNumber) -> Result<Option<TicketPage>> {
        let mut tx = self.store.read().await?;
        let Some((project, row)) = find(&mut tx, &self.guest, number).await? else { return Ok(None) };
        TicketPage::read(&mut tx, &self.guest, project, row).await.map(Some)
    }

    /// A file of a public entry of a ticket that the guest may see.
    ///
    /// # Errors
    /// The database's.
    pub async fn file(&self, number: &TicketNumber, id: i64) -> Result<Option<GuestBytes>> {
        let mut tx = self.store.read().await?;
        let Some((_, row)) = find(&mut tx, &self.guest, number).await? else { return Ok(None) };
        let Some(file) = public_timeline::file_of(&mut tx, row.id, id).await? else { return Ok(None) };
        let bytes = blobs::get(&mut tx, &BlobHash(file.blob.clone())).await?;
        Ok(Some(GuestBytes::new(file, bytes)))
    }

    /// Those of these tickets that the guest may open.
    ///
    /// # Errors
    /// The database's.
    pub async fn openable(&self, numbers: Vec<TicketNumber>) -> Result<Vec<TicketNumber>> {
        let mut openable = Vec::new();
        if numbers.is_empty() {
            return Ok(openable);
        }
        let mut tx = self.store.read().await?;
        for number in numbers {
            if find(&mut tx, &self.guest, &number).await?.is_some() {
                openable.push(number);
            }
        }
        Ok(openable)
    }

    /// What statuses and priorities are called.
    ///
    /// # Errors
    /// The database's.
    pub async fn names(&self) -> Result<Names> {
        let mut tx = self.store.read().await?;
        Ok(Names { statuses: tickets::statuses(&mut tx).await?, priorities: tickets::priorities(&mut tx).await? })
    }
}
