//! One ticket's page: its timeline, files and times as a guest sees them. Private fields, no visibility, like all guest
//! types.

use super::tickets::{GuestProject, GuestRow, shown};
use super::visitor::Guest;
use super::written::Written;
use crate::desk::entry::{Change, EntryKind, Field, File};
use crate::desk::face::State;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::names::OwnNames;
use crate::desk::people::PersonKind;
use crate::desk::role::Permission;
use crate::store::public::seen;
use crate::store::public::tickets::{PublicProject, PublicRow};
use crate::store::public::timeline::{self as public, PublicItem, PublicTime};
use crate::store::{Result, Tx};
use crate::time::Timestamp;

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
    look: Option<Look>,
}

/// That a guest has looked at a ticket's page with news on it. Whoever shows the page writes it down.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    person: PersonId,
    ticket: TicketId,
    ordinal: i64,
}

impl Look {
    /// Writes it down: what stood on the page is no news any more.
    pub async fn keep(self, tx: &mut Tx) -> Result<()> {
        seen::set(tx, self.person, self.ticket, self.ordinal).await
    }
}

impl TicketPage {
    /// The page of a ticket that [`super::tickets`] found for this guest in the same transaction.
    pub(super) async fn read(
        tx: &mut Tx,
        guest: &Guest,
        names: &OwnNames,
        project: PublicProject,
        row: PublicRow,
    ) -> Result<Self> {
        let may = |permission| guest.may(project.organization, permission);
        let (ticket, me) = (row.id, guest.person());
        // A time entry is shown when it is public and the role shows time: both, so that neither a wrong role nor a
        // slip of the pen is enough. It carries the text, the day and the minutes; rates are nowhere, and who worked is
        // not said.
        let times = if may(Permission::TimeEntries) { public::times(tx, ticket).await? } else { Vec::new() };
        let contacts = public::contacts(tx, ticket).await?;
        let mut items = public::timeline(tx, ticket).await?;
        for item in &mut items {
            item.author = shown(names, item.author.take(), item.author_address.as_deref());
            item.whom = shown(names, item.whom.take(), item.whom_address.as_deref());
        }
        if !may(Permission::SeeAssignee) {
            items.retain(|item| item.change.as_ref().is_none_or(|change| change.field != Field::Assignee));
        }
        let takes_part = contacts.iter().any(|(person, ..)| *person == me);
        // Contacts who take part, then whoever else said something in public. Staff who only acted inside are nobody here.
        let mut people: Vec<(Option<PersonId>, String, bool)> =
            contacts.into_iter().map(|(person, name, address)| (Some(person), names.shown(&name, &address), false)).collect();
        for item in items.iter().filter(|item| item.kind == EntryKind::Comment) {
            let known = people.iter().any(|(person, ..)| *person == item.author_id);
            if let (false, Some(_), Some(name)) = (known, item.author_id, &item.author) {
                people.push((item.author_id, name.clone(), item.author_kind == Some(PersonKind::Staff)));
            }
        }
        let muted = public::is_muted(tx, ticket, me).await?;
        let look = (row.news > 0).then_some(Look { person: me, ticket, ordinal: row.news });
        let row = GuestRow::new(row, may(Permission::SeeAssignee), names);
        Ok(Self {
            row,
            project: GuestProject::new(project, Vec::new(), guest),
            people: people.into_iter().map(|(_, name, staff)| (name, staff)).collect(),
            items: told(items, me),
            times: times.into_iter().map(GuestTime::new).collect(),
            muted,
            takes_part,
            look,
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

    /// What the page shows that the guest had not seen.
    #[must_use]
    pub fn look(&self) -> Option<Look> {
        self.look
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

/// The items with what their changes changed from. That is told by the changes before them that outsiders see, and by nothing
/// else: what an entry says that it changed from may be a step that only the staff knows of.
fn told(items: Vec<PublicItem>, me: PersonId) -> Vec<GuestItem> {
    let mut state = State::default();
    let item = |item: PublicItem| {
        let change = item.change.as_ref().map(|change| (change.field, change.to.clone()));
        let from = change.and_then(|(field, to)| {
            let from = state.get(field);
            state.set(field, to.as_deref());
            from
        });
        GuestItem::new(item, from, me)
    };
    items.into_iter().map(item).collect()
}

/// One item of a timeline.
#[derive(Debug, Clone)]
pub struct GuestItem {
    kind: EntryKind,
    author: Option<String>,
    by_staff: bool,
    mine: bool,
    at: Timestamp,
    written: Written,
    change: Option<(Field, Option<String>)>,
    from: Option<String>,
    whom: Option<String>,
    files: Vec<GuestFile>,
}

impl GuestItem {
    fn new(item: PublicItem, from: Option<String>, me: PersonId) -> Self {
        let PublicItem {
            kind,
            author_id,
            author,
            author_address: _,
            author_kind,
            at,
            text,
            document,
            typed,
            change,
            whom,
            whom_address: _,
            files,
        } = item;
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
            written: Written::new(text, document, typed),
            change,
            from,
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
        self.written.text()
    }

    /// The same with its structure.
    #[must_use]
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// What was changed, and to what.
    #[must_use]
    pub fn change(&self) -> Option<(Field, Option<&str>)> {
        self.change.as_ref().map(|(field, to)| (*field, to.as_deref()))
    }

    /// What it was before, as outsiders were told.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// Whether it is a change that was made together with another, by the same person at the same moment.
    #[must_use]
    pub fn is_of_one_act_with(&self, other: &Self) -> bool {
        let is_bare = |item: &Self| !item.is_comment() && item.text().is_empty();
        is_bare(self) && is_bare(other) && (self.at, &self.author, self.by_staff) == (other.at, &other.author, other.by_staff)
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
    content_id: Option<String>,
}

impl GuestFile {
    fn new(id: i64, file: File) -> Self {
        let File { name, content_type, size, inline: _, content_id, blob: _ } = file;
        Self { id, name, content_type, size, content_id }
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

    /// Whether a picture in the text is this file.
    #[must_use]
    pub fn is_shown_as(&self, content_id: &str) -> bool {
        self.content_id.as_deref() == Some(content_id) && self.is_picture()
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
