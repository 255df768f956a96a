//! The sections of phrases, all of them: what each is for, and how a text is compared with it. `Whole`: the text is one of the
//! phrases; `Beginning`, `End`: it begins or ends with one; `Anywhere`: one stands in it.

use super::words::Section;

macro_rules! sections {
    ($($(#[$about:meta])* $constant:ident = $name:literal;)*) => {
        $($(#[$about])* pub(crate) static $constant: Section = Section::named($name);)*

        /// The names of all sections.
        #[cfg(test)]
        pub(super) const NAMES: &[(&str, &str)] = &[$((stringify!($constant), $name)),*];
    };
}

sections! {
    // Verification mails, for `kind`: lower case, no punctuation but `-` and `'`, one blank between words, `email` for `e-mail`.
    /// What a code is called for short. Anywhere.
    VERIFICATION_NAME = "verification.name";
    /// What a one-time code is called. Anywhere.
    VERIFICATION_CODES = "verification.codes";
    /// Whose it is. Anywhere.
    VERIFICATION_YOURS = "verification.yours";
    /// What services ask people to do with ... Anywhere, near an object of the same language.
    VERIFICATION_CONFIRMS = "verification.confirms";
    /// ... these.
    VERIFICATION_OBJECTS = "verification.objects";
    /// A new password: pairs, both words near each other.
    VERIFICATION_RESETS = "verification.resets";
    /// A link that lets somebody in. Anywhere.
    VERIFICATION_ENTERS = "verification.enters";
    /// "Works for ten minutes." Anywhere.
    VERIFICATION_EXPIRES = "verification.expires";
    /// "If it was not you, ignore this mail." Anywhere.
    VERIFICATION_UNASKED = "verification.unasked";
    /// "Give it to nobody." Anywhere.
    VERIFICATION_SECRET = "verification.secret";
    /// "Enter this code", "click the button". Anywhere.
    VERIFICATION_DOES = "verification.does";
    /// What people say of themselves and of codes, and services do not. Anywhere.
    VERIFICATION_PERSON = "verification.person";
    /// What a password is called. Beginning or end of what stands before the colon.
    VERIFICATION_PASSWORD = "verification.password";
    /// Local parts from which services send what concerns accounts. Whole.
    VERIFICATION_OFFICE = "verification.office";
    /// What a link that lets somebody in is for, as its path or query says. Anywhere.
    KEY_PURPOSE = "key.purpose";

    // Attributions, header blocks, markers, greetings, signatures and footers, for `body`.
    /// Verbs of the lines above quotes. Anywhere.
    ATTRIBUTION_VERB = "attribution.verb";
    /// First words of such lines. Beginning.
    ATTRIBUTION_LEAD = "attribution.lead";
    /// What people say who tell what they wrote themselves, or what was written to them. Anywhere.
    ATTRIBUTION_OWN = "attribution.own";
    /// What people say who tell what the reader wrote. Anywhere.
    ATTRIBUTION_ADDRESSED = "attribution.addressed";
    /// Ends of such lines that lost their colon.
    ATTRIBUTION_BARE_VERB = "attribution.bare_verb";
    /// First words of headings like `What Ann wrote`, as they begin a line: with their capitals. Whole.
    ATTRIBUTION_ASKING = "attribution.asking";
    /// Ends of lines whose verb stands on the next one.
    ATTRIBUTION_AUXILIARY = "attribution.auxiliary";
    /// Labels of header blocks. Whole, and the first section of these that has a label counts.
    HEADER_FROM = "header.from";
    /// When the mail was sent.
    HEADER_SENT = "header.sent";
    /// To whom.
    HEADER_TO = "header.to";
    /// About what.
    HEADER_SUBJECT = "header.subject";
    /// Labels of rows that say something else.
    HEADER_OTHER = "header.other";
    /// Titles above an answered mail. Beginning.
    MARKER_ORIGINAL = "marker.original";
    /// Titles above a forwarded mail. Beginning.
    MARKER_FORWARDED = "marker.forwarded";
    /// Sentences above a forwarded mail that need no dashes. Beginning.
    MARKER_FORWARD_LINE = "marker.forward_line";
    /// What Gmail writes for a quote that it does not show. Whole.
    MARKER_HIDDEN = "marker.hidden";
    /// What helpdesks write where the answer ends. Anywhere.
    MARKER_REPLY_ABOVE = "marker.reply_above";
    /// What people write who answer inside the quote. Anywhere, as words.
    MARKER_INSIDE = "marker.inside";
    /// Last words of a sentence that introduces lines of a program. Whole.
    TYPED_SHOWING = "typed.showing";
    /// The same for what somebody types.
    TYPED_TYPING = "typed.typing";
    /// Words that point at what follows, whatever it is. Whole.
    TYPED_POINTING = "typed.pointing";
    /// Words for the reader, whose words are quoted. Whole.
    TYPED_READER = "typed.reader";
    /// First words of the greeting at the end of a mail. Beginning.
    CLOSING_START = "closing.start";
    /// Last words of longer greetings: thanks and a greeting, sentences of politeness. End.
    CLOSING_END = "closing.end";
    /// Words of a line by which a writer says that addresses and numbers follow. Anywhere.
    SIGNATURE_ANNOUNCING = "signature.announcing";
    /// What companies must say of themselves. Anywhere.
    SIGNATURE_REGISTERED = "signature.registered";
    /// Words without a capital inside names, titles and companies. Whole.
    SIGNATURE_SMALL = "signature.small";
    /// Words before a number to call. Beginning.
    SIGNATURE_CALL = "signature.call";
    /// Rows of a form, whose values are what the mail is about. Beginning.
    SIGNATURE_FORM = "signature.form";
    /// How a postscript begins, with its capitals. Beginning.
    SIGNATURE_POSTSCRIPT = "signature.postscript";
    /// First words of lines that mail programs add by themselves. Beginning.
    MOBILE_START = "mobile.start";
    /// Last words of such lines. End.
    MOBILE_END = "mobile.end";
    /// Words of the excuse that some add below. Anywhere.
    MOBILE_EXCUSE = "mobile.excuse";
    /// Such lines that name no device. Whole.
    MOBILE_WHOLE = "mobile.whole";
    /// Devices and programs that name themselves in them. Anywhere.
    MOBILE_DEVICE = "mobile.device";
    /// What Outlook is offered for. Anywhere.
    MOBILE_PLATFORM = "mobile.platform";
    /// Words of sentences, which such lines are not. Whole.
    MOBILE_SENTENCE = "mobile.sentence";
    /// First words of the notices that companies put under every mail. Beginning.
    NOTICE_START = "notice.start";
    /// Words of which such a notice has at least two. Anywhere.
    NOTICE_WORD = "notice.word";
    /// What a notice says of itself; people's own sentences about mails do not. Anywhere.
    NOTICE_TRADE = "notice.trade";
    /// First words of the plea to think before printing. Beginning.
    NATURE_PLEA = "nature.plea";
    /// Of what to think: each of these three sections has a word in the plea. Anywhere.
    NATURE_WHAT = "nature.what";
    /// Before what. Anywhere.
    NATURE_PRINT = "nature.print";
    /// When not to. Anywhere.
    NATURE_BEFORE = "nature.before";
    /// Providers that advertise under their users' mails. Anywhere.
    ADVERTISEMENT_PROVIDER = "advertisement.provider";
    /// Words in the footers of mailing lists. Anywhere.
    FOOTER_LIST = "footer.list";
    /// Words of the advertisements that hosts of lists put above such footers. Anywhere.
    FOOTER_ADVERTISEMENT = "footer.advertisement";
    /// First words of what forums, trackers and lists put under the mails that they send around. Beginning.
    FOOTER_START = "footer.start";
    /// What else stands in such a footer: people write such first words, too. Anywhere.
    FOOTER_SIGN = "footer.sign";
    /// First words of the line that programs against viruses leave. Beginning.
    SCAN_START = "scan.start";
    /// Such programs. Anywhere.
    SCAN_PROGRAM = "scan.program";
    /// What they say. Anywhere.
    SCAN_SAYS = "scan.says";
    /// First words of the banner that a server writes above mails from outside. Beginning.
    BANNER_START = "banner.start";
    /// What it says of where the mail came from. Anywhere.
    BANNER_OUTSIDE = "banner.outside";
    /// What it calls the mail. Anywhere.
    BANNER_MAIL = "banner.mail";
    /// What Exchange writes above mails of strangers: pairs of the first words and of the offer to explain.
    BANNER_STRANGER = "banner.stranger";

    // Delivery reports, for `bounce`.
    /// Sentences that only mail systems write; in the first paragraph they make it a report. Anywhere.
    BOUNCE_SURE = "bounce.sure";
    /// Words that mail systems use in reports; people use them too, so that the sender must be a machine. Anywhere.
    BOUNCE_SENTENCE = "bounce.sentence";
    /// Words that say the server still tries (RFC 3464, action delayed). Anywhere.
    BOUNCE_DELAYED = "bounce.delayed";
    /// Words by which a server says that it tries no longer, whatever it says of delays above. Anywhere.
    BOUNCE_FINAL = "bounce.final";
    /// Words that say a mail went on to a server that will not report. Anywhere.
    BOUNCE_RELAYED = "bounce.relayed";
    /// Words that say all went well. Anywhere.
    BOUNCE_DELIVERED = "bounce.delivered";
    /// What systems write that ask the writer to confirm; the mail is not refused. Anywhere.
    BOUNCE_CHALLENGE = "bounce.challenge";
    /// Words of mail filters that refuse a mail. Anywhere.
    BOUNCE_REFUSED = "bounce.refused";
    /// Words by which a filter says that a mail did not get through. Anywhere.
    BOUNCE_BLOCKED = "bounce.blocked";
    /// Words by which a mail system warns the owner of a mailbox. Anywhere.
    BOUNCE_OWNER = "bounce.owner";
    /// Subjects of reports. Anywhere.
    BOUNCE_SUBJECT = "bounce.subject";
    /// Starts of lines, bullets gone, that name other addresses than those a report is about. Beginning.
    BOUNCE_NOT_RECIPIENT = "bounce.not_recipient";
    /// Labels, colon gone, behind which the sender of a mail stands that a filter refused. Whole.
    BOUNCE_SENDER = "bounce.sender";
    /// Labels, colon gone, behind which the failed recipient stands. Whole.
    BOUNCE_RECIPIENT = "bounce.recipient";
    /// Headings below which Sendmail and its relatives list local users without a domain. Anywhere.
    BOUNCE_HEADING = "bounce.heading";
    /// Starts of lines, dashes gone, below which the returned mail stands. Beginning.
    BOUNCE_RETURNED = "bounce.returned";
    /// What servers say when they refuse. Anywhere; `*` stands for a few other words.
    BOUNCE_REASON_MAILBOX_FULL = "bounce.reason.mailbox_full";
    /// Status x.1.6.
    BOUNCE_REASON_MOVED = "bounce.reason.moved";
    /// Status x.2.1.
    BOUNCE_REASON_DISABLED = "bounce.reason.disabled";
    /// Status x.3.4.
    BOUNCE_REASON_TOO_LARGE = "bounce.reason.too_large";
    /// Status x.1.3.
    BOUNCE_REASON_ADDRESS_SYNTAX = "bounce.reason.address_syntax";
    /// Status x.1.8.
    BOUNCE_REASON_SENDER = "bounce.reason.sender";
    /// Status x.1.1.
    BOUNCE_REASON_UNKNOWN_USER = "bounce.reason.unknown_user";
    /// Status x.1.2.
    BOUNCE_REASON_UNKNOWN_HOST = "bounce.reason.unknown_host";
    /// Status x.4.4.
    BOUNCE_REASON_NO_ROUTE = "bounce.reason.no_route";
    /// Status x.4.6.
    BOUNCE_REASON_LOOP = "bounce.reason.loop";
    /// Status x.7.1.
    BOUNCE_REASON_POLICY = "bounce.reason.policy";
    /// Status x.4.7.
    BOUNCE_REASON_EXPIRED = "bounce.reason.expired";
    /// Status x.4.1.
    BOUNCE_REASON_CONNECTION = "bounce.reason.connection";
    /// Status x.3.1.
    BOUNCE_REASON_STORAGE = "bounce.reason.storage";
    /// Status x.5.3.
    BOUNCE_REASON_TOO_MANY_RECIPIENTS = "bounce.reason.too_many_recipients";
    /// Status x.1.3, where nothing else is said.
    BOUNCE_REASON_SYNTAX = "bounce.reason.syntax";
    /// Whatever it is that is not there: mostly the recipient.
    BOUNCE_REASON_MISSING = "bounce.reason.missing";
    /// Whatever it is that is full: mostly the mailbox.
    BOUNCE_REASON_FULL = "bounce.reason.full";
    /// Local parts under which mail systems write. Whole.
    DAEMON_ADDRESS = "daemon.address";
    /// Those of them that people and shops have, too. Whole.
    DAEMON_SHARED = "daemon.shared";
    /// Parts of the names under which mail systems write. Anywhere.
    DAEMON_NAME = "daemon.name";

    // Acknowledgements, receipts, absence notes and programs, for `kind`.
    /// What ticket systems write by themselves when they have got a mail. Anywhere.
    AUTOMATIC_ACKNOWLEDGEMENT = "automatic.acknowledgement";
    /// What programs write below or above all their mails. Anywhere.
    AUTOMATIC_ROBOT = "automatic.robot";
    /// Starts of subjects by which mail programs tell that a mail was read or deleted. Beginning.
    RECEIPT_SUBJECT = "receipt.subject";
    /// Sentences of such receipts. Anywhere.
    RECEIPT_TEXT = "receipt.text";
    /// Words that say what was done, where a sentence of German puts them last. Anywhere behind it.
    RECEIPT_DONE = "receipt.done";
    /// How programs call an automatic answer; in front of the subject that they answer, with a colon that nobody types
    /// there. Beginning.
    ABSENCE_AUTOMATIC = "absence.automatic";
    /// Starts of subjects of absence notes. Beginning.
    ABSENCE_SUBJECT = "absence.subject";
    /// Starts that people use for other things, too (`Vacation rental`): an absence note says at most when. Beginning.
    ABSENCE_NOUN = "absence.noun";
    /// Words that start saying when, behind such a noun. Whole.
    ABSENCE_WHEN = "absence.when";
    /// What stands in subjects of absence notes; Notes puts the name first. Anywhere.
    ABSENCE_INSIDE = "absence.inside";
    /// Sentences of absence notes. Anywhere.
    ABSENCE_TEXT = "absence.text";
    /// Local parts that nobody reads, letters and digits of them. Anywhere.
    ADDRESS_NO_REPLY = "address.no_reply";
    /// Header fields that only autoresponders set, some with the value that counts.
    FIELD_AUTORESPONDER = "field.autoresponder";
    /// Fields of programs that watch, build and report.
    FIELD_MONITOR = "field.monitor";
    /// Fields of services that send mail for others.
    FIELD_SERVICE = "field.service";
    /// Fields by which ticket systems know their own mail.
    FIELD_TICKET_SYSTEM = "field.ticket_system";
    /// Senders of mails without any marker, and the starts of the subjects that only the program behind such a name
    /// writes. Senders: the local part, or its end from a hyphen on. Subjects: beginning; what begins with a blank stands
    /// anywhere.
    PROGRAM_MONITOR_SENDER = "program.monitor.sender";
    /// Programs that watch machines.
    PROGRAM_MONITOR_SUBJECT = "program.monitor.subject";
    /// Jobs that run by the clock.
    PROGRAM_CRON_SENDER = "program.cron.sender";
    /// The same.
    PROGRAM_CRON_SUBJECT = "program.cron.subject";
    /// Summaries of logs.
    PROGRAM_LOG_SENDER = "program.log.sender";
    /// The same.
    PROGRAM_LOG_SUBJECT = "program.log.subject";
    /// Logcheck puts the host and the time first.
    PROGRAM_LOGCHECK_SENDER = "program.logcheck.sender";
    /// The same.
    PROGRAM_LOGCHECK_SUBJECT = "program.logcheck.subject";
    /// Telephone systems.
    PROGRAM_TELEPHONE_SENDER = "program.telephone.sender";
    /// The same.
    PROGRAM_TELEPHONE_SUBJECT = "program.telephone.subject";
    /// Scanners and copiers.
    PROGRAM_SCANNER_SENDER = "program.scanner.sender";
    /// The same.
    PROGRAM_SCANNER_SUBJECT = "program.scanner.subject";
    /// Majordomo.
    PROGRAM_MAJORDOMO_SENDER = "program.majordomo.sender";
    /// The same.
    PROGRAM_MAJORDOMO_SUBJECT = "program.majordomo.subject";
    /// Mailman and its relatives.
    PROGRAM_LIST_SENDER = "program.list.sender";
    /// The same.
    PROGRAM_LIST_SUBJECT = "program.list.subject";
    /// Programs against viruses.
    PROGRAM_VIRUS_SENDER = "program.virus.sender";
    /// The same.
    PROGRAM_VIRUS_SUBJECT = "program.virus.subject";
    /// Fax machines.
    PROGRAM_FAX_SENDER = "program.fax.sender";
    /// The same.
    PROGRAM_FAX_SUBJECT = "program.fax.subject";

    // Signatures for `hygiene`, prefixes of subjects for `thread`, dates.
    /// Words in front of a number to call, an address or a page. Whole.
    LOOK_WAY = "look.way";
    /// What companies have behind their names, with its capitals. Whole, or the end of a line.
    LOOK_COMPANY = "look.company";
    /// How the words for streets end, or the whole word. End.
    LOOK_STREET = "look.street";
    /// What a part of a company is called. Whole.
    LOOK_ROLE = "look.role";
    /// Where companies ask their readers to follow them. Anywhere.
    LOOK_NETWORK = "look.network";
    /// How sentences begin to say where somebody can be reached. Anywhere.
    LOOK_REACHED = "look.reached";
    /// Thanks, which are said. Anywhere.
    LOOK_THANKS = "look.thanks";
    /// Titles and the words before a name that are none of it; without their full stops. Whole.
    LOOK_TITLE = "look.title";
    /// Words that mail programs put before the subject of an answer; without their colon. Whole.
    SUBJECT_ANSWER = "subject.answer";
    /// The same for a forwarded mail.
    SUBJECT_FORWARD = "subject.forward";
    /// First letters of the names of months. Beginning.
    MONTH_1 = "month.1";
    /// February.
    MONTH_2 = "month.2";
    /// March.
    MONTH_3 = "month.3";
    /// April.
    MONTH_4 = "month.4";
    /// May.
    MONTH_5 = "month.5";
    /// June.
    MONTH_6 = "month.6";
    /// July.
    MONTH_7 = "month.7";
    /// August.
    MONTH_8 = "month.8";
    /// September.
    MONTH_9 = "month.9";
    /// October.
    MONTH_10 = "month.10";
    /// November.
    MONTH_11 = "month.11";
    /// December.
    MONTH_12 = "month.12";
}
