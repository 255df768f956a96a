//! Running the desk: checking it, and making it fail on purpose.

pub mod check;
pub mod crash;
