//! An answer between the lines of what it answers keeps the question above it: "Yes. / No. / Tuesday." alone says nothing.

use super::super::body::sign_off::is_closing;
use super::super::body::{Body, Class};

/// Lines of a question that are kept; a longer passage is no question but the mail that is answered.
const LONGEST: usize = 6;

/// The words of a text, so that line breaks, marks and punctuation do not count.
fn words(text: &str) -> String {
    let letters: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().flat_map(|word| [" ".to_owned(), word.to_lowercase()]).chain([" ".to_owned()]).collect()
}

/// What stands in front of an answer.
struct Question {
    lines: Vec<String>,
    /// The lines of the answer.
    answer: Vec<String>,
}

/// `text`, which is what of the new lines of `body` is shown, with the question above each answer, marked as a quote (RFC
/// 3676 section 4.5); `None` where there is none to be kept. A question is the paragraph of the quote right above an answer,
/// and only kept where it stands word for word in one of the `known` texts. Who answers below all of a mail has not answered
/// a part of it.
#[must_use]
pub fn with_questions(body: &Body, text: &str, known: &[&str]) -> Option<String> {
    let asked = questions(body);
    if asked.is_empty() {
        return None;
    }
    let known: Vec<String> = known.iter().map(|text| words(text)).collect();
    let is_known = |question: &Question| {
        let said = words(&question.lines.join(" "));
        said.len() > 2 && known.iter().any(|text| text.contains(&said))
    };
    let mut out: Vec<String> = Vec::new();
    let mut kept = false;
    let mut asked = asked.into_iter().peekable();
    for line in text.lines() {
        let is_next = |question: &Question| question.answer.iter().any(|answer| answer == line.trim());
        if !line.trim().is_empty()
            && let Some(question) = asked.next_if(is_next)
            && is_known(&question)
        {
            kept = true;
            while out.last().is_some_and(|above| above.trim().is_empty()) {
                out.pop();
            }
            if !out.is_empty() {
                out.push(String::new());
            }
            out.extend(question.lines.iter().map(|line| format!("> {line}")));
            out.push(String::new());
        }
        out.push(line.to_owned());
    }
    // Where the answers are not all there, whose question a line answers is not certain.
    (kept && asked.next().is_none()).then(|| out.join("\n"))
}

/// The answers that stand below a part of a quote, each with that part.
fn questions(body: &Body) -> Vec<Question> {
    let mut found: Vec<Question> = Vec::new();
    // The lines of the quote above, and whether anything was written above it.
    let mut quote: Vec<(bool, String)> = Vec::new();
    let (mut longest, mut in_answer) = (0, false);
    for (line, of) in body.lines() {
        let line = line.trim();
        match of.class {
            Class::Quoted => {
                if in_answer {
                    quote.clear();
                }
                in_answer = false;
                quote.push((line.starts_with('>'), line.trim_start_matches(['>', ' ']).to_owned()));
            }
            Class::New if line.is_empty() => {}
            Class::New if in_answer => {
                if let Some(question) = found.last_mut() {
                    question.answer.push(line.to_owned());
                }
            }
            Class::New if quote.iter().any(|(_, line)| !line.is_empty()) => {
                longest = longest.max(quote.iter().filter(|(_, line)| !line.is_empty()).count());
                found.push(Question { lines: paragraph(&quote), answer: vec![line.to_owned()] });
                in_answer = true;
            }
            Class::New | Class::Signature => {}
        }
    }
    // One answer below a whole mail is none between its lines.
    if found.len() == 1 && longest > LONGEST {
        return Vec::new();
    }
    // A greeting at the end answers nothing.
    found.retain(|question| !question.lines.is_empty() && !question.answer.iter().all(|line| is_closing(line)));
    found
}

/// The last paragraph of a quote, without the line that introduces it; nothing where it is long.
fn paragraph(quote: &[(bool, String)]) -> Vec<String> {
    let Some(last) = quote.iter().rposition(|(_, line)| !line.is_empty()) else { return Vec::new() };
    let marked = quote.get(last).is_some_and(|(marked, _)| *marked);
    let lines = quote.get(..=last).unwrap_or_default().iter().rev();
    let lines: Vec<String> =
        lines.take_while(|(of, line)| !line.is_empty() && *of == marked).map(|(_, line)| line.clone()).collect();
    if lines.len() > LONGEST { Vec::new() } else { lines.into_iter().rev().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::split_text;

    #[test]
    fn an_answer_keeps_the_question_above_it() {
        let sent = "Which floor is it on?\n\nSince when is the lamp red, and who\nused it last?\n\nIs it dry?";
        let table = [
            (
                "> Which floor is it on?\nThe second.\n\n> Is it dry?\nYes.",
                Some("> Which floor is it on?\n\nThe second.\n\n> Is it dry?\n\nYes."),
            ),
            // Wrapped anew, and with more of the quote above.
            (
                "On Monday Ben wrote:\n> Which floor is it on?\n>\n> Since when is the lamp red,\n> and who used it last?\nSince Monday.\nBen.",
                Some("> Since when is the lamp red,\n> and who used it last?\n\nSince Monday.\nBen."),
            ),
            ("On Monday Ben wrote:\n> Is it dry?\nYes.", Some("> Is it dry?\n\nYes.")),
            // Nobody sent it to all who read this.
            ("> Which door is it?\nThe second.\n\n> Is it wet?\nYes.", None),
            ("> Which door is it?\nThe second.\n\n> Is it dry?\nYes.", Some("The second.\n\n> Is it dry?\n\nYes.")),
            // A part of a word is no word.
            ("> s it dry?\nYes.", None),
            // Above the whole mail, and below it.
            ("Yes.\n\n> Which floor is it on?\n>\n> Is it dry?", None),
            ("> a\n> b\n> c\n> d\n> e\n> f\n>\n> Is it dry?\n\nYes.", None),
            ("Yes.", None),
        ];
        for (text, expected) in table {
            let body = split_text(text, false);
            assert_eq!(with_questions(&body, &body.new_text(), &[sent]).as_deref(), expected, "{text}");
        }
        let body = split_text("> Which floor is it on?\n#close\nThe second.\n> Is it dry?\nYes.\n-- \nCarla", false);
        let shown = "The second.\n\nYes.";
        assert_eq!(
            with_questions(&body, shown, &[sent]).as_deref(),
            Some("> Which floor is it on?\n\nThe second.\n\n> Is it dry?\n\nYes."),
            "a command is not shown"
        );
        assert_eq!(with_questions(&body, "Yes.", &[sent]), None, "an answer is missing");
    }
}
