//! The link in a mail's head by which its reader wants no more mail about a ticket (RFC 8058). The secret is the proof: it went
//! to one address. Looking changes nothing; a form does, and so does the button of a mail program, which sends no page's form.

use super::Web;
use super::page::{Page, PageError};
use super::pages::Pages;
use super::sign_in::Visitor;
use crate::acts::ActContext;
use crate::acts::mails::{self, Subscription};
use crate::desk::secret::Plain;
use crate::store;

/// What the page behind a link says.
#[derive(Debug, Clone)]
pub struct Shown {
    /// In its reader's language.
    pub page: Page,
    /// Where its form goes.
    pub action: String,
    /// Whose mails.
    pub address: String,
    /// Whether they work here.
    pub is_staff: bool,
    /// The ticket's number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Whether they want none.
    pub muted: bool,
}

/// Looks at a link.
///
/// # Errors
/// [`PageError::Missing`] for one that is none; the database's.
pub async fn look(pages: &impl Pages, visitor: &Visitor, secret: &Plain) -> Result<Shown, PageError> {
    let web = pages.web();
    if !secret.is_long() {
        return Err(PageError::Missing);
    }
    let mut tx = web.store.read().await?;
    let found = mails::subscription(&mut tx, &web.config.desk.name, &secret.hashed()).await?;
    Ok(shown(web, visitor, secret, found.ok_or(PageError::Missing)?))
}

/// Stops the mails, or starts them again.
///
/// # Errors
/// As [`look`].
pub async fn decide(pages: &impl Pages, visitor: &Visitor, secret: &Plain, muted: bool) -> Result<Shown, PageError> {
    let web = pages.web();
    if !secret.is_long() {
        return Err(PageError::Missing);
    }
    let (inner, hash, now) = (web.clone(), secret.hashed(), web.clock.now());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let epoch = store::epoch(tx, now, &inner.rng).await?;
            let context = ActContext { config: &inner.config, now, rng: &inner.rng, epoch };
            mails::decide(tx, &context, &hash, muted).await
        })
    });
    Ok(shown(web, visitor, secret, work.await?.ok_or(PageError::Missing)?))
}

fn shown(web: &Web, visitor: &Visitor, secret: &Plain, found: Subscription) -> Shown {
    let mut page = Page::anonymous(web, visitor.headers());
    page.language = found.person.reads().unwrap_or(page.language);
    page.time_zone = found.person.time_zone.clone().unwrap_or(page.time_zone);
    Shown {
        page,
        action: mails::path(secret),
        address: found.person.address().to_owned(),
        is_staff: found.person.is_staff(),
        number: found.number.to_string(),
        title: found.title,
        muted: found.muted,
    }
}
