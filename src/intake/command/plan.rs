//! Checks the commands of a mail against what the desk knows; pure. All of them are checked before any is done.

use super::near::{fold, name_forms};
use super::table::{COMMANDS, Takes, Verb};
use super::{Asked, Trouble, Wishes, value};
use crate::acts::Update;
use crate::desk::entry::Visibility;
use crate::desk::ids::{PersonId, TicketId};
use crate::desk::people::{Language, domain};
use crate::desk::ticket::{STATUS_DONE, STATUS_OPEN};
use crate::letters::commands::{Line, Refusal, Verdict, Warning};
use crate::time::Timestamp;

/// Names that a refusal lists at most.
const LISTED: usize = 12;
/// Characters of a title.
const TITLE: usize = 200;
/// Characters of what names somebody or something of the desk; nothing has a longer name.
const NAME: usize = 200;

/// What the desk knows that commands can name: plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// All statuses.
    pub statuses: Vec<Choice>,
    /// All priorities.
    pub priorities: Vec<Choice>,
    /// The task types of the ticket's project.
    pub types: Vec<Choice>,
    /// The active staff.
    pub staff: Vec<Colleague>,
    /// Whose commands they are.
    pub me: Option<PersonId>,
    /// What the addresses are that the mail lets take part.
    pub addresses: Vec<(String, Standing)>,
    /// The mail domains of the ticket's customer, and the addresses of those who take part already; empty where it has no
    /// customer.
    pub domains: Vec<String>,
    /// The addresses of those who take part in the ticket, who asked for it first where they are somebody.
    pub parts: Vec<String>,
    /// Whether the first of them asked for it.
    pub asked: bool,
    /// Whether outsiders can see anything of the ticket.
    pub shown: bool,
    /// The moment.
    pub now: Timestamp,
    /// Where the author reads days.
    pub zone: String,
    /// In which language they read examples.
    pub language: Language,
}

/// A status, priority or type and the words people use for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its key.
    pub key: String,
    /// Its names in all languages.
    pub names: Vec<String>,
}

/// Somebody of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub id: PersonId,
    /// Their names: as staff see it, and as outsiders do.
    pub names: Vec<String>,
    /// Their addresses.
    pub addresses: Vec<String>,
}

/// Whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody's that we know, or a contact's.
    Outside,
    /// Somebody's of the staff.
    Staff,
    /// The desk's own.
    Desk,
    /// Somebody's who is switched off.
    Off,
}

impl Facts {
    /// Facts of a desk where there is nothing to name.
    #[must_use]
    pub fn bare(now: Timestamp, zone: &str, language: Language) -> Self {
        Self {
            statuses: Vec::new(),
            priorities: Vec::new(),
            types: Vec::new(),
            staff: Vec::new(),
            me: None,
            addresses: Vec::new(),
            domains: Vec::new(),
            parts: Vec::new(),
            asked: false,
            shown: true,
            now,
            zone: zone.to_owned(),
            language,
        }
    }
}

/// What is to be done, every word of it known to the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    status: Option<String>,
    priority: Option<String>,
    type_key: Option<String>,
    progress: Option<i64>,
    assignee: Option<Option<PersonId>>,
    due: Option<Option<Timestamp>>,
    title: Option<String>,
    tag: Vec<String>,
    untag: Vec<String>,
    /// Whom to let take part.
    pub cc: Vec<String>,
    /// Whom to let take part no longer.
    pub uncc: Vec<String>,
    /// Working time: minutes and what was done.
    pub times: Vec<(i64, String)>,
    /// Whether the mail says `#public`.
    pub public: bool,
    /// What is to be said of each line.
    pub lines: Vec<Line>,
}

/// What the mail is apart from its commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What its text would be.
    pub text: Visibility,
    /// Whether there is one.
    pub comment: bool,
    /// A human's word on the visibility of everything, which stands above its own.
    pub word: Option<Visibility>,
}

impl Frame {
    /// For whom the changes are: an explicit word beats the carrying mail. It never makes the text more public: that
    /// an internal mail says `#public` does not publish a word of it.
    #[must_use]
    pub fn changes(&self, wishes: &Wishes) -> Visibility {
        match self.word {
            Some(word) => word,
            None if wishes.note => Visibility::Internal,
            None if wishes.has(Verb::Public) => Visibility::Public,
            None => self.text,
        }
    }
}

impl Plan {
    /// Whether anything cannot be done; then nothing is.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.verdict, Verdict::Refused(_)))
    }

    /// Whether anything is worth a word.
    #[must_use]
    pub fn warned(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.verdict, Verdict::Warned(_)))
    }

    /// Whether it changes anything.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.updates() || !self.cc.is_empty() || !self.uncc.is_empty() || !self.times.is_empty()
    }

    /// Whether it changes the ticket itself.
    #[must_use]
    pub fn updates(&self) -> bool {
        let state = self.status.is_some() || self.priority.is_some() || self.progress.is_some() || self.assignee.is_some();
        let rest = self.due.is_some() || self.type_key.is_some() || self.title.is_some();
        state || rest || !self.tag.is_empty() || !self.untag.is_empty()
    }

    /// The changes of the ticket for `visibility`, as an act without a comment.
    #[must_use]
    pub fn update(&self, ticket: TicketId, visibility: Visibility) -> Update {
        Update {
            status: self.status.clone().map(|status| (status, visibility)),
            priority: self.priority.clone().map(|priority| (priority, visibility)),
            progress: self.progress.map(|progress| (progress, visibility)),
            assignee: self.assignee.map(|assignee| (assignee, visibility)),
            due: self.due.map(|due| (due, visibility)),
            type_key: self.type_key.clone(),
            title: self.title.clone(),
            tag: self.tag.clone(),
            untag: self.untag.clone(),
            ..Update::of(ticket)
        }
    }

    /// Without anything to do, and with what was said of its lines.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { lines: self.lines.clone(), ..Self::default() }
    }
}

/// Checks every command of a mail.
#[must_use]
pub fn plan(wishes: &Wishes, facts: &Facts, frame: Frame) -> Plan {
    let mut plan = Plan::default();
    let changes = frame.changes(wishes);
    for (place, asked) in wishes.commands.iter().enumerate() {
        let before = wishes.commands.get(..place).unwrap_or_default();
        let mut verdict = match checked(asked, before) {
            Ok(()) => set(&mut plan, asked, facts),
            Err(refusal) => Err(refusal),
        };
        if asked.verb == Verb::Public && wishes.note {
            verdict = Err(Refusal::Contradiction);
        } else if asked.verb == Verb::Public && frame.comment && frame.text == Visibility::Internal && verdict.is_ok() {
            verdict = Ok(Some(Warning::TextInternal));
        }
        let all_see = matches!(asked.verb, Verb::Title | Verb::Type | Verb::Cc | Verb::Uncc);
        if all_see && facts.shown && changes == Visibility::Internal && verdict.is_ok() {
            verdict = Err(Refusal::SeenByAll);
        }
        let verdict = match verdict {
            Ok(None) => Verdict::Fine,
            Ok(Some(warning)) => Verdict::Warned(warning),
            Err(refusal) => Verdict::Refused(refusal),
        };
        // What a mail is, and whether it is one at all, is no deed to be listed.
        if matches!(asked.verb, Verb::Note | Verb::Public | Verb::Dry | Verb::Help) && verdict == Verdict::Fine {
            continue;
        }
        plan.lines.push(Line { text: asked.line.clone(), verdict });
    }
    plan
}

/// What is to be said of a line that is no command.
#[must_use]
pub fn trouble_line(trouble: &Trouble) -> Line {
    let (text, meant) = match trouble {
        Trouble::NearMiss(line, meant) => (line, Some(format!("#{meant}"))),
        Trouble::Unknown(line) => (line, None),
        Trouble::Below(line) => return Line { text: line.clone(), verdict: Verdict::Refused(Refusal::Below) },
    };
    Line { text: text.clone(), verdict: Verdict::Refused(Refusal::Unknown(meant)) }
}

/// Whether the line has the shape of its command, and stands there once where once is all that makes sense.
fn checked(asked: &Asked, before: &[Asked]) -> Result<(), Refusal> {
    let takes = COMMANDS.iter().find(|command| command.verb == asked.verb).map_or(Takes::Nothing, |command| command.takes);
    if takes == Takes::Nothing && !asked.value.is_empty() {
        return Err(Refusal::TakesNothing);
    }
    let status = |verb| matches!(verb, Verb::Status | Verb::Close | Verb::Reopen);
    let once = matches!(asked.verb, Verb::Assign | Verb::Priority | Verb::Type | Verb::Progress | Verb::Due | Verb::Title);
    let again = |other: &Asked| (once && other.verb == asked.verb) || (status(other.verb) && status(asked.verb));
    if before.iter().any(again) { Err(Refusal::Twice) } else { Ok(()) }
}

fn set(plan: &mut Plan, asked: &Asked, facts: &Facts) -> Result<Option<Warning>, Refusal> {
    let text = asked.value.trim();
    let of = COMMANDS.iter().find(|command| command.verb == asked.verb);
    let example = || {
        let example = of.map(|command| match facts.language {
            Language::German => command.example_de,
            Language::English => command.example_en,
        });
        example.unwrap_or_default().to_owned()
    };
    if text.is_empty() && of.is_some_and(|command| command.takes == Takes::Value) {
        return Err(Refusal::NeedsValue(example()));
    }
    let unreadable = || Refusal::Unreadable(example());
    match asked.verb {
        Verb::Note | Verb::Dry | Verb::Help | Verb::Now => {}
        Verb::Public => plan.public = true,
        Verb::Undo => return Err(Refusal::TooLate),
        Verb::Status => plan.status = Some(choice(text, &facts.statuses, facts.language)?),
        Verb::Close => plan.status = Some(STATUS_DONE.to_owned()),
        Verb::Reopen => plan.status = Some(STATUS_OPEN.to_owned()),
        Verb::Priority => plan.priority = Some(choice(text, &facts.priorities, facts.language)?),
        Verb::Type => plan.type_key = Some(choice(text, &facts.types, facts.language)?),
        Verb::Progress => plan.progress = Some(value::percent(text).ok_or_else(unreadable)?),
        Verb::Assign => plan.assignee = Some(colleague(text, facts)?),
        Verb::Title => {
            let sound = text.chars().count() <= TITLE && !text.chars().any(char::is_control);
            plan.title = Some(sound.then(|| text.to_owned()).ok_or_else(unreadable)?);
        }
        Verb::Due => return due(plan, text, facts, unreadable),
        Verb::Tag => {
            let (on, off) = value::tags(text).ok_or_else(unreadable)?;
            if on.iter().any(|tag| plan.untag.contains(tag)) || off.iter().any(|tag| plan.tag.contains(tag)) {
                return Err(Refusal::Twice);
            }
            plan.tag.extend(on);
            plan.untag.extend(off);
        }
        Verb::Time => {
            let (span, what) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            plan.times.push((value::minutes(span).ok_or_else(unreadable)?, what.trim().to_owned()));
        }
        Verb::Cc => {
            let addresses = value::addresses(text).ok_or_else(unreadable)?;
            for address in &addresses {
                match facts.addresses.iter().find(|(of, _)| of == address).map(|(_, standing)| *standing) {
                    Some(Standing::Staff) => return Err(Refusal::WorksHere),
                    Some(Standing::Desk) => return Err(Refusal::OwnAddress),
                    Some(Standing::Off) => return Err(Refusal::Off),
                    Some(Standing::Outside) => {}
                    None => return Err(unreadable()),
                }
            }
            if addresses.iter().any(|address| plan.uncc.contains(address)) {
                return Err(Refusal::Twice);
            }
            let foreign = addresses.iter().any(|address| !facts.domains.contains(&domain(address)));
            plan.cc.extend(addresses);
            return Ok(foreign.then_some(Warning::Foreign));
        }
        Verb::Uncc => {
            let addresses = value::addresses(text).ok_or_else(unreadable)?;
            if addresses.iter().any(|address| !facts.parts.contains(address)) {
                return Err(Refusal::NoPart(facts.parts.join(", ")));
            }
            if addresses.iter().any(|address| plan.cc.contains(address) || plan.uncc.contains(address)) {
                return Err(Refusal::Twice);
            }
            let asked = facts.asked && facts.parts.first().is_some_and(|first| addresses.contains(first));
            plan.uncc.extend(addresses);
            return Ok(asked.then_some(Warning::Asked));
        }
    }
    Ok(None)
}

fn due(plan: &mut Plan, text: &str, facts: &Facts, unreadable: impl Fn() -> Refusal) -> Result<Option<Warning>, Refusal> {
    if value::is_nothing(text) {
        plan.due = Some(None);
        return Ok(None);
    }
    let day = value::day(text, facts.now, &facts.zone).ok_or_else(&unreadable)?;
    let noon = Timestamp::noon_of(&day, &facts.zone).map_err(|_| unreadable())?;
    plan.due = Some(Some(noon));
    Ok((noon.days_since(facts.now, &facts.zone) < 0).then_some(Warning::Past))
}

fn is_long(name: &str) -> bool {
    name.chars().nth(NAME).is_some()
}

/// The key of a status, priority or type by key or name.
fn choice(text: &str, choices: &[Choice], language: Language) -> Result<String, Refusal> {
    let spaced = |name: &str| fold(name).replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let value = if is_long(text) { String::new() } else { spaced(text) };
    let named = |choice: &&Choice| {
        !value.is_empty() && (spaced(&choice.key) == value || choice.names.iter().any(|name| spaced(name) == value))
    };
    let found = choices.iter().find(named);
    found.map(|choice| choice.key.clone()).ok_or_else(|| {
        // The names stand German first.
        let place = usize::from(language == Language::English);
        let name = |choice: &Choice| choice.names.get(place).unwrap_or(&choice.key).clone();
        Refusal::NoSuch(choices.iter().map(name).collect::<Vec<_>>().join(", "))
    })
}

/// Somebody of the staff by name, part of the name, or address.
fn colleague(text: &str, facts: &Facts) -> Result<Option<PersonId>, Refusal> {
    if is_long(text) {
        return Err(Refusal::Nobody(listed(facts.staff.iter())));
    }
    if value::is_nothing(text) {
        return Ok(None);
    }
    if let Some(me) = facts.me.filter(|_| value::is_me(text)) {
        return Ok(Some(me));
    }
    if let Some(address) = value::address(text) {
        let found = facts.staff.iter().find(|person| person.addresses.contains(&address));
        return found.map(|person| Some(person.id)).ok_or_else(|| Refusal::Nobody(listed(facts.staff.iter())));
    }
    let wanted = name_forms(text);
    let whole = |name: &str| name_forms(name).iter().any(|form| wanted.contains(form));
    // Some words of the name, in any order: "Ben", "Okafor", "Okafor Ben".
    let partly = |name: &str| {
        name_forms(name).iter().any(|form| {
            let words: Vec<&str> = form.split(' ').collect();
            wanted.iter().any(|wanted| wanted.split(' ').all(|word| words.contains(&word)))
        })
    };
    for fits in [&whole as &dyn Fn(&str) -> bool, &partly] {
        let found: Vec<&Colleague> = facts.staff.iter().filter(|person| person.names.iter().any(|name| fits(name))).collect();
        match found.as_slice() {
            [] => {}
            [person] => return Ok(Some(person.id)),
            several => return Err(Refusal::Ambiguous(listed(several.iter().copied()))),
        }
    }
    Err(Refusal::Nobody(listed(facts.staff.iter())))
}

/// People as they can be told apart: by name and address.
fn listed<'a>(people: impl Iterator<Item = &'a Colleague>) -> String {
    let mut names: Vec<String> = people
        .map(|person| {
            let address = person.addresses.first().map_or("", String::as_str);
            crate::letters::staff::shown(person.names.first().map_or("", String::as_str), address)
        })
        .collect();
    if names.len() > LISTED {
        names.truncate(LISTED);
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
