//! Guests' pages. Handlers take a [`crate::web::session::SignedIn`], read through [`crate::guest::Reader`] and act through
//! [`crate::acts::guest::GuestActs`]; none touches the store.

pub mod articles;
pub mod picture;
pub mod sign_in;
pub mod tickets;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::web::page::Oops;
use crate::web::routes::Routes;
use crate::web::{Web, assets, headers};

/// The pages by address.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .merge(sign_in::routes())
        .merge(tickets::routes())
        .merge(articles::routes())
        .merge(picture::routes())
        .route("/assets/{file}", get(assets::serve))
}

/// All pages of a desk.
pub fn router(web: Web) -> Router {
    let pages = routes().into_router().fallback(async || Oops::Missing).with_state(web.clone());
    // Around the whole router: what it adds by itself, such as the methods that a path takes, is overwritten, too.
    Router::new().fallback_service(pages).layer(from_fn_with_state(web, headers::finish))
}
