//! What a guest may do, by page: the same acts as by mail, for one guest, each asked of the guest's permissions and of
//! the visibility of the ticket in the transaction that does it.

use crate::mail::Attachment;
use std::sync::Arc;

use super::{Act, ActContext, Actor, Content, Open, Update, mails, perform};
use crate::config::Config;
use crate::desk::entry::{Document, Visibility, document};
use crate::desk::ids::PersonId;
use crate::desk::people::{Person, Preferences, domain, fold_address};
use crate::desk::role::Permission;
use crate::desk::ticket::{STATUS_DONE, STATUS_OPEN, TicketNumber};
use crate::guest::Guest;
use crate::guest::tickets::Handle;
use crate::store::public::{tickets as public_tickets, timeline as public_timeline};
use crate::store::{self, Store, Tx, people, projects, tickets};
use crate::time::{Clock, Rng, is_time_zone};

/// The hands of one guest.
#[derive(Debug, Clone)]
pub struct GuestActs {
    store: Store,
    desk: ActServices,
    guest: Guest,
}

/// What every act needs besides the database.
#[derive(Debug, Clone)]
struct ActServices {
    config: Arc<Config>,
    clock: Clock,
    rng: Rng,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum Denied {
    /// Not there, or not for this guest.
    Missing,
    /// There, but the guest's role does not allow this.
    NotAllowed,
    /// Nobody who could be asked to take part.
    NoColleague,
    /// Our fault.
    Broken(store::Error),
}

impl From<store::Error> for Denied {
    fn from(error: store::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<anyhow::Error> for Denied {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(store::Error::Inside(error))
    }
}

/// What a guest writes.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The random name of the form: a second one with the same name and the same content does nothing.
    pub form: String,
    /// The text.
    pub text: String,
    /// The same words with their structure, where light Markdown gives them one.
    pub document: Option<Document>,
    /// Uploaded files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Written {
    /// What was typed into a form, with the marks that stand in it. Long texts take their time: not on a thread that answers
    /// browsers.
    #[must_use]
    pub fn typed(form: String, text: &str, files: Vec<(String, Vec<u8>)>) -> Self {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        let (text, document) = match document::of_markdown(&text) {
            Some((text, document)) => (text, Some(document)),
            None => (text, None),
        };
        Self { form, text, document, files }
    }

    fn content(self) -> Content {
        let files = (1..).zip(self.files).map(|(number, (name, data))| Attachment::uploaded(&name, data, number)).collect();
        Content { text: self.text, document: self.document, files, ..Content::default() }
    }
}

/// A ticket that a guest opens.
#[derive(Debug, Clone, Default)]
pub struct NewTicket {
    /// Key of the project.
    pub project: String,
    /// Key of the task type; one that customers do not choose is not taken.
    pub type_key: String,
    /// What it is about.
    pub title: String,
    /// The opening text.
    pub written: Written,
}

type Doing<'a, T> = std::pin::Pin<Box<dyn Future<Output = Result<T, Denied>> + Send + 'a>>;

impl GuestActs {
    /// The hands of `guest`.
    #[must_use]
    pub fn new(store: Store, config: Arc<Config>, clock: Clock, rng: Rng, guest: Guest) -> Self {
        Self { store, desk: ActServices { config, clock, rng }, guest }
    }

    /// Runs `work` in one transaction for the guest as the database knows them at that moment.
    async fn act<T, F>(&self, work: F) -> Result<T, Denied>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx, &'a ActServices, &'a Guest) -> Doing<'a, T> + Send + 'static,
    {
        let (desk, person) = (self.desk.clone(), self.guest.person());
        let done = self.store.write(move |tx| {
            Box::pin(async move {
                let Some(guest) = Guest::enter(tx, person).await? else { return Ok(Err(Denied::Missing)) };
                match work(tx, &desk, &guest).await {
                    // What is broken is undone; what is refused has changed nothing.
                    Err(Denied::Broken(error)) => Err(error.into()),
                    done => Ok(done),
                }
            })
        });
        done.await?
    }

    /// Whether the guest may open tickets in a project, before they have sent what is in it; and, if so, with files.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn may_open(&self, project: &str) -> Result<bool, Denied> {
        let mut tx = self.store.read().await?;
        let guest = Guest::enter(&mut tx, self.guest.person()).await?.ok_or(Denied::Missing)?;
        let project = opened(&mut tx, &guest, project).await?;
        Ok(guest.may(project.organization, Permission::Attach))
    }

    /// Whether the guest may comment on a ticket, before they have sent the comment; and, if so, with files.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn may_comment(&self, number: &TicketNumber) -> Result<bool, Denied> {
        let mut tx = self.store.read().await?;
        let guest = Guest::enter(&mut tx, self.guest.person()).await?.ok_or(Denied::Missing)?;
        let handle = allowed(&mut tx, &guest, number, Permission::Comment).await?;
        Ok(guest.may(handle.organization(), Permission::Attach))
    }

    /// Opens a ticket and gives its number; the same number again for a form that was taken before with the same content.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn open(&self, new: NewTicket) -> Result<TicketNumber, Denied> {
        self.act(|tx, desk, guest| Box::pin(async move { open(tx, desk, guest, new).await })).await
    }

    /// Comments on a ticket; one that is done is opened again by it, as by mail.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn comment(&self, number: TicketNumber, written: Written) -> Result<(), Denied> {
        self.act(|tx, desk, guest| Box::pin(async move { comment(tx, desk, guest, &number, written).await })).await
    }

    /// Closes a ticket, or opens it again.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn set_done(&self, number: TicketNumber, done: bool) -> Result<(), Denied> {
        self.act(move |tx, desk, guest| {
            Box::pin(async move {
                let handle = allowed(tx, guest, &number, Permission::Close).await?;
                if handle.is_done() == done {
                    return Ok(());
                }
                let status = if done { STATUS_DONE } else { STATUS_OPEN };
                let update = Update {
                    status: Some((status.to_owned(), Visibility::Public)),
                    join: !handle.takes_part(),
                    ..Update::of(handle.ticket())
                };
                desk.perform(tx, guest, Act::Update(update), Content::default()).await
            })
        })
        .await
    }

    /// Sets the priority of a ticket.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn set_priority(&self, number: TicketNumber, priority: String) -> Result<(), Denied> {
        self.act(|tx, desk, guest| {
            Box::pin(async move {
                let handle = allowed(tx, guest, &number, Permission::SetPriority).await?;
                if !tickets::priorities(tx).await?.iter().any(|known| known.key == priority) {
                    return Err(Denied::NotAllowed);
                }
                let update = Update { priority: Some((priority, Visibility::Public)), ..Update::of(handle.ticket()) };
                desk.perform(tx, guest, Act::Update(update), Content::default()).await
            })
        })
        .await
    }

    /// Lets a colleague take part: a member of the ticket's organization, or an address of its claimed domains.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn invite(&self, number: TicketNumber, address: String) -> Result<(), Denied> {
        self.act(|tx, desk, guest| {
            Box::pin(async move {
                let handle = allowed(tx, guest, &number, Permission::InviteColleagues).await?;
                // A second click waits here, and then finds whom the first one entered.
                tickets::lock(tx, handle.ticket()).await?;
                let colleague = colleague(tx, desk, &handle, &address).await?;
                if public_timeline::contacts(tx, handle.ticket()).await?.iter().any(|(person, ..)| *person == colleague) {
                    return Ok(());
                }
                let update = Update { invite: Some(colleague), ..Update::of(handle.ticket()) };
                desk.perform(tx, guest, Act::Update(update), Content::default()).await
            })
        })
        .await
    }

    /// Sets the guest's language, time zone and mails; they hold from the next page and the next mail on.
    ///
    /// # Errors
    /// [`Denied::NotAllowed`] for a time zone that there is not.
    pub async fn set_preferences(&self, set: Preferences) -> Result<(), Denied> {
        if set.time_zone.as_deref().is_some_and(|zone| !is_time_zone(zone)) {
            return Err(Denied::NotAllowed);
        }
        self.act(|tx, _, guest| Box::pin(async move { Ok(people::set_preferences(tx, guest.person(), &set).await?) })).await
    }

    /// Stops the mails about a ticket for this guest, or starts them again.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn mute(&self, number: TicketNumber, muted: bool) -> Result<(), Denied> {
        self.act(move |tx, desk, guest| {
            Box::pin(async move {
                let handle = Handle::of(tx, guest, &number).await?.ok_or(Denied::Missing)?;
                let person = people::get(tx, guest.person()).await?.ok_or(Denied::Missing)?;
                let now = desk.clock.now();
                let epoch = store::epoch(tx, now, &desk.rng).await?;
                let context = ActContext { config: &desk.config, now, rng: &desk.rng, epoch };
                Ok(mails::mute(tx, &context, handle.ticket(), &person, muted).await?)
            })
        })
        .await
    }
}

impl ActServices {
    async fn perform(&self, tx: &mut Tx, guest: &Guest, act: Act, content: Content) -> Result<(), Denied> {
        let (now, rng) = (self.clock.now(), &self.rng);
        let epoch = store::epoch(tx, now, rng).await?;
        let context = ActContext { config: &self.config, now, rng, epoch };
        perform(tx, &context, Actor::Contact(guest.person()), act, content).await?;
        Ok(())
    }

    /// The mailbox that answers for a project: one of its own addresses where there is one.
    async fn mailbox(&self, tx: &mut Tx, project: crate::desk::ids::ProjectId) -> Result<String, Denied> {
        let aliases = projects::aliases(tx, project).await?;
        let own = self.config.mailboxes.iter().find(|mailbox| aliases.contains(&mailbox.address));
        Ok(own.or_else(|| self.config.mailboxes.first()).map(|mailbox| mailbox.name.clone()).unwrap_or_default())
    }
}

/// A ticket that the guest sees, when they may do this there.
async fn allowed(tx: &mut Tx, guest: &Guest, number: &TicketNumber, permission: Permission) -> Result<Handle, Denied> {
    let handle = Handle::of(tx, guest, number).await?.ok_or(Denied::Missing)?;
    if guest.may(handle.organization(), permission) { Ok(handle) } else { Err(Denied::NotAllowed) }
}

/// A project that the guest sees, when they may open tickets there.
async fn opened(tx: &mut Tx, guest: &Guest, key: &str) -> Result<public_tickets::PublicProject, Denied> {
    let project = public_tickets::project_by_key(tx, guest.person(), key).await?.ok_or(Denied::Missing)?;
    if guest.may(project.organization, Permission::CreateTickets) { Ok(project) } else { Err(Denied::NotAllowed) }
}

/// The hash of one person's form and all that stands in it: sent again as it was it is one act, with other words or files
/// another. Every piece has its length before it, so that none can be taken for the beginning of the next.
fn form_hash(guest: &Guest, place: &[&str], written: &Written) -> String {
    let Written { form, text, document: _, files } = written;
    let mut all = Vec::new();
    let mut add = |piece: &[u8]| {
        all.extend_from_slice(&piece.len().to_be_bytes());
        all.extend_from_slice(piece);
    };
    add(guest.person().to_string().as_bytes());
    for piece in [&[form.as_str()], place, &[text.as_str()]].concat() {
        add(piece.as_bytes());
    }
    for (name, data) in files {
        add(name.as_bytes());
        add(store::blobs::hash(data).as_bytes());
    }
    store::blobs::hash(&all)
}

async fn open(tx: &mut Tx, desk: &ActServices, guest: &Guest, new: NewTicket) -> Result<TicketNumber, Denied> {
    let me = guest.person();
    let project = opened(tx, guest, &new.project).await?;
    if !(new.written.files.is_empty() || guest.may(project.organization, Permission::Attach)) {
        return Err(Denied::NotAllowed);
    }
    let types = public_tickets::types(tx, me, project.id).await?;
    let type_key = types.into_iter().find(|of| of.key == new.type_key && !of.staff_only).map(|of| of.key);
    let hash = form_hash(guest, &["open", &new.project, &new.type_key, &new.title], &new.written);
    if !tickets::take_form(tx, &hash, desk.clock.now()).await? {
        return tickets::made_by_form(tx, &hash).await?.ok_or(Denied::Missing);
    }
    let mailbox = desk.mailbox(tx, project.id).await?;
    let open = Open {
        project: project.id,
        mailbox,
        subject: new.title.chars().filter(|c| *c != '\0' && !document::turns(*c)).collect(),
        visibility: Visibility::Public,
        acknowledge: true,
        facts: Vec::new(),
        type_key,
        changes: None,
    };
    let now = desk.clock.now();
    let epoch = store::epoch(tx, now, &desk.rng).await?;
    let context = ActContext { config: &desk.config, now, rng: &desk.rng, epoch };
    let done = perform(tx, &context, Actor::Contact(me), Act::Open(open), new.written.content()).await?;
    tickets::form_made(tx, &hash, done.ticket).await?;
    tickets::made_by_form(tx, &hash).await?.ok_or(Denied::Missing)
}

async fn comment(tx: &mut Tx, desk: &ActServices, guest: &Guest, number: &TicketNumber, written: Written) -> Result<(), Denied> {
    let handle = allowed(tx, guest, number, Permission::Comment).await?;
    if !written.files.is_empty() && !guest.may(handle.organization(), Permission::Attach) {
        return Err(Denied::NotAllowed);
    }
    let hash = form_hash(guest, &["comment", &number.to_string()], &written);
    if !tickets::take_form(tx, &hash, desk.clock.now()).await? {
        return Ok(());
    }
    tickets::form_made(tx, &hash, handle.ticket()).await?;
    // As a mailed answer does: what rests only inside is open for this guest, and nobody would see the comment.
    let rests = match tickets::get(tx, handle.ticket()).await? {
        Some(ticket) => tickets::meaning(tx, &ticket).await?.rests(),
        None => false,
    };
    let update = Update {
        comment: Some(Visibility::Public),
        status: rests.then(|| (STATUS_OPEN.to_owned(), Visibility::Public)),
        join: !handle.takes_part(),
        ..Update::of(handle.ticket())
    };
    desk.perform(tx, guest, Act::Update(update), written.content()).await
}

/// Whoever may be asked to take part. The refusal says the same of strangers, staff and the switched off.
async fn colleague(tx: &mut Tx, desk: &ActServices, handle: &Handle, address: &str) -> Result<PersonId, Denied> {
    let address = fold_address(address);
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:()[]\\\"".contains(c);
    if address.len() > 254 || address.contains(odd) || address.matches('@').count() != 1 || address.starts_with('@') {
        return Err(Denied::NoColleague);
    }
    let claimed = people::organization_by_domain(tx, &domain(&address)).await?;
    let claimed = claimed.is_some_and(|organization| organization.id == handle.organization());
    match people::by_address(tx, &address).await? {
        Some(person) if person.is_staff() || !person.active => Err(Denied::NoColleague),
        Some(person) => {
            // Neither a membership that has ended nor the domain of the address brings anybody back.
            let member = people::organizations_of(tx, person.id).await?.iter().any(|of| of.id == handle.organization());
            let former = store::standing::former(tx, person.id).await?.contains(&handle.organization());
            if member || (claimed && !former) { Ok(person.id) } else { Err(Denied::NoColleague) }
        }
        None if claimed => {
            let person = Person::contact(PersonId(desk.rng.id()), String::new(), address);
            people::insert(tx, &person, desk.clock.now()).await?;
            Ok(person.id)
        }
        None => Err(Denied::NoColleague),
    }
}
