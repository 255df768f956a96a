//! Secrets: whoever has one is let in, or speaks for somebody. A [`Plain`] one stands in one person's mail, link or cookie,
//! and nowhere else; the desk keeps the [`Hashed`] one, which lets nobody in.
//!
//! # What does not compile
//!
//! Each of these has a twin that differs in that one expression and does. The text of a secret is taken out by name, where
//! the mail, link or cookie is written that carries it:
//!
//! ```no_run
//! fn link(secret: &postroom::desk::secret::Plain) -> String {
//!     format!("https://desk.example/sign-in/{}", secret.expose())
//! }
//! ```
//!
//! and not by writing the secret itself, as a line of log would:
//!
//! ```compile_fail,E0277
//! fn link(secret: &postroom::desk::secret::Plain) -> String {
//!     format!("https://desk.example/sign-in/{}", secret)
//! }
//! ```
//!
//! Two are compared by their hashes, which takes as long whatever they are:
//!
//! ```no_run
//! use postroom::desk::secret::Plain;
//! fn same(one: &Plain, other: &Plain) -> bool {
//!     one.hashed() == other.hashed()
//! }
//! ```
//!
//! ```compile_fail,E0369
//! use postroom::desk::secret::Plain;
//! fn same(one: &Plain, other: &Plain) -> bool {
//!     one == other
//! }
//! ```
//!
//! The store takes no other than a hashed one, and no text is one that merely looks like it:
//!
//! ```no_run
//! use postroom::{desk::secret::Plain, store::{Tx, access::{self, Session}}};
//! async fn open(tx: &mut Tx, secret: &Plain, session: &Session) {
//!     let _ = access::insert_session(tx, &secret.hashed(), session).await;
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use postroom::{desk::secret::Plain, store::{Tx, access::{self, Session}}};
//! async fn open(tx: &mut Tx, secret: &Plain, session: &Session) {
//!     let _ = access::insert_session(tx, secret, session).await;
//! }
//! ```
//!
//! ```no_run
//! use postroom::desk::secret::Hashed;
//! fn stored(text: String) -> Option<Hashed> {
//!     Hashed::try_from(text.as_str()).ok()
//! }
//! ```
//!
//! ```compile_fail,E0423
//! use postroom::desk::secret::Hashed;
//! fn stored(text: String) -> Option<Hashed> {
//!     Some(Hashed(text))
//! }
//! ```

use std::fmt;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::time::Rng;

/// A secret as somebody holds it, or a text that somebody says is one.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Plain(String);

impl Plain {
    /// Characters of a [long](Self::long) secret: two of [`Rng::secret`].
    const LONG: usize = 52;

    /// A new one of 256 bits, for links and cookies.
    #[must_use]
    pub fn long(rng: &Rng) -> Self {
        Self(format!("{}{}", rng.secret(), rng.secret()))
    }

    /// A new one of 128 bits, for the local part of a reply address, which may have 64 characters (RFC 5321 section 4.5.3.1.1).
    #[must_use]
    pub fn short(rng: &Rng) -> Self {
        Self(rng.secret())
    }

    /// A new code that people type: six digits, worth something for a few tries only.
    #[must_use]
    pub fn code(rng: &Rng) -> Self {
        Self(format!("{:06}", rng.bits() % 1_000_000))
    }

    /// What somebody brings along as a secret.
    #[must_use]
    pub fn given(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it can be a [long](Self::long) one. Anything else is not even looked for.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.0.len() == Self::LONG && self.0.bytes().all(|byte| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte))
    }

    /// The secret itself, for the mail, link or cookie that carries it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hashed(&self) -> Hashed {
        Hashed::of(&self.0)
    }

    /// What is kept of a code: with something else that has to be there, too, so that nobody can try all codes for it.
    #[must_use]
    pub fn hashed_with(&self, other: &str) -> Hashed {
        Hashed::of(&format!("{other} {}", self.0))
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// SHA-256 of a secret in hexadecimal: what the desk knows it by.
#[derive(Debug, Clone, Eq)]
pub struct Hashed(String);

impl Hashed {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// As it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Takes as long wherever they differ.
impl PartialEq for Hashed {
    fn eq(&self, other: &Self) -> bool {
        let differ = self.0.bytes().zip(other.0.bytes()).fold(0, |differ, (one, other)| differ | (one ^ other));
        self.0.len() == other.0.len() && std::hint::black_box(differ) == 0
    }
}

/// Reads a stored one.
impl TryFrom<&str> for Hashed {
    type Error = String;
    fn try_from(text: &str) -> Result<Self, String> {
        let whole = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        // It may be a plain one: it is not said what it is.
        if whole { Ok(Self(text.to_owned())) } else { Err("this is not the hash of a secret".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed_and_its_hash_is_no_secret() {
        let secret = Plain::given("open sesame");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "… Some(…)");
        assert_eq!(secret.expose(), "open sesame");
        assert_eq!(secret.hashed().as_str(), "41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb");
        assert_eq!(Plain::given("sesame").hashed_with("open"), secret.hashed());
    }

    #[test]
    fn hashes_are_equal_where_secrets_are() {
        let hash = |text: &str| Plain::given(text).hashed();
        assert_eq!(hash("a"), hash("a"));
        assert_ne!(hash("a"), hash("b"));
        let differs_at = |place: usize| {
            let other: String = hash("a")
                .as_str()
                .char_indices()
                .map(|(at, c)| if at == place { if c == '0' { '1' } else { '0' } } else { c })
                .collect();
            Hashed::try_from(other.as_str()).unwrap()
        };
        assert!((0..64).all(|place| differs_at(place) != hash("a")));
    }

    #[test]
    fn what_is_stored_is_a_hash_or_an_error_that_does_not_say_it() {
        let rng = Rng::seeded(1);
        let hash = Plain::long(&rng).hashed();
        assert_eq!(Hashed::try_from(hash.as_str()).unwrap(), hash);
        let secrets = [Plain::long(&rng), Plain::short(&rng), Plain::code(&rng), Plain::given("")];
        let upper = hash.as_str().to_uppercase();
        for wrong in secrets.iter().map(Plain::expose).chain([upper.as_str()]) {
            let error = Hashed::try_from(wrong).unwrap_err();
            assert!(wrong.is_empty() || !error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn new_secrets_have_their_shape() {
        let rng = Rng::seeded(1);
        let long = Plain::long(&rng);
        assert!(long.is_long() && long.hashed() != Plain::long(&rng).hashed());
        for other in
            [Plain::short(&rng), Plain::code(&rng), Plain::given(""), Plain::given("A".repeat(52)), Plain::given("8".repeat(52))]
        {
            assert!(!other.is_long(), "{}", other.expose());
        }
        assert_eq!(Plain::short(&rng).expose().len(), 26);
        assert!(Plain::code(&rng).expose().bytes().all(|byte| byte.is_ascii_digit()) && Plain::code(&rng).expose().len() == 6);
    }
}
