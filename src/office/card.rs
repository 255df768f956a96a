//! A held mail as a page shows it: everything as plain text, which the template escapes.

use std::sync::Arc;

use crate::acts;
use crate::acts::held::about;
use crate::acts::held::mail::name_of;
use crate::acts::held::{Case, Power};
use crate::desk::ids::PersonId;
use crate::desk::inbox::{Disposition, Held, HeldAction, staying};
use crate::desk::notice::{Part, mornings};
use crate::letters::guard::Shown;
use crate::letters::held::{already, became, button, consequence, reasons, stays as stays_called};
use crate::letters::size;
use crate::store::{Tx, blobs, held, told};
use crate::time::Timestamp;
use crate::web::Web;
use crate::web::page::Page;

/// More than this is folded away.
const LINES: usize = 12;
const CHARACTERS: usize = 1_200;
/// More than this is not shown; the mail itself is kept whole.
const MOST: usize = 50_000;

/// One mail.
pub(super) struct Card {
    pub(super) id: i64,
    /// How many decisions there were: a form is good for the next one only.
    pub(super) round: i64,
    pub(super) subject: String,
    pub(super) from: String,
    /// The member of staff whom it names; empty for nobody.
    pub(super) claims: String,
    pub(super) received: Timestamp,
    /// The number of the ticket; empty for none.
    pub(super) ticket: String,
    pub(super) why: String,
    /// What its reader has to see to decide: a heading and lines; empty for nothing.
    pub(super) shown: Vec<Shown>,
    /// When it leaves unless somebody stops it.
    pub(super) leaves: Option<Timestamp>,
    /// The beginning of its text, and the whole where that is longer.
    pub(super) text: String,
    pub(super) whole: String,
    /// Whether that is what would be published, what of the mail stays behind then, and how that is called.
    pub(super) publishes: bool,
    pub(super) stays: String,
    pub(super) stays_called: String,
    /// What it has become, where somebody has decided; empty where that says it all.
    pub(super) became: String,
    /// The files that would be published with it, and the others.
    pub(super) leaving: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) buttons: Vec<Button>,
    /// Where its reader says that the sender's address is theirs; empty where it cannot be.
    pub(super) mine: String,
    /// Why there is no button to send it; empty where there is one.
    pub(super) hint: String,
    /// The newest decision about it, in words; empty for none.
    pub(super) taken: String,
    /// Who has been told of it, and when.
    pub(super) told: Vec<(String, Timestamp)>,
    /// When somebody is told next; only while nobody has been.
    pub(super) next: Option<Timestamp>,
    /// Its size in words, where that is why it is held; else empty.
    pub(super) size: String,
    /// The held mails that hang together with it.
    pub(super) family: Vec<Relative>,
}

/// A held mail that hangs together with another.
pub(super) struct Relative {
    pub(super) id: i64,
    pub(super) subject: String,
    pub(super) from: String,
}

/// One way out of the hold.
pub(super) struct Button {
    pub(super) word: HeldAction,
    /// Whether it may stand out: nothing invites to let out what nobody has proven.
    pub(super) proven: bool,
    pub(super) label: String,
    pub(super) consequence: String,
}

impl Card {
    /// The card of a case.
    pub(super) async fn of(tx: &mut Tx, page: &Page, case: &Case, reader: PersonId, web: &Web) -> anyhow::Result<Self> {
        let (w, mail) = (page.w(), &case.mail);
        let now = web.clock.now();
        let (text, files) = content(tx, case, web).await?;
        let mut about = about(tx, &web.config, w, case, now).await?;
        if about.from.is_empty() {
            about.from = w.text("held-no-sender", &[]);
        }
        let (reason, own, claims) = (case.reason, case.is_own(), about.claimed.clone());
        let buttons: Vec<Button> = case
            .ways()
            .into_iter()
            .map(|word| Button {
                word,
                proven: word != HeldAction::Send || reason.part() == Part::Author,
                label: button(w, reason, &about.whose, word),
                consequence: consequence(w, &about, word),
            })
            .collect();
        let named = reason.claims_somebody() && !own && matches!(case.power, Power::Staff { .. }) && !claims.is_empty();
        let taken = match &case.taken {
            Some(taken) => {
                let by = name_of(tx, taken.person).await?;
                already(w, (taken.reason, taken.word), by.as_deref(), now.since(taken.at))
            }
            None if mail.disposition == Some(Disposition::Spam) => w.text("held-was-spam", &[]),
            None => String::new(),
        };
        let (told, next) = told_of(tx, case, web, now).await?;
        let unnamed = |subject: Option<String>| {
            subject.filter(|subject| !subject.is_empty()).unwrap_or_else(|| w.text("held-no-subject", &[]))
        };
        let mut relatives = Vec::new();
        for mail in held::family(tx, mail).await? {
            let from = mail.sender.clone().unwrap_or_else(|| w.text("held-no-sender", &[]));
            if acts::held::case(tx, mail.clone(), Some(reader)).await?.is_some() {
                relatives.push(Relative { id: mail.id.0, subject: unnamed(mail.subject), from });
            }
        }
        let waits = mail.disposition == Some(Disposition::Held);
        let leaves = mail.detail.leaves.as_ref().filter(|_| waits);
        let stays = leaves.map(|leaves| staying(&text, leaves).join("\n")).unwrap_or_default();
        let stays_called = stays_called(w, leaves.map(|_| stays.lines().count()));
        let text = leaves.map_or(text, |leaves| leaves.trim().to_owned());
        let leaving = if leaves.is_some() { about.files.clone() } else { Vec::new() };
        let files = if leaves.is_some() { mail.detail.files_stay.clone() } else { files };
        let (start, why_held) = (beginning(&text), reasons(w, &about));
        let number = about.number.clone().unwrap_or_default();
        let became = match &case.taken {
            Some(_) if !waits => became(w, mail.disposition, &number),
            _ => String::new(),
        };
        Ok(Self {
            id: mail.id.0,
            round: mail.round,
            subject: unnamed(mail.subject.clone()),
            from: match about.unverified {
                true => w.text("unverified", &[("sender", &about.from)]),
                false => about.from,
            },
            received: mail.received_at,
            ticket: about.number.unwrap_or_default(),
            why: why_held,
            publishes: leaves.is_some(),
            stays,
            stays_called,
            became,
            shown: about.shown,
            leaves: mail.leaves_at.filter(|_| reason == Held::Leaving && mail.disposition == Some(Disposition::Held)),
            mine: match about.mine {
                Some(_) => format!("/office/held/{}/address", mail.id),
                None => String::new(),
            },
            hint: match (named, told.iter().any(|(name, _)| *name == claims)) {
                (false, _) => String::new(),
                (true, true) => w.text("held-only-named-asked", &[("name", &claims)]),
                (true, false) => w.text("held-only-named", &[("name", &claims)]),
            },
            claims: if reason.claims_somebody() { claims } else { String::new() },
            whole: if start.len() < text.len() { text.clone() } else { String::new() },
            text: start,
            leaving,
            files,
            buttons,
            taken,
            told,
            next,
            size: about.size.map(|bytes| size(w, bytes)).unwrap_or_default(),
            family: relatives,
        })
    }
}

/// Who has been told of a held mail, else when somebody will be.
async fn told_of(
    tx: &mut Tx,
    case: &Case,
    web: &Web,
    now: Timestamp,
) -> anyhow::Result<(Vec<(String, Timestamp)>, Option<Timestamp>)> {
    if case.mail.disposition != Some(Disposition::Held) {
        return Ok(Default::default());
    }
    let mut names = Vec::new();
    let people = told::of(tx, case.mail.id).await?;
    for standing in &people {
        if let Some(at) = standing.told_at {
            names.push((name_of(tx, Some(standing.person)).await?.unwrap_or_default(), at));
        }
    }
    let (_, morning) = mornings(now, &web.config.desk.time_zone);
    let next = people.iter().filter_map(|standing| standing.due_at).chain([morning]).min();
    let next = next.filter(|_| names.is_empty());
    Ok((names, next))
}

/// The text of a mail and the names of its files. What brought the program down is not read again.
async fn content(tx: &mut Tx, case: &Case, web: &Web) -> anyhow::Result<(String, Vec<String>)> {
    let readable = !matches!(case.reason, Held::Crashes | Held::Unreadable | Held::Damaged | Held::TooLarge | Held::NotFetched);
    let Some(blob) = case.mail.blob.as_ref().filter(|_| readable) else { return Ok(Default::default()) };
    let raw = Arc::new(blobs::get(tx, blob).await?);
    // A mail whose reader dies is one without a text, not a page that fails.
    let Ok(Ok(reading)) = web.readers.read(raw, web.config.limits, None, None).await else { return Ok(Default::default()) };
    let letter = reading.letter;
    let files = letter.attachments.iter().map(|file| file.name.clone()).collect();
    Ok((letter.body.text.trim().chars().take(MOST).collect(), files))
}

/// The first lines of a text.
fn beginning(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    let start: String = lines.join("\n").chars().take(CHARACTERS).collect();
    if start.len() < text.len() { start.trim_end().to_owned() } else { text.to_owned() }
}
