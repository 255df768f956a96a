//! `postroom held`: mails that wait for a human.

use std::collections::HashMap;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::inbox::{View, view};
use super::output::{self, Table};
use super::{OpenDesk, refuse};
use crate::acts::held::{about, case, notice};
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::{Disposition, Held, HeldAction, Release};
use crate::desk::notice::{LIST, mornings};
use crate::desk::people::{Language, PersonKind};
use crate::letters::i18n::texts;
use crate::letters::release::{self, Outcomes};
use crate::store::held::{self, Taken};
use crate::store::inbox::LedgerRow;
use crate::store::told::Waiting;
use crate::store::{Tx, blobs, inbox, people, spam, tickets, told};
use crate::time::Timestamp;

/// What can be done with held mails.
#[derive(Debug, Subcommand)]
pub enum HeldCommand {
    /// List the mails that wait.
    #[command(after_help = "Example:\n  postroom held list --json")]
    List,
    /// Say why a mail is held, and what each way out will do.
    #[command(after_help = "Example:\n  postroom held show 1234567890\n  postroom held show 1234567890 --raw > mail.eml")]
    Show {
        /// Its id, from `postroom held list`.
        id: i64,
        /// Also print the mail as it came; the words then go to standard error.
        #[arg(long)]
        raw: bool,
    },
    /// Let a mail through: it is decided again as if it were beyond doubt. Also brings back what was dropped, ignored or put
    /// away as spam.
    #[command(after_help = "Example:\n  postroom held release 1234567890 --as note")]
    Release(ReleaseArgs),
    /// Drop a mail: it stays in the ledger, and nothing more happens with it.
    #[command(after_help = "Example:\n  postroom held drop 1234567890")]
    Drop {
        /// Its id, from `postroom held list`.
        id: i64,
    },
}

/// `held release`
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// Its id, from `postroom held list`, or from the daily list of spam.
    id: i64,
    /// As an internal note, or as something public; without it, as the mail itself asks.
    #[arg(long = "as", value_name = "WHAT")]
    like: Option<Like>,
}

/// What a released mail becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Like {
    /// An internal note.
    Note,
    /// Public.
    Public,
}

/// Why a mail is held, and what each way out will do.
#[derive(Debug, Serialize)]
struct Why {
    #[serde(rename = "why")]
    sentence: String,
    release: String,
    release_as_note: String,
    release_as_public: String,
    drop: String,
}

/// Says of a held mail what letters and pages say of it, in English as all commands do, and what an administrator can do besides.
async fn why(tx: &mut Tx, desk: &OpenDesk, id: InboxId, reason: Option<Held>) -> anyhow::Result<Why> {
    let w = texts(Language::English);
    let case = match (reason, held::get(tx, id).await?) {
        (Some(_), Some(mail)) => case(tx, mail, None).await?,
        _ => None,
    };
    let (sentence, outcomes) = match &case {
        Some(case) => {
            let about = about(tx, &desk.config, w, case, desk.clock.now()).await?;
            (sentence(release::why(w, &about), case.reason), release::outcomes(w, &about))
        }
        None => release::unknown(w),
    };
    let Outcomes { as_is, as_note, as_public, drop } = outcomes;
    Ok(Why { sentence, release: as_is, release_as_note: as_note, release_as_public: as_public, drop })
}

/// Why, and the command that leads on, where there is one.
fn sentence(why: String, reason: Held) -> String {
    let command = match reason {
        Held::SwitchedOff => "postroom person list",
        Held::RoleDenies => "postroom role explain ADDRESS comment",
        Held::UnknownAddress => "postroom person set ADDRESS --add-address FURTHER",
        _ => return why,
    };
    format!("{why} See `{command}`.")
}

/// A held mail with everything there is to say about it.
#[derive(Debug, Serialize)]
struct Whole {
    #[serde(flatten)]
    view: View,
    size: i64,
    attempts: i64,
    told: Vec<Told>,
    next_notice_at: Option<Timestamp>,
    #[serde(flatten)]
    why: Why,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
}

/// A mail that a human has decided about.
#[derive(Debug, Serialize)]
struct Settled {
    id: String,
    disposition: Option<Disposition>,
    release: Option<Release>,
}

pub(super) async fn run(desk: &OpenDesk, command: HeldCommand) -> anyhow::Result<()> {
    match command {
        HeldCommand::List => list(desk).await,
        HeldCommand::Show { id, raw } => show(desk, InboxId(id), raw).await,
        HeldCommand::Release(command) => {
            let id = InboxId(command.id);
            let word = match command.like {
                None => Release::AsIs,
                Some(Like::Note) => Release::Note,
                Some(Like::Public) => Release::Public,
            };
            let now = desk.clock.now();
            desk.write(move |tx| Box::pin(let_through(tx, id, word, now))).await?;
            let settled = Settled { id: id.to_string(), disposition: None, release: Some(word) };
            desk.report(
                &settled,
                "Released. `postroom serve` decides about it within seconds; `postroom inbox` shows what it became. Something else about it may hold it again, which `postroom held list` shows.",
            )
        }
        HeldCommand::Drop { id } => {
            let id = InboxId(id);
            let now = desk.clock.now();
            desk.write(move |tx| {
                Box::pin(async move {
                    let row = is_held(tx, id).await?;
                    if take(tx, id, HeldAction::Drop, None, now).await? { Ok(()) } else { not_held(id, row.disposition) }
                })
            })
            .await?;
            let settled = Settled { id: id.to_string(), disposition: Some(Disposition::Ignored), release: None };
            desk.report(&settled, &format!("Dropped. It can still be brought back with `postroom held release {id}`."))
        }
    }
}

/// The row of a mail that exists.
async fn row(tx: &mut Tx, id: InboxId) -> anyhow::Result<LedgerRow> {
    match inbox::get(tx, id).await? {
        Some(row) => Ok(row),
        None => refuse(format!("there is no mail {id}"), "`postroom held list` shows the ids."),
    }
}

/// The row of a mail that is held.
async fn is_held(tx: &mut Tx, id: InboxId) -> anyhow::Result<LedgerRow> {
    let row = row(tx, id).await?;
    match row.disposition {
        Some(Disposition::Held) => Ok(row),
        disposition => not_held(id, disposition),
    }
}

fn not_held<T>(id: InboxId, disposition: Option<Disposition>) -> anyhow::Result<T> {
    let state = disposition.map_or("undecided", Disposition::as_str);
    refuse(format!("mail {id} is not held, it is `{state}`"), "`postroom held list` shows the mails that wait.")
}

async fn let_through(tx: &mut Tx, id: InboxId, release: Release, now: Timestamp) -> anyhow::Result<()> {
    let row = row(tx, id).await?;
    let word = if release == Release::Note { HeldAction::Note } else { HeldAction::Send };
    if row.disposition == Some(Disposition::Ignored) {
        take(tx, id, HeldAction::Back, None, now).await?;
    }
    // What was ignored by itself was never held: there is no decision of people about it.
    if take(tx, id, word, Some(release), now).await? || inbox::release(tx, id, release).await? {
        Ok(())
    } else {
        not_held(id, row.disposition)
    }
}

/// Takes a decision as an administrator, who may do all; `false` where there is nothing to decide.
async fn take(tx: &mut Tx, id: InboxId, word: HeldAction, release: Option<Release>, at: Timestamp) -> anyhow::Result<bool> {
    let Some(mail) = held::get(tx, id).await? else { return Ok(false) };
    let reason = match (word, held::last_taken(tx, id).await?) {
        (HeldAction::Back, Some(last)) => Some(last.reason),
        (HeldAction::Back, None) => None,
        (..) => Held::try_from(mail.reason.as_str()).ok(),
    };
    let Some(reason) = reason else { return Ok(false) };
    let taken = Taken { round: mail.round + 1, word, person: None, reason, at };
    Ok(held::take(tx, id, &taken, release).await?)
}

/// Who has been told of a held mail.
#[derive(Debug, Serialize)]
struct Told {
    /// Their address.
    person: String,
    at: Timestamp,
}

/// A held mail with who has been told of it, and when somebody is told next.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    view: View,
    size: i64,
    told: Vec<Told>,
    /// `None` where nobody is told any more, or nobody can be.
    next_notice_at: Option<Timestamp>,
    /// The held mail that it waits for.
    waits_for: Option<String>,
}

async fn notices(desk: &OpenDesk, tx: &mut Tx, id: InboxId) -> anyhow::Result<(Vec<Told>, Option<Timestamp>)> {
    let Some(waiting) = told::waiting(tx).await?.remove(&id) else { return Ok((Vec::new(), None)) };
    Ok(Notices::load(desk, tx).await?.of(&waiting))
}

/// What is needed to say who was told, and when somebody is told next.
struct Notices {
    addresses: HashMap<PersonId, String>,
    staff: Vec<PersonId>,
    listed: Option<Timestamp>,
    next: Timestamp,
}

impl Notices {
    async fn load(desk: &OpenDesk, tx: &mut Tx) -> anyhow::Result<Self> {
        let staff = people::list(tx, Some(PersonKind::Staff)).await?;
        let addresses = staff.iter().map(|person| (person.id, person.address().to_owned())).collect();
        let staff = staff.iter().filter(|person| notice::reachable(&desk.config, person)).map(|person| person.id).collect();
        let (_, next) = mornings(desk.clock.now(), &desk.config.desk.time_zone);
        Ok(Self { addresses, staff, listed: spam::told_until(tx, LIST).await?, next })
    }

    fn of(&self, waiting: &Waiting) -> (Vec<Told>, Option<Timestamp>) {
        let told = waiting.people.iter().filter_map(|standing| {
            let person = self.addresses.get(&standing.person).cloned().unwrap_or_else(|| standing.person.to_string());
            Some(Told { person, at: standing.told_at? })
        });
        (told.collect(), waiting.next_notice(self.listed, self.next, &self.staff))
    }
}

async fn list(desk: &OpenDesk) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let numbers = tickets::numbers(&mut tx).await?;
    let rows = inbox::list(&mut tx, Some(Disposition::Held)).await?;
    let (notices, waiting) = (Notices::load(desk, &mut tx).await?, told::waiting(&mut tx).await?);
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let (told, next_notice_at) = match waiting.get(&row.id) {
            Some(waiting) => notices.of(waiting),
            None => Default::default(),
        };
        let waits_for = held::get(&mut tx, row.id).await?.and_then(|mail| mail.waits_for).map(|first| first.to_string());
        listed.push(Listed { size: row.size, view: view(row, &numbers), told, next_notice_at, waits_for });
    }
    drop(tx);
    if desk.json {
        return output::json(&listed);
    }
    let mut table = Table::new(&["ID", "RECEIVED", "REASON", "AGE", "TICKET", "SENDER", "SUBJECT", "TOLD"]);
    for Listed { view, told, next_notice_at, .. } in listed {
        let ticket = view.ticket.map(|ticket| ticket.to_string()).unwrap_or_default();
        let (reason, sender) = (view.reason.unwrap_or_default(), view.sender.unwrap_or_default());
        let age = if view.old { "old" } else { "" }.to_owned();
        let told = in_words(desk, &told, next_notice_at);
        table.row([view.id, desk.local(view.received_at), reason, age, ticket, sender, view.subject.unwrap_or_default(), told]);
    }
    table.print("Nothing is held.")
}

/// Who has been told, else when somebody will be.
fn in_words(desk: &OpenDesk, told: &[Told], next: Option<Timestamp>) -> String {
    match (told, next) {
        ([], Some(next)) => format!("at {}", desk.local(next)),
        ([], None) => "nobody".to_owned(),
        (told, _) => told.iter().map(|told| told.person.as_str()).collect::<Vec<_>>().join(", "),
    }
}

async fn show(desk: &OpenDesk, id: InboxId, raw: bool) -> anyhow::Result<()> {
    let mut tx = desk.read().await?;
    let row = is_held(&mut tx, id).await?;
    let numbers = tickets::numbers(&mut tx).await?;
    let bytes = match (&row.blob, raw) {
        (Some(blob), true) => Some(blobs::get(&mut tx, blob).await?),
        (None, true) => {
            return refuse(
                format!("mail {id} could not be fetched; its bytes are only on the mail server"),
                format!("Look into mailbox {}, folder {}, UID {}.", row.origin.mailbox, row.origin.folder, row.origin.uid),
            );
        }
        (_, false) => None,
    };
    let (told, next_notice_at) = notices(desk, &mut tx, id).await?;
    let reason = row.reason.as_deref().and_then(|reason| Held::try_from(reason).ok());
    let why = why(&mut tx, desk, id, reason).await?;
    drop(tx);
    let (size, attempts) = (row.size, row.attempts);
    let whole = Whole { view: view(row, &numbers), size, attempts, told, next_notice_at, why, raw: None };
    if desk.json {
        let raw = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        return output::json(&Whole { raw, ..whole });
    }
    let words = render(desk, &whole);
    match bytes {
        Some(bytes) => {
            output::aside(&words);
            output::raw(&bytes)
        }
        None => output::print(&words),
    }
}

fn render(desk: &OpenDesk, mail: &Whole) -> String {
    let Whole { view, size, why, .. } = mail;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| text.push_str(&format!("{name:<12}{}\n", output::line(value)));
    line("Mail", &view.id);
    line("From", view.sender.as_deref().unwrap_or("-"));
    line("Subject", view.subject.as_deref().unwrap_or("-"));
    line("Received", &format!("{} in {} ({})", desk.local(view.received_at), view.mailbox, view.folder));
    if view.old {
        line("Age", "old: it lay there before the first look into the folder, so nobody was told of it by itself");
    }
    line("Size", &format!("{size} bytes"));
    if let Some(ticket) = &view.ticket {
        line("Seems about", &ticket.to_string());
    }
    line("Held", view.reason.as_deref().unwrap_or("-"));
    let told: Vec<String> = mail.told.iter().map(|told| format!("{} ({})", told.person, desk.local(told.at))).collect();
    line("Told", &if told.is_empty() { "nobody yet".to_owned() } else { told.join(", ") });
    line("Next notice", &mail.next_notice_at.map_or_else(|| "-".to_owned(), |next| desk.local(next)));
    let id = &view.id;
    text.push_str(&format!("\n{}\n", output::line(&why.sentence)));
    for (command, outcome) in [
        (format!("postroom held release {id}"), &why.release),
        (format!("postroom held release {id} --as note"), &why.release_as_note),
        (format!("postroom held release {id} --as public"), &why.release_as_public),
        (format!("postroom held drop {id}"), &why.drop),
    ] {
        text.push_str(&format!("\n{command}\n  {}\n", output::line(outcome)));
    }
    text
}
