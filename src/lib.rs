//! Postroom, an email-first helpdesk in one binary.
pub mod cli;
pub mod mail;
pub mod time;
