//! The head of an article's file: `key: value` lines between two lines of `---`, and the first `# heading`.

use crate::desk::article::ArticleState;

/// A file of Markdown as an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// From `title:`, else from the first heading.
    pub(crate) title: Option<String>,
    /// From `state:`.
    pub(crate) state: Option<ArticleState>,
    /// From `position:`.
    pub(crate) position: Option<i64>,
    /// The Markdown, without the head, and without a first heading that says the title.
    pub(crate) body: String,
    /// Keys that mean nothing here.
    pub(crate) unknown: Vec<String>,
}

/// Reads a file; the problem names the line.
pub(crate) fn read(text: &str) -> Result<Page, String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\0', "");
    let mut page = Page { title: None, state: None, position: None, body: String::new(), unknown: Vec::new() };
    let body = head(&text, &mut page)?;
    let heading = first_heading(body);
    let title = page.title.take().or_else(|| heading.clone());
    page.body = match (&title, body.trim_start_matches('\n')) {
        // Pages show the title themselves; a heading that says it again would stand there twice.
        (Some(title), rest) if heading.as_ref() == Some(title) && rest.starts_with("# ") && is_whole(rest) => {
            rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start_matches('\n').to_owned()
        }
        (_, rest) => rest.to_owned(),
    };
    page.title = title;
    Ok(page)
}

/// Reads the head into `page` and returns what follows it.
fn head<'a>(text: &'a str, page: &mut Page) -> Result<&'a str, String> {
    let mut rest = text;
    let mut number = 0;
    let mut next_line = || {
        number += 1;
        let (line, tail) = rest.split_once('\n').unwrap_or((rest, ""));
        let ended = rest.is_empty();
        rest = tail;
        (!ended).then_some((number, line.trim_end(), tail))
    };
    match next_line() {
        Some((_, "---", _)) => {}
        _ => return Ok(text),
    }
    while let Some((number, line, tail)) = next_line() {
        match line {
            "---" => return Ok(tail),
            _ if line.trim().is_empty() || line.trim_start().starts_with('#') => {}
            _ => {
                let (key, value) = line.split_once(':').ok_or_else(|| format!("line {number} is not `key: value`"))?;
                entry(page, key.trim(), unquoted(value.trim())).map_err(|problem| format!("line {number}: {problem}"))?;
            }
        }
    }
    Err("the head that begins with `---` in line 1 has no closing `---`".to_owned())
}

fn entry(page: &mut Page, key: &str, value: &str) -> Result<(), String> {
    match key {
        "title" if value.is_empty() => return Err("`title` is empty".to_owned()),
        "title" => page.title = Some(value.to_owned()),
        "state" => page.state = Some(ArticleState::try_from(value)?),
        "position" => page.position = Some(value.parse().map_err(|_| format!("`position` is a whole number, not `{value}`"))?),
        other => page.unknown.push(other.to_owned()),
    }
    Ok(())
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

/// The first `# heading` that does not stand in a code block.
fn first_heading(body: &str) -> Option<String> {
    let mut fenced = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
        } else if let (false, Some(heading)) = (fenced, line.strip_prefix("# ")) {
            let heading = without_comments(heading);
            let heading = heading.trim().trim_end_matches('#').trim_end();
            if !heading.is_empty() {
                return Some(heading.to_owned());
            }
        }
    }
    None
}

/// Whether no comment goes on below the first line.
fn is_whole(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.rsplit_once("<!--").is_none_or(|(_, comment)| comment.contains("-->"))
}

/// A line without `<!-- comments -->`: they are for those who write. One that does not end goes on in the next line.
fn without_comments(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((text, comment)) = rest.split_once("<!--") {
        out.push_str(text.trim_end());
        rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_head_is_read() {
        let page = read("\u{feff}---\r\ntitle: \"How to: pay\"\r\nstate: published\r\n\r\n# a comment\r\nposition: 3\r\nauthor: Anna\r\n---\r\n\r\nText\r\n")
            .unwrap();
        assert_eq!(page.title.as_deref(), Some("How to: pay"));
        assert_eq!((page.state, page.position), (Some(ArticleState::Published), Some(3)));
        assert_eq!(page.body, "Text\n");
        assert_eq!(page.unknown, ["author"]);
    }

    #[test]
    fn a_heading_is_a_title_and_is_not_said_twice() {
        let page = read("\n# Paying #\n\nText\n# More\n").unwrap();
        assert_eq!(page.title.as_deref(), Some("Paying"));
        assert_eq!(page.body, "Text\n# More\n");
        let page = read("---\ntitle: Money\n---\n# Paying\nText").unwrap();
        assert_eq!((page.title.as_deref(), page.body.as_str()), (Some("Money"), "# Paying\nText"));
        for (text, title) in [
            ("# Price list <!-- margin: 40% -->\nText", "Price list"),
            ("# <!-- draft -->Price<!-- x --> list #\nText", "Price list"),
            ("# <!-- all of it -->\n# Prices\nText", "Prices"),
            ("# Prices <!-- the margin\nis 40% -->\nText", "Prices"),
        ] {
            assert_eq!(read(text).unwrap().title.as_deref(), Some(title), "{text}");
        }
        let page = read("# Prices <!-- the margin\nis 40% -->\nText").unwrap();
        assert!(page.body.starts_with("# Prices <!--"), "what hides the next line stays: {}", page.body);
        let page = read("Intro\n```\n# a comment in code\n```\n# Later\n").unwrap();
        assert_eq!(page.title.as_deref(), Some("Later"));
        assert!(page.body.starts_with("Intro\n"));
    }

    #[test]
    fn what_has_neither_is_only_text() {
        for text in ["", "Text", "#no heading", "Text\n---\nmore"] {
            let page = read(text).unwrap();
            assert_eq!((page.title, page.body.as_str()), (None, text));
        }
    }

    #[test]
    fn a_broken_head_names_its_line() {
        for (text, word) in [
            ("---\ntitle: a\n", "no closing"),
            ("---\ntitle a\n---\n", "line 2"),
            ("---\ntitle: a\nstate: public\n---\n", "line 3"),
            ("---\nposition: first\n---\n", "whole number"),
            ("---\ntitle:\n---\n", "empty"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.contains(word), "{text:?}: {problem}");
        }
    }
}
