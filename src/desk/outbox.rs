//! What can become of an outgoing mail.

string_enum! {
    /// Where an outgoing mail is on its way.
    State {
        /// Waiting for its first try.
        Queued = "queued",
        /// Taken by the next server, with its words.
        Accepted = "accepted",
        /// Tried, and to be tried again.
        Deferred = "deferred",
        /// Given up.
        Failed = "failed",
        /// Given up, and it may have arrived: several times the server had it and said nothing.
        Unknown = "unknown",
        /// Accepted, and then returned by a later server.
        Bounced = "bounced",
        /// Not sent: its reader may no longer read it.
        Withdrawn = "withdrawn",
        /// Not sent: an administrator took it out.
        Dropped = "dropped",
    }
}

impl State {
    /// Whether it is still to be delivered.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Queued | Self::Deferred)
    }

    /// Whether an administrator can have it sent once more.
    #[must_use]
    pub const fn can_be_retried(self) -> bool {
        matches!(self, Self::Queued | Self::Deferred | Self::Failed | Self::Unknown)
    }
}

string_enum! {
    /// Whom a mail is for: decides what it may be made of (law 2).
    Audience {
        /// Somebody of the staff.
        Staff = "staff",
        /// Anybody else.
        Outsider = "outsider",
    }
}

string_enum! {
    /// What an outgoing mail is.
    Kind {
        /// "We have received your request."
        Acknowledgement = "acknowledgement",
        /// "Your mail is too large for us", to a contact; says how else to send it.
        TooLarge = "too_large",
        /// A public comment, to an outsider.
        Answer = "answer",
        /// "Your request is done", to an outsider.
        Done = "done",
        /// "You take part from now on", to an outsider whom somebody asked to.
        Welcome = "welcome",
        /// News of a ticket, to staff.
        Notification = "notification",
        /// "Somebody wrote in your name", to the registered address of a staff member.
        Claim = "claim",
        /// "A mail waits for your word", to the staff of a project; holds a secret link.
        HeldNotice = "held_notice",
        /// "These mails wait for your word, too", to somebody of the staff; holds secret links.
        HeldMore = "held_more",
        /// "These mails are still held", to the staff in the morning.
        HeldList = "held_list",
        /// "Your answer waits for your word", to the proven author; holds a secret link.
        Guard = "guard",
        /// "Your answer became a note", "the customer got your note", to its author.
        AuthorNotice = "aside",
        /// What became of a reply to one of the two, to the member of staff who wrote it.
        HeldReply = "held_reply",
        /// An answer to commands, to whoever gave them: a transcript, a help mail, how a ticket stands.
        CommandReply = "command_reply",
        /// "Somebody wrote in the name of", or "could not be asked", to the other staff.
        Warning = "warning",
        /// "This old mail was taken over", to the staff after the first look into a folder.
        Summary = "summary",
        /// "This was put away as spam", to the staff once a day.
        SpamList = "spam_list",
        /// "Somebody sets off too much mail", to the staff of a project.
        Budget = "budget",
        /// "This was written meanwhile on so many tickets", to a member of staff whom a budget kept from being told at once.
        Overview = "overview",
        /// "Your mail did not arrive", to the staff member who wrote it.
        Failure = "failure",
        /// "Your reply address has been renewed", to the staff member whose it is.
        Renewal = "renewal",
        /// "You are invited", to a contact who may sign in from now on; holds a secret link.
        Invitation = "invitation",
        /// "Your link and code", to a guest who asked; holds a secret link.
        SignIn = "sign_in",
        /// "Your code", to an address that a member of staff says is theirs.
        AddressCode = "address_code",
    }
}

impl Kind {
    /// Whether it tells somebody outside the staff what others did, so that they can do without it. What answers a mail or a
    /// form of their own is none.
    #[must_use]
    pub const fn is_news(self) -> bool {
        matches!(self, Self::Answer | Self::Done | Self::Welcome)
    }

    /// Whether the mail holds a link that is good for whoever has it: to a guest it leaves only while that person may sign
    /// in, and its text is not kept.
    #[must_use]
    pub const fn is_key(self) -> bool {
        matches!(
            self,
            Self::Invitation | Self::SignIn | Self::Claim | Self::HeldNotice | Self::HeldMore | Self::Guard | Self::AddressCode
        )
    }

    /// Whether the mail tells its reader of mails that are held, so that its failure leaves those untold.
    #[must_use]
    pub const fn tells_of_held(self) -> bool {
        matches!(
            self,
            Self::Claim | Self::HeldNotice | Self::HeldMore | Self::HeldList | Self::Guard | Self::HeldReply | Self::Summary
        )
    }

    /// Whether it goes to no address but one that is its reader's: a code goes to one that may become theirs by it.
    #[must_use]
    pub const fn is_for_own_address(self) -> bool {
        self.is_key() && !matches!(self, Self::AddressCode)
    }

    /// Which mails go first, from 0: links that somebody waits for; what people write and do; what the desk says by
    /// itself.
    #[must_use]
    pub const fn urgency(self) -> i64 {
        match self {
            Self::SignIn
            | Self::Invitation
            | Self::Claim
            | Self::HeldNotice
            | Self::HeldMore
            | Self::Guard
            | Self::AddressCode => 0,
            Self::Answer | Self::Done | Self::Welcome | Self::Notification => 1,
            Self::Acknowledgement
            | Self::TooLarge
            | Self::AuthorNotice
            | Self::HeldReply
            | Self::CommandReply
            | Self::Warning
            | Self::Summary
            | Self::SpamList
            | Self::HeldList
            | Self::Budget
            | Self::Overview
            | Self::Failure
            | Self::Renewal => 2,
        }
    }
}
