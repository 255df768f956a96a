//! The rules of signing in: what links are for and how long they live, which addresses can be meant, where people may be
//! sent afterwards. No IO.

use std::time::Duration;

use unicode_normalization::is_nfkc;

use super::people::fold_address;
use super::project::is_key;

string_enum! {
    /// What a link is for. A link of one purpose does nothing at the other's place.
    Purpose {
        /// Staff let a contact in.
        Invitation = "invitation",
        /// A guest or a member of staff asked for it.
        SignIn = "sign_in",
    }
}

impl Purpose {
    /// How long a link works.
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Invitation => Duration::from_hours(7 * 24),
            Self::SignIn => Duration::from_mins(60),
        }
    }

    /// Where its links begin, below the desk's own address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Invitation => "/invitation/",
            Self::SignIn => "/sign-in/",
        }
    }
}

/// Bytes of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const ADDRESS_BYTES: usize = 254;
/// The longest path that is remembered while somebody signs in.
const PATH_BYTES: usize = 1000;

/// The one address that somebody typed, folded as addresses are stored; `None` where it could be taken for another: lists,
/// names, quotes, controls, and characters that compatibility folding (NFKC) turns into others.
#[must_use]
pub fn typed_address(text: &str) -> Option<String> {
    let text = text.trim();
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:()[]\\\"%".contains(c);
    let (local, domain) = text.split_once('@')?;
    let sound = !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(odd);
    (sound && text.len() <= ADDRESS_BYTES && is_nfkc(text)).then(|| fold_address(text))
}

/// Where to go after signing in: a path of this very site, else the start page. Decided on what the path says and on what
/// it says once decoded.
#[must_use]
pub fn next_path(text: &str) -> &str {
    let own = |text: &str| {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let (root, door) = (path.starts_with('/'), Purpose::ALL.iter().any(|purpose| path.starts_with(purpose.path())));
        root && !door
            && !matches!(path.trim_end_matches('/'), "/sign-in" | "/sign-out")
            && !path.contains("//")
            && !text.contains(['\\', '@'])
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if text.len() <= PATH_BYTES && own(text) && own(&decoded(text).replace(' ', "+")) { text } else { "/" }
}

/// The page on which a guest's form stands, by the path that it is sent to: whoever has to sign in first comes back there.
#[must_use]
pub fn form_page(path: &str) -> &str {
    let number = |text: &str| !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["", "account"] => path,
        ["", key, "new"] if is_key(key) => path,
        ["", key, ticket, "comments" | "state" | "priority" | "colleagues" | "mails"] if is_key(key) && number(ticket) => {
            path.rsplit_once('/').map_or("/", |(page, _)| page)
        }
        _ => "/",
    }
}

/// Where the staff's pages begin.
pub const OFFICE: &str = "/office";

/// Where somebody lands after signing in: staff in the office, guests anywhere else. What is the other side's would be a
/// page that is missing.
#[must_use]
pub fn landing(next: &str, is_staff: bool) -> &str {
    let next = next_path(next);
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let office = path == OFFICE || path.starts_with("/office/");
    match (is_staff, office || path == "/sessions") {
        (true, false) => OFFICE,
        (false, _) if office => "/",
        _ => next,
    }
}

/// `%XX` as the bytes they stand for (RFC 3986 section 2.1); other bytes than text become U+FFFD.
fn decoded(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (bytes, mut plain, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let pair = (digit(bytes.get(at + 1)), digit(bytes.get(at + 2)));
        match (byte, pair) {
            (b'%', (Some(high), Some(low))) => {
                plain.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 3;
            }
            _ => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_its_page() {
        for (path, page) in [
            ("/ACME/1/comments", "/ACME/1"),
            ("/ACME/12/state", "/ACME/12"),
            ("/ACME/new", "/ACME/new"),
            ("/acme/new", "/"),
            ("/ACME/1", "/"),
            ("/ACME/x/comments", "/"),
            ("/ACME/1/files/7", "/"),
            ("/account", "/account"),
            ("/sessions/end-others", "/"),
            ("/sign-out", "/"),
            ("//evil.example/new", "/"),
            ("/", "/"),
        ] {
            assert_eq!(form_page(path), page, "{path}");
        }
    }

    #[test]
    fn only_paths_of_this_site_are_gone_to() {
        for fine in ["/", "/tickets/ACME-1", "/tickets?status=open&q=a%20b", "/projects/ACME/docs/a-b_c.d~e", "/a#b", "/signs"] {
            assert_eq!(next_path(fine), fine);
        }
        let long = format!("/{}", "a".repeat(PATH_BYTES));
        for wrong in [
            "",
            "tickets",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/%2F/evil.example",
            "/%2fevil.example",
            "/%5Cevil.example",
            "/a\r\nSet-Cookie: x=1",
            "/a%0d%0aX:1",
            "/\tevil",
            "/%09/evil",
            " /x",
            "/x y",
            "/ä",
            "/a//b",
            "/user@evil.example",
            "/sign-in",
            "/sign-in/abc",
            "/sign-out",
            "/sign-in/",
            "/invitation/abc",
            "/sign-in?next=/",
            "/%00",
            "/%73ign-in/abc",
            long.as_str(),
        ] {
            assert_eq!(next_path(wrong), "/", "{wrong:?}");
        }
    }

    #[test]
    fn everybody_lands_on_their_own_side() {
        for (next, guest, staff) in [
            ("/", "/", "/office"),
            ("/ACME/1", "/ACME/1", "/office"),
            ("/office/held?page=2", "/", "/office/held?page=2"),
            ("/office", "/", "/office"),
            ("/officer", "/officer", "/office"),
            ("/sessions", "/sessions", "/sessions"),
            ("//evil.example/office/", "/", "/office"),
        ] {
            assert_eq!((landing(next, false), landing(next, true)), (guest, staff), "{next}");
        }
    }

    #[test]
    fn an_address_is_one_address_and_nothing_that_looks_like_one() {
        for (typed, stored) in [
            ("carla@acme.example", "carla@acme.example"),
            (" Carla@ACME.example\t", "carla@acme.example"),
            ("carla+desk@acme.example", "carla+desk@acme.example"),
            ("o'hara@acme.example", "o'hara@acme.example"),
            // Letters of their own: they fold to no other address, and only an exact match is found.
            ("carla@acme.ex\u{131}mple", "carla@acme.xn--exmple-q9a"),
            ("stra\u{df}e@acme.example", "stra\u{df}e@acme.example"),
        ] {
            assert_eq!(typed_address(typed).as_deref(), Some(stored), "{typed:?}");
        }
        let long = format!("{}@acme.example", "a".repeat(ADDRESS_BYTES));
        for wrong in [
            "",
            "carla",
            "@acme.example",
            "carla@",
            "carla@acme.example@evil.example",
            "carla\u{ff20}acme.example",
            "carla@acme.example\u{ff20}evil.example",
            "\u{ff43}arla@acme.example",
            "carla@acme\u{3002}example\u{ff0e}x",
            "\u{212a}im@acme.example",
            "o\u{fb03}ce@acme.example",
            "carla@acme.example,evil@evil.example",
            "carla@acme.example;evil@evil.example",
            "carla@acme.example\r\nBcc: evil@evil.example",
            "carla@acme.example\nx",
            "carla@acme.example\0",
            "\"carla\"@acme.example",
            "carla(x)@acme.example",
            "Carla <carla@acme.example>",
            "<carla@acme.example>",
            "carla @acme.example",
            "carla@[127.0.0.1]",
            "carla%40acme.example@evil.example",
            "carla@acme.example evil@evil.example",
            "carla\u{200b}\u{a0}@acme.example",
            long.as_str(),
        ] {
            assert_eq!(typed_address(wrong), None, "{wrong:?}");
        }
        // Folding never makes a plain address of one that was not.
        for letter in ['\u{130}', '\u{131}', '\u{17f}', '\u{212a}', '\u{df}', '\u{1e9e}', '\u{3b9}'] {
            let found = typed_address(&format!("{letter}@acme.example"));
            assert!(found.is_none_or(|address| !address.is_ascii()), "{letter:?}");
        }
    }
}
