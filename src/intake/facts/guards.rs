//! Loads what a staff member's mail is compared with before it may leave.

use super::lookup::outside_readers;
use crate::acts::ActContext;
use crate::desk::entry::{EntryKind, File, Visibility};
use crate::desk::ids::{InboxId, OrganizationId, PersonId, TicketId};
use crate::desk::inbox::{Detail, Held};
use crate::intake::case::{Guards, Known, Sender, brings_files, candidate};
use crate::intake::rules::leak::{self, Inside, MOST};
use crate::mail::body::Class;
use crate::mail::document::Document;
use crate::mail::{Attachment, Letter};
use crate::store::blobs::hash;
use crate::store::entries::Entry;
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, entries, held, people, projects, tickets};

/// Lines of a colleague's answer that are shown.
const LINES: usize = 12;

/// The guards of one mail; none for anybody but staff, and none without a ticket.
pub(super) async fn load(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    letter: &Letter,
    known: &Known,
) -> anyhow::Result<Guards> {
    let (Sender::Staff(person), Some(ticket)) = (known.sender, candidate(known)) else { return Ok(Guards::default()) };
    let timeline = entries::list(tx, ticket).await?;
    // Where nothing is new, what would leave is what was taken for a signature or a quote.
    let nothing = !letter.body.has(Class::New) && !brings_files(letter);
    let text = if nothing { known.signed.whole.clone() } else { letter.body.new_text() };
    let shown = letter.document.as_ref().and_then(|document| document.showing(&text));
    let said = everything(&text, shown.as_ref());
    let inside = inside(tx, ticket, person, &timeline, Leaving { letter, shown: shown.as_ref(), said: &said }).await?;
    let seen = known.token.filter(|token| token.person == person && token.ticket == ticket).map(|token| token.seen);
    let collision = match seen.filter(|_| context.config.staff.collision_guard) {
        Some(seen) => collision(tx, person, seen, &timeline).await?,
        None => None,
    };
    let files: String = letter.attachments.iter().map(|file| format!("\n{}", file.name)).collect();
    let leaks = leak::lines(&format!("{said}{files}"), &inside);
    let matched = if leaks.is_empty() { Vec::new() } else { leak::matched(&said, &inside) };
    let texts_alone = Inside { names: vec![], addresses: vec![], files: vec![], ..inside.clone() };
    Ok(Guards {
        quotes: !leak::lines(&letter.body.quoted_text(), &texts_alone).is_empty(),
        only_html: letter.only_html.clone(),
        leaks,
        matched,
        collision,
        window: context.config.staff.undo_window.is_some(),
        settled: settled(tx, row.id).await?,
        outside: outside_readers(tx, context.config, letter).await?,
        waiting: held::last_leaving(tx, person, ticket).await?,
    })
}

/// The reasons to hold a mail that somebody's "send" has answered: each that its question named.
async fn settled(tx: &mut Tx, mail: InboxId) -> anyhow::Result<Vec<Held>> {
    let mut settled = held::settled(tx, mail).await?;
    // An administrator at the command line has seen the first one alone.
    let named = held::last_taken(tx, mail).await?.is_some_and(|taken| taken.person.is_some());
    if named
        && !settled.is_empty()
        && let Some(mail) = held::get(tx, mail).await?
    {
        settled.extend(mail.detail.settled);
        settled.extend(mail.detail.also.into_iter().map(|further| further.reason));
    }
    Ok(settled)
}

/// What a colleague answered in public since `seen`, the newest first.
async fn collision(tx: &mut Tx, person: PersonId, seen: i64, timeline: &[Entry]) -> anyhow::Result<Option<Detail>> {
    let answers = timeline.iter().rev().take_while(|entry| entry.ordinal > seen);
    for entry in answers.filter(|entry| entry.visibility == Visibility::Public && entry.kind == EntryKind::Comment) {
        let Some(author) = entry.author.filter(|author| *author != person) else { continue };
        let Some(author) = people::get(tx, author).await?.filter(|author| author.is_staff()) else { continue };
        let lines = entry.text.lines().filter(|line| !line.trim().is_empty()).take(LINES).map(str::to_owned).collect();
        return Ok(Some(Detail { lines, by: Some(author.name), at: Some(entry.at.as_micros()), ..Detail::default() }));
    }
    Ok(None)
}

/// What would leave: the mail, its part that is shown, and all that is said in that.
struct Leaving<'a> {
    letter: &'a Letter,
    shown: Option<&'a Document>,
    said: &'a str,
}

/// What must not leave with an answer on this ticket, and what is no secret there.
async fn inside(
    tx: &mut Tx,
    ticket: TicketId,
    author: PersonId,
    timeline: &[Entry],
    leaving: Leaving<'_>,
) -> anyhow::Result<Inside> {
    let Leaving { letter, shown, said } = leaving;
    let mut inside = Inside::default();
    let mut withdrawn = held::withdrawn(tx, ticket).await?;
    // Whoever is told that their answer became a note is told to write it again.
    withdrawn.extend(held::downgraded(tx, ticket, author).await?);
    let (mut left, mut known_files) = (MOST, Vec::new());
    for entry in timeline.iter().rev() {
        if entry.visibility == Visibility::Public {
            inside.public.push(everything(&entry.text, entry.document.as_ref()));
        } else if left > 0 && !withdrawn.contains(&entry.id) {
            left = left.saturating_sub(entry.text.len());
            inside.texts.push(everything(&entry.text, entry.document.as_ref()));
        }
        if !letter.attachments.is_empty() {
            let files = entries::files(tx, entry.id).await?;
            let public = entry.visibility == Visibility::Public;
            known_files.extend(files.into_iter().map(|file| (public || withdrawn.contains(&entry.id), file)));
        }
    }
    let pictures = shown.map(Document::pictures).unwrap_or_default();
    let is_shown = |file: &&Attachment| file.content_id.as_deref().is_some_and(|id| pictures.contains(&id));
    // A picture that is not in the text is mostly somebody's logo, and programs give those in it names that say nothing.
    for file in letter.attachments.iter().filter(|file| !file.inline || is_shown(file)) {
        let content = hash(&file.data);
        let by_name = |known: &File| known.name == file.name && !known.inline && !file.inline;
        let same = |known: &&(bool, File)| by_name(&known.1) || known.1.blob == content;
        let mut all = known_files.iter().filter(same).peekable();
        if all.peek().is_some() && all.all(|(public, _)| !public) {
            inside.files.push(file.name.clone());
        }
    }
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(inside) };
    let project = projects::get(tx, ticket.project).await?;
    inside.public.extend([ticket.title.clone(), ticket.subject.clone()]);
    inside.public.extend(project.iter().flat_map(|project| [project.signature.clone(), project.name.clone()]));
    let own = project.and_then(|project| project.organization);
    for organization in people::list_organizations(tx).await? {
        if Some(organization.id) == own {
            inside.public.extend(organization.domains);
            inside.public.push(organization.name);
        } else {
            inside.names.push(organization.name);
        }
    }
    for address in leak::addresses(said) {
        if is_foreign(tx, &address, own).await? {
            inside.addresses.push(address);
        }
    }
    Ok(inside)
}

/// A text, and what stands behind its words where it is formatted.
fn everything(text: &str, document: Option<&Document>) -> String {
    let beside = document.into_iter().flat_map(Document::beside);
    std::iter::once(text).chain(beside).collect::<Vec<_>>().join("\n")
}

/// Whether an address belongs to a member of other organizations only, or its domain to another one.
async fn is_foreign(tx: &mut Tx, address: &str, own: Option<OrganizationId>) -> anyhow::Result<bool> {
    if let Some(person) = people::by_address(tx, address).await? {
        let all = people::organizations_of(tx, person.id).await?;
        if !all.is_empty() {
            return Ok(all.iter().all(|organization| Some(organization.id) != own));
        }
    }
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    let domain = domain.strip_prefix("www.").unwrap_or(domain);
    let owner = people::organization_by_domain(tx, domain).await?;
    Ok(owner.is_some_and(|owner| Some(owner.id) != own))
}
