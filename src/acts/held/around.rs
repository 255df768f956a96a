//! The staff around a held mail: who has to do with it, and whom "it was not me" warns.

use std::time::Duration;

use super::case::Case;
use crate::config::{Config, Mailbox};
use crate::desk::ids::ProjectId;
use crate::desk::outbox::Kind;
use crate::desk::people::{Person, PersonKind};
use crate::store::{Tx, outbox, people, projects};
use crate::time::Timestamp;

/// How often one person is warned.
pub(super) const SPAN: Duration = Duration::from_hours(1);

/// The project whose staff is told: the ticket's, else the reception of the mailbox.
pub(super) async fn project(tx: &mut Tx, mailbox: &Mailbox, project: Option<ProjectId>) -> anyhow::Result<Option<ProjectId>> {
    match project {
        Some(project) => Ok(Some(project)),
        None => Ok(projects::by_key(tx, &mailbox.reception).await?.map(|project| project.id)),
    }
}

/// The staff of a project; everybody where it has none.
pub(in crate::acts) async fn staff(tx: &mut Tx, project: Option<ProjectId>) -> anyhow::Result<Vec<Person>> {
    let mut staff = match project {
        Some(project) => projects::staff(tx, project).await?,
        None => Vec::new(),
    };
    if staff.is_empty() {
        staff = people::list(tx, Some(PersonKind::Staff)).await?;
    }
    staff.retain(|person| person.active && !person.addresses.is_empty());
    Ok(staff)
}

/// The others whom "it was not me" warns: the staff of the mail's project, or of the reception that it came to, apart from
/// whom the mail names.
pub(super) async fn others(tx: &mut Tx, config: &Config, case: &Case) -> anyhow::Result<Vec<Person>> {
    let Some(claims) = &case.claims else { return Ok(Vec::new()) };
    let Some(mailbox) = config.mailbox(&case.mail.mailbox).or_else(|| config.mailboxes.first()) else { return Ok(Vec::new()) };
    let project = project(tx, mailbox, case.mail.project).await?;
    let mut others = staff(tx, project).await?;
    others.retain(|person| person.id != claims.id);
    Ok(others)
}

/// Whether one of them was warned of late, as seen at a moment: then, or within the time in which nobody is warned twice.
pub async fn was_warned(tx: &mut Tx, config: &Config, case: &Case, at: Timestamp) -> anyhow::Result<bool> {
    for person in others(tx, config, case).await? {
        if outbox::count_since(tx, person.id, Kind::Warning, at.minus(SPAN)).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
