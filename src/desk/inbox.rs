//! What can become of an incoming mail.

string_enum! {
    /// What became of an incoming mail: exactly one for every mail ever seen (law 1).
    Disposition {
        /// Opened a ticket.
        Ticket = "ticket",
        /// Became a public comment.
        Comment = "comment",
        /// Became an internal note.
        Note = "note",
        /// Only carried commands.
        Command = "command",
        /// A copy of a mail that we sent.
        OutgoingCopy = "outgoing_copy",
        /// A further copy of a mail that we already have.
        Duplicate = "duplicate",
        /// A delivery report.
        Bounce = "bounce",
        /// An automatic answer.
        AutoReply = "auto_reply",
        /// An abuse report.
        Complaint = "complaint",
        /// Junk, by the word of the receiving server.
        Spam = "spam",
        /// Kept for a human, with a reason.
        Held = "held",
        /// Kept, and nothing to do.
        Ignored = "ignored",
    }
}

string_enum! {
    /// How a mail was found that lay in its folder before the desk first looked there. All other mail is new, whatever it
    /// says of its age.
    Found {
        /// It was there.
        FirstLook = "first_look",
        /// It was there, and marked as answered.
        Answered = "answered",
    }
}

string_enum! {
    /// How a mailbox was found at the last look.
    MailboxHealth {
        /// Its mail could be read.
        Ok = "ok",
        /// It could not; mail may be waiting on the server.
        Failing = "failing",
    }
}

string_enum! {
    /// Why a mail was taken as it was, where it does not wait for anybody.
    Grounds {
        /// A reply token spoke for its sender.
        Token = "token",
        /// The receiving server, or its signature, vouched for its sender.
        Alignment = "alignment",
        /// It answers a mail of a ticket that its sender takes part in.
        Thread = "thread",
        /// Its subject has the number of such a ticket.
        Subject = "subject",
        /// A colleague of somebody who takes part joins.
        Colleague = "colleague",
        /// A human let it through.
        Released = "released",
        /// It is about nothing that is there.
        New = "new",
        /// A machine wrote it.
        Generated = "generated",
        /// A member of staff sent it for somebody else.
        OnBehalf = "on_behalf",
        /// It is kept as a note in nobody's name.
        KeptUnconfirmed = "kept_unconfirmed",
        /// It is our own mail, which came back.
        OurOwnMail = "our_own_mail",
        /// It has come before.
        SameMail = "same_mail",
        /// Somebody complains of spam from here.
        AbuseReport = "abuse_report",
        /// A mail of ours was read.
        ReadReceipt = "read_receipt",
        /// Nothing is in it.
        Empty = "empty",
        /// It goes to many, and nobody waits for an answer.
        Newsletter = "newsletter",
        /// It reports of a mail that is none of ours.
        UnknownMail = "unknown_mail",
        /// It reports that a mail of ours is late, or arrived.
        NotAFailure = "not_a_failure",
        /// It reports that a mail of ours was not delivered.
        Undeliverable = "undeliverable",
        /// A program answered by itself.
        AutomaticAnswer = "automatic_answer",
        /// It answers a question of ours.
        AnswersQuestion = "answers_question",
        /// It stops what was about to leave.
        Undo = "undo",
        /// One of its commands could not be carried out.
        Refused = "refused",
        /// It only asks what would be done.
        DryRun = "dry_run",
        /// A customer's `status`, `close` or `help`.
        CustomerCommand = "customer_command",
        /// One more of these than is answered in an hour.
        TooOften = "too_often",
        /// The receiving server calls it spam.
        ServerVerdict = "server_verdict",
        /// It was sent by `check --trust`.
        TrustCheck = "trust_check",
    }
}

/// Why a mail ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It waits for somebody's word.
    Held(Held),
    /// It does not.
    Taken(Grounds),
}

impl Reason {
    /// The stable word, as the ledger has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held(held) => held.as_str(),
            Self::Taken(taken) => taken.as_str(),
        }
    }

    /// Why it waits.
    #[must_use]
    pub const fn held(self) -> Option<Held> {
        match self {
            Self::Held(held) => Some(held),
            Self::Taken(_) => None,
        }
    }
}

impl From<Held> for Reason {
    fn from(held: Held) -> Self {
        Self::Held(held)
    }
}

impl From<Grounds> for Reason {
    fn from(taken: Grounds) -> Self {
        Self::Taken(taken)
    }
}

string_enum! {
    /// Why the bytes of a mail are not here.
    Absent {
        /// It is too large to fetch.
        TooLarge = "too_large",
        /// Its server does not hand it over. It is asked for again, once an hour.
        NotFetched = "not_fetched",
    }
}

string_enum! {
    /// A human's word on a held mail.
    Release {
        /// Decide as if it were beyond doubt; visibility as the mail itself asks.
        AsIs = "as_is",
        /// Beyond doubt, and public.
        Public = "public",
        /// Beyond doubt, and an internal note.
        Note = "note",
    }
}

string_enum! {
    /// Why a mail is held. Every reason has its words and its ways out in both languages ([`crate::letters::held`]).
    Held {
        /// Its From header names a member of staff, and nothing proves it.
        ClaimsStaff = "claims_staff",
        /// The receiving server says that the domain of the member of staff did not send it.
        AlignmentFailed = "alignment_failed",
        /// It comes from a member of staff, and what it asks for needs their reply address, too.
        TokenMissing = "token_missing",
        /// It came to a member of staff's reply address, and what it asks for needs proof of the domain, too.
        AlignmentMissing = "alignment_missing",
        /// It came to a reply address of the member of staff that has ended.
        TokenEnded = "token_ended",
        /// A command of a member of staff that is about no ticket.
        CommandWithoutTicket = "command_without_ticket",
        /// A machine's mail from the address of a member of staff.
        AutomaticFromStaff = "automatic_from_staff",
        /// Almost a word that makes a mail internal.
        NearMiss = "near_miss",
        /// A command that there is not.
        UnknownCommand = "unknown_command",
        /// A public answer that tells something internal.
        Leak = "leak",
        /// A colleague has answered in public since the mail that it replies to.
        Collision = "collision",
        /// A public answer that can still be undone; it leaves by itself.
        Leaving = "leaving",
        /// What a member of staff newly wrote cannot be told from what they quote.
        UncertainQuote = "uncertain_quote",
        /// The text and the HTML of a member of staff's answer say different things.
        PartsDiffer = "parts_differ",
        /// A command of it cannot be obeyed, and the text was meant to go with it.
        CommandRefused = "command_refused",
        /// Neither text nor file nor command.
        NothingNew = "nothing_new",
        /// About a ticket that its sender has no part in.
        ThirdParty = "third_party",
        /// It came to a member of staff's reply address, from an address that nobody knows.
        UnknownAddress = "unknown_address",
        /// A member of staff sends it for somebody else, and for whom is not clear.
        UnclearOriginal = "unclear_original",
        /// Its sender is a contact who is switched off.
        SwitchedOff = "switched_off",
        /// The role of its sender does not allow what it would do.
        RoleDenies = "role_denies",
        /// The receiving server says that the domain of its sender, a contact, did not send it.
        SenderDenied = "sender_denied",
        /// A member of staff sends somebody else's words, and where answers shall go says whose.
        Redirected = "redirected",
        /// An outsider answers something internal.
        RefersToInternal = "refers_to_internal",
        /// It answers a mail that is held itself, and nothing else that the desk knows.
        RefersToHeld = "refers_to_held",
        /// A code or a link by which another service lets in whoever reads it.
        Verification = "verification",
        /// Its sender added very much to the ticket.
        Flood = "flood",
        /// Its From header names the desk itself.
        OwnAddress = "own_address",
        /// An answer to a question of ours that says neither yes nor no.
        UnclearAnswer = "unclear_answer",
        /// No mail.
        Unreadable = "unreadable",
        /// Reading it stopped the program.
        Crashes = "crashes",
        /// Its stored bytes are not whole.
        Damaged = "damaged",
        /// Too large to fetch.
        TooLarge = "too_large",
        /// Its server does not hand it over.
        NotFetched = "not_fetched",
        /// The receiving server takes the mail of somebody known for junk.
        Junk = "junk",
        /// It takes a proven mail of a member of staff for junk.
        JunkFromStaff = "junk_from_staff",
        /// An answer of a member of staff that lay in the folder long before the desk looked there.
        OldAnswer = "old_answer",
    }
}

string_enum! {
    /// What people can decide about a held mail.
    HeldAction {
        /// It is what it says: in the name of whom it claims, or its sender joins.
        Send = "send",
        /// Only staff see it.
        Note = "note",
        /// Nothing is to become of it.
        Drop = "drop",
        /// "It was not me": dropped, and the others are warned.
        Disown = "disown",
        /// Once more from the start.
        Retry = "retry",
        /// A dropped mail is held again.
        Back = "back",
    }
}

string_enum! {
    /// What a held mail becomes by a word, as its buttons say it.
    Would {
        /// A public answer or comment.
        Comment = "comment",
        /// An internal note.
        Note = "note",
        /// Its commands are carried out.
        Command = "command",
        /// A new ticket that only staff see.
        InternalTicket = "internal_ticket",
        /// A new ticket that people outside the staff see.
        PublicTicket = "public_ticket",
        /// A new ticket of the customer for whom it was sent, who is told.
        CustomersTicket = "customers_ticket",
    }
}

string_enum! {
    /// Where a secret stands by which the reader of our mail decides about a held one.
    KeyPurpose {
        /// In a link.
        Link = "link",
        /// In a reply address, or it is a Message-ID.
        Reply = "reply",
    }
}

impl Held {
    /// The ways out of the hold, the most fitting first; never none. Some of them are there for some mails only, see
    /// [`Self::only_where_it_does_something`].
    #[must_use]
    pub const fn ways(self) -> &'static [HeldAction] {
        match self {
            Self::ClaimsStaff
            | Self::AlignmentFailed
            | Self::TokenMissing
            | Self::AlignmentMissing
            | Self::TokenEnded
            | Self::AutomaticFromStaff
            | Self::UncertainQuote
            | Self::NearMiss
            | Self::UnknownCommand
            | Self::CommandRefused
            | Self::Redirected
            | Self::JunkFromStaff => &[HeldAction::Send, HeldAction::Note, HeldAction::Drop, HeldAction::Disown],
            Self::Leak
            | Self::Collision
            | Self::PartsDiffer
            | Self::Leaving
            | Self::ThirdParty
            | Self::UnknownAddress
            | Self::SwitchedOff
            | Self::RoleDenies
            | Self::SenderDenied
            | Self::RefersToInternal
            | Self::RefersToHeld
            | Self::Flood
            | Self::OwnAddress
            | Self::Junk
            | Self::OldAnswer => &[HeldAction::Send, HeldAction::Note, HeldAction::Drop],
            Self::Unreadable | Self::Crashes | Self::Damaged | Self::NotFetched => &[HeldAction::Retry, HeldAction::Drop],
            Self::CommandWithoutTicket | Self::UnclearOriginal => &[HeldAction::Note, HeldAction::Drop],
            Self::Verification => &[HeldAction::Note, HeldAction::Send, HeldAction::Drop],
            Self::NothingNew => &[HeldAction::Send, HeldAction::Note, HeldAction::Drop],
            Self::UnclearAnswer | Self::TooLarge => &[HeldAction::Drop],
        }
    }

    /// Whether a word is a way out only where it was found to do something: a customer may have written about codes, and what
    /// looked like a signature may have been the answer.
    #[must_use]
    pub const fn only_where_it_does_something(self, word: HeldAction) -> bool {
        matches!((self, word), (Self::Verification, HeldAction::Send) | (Self::NothingNew, HeldAction::Send | HeldAction::Note))
    }

    /// What a word on a mail held for this reason tells the decision; `None` where there is nothing to decide again.
    #[must_use]
    pub const fn release(self, word: HeldAction) -> Option<Release> {
        match (word, self) {
            // What almost was a tag, says two things or perhaps quotes stays a note unless its writer says otherwise: this is
            // that word.
            (HeldAction::Send, Self::NearMiss | Self::UnknownCommand | Self::PartsDiffer | Self::UncertainQuote) => {
                Some(Release::Public)
            }
            (HeldAction::Send | HeldAction::Retry, _) => Some(Release::AsIs),
            (HeldAction::Note, _) => Some(Release::Note),
            (HeldAction::Drop | HeldAction::Disown | HeldAction::Back, _) => None,
        }
    }

    /// Whether the mail speaks in the name of a member of staff: then that person's own word alone can send it.
    #[must_use]
    pub const fn claims_somebody(self) -> bool {
        matches!(
            self,
            Self::ClaimsStaff
                | Self::AlignmentFailed
                | Self::TokenMissing
                | Self::AlignmentMissing
                | Self::TokenEnded
                | Self::CommandWithoutTicket
                | Self::UnclearOriginal
                | Self::Redirected
                | Self::AutomaticFromStaff
                | Self::UncertainQuote
                | Self::PartsDiffer
                | Self::NearMiss
                | Self::UnknownCommand
                | Self::CommandRefused
                | Self::NothingNew
                | Self::Leak
                | Self::Collision
                | Self::Leaving
                | Self::JunkFromStaff
                | Self::OldAnswer
        )
    }

    /// Whether its author is proven, and the desk only stops the answer for their word.
    #[must_use]
    pub const fn is_guard(self) -> bool {
        matches!(self, Self::Leak | Self::Collision | Self::PartsDiffer | Self::Leaving)
    }
}

/// What is shown of a held mail beside its reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Detail {
    /// Lines of the mail that tell something internal, or of what a colleague answered; or where answers shall go.
    pub lines: Vec<String>,
    /// That colleague's name.
    pub by: Option<String>,
    /// When they answered, in microseconds since 1970.
    pub at: Option<i64>,
    /// Whose words a member of staff seems to redirect: an address.
    #[serde(default)]
    pub whose: Option<String>,
    /// Lines that only staff see and that stand in the mail, too.
    #[serde(default)]
    pub inside: Vec<String>,
    /// The first lines of what was newly written.
    #[serde(default)]
    pub text: Vec<String>,
    /// Of whom it would become a ticket, where a member of staff sent it for somebody.
    #[serde(default)]
    pub customer: Option<TicketOf>,
    /// What "send" would publish, word for word; `None` where it publishes nothing of its author's.
    #[serde(default)]
    pub leaves: Option<String>,
    /// The names of the files that leave with it.
    #[serde(default)]
    pub files: Vec<String>,
    /// The names of those that stay here.
    #[serde(default)]
    pub files_stay: Vec<String>,
    /// How many lines of the mail stay behind then.
    #[serde(default)]
    pub stays: usize,
    /// Further reasons to hold it, which the same question names: one "send" answers all of them.
    #[serde(default)]
    pub also: Vec<Further>,
    /// Reasons that an earlier "send" has answered already.
    #[serde(default)]
    pub settled: Vec<Held>,
}

/// A further reason to hold a mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Further {
    /// Why.
    pub reason: Held,
    /// What is shown beside it.
    pub detail: Detail,
}

/// The lines of a mail's whole text that are not among those that leave, which may mark a quote that the mail does not.
#[must_use]
pub fn staying<'a>(full: &'a str, leaves: &str) -> Vec<&'a str> {
    let mut leaving: Vec<&str> = leaves.lines().map(unmarked).collect();
    let stays = |line: &&str| match leaving.iter().position(|left| *left == unmarked(line)) {
        Some(place) => {
            leaving.remove(place);
            false
        }
        None => true,
    };
    full.lines().filter(|line| !unmarked(line).is_empty()).filter(stays).collect()
}

/// A line without the marks of a quote.
fn unmarked(line: &str) -> &str {
    line.trim_start_matches(|c: char| c == '>' || c.is_whitespace()).trim_end()
}

/// Of whom a mail of the staff would become a ticket.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TicketOf {
    /// Who asks, as people read it.
    pub who: String,
    /// Who takes part.
    pub others: Vec<String>,
    /// Whether the asker gets a mail about it; else this one went to them already.
    pub told: bool,
}
