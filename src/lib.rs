//! Postroom, an email-first helpdesk in one binary.
<<<<<<< HEAD
pub mod acts;
pub mod config;
pub mod courier;
pub mod demo;
pub mod desk;
pub mod guest;
pub mod intake;
pub mod letters;
=======
pub mod cli;
>>>>>>> mail
pub mod mail;
pub mod mailbox;
pub mod ops;
pub mod store;
pub mod time;
