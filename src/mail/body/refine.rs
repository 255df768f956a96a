//! What is only seen once the quotes are known: signatures that nothing delimits, and answers in colour.

use std::ops::Range;

use super::line::{Class, Classified, Line, Mark, is_blank, is_quote};
use super::rule::Rule;
use super::rules::introduction;
use super::{header_block, old_programs, separators, sign_off, signature};

/// Finds the lines of a signature at the end of what somebody wrote.
type Find = fn(&[&str]) -> Option<Range<usize>>;

/// How a signature looks that nothing delimits, in order.
const RULES: &[(Rule, Find)] = &[
    (Rule::GreetedSignature, sign_off::greeted),
    (Rule::NamedSignature, sign_off::named),
    (Rule::NetEaseTable, old_programs::bars),
];

/// Signatures that nothing delimits: at the end of what stands above the first quote, and at the very end. `content`: the
/// line from which on a forwarded mail is shown.
pub(super) fn sign_off(lines: &[Line], classified: &mut [Classified], content: usize) {
    let end = content.min(lines.len());
    let top = classified.iter().take(end).position(|line| line.class == Class::Quoted).unwrap_or(end);
    let last = classified.iter().take(end).rposition(|line| line.class == Class::New).map_or(0, |at| at + 1);
    for end in [top, last] {
        // What a program delimited may follow.
        let end = classified.iter().take(end).rposition(|line| line.class != Class::Signature).map_or(0, |at| at + 1);
        let from = classified.iter().take(end).rposition(|line| line.class != Class::New).map_or(0, |at| at + 1);
        let texts: Vec<&str> = lines.get(from..end).unwrap_or_default().iter().map(|line| line.text.as_str()).collect();
        if let Some((rule, found)) = RULES.iter().find_map(|(rule, find)| Some((*rule, find(&texts)?))) {
            let found = classified.get_mut(from + found.start..from + found.end);
            found.unwrap_or_default().fill(Classified::by(Class::Signature, rule));
        }
    }
}

/// Coloured lines below a header block may be answers: visible, in doubt. Only in the mail that is answered, and above
/// its greeting, because the names of companies are coloured too.
pub(super) fn uncover_colours(lines: &[Line], classified: &mut [Classified]) -> bool {
    if !lines.iter().any(|line| line.mark == Mark::Coloured) {
        return false;
    }
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let Some(start) = classified.iter().position(|line| line.class == Class::Quoted) else { return false };
    let header = introduction(texts.get(start..).unwrap_or_default());
    let (mut plain, mut found) = (0_usize, Vec::new());
    for (at, line) in lines.iter().enumerate().skip(start + header).filter(|(_, line)| !is_blank(line)) {
        let rest = texts.get(at..).unwrap_or_default();
        if classified.get(at).is_none_or(|line| line.class != Class::Quoted)
            || is_quote(line)
            || sign_off::is_closing(line.text.trim())
            || header_block::length(rest).is_some()
            || separators::is_original_marker(&line.text)
        {
            break;
        }
        match line.mark {
            Mark::Coloured if signature::is_banner(rest) || plain == 0 => {}
            Mark::Coloured => found.push(at),
            _ => plain += 1,
        }
    }
    // Some write all their mails in colour.
    if found.len() > plain * 3 {
        return false;
    }
    for at in &found {
        classified.get_mut(*at).into_iter().for_each(|line| *line = Classified::by(Class::New, Rule::ColouredAnswer));
    }
    !found.is_empty()
}
