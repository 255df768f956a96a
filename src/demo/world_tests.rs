//! The fixtures hold what the demo and the tests build on.

use super::*;
use crate::demo::parent::Parent;
use crate::desk::article::ArticleState;
use crate::desk::people::domain;
use crate::desk::project::is_key;
use crate::time::is_time_zone;

#[test]
fn the_desk_is_whole() {
    let desk = DemoDesk::read().unwrap();
    assert_eq!((desk.staff.len(), desk.organizations.len(), desk.projects.len()), (2, 2, 3));
    for project in &desk.projects {
        assert!(is_key(&project.key), "{project:?}");
        assert_eq!(project.kind == ProjectKind::Customer, project.organization.is_some(), "{project:?}");
        if let Some(owner) = &project.organization {
            assert!(desk.organizations.iter().any(|organization| &organization.key == owner), "{project:?}");
        }
        assert!(!project.staff.is_empty());
        assert!(project.staff.iter().all(|address| desk.staff.iter().any(|person| &person.address == address)), "{project:?}");
    }
    assert!(desk.projects.iter().any(|project| project.key == desk.mailbox.reception && project.kind == ProjectKind::Reception));
    for organization in &desk.organizations {
        assert!(organization.members.iter().all(|member| organization.domains.contains(&domain(&member.address))));
    }
    let carla = desk.person("Carla@acme.example").unwrap();
    assert!(is_time_zone(&carla.time_zone));
    assert_eq!(carla.client().program, Program::Thunderbird);
}

#[test]
fn the_mails_are_mails() {
    assert_eq!(MAILS.len(), 8);
    for (name, raw) in MAILS {
        assert_eq!(
            raw.iter().filter(|byte| **byte == b'\n').count(),
            raw.windows(2).filter(|pair| pair == b"\r\n").count(),
            "{name}: every line ends in CRLF"
        );
        let mail = Parent::read(raw);
        assert!(!mail.message_id.is_empty() && !mail.subject.is_empty() && mail.at.is_some(), "{name}: {mail:?}");
        assert!(mail.to.iter().all(|to| to.address.ends_with("@postroom-desk.example")), "{name}");
        assert!(mail.text.len() > 100, "{name}: {}", mail.text);
    }
    let accounts = Parent::read(MAILS[3].1);
    assert!(accounts.html.is_some() && accounts.text.contains("Aoife Byrne"), "{accounts:?}");
}

#[test]
fn the_articles_say_what_they_are() {
    let mut states = Vec::new();
    for (project, name, text) in ARTICLES {
        assert!(DemoDesk::read().unwrap().projects.iter().any(|known| known.key == *project), "{name}");
        let (front, body) = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")).unwrap();
        let key = |key: &str| front.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).unwrap().to_owned();
        assert!(!key("title").is_empty() && key("position").parse::<u32>().is_ok(), "{name}");
        states.push(ArticleState::try_from(key("state").as_str()).unwrap());
        for piece in body.split("](").skip(1) {
            let target = piece.split_once(')').unwrap().0;
            let articles = ARTICLES.iter().map(|(project, name, _)| (*project, *name));
            let mut files = articles.chain(PICTURES.iter().map(|(project, name, _)| (*project, *name)));
            assert!(files.any(|file| file == (*project, target)), "{name}: {target}");
        }
    }
    assert_eq!(states.iter().filter(|state| **state == ArticleState::Draft).count(), 1);
    assert!(PICTURES.iter().all(|(_, _, data)| data.starts_with(b"\x89PNG")));
}
