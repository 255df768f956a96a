//! The boundary: what outsiders may see, and nothing else.
//!
//! The types of [`types`] have private fields and no visibility: there is nothing left to hide in them. Only
//! [`read`] makes them, from statements that say `visibility = 'public'`, for one reader whose access it has asked.
//! A function that says nothing of its errors fails as the database does, and with nothing else.
//!
//! # What does not compile
//!
//! Each of these has a twin that differs in that one expression and does. A letter to an outsider takes a guest's entry:
//!
//! ```no_run
//! use postroom::guest::{GuestEntry, GuestTicket};
//! fn letter(paper: postroom::letters::Stationery, ticket: &GuestTicket, entry: &GuestEntry) {
//!     let _ = postroom::letters::outsider::answer(paper, ticket, entry, postroom::config::Quote::Last, "UTC");
//! }
//! ```
//!
//! and no entry of the store, nor a ticket of it:
//!
//! ```compile_fail,E0308
//! use postroom::{guest::GuestTicket, store::entries::Entry};
//! fn letter(paper: postroom::letters::Stationery, ticket: &GuestTicket, entry: &Entry) {
//!     let _ = postroom::letters::outsider::answer(paper, ticket, entry, postroom::config::Quote::Last, "UTC");
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use postroom::{guest::GuestEntry, store::tickets::Ticket};
//! fn letter(paper: postroom::letters::Stationery, ticket: &Ticket, entry: &GuestEntry) {
//!     let _ = postroom::letters::outsider::answer(paper, ticket, entry, postroom::config::Quote::Last, "UTC");
//! }
//! ```
//!
//! What a page shows is read by its methods and made here alone: no field is in reach, and no constructor.
//!
//! ```no_run
//! use postroom::guest::{GuestEntry, GuestTicket, ticket_page::GuestItem};
//! fn read<'a>(ticket: &'a GuestTicket, entry: &'a GuestEntry, item: &'a GuestItem) -> [&'a str; 3] {
//!     [ticket.face().title(), entry.text(), item.text()]
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use postroom::guest::GuestEntry;
//! fn make(entry: GuestEntry) -> GuestEntry {
//!     GuestEntry { mine: true, ..entry }
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use postroom::{desk::{ids::PersonId, names::OwnNames}, guest::GuestTicket, store::public::entries::{PublicEntry, PublicTicket}};
//! fn make(ticket: PublicTicket, entries: Vec<PublicEntry>, names: &OwnNames, me: PersonId) -> GuestTicket {
//!     GuestTicket::new(ticket, entries, names, (me, false))
//! }
//! ```
//!
//! ```compile_fail,E0624
//! use postroom::{desk::{ids::PersonId, names::OwnNames}, guest::ticket_page::GuestItem, store::public::timeline::PublicItem};
//! fn make(item: PublicItem, names: &OwnNames, me: PersonId) -> GuestItem {
//!     GuestItem::new(item, names, me)
//! }
//! ```
//!
//! Whoever holds a guest's view holds no transaction, and nobody is a guest by saying so:
//!
//! ```no_run
//! async fn look(view: &mut postroom::guest::GuestView) -> usize {
//!     view.home().await.map_or(0, |home| home.projects.len())
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn look(view: &mut postroom::guest::GuestView) -> &mut postroom::store::Tx {
//!     &mut view.tx
//! }
//! ```
//!
//! ```compile_fail,E0616
//! fn look(reader: &postroom::guest::Reader) -> postroom::desk::ids::PersonId {
//!     reader.person
//! }
//! ```
//!
//! ```compile_fail,E0451
//! use postroom::{desk::ids::PersonId, guest::Guest};
//! fn become_another(guest: Guest, person: PersonId) -> Guest {
//!     Guest { person, ..guest }
//! }
//! ```

pub mod account;
pub mod docs;
pub mod face;
pub mod file_link;
pub mod picture;
pub mod read;
pub mod standing;
pub mod ticket_page;
pub mod tickets;
pub mod types;
pub mod view;
pub mod visitor;
pub mod written;

pub use face::GuestFace;
pub use read::Reader;
pub use standing::{Deed, Standing};
pub use types::{GuestAuthor, GuestEntry, GuestTicket};
pub use view::GuestView;
pub use visitor::Guest;
pub use written::Written;
