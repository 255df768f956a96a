//! One body in both forms, as a program writes it.

use super::markup;
use super::program::{Client, Program, Quote};
use super::shapes::plain;

/// One body in both forms.
pub(super) struct Body {
    pub(super) plain: String,
    pub(super) html: Option<String>,
}

/// The body that `client` writes.
pub(super) fn body(client: &Client, text: &str, quote: Option<&Quote<'_>>) -> Body {
    let html = match client.program {
        Program::Thunderbird | Program::Mutt => None,
        _ => Some(markup::html(client, text, quote)),
    };
    Body { plain: plain(client, text, quote), html }
}
