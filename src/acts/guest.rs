//! What a guest may do, by page: the same acts as by mail, for one guest, each asked of the guest's permissions.

use crate::guest::Guest;

/// The hands of one guest.
#[derive(Debug, Clone)]
pub struct GuestActs {
    #[expect(dead_code, reason = "the acts follow")]
    guest: Guest,
}
