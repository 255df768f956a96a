//! Addresses in what leaves: the writer's own and the secrets in the desk's.

/// The text with `instead` for each of the writer's addresses, and without the secret part in addresses of the desk's
/// mailbox `instead`.
#[must_use]
pub fn masked(text: &str, addresses: &[String], instead: &str) -> String {
    let part = |c: char| c.is_alphanumeric() || "@.!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(&masked_word(word, addresses, instead));
        let next = tail.find(part).unwrap_or(tail.len());
        let (between, tail) = tail.split_at_checked(next).unwrap_or((tail, ""));
        out.push_str(between);
        rest = tail;
    }
    out
}

fn masked_word(word: &str, addresses: &[String], instead: &str) -> String {
    if !word.contains('@') {
        return word.to_owned();
    }
    let lower = word.to_lowercase();
    for address in addresses {
        if let Some(at) = lower.find(address.as_str())
            && lower.len() == word.len()
        {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + address.len()..).unwrap_or_default());
            let inside = before.ends_with(|c: char| c.is_alphanumeric() || ".+_-".contains(c));
            let longer = after.trim_start_matches('.').starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if !inside && !longer {
                return format!("{before}{instead}{after}");
            }
        }
    }
    let Some((local, domain)) = instead.split_once('@') else { return word.to_owned() };
    let secret = lower.find(&format!("{local}+")).zip(lower.find(&format!("@{domain}")));
    match secret {
        Some((at, end)) if at < end && lower.len() == word.len() => {
            let (before, after) = (word.get(..at).unwrap_or_default(), word.get(end..).unwrap_or_default());
            format!("{before}{local}{after}")
        }
        _ => word.to_owned(),
    }
}
