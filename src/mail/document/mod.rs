//! Rich text as one closed type: what a mail says beyond its words, and nothing else.
//!
//! A [`Document`] can express paragraphs, headings, lists, tables, quotes, code, rules, links, pictures and emphasis. There is
//! no room in it for anything that loads, runs, hides or lays itself over a page, so whoever renders it has nothing to
//! sanitise. It is read from the harmless HTML of a mail ([`crate::html::document`]) or from plain text (`plain`, with marks that people type: `markdown`), and written as HTML for
//! pages and mails (`writing`) or as text (`text`).
//!
//! A document is the dress of a text and never says more than it: [`Document::showing`] gives the part of a document whose
//! words are those of a text, word for word, or nothing. So whatever guards a text guards its document, too; what a document
//! has beside words (targets of links, names of pictures) is in [`Document::beside`].

mod beside;
mod markdown;
mod plain;
mod pruning;
mod text;
mod types;
mod words;
mod writing;

pub use self::markdown::of_markdown;
pub use self::plain::{of_lines, of_text, typed};
pub use self::types::{Block, Cell, Document, Inline, Picture, Run, Style, Target};
pub use self::writing::{Found, Piece, Place, Shown, Surroundings, address_in, escape, linked, pieces, turns};

#[cfg(test)]
mod tests;
