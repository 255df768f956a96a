//! A project's documentation, for one guest.

use std::collections::{BTreeMap, BTreeSet};

use super::tickets::find;
use super::view::GuestView;
use super::visitor::Guest;
use crate::desk::article::is_picture_path;
use crate::desk::next_action::Turn;
use crate::desk::project::is_key;
use crate::desk::published::published;
use crate::desk::role::Permission;
use crate::desk::ticket::TicketNumber;
use crate::store::blobs::{self, BlobHash};
use crate::store::public::docs::{self as public_docs, PublicArticle};
use crate::store::public::tickets::{self as public_tickets, PublicProject, PublicRow};
use crate::store::{Result, Tx};
use crate::time::Timestamp;

/// A project's published articles.
#[derive(Debug, Clone)]
pub struct GuestShelf {
    key: String,
    name: String,
    articles: Vec<GuestArticle>,
    pictures: BTreeSet<String>,
    forwards: BTreeMap<String, String>,
    big_picture: bool,
}

/// A published article.
#[derive(Debug, Clone)]
pub struct GuestArticle {
    slug: String,
    title: String,
    body: String,
    revised: Timestamp,
}

/// A ticket that a text names and the guest may open.
#[derive(Debug, Clone)]
pub struct GuestMention {
    title: String,
    turn: Turn,
}

/// The project, if the guest may read its documentation.
async fn project(tx: &mut Tx, guest: &Guest, key: &str) -> Result<Option<PublicProject>> {
    if !is_key(key) {
        return Ok(None);
    }
    let project = public_tickets::project_by_key(tx, guest.person(), key).await?;
    Ok(project.filter(|project| guest.may(project.organization, Permission::Documentation)))
}

/// On documentation. What is foreign, not published or not there is the same `None`.
impl GuestView {
    /// All published articles of a project.
    pub async fn shelf(&mut self, key: &str) -> Result<Option<GuestShelf>> {
        let (tx, guest) = (&mut self.tx, &self.guest);
        let Some(project) = project(tx, guest, key).await? else { return Ok(None) };
        let articles = public_docs::articles(tx, guest.person(), project.id).await?;
        let pictures = public_docs::picture_names(tx, guest.person(), project.id).await?;
        let forwards = public_docs::forwards(tx, guest.person(), project.id).await?;
        let PublicProject { id: _, organization, organization_name: _, key, name } = project;
        let articles = articles.into_iter().map(GuestArticle::new).collect();
        let big_picture = guest.may(organization, Permission::BigPicture);
        Ok(Some(GuestShelf { key, name, articles, pictures, forwards, big_picture }))
    }

    /// The bytes of a picture of a project; `shows` says whether the Markdown of an article shows it, and one that is
    /// published must.
    pub async fn drawing<F: Future<Output = bool> + Send>(
        &mut self,
        key: &str,
        name: &str,
        shows: impl FnOnce(Vec<String>) -> F + Send,
    ) -> Result<Option<Vec<u8>>> {
        if !is_picture_path(name) {
            return Ok(None);
        }
        let (tx, guest) = (&mut self.tx, &self.guest);
        let Some(project) = project(tx, guest, key).await? else { return Ok(None) };
        let person = guest.person();
        let Some(blob) = public_docs::picture(tx, person, project.id, name).await? else { return Ok(None) };
        let articles = public_docs::articles(tx, person, project.id).await?;
        if !shows(articles.into_iter().map(|article| published(&article.body)).collect()).await {
            return Ok(None);
        }
        Ok(Some(blobs::get(tx, &BlobHash(blob)).await?))
    }

    /// Those of these tickets that the guest may open, whichever project they are in.
    pub async fn mentioned(&mut self, numbers: BTreeSet<TicketNumber>) -> Result<BTreeMap<TicketNumber, GuestMention>> {
        let mut found = BTreeMap::new();
        for number in numbers {
            if let Some((_, row)) = find(&mut self.tx, &self.guest, &number).await? {
                found.insert(number, GuestMention::new(row));
            }
        }
        Ok(found)
    }
}

impl GuestShelf {
    /// Key of the project.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Name of the project.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The articles in their order.
    #[must_use]
    pub fn articles(&self) -> &[GuestArticle] {
        &self.articles
    }

    /// The names of the project's pictures.
    #[must_use]
    pub fn pictures(&self) -> &BTreeSet<String> {
        &self.pictures
    }

    /// The names that its articles had before, each with the name of today.
    #[must_use]
    pub fn forwards(&self) -> &BTreeMap<String, String> {
        &self.forwards
    }

    /// Whether the guest may see the project's Big Picture.
    #[must_use]
    pub fn has_big_picture(&self) -> bool {
        self.big_picture
    }
}

impl GuestArticle {
    fn new(article: PublicArticle) -> Self {
        let PublicArticle { slug, title, body, revised } = article;
        Self { slug, title, body: published(&body), revised }
    }

    /// Its name in addresses.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// When what stands here last changed.
    #[must_use]
    pub fn revised(&self) -> Timestamp {
        self.revised
    }

    /// Markdown, without what only its writers see.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl GuestMention {
    fn new(row: PublicRow) -> Self {
        Self { turn: row.turn(), title: row.title }
    }

    /// What it is about.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whose turn it is, for the guest.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.turn
    }
}
