//! What is told together because it is too much, on the office's first page, and the button that ends it.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::acts::collected::{resume, used_up};
use crate::letters::budgets::{follows, seen};
use crate::letters::i18n::Texts;
use crate::store::Tx;
use crate::time::Timestamp;
use crate::web::Web;
use crate::web::csrf::Form;
use crate::web::page::{PageError, see_other};
use crate::web::session::StaffSession;

/// A used-up budget on the page.
pub(super) struct Stopped {
    pub(super) id: i64,
    pub(super) seen: String,
    pub(super) follows: String,
    pub(super) since: Timestamp,
}

/// What is used up `now`.
pub(super) async fn stopped(tx: &mut Tx, w: &Texts, now: Timestamp) -> anyhow::Result<Vec<Stopped>> {
    let all = used_up(tx, now).await?;
    let shown = all.into_iter().map(|stop| Stopped {
        id: stop.id,
        seen: seen(w, stop.budget, &stop.shown, stop.counted),
        follows: follows(w, stop.budget),
        since: stop.since,
    });
    Ok(shown.collect())
}

/// Lets one go on.
pub(super) async fn go_on(
    State(web): State<Web>,
    who: StaffSession,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, PageError> {
    let id: i64 = id.parse().map_err(|_| PageError::Missing)?;
    let (by, now) = (who.staff.person(), web.clock.now());
    let done = web.store.write(move |tx| Box::pin(async move { resume(tx, id, Some(by), now).await })).await?;
    if done.is_none() {
        return Err(PageError::Missing);
    }
    Ok(see_other("/office?said=resumed"))
}
