//! Texts that are shown in part.

/// The first `most` characters of a text, and an ellipsis where there were more.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// The same on one line, with single blanks.
#[must_use]
pub fn on_one_line(text: &str, most: usize) -> String {
    shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// The first whole words of a text, as far as `most` characters reach, and an ellipsis where there were more.
#[must_use]
pub fn whole_words(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => {
            let start = text.get(..end).unwrap_or_default();
            format!("{} …", start.rsplit_once(' ').map_or(start, |(whole, _)| whole).trim_end())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_ends_with_an_ellipsis() {
        for (text, most, short, line, whole) in [
            ("äöü", 3, "äöü", "äöü", "äöü"),
            ("äöüß", 3, "äöü…", "äöü…", "äöü …"),
            ("one two three", 8, "one two…", "one two…", "one two …"),
            ("one  two\nthree", 9, "one  two…", "one two t…", "one …"),
            ("", 0, "", "", ""),
        ] {
            assert_eq!(
                (shortened(text, most), on_one_line(text, most), whole_words(text, most)),
                (short.into(), line.into(), whole.into()),
                "{text}"
            );
        }
    }
}
