//! Running the desk: opening what it keeps, and whether all of it is as it should be.

pub mod check;
pub mod lock;
pub mod opening;
pub mod trust;
