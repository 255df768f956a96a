//! Projects and tickets as a guest's pages show them. Private fields, no visibility: made of the public rows only, for a
//! guest whose access was asked in the same transaction.

use crate::desk::entry::{Change, EntryKind, Field, File};
use crate::desk::ids::{OrganizationId, PersonId, TicketId};
use crate::desk::people::{Language, PersonKind};
use crate::desk::role::Permission;
use crate::desk::ticket::{Category, TicketNumber};
use crate::store::public_tickets::{self as public, PublicItem, PublicProject, PublicRow, PublicTime, PublicType};
use crate::store::{Result, Tx};
use crate::time::Timestamp;

use super::Guest;

/// Whether this person is a guest who finds the ticket on the pages.
///
/// # Errors
/// The database's.
pub async fn may_open(tx: &mut Tx, person: PersonId, number: &TicketNumber) -> Result<bool> {
    let Some(guest) = Guest::enter(tx, person).await? else { return Ok(false) };
    Ok(find(tx, &guest, number).await?.is_some())
}

/// A ticket that this guest may see, and its project. Foreign and nonexistent are the same `None`.
pub(super) async fn find(tx: &mut Tx, guest: &Guest, number: &TicketNumber) -> Result<Option<(PublicProject, PublicRow)>> {
    let Some(project) = public::project_by_key(tx, guest.person(), &number.project).await? else { return Ok(None) };
    let all = guest.sees_all(project.organization);
    let ticket = public::ticket(tx, guest.person(), all, project.id, number.number).await?;
    Ok(ticket.map(|ticket| (project, ticket)))
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
    ///
    /// # Errors
    /// The database's.
    pub async fn of(tx: &mut Tx, guest: &Guest, number: &TicketNumber) -> Result<Option<Self>> {
        let Some((project, row)) = find(tx, guest, number).await? else { return Ok(None) };
        let takes_part = public::contacts(tx, row.id).await?.iter().any(|(person, _)| *person == guest.person());
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

fn said((de, en): &(String, String), language: Language) -> &str {
    match language {
        Language::German => de,
        Language::English => en,
    }
}

/// A project on a guest's pages.
#[derive(Debug, Clone)]
pub struct GuestProject {
    key: String,
    name: String,
    organization: String,
    counts: Vec<(Category, i64)>,
    permissions: Vec<Permission>,
}

impl GuestProject {
    pub(super) fn new(project: PublicProject, counts: Vec<(Category, i64)>, guest: &Guest) -> Self {
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

    /// How many of its tickets the guest sees in this state.
    #[must_use]
    pub fn count(&self, category: Category) -> i64 {
        self.counts.iter().filter(|(of, _)| *of == category).map(|(_, count)| count).sum()
    }

    /// How many of its tickets the guest sees.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.counts.iter().map(|(_, count)| count).sum()
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
    title: String,
    type_name: (String, String),
    category: Category,
    status: (String, String),
    priority: String,
    priority_name: (String, String),
    assignee: Option<String>,
    progress: i64,
    due: Option<Timestamp>,
    comments: i64,
    activity: Timestamp,
    opened: Timestamp,
}

impl GuestRow {
    pub(super) fn new(row: PublicRow, sees_assignee: bool) -> Self {
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
        } = row;
        let assignee = assignee.filter(|_| sees_assignee);
        Self {
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
            opened: created_at,
        }
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

    /// What it is about.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Name of its task type.
    #[must_use]
    pub fn type_name(&self, language: Language) -> &str {
        said(&self.type_name, language)
    }

    /// What its status means.
    #[must_use]
    pub fn category(&self) -> Category {
        self.category
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.category == Category::Done
    }

    /// Its status in words.
    #[must_use]
    pub fn status(&self, language: Language) -> &str {
        said(&self.status, language)
    }

    /// Key of its priority.
    #[must_use]
    pub fn priority(&self) -> &str {
        &self.priority
    }

    /// Its priority in words.
    #[must_use]
    pub fn priority_name(&self, language: Language) -> &str {
        said(&self.priority_name, language)
    }

    /// Name of the visible assignee, for roles that see it.
    #[must_use]
    pub fn assignee(&self) -> Option<&str> {
        self.assignee.as_deref()
    }

    /// Per cent.
    #[must_use]
    pub fn progress(&self) -> i64 {
        self.progress
    }

    /// When it is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.due
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

/// A ticket's page.
#[derive(Debug, Clone)]
pub struct TicketPage {
    row: GuestRow,
    project: GuestProject,
    people: Vec<(String, bool)>,
    items: Vec<GuestItem>,
    times: Vec<GuestTime>,
    muted: bool,
    takes_part: bool,
}

impl TicketPage {
    /// The page of a ticket that [`find`] found for this guest in the same transaction.
    pub(super) async fn read(tx: &mut Tx, guest: &Guest, project: PublicProject, row: PublicRow) -> Result<Self> {
        let may = |permission| guest.may(project.organization, permission);
        let (ticket, me) = (row.id, guest.person());
        // A time entry is shown when it is public and the role shows time: both, so that neither a wrong role nor a
        // slip of the pen is enough. It carries the text, the day and the minutes; rates are nowhere, and who worked is
        // not said.
        let times = if may(Permission::TimeEntries) { public::times(tx, ticket).await? } else { Vec::new() };
        let contacts = public::contacts(tx, ticket).await?;
        let mut items = public::timeline(tx, ticket).await?;
        if !may(Permission::SeeAssignee) {
            items.retain(|item| item.change.as_ref().is_none_or(|change| change.field != Field::Assignee));
        }
        let takes_part = contacts.iter().any(|(person, _)| *person == me);
        // Contacts who take part, then whoever else said something in public. Staff who only acted inside are nobody here.
        let mut people: Vec<(Option<PersonId>, String, bool)> =
            contacts.into_iter().map(|(person, name)| (Some(person), name, false)).collect();
        for item in items.iter().filter(|item| item.kind == EntryKind::Comment) {
            let known = people.iter().any(|(person, ..)| *person == item.author_id);
            if let (false, Some(_), Some(name)) = (known, item.author_id, &item.author) {
                people.push((item.author_id, name.clone(), item.author_kind == Some(PersonKind::Staff)));
            }
        }
        let muted = public::is_muted(tx, ticket, me).await?;
        let row = GuestRow::new(row, may(Permission::SeeAssignee));
        Ok(Self {
            row,
            project: GuestProject::new(project, Vec::new(), guest),
            people: people.into_iter().map(|(_, name, staff)| (name, staff)).collect(),
            items: items.into_iter().map(|item| GuestItem::new(item, me)).collect(),
            times: times.into_iter().map(GuestTime::new).collect(),
            muted,
            takes_part,
        })
    }

    /// Its head.
    #[must_use]
    pub fn row(&self) -> &GuestRow {
        &self.row
    }

    /// Its project, without counts.
    #[must_use]
    pub fn project(&self) -> &GuestProject {
        &self.project
    }

    /// Who takes part: the name, and whether it is one of the staff.
    #[must_use]
    pub fn people(&self) -> &[(String, bool)] {
        &self.people
    }

    /// The public timeline, oldest first.
    #[must_use]
    pub fn items(&self) -> &[GuestItem] {
        &self.items
    }

    /// The time entries that the guest may see.
    #[must_use]
    pub fn times(&self) -> &[GuestTime] {
        &self.times
    }

    /// The sum of their minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.times.iter().map(|time| time.minutes).sum()
    }

    /// Whether the guest wants no mail about it.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        self.muted
    }

    /// Whether the guest asked or takes part.
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.takes_part
    }
}

/// One item of a timeline.
#[derive(Debug, Clone)]
pub struct GuestItem {
    kind: EntryKind,
    author: Option<String>,
    by_staff: bool,
    mine: bool,
    at: Timestamp,
    text: String,
    change: Option<(Field, Option<String>)>,
    whom: Option<String>,
    files: Vec<GuestFile>,
}

impl GuestItem {
    fn new(item: PublicItem, me: PersonId) -> Self {
        let PublicItem { kind, author_id, author, author_kind, at, text, change, whom, files } = item;
        let change = change.map(|change| {
            let Change { field, from: _, to } = change;
            (field, to)
        });
        Self {
            kind,
            author,
            by_staff: author_kind == Some(PersonKind::Staff),
            mine: author_id == Some(me),
            at,
            text,
            change,
            whom,
            files: files.into_iter().map(|(id, file)| GuestFile::new(id, file)).collect(),
        }
    }

    /// Whether somebody wrote something.
    #[must_use]
    pub fn is_comment(&self) -> bool {
        self.kind == EntryKind::Comment
    }

    /// Its author's name for outsiders; `None` for the desk itself.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// Whether its author works at the desk.
    #[must_use]
    pub fn by_staff(&self) -> bool {
        self.by_staff
    }

    /// Whether the guest made it.
    #[must_use]
    pub fn is_mine(&self) -> bool {
        self.mine
    }

    /// When it was made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was changed, and to what.
    #[must_use]
    pub fn change(&self) -> Option<(Field, Option<&str>)> {
        self.change.as_ref().map(|(field, to)| (*field, to.as_deref()))
    }

    /// Name of the person whom the change names.
    #[must_use]
    pub fn whom(&self) -> Option<&str> {
        self.whom.as_deref()
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> &[GuestFile] {
        &self.files
    }
}

/// A file of a public entry.
#[derive(Debug, Clone)]
pub struct GuestFile {
    id: i64,
    name: String,
    content_type: String,
    size: i64,
}

impl GuestFile {
    fn new(id: i64, file: File) -> Self {
        let File { name, content_type, size, inline: _, content_id: _, blob: _ } = file;
        Self { id, name, content_type, size }
    }

    /// The random id that its address carries.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.size
    }

    /// Whether browsers may show it as a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        is_picture(&self.content_type)
    }
}

fn is_picture(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The bytes of a file, with what browsers may take them for.
#[derive(Debug, Clone)]
pub struct GuestBytes {
    name: String,
    picture: Option<&'static str>,
    bytes: Vec<u8>,
}

impl GuestBytes {
    pub(super) fn new(file: File, bytes: Vec<u8>) -> Self {
        // Looked at again: what a row says its bytes are does not count, only what they are.
        let picture = match (bytes.get(..4), bytes.get(8..12)) {
            (Some(b"\x89PNG"), _) => Some("image/png"),
            (Some([0xff, 0xd8, 0xff, _]), _) => Some("image/jpeg"),
            (Some(b"GIF8"), _) => Some("image/gif"),
            (Some(b"RIFF"), Some(b"WEBP")) => Some("image/webp"),
            _ => None,
        };
        Self { name: file.name, picture, bytes }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of picture that it is; `None` for anything else.
    #[must_use]
    pub fn picture(&self) -> Option<&'static str> {
        self.picture
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A time entry as roles with time entries see it.
#[derive(Debug, Clone)]
pub struct GuestTime {
    text: String,
    minutes: i64,
    worked_on: Timestamp,
}

impl GuestTime {
    fn new(time: PublicTime) -> Self {
        let PublicTime { text, minutes, worked_on } = time;
        Self { text, minutes, worked_on }
    }

    /// What was done.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How long.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.minutes
    }

    /// The day, as its first moment in UTC.
    #[must_use]
    pub fn worked_on(&self) -> Timestamp {
        self.worked_on
    }
}

/// A task type as guests choose it.
#[derive(Debug, Clone)]
pub struct GuestType {
    key: String,
    name: (String, String),
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
        said(&self.name, language)
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
