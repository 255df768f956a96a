//! Every mail in `fixtures/mail` is understood as the JSON beside it says.
//!
//! `POSTROOM_BLESS=1` rewrites the expectations; look at each change: it must be what a person would say of the mail.

use std::path::{Path, PathBuf};

use postroom::cli::explain;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    found.sort();
    found
}

fn said(path: &Path) -> String {
    let raw = std::fs::read(path).unwrap();
    let text = explain::pretty("", &raw);
    // The path is another on every machine.
    text.replacen("  \"path\": \"\",\n", "", 1) + "\n"
}

#[test]
fn mails_are_understood() {
    let bless = std::env::var_os("POSTROOM_BLESS").is_some();
    let mut wrong = Vec::new();
    let all = fixtures();
    assert!(all.len() >= 60, "only {} fixtures", all.len());
    for path in all {
        let said = said(&path);
        let expected = path.with_extension("json");
        if bless {
            std::fs::write(&expected, said).unwrap();
        } else if std::fs::read_to_string(&expected).ok().as_deref() != Some(said.as_str()) {
            wrong.push(format!("{}:\n{said}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} fixtures differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_expectation_is_an_orphan() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("eml").exists(), "{} has no mail", path.display());
        assert!(path.with_extension("json").exists(), "{} has no expectation", path.display());
    }
}

#[test]
fn explain_prints_one_line_per_file() {
    let files: Vec<PathBuf> = fixtures().into_iter().take(2).chain([PathBuf::from("/nonexistent/x.eml")]).collect();
    let mut out = Vec::new();
    explain::run(&files, &mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0]["error"].is_null() && lines[0]["new_text"].is_string());
    assert!(lines[2]["error"].is_string() && lines[2]["from"].is_null());
}
