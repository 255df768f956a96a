//! Words without what programs write differently around them.

/// The letters and digits of a word, in lower case. The minus of a number is part of it: without it the number is another one.
pub(crate) fn letters(word: &str) -> impl Iterator<Item = char> + '_ {
    let minus = word.strip_prefix(['-', '\u{2212}', '\u{2013}']).is_some_and(|rest| rest.starts_with(|c: char| c.is_numeric()));
    let letters = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    minus.then_some('-').into_iter().chain(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_nothing_and_a_minus_is_something() {
        for (word, expected) in [
            ("*Hello*,", "hello"),
            ("HelloWorld", "helloworld"),
            ("-100", "-100"),
            ("\u{2212}100", "-100"),
            ("\u{2013}5", "-5"),
            ("+49", "49"),
            ("-", ""),
            ("-yes", "yes"),
            ("e-5", "e5"),
            ("a@b.example,", "abexample"),
        ] {
            assert_eq!(letters(word).collect::<String>(), expected, "{word}");
        }
    }
}
