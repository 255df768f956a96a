//! Whom the desk may know a browser to be without letting it in: for the language of a page, and for not counting a browser
//! that has signed in before among strangers.

use std::time::Duration;

use axum::http::HeaderMap;

use super::Web;
use super::cookie::SetCookie;
use super::page::Page;
use super::pages::Pages;
use super::session;
use crate::desk::ids::PersonId;
use crate::desk::inbox::KeyPurpose;
use crate::desk::people::Language;
use crate::desk::secret::{Hashed, Plain};
use crate::desk::sign_in::Purpose;
use crate::store::{Result, Tx, access, browsers, held, people};

/// How long a browser is known after it has signed in.
pub(super) const KNOWN: Duration = Duration::from_hours(365 * 24);

/// The hash of the secret by which a browser is known, where it has one.
pub(super) fn named(web: &Web, headers: &HeaderMap) -> Option<Hashed> {
    let secret = session::cookie(headers, cookie_name(web.is_https())).filter(Plain::is_long)?;
    Some(secret.hashed())
}

/// Lets a browser be known by this secret.
pub(super) fn set_cookie(https: bool, secret: &Plain) -> SetCookie {
    SetCookie::new(https, cookie_name(https), Some((secret, KNOWN)))
}

fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-postroom-known" } else { "postroom-known" }
}

/// A page for somebody who is not signed in, in the language of whom the desk knows the browser to be: by the link whose
/// `path` they are at, by a session, even one that has ended, or because they have signed in before. Else in the one that
/// the browser asks for. Where the database does not say, that is no fault of theirs.
pub async fn page(pages: &impl Pages, headers: &HeaderMap, path: &str) -> Page {
    let web = pages.web();
    let mut page = Page::anonymous(web, headers);
    match language(web, headers, path).await {
        Ok(Some(language)) => page.language = language,
        Ok(None) => {}
        Err(error) => tracing::debug!("the language of a page is not known: {error:#}"),
    }
    page
}

async fn language(web: &Web, headers: &HeaderMap, path: &str) -> Result<Option<Language>> {
    let link = secret_in(path).map(|(door, secret)| (door, secret.hashed()));
    let (signed_in, known) = (session::named(web, headers), named(web, headers));
    if link.is_none() && signed_in.is_none() && known.is_none() {
        return Ok(None);
    }
    let mut tx = web.store.read().await?;
    let mut found = match link {
        Some((door, hash)) => behind(&mut tx, door, &hash).await?,
        None => None,
    };
    if let (None, Some(hash)) = (found, signed_in) {
        found = access::session(&mut tx, &hash).await?.map(|session| session.person);
    }
    if let (None, Some(hash)) = (found, known) {
        found = browsers::last_person(&mut tx, &hash).await?;
    }
    let Some(person) = found else { return Ok(None) };
    Ok(people::get(&mut tx, person).await?.and_then(|person| person.reads()))
}

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Key(Purpose),
    Held,
}

/// The door and the secret of a link, used up or not.
fn secret_in(path: &str) -> Option<(Door, Plain)> {
    let keys = Purpose::ALL.iter().map(|purpose| (Door::Key(*purpose), purpose.path()));
    let (door, rest) = keys.chain([(Door::Held, "/held/")]).find_map(|(door, start)| Some((door, path.strip_prefix(start)?)))?;
    let secret = Plain::given(rest.split('/').next().unwrap_or_default());
    secret.is_long().then_some((door, secret))
}

async fn behind(tx: &mut Tx, door: Door, hash: &Hashed) -> Result<Option<PersonId>> {
    Ok(match door {
        Door::Key(purpose) => access::key(tx, purpose, hash).await?.and_then(|key| key.person),
        Door::Held => held::key(tx, KeyPurpose::Link, hash).await?.map(|key| key.person),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_from_other_paths() {
        let secret = "a".repeat(52);
        for (path, door) in [
            (format!("/sign-in/{secret}"), Some(Door::Key(Purpose::SignIn))),
            (format!("/invitation/{secret}/renew"), Some(Door::Key(Purpose::Invitation))),
            (format!("/held/{secret}/send"), Some(Door::Held)),
            ("/sign-in/code".to_owned(), None),
            (format!("/sessions/{secret}"), None),
            (format!("/sign-in/{secret}a"), None),
            ("/".to_owned(), None),
        ] {
            assert_eq!(secret_in(&path).map(|(door, _)| door), door, "{path}");
        }
    }
}
