//! The language files: every sentence that people read stands in `templates/lang/`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::desk::people::Language;

/// The sentences of one language.
pub struct Words(FluentBundle<FluentResource>);

static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::read("de", include_str!("../../templates/lang/de.ftl")));
static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read("en", include_str!("../../templates/lang/en.ftl")));

/// The sentences of `language`.
#[must_use]
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::German => &GERMAN,
        Language::English => &ENGLISH,
    }
}

impl Words {
    fn read(tag: &str, text: &str) -> Self {
        let language: unic_langid::LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Mails are plain text: no invisible direction marks around values.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial);
        // A doubled key keeps its first text; a test reads both files and finds it.
        let _ = bundle.add_resource(resource);
        Self(bundle)
    }

    /// The sentence `key` with its values; `??key??` where there is none, which a test forbids.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set((*name).to_owned(), (*value).to_owned());
        }
        let Some(pattern) = self.0.get_message(key).and_then(|message| message.value()) else { return format!("??{key}??") };
        self.0.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(text: &str) -> Vec<&str> {
        let starts = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
        text.lines().filter(starts).filter_map(|line| line.split(" =").next()).collect()
    }

    /// The `{ $name }` placeables of each key.
    fn values(text: &str, key: &str) -> BTreeSet<String> {
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.iter().position(|line| line.starts_with(&format!("{key} ="))).unwrap();
        let to = lines[from + 1..].iter().position(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let block = lines[from..to.map_or(lines.len(), |to| from + 1 + to)].join("\n");
        block.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let german = include_str!("../../templates/lang/de.ftl");
        let english = include_str!("../../templates/lang/en.ftl");
        assert_eq!(keys(german), keys(english));
        assert_eq!(keys(german).len(), keys(german).into_iter().collect::<BTreeSet<_>>().len(), "a key stands twice");
        for key in keys(german) {
            assert_eq!(values(german, key), values(english, key), "{key}");
            assert!(!words(Language::German).say(key, &[]).starts_with("??"), "{key}");
        }
    }

    #[test]
    fn every_sentence_that_is_used_exists_and_every_one_that_exists_is_used() {
        let sources = [
            include_str!("mod.rs"),
            include_str!("staff.rs"),
            include_str!("outsider.rs"),
            include_str!("../../templates/mail/acknowledgement.txt"),
            include_str!("../../templates/mail/done.txt"),
            include_str!("../../templates/mail/claim.txt"),
            include_str!("../../templates/mail/failure.txt"),
        ]
        .join("\n");
        let used: BTreeSet<String> = sources
            .split("say(")
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .map(str::to_owned)
            .collect();
        let known: BTreeSet<String> = keys(include_str!("../../templates/lang/en.ftl")).into_iter().map(str::to_owned).collect();
        assert_eq!(used, known);
    }
}
