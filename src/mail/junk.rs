//! What the receiving server says about a mail being junk: a table of the fields in which filters say it.
//!
//! A sender can write these fields, too. So only those count that stand above the receiving server's own Received field, as
//! for Authentication-Results ([`super::proof`]), where the desk knows how many of its servers stand above that. Where it
//! does not, a field counts wherever it stands, but among fields between different servers the topmost decide: who forges a
//! "yes" harms only their own mail, and a forged "no" cannot overrule a server that the mail passed later.

use super::decode::mime::split_head;

/// A verdict in the value of one field; `None` where it says nothing.
type Says = fn(&str) -> Option<bool>;

/// Where filters say it: the field in lower case, and how to read it.
const FIELDS: &[(&str, Says)] = &[
    // SpamAssassin, Amavis, Exim, cPanel, GMX, WEB.DE.
    ("x-spam-flag", yes_or_no),
    ("x-spam-status", yes_or_no),
    // Rspamd.
    ("x-spam", yes_or_no),
    ("x-rspamd-action", rspamd_action),
    ("x-spam-action", rspamd_action),
    // Barracuda.
    ("x-barracuda-spam-flag", yes_or_no),
    ("x-barracuda-spam-status", yes_or_no),
    // Bogofilter.
    ("x-bogosity", spam_or_not),
    // DSPAM.
    ("x-dspam-result", spam_or_not),
    // MailScanner; sites put their own name in between.
    ("x-mailscanner-spamcheck", spam_or_not),
    // Exchange and Exchange Online Protection: 5 and 6 are spam, 7 to 9 certainly.
    ("x-ms-exchange-organization-scl", scl),
    ("x-forefront-antispam-report", forefront),
    ("x-microsoft-antispam-mailbox-delivery", delivery),
];

/// Whether the receiving server takes a mail for junk. `own_hops` is how many Received fields the desk's own servers put
/// above what the receiving server wrote; `None` where that is not known.
#[must_use]
pub fn is_junk(raw: &[u8], own_hops: Option<usize>) -> bool {
    // Not by `proof::head`: a mail whose head is odd further down is no less junk for it.
    let (fields, _) = split_head(raw);
    let mut hops = 0_usize;
    let mut said: Option<(usize, bool)> = None;
    for field in &fields {
        if field.name.eq_ignore_ascii_case(b"received") {
            hops = hops.saturating_add(1);
            continue;
        }
        if own_hops.is_some_and(|own| hops > own) || said.is_some_and(|(at, _)| at != hops) {
            break;
        }
        if let Some(junk) = verdict(field.name, field.value) {
            // Between the same two servers "yes" wins: filters that find nothing mostly say nothing.
            said = Some((hops, junk || said.is_some_and(|(_, before)| before)));
        }
    }
    said.is_some_and(|(_, junk)| junk)
}

fn verdict(name: &[u8], value: &[u8]) -> Option<bool> {
    let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
    let scanner = name.starts_with("x-") && name.ends_with("-mailscanner-spamcheck");
    let name = if scanner { "x-mailscanner-spamcheck" } else { name.as_str() };
    let (_, says) = FIELDS.iter().find(|(field, _)| *field == name)?;
    let value = String::from_utf8_lossy(value).to_ascii_lowercase();
    says(value.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
}

/// The first word, without what stands behind it: `Yes, score=7.9 required=5.0`.
fn first_word(value: &str) -> &str {
    value.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

fn yes_or_no(value: &str) -> Option<bool> {
    match first_word(value) {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

fn spam_or_not(value: &str) -> Option<bool> {
    match first_word(value) {
        "spam" | "yes" => Some(true),
        "ham" | "no" | "not" | "innocent" | "whitelisted" => Some(false),
        _ => None,
    }
}

/// What Rspamd would have the server do (`greylist` and `soft reject` are about the sender, not the mail).
fn rspamd_action(value: &str) -> Option<bool> {
    match value {
        "reject" | "add header" | "rewrite subject" | "quarantine" => Some(true),
        "no action" | "greylist" | "soft reject" => Some(false),
        _ => None,
    }
}

/// A spam confidence level, -1 to 9.
fn scl(value: &str) -> Option<bool> {
    value.trim().parse::<i64>().ok().filter(|level| (-1..=9).contains(level)).map(|level| level >= 5)
}

/// `...;SCL:1;SRV:;IPV:NLI;SFV:NSPM;...`: marked as spam by the filter (SPM), by a rule before it (SKS), or as a blocked
/// sender (SKB).
fn forefront(value: &str) -> Option<bool> {
    let part = |key: &str| value.split(';').map(str::trim).find_map(|part| part.strip_prefix(key)?.strip_prefix(':'));
    let filter = match part("sfv") {
        Some("spm" | "sks" | "skb") => Some(true),
        Some(other) if !other.is_empty() => Some(false),
        _ => None,
    };
    filter.or_else(|| part("scl").and_then(scl))
}

/// `ucf:0;jmr:0;ex:0;auth:0;dest:J;...`: into the junk folder.
fn delivery(value: &str) -> Option<bool> {
    value.split(';').map(str::trim).find_map(|part| part.strip_prefix("dest:")).map(|folder| folder == "j")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_understood() {
        let table = [
            ("X-Spam-Flag: YES", true),
            ("x-spam-flag: yes", true),
            ("X-Spam-Flag: NO", false),
            ("X-Spam-Status: Yes, score=7.9 required=5.0 tests=A,\r\n\tB autolearn=no", true),
            ("X-Spam-Status: No, score=-0.1 required=5.0", false),
            ("X-Spam-Status:\r\n Yes, hits=9", true),
            ("X-Spam: Yes", true),
            ("X-Spam-Level: *********", false),
            ("X-Spam-Score: 99", false),
            ("X-Rspamd-Action: add header", true),
            ("X-Rspamd-Action: reject", true),
            ("X-Rspamd-Action: greylist", false),
            ("X-Rspamd-Action: no action", false),
            ("X-Barracuda-Spam-Status: Yes, SCORE=5.1", true),
            ("X-Bogosity: Spam, tests=bogofilter", true),
            ("X-Bogosity: Ham, tests=bogofilter", false),
            ("X-DSPAM-Result: Innocent", false),
            ("X-Acme-MailScanner-SpamCheck: spam, SpamAssassin (score=9)", true),
            ("X-Acme-MailScanner-SpamCheck: not spam, SpamAssassin", false),
            ("X-MS-Exchange-Organization-SCL: 5", true),
            ("X-MS-Exchange-Organization-SCL: 9", true),
            ("X-MS-Exchange-Organization-SCL: 1", false),
            ("X-MS-Exchange-Organization-SCL: -1", false),
            ("X-MS-Exchange-Organization-SCL: 1000", false),
            ("X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:;LANG:hr;SCL:5;SRV:;IPV:NLI;SFV:SPM;H:x", true),
            ("X-Forefront-Antispam-Report: CTRY:;SCL:1;SRV:;IPV:NLI;SFV:NSPM;PTR:;", false),
            ("X-Forefront-Antispam-Report: SCL:6;SFV:;", true),
            ("X-Forefront-Antispam-Report: SFV:SKN;SCL:-1;", false),
            ("X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;ex:0;auth:0;dest:J;ENG:(1)", true),
            ("X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;dest:I;", false),
            ("Subject: X-Spam-Flag: YES", false),
            ("X-Spam-Flag: maybe", false),
            ("X-Spam-Flag:", false),
        ];
        for (field, junk) in table {
            let raw = format!("{field}\r\nFrom: a@b.example\r\n\r\nX-Spam-Flag: YES\r\n");
            assert_eq!(is_junk(raw.as_bytes(), None), junk, "{field}");
        }
    }

    #[test]
    fn only_what_our_own_servers_wrote_counts_where_they_are_known() {
        let raw = |fields: &[&str]| format!("{}\r\nFrom: a@b.example\r\n\r\nHi\r\n", fields.join("\r\n"));
        let (yes, no, hop) = ("X-Spam-Flag: YES", "X-Spam-Status: No, score=0", "Received: from x by y");
        // The fields; what counts with one own hop, with none, and where that is not known.
        let table: [(&[&str], bool, bool, bool); 9] = [
            (&[yes, hop, hop], true, true, true),
            (&[hop, yes, hop], true, false, true),
            (&[hop, hop, yes], false, false, true),
            (&[no, hop, hop, yes], false, false, false),
            (&[hop, no, hop, yes], false, false, false),
            (&[yes, hop, hop, no], true, true, true),
            (&[hop, yes, hop, no], true, false, true),
            (&[no, yes, hop], true, true, true),
            (&[hop, hop, no], false, false, false),
        ];
        for (fields, one, none, unknown) in table {
            let raw = raw(fields);
            let found = (is_junk(raw.as_bytes(), Some(1)), is_junk(raw.as_bytes(), Some(0)), is_junk(raw.as_bytes(), None));
            assert_eq!(found, (one, none, unknown), "{fields:?}");
        }
    }

    #[test]
    fn an_odd_head_hides_no_verdict() {
        for odd in ["Sub\rject: x", "Received : from z", "X: \0", "X:\r\n \r\n y"] {
            let raw = format!("X-Spam-Flag: YES\r\nReceived: from x by y\r\n{odd}\r\nFrom: a@b.example\r\n\r\nHi\r\n");
            assert!(is_junk(raw.as_bytes(), Some(1)), "{odd:?}");
        }
    }
}
