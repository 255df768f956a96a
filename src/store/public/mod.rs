//! What outsiders may read. Every statement here says `visibility = 'public'` and reads only the public face of a
//! ticket; [`crate::guest`] is the only reader.

pub mod docs;
#[macro_use]
pub mod entries;
pub mod file_links;
pub mod picture;
pub mod seen;
pub mod tickets;
pub mod timeline;
