//! The boundary: what outsiders may see, and nothing else.
//!
//! The types of [`types`] have private fields and no visibility: there is nothing left to hide in them. Only
//! [`read`] makes them, from statements that say `visibility = 'public'`, for one reader whose access it has asked.

pub mod docs;
pub mod eyes;
pub mod picture;
pub mod read;
pub mod ticket_page;
pub mod tickets;
pub mod types;
pub mod visitor;

pub use docs::Docs;
pub use eyes::Eyes;
pub use picture::PictureReader;
pub use read::Reader;
pub use types::{GuestEntry, GuestTicket};
pub use visitor::Guest;
