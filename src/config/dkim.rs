//! `[[outgoing.dkim]]`: the keys that sign what leaves. One that cannot be used is refused at the start: mail that leaves without
//! the signature that its administrator counts on is lost in others' junk folders, and nobody is told.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::RawDkim;
use super::{Dkim, user};
use crate::mail::dkim::{CannotSign, Signer};

/// What is wrong, below `outgoing`.
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) problem: String,
    pub(super) remedy: String,
}

/// How a key is made.
const MAKE: &str =
    "Make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE`, or with `-algorithm ed25519`.";

/// The keys, each for at least one of the desk's own `addresses`. `beside` makes a path absolute.
pub(super) fn check(raw: Vec<RawDkim>, addresses: &[&str], beside: impl Fn(PathBuf) -> PathBuf) -> Result<Vec<Dkim>, Wrong> {
    let mut keys: Vec<Dkim> = Vec::new();
    for (place, raw) in raw.into_iter().enumerate() {
        let wrong = |key: &str, problem: String, remedy: String| Wrong { key: format!("dkim[{place}].{key}"), problem, remedy };
        let path = beside(raw.key_file);
        let pem = read(&path).map_err(|(problem, remedy)| wrong("key_file", problem, remedy))?;
        let signer = Signer::new(&raw.domain, &raw.selector, &pem).map_err(|error| match &error {
            CannotSign::Domain(_) => wrong(
                "domain",
                error.to_string(),
                "Write it like \"desk.example\"; one of other letters like \"xn--...\".".to_owned(),
            ),
            CannotSign::Selector(_) => wrong(
                "selector",
                error.to_string(),
                "Write it like \"postroom\": the key is published as postroom._domainkey.desk.example.".to_owned(),
            ),
            CannotSign::Encrypted => {
                let remedy = "`openssl pkey -in FILE -out OTHER` takes the password off; let nobody else read that file.";
                wrong("key_file", format!("{}: {error}", path.display()), remedy.to_owned())
            }
            CannotSign::NoKey | CannotSign::OtherKey(_) => {
                wrong("key_file", format!("{}: {error}", path.display()), MAKE.to_owned())
            }
        })?;
        if !addresses.iter().any(|address| signer.aligns(address)) {
            return Err(wrong(
                "domain",
                format!("`{}` is the domain of no mailbox, so this key would sign nothing", signer.domain()),
                "Name the domain of the addresses that mail leaves from, or leave the section out.".to_owned(),
            ));
        }
        if keys.iter().any(|other| other.signer.record_name() == signer.record_name()) {
            let problem = format!("`{}` stands twice", signer.record_name());
            return Err(wrong("selector", problem, "Each key has a selector of its own.".to_owned()));
        }
        keys.push(Dkim { signer: Arc::new(signer), key_file: path });
    }
    Ok(keys)
}

/// The text of a key file that others cannot read; else what is wrong, and what to do.
fn read(path: &Path) -> Result<String, (String, String)> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = match error.kind() {
            ErrorKind::PermissionDenied => {
                let user = user();
                format!("Make it readable for user {user}, and for nobody else: `chown {user} {shown}`.")
            }
            _ => MAKE.to_owned(),
        };
        (format!("{shown}: {error}"), remedy)
    })?;
    let mode = path.metadata().map_or(0, |file| file.permissions().mode()) & 0o777;
    if mode & 0o007 != 0 {
        return Err((
            format!("every user of this machine can read {shown} (its mode is {mode:o}), and could sign in the desk's name"),
            format!("`chmod {:o} {shown}`; if others may have had it, make a new key under a new selector.", mode & 0o770),
        ));
    }
    Ok(text)
}
