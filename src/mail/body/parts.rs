//! The three parts of a text, made of its lines and what each of them is.

use super::line::{Class, Classified};

/// The three parts of a text, each trimmed of blank lines at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// What the writer newly wrote, forwarded mails included.
    pub new_text: String,
    /// What the writer only quoted, attribution lines and header blocks included.
    pub quoted_text: String,
    /// Signature, lines of mobile clients, list footers.
    pub signature_text: String,
    /// What stands below the introduction of a quote counts as new only to stay visible: nothing stands above it, or
    /// the writer says that the answers are inside.
    pub doubtful: bool,
    /// What each line of the text is, from the first that is not blank to the last.
    pub lines: Vec<Classified>,
}

impl Parts {
    /// The parts of a text of which each line is what stands at its place.
    #[must_use]
    pub fn gather(lines: &[&str], classified: &[Classified], doubtful: bool) -> Self {
        let part = |class| gather(lines, classified, class);
        let filled = |line: &&str| !line.trim().is_empty();
        let first = lines.iter().position(filled).unwrap_or(lines.len());
        let end = lines.iter().rposition(filled).map_or(first, |last| last + 1);
        Self {
            new_text: part(Class::New),
            quoted_text: part(Class::Quoted),
            signature_text: part(Class::Signature),
            doubtful,
            lines: classified.get(first..end).unwrap_or_default().to_vec(),
        }
    }

    /// A text that is new as a whole, because nobody asked what its lines are.
    #[must_use]
    pub fn all_new(lines: &[&str]) -> Self {
        Self::gather(lines, &vec![Class::New.into(); lines.len()], false)
    }
}

/// Lines of one class in order; a blank line stands where lines of another class were left out.
fn gather(lines: &[&str], classified: &[Classified], wanted: Class) -> String {
    let mut out = String::new();
    let mut gap = false;
    for (line, of) in lines.iter().zip(classified) {
        if of.class != wanted {
            gap = true;
            continue;
        }
        if gap {
            if line.trim().is_empty() {
                continue;
            }
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        gap = false;
        out.push_str(line.trim_end());
        out.push('\n');
    }
    trim_blank_lines(&out).to_owned()
}

/// Removes blank lines at both ends but keeps the indent of the first line.
pub(crate) fn trim_blank_lines(text: &str) -> &str {
    let text = text.trim_end();
    let mut rest = text;
    while let Some((first, tail)) = rest.split_once('\n') {
        if !first.trim().is_empty() {
            break;
        }
        rest = tail;
    }
    rest
}
