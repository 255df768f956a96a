//! To be written.

/// To be replaced.
pub fn base_subject(subject: &str) -> String {
    subject.to_owned()
}
/// To be replaced.
pub fn ticket_number(_subject: &str) -> Option<(String, i64)> {
    None
}
