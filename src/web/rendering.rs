//! The one place in which texts of others become pages: on threads of their own, a few at a time. Whatever somebody has
//! written, the threads that answer browsers and fetch mail never work on it.

use std::sync::LazyLock;

use tokio::sync::Semaphore;

use super::page::PageError;

/// What pages write of what somebody wrote, and how links are found in it.
#[doc(inline)]
pub use crate::mail::document::{Found, Piece, Place, Shown, Surroundings, address_in, linked};

/// As many pages at a time as there are processors, and two at least: the next ones wait without holding a thread.
static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, |count| count.get().max(2))));

/// What `work` makes of texts of others. Once begun it ends, even where the browser has gone away; only then does the next
/// one begin.
///
/// # Errors
/// [`PageError::Broken`] where it panics.
pub async fn rendered<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PageError> {
    let place = PLACES.acquire().await.map_err(|error| PageError::Broken(error.into()))?;
    let task = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    task.await.map_err(|error| PageError::Broken(error.into()))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// On the only async thread of this test: were the work done there, nobody could let it end.
    #[tokio::test]
    async fn a_page_that_takes_long_occupies_no_async_thread() {
        let (end, ended) = mpsc::channel::<()>();
        let long = tokio::spawn(rendered(move || ended.recv().is_ok()));
        tokio::task::yield_now().await;
        assert_eq!(rendered(|| "another page").await.unwrap(), "another page");
        end.send(()).unwrap();
        assert!(long.await.unwrap().unwrap());
    }

    #[tokio::test]
    async fn a_page_that_fails_is_our_fault_and_the_next_one_is_rendered() {
        for _ in 0..100 {
            let failed = rendered(|| assert_eq!(1, 2, "a page fails")).await;
            assert!(matches!(failed, Err(PageError::Broken(_))));
        }
        assert_eq!(rendered(|| 1).await.unwrap(), 1);
    }
}
