//! The words of a text as pieces of letters, so that two programs' ways to write the same can be compared.

use crate::words;

/// A word's letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) letters: String,
    /// Stands there only in some ways to write the same: a link's address in brackets, the mark of a list's item, what stands
    /// for a picture.
    pub(super) optional: bool,
    /// A blank line, or the beginning of the text, is above the line that it begins.
    pub(super) begins: bool,
}

pub(super) fn letters(text: &str) -> String {
    words::letters(text.trim()).collect()
}

/// The words of a plain text, the marks of its items among them or not.
pub(super) fn of_text(text: &str, marks: bool) -> Vec<Word> {
    let mut words = Vec::new();
    let mut begins = true;
    for line in text.lines() {
        if line.trim_matches(|c: char| c == '>' || c.is_whitespace()).is_empty() {
            begins = true;
            continue;
        }
        // An item may begin with an item.
        let whole = line.trim_end();
        let mut body = whole.trim_start_matches(['>', ' ']);
        while let Some((_, item)) = super::plain::marker(body) {
            body = item;
        }
        // Nor need it have words.
        if body.trim_end_matches(['.', ')']).bytes().all(|byte| byte.is_ascii_digit())
            && body.len() <= 4
            && body.ends_with(['.', ')'])
        {
            body = "";
        }
        let head = whole.len().checked_sub(body.len());
        let mut at = 0;
        for (token, bracketed) in tokens(line) {
            let letters = letters(token);
            let is_mark = head.is_some_and(|head| at + token.len() <= head);
            at += token.len();
            if letters.is_empty() || (is_mark && !marks) {
                continue;
            }
            let optional = bracketed || is_mark || token.contains("://");
            words.push(Word { letters, optional, begins: std::mem::take(&mut begins) });
        }
    }
    words
}

/// The line cut at blanks and at brackets; whether each piece stands in brackets that are closed.
fn tokens(line: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let open = rest.find(['[', '<']).unwrap_or(rest.len());
        let (before, from) = rest.split_at_checked(open).unwrap_or((rest, ""));
        found.extend(before.split_inclusive(char::is_whitespace).map(|piece| (piece, false)));
        // An address has no blank in it, and a note no other note.
        let end = match from.strip_prefix('<') {
            Some(inside) => inside
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>'))
                .filter(|at| inside.get(*at..).is_some_and(|end| end.starts_with('>'))),
            None => from.get(1..).and_then(|inside| {
                inside.find(['[', ']']).filter(|at| inside.get(*at..).is_some_and(|end| end.starts_with(']')))
            }),
        };
        let end = end.map(|at| at + 2);
        match end.and_then(|end| from.split_at_checked(end)) {
            Some((inside, after)) => {
                found.push((inside, true));
                rest = after;
            }
            None => {
                let sign = from.chars().next().map_or(0, char::len_utf8);
                let (sign, after) = from.split_at_checked(sign).unwrap_or((from, ""));
                found.push((sign, false));
                rest = after;
            }
        }
    }
    found
}
