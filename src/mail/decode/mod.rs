//! Bytes to values: MIME parts, transfer encodings, character sets, encoded words, addresses, dates and file names, and
//! what Outlook (`tnef`, `rtf`) and signers (`smime`) pack.

pub(super) mod address;
pub(super) mod binhex;
pub(super) mod charset;
mod charset_pages;
pub(super) mod date;
pub(super) mod encoded_word;
pub(super) mod flowed;
pub(super) mod heads;
mod lookalike;
pub(super) mod mime;
pub(super) mod names;
pub(super) mod parameters;
pub(super) mod rtf;
pub(super) mod smime;
pub(super) mod tnef;
pub(super) mod transfer;
