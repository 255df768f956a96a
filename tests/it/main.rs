//! All integration tests, in one binary.
// Says `cfg(test)` although all of this is a test: only so does clippy know that helpers here may unwrap.
#[cfg(test)]
mod cli;
