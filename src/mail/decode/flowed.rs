//! Text as RFC 3676 sends it (format=flowed, DelSp): soft line breaks joined, stuffed blanks removed, quotes kept.

/// Stands before a `>` that the writer typed: only flowed text can tell it from a quote. A control character, so that no
/// cleaned text contains it.
pub(crate) const TYPED: char = '\u{1}';

/// Undoes format=flowed. A typed `>` at the start of a line gets [`TYPED`] before it.
pub(crate) fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let bare = line.strip_suffix('\r').unwrap_or(line);
        let content = bare.trim_start_matches('>');
        let depth = bare.len() - content.len();
        let stuffed = content.strip_prefix(' ');
        let content = stuffed.unwrap_or(content);
        let delimiter = content == "-- " || content == "--";
        if open != Some(depth) || delimiter {
            if open.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            } else if stuffed.is_some() && content.starts_with('>') {
                out.push(TYPED);
            }
        }
        let soft = content.ends_with(' ') && !delimiter;
        out.push_str(if soft && delete_space { content.strip_suffix(' ').unwrap_or(content) } else { content });
        open = soft.then_some(depth);
        if !soft {
            out.push('\n');
        }
    }
    if !text.ends_with('\n') || out.ends_with("\n\n") {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_join() {
        let table = [
            ("one \ntwo\nthree", false, "one two\nthree"),
            ("one \ntwo\n", true, "onetwo\n"),
            ("> a \n> b\nc", false, "> a b\nc"),
            ("> a \nb", false, "> a \nb"),
            (" >not a quote\n From x", false, "\u{1}>not a quote\nFrom x"),
            ("x\n-- \nsig", false, "x\n-- \nsig"),
            (">> a \n>> b\n> c", false, ">> a b\n> c"),
        ];
        for (text, delete, want) in table {
            assert_eq!(unflow(text, delete), want, "{text:?}");
        }
    }
}
