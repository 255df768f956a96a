//! Projects and tickets as a guest's pages show them. Private fields, no visibility: made of the public rows only, for a
//! guest whose access was asked in the same transaction.

use super::face::GuestFace;
use crate::desk::ids::{OrganizationId, PersonId, TicketId};
use crate::desk::names::OwnNames;
use crate::desk::next_action::Turn;
use crate::desk::people::{Language, Named};
use crate::desk::role::Permission;
use crate::desk::ticket::{Category, TicketNumber};
use crate::store::public::tickets::{self as public, PublicCount, PublicLast, PublicProject, PublicRow, PublicType};
use crate::store::{Result, Tx};
use crate::time::Timestamp;

use super::standing::{Deed, Standing};
use super::visitor::Guest;

/// Whether this person is a guest who finds the ticket on the pages.
pub async fn may_open(tx: &mut Tx, person: PersonId, number: &TicketNumber) -> Result<bool> {
    let Some(guest) = Guest::enter(tx, person).await? else { return Ok(false) };
    Ok(find(tx, &guest, number).await?.is_some())
}

/// A ticket that this guest may see, and its project. Foreign and nonexistent are the same `None`.
pub(super) async fn find(tx: &mut Tx, guest: &Guest, number: &TicketNumber) -> Result<Option<(PublicProject, PublicRow)>> {
    let Some(project) = public::project_by_key(tx, guest.person(), &number.project).await? else { return Ok(None) };
    let all = guest.sees_all(project.organization);
    let Some(ticket) = public::ticket(tx, guest.person(), all, project.id, number.number).await? else { return Ok(None) };
    // The statement says the same; both have to agree.
    let may = Standing::of(tx, guest.person(), ticket.id).await?.may(Deed::Look);
    Ok(may.then_some((project, ticket)))
}

/// What acting on a ticket needs to know of it. Only the acts of a guest hold one.
#[derive(Debug, Clone)]
pub struct Handle {
    ticket: TicketId,
    organization: OrganizationId,
    category: Category,
    takes_part: bool,
}

impl Handle {
    /// The ticket with this number, if this guest may see it.
    pub async fn of(tx: &mut Tx, guest: &Guest, number: &TicketNumber) -> Result<Option<Self>> {
        let Some((project, row)) = find(tx, guest, number).await? else { return Ok(None) };
        let takes_part = Standing::of(tx, guest.person(), row.id).await?.corresponds();
        Ok(Some(Self { ticket: row.id, organization: project.organization, category: row.category, takes_part }))
    }

    /// Its id.
    #[must_use]
    pub fn ticket(&self) -> TicketId {
        self.ticket
    }

    /// Whose it is.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Whether its public status says that it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.category == Category::Done
    }

    /// Whether the guest asked or takes part.
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.takes_part
    }
}

/// A project on a guest's pages.
#[derive(Debug, Clone)]
pub struct GuestProject {
    key: String,
    name: String,
    organization: String,
    counts: Vec<PublicCount>,
    permissions: Vec<Permission>,
}

impl GuestProject {
    pub(super) fn new(project: PublicProject, counts: Vec<PublicCount>, guest: &Guest) -> Self {
        let PublicProject { id: _, key, name, organization, organization_name } = project;
        let permissions = Permission::ALL.iter().copied().filter(|permission| guest.may(organization, *permission)).collect();
        Self { key, name, organization: organization_name, counts, permissions }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Name of its organization.
    #[must_use]
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// Of how many of its tickets, among those that the guest sees, it is this one's turn.
    #[must_use]
    pub fn count(&self, turn: Turn) -> i64 {
        self.counts.iter().filter(|of| of.turn == turn).map(|of| of.tickets).sum()
    }

    /// How many of its tickets the guest sees.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.counts.iter().map(|of| of.tickets).sum()
    }

    /// What the guest may do there.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// A ticket in a list, and the head of its page.
#[derive(Debug, Clone)]
pub struct GuestRow {
    number: TicketNumber,
    face: GuestFace,
    type_name: Named,
    priority: String,
    priority_name: Named,
    comments: i64,
    activity: Timestamp,
    opened: Timestamp,
    turn: Turn,
    requester: Option<String>,
    word: Option<GuestLast>,
    news: bool,
}

/// Who wrote a ticket's last public comment, and when.
#[derive(Debug, Clone)]
pub struct GuestLast {
    author: Option<String>,
    at: Timestamp,
}

impl GuestLast {
    fn new(word: PublicLast, names: &OwnNames) -> Self {
        let PublicLast { author, address, kind: _, at } = word;
        Self { author: shown(names, author, address.as_deref()), at }
    }

    /// Their name for outsiders; `None` for the desk itself.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// The name of somebody; outside the staff, where there is an address, not one that reads like ours.
pub(super) fn shown(names: &OwnNames, name: Option<String>, address: Option<&str>) -> Option<String> {
    match address {
        Some(address) => Some(names.shown(&name.unwrap_or_default(), address)),
        None => name,
    }
}

impl GuestRow {
    pub(super) fn new(row: PublicRow, sees_assignee: bool, names: &OwnNames) -> Self {
        let turn = row.turn();
        let PublicRow {
            id: _,
            number,
            title,
            type_name,
            category,
            status,
            priority,
            priority_name,
            assignee,
            progress,
            due,
            comments,
            activity,
            created_at,
            requester: _,
            asker,
            mine: _,
            news,
            word,
        } = row;
        let face = GuestFace { title, category, status, assignee, progress, due }.seen(sees_assignee);
        let requester = asker.map(|(name, address)| names.shown(&name, &address));
        let word = word.map(|word| GuestLast::new(word, names));
        let (opened, news) = (created_at, news > 0);
        Self { number, face, type_name, priority, priority_name, comments, activity, opened, turn, requester, word, news }
    }

    /// Whose turn it is, for the guest.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Whether it has news that the guest has not seen on its page.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.news
    }

    /// The name of whoever outside the staff asked.
    #[must_use]
    pub fn requester(&self) -> Option<&str> {
        self.requester.as_deref()
    }

    /// Who wrote the last public comment.
    #[must_use]
    pub fn word(&self) -> Option<&GuestLast> {
        self.word.as_ref()
    }

    /// What it is about and how it stands.
    #[must_use]
    pub fn face(&self) -> &GuestFace {
        &self.face
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> &TicketNumber {
        &self.number
    }

    /// The path of its page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}/{}", self.number.project, self.number.number)
    }

    /// Name of its task type.
    #[must_use]
    pub fn type_name(&self, language: Language) -> &str {
        self.type_name.in_language(language)
    }

    /// Key of its priority.
    #[must_use]
    pub fn priority(&self) -> &str {
        &self.priority
    }

    /// Its priority in words.
    #[must_use]
    pub fn priority_name(&self, language: Language) -> &str {
        self.priority_name.in_language(language)
    }

    /// Public comments.
    #[must_use]
    pub fn comments(&self) -> i64 {
        self.comments
    }

    /// When the last public thing happened.
    #[must_use]
    pub fn activity(&self) -> Timestamp {
        self.activity
    }

    /// When it was opened.
    #[must_use]
    pub fn opened(&self) -> Timestamp {
        self.opened
    }
}

/// A task type as guests choose it.
#[derive(Debug, Clone)]
pub struct GuestType {
    key: String,
    name: Named,
    template: (Option<String>, Option<String>),
    staff_only: bool,
}

impl GuestType {
    pub(super) fn new(of: PublicType) -> Self {
        let PublicType { key, name, template, staff_only } = of;
        Self { key, name, template, staff_only }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.name.in_language(language)
    }

    /// What a new ticket of it is asked for; may be empty.
    #[must_use]
    pub fn template(&self, language: Language) -> &str {
        let (de, en) = (self.template.0.as_deref(), self.template.1.as_deref());
        match language {
            Language::German => de.or(en),
            Language::English => en.or(de),
        }
        .unwrap_or_default()
    }

    /// Whether customers may choose it for a new ticket.
    #[must_use]
    pub fn is_for_customers(&self) -> bool {
        !self.staff_only
    }
}
