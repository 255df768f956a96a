//! The demo's world and the people in it.
//!
//! [`world`] is what `fixtures/demo/` holds: a desk, its articles and the mails its customers write. [`client`] plays
//! the mail programs of those people: it writes new mails, replies and forwards in the shape that each program really
//! gives them. Both are pure: time and ids are parameters, and they know neither the store nor the intake nor the MIME
//! library that reads the result, so that the integration tests use the same players against the same walls. [`run`]
//! makes the desk and plays.

mod body;
pub mod client;
mod envelope;
#[cfg(test)]
mod forward_tests;
mod markup;
mod mime;
pub mod parent;
mod play;
pub mod program;
#[cfg(test)]
mod reading_tests;
mod script;
mod setup;
mod shapes;
pub mod world;

pub use play::run;
