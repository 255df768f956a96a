//! All integration tests, in one binary. `tests/run` gives them real servers; without those they say what they leave out.

#[cfg(test)]
mod account;
#[cfg(test)]
mod acts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod any_mail;
#[cfg(test)]
mod behalf;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod check;
#[cfg(test)]
mod chromium;
#[cfg(test)]
mod chromium_office;
#[cfg(test)]
mod circles;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod courier_smtp;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod drills;
#[cfg(test)]
mod end_to_end;
#[cfg(test)]
mod face;
#[cfg(test)]
mod file_links;
#[cfg(test)]
mod first_look;
#[cfg(test)]
mod floors;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod guest_docs;
#[cfg(test)]
mod guest_picture;
#[cfg(test)]
mod guest_tickets;
#[cfg(test)]
mod house;
#[cfg(test)]
mod html;
#[cfg(test)]
mod http;
#[cfg(test)]
mod hygiene;
#[cfg(test)]
mod junk;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod mailbox_hostile;
#[cfg(test)]
mod mailbox_imap;
#[cfg(test)]
mod mailbox_maildir;
#[cfg(test)]
mod mailbox_odd;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod names;
#[cfg(test)]
mod new_address;
#[cfg(test)]
mod notify;
#[cfg(test)]
mod office;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod readers;
mod reading;
#[cfg(test)]
mod redirect;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod signed;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod spoof;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod threats;
#[cfg(test)]
mod told;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod two_nodes;
#[cfg(test)]
mod two_worlds;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod world;
