//! What becomes of a mail: pure rules over one [`Case`](super::case::Case). [`decide()`] asks them in order; `proof` says what a
//! staff member's mail may do in their name, `outsider` what a customer's does, `opens` what staff open, `obey` what their
//! commands become. `signals` and [`leak`] keep inside what is internal, `token` says which reply address counts, `junk`
//! and `old` put away or silence, `lacks` says what is missing, and `would` what each way out of a hold would do.

pub mod decide;
mod junk;
pub(super) mod lacks;
pub mod leak;
pub mod obey;
mod old;
mod opens;
pub(super) mod outsider;
pub mod proof;
pub mod signals;
pub(super) mod token;
mod would;

pub use decide::decide;
pub(super) use would::{also, sent, would};
