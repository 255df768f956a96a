//! To be written.

use axum::Router;

use crate::web::Web;

/// The pages of this file.
pub fn routes() -> Router<Web> {
    Router::new()
}
