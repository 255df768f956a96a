//! What somebody wrote, as outsiders may have it: its words, and the same words with their structure.

use std::borrow::Cow;

use crate::desk::entry::{Document, document};

/// A public text.
#[derive(Debug, Clone)]
pub struct Written {
    text: String,
    document: Option<Document>,
    typed: bool,
}

impl Written {
    pub(super) fn new(text: String, document: Option<Document>, typed: bool) -> Self {
        Self { text, document: document.filter(|document| !document.is_empty()), typed }
    }

    /// Its words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same words with their structure, where one is kept.
    #[must_use]
    pub fn formatted(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// Whether it was typed on a page: what it quotes, its writer chose, and no program repeated it.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        self.typed
    }

    /// The same words with their structure; where only words are kept, as much as these show.
    #[must_use]
    pub fn document(&self) -> Cow<'_, Document> {
        match &self.document {
            Some(document) => Cow::Borrowed(document),
            // Typed on a page: it repeats nothing, a line that begins with `>` is its writer's.
            None if self.typed => Cow::Owned(document::typed(&self.text)),
            None => Cow::Owned(document::of_text(&self.text)),
        }
    }
}
