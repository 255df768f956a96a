//! `postroom explain --diff OLD.jsonl FILE...`: what is understood otherwise than in an earlier output.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use super::explain;
use super::output::{line, lines};

/// Prints for each mail what changed, key by key, texts line by line; whether anything did. Mails are told apart by
/// their path; one that `old` does not have counts as changed.
///
/// # Errors
/// When `old` cannot be read or is no output of `explain`, or when writing fails.
pub fn run(old: &Path, files: &[PathBuf], out: &mut impl Write) -> anyhow::Result<bool> {
    let text = std::fs::read_to_string(old).with_context(|| format!("cannot read {}", old.display()))?;
    let mut before: HashMap<String, Value> = HashMap::new();
    for (number, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
        let value: Value = serde_json::from_str(row)
            .with_context(|| format!("line {} of {} is no output of explain", number + 1, old.display()))?;
        if let Some(path) = value.get("path").and_then(Value::as_str) {
            before.insert(path.to_owned(), value);
        }
    }
    let mut changed = 0_usize;
    for file in files {
        let path = file.display().to_string();
        let now = explain::file(file, &path, false);
        let now: Value = serde_json::from_str(&now)?;
        let said = before.get(&path).map_or_else(|| "  was not there\n".to_owned(), |before| differences(before, &now));
        if !said.is_empty() {
            changed += 1;
            write!(out, "{}\n{said}", line(&path))?;
        }
    }
    writeln!(out, "{changed} of {} changed", files.len())?;
    out.flush()?;
    Ok(changed > 0)
}

/// The differing keys, each with its lines that went (`-`) and came (`+`); empty where nothing differs.
fn differences(before: &Value, now: &Value) -> String {
    let empty = serde_json::Map::new();
    let (before, now) = (before.as_object().unwrap_or(&empty), now.as_object().unwrap_or(&empty));
    let mut keys: Vec<&String> = before.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut said = String::new();
    for key in keys {
        let (old, new) = (before.get(key).unwrap_or(&Value::Null), now.get(key).unwrap_or(&Value::Null));
        if old == new {
            continue;
        }
        said.push_str(&format!("  {}\n", line(key)));
        let (old, new) = (shown(old), shown(new));
        let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
        let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - start;
        let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
        for (sign, all) in [('-', &old), ('+', &new)] {
            for text in all.get(start..all.len() - end).unwrap_or_default() {
                said.push_str(&format!("    {sign} {}\n", lines(text)));
            }
        }
    }
    said
}

/// A text as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (mail, old) = (folder.path().join("m.eml"), folder.path().join("old.jsonl"));
        std::fs::write(&mail, "From: a@x.example\nSubject: x\n\none\ntwo\nthree\n").unwrap();
        let path = mail.display().to_string();
        let files = [mail.clone()];
        let diff = |old: &Path| {
            let mut out = Vec::new();
            let changed = run(old, &files, &mut out);
            (changed, String::from_utf8(out).unwrap())
        };
        std::fs::write(&old, explain::file(&mail, &path, false)).unwrap();
        let (changed, text) = diff(&old);
        assert!(!changed.unwrap() && text == "0 of 1 changed\n", "{text}");
        std::fs::write(&mail, "From: a@x.example\nSubject: x\n\none\n2\x1b[1m\nthree\n").unwrap();
        let (changed, text) = diff(&old);
        assert!(changed.unwrap());
        assert!(text.contains("  new_text\n    - two\n    + 2[1m\n") && text.ends_with("1 of 1 changed\n"), "{text}");
        std::fs::write(&old, "").unwrap();
        assert!(diff(&old).1.contains("was not there"));
        std::fs::write(&old, "{").unwrap();
        assert!(diff(&old).0.is_err());
    }
}
