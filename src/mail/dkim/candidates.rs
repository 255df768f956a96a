//! Which signatures are worth a question to DNS.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::proof::{self, Field};
use crate::time::Timestamp;

/// More signatures of one domain are not tried: each costs a question to DNS.
pub const SIGNATURES: usize = 4;

/// An older signature is no evidence. Mail is on its way for five days at most; whoever shows a signature later has kept
/// it for another purpose.
const FRESH: Duration = Duration::from_hours(7 * 24);

/// Fields that must not stand twice, because two programs may show different ones.
const ONCE: &[&str] = &["from", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"];

/// Fields that a signature must cover, each time that they stand there: who wrote what, when, to whom, and in answer to
/// what. Else an old mail could be shown again on another ticket, or to other readers (RFC 6376 section 8.6).
const COVERED: &[&str] = &["from", "subject", "date", "to", "cc", "reply-to", "in-reply-to", "references"];

/// A signature that would be evidence if it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The field's value as it stands in the mail.
    pub value: &'a [u8],
    /// Where its key is: `selector._domainkey.domain`.
    pub key: String,
}

/// The signatures of `domain` (in lower case) itself that cover all that the desk goes by, at most [`SIGNATURES`].
#[must_use]
pub fn candidates<'a>(raw: &'a [u8], domain: &str, now: Timestamp) -> Vec<Candidate<'a>> {
    let Some(fields) = proof::head(raw) else { return Vec::new() };
    let count = |name: &str| fields.iter().filter(|field| is(field, name)).count();
    if domain.is_empty() || count("from") != 1 || ONCE.iter().any(|name| count(name) > 1) {
        return Vec::new();
    }
    let must: Vec<(&str, usize)> = COVERED.iter().map(|name| (*name, count(name))).collect();
    let signatures = fields.iter().filter(|field| is(field, "dkim-signature"));
    let sound = signatures.filter_map(|field| {
        let selector = selector(field.value, domain, &must, now)?;
        Some(Candidate { value: field.value, key: format!("{selector}._domainkey.{domain}") })
    });
    sound.take(SIGNATURES).collect()
}

fn is(field: &Field<'_>, name: &str) -> bool {
    field.name.eq_ignore_ascii_case(name.as_bytes())
}

/// The selector of a signature that is strict enough.
fn selector(value: &[u8], domain: &str, must: &[(&str, usize)], now: Timestamp) -> Option<String> {
    let tags = tags(std::str::from_utf8(value).ok()?)?;
    let tag = |name: &str| tags.get(name).map(String::as_str);
    let algorithm = matches!(tag("a"), Some("rsa-sha256" | "ed25519-sha256"));
    let ours = tag("d").is_some_and(|signer| signer.eq_ignore_ascii_case(domain));
    let signed: Vec<&str> = tag("h")?.split(':').collect();
    // A name that stands there once covers one field of that name, the last.
    let times = |name: &str| signed.iter().filter(|signed| signed.eq_ignore_ascii_case(name)).count();
    let covers = must.iter().all(|(name, count)| times(name) >= *count);
    // `l` leaves the end of the text open, `atps` lets somebody else sign.
    let closed = tag("l").is_none() && tag("atps").is_none() && tag("q").is_none_or(|query| query == "dns/txt");
    let seconds = |name| tag(name).map(|text: &str| text.parse::<u64>().ok());
    let now = u64::try_from(now.as_micros() / 1_000_000).ok()?;
    let fresh = match seconds("t") {
        Some(signed) => now.saturating_sub(signed?) <= FRESH.as_secs(),
        None => true,
    };
    let lives = match seconds("x") {
        Some(ends) => ends? > now,
        None => true,
    };
    if !(tag("v") == Some("1") && algorithm && ours && covers && closed && fresh && lives) {
        return None;
    }
    let selector = tag("s")?;
    (selector.len() <= 100 && selector.split('.').all(label)).then(|| selector.to_owned())
}

/// Whether this is one label of a name in DNS, as keys have them.
pub(super) fn label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// Whether a key record (RFC 6376 section 3.6.1) is one for mail, in earnest, and not withdrawn.
#[must_use]
pub fn is_sound_key(record: &str) -> bool {
    let Some(tags) = tags(record) else { return false };
    let list = |name: &str| tags.get(name).map(|text| text.split(':').collect::<Vec<_>>());
    tags.get("v").is_none_or(|version| version == "DKIM1")
        && tags.get("p").is_some_and(|key| !key.is_empty())
        && tags.get("k").is_none_or(|kind| kind == "rsa" || kind == "ed25519")
        // "Testing": the owner says that nothing follows from these signatures.
        && list("t").is_none_or(|flags| !flags.iter().any(|flag| flag.eq_ignore_ascii_case("y")))
        && list("s").is_none_or(|services| services.iter().any(|service| matches!(*service, "*" | "email")))
        && list("h").is_none_or(|hashes| hashes.contains(&"sha256"))
}

/// A tag list (RFC 6376 section 3.2) without its white space. `None` where a tag stands twice or has no name: readers
/// choose differently then.
pub(super) fn tags(text: &str) -> Option<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    let mut specs = text.split(';').peekable();
    while let Some(spec) = specs.next() {
        if spec.trim().is_empty() && specs.peek().is_none() {
            break;
        }
        let (name, value) = spec.split_once('=')?;
        let name = name.trim();
        let named =
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let value: String = value.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
        if !named || !value.is_ascii() || tags.insert(name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn found(head: &str) -> Vec<String> {
        let raw = format!("{head}From: anna@staff.example\r\nSubject: x\r\nDate: y\r\n\r\nHello\r\n");
        candidates(raw.as_bytes(), "staff.example", Timestamp::from_seconds(NOW)).into_iter().map(|found| found.key).collect()
    }

    const GOOD: &str = "v=1; a=rsa-sha256; d=staff.example; s=s1; h=From:Subject:Date; bh=x; b=y";

    fn signed(tags: &str) -> Vec<String> {
        found(&format!("DKIM-Signature: {tags}\r\n"))
    }

    #[test]
    fn strict_signatures_are_candidates() {
        for good in [
            GOOD.to_owned(),
            format!("{GOOD};"),
            format!("\r\n\t{GOOD} ;\r\n\tn=1; "),
            GOOD.replace("d=staff", "d = STAFF").replace("From:", "to : FROM :\r\n\tfrom:"),
            GOOD.replace("rsa-sha256", "ed25519-sha256"),
            format!("{GOOD}; q=dns/txt; i=@staff.example; z=From:x; t={}; x={}", NOW - 7 * 86_400, NOW + 1),
            format!("{GOOD}; t={}", NOW + 60),
        ] {
            assert_eq!(signed(&good), ["s1._domainkey.staff.example"], "{good}");
        }
        assert_eq!(signed(&GOOD.replace("s=s1", "s=a_b.2-c")), ["a_b.2-c._domainkey.staff.example"]);
    }

    #[test]
    fn whatever_a_signature_leaves_open_makes_it_none() {
        let bad = [
            String::new(),
            GOOD.replace("v=1; ", ""),
            GOOD.replace("v=1", "v=2"),
            GOOD.replace("rsa-sha256", "rsa-sha1"),
            GOOD.replace("a=rsa-sha256; ", ""),
            GOOD.replace("d=staff.example", "d=mail.staff.example"),
            GOOD.replace("d=staff.example", "d=example"),
            GOOD.replace("d=staff.example", "d=staff.example."),
            GOOD.replace("d=staff.example", "d=other.example"),
            GOOD.replace("d=staff.example; ", ""),
            format!("{GOOD}; d=staff.example"),
            format!("d=other.example; {GOOD}"),
            format!("{GOOD}; D=x; =y"),
            format!("{GOOD}; l=5"),
            format!("{GOOD}; l=0"),
            format!("{GOOD}; atps=other.example"),
            format!("{GOOD}; q=http"),
            format!("{GOOD}; 1=2"),
            format!("{GOOD}; junk"),
            format!("{GOOD};;"),
            GOOD.replace("h=From:Subject:Date", "h=Subject:Date"),
            GOOD.replace("h=From:Subject:Date", "h=From:Subject"),
            GOOD.replace("h=From:Subject:Date", "h=From:Date"),
            GOOD.replace("h=From:Subject:Date", "h=FromSubject:Subject:Date"),
            GOOD.replace("h=From:Subject:Date; ", ""),
            GOOD.replace("s=s1; ", ""),
            GOOD.replace("s=s1", "s="),
            GOOD.replace("s=s1", "s=a..b"),
            GOOD.replace("s=s1", "s=a/b"),
            GOOD.replace("s=s1", &format!("s={}", "a".repeat(64))),
            GOOD.replace("s=s1", &format!("s={}", "ab.".repeat(34) + "a")),
            GOOD.replace("bh=x", "bh=\u{e4}"),
            format!("{GOOD}; t={}", NOW - 7 * 86_400 - 1),
            format!("{GOOD}; t=soon"),
            format!("{GOOD}; x={NOW}"),
            format!("{GOOD}; x=never"),
        ];
        for tags in bad {
            assert!(signed(&tags).is_empty(), "{tags}");
        }
    }

    #[test]
    fn the_fields_must_be_there_once() {
        let signature = format!("DKIM-Signature: {GOOD}\r\n");
        assert_eq!(found(&signature).len(), 1);
        for name in ONCE {
            let twice = if matches!(*name, "from" | "subject" | "date") { 1 } else { 2 };
            let head = signature.clone() + &format!("{name}: z\r\n").repeat(twice);
            assert!(found(&head).is_empty(), "{name}");
        }
        assert!(found(&format!("{signature}odd\r\n")).is_empty());
        assert_eq!(found(&signature.repeat(9)).len(), SIGNATURES);
        let raw = format!("{signature}From: anna@staff.example\r\n\r\n").replace(":Subject:Date", "");
        let of = |domain| candidates(raw.as_bytes(), domain, Timestamp::from_seconds(NOW)).len();
        assert_eq!((of("staff.example"), of("other.example"), of("")), (1, 0, 0), "what is not there need not be signed");
    }

    #[test]
    fn what_the_desk_goes_by_is_covered_each_time_that_it_stands_there() {
        for name in ["To", "Cc", "Reply-To", "In-Reply-To", "References"] {
            let field = format!("{name}: <a@b.example>\r\n");
            let with = |more: &str, fields: &str| {
                let signature = GOOD.replace("Date; bh", &format!("Date{more}; bh"));
                found(&format!("DKIM-Signature: {signature}\r\n{fields}")).len()
            };
            let (once, twice) = (format!(":{name}"), format!(":{name}:{}", name.to_lowercase()));
            assert_eq!(with("", &field), 0, "{name} could have been put there by anybody");
            assert_eq!(with(&once, &field), 1, "{name}");
            assert_eq!(with(&once, &field.repeat(2)), 0, "{name}: one of the two is not covered");
            assert_eq!(with(&twice, &field.repeat(2)), 1, "{name}");
            assert_eq!((with("", ""), with(&twice, "")), (1, 1), "{name}: what is not there need not be covered, and may be");
        }
        assert_eq!(found(&format!("DKIM-Signature: {GOOD}\r\nX-Mailer: x\r\nReceived: y\r\n")).len(), 1);
    }

    #[test]
    fn only_keys_in_earnest_count() {
        for (record, sound) in [
            ("v=DKIM1; k=rsa; p=MIG", true),
            ("p=MIG", true),
            ("v=DKIM1; k=ed25519; h=sha1:sha256; s=email; t=s; n=hello; p=M IG;", true),
            ("v=DKIM1; s=other:*; p=MIG", true),
            ("v=DKIM1; t=y; p=MIG", false),
            ("v=DKIM1; t=s:Y; p=MIG", false),
            ("v=DKIM1; p=", false),
            ("v=DKIM1", false),
            ("v=DKIM2; p=MIG", false),
            ("v=DKIM1; k=dsa; p=MIG", false),
            ("v=DKIM1; s=tlsrpt; p=MIG", false),
            ("v=DKIM1; h=sha1; p=MIG", false),
            ("v=DKIM1; p=MIG; p=MIH", false),
            ("nonsense", false),
            ("", false),
        ] {
            assert_eq!(is_sound_key(record), sound, "{record}");
        }
    }
}
