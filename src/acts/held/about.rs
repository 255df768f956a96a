//! What is said of a held mail to one reader: gathered once, for mails and for pages.

use super::around::others;
use super::case::{Case, Power};
use crate::acts::notifications;
use crate::config::Config;
use crate::desk::ids::TicketId;
use crate::desk::inbox::{Disposition, Held};
use crate::letters::guard::{self, Shown};
use crate::letters::held::About;
use crate::letters::i18n::Texts;
use crate::store::tickets::Ticket;
use crate::store::{Tx, held, inbox, people, tickets};
use crate::time::Timestamp;

/// What is said of a case. `w`: the reader's language.
pub async fn about(tx: &mut Tx, config: &Config, w: &Texts, case: &Case, now: Timestamp) -> anyhow::Result<About> {
    let mail = &case.mail;
    let waits = mail.disposition == Some(Disposition::Held);
    let page = |path: String| config.web.as_ref().map(|web| format!("{}/office/held/{path}", web.base_url));
    let number = match mail.ticket {
        Some(ticket) => tickets::get(tx, ticket).await?.map(|ticket| ticket.number.to_string()),
        None => None,
    };
    let first = match mail.waits_for {
        Some(first) => held::get(tx, first).await?.filter(|first| first.disposition == Some(Disposition::Held)),
        None => None,
    };
    let first = first.map(|first| page(first.id.to_string()).unwrap_or_else(|| format!("postroom held show {}", first.id)));
    Ok(About {
        reason: case.reason,
        own: case.is_own(),
        claimed: case.claims.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        number,
        would: mail.would,
        as_note: mail.as_note,
        readers: readers(tx, &config.desk.name, mail.ticket).await?,
        customer: mail.detail.customer.clone(),
        from: mail.sender.clone().unwrap_or_default(),
        unverified: inbox::is_unverified(tx, mail.id).await?,
        whose: mail.detail.whose.clone().unwrap_or_default(),
        text: mail.detail.text.clone(),
        size: (case.reason == Held::TooLarge && mail.size > 0).then_some(mail.size),
        also: mail.detail.also.iter().map(|further| further.reason).collect(),
        shown: shown(w, case, now),
        leaves: mail.detail.leaves.as_ref().map(|_| mail.detail.stays),
        files: mail.detail.files.clone(),
        others: !others(tx, config, case).await?.is_empty(),
        first: first.filter(|_| waits && case.reason == Held::RefersToHeld),
        mine: page(format!("{}/address", mail.id)).filter(|_| waits && case.is_own() && case.reason == Held::UnknownAddress),
    })
}

/// What the reader has to see to decide, for each reason that the mail is held for. What stands in a ticket of a project that is
/// not theirs stays there.
fn shown(w: &Texts, case: &Case, now: Timestamp) -> Vec<Shown> {
    let detail = &case.mail.detail;
    let all = std::iter::once((case.reason, detail)).chain(detail.also.iter().map(|further| (further.reason, &further.detail)));
    let elsewhere = matches!(case.power, Power::Staff { of_project: false, .. });
    let shown = all.map(|(reason, detail)| guard::shown(w, reason, detail, now)).filter(|shown| !shown.heading.is_empty());
    shown.map(|shown| if elsewhere { Shown { inside: Vec::new(), ..shown } } else { shown }).collect()
}

/// Whether somebody outside the staff reads a public answer, by mail or on the page.
pub(super) async fn is_read(tx: &mut Tx, ticket: &Ticket) -> anyhow::Result<bool> {
    let recipients = notifications::recipients(tx, ticket, None).await?;
    Ok(recipients.readers().chain(recipients.on_the_page()).next().is_some())
}

/// Who outside the staff would get a public answer by mail, by name.
pub async fn readers(tx: &mut Tx, desk: &str, ticket: Option<TicketId>) -> anyhow::Result<Vec<String>> {
    let Some(ticket) = ticket else { return Ok(Vec::new()) };
    let Some(ticket) = tickets::get(tx, ticket).await? else { return Ok(Vec::new()) };
    let recipients = notifications::recipients(tx, &ticket, None).await?;
    let names = people::own_names(tx, desk).await?;
    Ok(recipients.readers().map(|person| names.shown(&person.name, person.address())).collect())
}
