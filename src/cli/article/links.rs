//! What an article refers to and what is not there: said to its writer, with the line and what to do.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::article::ArticleState;
use crate::desk::ticket::TicketNumber;
use crate::web::markdown::destination::{Destination, Reference};

/// What there is to refer to.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The articles of the project by name, also by those that they had before: who reads each, and its headings.
    pub(super) articles: BTreeMap<String, (ArticleState, BTreeSet<String>)>,
    /// The pictures of the project by name.
    pub(super) pictures: BTreeSet<String>,
    /// Numbers of tickets that are not there, although their project is.
    pub(super) missing_tickets: BTreeSet<TicketNumber>,
}

/// The article whose references are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct From<'a> {
    /// Its file.
    pub(super) file: &'a str,
    /// Its name.
    pub(super) slug: &'a str,
    /// Lines of the file above its Markdown.
    pub(super) above: usize,
}

/// What is wrong with these references, each with its file, its line and a remedy.
pub(super) fn dead(from: From<'_>, references: &[(usize, Reference)], known: &Known) -> Vec<String> {
    let own = known.articles.get(from.slug);
    let is_published = own.is_some_and(|(state, _)| *state == ArticleState::Published);
    let told = references.iter().filter_map(|(line, reference)| {
        let problem = match reference {
            Reference::Link(text, Destination::Nowhere) => {
                format!("`{text}` leads nowhere; write a whole address, or the file of an article beside this one")
            }
            Reference::Link(_, Destination::Outside(_)) => return None,
            Reference::Link(text, Destination::Anchor(anchor)) => {
                own.filter(|(_, anchors)| !anchors.contains(anchor))?;
                format!("`{text}`: there is no such heading here; {}", headings(own))
            }
            Reference::Link(text, Destination::Article(slug, anchor)) => match (known.articles.get(slug), anchor) {
                (None, _) => format!("`{text}`: there is no article `{slug}`; correct the name, or take the link out"),
                (Some((state, _)), _) if is_published && *state != ArticleState::Published => {
                    format!("`{text}`: that article is {state}, so guests see the words without a link until it is published")
                }
                (found @ Some((_, anchors)), Some(anchor)) if !anchors.contains(anchor) => {
                    format!("`{text}`: that article has no such heading; {}", headings(found))
                }
                _ => return None,
            },
            Reference::Picture(text, None) => {
                format!("the picture `{text}` is not shown, pages load none from elsewhere; put it beside the article")
            }
            Reference::Picture(text, Some(name)) => {
                (!known.pictures.contains(name)).then_some(())?;
                format!("the picture `{text}` is not there; put it into the directory, or correct the name")
            }
            Reference::Ticket(number) => {
                known.missing_tickets.contains(number).then_some(())?;
                format!("there is no ticket {number}; correct the number, or write it as `code`")
            }
        };
        Some(format!("{}, line {}: {problem}", from.file, from.above + line + 1))
    });
    told.collect()
}

/// What a link could name instead.
fn headings(of: Option<&(ArticleState, BTreeSet<String>)>) -> String {
    let names: Vec<String> = of.into_iter().flat_map(|(_, anchors)| anchors).map(|anchor| format!("#{anchor}")).collect();
    if names.is_empty() { "it has none".to_owned() } else { format!("there are {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::markdown::destination::references;

    #[test]
    fn each_dead_reference_is_named_and_none_that_lives() {
        let known = Known {
            articles: [
                ("here".to_owned(), (ArticleState::Published, ["one".to_owned()].into())),
                ("there".to_owned(), (ArticleState::Published, ["two".to_owned()].into())),
                ("draft".to_owned(), (ArticleState::Draft, BTreeSet::new())),
            ]
            .into(),
            pictures: ["img/a.png".to_owned()].into(),
            missing_tickets: ["ACME-9".parse().unwrap()].into(),
        };
        let from = From { file: "here.md", slug: "here", above: 4 };
        for (body, words) in [
            ("[x](there.md) [x](there.md#two) [x](#one) [x](https://a.example) ![x](img/a.png) ACME-1 UTF-8", None),
            ("\n\n[x](gone.md)", Some("here.md, line 7: `gone.md`: there is no article `gone`")),
            ("[x](there.md#three)", Some("line 5: `there.md#three`: that article has no such heading; there are #two")),
            ("[x](#three)", Some("`#three`: there is no such heading here; there are #one")),
            ("[x](draft.md)", Some("that article is draft")),
            ("[x](there)", Some("`there` leads nowhere")),
            ("![x](b.png)", Some("the picture `b.png` is not there")),
            ("![x](https://a.example/b.png)", Some("pages load none from elsewhere")),
            ("a\nACME-9", Some("line 6: there is no ticket ACME-9")),
        ] {
            let found = dead(from, &references(body), &known);
            assert_eq!(found.len(), usize::from(words.is_some()), "{body}: {found:?}");
            assert!(words.is_none_or(|words| found[0].contains(words)), "{body}: {found:?}");
        }
        let draft = From { slug: "draft", ..from };
        assert_eq!(dead(draft, &references("[x](draft.md)"), &known), [""; 0], "drafts may name drafts");
    }
}
