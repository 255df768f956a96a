//! Guests' pages. Handlers take a [`crate::web::session::GuestViewSession`] and read through its view, or a
//! [`crate::web::session::SignedIn`] and act through [`crate::acts::guest::GuestActs`]; more than [`Portal`] gives out is in
//! reach of none.

mod account;
pub mod articles;
mod file_link;
pub mod picture;
mod sending;
pub mod sign_in;
pub mod tickets;
pub mod unsubscribe;

use crate::web::portal::Portal;
use crate::web::routes::Routes;

/// The guests' pages, and those by which everybody signs in or wants no more mail.
#[must_use]
pub fn routes() -> Routes<Portal> {
    let rooms = [
        sign_in::routes(),
        account::routes(),
        tickets::routes(),
        articles::routes(),
        picture::routes(),
        file_link::routes(),
        unsubscribe::routes(),
    ];
    rooms.into_iter().fold(Routes::new(), Routes::merge)
}
