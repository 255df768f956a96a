//! How texts are made comparable for search: the same folding for what is looked for and what is looked in.

use unicode_normalization::UnicodeNormalization;

use super::next_action::Turn;

/// More words than this are not looked for.
pub const WORDS: usize = 5;

string_enum! {
    /// In which order a list stands.
    Order {
        /// The newest public activity first.
        Newest = "newest",
        /// The highest number first.
        Number = "number",
        /// The highest public priority first.
        Priority = "priority",
    }
}

string_enum! {
    /// Which tickets a list shows, by whose turn it is.
    FilterState {
        /// All that are not done.
        Active = "active",
        /// Those that wait for the reader.
        You = "you",
        /// Those that wait for the desk.
        Us = "us",
        /// Those that wait for somebody else.
        Others = "others",
        /// Those that are done.
        Done = "done",
        /// All.
        All = "all",
    }
}

impl FilterState {
    /// Whether a ticket is shown of which it is this one's turn.
    #[must_use]
    pub fn shows(self, turn: Turn) -> bool {
        match self {
            Self::Active => turn != Turn::Done,
            Self::You => turn == Turn::You,
            Self::Us => turn == Turn::Us,
            Self::Others => turn == Turn::Others,
            Self::Done => turn == Turn::Done,
            Self::All => true,
        }
    }
}

/// Text for comparing: lower case, `ä` as `ae`, `ß` as `ss`, other accents gone, white space as single blanks.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'ø' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(std::iter::once(c).nfkd().filter(|c| !is_mark(*c) && !c.is_control())),
        }
    }
    folded.trim().to_owned()
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// The words of a query, folded, each as a `LIKE` pattern with `!` as its escape character; at most [`WORDS`].
#[must_use]
pub fn patterns(query: &str) -> Vec<String> {
    let folded = fold(query);
    let words = folded.split(' ').filter(|word| !word.is_empty()).take(WORDS);
    let pattern = |word: &str| {
        let escaped: String = word.chars().flat_map(|c| ['!', c].into_iter().skip(usize::from(!"!%_".contains(c)))).collect();
        format!("%{escaped}%")
    };
    words.map(pattern).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_what_its_filter_says() {
        let table = [
            (FilterState::Active, "you us others"),
            (FilterState::You, "you"),
            (FilterState::Us, "us"),
            (FilterState::Others, "others"),
            (FilterState::Done, "done"),
            (FilterState::All, "you us others done"),
        ];
        assert_eq!(table.map(|(state, _)| state), FilterState::ALL);
        for (state, shown) in table {
            let turns: Vec<&str> = Turn::ALL.iter().filter(|turn| state.shows(**turn)).map(|turn| turn.as_str()).collect();
            assert_eq!(turns.join(" "), shown, "{state}");
        }
        assert!(FilterState::try_from("").is_err() && FilterState::try_from("internal").is_err());
    }

    #[test]
    fn what_people_mean_is_found() {
        let table = [
            ("Größe  ÄNDERN", "groesse aendern"),
            ("Cafe\u{301} crème", "cafe creme"),
            ("Gro\u{308}ße", "groesse"),
            ("ﬁn\nIJ", "fin ij"),
            ("ACME-2", "acme-2"),
            ("", ""),
        ];
        for (text, folded) in table {
            assert_eq!(fold(text), folded, "{text}");
        }
        assert_ne!(fold("Öl"), fold("Ol"), "umlauts are letters of their own");
        assert_eq!(patterns("100% a_b!"), ["%100!%%", "%a!_b!!%"]);
        assert_eq!(patterns("a b c d e f").last().map(String::as_str), Some("%e%"));
    }
}
