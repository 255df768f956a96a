//! What a guest does on a ticket's page: each form leads back to it, with a word about what was done.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::said::{Said, back, path};
use super::ticket::{self, Typed};
use super::{Number, why};
use crate::acts::guest::{Denied, Written};
use crate::desk::string_enum;
use crate::desk::ticket::TicketNumber;
use crate::web::csrf::Form;
use crate::web::page::PageError;
use crate::web::portal::Portal;
use crate::web::rendering::rendered;
use crate::web::session::SignedIn;
use crate::web::upload::{Unsent, Upload, Uploading};

string_enum! {
    /// What a guest asks for by a button of the ticket.
    Asked {
        /// That it is done.
        Done = "done",
        /// That it goes on.
        Open = "open",
    }
}

string_enum! {
    /// Whether a guest wants mails about a ticket.
    Mails {
        /// They do.
        Yes = "yes",
        /// They do not.
        No = "no",
    }
}

/// The ticket once more, with a comment that did not arrive in its form.
async fn not_sent(portal: &Portal, number: TicketNumber, unsent: Unsent) -> Result<Response, PageError> {
    let Unsent { error, typed } = unsent;
    let Some(typed) = typed else { return Err(error) };
    let (SignedIn { guest, page }, form) = *typed;
    let Some(why) = why(&page, &error) else { return Err(error) };
    let view = portal.view(guest).await?;
    let typed = Typed { text: form.get("text").to_owned(), why, kept: !form.get("kept").is_empty() };
    match ticket::with(portal, view, page, number, typed).await? {
        Some(page) => Ok((error.status(), page).into_response()),
        None => Err(error),
    }
}

pub(super) async fn comment(
    Number(number): Number,
    State(portal): State<Portal>,
    uploading: Result<Uploading, Unsent>,
) -> Result<Response, PageError> {
    let uploading = match uploading {
        Ok(uploading) => uploading,
        Err(unsent) => return not_sent(&portal, number, unsent).await,
    };
    // Before the files are received, not after.
    let may_attach = portal.actions(uploading.signed_in.guest.clone()).may_comment(&number).await?;
    let Upload { signed_in, form, files } = match uploading.receive(may_attach).await {
        Ok(upload) => upload,
        Err(unsent) => return not_sent(&portal, number, unsent).await,
    };
    let (name, text) = (form.get("form").to_owned(), form.get("text").to_owned());
    if text.is_empty() && files.is_empty() {
        return Ok(back(&number, Said::Empty));
    }
    let mut loaded = files.load().await?;
    let loaded = std::mem::take(&mut loaded.files);
    let written = rendered(move || Written::typed(name, &text, loaded)).await?;
    portal.actions(signed_in.guest.clone()).comment(number.clone(), written).await?;
    if !form.get("kept").is_empty() {
        portal.forget(&signed_in.guest, &path(&number)).await?;
    }
    Ok(back(&number, Said::Commented))
}

pub(super) async fn state(
    Number(number): Number,
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, PageError> {
    let (done, said) = match form.word("state")? {
        Asked::Done => (true, Said::Closed),
        Asked::Open => (false, Said::Reopened),
    };
    portal.actions(signed_in.guest).set_done(number.clone(), done).await?;
    Ok(back(&number, said))
}

pub(super) async fn priority(
    Number(number): Number,
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, PageError> {
    portal.actions(signed_in.guest).set_priority(number.clone(), form.get("priority").to_owned()).await?;
    Ok(back(&number, Said::Priority))
}

pub(super) async fn invite(
    Number(number): Number,
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, PageError> {
    match portal.actions(signed_in.guest).invite(number.clone(), form.get("address").to_owned()).await {
        Ok(()) => Ok(back(&number, Said::Invited)),
        Err(Denied::NoColleague) => Ok(back(&number, Said::NoColleague)),
        Err(denied) => Err(denied.into()),
    }
}

pub(super) async fn mails(
    Number(number): Number,
    State(portal): State<Portal>,
    signed_in: SignedIn,
    form: Form,
) -> Result<Response, PageError> {
    let (muted, said) = match form.word("mails")? {
        Mails::No => (true, Said::Muted),
        Mails::Yes => (false, Said::Unmuted),
    };
    portal.actions(signed_in.guest).mute(number.clone(), muted).await?;
    Ok(back(&number, said))
}
