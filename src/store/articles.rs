//! Articles.

use std::collections::BTreeSet;

use sqlx::Row;

use super::row::{ReadRow, WriteRow, Written};
use super::{Error, Result, Tx, blobs, next};
use crate::desk::article::{Article, ArticleState};
use crate::desk::ids::{ArticleId, ProjectId};
use crate::time::Timestamp;

row! {
    article: Article { id, project: project_id, slug, title, body, state } in "article";
    changing title, body, state;
    columns id, project_id, slug;
    also position, created_at, updated_at, revised_at;
}

/// The article with this slug in a project.
pub async fn by_slug(tx: &mut Tx, project: ProjectId, slug: &str) -> Result<Option<Article>> {
    let sql = concat!("SELECT ", article!(columns), " FROM article WHERE project_id = $1 AND slug = $2");
    let row = sqlx::query(sql).bind(project.0).bind(slug.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(Article::read).transpose()
}

/// The articles of a project in their order.
pub async fn list(tx: &mut Tx, project: ProjectId) -> Result<Vec<Article>> {
    let sql = concat!("SELECT ", article!(columns), " FROM article WHERE project_id = $1 ORDER BY position, id");
    sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?.iter().map(Article::read).collect()
}

/// Enters an article at the end.
///
/// # Errors
/// The database's, also when the slug is taken.
pub async fn insert(tx: &mut Tx, article: &Article, now: Timestamp) -> Result<()> {
    let position = next(tx, "article").await?;
    let statement = article.bind(sqlx::query(article!(insert)), Written::Whole);
    let now = now.as_micros();
    statement.bind(position).bind(now).bind(now).bind(now).execute(&mut *tx.inner).await?;
    take_name_of(tx, article).await
}

/// Writes an article as it is now; `before` is how it was.
pub async fn update(tx: &mut Tx, before: &Article, article: &Article, now: Timestamp) -> Result<()> {
    let statement = sqlx::query(concat!(article!(update), ", updated_at = $5 WHERE id = $1")).bind(article.id.0);
    article.bind(statement, Written::Changing).bind(now.as_micros()).execute(&mut *tx.inner).await?;
    if !article.reads_like(before) {
        let sql = "UPDATE article SET revised_at = $1 WHERE id = $2";
        sqlx::query(sql).bind(now.as_micros()).bind(article.id.0).execute(&mut *tx.inner).await?;
    }
    take_name_of(tx, article).await
}

/// Gives an article another name; the one that it had leads to it from now on.
pub async fn rename(tx: &mut Tx, article: &Article, slug: &str) -> Result<()> {
    let sql = "UPDATE article SET slug = $1 WHERE id = $2";
    sqlx::query(sql).bind(slug.to_owned()).bind(article.id.0).execute(&mut *tx.inner).await?;
    take_name_of(tx, &Article { slug: slug.to_owned(), ..article.clone() }).await?;
    take_name(tx, article.project, &article.slug).await?;
    let sql = "INSERT INTO article_forward (project_id, slug, article_id) VALUES ($1, $2, $3)";
    let statement = sqlx::query(sql).bind(article.project.0).bind(article.slug.clone()).bind(article.id.0);
    statement.execute(&mut *tx.inner).await?;
    Ok(())
}

/// The name of an article leads to no other from now on; that of a draft, which guests must not notice, goes on doing so.
async fn take_name_of(tx: &mut Tx, article: &Article) -> Result<()> {
    if article.state == ArticleState::Published { take_name(tx, article.project, &article.slug).await } else { Ok(()) }
}

/// A name that leads to no other article from now on.
async fn take_name(tx: &mut Tx, project: ProjectId, slug: &str) -> Result<()> {
    let sql = "DELETE FROM article_forward WHERE project_id = $1 AND slug = $2";
    sqlx::query(sql).bind(project.0).bind(slug.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The names that an article had before.
pub async fn former_names(tx: &mut Tx, id: ArticleId) -> Result<Vec<String>> {
    let sql = "SELECT slug FROM article_forward WHERE article_id = $1 ORDER BY slug";
    let rows = sqlx::query(sql).bind(id.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get("slug").map_err(Error::from)).collect()
}

/// Removes an article, with the names that it had.
pub async fn remove(tx: &mut Tx, id: ArticleId) -> Result<()> {
    for sql in ["DELETE FROM article_forward WHERE article_id = $1", "DELETE FROM article WHERE id = $1"] {
        sqlx::query(sql).bind(id.0).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// The names of the pictures of a project.
pub async fn file_names(tx: &mut Tx, project: ProjectId) -> Result<BTreeSet<String>> {
    let sql = "SELECT name FROM article_file WHERE project_id = $1";
    let rows = sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?;
    rows.iter().map(|row| row.try_get("name").map_err(Error::from)).collect()
}

/// Gives an article its place among the others of its project.
pub async fn place(tx: &mut Tx, id: ArticleId, position: i64) -> Result<()> {
    let sql = "UPDATE article SET position = $1 WHERE id = $2";
    sqlx::query(sql).bind(position).bind(id.0).execute(&mut *tx.inner).await?;
    Ok(())
}

/// What entering a file did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// There was none of this name.
    New,
    /// There was one with other bytes.
    Changed,
    /// It was there as it is.
    Same,
}

/// Enters a picture beside the articles of a project, under its name, in the place of an earlier one. `id` is for a new
/// row.
pub async fn put_file(
    tx: &mut Tx,
    id: i64,
    project: ProjectId,
    name: &str,
    content_type: &'static str,
    bytes: &[u8],
) -> Result<Entered> {
    let sql = "SELECT blob FROM article_file WHERE project_id = $1 AND name = $2";
    let row = sqlx::query(sql).bind(project.0).bind(name.to_owned()).fetch_optional(&mut *tx.inner).await?;
    let before: Option<String> = row.map(|row| row.try_get("blob")).transpose()?;
    let blob = blobs::put(tx, bytes).await?.0;
    if before.as_ref() == Some(&blob) {
        return Ok(Entered::Same);
    }
    let sql = "INSERT INTO article_file (id, project_id, name, content_type, size, blob) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (project_id, name) DO UPDATE SET content_type = excluded.content_type, size = excluded.size, blob = excluded.blob";
    sqlx::query(sql)
        .bind(id)
        .bind(project.0)
        .bind(name.to_owned())
        .bind(content_type.to_owned())
        .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
        .bind(blob)
        .execute(&mut *tx.inner)
        .await?;
    match before {
        Some(before) => blobs::forget(tx, &before).await.map(|()| Entered::Changed),
        None => Ok(Entered::New),
    }
}
