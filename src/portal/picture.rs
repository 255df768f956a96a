//! The Big Picture: all tickets of a project on one page.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use crate::desk::next_action::Turn;
use crate::desk::people::Language;
use crate::desk::shortened::whole_words;
use crate::desk::ticket::Category;
use crate::guest::picture::{GuestCard, GuestPicture, GuestRow, GuestWord};
use crate::time::Timestamp;
use crate::web::page::{Page, PageError, show};
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::session::GuestViewSession;

/// So many characters of a last comment stand on a card; the ticket has the rest.
const WORD: usize = 400;
/// So many cards stand in a row, the most urgent first, and so many in its fold of what is done, the newest first. The
/// list of tickets has the rest; all of them count.
const OPEN: usize = 500;
/// So many of a row are seen at once; the rest of them is one step away.
const SEEN: usize = 8;
const DONE: usize = 50;

/// The pages of this file.
pub fn routes() -> Routes<Portal> {
    Routes::new().route("/{key}/picture", get(picture))
}

async fn picture(
    GuestViewSession { mut view, page: p }: GuestViewSession,
    State(portal): State<Portal>,
    key: Result<Path<String>, PathRejection>,
) -> Result<Response, PageError> {
    let Path(key) = key.map_err(|_| PageError::Missing)?;
    let picture = view.picture(&key).await?.ok_or(PageError::Missing)?;
    drop(view);
    let view = View { p: &p, now: portal.now() };
    let totals = Totals::count(&picture, &view);
    show(&PicturePage { p: &p, v: &view, picture: &picture, totals })
}

#[derive(Template)]
#[template(path = "portal/picture.html")]
struct PicturePage<'a> {
    p: &'a Page,
    v: &'a View<'a>,
    picture: &'a GuestPicture,
    totals: Totals<'a>,
}

/// The moment and the reader that words depend on.
struct View<'a> {
    p: &'a Page,
    now: Timestamp,
}

/// What stands on top.
struct Totals<'a> {
    all: usize,
    /// Open, in progress, waiting, done.
    categories: Vec<(Category, usize)>,
    done: usize,
    progress: i64,
    turns: Vec<TurnTotal<'a>>,
    overdue: usize,
    unassigned: usize,
}

/// Of how many tickets it is one's turn, and the one of which it has been longest.
struct TurnTotal<'a> {
    turn: Turn,
    count: usize,
    oldest: Option<&'a GuestCard>,
}

impl<'a> Totals<'a> {
    fn count(picture: &'a GuestPicture, view: &View<'_>) -> Self {
        let cards = || picture.cards();
        let of = |category: Category| cards().filter(|card| card.face().category() == category).count();
        let total = |turn: &Turn| {
            let theirs = || cards().filter(|card| card.turn() == *turn);
            TurnTotal { turn: *turn, count: theirs().count(), oldest: theirs().min_by_key(|card| (card.since(), card.number())) }
        };
        let open = || cards().filter(|card| !card.face().is_done());
        Self {
            all: cards().count(),
            categories: Category::ALL.iter().map(|category| (*category, of(*category))).collect(),
            done: of(Category::Done),
            progress: average(cards()),
            turns: [Turn::You, Turn::Us, Turn::Others].iter().map(total).collect(),
            overdue: open().filter(|card| card.face().is_overdue(view.now, &view.p.time_zone)).count(),
            unassigned: open().filter(|card| card.face().assignee().is_none()).count(),
        }
    }

    /// Per cent of the ring, whose circumference is 100.
    fn ring(&self) -> usize {
        (self.done * 100).checked_div(self.all).unwrap_or(0)
    }
}

/// Mean progress of some cards, rounded down; 0 for none.
fn average<'a>(cards: impl Iterator<Item = &'a GuestCard>) -> i64 {
    let (sum, count) = cards.fold((0, 0), |(sum, count), card| (sum + card.face().progress(), count + 1));
    if count == 0 { 0 } else { sum / count }
}

impl View<'_> {
    fn category(&self, category: &Category) -> String {
        let w = self.p.w();
        match category {
            Category::Open => w.text("picture-open", &[]),
            Category::InProgress => w.text("picture-in-progress", &[]),
            Category::Waiting => w.text("picture-waiting", &[]),
            Category::Done => w.text("picture-done", &[]),
        }
    }

    fn meaning(&self, turn: &Turn) -> String {
        let w = self.p.w();
        match turn {
            Turn::You => w.text("picture-you-meaning", &[]),
            Turn::Us => w.text("picture-us-meaning", &[]),
            Turn::Others => w.text("picture-others-meaning", &[]),
            Turn::Done => String::new(),
        }
    }

    /// "for 3 days", in whole days of the reader's calendar.
    fn age(&self, since: Timestamp) -> String {
        let w = self.p.w();
        match self.now.days_since(since, &self.p.time_zone) {
            ..=0 => w.text("picture-since-today", &[]),
            1 => w.text("picture-since-yesterday", &[]),
            days => w.text("picture-since-days", &[("days", &days.to_string())]),
        }
    }

    fn day(&self, at: &Timestamp) -> String {
        at.strftime(&self.p.time_zone, self.pattern())
    }

    fn moment(&self, word: &GuestWord) -> String {
        let at = word.at();
        format!("{}, {}", self.day(&at), at.strftime(&self.p.time_zone, "%H:%M"))
    }

    fn pattern(&self) -> &'static str {
        match self.p.language {
            Language::German => "%-d.%-m.%Y",
            Language::English => "%-d %b %Y",
        }
    }

    fn comments(&self, card: &GuestCard) -> String {
        let w = self.p.w();
        match card.comments() {
            1 => w.text("picture-comment", &[]),
            count => w.text("picture-comments", &[("count", &count.to_string())]),
        }
    }

    fn status<'c>(&self, card: &'c GuestCard) -> &'c str {
        card.face().status(self.p.language)
    }

    fn priority<'c>(&self, card: &'c GuestCard) -> &'c str {
        card.priority(self.p.language)
    }

    fn name<'c>(&self, row: &'c GuestRow) -> &'c str {
        row.name(self.p.language)
    }

    fn empty_types(&self, picture: &GuestPicture) -> String {
        picture.empty_types(self.p.language).collect::<Vec<_>>().join(", ")
    }

    fn is_overdue(&self, card: &GuestCard) -> bool {
        card.face().is_overdue(self.now, &self.p.time_zone)
    }

    fn open<'c>(&self, row: &'c GuestRow) -> Vec<&'c GuestCard> {
        row.cards().iter().filter(|card| !card.face().is_done()).collect()
    }

    fn done<'c>(&self, row: &'c GuestRow) -> Vec<&'c GuestCard> {
        let mut done: Vec<_> = row.cards().iter().filter(|card| card.face().is_done()).collect();
        done.sort_by_key(|card| std::cmp::Reverse(card.number()));
        done
    }

    /// "68 more", behind those that are seen at once.
    fn more(&self, cards: &[&GuestCard], most: usize) -> String {
        let more = cards.len().min(most).saturating_sub(SEEN);
        self.p.w().text("picture-more", &[("count", &more.to_string())])
    }

    /// "and 12 more in the list", with where that is; `None` where all are shown.
    fn rest(&self, cards: &[&GuestCard], most: usize) -> Option<String> {
        let rest = cards.len().checked_sub(most).filter(|rest| *rest > 0)?;
        Some(self.p.w().text("picture-rest", &[("count", &rest.to_string())]))
    }

    fn progress(&self, row: &GuestRow) -> i64 {
        average(row.cards().iter())
    }

    fn shortened(&self, text: &str) -> String {
        whole_words(text.trim(), WORD)
    }
}
