//! One mail as a case: what the desk knows about it before deciding. Plain data, and what all the rules read off it.

use super::command::plan::Facts;
use super::command::{Wishes, staff_wishes};
use crate::acts::{BehalfOrigin, Open};
use crate::config::Profile;
use crate::desk::entry::Visibility;
use crate::desk::ids::{InboxId, OutboxId, PersonId, ProjectId, TicketId};
use crate::desk::inbox::{Detail, Held, Release, TicketOf};
use crate::letters::staff::{Fact, shown};
use crate::mail::body::Class;
use crate::mail::hygiene::is_programs_own;
use crate::mail::proof::Alignment;
use crate::mail::{Address, Attachment, Letter, Warning};
use crate::time::Timestamp;

/// One mail as it is decided about.
#[derive(Debug)]
pub struct Case<'a> {
    /// What it says.
    pub letter: &'a Letter,
    /// What the desk knows about it.
    pub known: &'a Known,
    /// What its commands can name.
    pub facts: &'a Facts,
    /// What has to be proven.
    pub rules: &'a Rules,
    /// What it asks for besides its text; nothing where it names nobody of the staff.
    pub wishes: Wishes,
}

impl<'a> Case<'a> {
    /// The case of a letter.
    #[must_use]
    pub fn new(letter: &'a Letter, known: &'a Known, facts: &'a Facts, rules: &'a Rules) -> Self {
        let wishes = match known.sender {
            Sender::Staff(_) => {
                let (new, signature) = (letter.body.new_text(), letter.body.signature_text());
                staff_wishes(&letter.subject, &new, &known.signed.whole, &signature)
            }
            _ => Wishes::default(),
        };
        Self { letter, known, facts, rules, wishes }
    }
}

/// What the desk knows about a mail before deciding: plain data, loaded in the deciding transaction.
#[derive(Debug, Clone)]
pub struct Known {
    /// Name of the mailbox it came through.
    pub mailbox: String,
    /// Who its From header names.
    pub sender: Sender,
    /// What speaks for a sender of the staff beside the token; nothing for everybody else.
    pub origin: Origin,
    /// The reply token it was sent to.
    pub token: Option<TokenHit>,
    /// The ticket that one of its references belongs to.
    pub thread: Option<TicketHit>,
    /// The ticket whose number stands in its subject.
    pub subject: Option<TicketHit>,
    /// Where a new ticket of this sender goes.
    pub home: Home,
    /// The held mail that it refers to, and the ticket that one seems to be about.
    pub waits_for: Option<(InboxId, Option<TicketId>)>,
    /// What the ledger says about it.
    pub copy: Copy,
    /// Acknowledgements that the sender got within the last hour.
    pub acknowledgements: i64,
    /// Comments that the sender added within the last hour to the ticket that this mail seems to be about.
    pub lately: i64,
    /// How many people have joined that ticket by writing to it.
    pub joined: i64,
    /// Answers to commands that the sender got within the last hour.
    pub answers: i64,
    /// Whether the sender, a contact, may close the ticket that this mail seems to be about.
    pub may_close: bool,
    /// What the sender, a contact, may not do.
    pub bars: Bars,
    /// Whether it is old: it lay in its folder before the desk first looked there.
    pub old: bool,
    /// Whether the receiving server takes it for junk.
    pub junk: bool,
    /// What the receiving server says of the domain of a sender outside the staff; `None` where no server is believed.
    pub said: Option<Alignment>,
    /// Whether a sender outside the staff belongs to an organization, by membership or by domain.
    pub belongs: bool,
    /// Whether its sender is somebody whom the desk knows: of an organization, or with a ticket.
    pub familiar: bool,
    /// The outgoing mail that a delivery report is about.
    pub bounced: Option<(OutboxId, Option<TicketId>)>,
    /// What a human said about it.
    pub release: Option<Release>,
    /// Which member of staff that was; an administrator where `None`.
    pub released_by: Option<PersonId>,
    /// The question of ours that it answers.
    pub question: Option<Question>,
    /// For whom a member of staff sends it, where it is about no ticket yet and for somebody else.
    pub behalf: Option<OnBehalfOf>,
    /// Whether it passes on a mail, as far as that shows.
    pub passes_on: bool,
    /// Whose words a member of staff seems to redirect.
    pub redirected: Option<Redirected>,
    /// What of a staff member's new text is their signature, and no longer stands in it.
    pub signed: Signed,
    /// What stands in the way of a staff member's public answer; nothing for everybody else's mail.
    pub guards: Guards,
    /// Whether its new text or its files show one of our reply addresses: a forwarded notification, or a quotation that
    /// was not recognized. Those addresses are proof in the hands of one person.
    pub reveals: bool,
}

impl Known {
    /// Whether the receiving server says that the domain of a sender outside the staff did not send it.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.said == Some(Alignment::Fail)
    }

    /// Whether nothing shows that a mail from outside the staff is from whom it names, where the desk could know.
    #[must_use]
    pub fn is_unverified(&self) -> bool {
        self.said.is_some_and(|said| said != Alignment::Pass)
    }

    /// Whether a reason to hold the mail is still to be asked about: nobody has let it through, whatever the reason was.
    #[must_use]
    pub fn asks(&self, reason: Held) -> bool {
        self.release.is_none() && !self.guards.settled.contains(&reason)
    }

    /// Whether it is proven that a mail from outside the staff is from whom it names: by their own reply token, or by the word
    /// of the receiving server.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        let token = matches!(self.sender, Sender::Contact(person) if self.token_of(person).is_some());
        token || self.said == Some(Alignment::Pass)
    }

    /// Whether somebody of whom the desk knows nothing sends a link that lets in, whatever the mail says about it.
    #[must_use]
    pub fn is_strange_with_key(&self, letter: &Letter) -> bool {
        self.sender == Sender::Stranger && letter.carries_key()
    }

    /// The reply token, where it is good and this person's own.
    #[must_use]
    pub fn token_of(&self, person: PersonId) -> Option<TokenHit> {
        self.token.filter(|token| token.speaks_for(person))
    }
}

/// Somebody whose words a mail of a member of staff seems to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirected {
    /// Who.
    pub whose: Address,
    /// Everybody to whom its answers shall go, as people read it.
    pub answers_to: Vec<String>,
}

/// What must be proven, and which kinds of evidence count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// How much.
    pub profile: Profile,
    /// Whether the receiving server is believed.
    pub server: bool,
    /// Whether verified signatures are.
    pub signature: bool,
}

/// What is known of a mail's origin beside its From header, gathered before deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// What the receiving server says of the From domain.
    pub server: Alignment,
    /// Whether the From domain has signed it.
    pub signature: bool,
    /// Whether it came through a staff-only mailbox.
    pub staff_mailbox: bool,
}

/// What stands in the way of a public answer, and who else has it; loaded before deciding, nothing for outsiders' mails.
#[derive(Debug, Clone, Default)]
pub struct Guards {
    /// What it quotes stands in an internal entry of the ticket.
    pub quotes: bool,
    /// Its lines that only its HTML has, where text and HTML say different things.
    pub only_html: Vec<String>,
    /// Its lines that tell something internal.
    pub leaks: Vec<String>,
    /// Lines that only staff see and that stand in the new text, too.
    pub matched: Vec<String>,
    /// What a colleague answered in public since the mail that this one replies to.
    pub collision: Option<Detail>,
    /// Whether public answers wait a while before they leave.
    pub window: bool,
    /// Reasons to hold it that a human has looked at and let it through.
    pub settled: Vec<Held>,
    /// Addresses outside the desk that its author wrote to directly.
    pub outside: Vec<String>,
    /// The author's newest answer on this ticket that had to wait, and how many decisions there are about it.
    pub waiting: Option<(InboxId, i64)>,
}

/// For whom a staff member's mail is.
#[derive(Debug, Clone)]
pub enum OnBehalfOf {
    /// For this customer.
    Clear(Box<Customer>),
    /// For somebody else, but for whom?
    Unclear(Vec<String>),
}

/// The customer whom a staff member's mail is for, and what becomes the ticket's.
#[derive(Debug, Clone)]
pub struct Customer {
    /// How it came.
    pub way: BehalfOrigin,
    /// Who.
    pub requester: Address,
    /// Who takes part.
    pub participants: Vec<Address>,
    /// Where their ticket goes.
    pub home: Home,
    /// The subject.
    pub subject: String,
    /// The text of the original; the mail's own where `None`.
    pub text: Option<String>,
    /// Its files.
    pub files: Vec<Attachment>,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Its Message-ID.
    pub original: Option<String>,
    /// What the member of staff wrote above it.
    pub note: String,
    /// What they attached beside it.
    pub note_files: Vec<Attachment>,
    /// Whether the customer is told the number.
    pub welcome: bool,
}

impl Customer {
    /// Who would hear of their ticket, as people read it.
    pub(super) fn ticket_of(&self) -> TicketOf {
        let named = |of: &Address| shown(of.name.as_deref().unwrap_or_default(), &of.address);
        TicketOf { who: named(&self.requester), others: self.participants.iter().map(named).collect(), told: self.welcome }
    }
}

/// What a staff member's mail was signed with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// What they newly wrote, signature and all; empty where there was none in it.
    pub whole: String,
    /// The signature.
    pub signature: String,
    /// Whether anything of that stood under none of their earlier answers.
    pub fresh: bool,
    /// How what they wrote ended, where that was no signature.
    pub ends: Vec<String>,
}

/// A question about a held mail that the desk asked a member of staff, found by the secret of its reply address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Who was asked.
    pub person: PersonId,
    /// About which mail.
    pub inbox: InboxId,
    /// Before which decision.
    pub round: i64,
    /// Whether it has not expired.
    pub live: bool,
}

/// Who a From header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Nobody usable.
    Nobody,
    /// An address we have never seen.
    Stranger,
    /// A contact.
    Contact(PersonId),
    /// A member of staff, by claim.
    Staff(PersonId),
    /// One of the desk's own addresses.
    Desk,
}

impl Sender {
    /// The member of staff whom it names.
    #[must_use]
    pub const fn staff(self) -> Option<PersonId> {
        match self {
            Self::Staff(person) => Some(person),
            Self::Nobody | Self::Stranger | Self::Contact(_) | Self::Desk => None,
        }
    }
}

/// A reply token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHit {
    /// Whose it is.
    pub person: PersonId,
    /// Whether that is a member of staff.
    pub staff: bool,
    /// For which ticket.
    pub ticket: TicketId,
    /// What a reply through it becomes.
    pub channel: Visibility,
    /// The last entry that its mail had seen.
    pub seen: i64,
    /// Whether it is still good.
    pub live: bool,
    /// What the ticket's status is.
    pub state: TicketState,
}

impl TokenHit {
    /// Whether it proves something for mails of this person: it is good, and theirs.
    #[must_use]
    pub fn speaks_for(&self, person: PersonId) -> bool {
        self.live && self.person == person
    }
}

/// What somebody outside the staff may not do by mail, as [`crate::guest::standing`] says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bars {
    /// They are switched off.
    pub off: bool,
    /// Their role lets them open no ticket where this mail would.
    pub opening: bool,
    /// Their role lets them send no files there.
    pub opening_with_files: bool,
    /// Tickets that the mail may be about, to which their role lets them write nothing.
    pub writing: Vec<TicketId>,
    /// Those to which it lets them send no files.
    pub files: Vec<TicketId>,
    /// Those that it does not let them close.
    pub closing: Vec<TicketId>,
}

/// A ticket that a mail may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketHit {
    /// Which.
    pub ticket: TicketId,
    /// Whether the sender is a correspondent of it: asked, or takes part.
    pub takes_part: bool,
    /// Whether the sender is a colleague there who may join.
    pub colleague: bool,
    /// Whether the reference was to something internal.
    pub internal: bool,
    /// What its status is and what outsiders see of it.
    pub state: TicketState,
}

/// As much of a ticket's state as a mail can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TicketState {
    /// Whether it is done or waiting, so that the customer's word opens it again.
    pub rests: bool,
    /// Whether it is done, inside and for outsiders.
    pub done: bool,
}

/// Where a new ticket goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The project.
    pub project: ProjectId,
    /// The customer's address that a stranger wrote to.
    pub misdirected: Option<String>,
}

/// Whether a mail was here before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copy {
    /// It was not.
    New,
    /// We sent it ourselves.
    Ours(Option<TicketId>),
    /// The same mail came before; with the other address it came to this time.
    Again {
        /// The ticket of the first copy.
        ticket: Option<TicketId>,
        /// The address, where it is another one.
        address: Option<String>,
    },
}

/// The ticket that a mail seems to be about, whoever wrote it.
pub(super) fn candidate(known: &Known) -> Option<TicketId> {
    let token = known.token.map(|token| token.ticket);
    token.or(known.thread.map(|hit| hit.ticket)).or(known.subject.map(|hit| hit.ticket))
}

/// Whether a staff member's mail says or brings anything besides its commands.
pub(super) fn has_content(letter: &Letter, wishes: &Wishes) -> bool {
    !wishes.text.trim().is_empty() || brings_files(letter)
}

/// Whether a staff member attached something: their program's own files do not count, nor do pictures that belong to a
/// place in the text, which are those of the signature and of what is quoted where there is no text.
pub(super) fn brings_files(letter: &Letter) -> bool {
    let is_placed = |file: &Attachment| file.inline && file.content_id.is_some();
    letter.attachments.iter().any(|file| !(is_programs_own(file) || is_placed(file)))
}

pub(super) fn open(letter: &Letter, known: &Known, visibility: Visibility, acknowledge: bool) -> Open {
    Open {
        project: known.home.project,
        mailbox: known.mailbox.clone(),
        subject: letter.subject.clone(),
        visibility,
        acknowledge,
        facts: known.home.misdirected.iter().map(|address| Fact::Misdirected(address.clone())).collect(),
        type_key: None,
        changes: None,
    }
}

/// What an outsider newly wrote; the whole text where nothing is new, because what is uncertain stays visible.
pub(super) fn readable(letter: &Letter) -> String {
    // Below a quotation that nothing marks, even the signature may be the quoted mail's, with the answer under it.
    let unclear = letter.warns(Warning::QuoteUncertain) && letter.body.has(Class::Signature);
    let new = letter.body.new_text();
    let text = if unclear || new.is_empty() { &letter.body.text } else { &new };
    text.trim().to_owned()
}

/// Whether somebody could read mail at this address: none that says of itself that nobody does.
pub(super) fn takes_mail(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    address.contains('@') && !["noreply", "donotreply", "mailerdaemon", "postmaster"].iter().any(|word| bare.starts_with(word))
}
