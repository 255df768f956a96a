//! Postroom, an email-first helpdesk in one binary: customers write mail, staff answer from their own mail client.
//!
//! This page is the map. Rooms lie on top of each other and use only those below:
//!
//! ```text
//! main -> cli, app, demo -> mailbox, intake, courier, portal, office -> acts -> letters -> guest -> store -> desk -> time -> mail
//! ```
//!
//! | room | what is in it |
//! |---|---|
//! | [`config`] | TOML and environment to domain values |
//! | [`app`] | builds everything, supervises tasks, stops in two stages |
//! | [`time`] | the only clock and the only randomness |
//! | [`desk`] | the nouns and their rules; no IO |
//! | [`mail`] | bytes to letters and back by named rules; no IO; a package of its own in `src/mail`, which knows nothing of the rest |
//! | [`mailbox`] | where mail comes from: IMAP, Maildir, a pipe |
//! | [`reader`] | the processes in which mails are read: limits, a protocol, a pool |
//! | [`intake`] | one mail in, over three floors: facts (loaded), rules (pure), effects (applied) |
//! | [`acts`] | what people do to tickets: the only writer of entries, faces and the outbox |
//! | [`letters`] | what we write; to outsiders from guest types only |
//! | [`courier`] | one mail out |
//! | [`store`] | all SQL; every statement takes `&mut Tx` |
//! | [`guest`] | the boundary: what outsiders may see |
//! | [`web`] | what portal and office share: connections, sessions, forms, headers, pages |
//! | [`portal`] | guests' pages, through the boundary only |
//! | [`office`] | the staff's pages: held mails |
//! | [`cli`] | the subcommands |
//! | [`demo`] | a desk to play with, and the mail programs that play |
//! | [`dns`] | TXT records: the keys of DKIM |
//! | [`ops`] | opening the database with words, the lock, checks of everything |
//! | [`crash`] | points at which tests make a debug build die |
//!
//! # A mail arrives
//!
//! A source in [`mailbox`] fetches raw bytes and hands them to [`store::inbox::receive`] with their identity `(mailbox,
//! folder, uidvalidity, uid)`. Only after that commit is the server touched (law 1). [`intake::process_next`] takes the
//! first undecided rows and has a [`reader`] make a [`mail::Letter`] of the bytes of each, ahead of its turn and in a process
//! of its own: a mail that is the end of its reader costs nobody else anything. Then it goes through three floors in one
//! transaction, each once. [`intake::facts`] loads what the desk knows (sender, token, thread, home, guards) and makes one
//! [`intake::case::Case`] of letter and knowledge. [`intake::rules::decide()`], which is pure, makes one
//! [`intake::decision::Decision`] of the case: a disposition, a reason, a ticket, and a list of effects. `intake::apply` does
//! those, in order, and nothing else does anything: through [`acts::perform`] an entry, the public face, and one row in the
//! outbox for everybody who is told. The row gets its disposition in the same transaction.
//!
//! What lay in a folder before the desk first looked there is judged by its age ([`desk::age`]) and done in silence; what the
//! receiving server takes for junk ([`mail::junk`]) is put away or held. The staff is told of many at once ([`acts::lists`]).
//!
//! What somebody wrote is kept twice: as text, which everything is decided by, and as a [`mail::document`], the same words with
//! their structure, where the mail's HTML has one. Nothing else can be said in a document than headings, lists, tables, quotes,
//! code, links, pictures and emphasis, so that pages and mails have nothing to sanitise.
//!
//! # A staff member answers
//!
//! The notification's Reply-To carries a random token that only this person got, for this ticket, for one channel
//! (public or internal); its hash is a row of `reply_token`. From and token together are the proof (law 3); what the
//! receiving server or the domain's signature say may count beside it ([`intake::rules::proof`] is the table). Without proof the
//! mail is held and the real person is asked at the registered address: their word, in a reply, behind the link or in
//! [`office`], puts it back before the decision ([`acts::held`]). [`intake::command`] reads the
//! commands of the leading lines of the new text and checks them all, [`intake::rules::obey`] says what becomes of them: all are
//! done or none. Whatever says "internal" makes the entry internal, and no command makes it public again; what is
//! about to leave although it tells something internal, or although a colleague was quicker, waits for its author's word
//! ([`intake::rules::signals`]). A public answer
//! reaches the customer through [`guest::Reader`]: the mail is made of what that boundary gives out, so there is nothing
//! internal that could stand in it (law 2).
//!
//! # Much comes at once
//!
//! Whatever people outside write is stored and shown as ever; what the desk would write to others because of it has a measure.
//! [`desk::budget`] holds the numbers, `acts::budget` asks them in the act's transaction, of rows that are there anyway. Beyond
//! the pace of one reader and ticket, or a party's budget, a row of `owed` is written instead of a mail, and
//! [`acts::collected`] makes one mail of many when the time has come, asking again who may read what. What staff write always
//! leaves at once, behind what was written before it.
//!
//! # A guest looks
//!
//! The session's cookie leads to a person, and [`guest::Guest::enter`] asks the database at every request whether that person
//! may still sign in, and what each organization's role allows. Handlers in [`portal`] hold readers of [`guest`] and
//! [`acts::guest::GuestActs`], which [`web::portal::Portal`] gives them, and cannot reach the store. Whether somebody may look at a ticket, join it, write to it or be written to
//! is one question, [`guest::standing`], which mails and the courier ask, too. The statements behind the readers name the organization and
//! `visibility = 'public'` and read only public faces; foreign and nonexistent are one [`web::page::PageError::Missing`], byte for
//! byte. The same history with and without everything internal gives the same bytes: `tests/it/two_worlds/`.
//!
//! # A mail leaves
//!
//! [`courier::deliver::run`] keeps a [`courier::Pool`] of several connections busy: it claims due rows of the outbox for as
//! many as are free and counts the try, commits, asks the guest boundary once more, composes the same bytes as ever from
//! the stored [`mail::compose::Draft`], sends, and records what the server said; a connection that hangs holds up no other.
//! Unknown faults are temporary and tried for five days. A mail that the server had whole without saying whether it took it
//! may have arrived: after three of these outcomes it is not sent again. That, and a final failure, is written on the ticket
//! and mailed to the person who wrote the answer (law 4).

pub mod acts;
pub mod app;
pub mod cli;
pub mod config;
pub mod courier;
pub mod crash;
pub mod demo;
pub mod desk;
pub mod dns;
pub mod guest;
pub mod intake;
pub mod letters;
pub mod mailbox;
pub mod office;
pub mod ops;
pub mod portal;
pub mod reader;
pub mod store;
pub mod time;
pub mod web;

#[doc(inline)]
pub use postroom_mail as mail;

#[cfg(test)]
#[path = "growth_tests.rs"]
mod growth;
