//! The staff's pages: held mails, what is told together, and where somebody is signed in. Handlers take a [`crate::web::session::OnDuty`] or a
//! secret from a mail to a registered address, read the store, and change something only through [`crate::acts::held`]
//! and [`crate::acts::collected`].
//! Nothing here holds a guest.

mod budget;
mod card;
mod held;
mod home;
mod links;

use axum::routing::{get, post};

use crate::acts::Scene;
pub use crate::acts::clerk::Clerk;
use crate::acts::held::{Outcome, decide};
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::Word;
use crate::store::epoch;
use crate::web::Web;
use crate::web::page::Oops;
use crate::web::routes::Routes;

/// The pages of this room.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .route("/office", get(home::show))
        .route("/office/budget/{id}", post(budget::go_on))
        .route("/office/held", get(held::list))
        .route("/office/held/{id}", get(held::show).post(held::decide))
        .route("/held/{secret}", get(links::show).post(links::decide))
        .route("/held/{secret}/{word}", get(links::show_word))
}

/// Takes the decision of somebody about a held mail, in a transaction of its own.
async fn take(web: &Web, person: PersonId, id: InboxId, round: i64, word: Word) -> Result<Outcome, Oops> {
    let (inner, now) = (web.clone(), web.clock.now());
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let epoch = epoch(tx, now, &inner.chance).await?;
            let scene = Scene { config: &inner.config, now, chance: &inner.chance, epoch };
            decide(tx, &scene, Some(person), id, round, word).await
        })
    });
    Ok(work.await?)
}
