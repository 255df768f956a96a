//! `postroom held`: mails that wait for a human.

use std::collections::HashMap;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::inbox::{View, view};
use super::output::{self, Table};
use super::{OpenDesk, refuse};
use crate::acts::held::notice;
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::{Disposition, Held, HeldAction, Release};
use crate::desk::notice::{LIST, mornings};
use crate::desk::people::PersonKind;
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

/// What each way out of the hold will do.
#[derive(Debug, Clone, Copy, Serialize)]
struct Why {
    #[serde(rename = "why")]
    sentence: &'static str,
    release: &'static str,
    release_as_note: &'static str,
    release_as_public: &'static str,
    drop: &'static str,
}

const ONCE: &str = "It becomes what it would have become, a comment or a ticket; this holds for this one mail.";
const DROP: &str = "It stays in the ledger as `ignored`, and nothing more happens with it.";
const AGAIN: &str = "It will be held again: there is nothing to take from it.";
const RETRY: &str = "It is tried again from the start, and held again if that fails.";

/// Why a mail with this reason is held, and what becomes of it (the other side of this is `intake::rules`).
fn why(reason: &str) -> Why {
    let doubtful = |sentence| Why {
        sentence,
        release: "It is taken as written by that member of staff: an answer or a note on its ticket, as the mail asks; without a ticket, a new one that only staff see.",
        release_as_note: "The same, as an internal note.",
        release_as_public: "The same, as a public answer that the customer gets by mail.",
        drop: DROP,
    };
    let odd_command = |sentence| Why {
        sentence,
        release: "It becomes an internal note, the doubtful line included: whether it was meant to be public is not certain.",
        release_as_note: "It becomes an internal note.",
        release_as_public: "It becomes a public answer that the customer gets by mail, the doubtful line included.",
        drop: DROP,
    };
    let guard = |sentence| Why {
        sentence,
        release: "It becomes a public answer that the customer gets by mail.",
        release_as_note: "It becomes an internal note, and nothing leaves.",
        release_as_public: "The same as without --as.",
        drop: DROP,
    };
    let same =
        |sentence, outcome| Why { sentence, release: outcome, release_as_note: outcome, release_as_public: outcome, drop: DROP };
    match Held::try_from(reason) {
        Ok(Held::ClaimsStaff) => doubtful(
            "Its From header names a member of staff, but nothing proves that they wrote it. They were asked at their registered address.",
        ),
        Ok(Held::AlignmentFailed) => doubtful(
            "Its From header names a member of staff, and the receiving server says that their domain did not send it: probably a forgery. They were asked at their registered address.",
        ),
        Ok(Held::TokenEnded) => doubtful(
            "It names a member of staff and was sent to a reply address of theirs that has ended: people outside have seen it, or the ticket was done long ago. They were asked at their registered address.",
        ),
        Ok(Held::TokenMissing) => doubtful(
            "It comes from a member of staff, but a public answer or a command also needs the reply address of a notification. Did they mean to answer in public? They were asked at their registered address.",
        ),
        Ok(Held::AlignmentMissing) => doubtful(
            "It was sent to a member of staff's reply address, but nothing proves the sender's domain, and this desk is strict. They were asked at their registered address.",
        ),
        Ok(Held::CommandWithoutTicket) => Why {
            sentence: "It begins with a command and is about no ticket that Postroom could find.",
            release: "It becomes a new ticket that only staff see, without the command.",
            release_as_note: "The same.",
            release_as_public: "It becomes a new ticket whose text customers of the project may see, without the command.",
            drop: DROP,
        },
        Ok(Held::AutomaticFromStaff) => {
            doubtful("It is an automatic mail from the address of a member of staff; machines do not speak for people.")
        }
        Ok(Held::UncertainQuote) => doubtful(
            "What its writer newly wrote cannot be told for certain from what they quote, and the quote may hold something internal.",
        ),
        Ok(Held::PartsDiffer) => {
            guard("It is an answer whose text and HTML say different things: only its author knows which of them was meant.")
        }
        Ok(Held::ThirdParty) => Why {
            sentence: "It is about a ticket that its sender has no part in: perhaps a forwarded mail, perhaps a guessed number.",
            release: "It becomes a public comment on the ticket, and its sender takes part from now on.",
            release_as_note: "It becomes an internal note on the ticket; its sender does not take part.",
            release_as_public: "It becomes a public comment on the ticket, and its sender takes part from now on.",
            drop: DROP,
        },
        Ok(Held::UnknownAddress) => Why {
            sentence: "It came to a member of staff's reply address, from an address that nobody knows: perhaps a further one of theirs. They were asked; only they can say so, signed in. (You enter it with `postroom person set ADDRESS --add-address FURTHER`.)",
            release: "It becomes a public comment on the ticket, and its sender takes part from now on.",
            release_as_note: "It becomes an internal note on the ticket; its sender does not take part.",
            release_as_public: "It becomes a public comment on the ticket, and its sender takes part from now on.",
            drop: DROP,
        },
        Ok(Held::SwitchedOff) => Why {
            sentence: "Its sender is a contact who is switched off, so nothing they write goes in by itself. See `postroom person list`.",
            release: ONCE,
            release_as_note: "It becomes an internal note on the ticket, or a new ticket that only staff see.",
            release_as_public: ONCE,
            drop: DROP,
        },
        Ok(Held::RoleDenies) => Why {
            sentence: "The role of its sender does not allow what it would do: open a ticket, comment, or send files. See `postroom role explain ADDRESS comment`.",
            release: ONCE,
            release_as_note: "It becomes an internal note on the ticket, or a new ticket that only staff see.",
            release_as_public: ONCE,
            drop: DROP,
        },
        Ok(Held::SenderDenied) => Why {
            sentence: "The receiving server says that it does not come from the domain of its sender (dmarc=fail): perhaps a forgery, perhaps forwarded on its way.",
            release: ONCE,
            release_as_note: "It becomes an internal note on the ticket, or a new ticket that only staff see.",
            release_as_public: ONCE,
            drop: DROP,
        },
        Ok(Held::Verification) => Why {
            sentence: "Another service sends a code or a link by which people identify themselves there, perhaps because somebody signed up with an address of this desk. Nobody outside the staff may read it.",
            release: "It is held again. Only --as note lets it through.",
            release_as_note: "It becomes an internal note, or a new ticket that only staff see.",
            release_as_public: "The same as without --as.",
            drop: DROP,
        },
        Ok(Held::UnclearOriginal) => same(
            "A member of staff sent it for somebody else, and for whom is not clear: a forward without exactly one writer outside the staff, or a mail to several customers.",
            "It becomes a new ticket of nobody that only staff see.",
        ),
        Ok(Held::RefersToHeld) => Why {
            sentence: "It answers a mail that is held itself, and nothing else that Postroom knows. Decide about that one first.",
            release: "It becomes what it would have become: a comment where the other has become a ticket, else a new ticket.",
            release_as_note: "The same, as an internal note or a ticket that only staff see.",
            release_as_public: "The same as without --as.",
            drop: DROP,
        },
        Ok(Held::Redirected) => Why {
            sentence: "A member of staff sent it, its answers are to go to somebody outside, and the words seem to be theirs: a redirected mail. The member of staff was asked whose it is.",
            release: "It is taken as from the address of its Reply-To: a new ticket of theirs, or a comment on one.",
            release_as_note: "It is the member of staff's own: a note, or a new ticket that only staff see.",
            release_as_public: "The same as without --as.",
            drop: DROP,
        },
        Ok(Held::RefersToInternal) => Why {
            sentence: "Somebody outside the staff answers an internal mail: perhaps a notification was forwarded. See what they quote before it goes on.",
            release: "It becomes a public comment on the ticket, with what they wrote; a sender without a part in the ticket takes part from now on.",
            release_as_note: "It becomes an internal note on the ticket.",
            release_as_public: "The same as without --as.",
            drop: DROP,
        },
        Ok(Held::NearMiss) => odd_command(
            "One of its lines or its subject is nearly a command, or a command stands below its text, where none is read: it may be meant for staff only.",
        ),
        Ok(Held::UnknownCommand) => odd_command("It begins with a command that Postroom does not know."),
        Ok(Held::CommandRefused) => Why {
            sentence: "One of its commands cannot be obeyed, so none was, and its text waits with them. Its author was told why.",
            release: "Its text goes its way, public or internal as the mail asks. Its commands are done only if all of them can be by now.",
            release_as_note: "It becomes an internal note; the same holds for its commands.",
            release_as_public: "It becomes a public answer that the customer gets by mail; the same holds for its commands.",
            drop: DROP,
        },
        Ok(Held::Leak) => guard(
            "It is a public answer, and some of it stands in an internal entry of its ticket or names another organization.",
        ),
        Ok(Held::Collision) => guard("It is a public answer to a mail since which a colleague has answered in public."),
        Ok(Held::Leaving) => guard("It is a public answer that leaves by itself when the undo window ends."),
        Ok(Held::UnclearAnswer) => {
            same("It answers a question about a held mail, but its first line is none of the words that were asked for.", AGAIN)
        }
        Ok(Held::NothingNew) => same("It contains neither new text nor a file nor a command.", AGAIN),
        Ok(Held::Unreadable) => same("Its bytes could not be read as a mail.", RETRY),
        Ok(Held::Crashes) => same("Whatever read it died or did not finish, three times.", RETRY),
        Ok(Held::Damaged) => same("Its stored bytes are damaged; look at it on the mail server, and restore a backup.", RETRY),
        Ok(Held::Flood) => Why {
            sentence: "Its sender wrote very often to this ticket within an hour, or ten people have joined it by mail already.",
            release: "It becomes a public comment on the ticket.",
            release_as_note: "It becomes an internal note on the ticket.",
            release_as_public: "It becomes a public comment on the ticket.",
            drop: DROP,
        },
        Ok(Held::TooLarge) => same(
            "It is too large to fetch and still lies on the mail server; look at it there with a mail client.",
            "It will be held again: it is still too large.",
        ),
        Ok(Held::NotFetched) => same(
            "Its mail server has not handed it over, and it still lies there; look at it with a mail client. It is asked for once an hour, and decided about as soon as it comes.",
            "It is asked for at the next look, and held again if it does not come.",
        ),
        Ok(Held::OwnAddress) => Why {
            sentence: "Its From header names one of the desk's own addresses, but the desk did not write it.",
            release: "It is taken as the mail of somebody unknown: a public comment on the ticket that it is about, else a new ticket without a requester.",
            release_as_note: "The same, but where it is about a ticket, an internal note on that.",
            release_as_public: "The same.",
            drop: DROP,
        },
        Ok(Held::Junk) => Why {
            sentence: "The receiving server takes it for junk, and it comes from somebody whom the desk knows, so it was not put away as spam.",
            release: "It becomes what it would have become without that verdict: a comment on its ticket, or a new ticket.",
            release_as_note: "The same, as an internal note or a ticket that only staff see.",
            release_as_public: "The same as without --as.",
            drop: DROP,
        },
        Ok(Held::JunkFromStaff) => doubtful(
            "It comes from a member of staff, proven, and the receiving server takes it for junk. They were asked at their registered address.",
        ),
        Ok(Held::OldAnswer) => Why {
            sentence: "A member of staff wrote it for others, or as a command, and it lay in its folder long before the desk first looked there.",
            release: "It is done now: an answer leaves, a command is obeyed.",
            release_as_note: "It becomes an internal note.",
            release_as_public: "It becomes a public answer that the customer gets by mail.",
            drop: DROP,
        },
        Err(_) => Why {
            sentence: "It is held for a reason that this version does not know.",
            release: "It is decided again as if it were beyond doubt; public or internal as the mail asks.",
            release_as_note: "The same, as an internal note.",
            release_as_public: "The same, as something public.",
            drop: DROP,
        },
    }
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
            desk.write(move |tx| Box::pin(release(tx, id, word, now))).await?;
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

async fn release(tx: &mut Tx, id: InboxId, release: Release, now: Timestamp) -> anyhow::Result<()> {
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
    drop(tx);
    let (size, attempts) = (row.size, row.attempts);
    let why = why(row.reason.as_deref().unwrap_or_default());
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
    text.push_str(&format!("\n{}\n", why.sentence));
    for (command, outcome) in [
        (format!("postroom held release {id}"), why.release),
        (format!("postroom held release {id} --as note"), why.release_as_note),
        (format!("postroom held release {id} --as public"), why.release_as_public),
        (format!("postroom held drop {id}"), why.drop),
    ] {
        text.push_str(&format!("\n{command}\n  {outcome}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_for_holding_a_mail_has_its_sentence() {
        let unknown = why("?").sentence;
        for reason in Held::ALL {
            assert_ne!(why(reason.as_str()).sentence, unknown, "{reason}");
        }
    }
}
