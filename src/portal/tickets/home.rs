//! The first page: what waits for the guest, and the projects.

use askama::Template;
use axum::response::Response;

use crate::desk::next_action::Turn;
use crate::desk::role::Permission;
use crate::guest::tickets::GuestProject;
use crate::guest::view::Home;
use crate::web::page::{self, Page, PageError};
use crate::web::session::GuestViewSession;

#[derive(Template)]
#[template(path = "portal/tickets/home.html")]
struct HomePage {
    p: Page,
    home: Home,
    organizations: Vec<(String, Vec<GuestProject>)>,
}

impl HomePage {
    /// Of how many tickets of a project it is whose turn.
    fn counts(&self, project: &GuestProject) -> Vec<(Turn, i64, String)> {
        Turn::ALL.iter().map(|turn| (*turn, project.count(*turn), self.p.turn(*turn))).collect()
    }
}

pub(super) async fn show(GuestViewSession { mut view, page: p }: GuestViewSession) -> Result<Response, PageError> {
    let home = view.home().await?;
    drop(view);
    let mut organizations: Vec<(String, Vec<GuestProject>)> = Vec::new();
    for project in &home.projects {
        match organizations.last_mut() {
            Some((name, projects)) if name == project.organization() => projects.push(project.clone()),
            _ => organizations.push((project.organization().to_owned(), vec![project.clone()])),
        }
    }
    page::show(&HomePage { p, home, organizations })
}
