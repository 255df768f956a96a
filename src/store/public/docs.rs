//! What guests may read of a project's documentation. Every statement names the reader's membership and says
//! `state = 'published'`; [`crate::guest`] is the only reader.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use crate::desk::ids::{PersonId, ProjectId};
use crate::store::row::ReadRow;
use crate::store::{Error, Result, Tx};
use crate::time::Timestamp;

/// Whose organization it must be: `$1` is the reader.
macro_rules! members {
    () => {
        "JOIN member ON member.organization_id = project.organization_id AND member.person_id = $1 AND member.login_allowed = 1 \
         JOIN person reader ON reader.id = member.person_id AND reader.active = 1 AND reader.kind = 'contact' "
    };
}
pub(super) use members;

/// A published article.
#[derive(Debug, Clone)]
pub struct PublicArticle {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// When its readers last saw something change.
    pub revised: Timestamp,
}

row! {
    article: PublicArticle { slug, title, body, revised: revised_at } of "article";
    columns slug, title, body, revised_at;
}

/// The published articles of a project, in their order.
pub async fn articles(tx: &mut Tx, person: PersonId, project: ProjectId) -> Result<Vec<PublicArticle>> {
    let sql = concat!(
        "SELECT ",
        article!(columns),
        " FROM article JOIN project ON project.id = article.project_id ",
        members!(),
        "WHERE article.project_id = $2 AND article.state = 'published' ORDER BY article.position, article.id"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(PublicArticle::read).collect()
}

/// The names that the published articles of a project had before, each with the name of today.
pub async fn forwards(tx: &mut Tx, person: PersonId, project: ProjectId) -> Result<BTreeMap<String, String>> {
    let sql = concat!(
        "SELECT article_forward.slug AS former, article.slug AS slug FROM article_forward \
         JOIN article ON article.id = article_forward.article_id JOIN project ON project.id = article.project_id ",
        members!(),
        "WHERE article.project_id = $2 AND article.state = 'published'"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| Ok((row.try_get("former")?, row.try_get("slug")?))).collect()
}

/// The names of the pictures of a project that has published something.
pub async fn picture_names(tx: &mut Tx, person: PersonId, project: ProjectId) -> Result<BTreeSet<String>> {
    let sql = concat!(
        "SELECT article_file.name FROM article_file JOIN project ON project.id = article_file.project_id ",
        members!(),
        "WHERE article_file.project_id = $2 AND EXISTS (SELECT 1 FROM article WHERE article.project_id = article_file.project_id \
         AND article.state = 'published')"
    );
    let rows = sqlx::query(sql).bind(person.0).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get("name").map_err(Error::from)).collect()
}

/// Where the bytes of a picture of a project that has published something are. That an article shows it is for the
/// caller to see.
pub async fn picture(tx: &mut Tx, person: PersonId, project: ProjectId, name: &str) -> Result<Option<String>> {
    let sql = concat!(
        "SELECT article_file.blob FROM article_file JOIN project ON project.id = article_file.project_id ",
        members!(),
        "WHERE article_file.project_id = $2 AND article_file.name = $3 AND EXISTS (SELECT 1 FROM article \
         WHERE article.project_id = article_file.project_id AND article.state = 'published')"
    );
    let row = sqlx::query(sql).bind(person.0).bind(project.0).bind(name.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| row.try_get("blob").map_err(Error::from)).transpose()
}
