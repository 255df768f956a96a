//! What of a mail does not come with it onto the ticket; pure. Whatever was cut or not understood is said where the mail is
//! read (law 1).

use crate::desk::entry::Lack;
use crate::mail::{Letter, Warning};

/// What each warning of a letter means for those who read the entry; other warnings lose nothing.
const LOSSES: &[(&[Warning], Lack)] = &[
    (&[Warning::TextCut, Warning::TooLarge], Lack::Text),
    (&[Warning::HtmlCut, Warning::HtmlTooDeep], Lack::Html),
    (&[Warning::TooManyParts, Warning::MimeTooDeep], Lack::Parts),
    (&[Warning::Encrypted], Lack::Encrypted),
    (&[Warning::Truncated, Warning::EncodingDamaged, Warning::PartialMail, Warning::TnefUnreadable], Lack::Incomplete),
];

/// What is missing, each kind once.
pub(in crate::intake) fn lacks(letter: &Letter) -> Vec<Lack> {
    let kept = letter.attachments.len();
    let files = (letter.lost_attachments > 0).then_some(Lack::Files { kept, of: kept.saturating_add(letter.lost_attachments) });
    let warned = |warnings: &[Warning]| warnings.iter().any(|warning| letter.warns(*warning));
    let lost = LOSSES.iter().filter(|(warnings, _)| warned(warnings)).map(|(_, lack)| *lack);
    let mut all: Vec<Lack> = files.into_iter().chain(lost).collect();
    if all.is_empty() && letter.body.text.trim().is_empty() && kept == 0 {
        all.push(Lack::Nothing);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Limits, understand};

    fn of(raw: &str, limits: Limits) -> Vec<Lack> {
        lacks(&understand(raw.replace('\n', "\r\n").as_bytes(), &limits).unwrap())
    }

    #[test]
    fn what_is_cut_is_said() {
        let head = "From: a@b.example\nDate: Sun, 22 Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\n";
        let files = |count: usize| {
            let part = "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF-1.4\n";
            format!("{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n{}--b--\n", part.repeat(count))
        };
        let few = Limits { attachments: 3, ..Limits::default() };
        let short = Limits { text_bytes: 100, html_bytes: 100, ..Limits::default() };
        let long = "word ".repeat(100);
        let html = format!("{head}Content-Type: text/html\n\n<p>{long}</p>\n");
        let pgp = "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n";
        let smime = |more: &str, kind: &str| format!("{head}Content-Type: application/{kind}{more}\n\nnot CMS\n");
        let table: [(&str, String, Limits, &[Lack]); 11] = [
            ("all there", files(3), few, &[]),
            ("two files too many", files(5), few, &[Lack::Files { kept: 3, of: 5 }]),
            ("a long text", format!("{head}\n{long}\n"), short, &[Lack::Text]),
            ("a long page", html, short, &[Lack::Html]),
            ("encrypted", format!("{head}\n{pgp}"), Limits::default(), &[Lack::Encrypted]),
            ("damaged S/MIME", smime("; smime-type=Enveloped-Data", "x-pkcs7-mime"), Limits::default(), &[Lack::Encrypted]),
            ("of no kind", smime("", "pkcs7-mime"), Limits::default(), &[Lack::Encrypted]),
            ("signed", smime("; smime-type=signed-data", "pkcs7-mime"), Limits::default(), &[]),
            ("a signature", smime("", "pkcs7-signature"), Limits::default(), &[]),
            ("nothing", format!("{head}Subject: x\n\n\n"), Limits::default(), &[Lack::Nothing]),
            ("breaks off", files(1).replace("--b--\n", ""), Limits::default(), &[Lack::Incomplete]),
        ];
        for (what, raw, limits, expected) in table {
            assert_eq!(of(&raw, limits), expected, "{what}");
        }
    }

    #[test]
    fn stable_words_mean_what_they_say() {
        let all = [Lack::Files { kept: 50, of: 150 }, Lack::Text, Lack::Html, Lack::Parts, Lack::Encrypted, Lack::Incomplete];
        for lack in all.into_iter().chain([Lack::Nothing]) {
            assert_eq!(Lack::from_words(&lack.to_words()), Some(lack));
        }
        assert_eq!(Lack::from_words("else"), None);
    }
}
