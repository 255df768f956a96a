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
}
