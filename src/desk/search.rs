//! How texts are made comparable for search: the same folding for what is looked for and what is looked in.

use unicode_normalization::UnicodeNormalization;

use super::ticket::Category;

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
    /// Which tickets a list shows, by what their public status means.
    FilterState {
        /// All that are not done.
        Active = "active",
        /// Nobody has begun.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// It waits for somebody else.
        Waiting = "waiting",
        /// It is done.
        Done = "done",
        /// All.
        All = "all",
    }
}

impl FilterState {
    /// Whether a ticket of this category is shown.
    #[must_use]
    pub fn shows(self, category: Category) -> bool {
        match self {
            Self::Active => category != Category::Done,
            Self::Open => category == Category::Open,
            Self::InProgress => category == Category::InProgress,
            Self::Waiting => category == Category::Waiting,
            Self::Done => category == Category::Done,
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
            (FilterState::Active, "open in_progress waiting"),
            (FilterState::Open, "open"),
            (FilterState::InProgress, "in_progress"),
            (FilterState::Waiting, "waiting"),
            (FilterState::Done, "done"),
            (FilterState::All, "open in_progress waiting done"),
        ];
        assert_eq!(table.map(|(state, _)| state), FilterState::ALL);
        for (state, shown) in table {
            let categories: Vec<&str> =
                Category::ALL.iter().filter(|category| state.shows(**category)).map(|category| category.as_str()).collect();
            assert_eq!(categories.join(" "), shown, "{state}");
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
