//! The Big Picture of a project, for one guest. All numbers in it are counted from the cards that the guest may open.

use std::collections::HashMap;

use super::face::GuestFace;
use super::tickets::shown;
use super::view::GuestView;
use crate::desk::ids::TicketId;
use crate::desk::names::OwnNames;
use crate::desk::next_action::{NextAction, Step, Turn};
use crate::desk::people::{Language, Named, PersonKind};
use crate::desk::project::is_key;
use crate::desk::role::Permission;
use crate::store::public::picture::{self as public_picture, PublicCard, PublicStep, PublicWord};
use crate::store::public::tickets::{self as public_tickets, PublicProject, PublicType};
use crate::store::{Result, people};
use crate::time::Timestamp;

/// All tickets of a project that a guest may open, on one page.
#[derive(Debug, Clone)]
pub struct GuestPicture {
    key: String,
    name: String,
    rows: Vec<GuestRow>,
    empty: Vec<Named>,
    sees_assignee: bool,
    documentation: bool,
}

/// The tickets of one type.
#[derive(Debug, Clone)]
pub struct GuestRow {
    key: String,
    name: Named,
    cards: Vec<GuestCard>,
}

/// A ticket as a card.
#[derive(Debug, Clone)]
pub struct GuestCard {
    number: i64,
    face: GuestFace,
    rank: i64,
    priority: Named,
    comments: i64,
    turn: Turn,
    since: Timestamp,
    requester: Option<String>,
    word: Option<GuestWord>,
}

/// The last public comment of a ticket.
#[derive(Debug, Clone)]
pub struct GuestWord {
    author: Option<String>,
    at: Timestamp,
    text: String,
}

/// On Big Pictures.
impl GuestView {
    /// The Big Picture of a project; foreign, forbidden and nonexistent are the same `None`. Six statements, however
    /// many tickets there are.
    pub async fn picture(&mut self, key: &str) -> Result<Option<GuestPicture>> {
        if !is_key(key) {
            return Ok(None);
        }
        let (tx, guest) = (&mut self.tx, &self.guest);
        let person = guest.person();
        let Some(project) = public_tickets::project_by_key(tx, person, key).await? else { return Ok(None) };
        let PublicProject { id, organization, organization_name: _, key, name } = project;
        if !guest.may(organization, Permission::BigPicture) {
            return Ok(None);
        }
        let all = i64::from(guest.may(organization, Permission::SeeAllTickets));
        let types = public_tickets::types(tx, person, id).await?;
        let cards = public_picture::cards(tx, person, id, all).await?;
        let steps = public_picture::steps(tx, person, id, all).await?;
        let words = public_picture::last_words(tx, person, id, all).await?;
        let sees_assignee = guest.may(organization, Permission::SeeAssignee);
        let documentation = guest.may(organization, Permission::Documentation);
        let names = people::own_names(tx, &self.desk).await?;
        let (rows, empty) = rows(types, cards, steps, words, (&names, sees_assignee));
        Ok(Some(GuestPicture { key, name, rows, empty, sees_assignee, documentation }))
    }
}

/// The rows that have cards, and the names of the types that customers could choose and have not.
fn rows(
    types: Vec<PublicType>,
    cards: Vec<PublicCard>,
    steps: Vec<PublicStep>,
    words: Vec<PublicWord>,
    (names, sees_assignee): (&OwnNames, bool),
) -> (Vec<GuestRow>, Vec<Named>) {
    let mut next_actions: HashMap<TicketId, NextAction> =
        cards.iter().map(|card| (card.id, NextAction::opened(card.created_at))).collect();
    for PublicStep { ticket, at, author_kind, status } in steps {
        let step = match (status, author_kind) {
            (Some(category), _) => Step::Status(category),
            (None, Some(PersonKind::Staff)) => Step::OurWord,
            (None, Some(PersonKind::Contact) | None) => Step::TheirWord,
        };
        if let Some(next_action) = next_actions.get_mut(&ticket) {
            *next_action = next_action.after(step, at);
        }
    }
    let mut words: HashMap<TicketId, GuestWord> = words.into_iter().map(|word| GuestWord::new(word, names)).collect();
    let mut by_type: HashMap<String, Vec<GuestCard>> = HashMap::new();
    for card in cards {
        let next_action = next_actions.get(&card.id).copied().unwrap_or_else(|| NextAction::opened(card.created_at));
        let word = words.remove(&card.id);
        let key = card.type_key.clone();
        by_type.entry(key).or_default().push(GuestCard::new(card, next_action, word, (names, sees_assignee)));
    }
    let (mut rows, mut empty) = (Vec::new(), Vec::new());
    for PublicType { key, name, template: _, staff_only } in types {
        match by_type.remove(&key) {
            Some(cards) => rows.push(GuestRow::new(key, name, cards)),
            None if !staff_only => empty.push(name),
            None => {}
        }
    }
    // A type that was taken away leaves its tickets where they are.
    let mut rest: Vec<_> = by_type.into_iter().collect();
    rest.sort_by(|one, other| one.0.cmp(&other.0));
    rows.extend(rest.into_iter().map(|(key, cards)| {
        let name = Named { de: key.clone(), en: key.clone() };
        GuestRow::new(key, name, cards)
    }));
    (rows, empty)
}

impl GuestPicture {
    /// Key of the project.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Name of the project.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rows that have cards.
    #[must_use]
    pub fn rows(&self) -> &[GuestRow] {
        &self.rows
    }

    /// The names of the task types without a card.
    pub fn empty_types(&self, language: Language) -> impl Iterator<Item = &str> {
        self.empty.iter().map(move |name| name.in_language(language))
    }

    /// All cards.
    pub fn cards(&self) -> impl Iterator<Item = &GuestCard> {
        self.rows.iter().flat_map(|row| &row.cards)
    }

    /// Whether the guest may see who works on what.
    #[must_use]
    pub fn sees_assignee(&self) -> bool {
        self.sees_assignee
    }

    /// Whether the guest may read the project's documentation.
    #[must_use]
    pub fn has_documentation(&self) -> bool {
        self.documentation
    }
}

impl GuestRow {
    /// Cards from left to right: by priority, then by due date, then by number.
    fn new(key: String, name: Named, mut cards: Vec<GuestCard>) -> Self {
        let due = |card: &GuestCard| card.face.due.map_or(i64::MAX, Timestamp::as_micros);
        cards.sort_by_key(|card| (-card.rank, due(card), card.number));
        Self { key, name, cards }
    }

    /// The key of the type, as lists are filtered by it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The name of the type.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.name.in_language(language)
    }

    /// Its cards, the most urgent first.
    #[must_use]
    pub fn cards(&self) -> &[GuestCard] {
        &self.cards
    }
}

impl GuestCard {
    fn new(
        card: PublicCard,
        next_action: NextAction,
        word: Option<GuestWord>,
        (names, sees_assignee): (&OwnNames, bool),
    ) -> Self {
        let PublicCard {
            id: _,
            number,
            type_key: _,
            title,
            category,
            status,
            rank,
            priority,
            progress,
            assignee,
            due,
            comments,
            created_at: _,
            asker,
            mine,
        } = card;
        let turn = Turn::of(category, next_action.is_ours(), mine);
        let requester = asker.map(|(name, address)| names.shown(&name, &address));
        let face = GuestFace { title, category, status, assignee, progress, due }.seen(sees_assignee);
        Self { number, face, rank, priority, comments, turn, since: next_action.since(), requester, word }
    }

    /// What it is about and how it stands.
    #[must_use]
    pub fn face(&self) -> &GuestFace {
        &self.face
    }

    /// Its number in the project.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Its public priority in words.
    #[must_use]
    pub fn priority(&self, language: Language) -> &str {
        self.priority.in_language(language)
    }

    /// Its public priority: 0 is low, 1 normal, higher is more urgent.
    #[must_use]
    pub fn rank(&self) -> i64 {
        self.rank
    }

    /// How many public comments it has.
    #[must_use]
    pub fn comments(&self) -> i64 {
        self.comments
    }

    /// Whose turn it is, for the guest.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// Since when; says nothing of what is done.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// The name of whoever outside the staff asked.
    #[must_use]
    pub fn requester(&self) -> Option<&str> {
        self.requester.as_deref()
    }

    /// Its last public comment.
    #[must_use]
    pub fn word(&self) -> Option<&GuestWord> {
        self.word.as_ref()
    }
}

impl GuestWord {
    fn new(word: PublicWord, names: &OwnNames) -> (TicketId, Self) {
        let PublicWord { ticket, author, address, at, text } = word;
        (ticket, Self { author: shown(names, author, address.as_deref()), at, text })
    }

    /// Its author's name for outsiders; `None` for the desk itself.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// When it was written.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
