//! Which folder holds what the receiving server, or somebody who reads the mailbox, takes for junk.

/// Names of such folders as servers and programs make them, in lower case, by their last part.
const NAMES: &[&str] = &[
    "junk",
    "junk e-mail",
    "junk email",
    "junk-e-mail",
    "junk mail",
    "junkmail",
    "junk-mail",
    "spam",
    "spamverdacht",
    "spamordner",
    "bulk mail",
    "bulk",
    "unerwünscht",
    "unerwünschte werbung",
];

/// Keywords by which servers and mail programs mark a mail as junk: the registered one, and Thunderbird's and Apple's own.
const KEYWORDS: &[&str] = &["$junk", "junk"];
/// And those by which somebody has said that it is none.
const DENIALS: &[&str] = &["$notjunk", "notjunk", "nonjunk"];

/// Whether a folder of this name is one, for servers that do not say so themselves (RFC 6154).
#[must_use]
pub(super) fn is_folder(name: &str) -> bool {
    let last = name.rsplit(['/', '.', '\\']).next().unwrap_or(name).trim().to_lowercase();
    NAMES.contains(&last.as_str())
}

/// Whether a mail with these flags, in such a folder or not, is taken for junk.
pub(super) fn is_junk<'a>(folder: bool, flags: impl IntoIterator<Item = &'a str>) -> bool {
    let (mut junk, mut denied) = (folder, false);
    for flag in flags {
        let flag = flag.to_lowercase();
        junk |= KEYWORDS.contains(&flag.as_str());
        denied |= DENIALS.contains(&flag.as_str());
    }
    junk && !denied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_folders_by_name() {
        for name in ["Junk", "INBOX.Junk", "INBOX/Spam", "[Gmail]/Spam", "Junk-E-Mail", "/home/x/Maildir/.Junk", "Spamverdacht"] {
            assert!(is_folder(name), "{name}");
        }
        for name in ["INBOX", "Junkers", "Kunden/Spamfilter", "INBOX.Kunden", ""] {
            assert!(!is_folder(name), "{name}");
        }
    }

    #[test]
    fn a_persons_word_on_a_mail_beats_the_folder() {
        let table: [(bool, &[&str], bool); 6] = [
            (false, &[], false),
            (true, &[], true),
            (false, &["\\Seen", "$Junk"], true),
            (false, &["Junk"], true),
            (true, &["NonJunk"], false),
            (false, &["$Junk", "$NotJunk"], false),
        ];
        for (folder, flags, junk) in table {
            assert_eq!(is_junk(folder, flags.iter().copied()), junk, "{folder} {flags:?}");
        }
    }
}
