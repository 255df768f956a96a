//! Every mail in `fixtures/mail` is understood as the JSON beside it says.
//!
//! `POSTROOM_BLESS=1` rewrites the expectations; look at each change: it must be what a person would say of the mail.

use std::path::{Path, PathBuf};

use postroom::cli::explain;

fn fixtures() -> std::io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mail");
    let entries = std::fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
    let mut found: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    found.sort();
    Ok(found)
}

fn said(path: &Path) -> std::io::Result<String> {
    let text = explain::pretty("", &std::fs::read(path)?);
    // The path is another on every machine.
    Ok(text.replacen("  \"path\": \"\",\n", "", 1) + "\n")
}

#[test]
fn mails_are_understood() {
    let bless = std::env::var_os("POSTROOM_BLESS").is_some();
    let mut wrong = Vec::new();
    let all = fixtures().unwrap();
    assert!(all.len() >= 60, "only {} fixtures", all.len());
    for path in all {
        let said = said(&path).unwrap();
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
    let files: Vec<PathBuf> = fixtures().unwrap().into_iter().take(2).chain([PathBuf::from("/nonexistent/x.eml")]).collect();
    let mut out = Vec::new();
    explain::run(&files, false, &mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0]["error"].is_null() && lines[0]["new_text"].is_string());
    assert!(lines[2]["error"].is_string() && lines[2]["from"].is_null());
}
