//! Postroom, an email-first helpdesk in one binary.
pub mod acts;
pub mod cli;
pub mod config;
pub mod courier;
pub mod desk;
pub mod guest;
pub mod intake;
pub mod letters;
pub mod mail;
pub mod mailbox;
pub mod ops;
pub mod store;
pub mod time;
