//! The staff's pages: held mails, what is told together, and where somebody is signed in. Handlers take a [`crate::web::session::StaffSession`] or a
//! secret from a mail to a registered address, read the store, and change something only through [`crate::acts::held`]
//! and [`crate::acts::collected`].
//! Nothing here holds a guest.

mod address;
mod budget;
mod card;
mod held;
mod home;
mod links;

use axum::routing::{get, post};

use crate::acts::ActContext;
use crate::acts::held::{Case, DecisionOutcome, decide, decide_family, was_warned};
pub use crate::acts::staff_member::StaffMember;
use crate::desk::ids::{InboxId, PersonId};
use crate::desk::inbox::HeldAction;
use crate::store::{Tx, epoch};
use crate::web::Web;
use crate::web::page::PageError;
use crate::web::routes::Routes;

/// The pages of this room.
#[must_use]
pub fn routes() -> Routes<Web> {
    Routes::new()
        .route("/office", get(home::show))
        .route("/office/budget/{id}", post(budget::go_on))
        .route("/office/held", get(held::list))
        .route("/office/held/{id}", get(held::show).post(held::decide))
        .route("/office/held/{id}/address", get(address::show).post(address::decide))
        .route("/held/{secret}", get(links::show).post(links::decide))
        .route("/held/{secret}/{word}", get(links::show_word))
}

/// Takes the decision of somebody about a held mail, and about its `family` where that is wanted, in a transaction of its own.
async fn take(
    web: &Web,
    person: PersonId,
    id: InboxId,
    round: i64,
    (word, family): (HeldAction, bool),
) -> Result<DecisionOutcome, PageError> {
    let inner = web.clone();
    let work = web.store.write(move |tx| {
        Box::pin(async move {
            let context = context(tx, &inner).await?;
            let outcome = decide(tx, &context, Some(person), id, round, word).await?;
            if family && matches!(outcome, DecisionOutcome::Done { .. }) {
                decide_family(tx, &context, person, id, word).await?;
            }
            Ok(outcome)
        })
    });
    Ok(work.await?)
}

/// Whether others were warned because the newest decision about a mail was "it was not me".
async fn warned(web: &Web, case: &Case) -> Result<bool, PageError> {
    let Some(taken) = case.taken.as_ref().filter(|taken| taken.word == HeldAction::Disown) else { return Ok(false) };
    Ok(was_warned(&mut web.store.read().await?, &web.config, case, taken.at).await?)
}

/// Where and when somebody does something.
async fn context<'a>(tx: &mut Tx, web: &'a Web) -> anyhow::Result<ActContext<'a>> {
    let now = web.clock.now();
    let epoch = epoch(tx, now, &web.rng).await?;
    Ok(ActContext { config: &web.config, now, rng: &web.rng, epoch })
}
