//! The names of the rules that say that a mail is a delivery report. What each recognises, and who writes it so, stands at
//! its function in `rules`.

crate::named::named_rules! {
    /// Why a mail is a delivery report.
    pub enum Rule {
        /// It has the fields of the standard form.
        StandardReport = "standard_report",
        /// A filter refuses by a receipt.
        Refusal = "refusal",
        /// Certified mail says whether a mail arrived.
        CertifiedNotice = "certified_notice",
        /// A header field names who was not reached.
        FailedRecipients = "failed_recipients",
        /// It has the standard form without its fields.
        ReportWithoutFields = "report_without_fields",
        /// Sender and subject are a report's.
        NamedByDaemon = "named_by_daemon",
        /// Sender and words are a report's.
        SaidByDaemon = "said_by_daemon",
        /// A machine returns a mail under such a subject.
        ReturnedByMachine = "returned_by_machine",
        /// A machine says so under such a subject.
        SaidByMachine = "said_by_machine",
        /// Marked as automatic, it returns a mail and says so.
        ReturnedAndMarked = "returned_and_marked",
        /// Such a subject, and the first sentence says so.
        NamedAndSaidAtOnce = "named_and_said_at_once",
        /// Such a sender, and the first sentence says so.
        SaidAtOnceByDaemon = "said_at_once_by_daemon",
        /// A filter names sender and recipient.
        BlockedMail = "blocked_mail",
        /// It returns a mail, and the first sentence says so.
        ReturnedAndSaidAtOnce = "returned_and_said_at_once",
    }
}
