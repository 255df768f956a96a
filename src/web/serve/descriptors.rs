//! File descriptors: how many this process may have, and how many of them connections of visitors may take. What is kept
//! back belongs to the database, the mailboxes, the way out and files, so that visitors never stop mail.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Kept back whatever is configured: standard streams, the poller, the database's files, outgoing connections, the
/// processes that read mail, the resolver, files of uploads, connections that are just being turned away.
const KEPT_BACK: usize = 152;
/// Kept back for each mailbox: its connection, the one that it is replaced by, a folder and a file.
const PER_MAILBOX: usize = 4;
/// Even where descriptors are scarce so many connections are served.
const LEAST: usize = 16;

/// Raises the soft limit of open files to the hard one, and says how many may be open. Systems start programs with a soft
/// limit of 1,024 for the sake of `select(2)`, which nothing here uses.
#[must_use]
pub fn raise() -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return LEAST };
    let open = if setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() { hard } else { soft };
    usize::try_from(open).unwrap_or(usize::MAX)
}

/// How many connections are served of the `wanted`, where so many files may be open.
#[must_use]
pub fn connections(open_files: usize, wanted: usize, mailboxes: usize) -> usize {
    let kept = KEPT_BACK.saturating_add(PER_MAILBOX.saturating_mul(mailboxes));
    open_files.saturating_sub(kept).max(LEAST).min(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_the_rest_of_the_desk_its_descriptors() {
        for (open_files, wanted, mailboxes, expected) in [
            (1_048_576, 512, 1, 512),
            (usize::MAX, 512, 3, 512),
            (1_024, 512, 1, 512),
            (512, 512, 1, 356),
            (256, 512, 1, 100),
            (256, 90, 1, 90),
            (256, 512, 20, 24),
            (64, 512, 1, LEAST),
            (0, 512, usize::MAX, LEAST),
        ] {
            assert_eq!(connections(open_files, wanted, mailboxes), expected, "{open_files} {wanted} {mailboxes}");
        }
    }

    #[test]
    fn the_soft_limit_becomes_the_hard_one() {
        let open = raise();
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        assert_eq!((soft, hard), (open as u64, open as u64));
    }
}
