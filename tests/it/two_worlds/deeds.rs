//! What people do in a history, and how it happens through the doors of the desk: mails, pages, and acts of the staff.

use std::time::Duration;

use postroom::acts::{Act, ActContext, Actor, Content, Open, Time, Update, perform};
use postroom::demo::client::{Client, File, Program, Written};
use postroom::desk::article::{Article, ArticleState};
use postroom::desk::entry::Visibility;
use postroom::desk::ids::{ArticleId, OrganizationId, PersonId, ProjectId};
use postroom::desk::people::{Language, Person};
use postroom::desk::project::{Project, ProjectKind};
use postroom::mail::Attachment;
use postroom::store::people::Member;
use postroom::store::{self, articles, people, projects, tickets};
use postroom::time::{Rng, Timestamp};

use crate::world::desk::{SUPPORT, World};

pub(crate) const CARLA: &str = "carla@acme.example";
/// Carla's colleague.
pub(crate) const CEM: &str = "cem@acme.example";
pub(crate) const DANA: &str = "dana@globex.example";
/// Nobody's customer.
pub(crate) const RITA: &str = "rita@nowhere.example";
const ANNA: PersonId = PersonId(10_001);
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Something somebody does. A new kind of act gets a line here, in [`Deed::is_known_to`], in [`history`] and in [`happen`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A customer opens a ticket.
    Opens(Org),
    /// A customer answers the newest mail about their ticket.
    Answers(Org, usize),
    /// Staff answer in public.
    Replies(Org, usize),
    /// Staff answer and close in public.
    Closes(Org, usize),
    /// Staff leave a note, by tag or by address, with a file or without.
    Notes(Org, usize, bool),
    /// Staff close in a note: customers still see it open.
    ClosesQuietly(Org, usize),
    /// Somebody claims to be staff.
    Forges(Org, usize),
    /// A stranger writes with the number.
    Intrudes(Org, usize),
    /// Somebody of the customer who may not read the ticket writes with its number.
    Barred(usize, Bar),
    /// The customer's machine says that they are away.
    IsAway(Org, usize),
    /// Somebody writes to the staff's own project.
    WritesInside,
    /// Somebody whom the desk does not know asks something.
    Asks,
    /// A guest does something on the pages.
    Page(Org, Who, usize, Click),
    /// Staff set something, for everybody or for themselves.
    Sets(Org, usize, Part, Visibility),
    /// Staff write down how long they worked.
    Worked(Org, usize, Visibility),
    /// Staff open a ticket in a customer's project that the customer does not see.
    OpensInside(Org),
}

/// Why somebody of ACME may not read a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bar {
    /// The role shows them their own tickets only.
    Role,
    /// They are a member no longer.
    Former,
    /// They are switched off.
    Off,
}

impl Bar {
    pub(crate) const ALL: [Self; 3] = [Self::Role, Self::Former, Self::Off];

    fn address(self) -> &'static str {
        match self {
            Self::Role => "nora@acme.example",
            Self::Former => "finn@acme.example",
            Self::Off => "olaf@acme.example",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Org {
    Acme,
    Globex,
    /// None: somebody who writes mails and no more.
    None,
}

/// Which guest of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    First,
    Colleague,
}

/// What a guest does on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Click {
    Create,
    Comment,
    Close,
    Reopen,
    Priority,
    Invite,
    Mute,
    Unmute,
}

/// What staff set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Status,
    Priority,
}

/// Who looks on: of which organization, and whether their role shows time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) org: Org,
    pub(crate) sees_time: bool,
}

impl Org {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Acme => "ACME",
            Self::Globex => "GLOBEX",
            Self::None => "DESK",
        }
    }

    fn customer(self, world: &World) -> Client {
        match self {
            Self::Acme => world.carla.clone(),
            Self::Globex => world.dana.clone(),
            Self::None => Client::new("Rita Newcomer", RITA, Program::Gmail, Language::English),
        }
    }

    fn guest(self, who: Who) -> &'static str {
        match (self, who) {
            (Self::Acme, Who::First) => CARLA,
            (Self::Acme, Who::Colleague) => CEM,
            _ => DANA,
        }
    }
}

impl Deed {
    /// Whether people of this side may know of it.
    fn is_known_to(self, side: Side) -> bool {
        match self {
            Self::Opens(of) | Self::Answers(of, _) | Self::Replies(of, _) | Self::Closes(of, _) | Self::Page(of, ..) => {
                of == side.org
            }
            Self::Sets(of, _, _, visibility) => of == side.org && visibility == Visibility::Public,
            Self::Worked(of, _, visibility) => of == side.org && visibility == Visibility::Public && side.sees_time,
            Self::Asks => side.org == Org::None,
            Self::Notes(..)
            | Self::ClosesQuietly(..)
            | Self::Forges(..)
            | Self::Intrudes(..)
            | Self::Barred(..)
            | Self::IsAway(..)
            | Self::OpensInside(..)
            | Self::WritesInside => false,
        }
    }
}

/// A repeatable random history.
pub(crate) fn history(seed: u64, length: usize) -> Vec<Deed> {
    use Visibility::{Internal, Public};
    let rng = Rng::seeded(seed);
    let mut deeds = vec![Deed::Opens(Org::Acme), Deed::Opens(Org::Globex), Deed::Asks];
    let mut opened = [1_usize, 1];
    while deeds.len() < length {
        let bits = rng.bits();
        let org = if bits & 3 == 0 { Org::Globex } else { Org::Acme };
        let who = if bits & 8 == 0 { Who::First } else { Who::Colleague };
        let part = if bits & 16 == 0 { Part::Status } else { Part::Priority };
        let acme = opened[0];
        let count = &mut opened[usize::from(org == Org::Globex)];
        let ticket = 1 + usize::try_from(bits >> 8 & 0xffff).unwrap() % *count;
        deeds.push(match (bits >> 32) % 31 {
            0 => {
                *count += 1;
                Deed::Opens(org)
            }
            1 | 2 => Deed::Answers(org, ticket),
            3 | 4 => Deed::Replies(org, ticket),
            5 => Deed::Closes(org, ticket),
            6 => Deed::Notes(org, ticket, false),
            7 => Deed::Notes(org, ticket, true),
            8 => Deed::ClosesQuietly(org, ticket),
            9 => Deed::Forges(org, ticket),
            10 => Deed::Intrudes(org, ticket),
            11 => Deed::IsAway(org, ticket),
            12 => Deed::WritesInside,
            13 => Deed::Asks,
            14 => {
                *count += 1;
                Deed::Page(org, who, 0, Click::Create)
            }
            15 | 16 => Deed::Page(org, who, ticket, Click::Comment),
            17 => Deed::Page(org, who, ticket, Click::Close),
            18 => Deed::Page(org, who, ticket, Click::Reopen),
            19 => Deed::Page(org, who, ticket, Click::Priority),
            20 => Deed::Page(org, who, ticket, Click::Invite),
            21 => Deed::Page(org, who, ticket, Click::Mute),
            22 => Deed::Page(org, who, ticket, Click::Unmute),
            23 => Deed::Sets(org, ticket, part, Internal),
            24 => Deed::Sets(org, ticket, part, Public),
            25 => Deed::Worked(org, ticket, Internal),
            26 => Deed::Worked(org, ticket, Public),
            27 | 28 => Deed::Barred(1 + ticket % acme, Bar::ALL[usize::try_from(bits >> 40 & 0xff).unwrap() % 3]),
            _ => Deed::OpensInside(org),
        });
    }
    deeds
}

/// Lets a history happen, in full or as far as `only` may know of it.
pub(crate) async fn live(world: &mut World, deeds: &[Deed], only: Option<Side>) {
    // Everybody replies to the oldest mail of a ticket here: whose answer comes second is another story.
    world.configure(|config| config.staff.collision_guard = false);
    prepare(world, only).await;
    for (place, deed) in deeds.iter().enumerate() {
        world.clock.advance(Duration::from_secs(600));
        if only.is_none_or(|side| deed.is_known_to(side)) {
            happen(world, place, *deed).await;
        }
    }
}

/// What is there before anything happens: colleagues, roles, documentation, and projects that others know nothing of.
async fn prepare(world: &World, only: Option<Side>) {
    // Guests may do all that a guest can, but see no time: the roles that look on are given later.
    world
        .execute(
            "INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES (50, 'busy', 'Busy', 1, 0, 0), \
             (51, 'own', 'Own only', 1, 0, 0), (52, 'own-time', 'Own with time', 2, 0, 0), (53, 'nothing', 'Nothing', NULL, 0, 0); \
             INSERT INTO role_permission (role_id, permission, effect) VALUES (50, 'set_priority', 'allowed'), \
             (50, 'invite_colleagues', 'allowed'), (51, 'see_all_tickets', 'denied'), (52, 'see_all_tickets', 'denied'); \
             UPDATE member SET role_id = 50",
        )
        .await;
    let sees = |org| only.is_none_or(|side| side.org == org);
    let mut drafts = vec![
        ("welcome", 30_001, ArticleState::Published, sees(Org::Acme)),
        ("plan", 30_001, ArticleState::Published, sees(Org::Acme)),
        ("welcome", 30_002, ArticleState::Published, sees(Org::Globex)),
    ];
    if only.is_none() {
        drafts.extend([
            ("SECRET-draft", 30_001, ArticleState::Draft, true),
            ("SECRET-staff", 30_001, ArticleState::Staff, true),
            ("SECRET-draft", 30_002, ArticleState::Draft, true),
            ("SECRET-inside", 30_004, ArticleState::Published, true),
            ("SECRET-desk", 30_003, ArticleState::Published, true),
            ("SECRET-hidden", 30_009, ArticleState::Published, true),
        ]);
    }
    let (now, full) = (world.clock.now(), only.is_none());
    let colleague = sees(Org::Acme);
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            if colleague {
                let cem = Person {
                    language: Some(Language::English),
                    ..Person::contact(PersonId(10_005), "Cem Kaya".to_owned(), CEM.to_owned())
                };
                people::insert(tx, &cem, now).await?;
                let member = Member { organization: OrganizationId(20_001), person: cem.id, login_allowed: true };
                people::set_member(tx, &member, now).await?;
            }
            if full {
                let hidden = Project {
                    id: ProjectId(30_009),
                    key: "HIDDEN".to_owned(),
                    name: "SECRET-project".to_owned(),
                    kind: ProjectKind::Internal,
                    organization: None,
                    signature: "SECRET-signature".to_owned(),
                };
                for (id, bar) in (10_006..).zip(Bar::ALL) {
                    let name = "SECRET-BARRED".to_owned();
                    let person =
                        Person { active: bar != Bar::Off, ..Person::contact(PersonId(id), name, bar.address().to_owned()) };
                    people::insert(tx, &person, now).await?;
                    let organization = OrganizationId(20_001);
                    people::set_member(tx, &Member { organization, person: person.id, login_allowed: true }, now).await?;
                    if bar == Bar::Former {
                        people::remove_member(tx, organization, person.id, now).await?;
                    }
                }
                projects::insert(tx, &hidden, now).await?;
                projects::add_staff(tx, hidden.id, ANNA).await?;
            }
            for (number, (slug, project, state, there)) in (1_i64..).zip(drafts) {
                if !there {
                    continue;
                }
                let slug = slug.to_ascii_lowercase();
                let title =
                    if state == ArticleState::Published && !slug.starts_with("secret") { "About it" } else { "SECRET-title" };
                let body = match slug.as_str() {
                    "welcome" => "See ACME-1, GLOBEX-1, HIDDEN-1, [plan](plan.md), [draft](secret-draft.md).\n\n![p](shown.png)",
                    "plan" => "## One\n\nText.",
                    _ => "SECRET-body ACME-1 ![s](secret.png) ![d](secret-draft.png)",
                };
                let article = Article {
                    id: ArticleId(number),
                    project: ProjectId(project),
                    slug,
                    title: title.to_owned(),
                    body: body.to_owned(),
                    state,
                };
                articles::insert(tx, &article, now).await?;
            }
            for (id, project, name, there) in [
                (1, 30_001, "shown.png", colleague),
                (2, 30_001, "secret-draft.png", full),
                (3, 30_002, "secret.png", full),
                (4, 30_004, "secret-inside.png", full),
            ] {
                if there {
                    articles::put_file(tx, id, ProjectId(project), name, "image/png", PNG).await?;
                }
            }
            Ok(())
        })
    });
    work.await.unwrap();
    world.execute("UPDATE member SET role_id = 50").await;
}

/// Does one deed. Time and Message-IDs depend on its place alone.
pub(crate) async fn happen(world: &mut World, place: usize, deed: Deed) {
    let id = format!("step{place}@outside.example");
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    let now = world.clock.now();
    let new = |to: &str, subject: String, text: String, files: Vec<File>| Written {
        to: vec![to.to_owned()],
        cc: vec![],
        subject,
        text,
        files,
        at: now,
        message_id: id.clone(),
    };
    let raw = match deed {
        Deed::Opens(org) => {
            let files =
                vec![File { name: format!("plan{place}.txt"), content_type: "text/plain".to_owned(), data: b"plan".to_vec() }];
            org.customer(world).new_mail(&new(SUPPORT, format!("Request {place}"), format!("Please do {place}."), files))
        }
        Deed::Answers(org, ticket) => {
            let Some(parent) = newest(world, &org.customer(world).address, org, ticket).await else { return };
            org.customer(world).reply(&parent, &format!("More of {place}."), now, &id)
        }
        Deed::Replies(org, ticket) => {
            let parent = notification(world, &anna, org, ticket).await;
            anna.reply(&parent, &format!("We did {place}."), now, &id)
        }
        Deed::Closes(org, ticket) => {
            let parent = notification(world, &ben, org, ticket).await;
            ben.reply(&parent, &format!("#close\nDone with {place}."), now, &id)
        }
        Deed::Notes(org, ticket, with_file) => {
            let parent = notification(world, &anna, org, ticket).await;
            let reply = anna.answer(&parent, &format!("#note\nSECRET-NOTE {place}"));
            let reply = if with_file { reply.file("SECRET-FILE.txt", "text/plain", b"SECRET-BYTES") } else { reply };
            reply.write(now, &id)
        }
        Deed::ClosesQuietly(org, ticket) => {
            let parent = notification(world, &ben, org, ticket).await;
            ben.reply(&parent, "#note\n#close\nSECRET-CLOSE", now, &id)
        }
        Deed::Forges(org, ticket) => {
            anna.new_mail(&new(SUPPORT, format!("Re: [{}-{ticket}]", org.key()), "#close\nSECRET-FORGED".to_owned(), vec![]))
        }
        Deed::Intrudes(org, ticket) => {
            let written = new(SUPPORT, format!("Re: [{}-{ticket}]", org.key()), "SECRET-INTRUDER".to_owned(), vec![]);
            world.stranger.new_mail(&written)
        }
        Deed::Barred(ticket, bar) => {
            world.execute("UPDATE member SET role_id = 51 WHERE person_id = 10006").await;
            let barred = Client::new("SECRET-BARRED", bar.address(), Program::Gmail, Language::English);
            barred.new_mail(&new(SUPPORT, format!("Re: [ACME-{ticket}]"), "SECRET-BARRED".to_owned(), vec![]))
        }
        Deed::IsAway(org, ticket) => {
            let customer = org.customer(world);
            let Some(parent) = newest(world, &customer.address, org, ticket).await else { return };
            customer.answer(&parent, "SECRET-AWAY").header("Auto-Submitted", "auto-replied").write(now, &id)
        }
        Deed::WritesInside => {
            world.stranger.new_mail(&new("intern@desk.example", "SECRET-INSIDE".to_owned(), "SECRET-INSIDE".to_owned(), vec![]))
        }
        Deed::Asks => {
            Org::None.customer(world).new_mail(&new(SUPPORT, "Prices".to_owned(), format!("How much {place}?"), vec![]))
        }
        Deed::Page(org, who, ticket, click) => return clicks(world, place, org, org.guest(who), ticket, click).await,
        Deed::Sets(org, ticket, part, visibility) => {
            let update = Update::of(id_of(world, org, ticket).await);
            let update = match part {
                Part::Status => Update { status: Some((["in_progress", "waiting"][place % 2].to_owned(), visibility)), ..update },
                Part::Priority => Update { priority: Some((["low", "urgent"][place % 2].to_owned(), visibility)), ..update },
            };
            return acts(world, Act::Update(update), "").await;
        }
        Deed::Worked(org, ticket, visibility) => {
            let worked_on = Timestamp::from_date("2026-11-20").unwrap();
            let time = Time { ticket: id_of(world, org, ticket).await, minutes: 30, worked_on, visibility };
            let text = if visibility == Visibility::Public { format!("Worked {place}") } else { "SECRET-TIME".to_owned() };
            return acts(world, Act::Time(time), &text).await;
        }
        Deed::OpensInside(org) => {
            let open = Open {
                project: ProjectId(if org == Org::Acme { 30_001 } else { 30_002 }),
                mailbox: "support".to_owned(),
                subject: "SECRET-SUBJECT".to_owned(),
                visibility: Visibility::Internal,
                acknowledge: false,
                facts: Vec::new(),
                type_key: None,
                changes: None,
            };
            return acts(world, Act::Open(open), "SECRET-OPENING").await;
        }
    };
    world.send(&raw).await;
}

/// A guest does something through the real pages.
async fn clicks(world: &mut World, place: usize, org: Org, address: &str, ticket: usize, click: Click) {
    let mut browser = world.signed_in(address).await;
    let (key, place) = (org.key(), place.to_string());
    let path = format!("/{key}/{ticket}");
    let field = |name: &'static str, value: &'static str| [(name, value)];
    let shown = match click {
        Click::Create | Click::Comment => {
            let form = if click == Click::Create { format!("/{key}/new") } else { path.clone() };
            let page = browser.get(&form).await;
            let (csrf, name) = (page.hidden("csrf").unwrap(), page.hidden("form").unwrap());
            let (title, text) = (format!("Page {place}"), format!("Written on a page {place}."));
            let fields = [("csrf", &*csrf), ("form", &*name), ("title", &*title), ("text", &*text), ("type", "request")];
            let to = if click == Click::Create { form } else { format!("{path}/comments") };
            browser.upload(&to, &fields, &[("picture.png", PNG)]).await
        }
        Click::Close => browser.send(&path, &format!("{path}/state"), &field("state", "done")).await,
        Click::Reopen => browser.send(&path, &format!("{path}/state"), &field("state", "open")).await,
        Click::Priority => browser.send(&path, &format!("{path}/priority"), &field("priority", "high")).await,
        Click::Invite => {
            let invited = format!("new{place}@{}.example", key.to_ascii_lowercase());
            browser.send(&path, &format!("{path}/colleagues"), &[("address", &invited)]).await
        }
        Click::Mute => browser.send(&path, &format!("{path}/mails"), &field("mails", "no")).await,
        Click::Unmute => browser.send(&path, &format!("{path}/mails"), &field("mails", "yes")).await,
    };
    assert_eq!(shown.status, 303, "{click:?} on {path}: {}", shown.text());
    world.settle().await;
}

/// Anna does something, past mail and pages.
async fn acts(world: &mut World, act: Act, text: &str) {
    let (web, now) = (world.web(), world.clock.now());
    let files = vec![Attachment::uploaded("SECRET-FILE.txt", b"SECRET-BYTES".to_vec(), 1)];
    let files = if text.contains("SECRET-OPENING") { files } else { vec![] };
    let content = Content { text: text.to_owned(), files, ..Content::default() };
    let work = world.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &web.rng).await?;
            let context = ActContext { config: &web.config, now, rng: &web.rng, epoch };
            perform(tx, &context, Actor::Staff(ANNA), act, content).await
        })
    });
    work.await.unwrap();
    world.settle().await;
}

async fn id_of(world: &World, org: Org, ticket: usize) -> postroom::desk::ids::TicketId {
    let number = format!("{}-{ticket}", org.key()).parse().unwrap();
    let mut tx = world.store.read().await.unwrap();
    tickets::by_number(&mut tx, &number).await.unwrap().unwrap_or_else(|| panic!("there is no {number}")).id
}

/// The first public notification about a ticket that a member of staff got.
async fn notification(world: &World, staff: &Client, org: Org, ticket: usize) -> Vec<u8> {
    let subject = format!("[{}-{ticket}] ", org.key());
    let sent = world.sent_to(&staff.address).await;
    let mut about = sent.into_iter().filter(|sent| sent.letter.subject.starts_with(&subject));
    about.find(|sent| sent.text().contains("X-Postroom-Visibility: public")).expect("staff were told").raw
}

/// The newest mail about a ticket that a customer got.
async fn newest(world: &World, address: &str, org: Org, ticket: usize) -> Option<Vec<u8>> {
    let number = format!("[{}-{ticket}]", org.key());
    let sent = world.sent_to(address).await.into_iter().rev();
    sent.filter(|sent| sent.letter.subject.contains(&number)).map(|sent| sent.raw).next()
}
