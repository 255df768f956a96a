//! Links that let in whoever has them, whatever the mail says about them and in which language.

use crate::body::Class;
use crate::letter::Letter;
use crate::phrases::KEY_PURPOSE;

/// Characters of a secret that has letters and digits, and of one that has not.
const MIXED: usize = 8;
const LONG: usize = 20;
/// Links that are looked at.
const MOST: usize = 200;

impl Letter {
    /// Whether a link in what it newly says looks as if it let somebody in: it names what for, and holds a secret.
    #[must_use]
    pub fn carries_key(&self) -> bool {
        // What is quoted has the links of others in it.
        let html = self.html.as_deref().filter(|_| !self.body.has(Class::Quoted)).unwrap_or_default();
        [self.body.new_text().as_str(), html].into_iter().flat_map(links).take(MOST).any(is_key)
    }
}

/// Whether such a link stands in a text.
pub(super) fn in_text(text: &str) -> bool {
    links(text).take(MOST).any(is_key)
}

/// What stands behind the host of each link.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("://").skip(1).map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"')]".contains(c)).unwrap_or(rest.len());
        let link = rest.get(..end).unwrap_or_default();
        link.find(['/', '?', '#']).and_then(|at| link.get(at..)).unwrap_or_default()
    })
}

fn is_key(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let secret = |piece: &str| {
        let has = |fits: fn(&char) -> bool| piece.chars().any(|c| fits(&c));
        piece.len() >= LONG || piece.len() >= MIXED && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
    };
    KEY_PURPOSE.stand_in(&lower) && path.split(['/', '?', '&', '=', '#', '.', ';']).any(secret)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    pub(crate) fn a_purpose_and_a_secret_make_a_key() {
        for (link, key) in [
            ("https://cloud.acme.example/lostpassword/reset/form/SECRET482913/desk", true),
            ("https://git.acme.example/users/confirmation?confirmation_token=SeCrEt7771", true),
            ("https://id.acme.example/activate/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", true),
            ("https://join.slack.example/t/acme/invite/abc123def456ghi789jkl", true),
            ("https://atl.example/invitation?id=abcdefabcdef1", true),
            ("https://wiki.acme.example/login?next=/", false),
            ("https://acme.example/invite/everybody", false),
            ("https://files.acme.example/s/q7Zk29Bx", false),
            ("https://acme.example/reset-password", false),
            ("https://acme.example", false),
        ] {
            assert_eq!(links(&format!("See <{link}>.")).any(is_key), key, "{link}");
        }
    }
}
