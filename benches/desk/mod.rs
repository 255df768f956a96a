//! The people and projects of the desks that are measured.

use postroom::desk::ids::{OrganizationId, PersonId, ProjectId};
use postroom::desk::people::{Language, Person, PersonKind};
use postroom::desk::project::{Project, ProjectKind};
use postroom::store::people::{Member, Organization};
use postroom::store::{self, people, projects};
use postroom::time::Timestamp;

/// The first of the contacts; all of them write in turn.
pub(crate) const CARLA: PersonId = PersonId(11_000);

/// Enters them, each contact with the address that `address` makes of their number.
pub(crate) async fn people_and_projects(
    tx: &mut store::Tx,
    now: Timestamp,
    contacts: i64,
    address: impl Fn(i64) -> String,
) -> anyhow::Result<()> {
    let anna = (PersonId(10_001), PersonKind::Staff, "Anna Berger".to_owned(), "anna@staff.example".to_owned());
    let all = (0..contacts).map(|n| (PersonId(CARLA.0 + n), PersonKind::Contact, format!("Contact {n}"), address(n)));
    for (id, kind, name, address) in all.chain([anna]) {
        let language = Some(Language::English);
        let person = Person { kind, language, ..Person::contact(id, name, address) };
        people::insert(tx, &person, now).await?;
    }
    let organization = Organization {
        id: OrganizationId(20_001),
        key: "acme".to_owned(),
        name: "ACME".to_owned(),
        domains: vec!["acme.example".to_owned()],
        default_project: None,
        language: None,
    };
    people::insert_organization(tx, &organization, now).await?;
    for n in 0..contacts {
        let member = Member { organization: organization.id, person: PersonId(CARLA.0 + n), login_allowed: true };
        people::set_member(tx, &member, now).await?;
    }
    for (id, key, kind, owner) in
        [(30_001, "ACME", ProjectKind::Customer, Some(organization.id)), (30_003, "DESK", ProjectKind::Reception, None)]
    {
        let project = Project {
            id: ProjectId(id),
            key: key.to_owned(),
            name: format!("Project {key}"),
            kind,
            organization: owner,
            signature: String::new(),
        };
        projects::insert(tx, &project, now).await?;
        projects::add_staff(tx, project.id, PersonId(10_001)).await?;
    }
    Ok(())
}
