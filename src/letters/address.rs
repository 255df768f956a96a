//! Mails about a further address of a member of staff: the code that goes to it, and the news that it has become theirs.

use askama::Template;

use super::i18n::Texts;
use super::parts::{automatic, short};
use super::{Draft, Speaker, Stationery};

#[derive(Template)]
#[template(path = "mail/address_code.txt")]
struct Code<'a> {
    w: &'a Texts,
    greeting: &'a str,
    body: &'a str,
    code: &'a str,
}

/// "Your code", to the address that somebody of the staff says is theirs. Nothing in it says who that is: the address may be
/// anybody's.
///
/// # Errors
/// When the template fails.
pub fn code(stationery: Stationery, code: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let body = w.text("address-code-body", &[("address", &stationery.to.address), ("desk", &stationery.desk)]);
    let text = Code { w, greeting: &stationery.greeting(), body: &body, code }.render()?;
    let subject = w.text("address-code-subject", &[("desk", &stationery.desk)]);
    Ok(automatic(stationery.draft(Speaker::Desk, subject, &text)))
}

/// "Your colleague has a further address", to everybody of the staff.
///
/// # Errors
/// When the template fails.
pub fn added(stationery: Stationery, name: &str, registered: &str, address: &str) -> askama::Result<Draft> {
    let w = stationery.words();
    let values = [("name", name), ("registered", registered), ("address", address)];
    let (subject, text) = (w.text("address-added-subject", &values), w.text("address-added", &values));
    short(stationery, subject, &text)
}
