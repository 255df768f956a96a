//! Who this process is, for words about files that it may not use.

/// The name of the user that this process runs as; its number where it has none.
#[must_use]
pub fn user() -> String {
    let number = nix::unistd::geteuid().as_raw();
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    named(&known, number).unwrap_or_else(|| number.to_string())
}

/// The user with this number in the text of a passwd file.
fn named(passwd: &str, number: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_names() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nbroken\npostroom:x:998:998::/var/lib/postroom:/bin/false\n";
        assert_eq!(named(passwd, 0).as_deref(), Some("root"));
        assert_eq!(named(passwd, 998).as_deref(), Some("postroom"));
        assert_eq!(named(passwd, 12), None);
        assert!(!user().is_empty());
    }
}
