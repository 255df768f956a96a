//! Articles: the pages of a project's documentation.

use super::ids::{ArticleId, ProjectId};

words! {
    /// Who may read an article.
    ArticleState {
        /// Its writers.
        Draft = "draft",
        /// Staff.
        Staff = "staff",
        /// Staff and the project's guests.
        Published = "published",
    }
}

/// One page of a project's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Its name in addresses, unique in the project.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Who may read it.
    pub state: ArticleState,
}

/// A name for addresses: lower-case ASCII letters, digits and single hyphens; `article` where nothing is left.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "article".to_owned() } else { slug.to_owned() }
}
