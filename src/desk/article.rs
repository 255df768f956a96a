//! Articles: the pages of a project's documentation.

use super::ids::{ArticleId, ProjectId};
use super::published::published;

string_enum! {
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

impl Article {
    /// Whether guests would notice no difference: what only its writers see does not count, and nothing does where it is not
    /// published.
    #[must_use]
    pub fn reads_like(&self, other: &Self) -> bool {
        let is_published = |article: &Self| article.state == ArticleState::Published;
        let same = || self.title == other.title && published(&self.body) == published(&other.body);
        is_published(self) == is_published(other) && (!is_published(self) || same())
    }
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

/// Whether `name` can be that of a file or folder: nothing hidden, at most 100 characters.
fn is_file_name(name: &str) -> bool {
    (1..=100).contains(&name.chars().count())
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':', '?', '#'])
        && !name.chars().any(char::is_control)
}

/// Whether `path` can be that of a picture below the articles: names of folders and of a file, at most 200 characters.
#[must_use]
pub fn is_picture_path(path: &str) -> bool {
    path.chars().count() <= 200 && path.split('/').count() <= 5 && path.split('/').all(is_file_name)
}

/// What kind of picture these bytes begin like, whatever their name says; `None` for what browsers do not show as a
/// picture, and for SVG, which can carry programs.
#[must_use]
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_bytes_and_names_stay_in_their_folder() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a", Some("image/gif")),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Some("image/webp")),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"<script>", None),
            (b"", None),
        ] {
            assert_eq!(picture_type(bytes), kind, "{bytes:?}");
        }
        assert!(is_file_name("Bild 1 \"groß\".png"));
        for wrong in ["", ".env", "../a.png", "a/b.png", "a\\b", "c:a", "a\0", "a?b", &"x".repeat(101)] {
            assert!(!is_file_name(wrong), "{wrong}");
        }
        for (path, fine) in [
            ("a.png", true),
            ("img/press 4/a.png", true),
            ("img/../a.png", false),
            ("/a.png", false),
            ("img//a.png", false),
            ("img/", false),
            (".git/a.png", false),
            ("a/b/c/d/e/f.png", false),
            ("img\\a.png", false),
        ] {
            assert_eq!(is_picture_path(path), fine, "{path}");
        }
    }
}
