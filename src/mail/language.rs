//! In which language a text is written, as far as German and English go: by the small words that every text has.

use std::collections::BTreeSet;

/// Words of German texts that are no words of the languages beside it.
const GERMAN: &[&str] = &[
    "aber", "auch", "auf", "bei", "bitte", "das", "dass", "dem", "den", "der", "des", "dies", "diese", "dieser", "doch", "durch",
    "ein", "eine", "einem", "einen", "einer", "er", "es", "für", "haben", "habe", "ich", "ihm", "ihnen", "ihr", "ihre", "im",
    "ist", "kann", "kein", "keine", "können", "mehr", "mein", "meine", "mich", "mir", "mit", "nach", "nicht", "noch", "nur",
    "oder", "seit", "sich", "sie", "sind", "über", "um", "und", "uns", "unser", "unsere", "vom", "von", "vor", "wenn", "werden",
    "wie", "wir", "wird", "wo", "würde", "zu", "zum", "zur",
];

/// Words of English texts that are no words of the languages beside it.
const ENGLISH: &[&str] = &[
    "about", "and", "any", "are", "because", "been", "but", "by", "can", "cannot", "could", "does", "did", "do", "don't",
    "every", "from", "has", "how", "i'm", "if", "into", "it", "its", "it's", "just", "my", "not", "only", "or", "our", "please",
    "should", "since", "some", "than", "that", "the", "their", "them", "there", "these", "they", "this", "to", "what", "when",
    "where", "which", "who", "why", "with", "would", "yes", "you", "your",
];

/// So many different ones of its words say what a text is ...
const SAY: usize = 3;
/// ... and so many times as many as of the other language.
const TIMES: usize = 3;
/// One word in so many is one of them, or it is a third language, code, or a list.
const ONE_IN: usize = 8;
/// What comes later says nothing new.
const WORDS: usize = 2_000;

/// The words of one language that a text has.
#[derive(Default)]
struct Found {
    all: usize,
    different: BTreeSet<&'static str>,
}

impl Found {
    fn take(&mut self, word: &str, words: &[&'static str]) {
        if let Some(known) = words.iter().find(|known| **known == word) {
            self.all += 1;
            self.different.insert(known);
        }
    }
}

/// The language of a text as its ISO 639-1 code, `de` or `en`; `None` where it is short, mixed, or another.
#[must_use]
pub fn of(text: &str) -> Option<&'static str> {
    let (mut german, mut english, mut all) = (Found::default(), Found::default(), 0_usize);
    let words = text.split(|c: char| !(c.is_alphabetic() || matches!(c, '\'' | '\u{2019}')));
    for word in words.filter(|word| !word.is_empty()).take(WORDS) {
        let word = word.to_lowercase().replace('\u{2019}', "'");
        all += 1;
        german.take(&word, GERMAN);
        english.take(&word, ENGLISH);
    }
    let is = |these: &Found, those: &Found| {
        these.different.len() >= SAY && these.all >= TIMES * those.all && these.all * ONE_IN >= all
    };
    match (is(&german, &english), is(&english, &german)) {
        (true, false) => Some("de"),
        (false, true) => Some("en"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_of_its_small_words() {
        for (text, expected) in [
            ("Guten Tag,\n\nder Drucker im zweiten Stock druckt nicht. Können Sie bitte nachsehen?", Some("de")),
            ("Hello,\n\nthe printer on the second floor does not print. Could you please have a look?", Some("en")),
            ("It doesn\u{2019}t print, and we don\u{2019}t know why.", Some("en")),
            // Too little to say.
            ("Danke!", None),
            ("Drucker kaputt", None),
            ("", None),
            // Both, as where somebody passes on what they were sent.
            ("Bitte sehen Sie sich das an: please have a look at this, it is not what we have ordered from you.", None),
            // Neighbours share words with one of them or with both.
            ("Bonjour, l'imprimante du deuxième étage ne marche pas depuis ce matin. Pouvez-vous nous aider ?", None),
            ("Goedemorgen, de printer op de tweede verdieping werkt niet meer. Kunt u er naar kijken?", None),
            ("Hej, skrivaren på andra våningen fungerar inte sedan i morse. Kan ni hjälpa oss?", None),
            ("Hei, skriveren i andre etasje virker ikke for oss. Kan dere se på det? Den er ny, og vi har ikke en til.", None),
            ("Buongiorno, la stampante del secondo piano non stampa. Potete dare un'occhiata?", None),
            // A log with a sentence of its machine.
            ("ERROR 500 at /srv/app/index.php:31 do_print() not found\nERROR 500 at /srv/app/index.php:31 do_print()", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
