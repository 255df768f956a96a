//! What handlers are served with, as this room sees it. Nobody else can name the trait: whoever holds a
//! [`Portal`](super::portal::Portal) gets no further.

use super::Web;

/// The state of some pages: the guests' or the staff's.
pub trait Pages: Clone + Send + Sync + 'static {
    /// All that there is.
    fn web(&self) -> &Web;
}

impl Pages for Web {
    fn web(&self) -> &Web {
        self
    }
}
