//! `[face]`: how the desk looks to whoever visits it.

use std::fmt;
use std::sync::Arc;

use crate::desk::colour::Colour;
use crate::desk::people::Language;
use crate::mail::document::Target;

/// `[face]`
#[derive(Debug, Clone, Default)]
pub struct Face {
    /// Stands at the head of every page (default none: the desk's name).
    pub logo: Option<Picture>,
    /// What browsers show in a tab (default an envelope in the accent).
    pub favicon: Option<Picture>,
    /// The colour of buttons, links and marks: readable on white, and white on it (default blue).
    pub accent: Option<Colour>,
    /// Links at the foot of every page and of every mail to somebody outside the staff (default none).
    pub footer: Arc<[FooterLink]>,
}

/// A picture of the desk's own.
#[derive(Clone)]
pub struct Picture {
    /// The file as it is.
    pub bytes: Arc<[u8]>,
    /// What it is by its bytes, such as `image/png`.
    pub content_type: &'static str,
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {} × {}, {} bytes)", self.content_type, self.width, self.height, self.bytes.len())
    }
}

/// `[[face.footer]]`: the imprint, the privacy notice and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterLink {
    /// Where it leads.
    pub url: Target,
    pub(super) english: String,
    pub(super) german: String,
}

impl FooterLink {
    /// What it says.
    #[must_use]
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }
}
