//! What an act brings of its mail: [`content`]. What is its writer's alone is taken out before anybody outside can read it:
//! what a customer's mails always end with, and of a staff member's answers their addresses and the files of their program.

use super::case::{Known, OnBehalfOf, Sender};
use super::facts::signature::CUT;
use super::facts::{Loaded, lookup};
use super::rules::lacks;
use super::rules::token::without_secrets;
use crate::acts::{Act, ActContext, BehalfOrigin, Content, Update};
use crate::desk::entry::Visibility;
use crate::desk::ids::PersonId;
use crate::mail::body::{Body, Class};
use crate::mail::document::Document;
use crate::mail::hygiene::{Writer, end, filled, is_programs_own, mark, masked, without_repeated_end};
use crate::mail::quoted::with_questions;
use crate::mail::{Kind, Letter};
use crate::store::inbox::LedgerRow;
use crate::store::{Tx, entries, notify, people};

/// The end of a signature that is remembered.
const SIGNATURE: usize = 24;

/// Whether outsiders will read what an act writes.
fn is_public(act: &Act) -> bool {
    match act {
        Act::Open(open) => open.visibility == Visibility::Public,
        Act::OnBehalf(act) => act.open.visibility == Visibility::Public,
        Act::Update(update) => update.comment == Some(Visibility::Public),
        Act::Time(_) | Act::AlsoSent { .. } | Act::Undelivered { .. } => false,
    }
}

/// What comes with an act of a mail: `text`, without what nobody else is to read, and the mail's files. It writes nothing, so
/// that a question can show what the answer to it publishes. `nameless`: in nobody's name, and whole.
pub(super) async fn content(
    tx: &mut Tx,
    context: &ActContext<'_>,
    row: &LedgerRow,
    loaded: &Loaded,
    act: &Act,
    text: String,
    (nameless, quiet): (bool, bool),
) -> anyhow::Result<Content> {
    let (letter, known) = (&loaded.letter, &loaded.known);
    let files = match (&known.behalf, act) {
        (Some(OnBehalfOf::Clear(customer)), Act::OnBehalf(_)) => customer.files.clone(),
        _ => letter.attachments.clone(),
    };
    let mut content = Content {
        text: without_secrets(context.config, text),
        document: None,
        files,
        lacks: lacks::lacks(letter),
        message_id: loaded.original.clone().filter(|_| known.thread.is_none()).or_else(|| letter.message_id.clone()),
        inbox: Some(row.id),
        past: quiet.then(|| lookup::times(row, Some(letter)).written()),
        unverified: known.is_unverified(),
        proven: known.is_proven(),
    };
    for file in &mut content.files {
        file.name = without_secrets(context.config, std::mem::take(&mut file.name));
    }
    if !nameless {
        staff_words(tx, context, known, act, &mut content).await?;
        customer_words(tx, known, letter, &mut content).await?;
        questions(tx, act, letter, &mut content).await?;
    }
    dress(tx, context, known, act, letter, &mut content).await?;
    Ok(content)
}

/// Remembers how its writer ended a mail, so that the next one can be told from its end. `text` is what an act says of it.
pub(super) async fn remember_end(
    tx: &mut Tx,
    context: &ActContext<'_>,
    known: &Known,
    act: &Act,
    letter: &Letter,
    text: String,
) -> anyhow::Result<()> {
    match known.sender {
        Sender::Contact(id) if letter.kind == Kind::Person && letter.from.is_some() => {
            let text = without_secrets(context.config, text);
            if text.trim().is_empty() {
                return Ok(());
            }
            Ok(notify::remember_end(tx, id, &end(&text), context.now, context.rng).await?)
        }
        // Only ends of what outsiders read are remembered: an internal note must not change what leaves.
        Sender::Staff(id) if is_public(act) && !is_passed_on(act) => {
            let signed = &known.signed;
            let lines: Vec<&str> = filled(&signed.signature).collect();
            let signature = lines.get(lines.len().saturating_sub(SIGNATURE)..).unwrap_or_default().join("\n");
            let cut = Some(format!("{CUT}{signature}")).filter(|_| !signature.is_empty());
            for text in signed.ends.iter().chain(&cut) {
                notify::remember_once(tx, id, text, context.now, context.rng).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether it is somebody else's mail that a member of staff passes on.
fn is_passed_on(act: &Act) -> bool {
    matches!(act, Act::OnBehalf(act) if act.way == BehalfOrigin::PassedOn)
}

/// Takes off what a customer's earlier mails ended with, too: a signature that nothing delimits.
async fn customer_words(tx: &mut Tx, known: &Known, letter: &Letter, content: &mut Content) -> anyhow::Result<()> {
    let (Sender::Contact(id), Kind::Person, Some(from)) = (known.sender, letter.kind, &letter.from) else { return Ok(()) };
    if content.text.trim().is_empty() {
        return Ok(());
    }
    let ends = notify::mail_ends(tx, id).await?;
    let (names, addresses) = ([from.name.as_deref().unwrap_or_default()], [from.address.to_lowercase()]);
    content.text = without_repeated_end(&content.text, &Writer { names: &names, addresses: &addresses, ends: &ends });
    Ok(())
}

/// Takes addresses and the files of the mail program out of what a member of staff writes in public; what only staff read
/// stays as it is. The mail itself is kept whole.
async fn staff_words(
    tx: &mut Tx,
    context: &ActContext<'_>,
    known: &Known,
    act: &Act,
    content: &mut Content,
) -> anyhow::Result<()> {
    let Sender::Staff(id) = known.sender else { return Ok(()) };
    if !is_public(act) {
        return Ok(());
    }
    let Some(person) = people::get(tx, id).await? else { return Ok(()) };
    if is_passed_on(act) {
        // A program that signs below everything signs below what it passes on, too.
        let ends = notify::mail_ends(tx, id).await?;
        let writer = Writer { names: &[&person.name, person.name_for_outsiders()], addresses: &person.addresses, ends: &ends };
        content.text = mark(&Body::all_new(&content.text), &writer).new_text();
    }
    let mask = Mask::of(tx, context, known, id).await?;
    content.text = mask.over(&content.text);
    content.files.retain(|file| !is_programs_own(file));
    for file in &mut content.files {
        file.name = mask.over_name(&file.name);
    }
    Ok(())
}

/// Keeps the questions that an answer stands below, as far as everybody who reads it has them.
async fn questions(tx: &mut Tx, act: &Act, letter: &Letter, content: &mut Content) -> anyhow::Result<()> {
    let Act::Update(Update { ticket, comment: Some(visibility), .. }) = act else { return Ok(()) };
    if !letter.body.has(Class::Quoted) {
        return Ok(());
    }
    let timeline = entries::list(tx, *ticket).await?;
    let read = timeline.iter().filter(|entry| entry.visibility == Visibility::Public || *visibility == Visibility::Internal);
    let known: Vec<&str> = read.map(|entry| entry.text.as_str()).collect();
    if let Some(text) = with_questions(&letter.body, &content.text, &known) {
        content.text = text;
    }
    Ok(())
}

/// Gives a text the structure that it has in its mail, where all of its words stand there so; and takes out the pictures that
/// only a part of the mail shows that is not in it: what the mail quotes, what a member of staff signs with, and what they
/// wrote above a mail that they pass on. Of a staff member's mail whose text stands in no such place no picture stays.
async fn dress(
    tx: &mut Tx,
    context: &ActContext<'_>,
    known: &Known,
    act: &Act,
    letter: &Letter,
    content: &mut Content,
) -> anyhow::Result<()> {
    let Some(whole) = &letter.document else { return Ok(()) };
    let sound = whole.clone().rewritten(&|text| without_secrets(context.config, text.to_owned()));
    content.document = sound.showing(&content.text);
    if let (None, Some(person), true) = (&content.document, known.sender.staff(), is_public(act)) {
        let mask = Mask::of(tx, context, known, person).await?;
        content.document = sound.clone().rewritten(&|text| mask.over(text)).showing(&content.text);
    }
    let (quoted, all) = (whole.quoted_pictures(), whole.pictures());
    let shown = content.document.as_ref().map(Document::pictures);
    let above = match act {
        Act::OnBehalf(act) if !act.note.trim().is_empty() => sound.showing(&act.note),
        _ => None,
    };
    let noted = above.as_ref().map(Document::pictures);
    let bare = matches!(act, Act::OnBehalf(act) if act.note.trim().is_empty());
    let by_staff = known.sender.staff().is_some();
    let passed_on = matches!(act, Act::OnBehalf(_));
    content.files.retain(|file| {
        let Some(id) = file.content_id.as_deref().filter(|id| all.contains(id)) else { return true };
        match (&shown, &noted) {
            (Some(shown), _) if shown.contains(&id) => true,
            // Their text is not found in the formatted one: what is not certainly above it is the customer's.
            (None, Some(noted)) if passed_on => !noted.contains(&id),
            (None, None) if passed_on && bare => true,
            _ => !(by_staff || quoted.contains(&id)),
        }
    });
    Ok(())
}

/// What of a member of staff's words is not for outsiders: their own addresses, and what stands there instead.
struct Mask<'a> {
    own: Vec<String>,
    instead: &'a str,
}

impl<'a> Mask<'a> {
    async fn of(tx: &mut Tx, context: &'a ActContext<'_>, known: &Known, person: PersonId) -> anyhow::Result<Self> {
        let own = people::get(tx, person).await?.map(|person| person.addresses).unwrap_or_default();
        let mailbox = context.config.mailbox(&known.mailbox).or_else(|| context.config.mailboxes.first());
        Ok(Self { own, instead: mailbox.map_or("", |mailbox| mailbox.address.as_str()) })
    }

    fn over(&self, text: &str) -> String {
        masked(text, &self.own, self.instead)
    }

    /// The same in the name of a file, whose ending is no part of an address.
    fn over_name(&self, name: &str) -> String {
        let name = self.over(name);
        match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{}.{ending}", self.over(stem)),
            None => name,
        }
    }
}
