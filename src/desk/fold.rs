//! Text as searches compare it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, `ä` as `ae` (and `ö`, `ü`, `ß` likewise), other accents taken off, white space as single blanks.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Composed first, so that `a` with two dots is the same as `ä`.
    for c in text.nfkc().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn what_people_type_finds_what_people_wrote() {
        for (written, typed) in [
            ("Störung MELDEN", "stoerung melden"),
            ("Sto\u{308}rung", "stoerung"),
            ("Straße", "STRASSE"),
            ("café  crème", "cafe creme"),
            (" ﬁlter\n\tEins ", "filter eins"),
        ] {
            assert_eq!(folded(written), folded(typed), "{written}");
        }
        assert_ne!(folded("Öl"), folded("Ol"), "umlauts are letters of their own");
    }
}
