//! What can become of an incoming mail.

words! {
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

words! {
    /// How a mailbox was found at the last look.
    MailboxHealth {
        /// Its mail could be read.
        Ok = "ok",
        /// It could not; mail may be waiting on the server.
        Failing = "failing",
    }
}

words! {
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
