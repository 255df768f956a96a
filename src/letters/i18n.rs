//! The language files: every sentence that people read stands in `templates/lang/`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::desk::people::Language;

/// The sentences of one language.
pub struct Texts(FluentBundle<FluentResource>);

/// The files of one language, one for each part of the house.
macro_rules! files {
    ($language:literal) => {
        concat!(
            include_str!(concat!("../../templates/lang/", $language, "/mail.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/page.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/sign_in.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/tickets.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/articles.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/picture.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/office.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/commands.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/lists.ftl")),
            "\n",
            include_str!(concat!("../../templates/lang/", $language, "/budgets.ftl")),
        )
    };
}

const GERMAN_FILES: &str = files!("de");
const ENGLISH_FILES: &str = files!("en");

static GERMAN: LazyLock<Texts> = LazyLock::new(|| Texts::read("de", GERMAN_FILES));
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| Texts::read("en", ENGLISH_FILES));

/// Around the number of a slot in a mail's template; characters that stand for nothing (Unicode section 23.5).
pub(super) const SLOT: [char; 2] = ['\u{f8f0}', '\u{f8f1}'];

/// The sentences of `language`.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::German => &GERMAN,
        Language::English => &ENGLISH,
    }
}

impl Texts {
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
    pub fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            // A value fills no slot of a mail.
            let value: String = value.chars().filter(|c| !SLOT.contains(c)).collect();
            arguments.set((*name).to_owned(), value);
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
        let (german, english) = (GERMAN_FILES, ENGLISH_FILES);
        assert_eq!(keys(german), keys(english));
        assert_eq!(keys(german).len(), keys(german).into_iter().collect::<BTreeSet<_>>().len(), "a key stands twice");
        for key in keys(german) {
            assert_eq!(values(german, key), values(english, key), "{key}");
            assert!(!texts(Language::German).text(key, &[]).starts_with("??"), "{key}");
        }
    }

    #[test]
    fn every_sentence_that_is_used_exists_and_every_one_that_exists_is_used() {
        let mut sources = String::new();
        let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
        folders = ["src", "templates"].iter().map(|name| folders[0].join(name)).collect();
        while let Some(folder) = folders.pop() {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                match path.extension().and_then(|extension| extension.to_str()) {
                    // Reading mail says nothing to anybody.
                    _ if path.ends_with("src/mail") => {}
                    _ if path.is_dir() => folders.push(path),
                    Some("rs" | "html" | "txt") if !path.ends_with("i18n.rs") => {
                        sources.push_str(&std::fs::read_to_string(path).unwrap())
                    }
                    _ => {}
                }
            }
        }
        let used: BTreeSet<String> = sources
            .split(".text(")
            .skip(1)
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .map(str::to_owned)
            .collect();
        let known: BTreeSet<String> = keys(ENGLISH_FILES).into_iter().map(str::to_owned).collect();
        let apart: Vec<&String> = used.symmetric_difference(&known).collect();
        assert!(apart.is_empty(), "{apart:?}");
    }
}
