//! What commands print: plain aligned tables for people, JSON for programs.
//!
//! Mails can carry anything, so text is cleaned before it reaches a terminal: control characters could move the
//! cursor or set the title, direction marks could make one address look like another.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Characters of one cell on a terminal; longer text is cut, so that a subject cannot push the other columns off the screen.
const CELL: usize = 60;

/// Text that may be shown on a terminal on one line.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|c| if is_hazard(c) { '\u{FFFD}' } else { c }).collect()
}

/// Text that may be shown on a terminal; line breaks and tabs stay.
pub(super) fn lines(text: &str) -> String {
    text.chars().map(|c| if is_hazard(c) && !matches!(c, '\n' | '\t') { '\u{FFFD}' } else { c }).collect()
}

/// Controls (C0, DEL, C1) and the marks that change the direction of writing (Unicode Standard Annex 9).
fn is_hazard(c: char) -> bool {
    let turns = matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns
}

/// Writes to standard output. A closed pipe is an error of its own kind that ends the program quietly.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// Writes beside the output. Where even that is closed there is nobody left to tell.
pub(super) fn aside(text: &str) {
    drop(std::io::stderr().lock().write_all(lines(text).as_bytes()));
}

/// Writes a raw mail: as it is into a file or pipe, cleaned onto a terminal.
pub(super) fn raw(mail: &[u8]) -> anyhow::Result<()> {
    if std::io::stdout().is_terminal() {
        return print(&lines(&String::from_utf8_lossy(mail).replace("\r\n", "\n")));
    }
    bytes(mail)
}

fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&json_text(value)?)
}

fn json_text(value: &impl Serialize) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        // Outside of strings JSON has none of these, and inside an escape means the same.
        if c != '\n' && is_hazard(c) {
            safe.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    safe.push('\n');
    Ok(safe)
}

/// A table with a head.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// Characters of a cell: a pipe takes all of them.
    widest: usize,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(head: &[&str]) -> Self {
        let widest = if std::io::stdout().is_terminal() { CELL } else { usize::MAX };
        Self { rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()], widest }
    }

    /// Adds a row; its cells are cleaned, and cut for a terminal.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.iter().map(|cell| cut(&line(cell), self.widest)).collect());
    }

    /// Prints it, or `nothing` where it has no rows.
    pub(super) fn print(&self, nothing: &str) -> anyhow::Result<()> {
        if self.rows.len() == 1 {
            return print(&format!("{nothing}\n"));
        }
        print(&self.text())
    }

    fn text(&self) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            for (place, cell) in row.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(place) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut printed = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                printed.push_str(&format!("{cell:<width$}  "));
            }
            text.push_str(printed.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A text as long as may be.
pub(super) fn cut(cell: &str, widest: usize) -> String {
    if cell.chars().count() <= widest {
        return cell.to_owned();
    }
    cell.chars().take(widest.saturating_sub(1)).chain(['…']).collect()
}

/// `Name <address>`, or what there is of it.
pub(super) fn person(name: &str, address: &str) -> String {
    if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") }
}

/// `yes` or `no`.
pub(super) fn yes_no(truth: bool) -> String {
    if truth { "yes" } else { "no" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_and_harmless() {
        let mut table = Table { widest: CELL, ..Table::new(&["KEY", "NAME"]) };
        table.row(["acme".to_owned(), "Acme\u{1b}[2J\nGmbH".to_owned()]);
        table.row(["b".to_owned(), "x".repeat(80)]);
        let text = table.text();
        let printed: Vec<&str> = text.lines().collect();
        assert_eq!(printed[0], "KEY   NAME");
        assert_eq!(printed[1], "acme  Acme\u{FFFD}[2J\u{FFFD}GmbH");
        assert_eq!(printed[2].chars().count(), 6 + CELL);
        assert!(printed[2].ends_with('…'));
        let mut piped = Table { widest: usize::MAX, ..Table::new(&["KEY", "NAME"]) };
        piped.row(["b".to_owned(), "x".repeat(80)]);
        assert!(piped.text().contains(&"x".repeat(80)), "whole in a pipe");
    }

    #[test]
    fn json_escapes_what_a_terminal_would_obey_and_means_the_same() {
        let subject = "a\u{9b}2J\u{202e}b\u{7f}\u{1b}\"ä";
        let text = json_text(&[subject]).unwrap();
        assert!(!text.chars().any(|c| c != '\n' && is_hazard(c)), "{text:?}");
        let back: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(back, [subject]);
    }

    #[test]
    fn texts_keep_their_lines() {
        assert_eq!(lines("a\n\tb\r\u{1b}c"), "a\n\tb\u{FFFD}\u{FFFD}c");
    }
}
