//! Bytes to a [`Letter`] and back; no IO. A package of its own that knows nothing of desks, so that it is built, fuzzed and
//! measured alone, and a change elsewhere does not build it again.
//!
//! [`understand`] says of any mail what a person would say of it: who wrote, what they newly wrote, what they only
//! quoted, what is attached, and whether a person wrote it at all. `parse` puts the letter together, in this order:
//!
//! | | what it finds |
//! |---|---|
//! | `decode` | values in bytes: MIME parts, character sets, encoded words, addresses, dates, file names, and what Outlook and signers pack |
//! | `content` | the text, the HTML and the files among the parts; `alternatives`: what stands in one form only; [`calendar`]: what an invitation says |
//! | [`html`] | lines of text with what the structure says of them, and harmless HTML |
//! | [`body`] | which lines are new, quoted or signature; [`quoted`]: which of them we sent ourselves |
//! | `kind` | whether a person wrote it; `bounce`: what a delivery report says |
//! | `phrases` | the words that all of them look for: one file a language in `phrases/`, matched by section |
//!
//! What needs judgement is an ordered table of named rules, of which the first that recognises something says it:
//! `body/rules.rs` (what a line starts), `body/refine.rs`, `quoted/rules.rs` (what we sent), `hygiene/rules.rs` (what its writer
//! signs with), `kind/rules.rs`, `kind/verification.rs` and `bounce/rules.rs`. Their names stand below them ([`body::Rule`],
//! [`KindRule`], [`BounceRule`]), and results carry the name of the rule that they come from, as far as the process that reads
//! the mail; `postroom explain --why` prints them.
//!
//! [`forward`] finds the mail that a mail passes on, [`hygiene`] takes out of a text what is only its writer's, [`proof`]
//! reads what the receiving server says of the sender, [`junk`] what it says of the mail, and [`dkim`] what a signature must be, [`thread`] handles message
//! ids, subjects and ticket numbers. [`time`] is how mails write a date, [`language`] tells the language of a text, and `words`
//! what of a word counts when two programs write the same. [`compose`] is the way back: a [`compose::Draft`]
//! becomes the bytes that leave, [`international`] says which addresses every server takes, and [`dkim`] signs.

mod alternatives;
pub mod body;
mod bounce;
pub mod calendar;
pub mod compose;
mod content;
mod decode;
pub mod dkim;
pub mod document;
pub mod forward;
pub mod html;
pub mod hygiene;
pub mod international;
pub mod junk;
mod kind;
pub mod language;
mod letter;
mod named;
pub mod parse;
mod phrases;
pub mod proof;
pub mod quoted;
pub mod thread;
pub mod time;
mod words;

pub use bounce::rule::Rule as BounceRule;
pub use kind::rule::Rule as KindRule;
pub use letter::{Action, Address, Attachment, Bounce, HeadLimits, Kind, Letter, Limits, Reported, Unreadable, Warning};
pub use parse::{date, head, understand};

#[cfg(test)]
mod evidence_tests;
#[cfg(test)]
mod replies_tests;
