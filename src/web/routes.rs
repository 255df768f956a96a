//! The pages by address. A router that can say where it answers: what is not in its list is not served.

use axum::Router;
use axum::routing::MethodRouter;

/// Handlers by path, which are served with an `S`. The one way to give a page its address, so that tests can ask every
/// address there is.
#[derive(Debug, Clone)]
pub struct Routes<S> {
    router: Router<S>,
    paths: Vec<&'static str>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No pages yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With `handlers` at `path`, written as the router reads it: `/{key}/{number}`.
    #[must_use]
    pub fn route(mut self, path: &'static str, handlers: MethodRouter<S>) -> Self {
        self.paths.push(path);
        Self { router: self.router.route(path, handlers), paths: self.paths }
    }

    /// With all pages of `other`.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        Self { router: self.router.merge(other.router), paths: self.paths }
    }

    /// Every path, as it was written.
    #[must_use]
    pub fn paths(&self) -> &[&'static str] {
        &self.paths
    }

    /// What answers, served with `state`.
    pub fn with(self, state: S) -> Router {
        self.router.with_state(state)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::default(), paths: Vec::new() }
    }
}
