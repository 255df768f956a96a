//! Where a link of an article leads, before anybody asks whether that is there.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::{RenderContext, file_name, mentions, percent_decoded, render};
use crate::desk::article::slug;
use crate::desk::published::options;
use crate::desk::ticket::TicketNumber;

/// Where a link may lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To the web, or into a mail.
    Outside(String),
    /// To a heading of the same article.
    Anchor(String),
    /// To another article of the project, and to a heading of it.
    Article(String, Option<String>),
    /// Nowhere that a reader may be sent to.
    Nowhere,
}

/// Where `address` leads as Markdown has it: a file beside the article is another article.
pub(super) fn destination(kind: LinkType, address: &str) -> Destination {
    if kind == LinkType::Email {
        return Destination::Outside(format!("mailto:{address}"));
    }
    let start = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if ["http://", "https://", "mailto:"].into_iter().any(start) {
        return Destination::Outside(address.to_owned());
    }
    let (page, anchor) = address.split_once('#').map_or((address, None), |(page, anchor)| (page, Some(slug(anchor))));
    if page.is_empty() {
        return anchor.map_or(Destination::Nowhere, Destination::Anchor);
    }
    let name = percent_decoded(page.strip_prefix("./").unwrap_or(page)).filter(|name| !name.contains(['/', '\\', ':']));
    match name.as_deref().and_then(|name| name.strip_suffix(".md")) {
        Some(name) => Destination::Article(slug(name), anchor),
        None => Destination::Nowhere,
    }
}

/// Something that an article refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A link, as it is written, and where it leads.
    Link(String, Destination),
    /// A picture, as it is written, and its name; `None` for one that pages never load.
    Picture(String, Option<String>),
    /// A ticket by its number.
    Ticket(TicketNumber),
}

/// All that an article refers to, with the line of its Markdown, from 0.
#[must_use]
pub fn references(body: &str) -> Vec<(usize, Reference)> {
    let mut found = Vec::new();
    let (mut code, mut links) = (false, 0_usize);
    let (mut line, mut counted) = (0, 0);
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        // Where an event ends what another began, its range begins before.
        if let Some(passed) = body.get(counted..range.start) {
            line += passed.matches('\n').count();
            counted = range.start;
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                links += 1;
                found.push((line, Reference::Link(dest_url.to_string(), destination(link_type, &dest_url))));
            }
            Event::End(TagEnd::Link) => links = links.saturating_sub(1),
            Event::Start(Tag::Image { dest_url, .. }) => {
                found.push((line, Reference::Picture(dest_url.to_string(), file_name(&dest_url))));
            }
            Event::Text(text) if !code && links == 0 => {
                found.extend(mentions(&text).filter_map(|(_, number)| Some((line, Reference::Ticket(number?)))));
            }
            _ => {}
        }
    }
    found
}

/// The headings that a link to an article may name.
#[must_use]
pub fn anchors(body: &str) -> BTreeSet<String> {
    let around = RenderContext {
        base: "",
        pages: &BTreeSet::new(),
        pictures: &BTreeSet::new(),
        tickets: &std::collections::BTreeMap::new(),
        table: "",
        boxes: [""; 2],
        notes: "",
        callouts: [""; 5],
    };
    render(body, &around).headings.into_iter().map(|heading| heading.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_where_their_lines_are() {
        let body = "See [w](welcome.md#Öl), ACME-1.\n\n- a\n- [b](#here) and ![p](img/p%20q.png)\n\n```\n[c](c.md) ACME-2\n```\n\n\
                    |a|\n|-|\n|[d](../d.md)|\n\n![e](https://a.example/e.png) <https://a.example> [ACME-3](ftp://x)\n";
        let article = |slug: &str, anchor: &str| Destination::Article(slug.to_owned(), Some(anchor.to_owned()));
        let link = |text: &str, to| Reference::Link(text.to_owned(), to);
        assert_eq!(
            references(body),
            [
                (0, link("welcome.md#Öl", article("welcome", "oel"))),
                (0, Reference::Ticket("ACME-1".parse().unwrap())),
                (3, link("#here", Destination::Anchor("here".to_owned()))),
                (3, Reference::Picture("img/p%20q.png".to_owned(), Some("img/p q.png".to_owned()))),
                (11, link("../d.md", Destination::Nowhere)),
                (13, Reference::Picture("https://a.example/e.png".to_owned(), None)),
                (13, link("https://a.example", Destination::Outside("https://a.example".to_owned()))),
                (13, link("ftp://x", Destination::Nowhere)),
            ]
        );
        assert_eq!(anchors("# One\n\n## Two\n\n# One"), ["one".to_owned(), "one-2".to_owned(), "two".to_owned()].into());
    }
}
