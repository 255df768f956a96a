//! How mails to people outside the staff read: what stands below an answer and whose name above it, and how soon they are told
//! that one comes.

use serde::Deserialize;

use crate::desk::people::Named;

/// `quote` of `[outgoing]`: what of the public conversation stands below an answer to somebody outside the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// Nothing.
    None,
    /// The one comment before it.
    #[default]
    Last,
    /// All comments since its reader takes part, as many as fit.
    All,
}

/// The placeholders of a [`DisplayName`].
const STAFF: &str = "{staff}";
const DESK: &str = "{desk}";
/// A sender's name without the names in it, and a span in words, are at most so long.
const LONGEST: usize = 60;

/// `display_name` of `[outgoing]`: how a member of staff is called as the sender of a mail, with `{staff}` for their name and
/// `{desk}` for the desk's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl Default for DisplayName {
    /// `Anna (Example desk)`.
    fn default() -> Self {
        Self(format!("{STAFF} ({DESK})"))
    }
}

impl DisplayName {
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let around = text.replace(STAFF, "").replace(DESK, "");
        if let Some(brace) = around.find(['{', '}']) {
            let odd: String = around.chars().skip(brace).take(20).collect();
            return Err(format!("has something other than {STAFF} and {DESK} in braces: `{odd}`"));
        }
        if around == text {
            return Err(format!("has neither {STAFF} nor {DESK} in it, so all mails would be from one name"));
        }
        // What mail programs take for an address, or show as another line or turned around.
        if around.contains(|c: char| "@<>\"\\".contains(c) || c.is_control() || is_turning(c)) {
            return Err("has a sign in it that could make an address of it, or hide what it says".to_owned());
        }
        if around.chars().count() > LONGEST {
            return Err(format!("has more than {LONGEST} signs beside the names"));
        }
        Ok(Self(text.trim().to_owned()))
    }

    /// The sender's name of a mail from somebody of the staff.
    #[must_use]
    pub fn of(&self, staff: &str, desk: &str) -> String {
        // One after the other, so that no name fills a place in the other.
        let parts = self.0.split(STAFF).map(|part| part.replace(DESK, desk));
        parts.collect::<Vec<_>>().join(staff)
    }
}

/// `answer_within` of `[acknowledgement]`: one text, or one for each language.
#[derive(Deserialize)]
#[serde(untagged, expecting = "write it like \"one working day\", or { de = \"einem Werktag\", en = \"one working day\" }")]
pub(super) enum RawSpan {
    One(String),
    Each(RawNamed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNamed {
    de: String,
    en: String,
}

/// A span in words, in both languages.
///
/// # Errors
/// What is wrong with it.
pub(super) fn span(raw: RawSpan) -> Result<Named, String> {
    let (de, en) = match raw {
        RawSpan::One(text) => (text.clone(), text),
        RawSpan::Each(RawNamed { de, en }) => (de, en),
    };
    for text in [&de, &en] {
        if text.trim().is_empty() || text.contains(char::is_control) || text.chars().count() > LONGEST {
            return Err(format!("is no span in one line of at most {LONGEST} signs: {text:?}"));
        }
    }
    Ok(Named { de: de.trim().to_owned(), en: en.trim().to_owned() })
}

/// Whether a sign turns the line around it (Unicode section 23.2) or is not seen.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
