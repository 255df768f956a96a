//! Which files of an import are articles that had another name before.

use crate::desk::article::Article;

/// A file that no article has the name of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh<'a> {
    /// The name that it would get.
    pub(super) slug: &'a str,
    /// Its title.
    pub(super) title: &'a str,
    /// Its Markdown.
    pub(super) body: &'a str,
}

/// Pairs of an article whose file is `gone` and the new name of a file that says the same, else has the same title. Where
/// several could be meant nobody is.
pub(super) fn renamed<'a>(gone: &[&'a Article], fresh: &[Fresh<'a>]) -> Vec<(&'a Article, &'a str)> {
    let mut pairs: Vec<(&Article, &str)> = Vec::new();
    // What says the same is found before what is only called the same.
    for by_text in [true, false] {
        let alike = |article: &Article, file: &Fresh<'_>| match by_text {
            true => !file.body.trim().is_empty() && article.body.trim() == file.body.trim(),
            false => article.title == file.title,
        };
        let left = |pairs: &[(&Article, &str)], article: &Article| pairs.iter().all(|(taken, _)| taken.id != article.id);
        let open = |pairs: &[(&Article, &str)], file: &Fresh<'_>| pairs.iter().all(|(_, taken)| *taken != file.slug);
        let mut found = Vec::new();
        for file in fresh.iter().filter(|file| open(&pairs, file)) {
            let mut articles = gone.iter().filter(|article| left(&pairs, article) && alike(article, file));
            if let (Some(article), None) = (articles.next(), articles.next()) {
                found.push((*article, file.slug));
            }
        }
        let alone = |(article, _): &&(&Article, &str)| found.iter().filter(|(other, _)| other.id == article.id).count() == 1;
        let alone: Vec<(&Article, &str)> = found.iter().filter(alone).copied().collect();
        pairs.extend(alone);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::article::ArticleState;
    use crate::desk::ids::{ArticleId, ProjectId};

    #[test]
    fn the_same_text_or_title_under_a_new_name_is_a_rename() {
        let article = |id, title: &str, body: &str| Article {
            id: ArticleId(id),
            project: ProjectId(1),
            slug: format!("old-{id}"),
            title: title.to_owned(),
            body: body.to_owned(),
            state: ArticleState::Published,
        };
        let (plan, start, empty) = (article(1, "Plan", "Every week."), article(2, "Start", "Hello."), article(3, "Empty", ""));
        let gone = [&plan, &start, &empty];
        let file = |slug, title, body| Fresh { slug, title, body };
        for (fresh, pairs) in [
            (vec![file("a", "Other", "Every week.\n")], vec![(1, "a")]),
            (vec![file("a", "Plan", "Every month.")], vec![(1, "a")]),
            (vec![file("a", "Start", "Every week."), file("b", "Plan", "Hi.")], vec![(1, "a")]),
            (vec![file("a", "Other", "Every week."), file("b", "Other", "Every week.")], vec![]),
            (vec![file("a", "Start", "x"), file("b", "Start", "y")], vec![]),
            (vec![file("a", "New", "")], vec![]),
            (vec![file("a", "New", "New.")], vec![]),
        ] {
            let found: Vec<(i64, &str)> = renamed(&gone, &fresh).iter().map(|(article, slug)| (article.id.0, *slug)).collect();
            assert_eq!(found, pairs, "{fresh:?}");
        }
    }
}
