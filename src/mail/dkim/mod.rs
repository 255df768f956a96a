//! DKIM (RFC 6376), both ways. What arrives: which signatures are worth verifying as evidence, with which keys, and whether they
//! hold; the keys are in DNS, and asking is the intake's. Stricter than the standard: what a signature leaves open is no
//! evidence. What leaves: signed with the keys of the configuration.

mod candidates;
mod sign;
mod verify;

pub use candidates::{Candidate, SIGNATURES, candidates, is_sound_key};
pub use sign::{CannotSign, Signer};
pub use verify::holds;
