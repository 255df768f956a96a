//! `postroom demo`: a complete desk in a folder, and people who use it.
//!
//! The desk is the one that `postroom serve` runs, with Maildirs instead of mail servers. The play stands outside: it
//! drops customers' mails into the mailbox's Maildir, reads what the desk wrote from the outgoing one, and answers with
//! the mail programs of the people concerned. Each mail it drops has a fixed file name, so a second run goes on where
//! the first one ended and imports nothing twice.

use crate::mail::{Letter, Limits, understand};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use super::client::{Client, Written};
use super::script::{PLAY, REQUESTS, Request, Scene, TOUCHES, Touch};
use super::setup;
use super::world::{DemoDesk, MAILS};
use crate::acts::{self, Act, Actor, Content, Time, Update, perform};
use crate::app::App;
use crate::config::Config;
use crate::desk::entry::Visibility;
use crate::desk::inbox::Disposition;
use crate::desk::outbox::{Kind, State};
use crate::desk::secret::Plain;
use crate::desk::ticket::TYPE_REQUEST;
use crate::mailbox::maildir;
use crate::reader::Readers;
use crate::store::tickets::Ticket;
use crate::store::{self, Store, Tx, entries, inbox, outbox, people, tickets};
use crate::time::{Clock, Rng, Timestamp};

/// How long a mail may take before the play gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the play looks for what it waits for.
const GLANCE: Duration = Duration::from_millis(20);

/// Plays the demo in `dir`; `once` stops after the play, otherwise the desk goes on until a signal comes.
///
/// # Errors
/// When the folder cannot be used, or something that should happen does not.
pub async fn run(dir: &Path, once: bool, clock: Clock, rng: Rng) -> anyhow::Result<()> {
    let desk = DemoDesk::read()?;
    let mut config = setup::configuration(dir, &desk)?;
    // Pages are for looking around; what only runs through needs none, and a taken port keeps nobody from the mails.
    let taken = config.web.as_ref().filter(|web| !once && TcpListener::bind(web.listen).is_err()).map(|web| web.listen);
    if once || taken.is_some() {
        config.web = None;
    }
    let kept = config.clone();
    let store = Store::open(&config.database.url).await?;
    setup::people_and_projects(&store, desk.clone(), &clock, &rng).await?;
    let readers = Readers::of_this_program(config.limits.raw_bytes);
    let mut app = App::start(config, clock.clone(), rng.clone(), readers).await?;
    let play = Play { desk, store, mailbox: dir.join("in"), outgoing: dir.join("out"), clock, rng };
    play.customers_write().await?;
    for scene in PLAY {
        play.act(scene).await?;
    }
    println!("Ten more requests arrive, and Anna and Ben sort the work.");
    for request in REQUESTS {
        play.request(request).await?;
    }
    for touch in TOUCHES {
        play.touch(&kept, touch).await?;
    }
    play.quiet().await?;
    play.tell().await?;
    if once {
        play.store.close().await;
        app.finish().await;
        return Ok(());
    }
    match taken {
        Some(listen) => println!("\nNo pages this time: another program listens on {listen}. Change [web] in the configuration."),
        None => play.invite(&kept).await?,
    }
    play.show_the_way(dir)?;
    play.store.close().await;
    app.until_signalled().await
}

struct Play {
    desk: DemoDesk,
    store: Store,
    mailbox: PathBuf,
    outgoing: PathBuf,
    clock: Clock,
    rng: Rng,
}

impl Play {
    async fn customers_write(&self) -> anyhow::Result<()> {
        println!("Eight mails arrive:");
        for (name, raw) in MAILS {
            let letter = understand(raw, &Limits::default())?;
            let from = letter.from.map(|from| from.address).unwrap_or_default();
            println!("  {from:<34} {}", letter.subject);
            self.drop_in(name, raw).await?;
        }
        println!();
        Ok(())
    }

    async fn act(&self, scene: &Scene) -> anyhow::Result<()> {
        println!("{}.", scene.shows);
        if self.is_there(scene.name) {
            return Ok(());
        }
        let person = self.desk.person(scene.writer).with_context(|| format!("nobody is at {}", scene.writer))?;
        let client: Client = person.client();
        let (raw, letter) = self.newest(scene.writer, scene.about).await?;
        let id = format!("{}@{}", self.rng.fresh_name(), crate::desk::people::domain(scene.writer));
        let mut reply = client.answer(&raw, scene.text);
        if scene.to_note_address {
            let address = note_address(&letter).with_context(|| format!("no note address in the mail to {}", scene.writer))?;
            reply = reply.to(address);
        }
        self.drop_in(scene.name, &reply.write(self.clock.now(), &id)).await
    }

    /// A customer writes a further request.
    async fn request(&self, request: &Request) -> anyhow::Result<()> {
        let Request { name, writer, to, subject, text } = *request;
        let person = self.desk.person(writer).with_context(|| format!("nobody is at {writer}"))?;
        let message_id = format!("{}@{}", self.rng.fresh_name(), crate::desk::people::domain(writer));
        let written = Written {
            to: vec![to.to_owned()],
            cc: Vec::new(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            files: Vec::new(),
            at: self.clock.now(),
            message_id,
        };
        self.drop_in(name, &person.client().new_mail(&written)).await
    }

    /// Staff sort a ticket and work on it, by the acts that `postroom ticket set` and `postroom time add` do.
    async fn touch(&self, config: &Config, touch: &'static Touch) -> anyhow::Result<()> {
        let (config, rng, now) = (config.clone(), self.rng.clone(), self.clock.now());
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let all = tickets::list(tx, None).await?;
                let named = |ticket: &Ticket| ticket.title == touch.ticket || ticket.number.to_string() == touch.ticket;
                // Gone on with after an earlier run: what somebody has sorted since stays as they left it.
                let Some(ticket) = all.into_iter().find(|ticket| named(ticket) && ticket.type_key == TYPE_REQUEST) else {
                    return Ok(());
                };
                let person = async |tx: &mut Tx, address: &str| people::by_address(tx, address).await;
                let by = person(tx, touch.by).await?.with_context(|| format!("nobody is at {}", touch.by))?.id;
                let assignee = person(tx, touch.assignee).await?.map(|person| person.id);
                let day = Duration::from_hours(24) * u32::try_from(touch.due.unwrap_or_default().unsigned_abs())?;
                let due = touch.due.map(|days| if days < 0 { now.minus(day) } else { now.plus(day) });
                let epoch = store::epoch(tx, now, &rng).await?;
                let context = acts::ActContext { config: &config, now, rng: &rng, epoch };
                let public = Visibility::Public;
                let update = Update {
                    comment: (!touch.answer.is_empty()).then_some(public),
                    status: (!touch.status.is_empty()).then(|| (touch.status.to_owned(), public)),
                    priority: Some((touch.priority.to_owned(), public)),
                    progress: Some((touch.progress, public)),
                    assignee: Some((assignee, public)),
                    due: Some((due, public)),
                    type_key: Some(touch.type_key.to_owned()),
                    tag: Some(touch.tag.to_owned()).into_iter().filter(|tag| !tag.is_empty()).collect(),
                    ..Update::of(ticket.id)
                };
                let content = Content { text: touch.answer.to_owned(), ..Content::default() };
                perform(tx, &context, Actor::Staff(by), Act::Update(update), content).await?;
                if let Some((minutes, what)) = touch.worked {
                    let worked_on = Timestamp::from_date(&now.strftime("UTC", "%Y-%m-%d")).map_err(anyhow::Error::msg)?;
                    let time = Time { ticket: ticket.id, minutes, worked_on, visibility: public };
                    let content = Content { text: what.to_owned(), ..Content::default() };
                    perform(tx, &context, Actor::Staff(assignee.unwrap_or(by)), Act::Time(time), content).await?;
                }
                Ok(())
            })
        });
        work.await?;
        self.quiet().await
    }

    /// Drops a mail into the mailbox, unless an earlier run has, and waits until the desk has decided about it and sent
    /// what came of it.
    async fn drop_in(&self, name: &str, raw: &[u8]) -> anyhow::Result<()> {
        if !self.is_there(name) {
            let decided = self.decided().await?;
            maildir::deliver(&self.mailbox, raw, name)
                .with_context(|| format!("{} could not be written", self.mailbox.display()))?;
            self.wait("the desk to decide about a mail", async || Ok(self.decided().await? > decided)).await?;
        }
        self.quiet().await
    }

    fn is_there(&self, name: &str) -> bool {
        let read = format!("{name}:2,S");
        self.mailbox.join("new").join(name).exists() || self.mailbox.join("cur").join(read).exists()
    }

    async fn decided(&self) -> anyhow::Result<usize> {
        let rows = inbox::list(&mut self.store.read().await?, None).await?;
        Ok(rows.iter().filter(|row| row.disposition.is_some()).count())
    }

    /// Waits until nothing is undecided and nothing is on its way.
    async fn quiet(&self) -> anyhow::Result<()> {
        let quiet = async || {
            let mut tx = self.store.read().await?;
            let undecided = inbox::list(&mut tx, None).await?.iter().any(|row| row.disposition.is_none());
            let under_way = outbox::list(&mut tx).await?.iter().any(|row| row.state.is_waiting());
            Ok(!undecided && !under_way)
        };
        self.wait("the desk to come to rest", quiet).await
    }

    async fn wait(&self, what: &str, done: impl AsyncFn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let begun = self.clock.now();
        while !done().await? {
            if self.clock.now().since(begun) > PATIENCE {
                bail!("waited {} s for {what}", PATIENCE.as_secs());
            }
            tokio::time::sleep(GLANCE).await;
        }
        Ok(())
    }

    /// The newest mail about a ticket in somebody's mail client.
    async fn newest(&self, address: &str, about: &str) -> anyhow::Result<(Vec<u8>, Letter)> {
        let mut tx = self.store.read().await?;
        let ticket = tickets::by_number(&mut tx, &about.parse().map_err(anyhow::Error::msg)?).await?;
        let ticket = ticket.with_context(|| format!("there is no {about} to answer"))?;
        let mails = outbox::list(&mut tx).await?.into_iter().rev();
        let mail = mails.map(|row| row.mail).find(|mail| mail.recipient == address && mail.ticket == Some(ticket.id));
        let mail = mail.with_context(|| format!("{address} got no mail about {about}"))?;
        drop(tx);
        let found = self.in_folder(&mail.message_id)?;
        found.with_context(|| format!("the mail to {address} about {about} is no longer in {}", self.outgoing.display()))
    }

    /// A mail in the outgoing Maildir.
    fn in_folder(&self, message_id: &str) -> anyhow::Result<Option<(Vec<u8>, Letter)>> {
        for file in std::fs::read_dir(self.outgoing.join("new"))?.chain(std::fs::read_dir(self.outgoing.join("cur"))?) {
            let raw = std::fs::read(file?.path())?;
            let letter = understand(&raw, &Limits::default())?;
            if letter.message_id.as_deref() == Some(message_id) {
                return Ok(Some((raw, letter)));
            }
        }
        Ok(None)
    }

    /// The short table at the end.
    async fn tell(&self) -> anyhow::Result<()> {
        let mut tx = self.store.read().await?;
        println!("\nMails by disposition");
        let mut mails = 0;
        for (word, count) in inbox::summary(&mut tx).await? {
            mails += count;
            println!("  {:<16}{count:>5}", Disposition::try_from(word.as_str()).map_or("undecided", Disposition::as_str));
        }
        let all = tickets::list(&mut tx, None).await?;
        let mut count = 0;
        println!("\nTickets");
        for ticket in &all {
            count += entries::list(&mut tx, ticket.id).await?.len();
            println!("  {:<10}{:<13}{}", ticket.number.to_string(), ticket.state.status, ticket.title);
        }
        let sent = outbox::list(&mut tx).await?.iter().filter(|row| row.state == State::Accepted).count();
        println!("\n  mails {mails}   tickets {}   entries {count}   mails sent {sent}", all.len());
        Ok(())
    }

    /// Invites the guests by mail, as `postroom member invite` does, and shows the links from their mails.
    async fn invite(&self, config: &Config) -> anyhow::Result<()> {
        let mut invited = Vec::new();
        for organization in &self.desk.organizations {
            for member in organization.members.iter().filter(|member| member.login) {
                let (config, rng, now) = (config.clone(), self.rng.clone(), self.clock.now());
                let (key, address) = (organization.key.clone(), member.address.clone());
                let work = self.store.write(move |tx| {
                    Box::pin(async move {
                        let organization = people::organization_by_key(tx, &key).await?;
                        let person = people::by_address(tx, &address).await?;
                        let (Some(organization), Some(person)) = (organization, person) else { return Ok(false) };
                        let epoch = store::epoch(tx, now, &rng).await?;
                        let context = acts::ActContext { config: &config, now, rng: &rng, epoch };
                        acts::sign_in_links::invite(tx, &context, person.id, organization.id).await
                    })
                });
                if work.await? {
                    invited.push(member);
                }
            }
        }
        self.quiet().await?;
        println!("\nThe portal. These guests got a mail with a link that signs them in once:");
        for member in invited {
            let mails = outbox::list(&mut self.store.read().await?).await?.into_iter().rev().map(|row| row.mail);
            let mut ids = mails
                .filter(|mail| mail.kind == Kind::Invitation && mail.recipient == member.address)
                .map(|mail| mail.message_id);
            let Some((_, letter)) = ids.next().map(|id| self.in_folder(&id)).transpose()?.flatten() else { continue };
            let link = letter.body.text.split_whitespace().find(|word| word.contains("/invitation/")).unwrap_or_default();
            println!("  {:<20}{link}", member.name);
        }
        self.show_the_office(config).await
    }

    /// Asks for a sign-in link for a member of staff, as the sign-in page does, and shows it.
    async fn show_the_office(&self, config: &Config) -> anyhow::Result<()> {
        let Some(staff) = self.desk.staff.first() else { return Ok(()) };
        let (config, rng, now) = (config.clone(), self.rng.clone(), self.clock.now());
        let (address, browser) = (Some(staff.address.clone()), Plain::short(&rng));
        let request = acts::sign_in_links::Request { address, browser, next: "/".to_owned(), quiet: false };
        let work = self.store.write(move |tx| {
            Box::pin(async move {
                let epoch = store::epoch(tx, now, &rng).await?;
                let context = acts::ActContext { config: &config, now, rng: &rng, epoch };
                acts::sign_in_links::send_key(tx, &context, &request).await
            })
        });
        work.await?;
        self.quiet().await?;
        let mails = outbox::list(&mut self.store.read().await?).await?.into_iter().rev().map(|row| row.mail);
        let mut ids =
            mails.filter(|mail| mail.kind == Kind::SignIn && mail.recipient == staff.address).map(|mail| mail.message_id);
        let Some((_, letter)) = ids.next().map(|id| self.in_folder(&id)).transpose()?.flatten() else { return Ok(()) };
        let link = letter.body.text.split_whitespace().find(|word| word.contains("/sign-in/")).unwrap_or_default();
        println!("\nThe office, where held mails wait. This link works for an hour:\n  {:<20}{link}", staff.name);
        Ok(())
    }

    fn show_the_way(&self, dir: &Path) -> anyhow::Result<()> {
        let shown = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
        println!("\nThe desk goes on working. Look around:");
        println!("  what it sent      mutt -f {}", shown(&self.outgoing));
        println!("  its mailbox       {} (a mail put into new/ is a ticket within a second)", shown(&self.mailbox));
        println!("  a ticket          postroom --config {} ticket show ACME-1", shown(&dir.join("postroom.toml")));
        println!("  what is held      postroom --config {} held list", shown(&dir.join("postroom.toml")));
        println!("Ctrl-C stops it; the next `postroom demo` goes on with the same desk.");
        Ok(())
    }
}

/// The address for internal notes, as the footer of a notification names it.
fn note_address(letter: &Letter) -> Option<&str> {
    let reply_to = letter.reply_to.as_ref().map(|address| address.address.as_str());
    let plausible = |word: &&str| word.contains('+') && word.contains('@') && Some(*word) != reply_to;
    let words = letter.body.text.split(|c: char| c.is_whitespace() || "<>,".contains(c));
    words.map(|word| word.strip_prefix("mailto:").unwrap_or(word)).find(plausible)
}
