//! Making the demo's desk: its configuration file, its people and projects. No ticket, entry or token is made here.

use std::path::Path;

use anyhow::Context;

use super::world::{ARTICLES, DemoDesk, PICTURES, Person as Played};
use crate::config::Config;
use crate::desk::article::{Article, ArticleState, picture_type, slug};
use crate::desk::front_matter;
use crate::desk::ids::{ArticleId, OrganizationId, PersonId, ProjectId};
use crate::desk::people::{Person, PersonKind};
use crate::desk::project::Project;
use crate::mailbox::maildir;
use crate::store::people::{Member, Organization};
use crate::store::projects::TaskType;
use crate::store::{Store, Tx, articles, people, projects};
use crate::time::{Clock, Rng, Timestamp};

/// The configuration of the demo in `dir`, written if it is not there yet.
pub(super) fn configuration(dir: &Path, desk: &DemoDesk) -> anyhow::Result<Config> {
    maildir::private(dir).with_context(|| format!("{} could not be made", dir.display()))?;
    let file = dir.join("postroom.toml");
    if !file.exists() {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let text = format!(
            "# The demo's desk: mail comes from the Maildir `in` and goes to the Maildir `out`. A real desk has\n\
             # [mailbox.imap] and [outgoing.smtp] instead; `postroom init` writes one.\n\n\
             [desk]\nname = {}\nlanguage = \"{}\"\ntime_zone = {}\n\n[database]\nurl = \"sqlite:postroom.db\"\n\n\
             [[mailbox]]\nname = {}\naddress = {}\nreception = {}\npoll = \"250ms\"\n\n[mailbox.maildir]\npath = \"in\"\n\n\
             [outgoing.maildir]\npath = \"out\"\n\n\
             # The mails of the play are as old as the play, and they are answered all the same.\n\
             [first_look]\nold_after = \"876000h\"\n\n\
             [web]\nlisten = \"127.0.0.1:8025\"\nbase_url = \"http://127.0.0.1:8025\"\n",
            quoted(&desk.desk.name),
            desk.desk.language.tag(),
            quoted(&desk.desk.time_zone),
            quoted(&desk.mailbox.name),
            quoted(&desk.mailbox.address),
            quoted(&desk.mailbox.reception),
        );
        std::fs::write(&file, text).with_context(|| format!("{} could not be written", file.display()))?;
    }
    Ok(Config::load(&file)?)
}

/// The people and projects of the demo, where there are none yet.
pub(super) async fn people_and_projects(store: &Store, desk: DemoDesk, clock: &Clock, rng: &Rng) -> anyhow::Result<()> {
    let (now, rng) = (clock.now(), rng.clone());
    let work = store.write(move |tx| {
        Box::pin(async move { if projects::list(tx).await?.is_empty() { enter(tx, &desk, now, &rng).await } else { Ok(()) } })
    });
    Ok(work.await?)
}

async fn enter(tx: &mut Tx, desk: &DemoDesk, now: Timestamp, rng: &Rng) -> anyhow::Result<()> {
    for played in &desk.staff {
        people::insert(tx, &person(played, PersonKind::Staff, rng), now).await?;
    }
    for organization in &desk.organizations {
        let entered = Organization {
            id: OrganizationId(rng.id()),
            key: organization.key.clone(),
            name: organization.name.clone(),
            domains: organization.domains.clone(),
            default_project: None,
            language: None,
        };
        people::insert_organization(tx, &entered, now).await?;
        for played in &organization.members {
            let contact = person(played, PersonKind::Contact, rng);
            people::insert(tx, &contact, now).await?;
            let member = Member { organization: entered.id, person: contact.id, login_allowed: played.login };
            people::set_member(tx, &member, now).await?;
        }
    }
    for project in &desk.projects {
        let organization = match &project.organization {
            Some(key) => people::organization_by_key(tx, key).await?.map(|organization| organization.id),
            None => None,
        };
        let entered = Project {
            id: ProjectId(rng.id()),
            key: project.key.clone(),
            name: project.name.clone(),
            kind: project.kind,
            organization,
            signature: project.signature.clone(),
        };
        projects::insert(tx, &entered, now).await?;
        for alias in &project.aliases {
            projects::add_alias(tx, entered.id, alias).await?;
        }
        for address in &project.staff {
            if let Some(person) = people::by_address(tx, address).await? {
                projects::add_staff(tx, entered.id, person.id).await?;
            }
        }
        for (_, file, text) in ARTICLES.iter().filter(|(key, ..)| *key == project.key) {
            let page = front_matter::read(text).map_err(|problem| anyhow::anyhow!("{file}: {problem}"))?;
            let article = Article {
                id: ArticleId(rng.id()),
                project: entered.id,
                slug: slug(file.trim_end_matches(".md")),
                title: page.title.unwrap_or_default(),
                body: page.body,
                state: page.state.unwrap_or(ArticleState::Draft),
            };
            articles::insert(tx, &article, now).await?;
        }
        for (_, name, bytes) in PICTURES.iter().filter(|(key, ..)| *key == project.key) {
            let content_type = picture_type(bytes).with_context(|| format!("{name} is not a picture"))?;
            articles::put_file(tx, rng.id(), entered.id, name, content_type, bytes).await?;
        }
        for entry in &project.types {
            let (key, name_de, name_en) = (entry.key.clone(), entry.name_de.clone(), entry.name_en.clone());
            projects::add_type(tx, entered.id, &TaskType::new(key, name_de, name_en)).await?;
        }
    }
    Ok(())
}

fn person(played: &Played, kind: PersonKind, rng: &Rng) -> Person {
    Person {
        kind,
        public_name: played.public_name.clone(),
        language: Some(played.language),
        time_zone: Some(played.time_zone.clone()),
        ..Person::contact(PersonId(rng.id()), played.name.clone(), played.address.clone())
    }
}
