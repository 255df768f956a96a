//! Named points at which a test can make the program die as by `kill -9`. Debug builds only: a release build has none.

/// Dies here if the environment variable `POSTROOM_CRASH_AT` names this point.
pub fn point(name: &str) {
    #[cfg(debug_assertions)]
    {
        static POINT: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| std::env::var("POSTROOM_CRASH_AT").ok());
        if POINT.as_deref() == Some(name) {
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
