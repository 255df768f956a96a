//! Which DKIM signatures (RFC 6376) are worth verifying as evidence, with which keys, and whether they hold; the keys are in
//! DNS, and asking is the intake's. Stricter than the standard: what a signature leaves open is no evidence.

mod candidates;
mod verify;

pub use candidates::*;
pub use verify::holds;
