//! The names of the rules that say what wrote a mail. What each recognises, and who writes it so, stands at its function in
//! `rules` and `verification`.

crate::named::named_rules! {
    /// Why a mail is a person's or a machine's, or lets somebody in.
    pub enum Rule {
        /// A complaint in the standard form.
        FeedbackReport = "feedback_report",
        /// A complaint in the form X-ARF.
        Xarf = "xarf",
        /// A complaint of a large provider without a form.
        ProviderComplaint = "provider_complaint",
        /// A complaint outside its standard frame.
        WrittenComplaint = "written_complaint",
        /// A delivery report.
        DeliveryReport = "delivery_report",
        /// A report on encryption.
        TlsReport = "tls_report",
        /// What certified mail says of acceptance.
        CertifiedNotice = "certified_notice",
        /// A read receipt in the standard form.
        ReadReceipt = "read_receipt",
        /// A read receipt in words.
        WrittenReceipt = "written_receipt",
        /// A calendar accepts or declines without a word.
        CalendarAnswer = "calendar_answer",
        /// `Auto-Submitted: auto-replied`.
        AutoReplied = "auto_replied",
        /// Auto-Submitted on an absence note or what else answers.
        AutoSubmittedAnswer = "auto_submitted_answer",
        /// Auto-Submitted on an acknowledgement.
        AutoSubmittedAcknowledgement = "auto_submitted_acknowledgement",
        /// Auto-Submitted on anything else.
        AutoSubmitted = "auto_submitted",
        /// A header field of autoresponders.
        ReplyMarker = "reply_marker",
        /// `Automatic reply: ...`.
        AutomaticSubject = "automatic_subject",
        /// A program that writes absence notes.
        VacationProgram = "vacation_program",
        /// The subject of an absence note and a second sign.
        AbsenceSubject = "absence_subject",
        /// An absence note that calls itself junk.
        JunkAbsence = "junk_absence",
        /// Its reader is to prove that they wrote a mail.
        Challenge = "challenge",
        /// An empty envelope sender, and an answer.
        NullPathAnswer = "null_path_answer",
        /// An empty envelope sender.
        NullPath = "null_path",
        /// `We have received your request` and a second sign.
        Acknowledgement = "acknowledgement",
        /// The address of a mail system.
        Daemon = "daemon",
        /// `Precedence: bulk`.
        Bulk = "bulk",
        /// Can only be unsubscribed from.
        Newsletter = "newsletter",
        /// A report on a domain's mail.
        DomainReport = "domain_report",
        /// Sender and subject of a known program.
        Program = "program",
        /// A header field of a program that watches.
        Monitor = "monitor",
        /// Two signs that say little alone.
        WeakSigns = "weak_signs",
        /// Nothing to read and nothing attached.
        Empty = "empty",
        /// Nothing says that it is a machine.
        Person = "person",

        /// A one-time code or its name in the subject.
        CodeInSubject = "code_in_subject",
        /// The name of a code, and the code beside it.
        CodeInText = "code_in_text",
        /// The subject has an address confirmed or a password reset.
        RequestInSubject = "request_in_subject",
        /// The text does.
        RequestInText = "request_in_text",
        /// A link that lets in.
        LinkThatLetsIn = "link_that_lets_in",
        /// `482913 is your code`.
        YourCode = "your_code",
        /// A code alone on its line in a short mail of a machine.
        CodeAlone = "code_alone",
        /// A code, its name, and not a word more.
        NothingElse = "nothing_else",
        /// A first password.
        FirstPassword = "first_password",
    }
}
