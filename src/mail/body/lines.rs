//! A text of which each line has its class; what is new, quoted and signature is asked of its lines.

use serde::{Deserialize, Serialize};

use super::line::{Class, Classified};

/// A text, and what each of its lines is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Body {
    /// The whole text, from the first line that is not blank to the last, without blanks at the ends of lines.
    pub text: String,
    /// What each line of it is.
    pub classes: Vec<Classified>,
    /// What stands below the introduction of a quote counts as new only to stay visible: nothing stands above it, or
    /// the writer says that the answers are inside.
    pub doubtful: bool,
}

impl Body {
    /// The text of which each line is what stands at its place.
    #[must_use]
    pub fn gather(lines: &[&str], classified: &[Classified], doubtful: bool) -> Self {
        let filled = |line: &&str| !line.trim().is_empty();
        let first = lines.iter().position(filled).unwrap_or(lines.len());
        let end = lines.iter().rposition(filled).map_or(first, |last| last + 1);
        let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
        for (place, line) in lines.get(first..end).unwrap_or_default().iter().enumerate() {
            if place > 0 {
                text.push('\n');
            }
            text.push_str(line.trim_end());
        }
        Self { text, classes: classified.get(first..end).unwrap_or_default().to_vec(), doubtful }
    }

    /// A text whose lines are all of one class by one rule.
    #[must_use]
    pub fn all(text: &str, line: Classified) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        Self::gather(&lines, &vec![line; lines.len()], false)
    }

    /// A text that is new as a whole, because nobody asked what its lines are.
    #[must_use]
    pub fn all_new(text: &str) -> Self {
        Self::all(text, Class::New.into())
    }

    /// The same text, of which each line is what stands at its place.
    #[must_use]
    pub fn with(&self, classes: Vec<Classified>, doubtful: bool) -> Self {
        Self { text: self.text.clone(), classes, doubtful }
    }

    /// The same, in doubt.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        Self { doubtful: true, ..self }
    }

    /// The same, with all lines of one class as lines of another.
    #[must_use]
    pub fn turned(&self, from: Class, to: Class) -> Self {
        let turned = |line: &Classified| if line.class == from { to.into() } else { *line };
        self.with(self.classes.iter().map(turned).collect(), self.doubtful)
    }

    /// The same, with another text for what is new, above the rest.
    #[must_use]
    pub fn saying(&self, new: &str) -> Self {
        let rest = self.lines().filter(|(_, of)| of.class != Class::New);
        let (lines, classes): (Vec<&str>, Vec<Classified>) =
            new.lines().map(|line| (line, Class::New.into())).chain(rest).unzip();
        Self::gather(&lines, &classes, self.doubtful)
    }

    /// Its lines, each with what it is. What nobody has classified is new.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Classified)> {
        let classes = self.classes.iter().copied().chain(std::iter::repeat(Class::New.into()));
        self.text.lines().zip(classes)
    }

    /// What the writer newly wrote, forwarded mails included.
    #[must_use]
    pub fn new_text(&self) -> String {
        self.of(Class::New)
    }

    /// What the writer only quoted, attribution lines and header blocks included.
    #[must_use]
    pub fn quoted_text(&self) -> String {
        self.of(Class::Quoted)
    }

    /// Signature, lines of mobile clients, list footers.
    #[must_use]
    pub fn signature_text(&self) -> String {
        self.of(Class::Signature)
    }

    /// Whether a line of this class says anything.
    #[must_use]
    pub fn has(&self, class: Class) -> bool {
        self.lines().any(|(line, of)| of.class == class && !line.trim().is_empty())
    }

    /// The lines of one class in order, without blank ones at both ends; a blank line stands where lines of another class
    /// were left out.
    fn of(&self, wanted: Class) -> String {
        let mut out = String::new();
        let mut gap = false;
        for (line, of) in self.lines() {
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
            out.push_str(line);
            out.push('\n');
        }
        trim_blank_lines(&out).to_owned()
    }
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
