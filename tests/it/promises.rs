//! What every letter promises, whatever the mail; also for the targets in `fuzz/`.

use postroom_mail::{Letter, Limits, understand};

fn sorted_lines(texts: &[&str]) -> Vec<String> {
    let all = texts.iter().flat_map(|text| text.lines()).map(str::trim_end).filter(|line| !line.trim().is_empty());
    let mut all: Vec<String> = all.map(str::to_owned).collect();
    all.sort();
    all
}

/// Panics where a letter breaks a promise.
pub(crate) fn check(letter: &Letter) {
    let parts = sorted_lines(&[&letter.body.new_text(), &letter.body.quoted_text(), &letter.body.signature_text()]);
    assert_eq!(sorted_lines(&[&letter.body.text]), parts, "no line is lost or told twice");
    assert!(!letter.body.text.contains(['\0', '\r']), "text is plain");
    assert!(!letter.subject.contains(|c: char| c.is_control()), "the subject is one line");
    for file in &letter.attachments {
        assert!(file.name.len() <= 180 && !file.name.contains(['/', '\\', '\u{202e}']), "{:?}", file.name);
        assert!(!file.name.contains(|c: char| c.is_control()) && !file.name.is_empty(), "{:?}", file.name);
    }
    let html = letter.html.as_deref().unwrap_or_default();
    assert!(!["<script", "<svg", "<iframe", "<form", "<style"].iter().any(|tag| html.contains(tag)), "{html}");
    let addresses = letter.from.iter().chain(&letter.reply_to).chain(&letter.to).chain(&letter.cc);
    for address in addresses {
        assert!(address.address.contains('@') && !address.address.contains(|c: char| c.is_control()), "{address:?}");
    }
}

/// Reads a mail, and panics where the letter breaks a promise; bytes that are no mail promise nothing.
pub(crate) fn of(raw: &[u8]) -> bool {
    understand(raw, &Limits::default()).map(|letter| check(&letter)).is_ok()
}
