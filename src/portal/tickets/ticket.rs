//! A ticket's page: its state, its public timeline, and what the guest may do with it.

use std::ops::Range;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::prose::{self, numbers};
use super::said::Said;
use super::{Number, day, duration, size};
use crate::desk::entry::{Field, Lack};
use crate::desk::people::Language;
use crate::desk::role::Permission;
use crate::desk::ticket::TicketNumber;
use crate::guest::ticket_page::{GuestFile, GuestItem, TicketPage};
use crate::guest::view::{GuestView, Names};
use crate::letters::lack;
use crate::time::Timestamp;
use crate::web::page::{self, Page, PageError};
use crate::web::portal::Portal;
use crate::web::rendering::rendered;
use crate::web::session::GuestViewSession;

/// Files of an entry that are seen at once.
const FILES: usize = 8;

/// The newest items of a timeline that are always shown.
const NEWEST: usize = 20;

/// Which of so many items are folded away: in a long timeline all but the first one and the newest, unless the reader came
/// for one of them.
fn folded(items: usize, sought: Option<usize>, all: bool) -> Range<usize> {
    let hidden = 1..items.saturating_sub(NEWEST);
    let is_worth_it = hidden.len() > 1 && !all && !sought.is_some_and(|place| hidden.contains(&place));
    if is_worth_it { hidden } else { 0..0 }
}

#[derive(Template)]
#[template(path = "portal/tickets/ticket.html")]
struct Shown {
    p: Page,
    ticket: TicketPage,
    names: Names,
    openable: Vec<TicketNumber>,
    /// The items that are folded away, by their places.
    folded: Range<usize>,
    said: Option<Said>,
    form: String,
    typed: Typed,
}

/// What stands in the form before anybody types.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The text.
    pub(super) text: String,
    /// Why it was not sent; empty where nothing went wrong.
    pub(super) why: String,
    /// Whether the desk has kept it since a session ran out.
    pub(super) kept: bool,
}

impl Shown {
    fn day(&self, at: &Timestamp) -> String {
        day(&self.p, *at, &self.p.time_zone)
    }

    /// A day that has no hour and no zone.
    fn worked_on(&self, at: Timestamp) -> String {
        day(&self.p, at, "UTC")
    }

    fn size(&self, bytes: i64) -> String {
        size(&self.p, bytes)
    }

    fn duration(&self, minutes: i64) -> String {
        duration(minutes)
    }

    fn prose(&self, item: &GuestItem) -> String {
        let files = format!("{}/files", self.ticket.row().path());
        prose::html(item, &self.openable, &files, &self.p.w().text("ticket-quoted", &[]))
    }

    /// The files below an item: those that are seen at once, and the rest.
    fn files<'a>(&self, item: &'a GuestItem) -> (Vec<&'a GuestFile>, Vec<&'a GuestFile>) {
        let mut files = prose::files(item);
        let rest = if files.len() > FILES + 1 { files.split_off(FILES) } else { Vec::new() };
        (files, rest)
    }

    fn author(&self, item: &GuestItem) -> String {
        item.author().map_or_else(|| self.p.desk.clone(), str::to_owned)
    }

    fn named(&self, de: &str, en: &str) -> String {
        if self.p.language == Language::German { de } else { en }.to_owned()
    }

    fn status_name(&self, key: &str) -> String {
        let status = self.names.statuses.iter().find(|status| status.key == key);
        status.map_or_else(|| key.to_owned(), |status| self.named(&status.name_de, &status.name_en))
    }

    fn status_class(&self, key: &str) -> &'static str {
        self.names.statuses.iter().find(|status| status.key == key).map_or("open", |status| status.category.as_str())
    }

    fn priority_name(&self, key: &str) -> String {
        let priority = self.names.priorities.iter().find(|priority| priority.key == key);
        priority.map_or_else(|| key.to_owned(), |priority| self.named(&priority.name_de, &priority.name_en))
    }

    /// Key of the status that an item set.
    fn new_status<'a>(&self, item: &'a GuestItem) -> Option<&'a str> {
        item.change().and_then(|(field, to)| to.filter(|_| field == Field::Status))
    }

    /// What is told of the change at a place of the timeline, with those that were made together with it; `None` for what is
    /// told with the one before, and for what is not told.
    fn line(&self, place: &usize) -> Option<String> {
        let items = self.ticket.items();
        let first = items.get(*place)?;
        let before = place.checked_sub(1).filter(|before| !self.folded.contains(before)).and_then(|before| items.get(before));
        if before.is_some_and(|before| before.is_of_one_act_with(first)) {
            return None;
        }
        let w = self.p.w();
        let act: Vec<&GuestItem> = items.iter().skip(*place).take_while(|item| item.is_of_one_act_with(first)).collect();
        if let ([only], Some(before)) = (act.as_slice(), before)
            && self.is_reply_that_reopens(before, only)
        {
            return Some(w.text("did-reopen-by-reply", &[("author", &self.author(before))]));
        }
        match act.as_slice() {
            [] | [_] => self.sentence(first),
            several => {
                let told: Vec<String> = several.iter().filter_map(|item| self.phrase(item)).collect();
                let told = told.join(" · ");
                (!told.is_empty()).then(|| w.text("did-several", &[("author", &self.author(first)), ("changes", &told)]))
            }
        }
    }

    /// Whether nobody works on a ticket with this status until somebody outside says something.
    fn rests(&self, status: &str) -> bool {
        self.names.statuses.iter().any(|known| known.key == status && known.category.rests())
    }

    /// Whether a customer's comment is what opened a ticket again.
    fn is_reply_that_reopens(&self, comment: &GuestItem, change: &GuestItem) -> bool {
        let status = change.change().is_some_and(|(field, to)| field == Field::Status && to.is_some_and(|to| !self.rests(to)));
        let rested = change.from().is_some_and(|from| self.rests(from));
        let same = comment.author() == change.author() && comment.at() == change.at();
        status && rested && same && comment.is_comment() && !comment.by_staff()
    }

    /// One of several changes: "Status: open → done"; `None` for what is not told.
    fn phrase(&self, item: &GuestItem) -> Option<String> {
        let w = self.p.w();
        let (field, to) = item.change()?;
        let whom = item.whom().unwrap_or_default();
        Some(match (field, to) {
            (Field::Status, Some(to)) => match step(item, to, &|key| self.status_name(key)) {
                (Some(from), to) => w.text("changed-status", &[("from", &from), ("to", &to)]),
                (None, to) => w.text("changed-status-to", &[("to", &to)]),
            },
            (Field::Priority, Some(to)) => match step(item, to, &|key| self.priority_name(key)) {
                (Some(from), to) => w.text("changed-priority", &[("from", &from), ("to", &to)]),
                (None, to) => w.text("changed-priority-to", &[("to", &to)]),
            },
            (Field::Progress, Some(to)) => match step(item, to, &|percent| format!("{percent} %")) {
                (Some(from), to) => w.text("changed-progress", &[("from", &from), ("to", &to)]),
                (None, to) => w.text("changed-progress-to", &[("to", &to)]),
            },
            (Field::Due, Some(to)) => match step(item, to, &|micros| self.day_of(micros)) {
                (Some(from), to) => w.text("changed-due", &[("from", &from), ("to", &to)]),
                (None, to) => w.text("changed-due-to", &[("to", &to)]),
            },
            (Field::Due, None) => w.text("changed-undue", &[]),
            (Field::Assignee, Some(_)) => w.text("changed-assignee", &[("whom", whom)]),
            (Field::Assignee, None) => w.text("changed-unassigned", &[]),
            (Field::Title, Some(to)) => w.text("changed-title", &[("title", to)]),
            (Field::Type, Some(_)) => w.text("changed-type", &[]),
            (Field::Lacks, Some(to)) => lack(w, Lack::from_words(to)?),
            (Field::Participant, Some(_)) => w.text("changed-invited", &[("whom", whom)]),
            (Field::Participant, None) => w.text("changed-taken-off", &[("whom", whom)]),
            _ => return None,
        })
    }

    /// The day of a moment as changes write it.
    fn day_of(&self, micros: &str) -> String {
        micros.parse().map_or_else(|_| micros.to_owned(), |at| self.day(&Timestamp::from_micros(at)))
    }

    /// What an item changed, as a sentence; `None` for what is not told.
    fn sentence(&self, item: &GuestItem) -> Option<String> {
        let w = self.p.w();
        let author = self.author(item);
        let (field, to) = item.change()?;
        let whom = item.whom().unwrap_or_default();
        Some(match (field, to) {
            (Field::Status, Some(to)) => match step(item, to, &|key| self.status_name(key)) {
                (Some(from), to) => w.text("did-status-from", &[("author", &author), ("from", &from), ("to", &to)]),
                (None, to) => w.text("did-status", &[("author", &author), ("to", &to)]),
            },
            (Field::Priority, Some(to)) => match step(item, to, &|key| self.priority_name(key)) {
                (Some(from), to) => w.text("did-priority-from", &[("author", &author), ("from", &from), ("to", &to)]),
                (None, to) => w.text("did-priority", &[("author", &author), ("to", &to)]),
            },
            (Field::Progress, Some(to)) => match step(item, to, &str::to_owned) {
                (Some(from), to) => w.text("did-progress-from", &[("author", &author), ("from", &from), ("to", &to)]),
                (None, to) => w.text("did-progress", &[("author", &author), ("to", &to)]),
            },
            (Field::Assignee, Some(_)) if item.whom() == item.author() => w.text("did-take", &[("author", &author)]),
            (Field::Assignee, Some(_)) => w.text("did-assign", &[("author", &author), ("whom", whom)]),
            (Field::Assignee, None) => w.text("did-unassign", &[("author", &author)]),
            (Field::Due, Some(to)) => match step(item, to, &|micros| self.day_of(micros)) {
                (Some(from), to) => w.text("did-due-from", &[("author", &author), ("from", &from), ("to", &to)]),
                (None, to) => w.text("did-due", &[("author", &author), ("to", &to)]),
            },
            (Field::Due, None) => w.text("did-undue", &[("author", &author)]),
            (Field::Title, Some(to)) => w.text("did-title", &[("author", &author), ("title", to)]),
            (Field::Type, Some(_)) => w.text("did-type", &[("author", &author)]),
            (Field::Lacks, Some(to)) => lack(w, Lack::from_words(to)?),
            (Field::Participant, Some(_)) => w.text("did-invite", &[("author", &author), ("whom", whom)]),
            (Field::Participant, None) => w.text("did-take-off", &[("author", &author), ("whom", whom)]),
            _ => return None,
        })
    }

    /// Whether the newest that is told stands at a place.
    fn is_newest(&self, place: &usize) -> bool {
        let items = self.ticket.items();
        let told = |place: &usize| items.get(*place).is_some_and(GuestItem::is_comment) || self.line(place).is_some();
        told(place) && !(place + 1..items.len()).any(|later| told(&later))
    }

    /// A word about what was just done, and whether it went wrong; for what stands at its own place, see below.
    fn notice(&self) -> Option<(String, bool)> {
        let w = self.p.w();
        let number = self.ticket.row().number().to_string();
        let text = match self.said? {
            Said::Opened => w.text("said-opened", &[("number", &number)]),
            Said::Commented | Said::Empty => return None,
            Said::Closed => w.text("said-closed", &[]),
            Said::Reopened => w.text("said-reopened", &[]),
            Said::Priority => w.text("said-priority", &[]),
            Said::Invited => w.text("said-invited", &[]),
            Said::NoColleague => w.text("said-no-colleague", &[("organization", self.ticket.project().organization())]),
            Said::Muted => w.text("said-muted", &[]),
            Said::Unmuted => w.text("said-unmuted", &[]),
        };
        Some((text, self.said == Some(Said::NoColleague)))
    }

    /// Whether a comment has just arrived: that stands with it.
    fn has_commented(&self) -> bool {
        self.said == Some(Said::Commented)
    }

    /// What is wrong with the form: that stands in it.
    fn wrong(&self) -> Option<String> {
        match self.said {
            Some(Said::Empty) => Some(self.p.w().text("said-empty", &[])),
            _ => Some(self.typed.why.clone()).filter(|why| !why.is_empty()),
        }
    }

    /// The page whose text has arrived with what was just done.
    fn sent(&self) -> Option<String> {
        (self.said == Some(Said::Opened)).then(|| format!("/{}/new", self.ticket.project().key()))
    }
}

/// What a value was, where that is told and it was another, and what it is, in words.
fn step(item: &GuestItem, to: &str, words: &dyn Fn(&str) -> String) -> (Option<String>, String) {
    let to = words(to);
    (item.from().map(words).filter(|from| *from != to), to)
}

pub(super) async fn show(
    Number(number): Number,
    State(portal): State<Portal>,
    GuestViewSession { mut view, page: p }: GuestViewSession,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let ticket = view.ticket(&number).await?.ok_or(PageError::Missing)?;
    let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
    let value = |name: &str| pairs.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str());
    let said = value("said").and_then(|said| Said::try_from(said).ok());
    let sought = value("entry").and_then(|place| place.parse::<usize>().ok()).and_then(|place| place.checked_sub(1));
    let folded = folded(ticket.items().len(), sought, value("all").is_some());
    let draft = view.draft(&ticket.row().path(), portal.now()).await?;
    let typed = draft.map_or_else(Typed::default, |draft| Typed { text: draft.text, why: String::new(), kept: true });
    let look = ticket.look();
    let shown = page(&portal, view, p, ticket, (folded, said, typed)).await?;
    if let Some(look) = look {
        portal.looked(look).await;
    }
    Ok(shown)
}

/// The page with a text in its form; `None` where it has no form.
pub(super) async fn with(
    portal: &Portal,
    mut view: GuestView,
    p: Page,
    number: TicketNumber,
    typed: Typed,
) -> Result<Option<Response>, PageError> {
    let ticket = view.ticket(&number).await?.ok_or(PageError::Missing)?;
    if !ticket.project().may(Permission::Comment) {
        return Ok(None);
    }
    let folded = folded(ticket.items().len(), None, false);
    page(portal, view, p, ticket, (folded, None, typed)).await.map(Some)
}

async fn page(
    portal: &Portal,
    mut view: GuestView,
    p: Page,
    ticket: TicketPage,
    (folded, said, typed): (Range<usize>, Option<Said>, Typed),
) -> Result<Response, PageError> {
    let named = move || (numbers(ticket.items().iter().map(GuestItem::text)).into_iter().collect(), ticket);
    let (named, ticket) = rendered(named).await?;
    let openable = view.mentioned(named).await?.into_keys().collect();
    let names = view.names().await?;
    drop(view);
    let page = Shown { p, ticket, names, openable, folded, said, form: portal.form(), typed };
    rendered(move || page::show(&page)).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_timeline_is_folded_between_its_beginning_and_its_end() {
        for (items, sought, all, expected) in [
            (0, None, false, 0),
            (22, None, false, 0),
            (23, None, false, 2),
            (200, None, false, 179),
            (200, None, true, 0),
            (200, Some(100), false, 0),
            (200, Some(0), false, 179),
            (200, Some(199), false, 179),
        ] {
            assert_eq!(folded(items, sought, all).len(), expected, "{items} {sought:?} {all}");
        }
        assert!(!folded(200, None, false).contains(&0) && folded(200, None, false).contains(&1));
    }
}
