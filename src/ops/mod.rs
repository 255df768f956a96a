//! Running the desk: whether what is stored makes sense together.

pub mod check;
pub mod trust;
