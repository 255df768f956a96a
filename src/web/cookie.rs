//! The cookies that the desk sets. Each holds a secret, or takes one away.

use std::fmt;
use std::time::Duration;

use axum::http::HeaderValue;

use crate::desk::secret::Plain;

/// The value of a `Set-Cookie` header. It is not printed, since whoever has it is let in.
#[derive(Clone)]
pub struct SetCookie {
    name: &'static str,
    value: String,
}

impl SetCookie {
    /// A secret under a cookie's name and how long it stays; without one the cookie is taken away.
    pub(super) fn new(https: bool, name: &'static str, secret: Option<(&Plain, Duration)>) -> Self {
        let (secret, seconds) = secret.map_or(("", 0), |(secret, stays)| (secret.expose(), stays.as_secs()));
        let secure = if https { "; Secure" } else { "" };
        Self { name, value: format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}") }
    }

    /// It, for the response that sets it.
    #[must_use]
    pub fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&self.value).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=…", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_secret_and_what_is_printed_has_not() {
        let secret = Plain::given("open-sesame");
        let cookie = SetCookie::new(true, "__Host-postroom", Some((&secret, Duration::from_mins(1))));
        let header = cookie.header().unwrap();
        assert_eq!(header.to_str().unwrap(), "__Host-postroom=open-sesame; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
        assert_eq!(format!("{cookie:?}"), "__Host-postroom=…");
        assert_eq!(format!("{header:?}"), "Sensitive");
        let gone = SetCookie::new(false, "postroom", None).header().unwrap();
        assert_eq!(gone.to_str().unwrap(), "postroom=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
