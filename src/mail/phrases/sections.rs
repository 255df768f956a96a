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
}
