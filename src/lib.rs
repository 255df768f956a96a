//! Postroom, an email-first helpdesk in one binary.
pub mod config;
pub mod courier;
pub mod demo;
pub mod desk;
pub mod mail;
pub mod mailbox;
pub mod store;
pub mod time;
