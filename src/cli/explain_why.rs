//! `postroom explain --why FILE...`: for people, by which rules a mail is what it is. The words of the rules are those of
//! their tables in `src/mail`.

use std::io::Write;
use std::path::{Path, PathBuf};

use terminal_size::{Width, terminal_size_of};

use super::explain;
use super::output::{cut, line};
use crate::mail::body::{Class, Classified, Rule};
use crate::mail::{KindRule, Letter, Limits, understand};

/// Characters of a line where no terminal says how many it shows.
const WIDTH: usize = 120;

/// Prints the rules for each file; `-` is standard input. A file that cannot be read has a line with `error`.
///
/// # Errors
/// When writing fails for another reason than a closed pipe.
pub(super) fn run(files: &[PathBuf], out: &mut impl Write) -> anyhow::Result<()> {
    let width = terminal_size_of(std::io::stdout()).map_or(WIDTH, |(Width(width), _)| usize::from(width));
    explain::print(files, out, |file| told(file, width))
}

/// What is said of one file.
fn told(file: &Path, width: usize) -> String {
    let mut said = vec![file.display().to_string()];
    let letter = explain::bytes(file).map_err(|error| error.to_string());
    match letter.and_then(|raw| understand(&raw, &Limits::default()).map_err(|reason| reason.to_string())) {
        Ok(letter) => {
            said.extend(of_mail(&letter));
            said.extend(of_lines(&letter));
        }
        Err(error) => said.push(format!("error: {error}")),
    }
    said.iter().map(|text| cut(line(text).trim_end(), width) + "\n").collect()
}

/// By which rules the mail is of its kind.
fn of_mail(letter: &Letter) -> Vec<String> {
    let row = |what: &str, rule: &str| format!("{what:<14}{rule}");
    let kind = row(&format!("{}:", letter.kind.name()), letter.kind_rule.map_or("", KindRule::name));
    let bounce = letter.bounce.as_ref().and_then(|bounce| bounce.rule).map(|rule| row("report:", rule.name()));
    let verification = letter.verification_rule.map(|rule| row("verification:", rule.name()));
    [Some(kind), bounce, verification].into_iter().flatten().collect()
}

/// Each line of the text with its class and its rule, in columns.
fn of_lines(letter: &Letter) -> Vec<String> {
    let rule = |of: Classified| of.rule.map_or("", Rule::name);
    let widest = letter.body.classes.iter().map(|of| rule(*of).len()).max().unwrap_or_default();
    let row =
        |(text, of): (&str, Classified)| format!("{} {:<widest$}  {}", letter_of(of.class), rule(of), text.replace('\t', " "));
    letter.body.lines().map(row).collect()
}

/// One letter for a class.
const fn letter_of(class: Class) -> char {
    match class {
        Class::New => 'N',
        Class::Quoted => 'Q',
        Class::Signature => 'S',
    }
}
