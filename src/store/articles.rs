//! Articles.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Result, Tx, blobs, next, word};
use crate::desk::article::Article;
use crate::desk::ids::{ArticleId, ProjectId};
use crate::time::Timestamp;

fn article(row: &AnyRow) -> Result<Article> {
    Ok(Article {
        id: ArticleId(row.try_get("id")?),
        project: ProjectId(row.try_get("project_id")?),
        slug: row.try_get("slug")?,
        title: row.try_get("title")?,
        body: row.try_get("body")?,
        state: word(row, "state", "a state of an article")?,
    })
}

/// The article with this slug in a project.
pub async fn by_slug(tx: &mut Tx, project: ProjectId, slug: &str) -> Result<Option<Article>> {
    let sql = "SELECT id, project_id, slug, title, body, state FROM article WHERE project_id = $1 AND slug = $2";
    let row = sqlx::query(sql).bind(project.0).bind(slug.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.as_ref().map(article).transpose()
}

/// The articles of a project in their order.
pub async fn list(tx: &mut Tx, project: ProjectId) -> Result<Vec<Article>> {
    let sql = "SELECT id, project_id, slug, title, body, state FROM article WHERE project_id = $1 ORDER BY position, id";
    sqlx::query(sql).bind(project.0).fetch_all(&mut *tx.inner).await?.iter().map(article).collect()
}

/// Enters an article at the end.
///
/// # Errors
/// The database's, also when the slug is taken.
pub async fn insert(tx: &mut Tx, article: &Article, now: Timestamp) -> Result<()> {
    let position = next(tx, "article").await?;
    let sql = "INSERT INTO article (id, project_id, slug, title, body, state, position, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    sqlx::query(sql)
        .bind(article.id.0)
        .bind(article.project.0)
        .bind(article.slug.clone())
        .bind(article.title.clone())
        .bind(article.body.clone())
        .bind(article.state.as_str())
        .bind(position)
        .bind(now.as_micros())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Writes an article as it is now.
pub async fn update(tx: &mut Tx, article: &Article, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE article SET title = $1, body = $2, state = $3, updated_at = $4 WHERE id = $5")
        .bind(article.title.clone())
        .bind(article.body.clone())
        .bind(article.state.as_str())
        .bind(now.as_micros())
        .bind(article.id.0)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
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
