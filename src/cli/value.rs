//! Values as people type them on the command line; what cannot be meant is refused before anything is opened.

use crate::desk::notify::MailsAbout;
use crate::desk::people::fold_address;
use crate::desk::project::is_key;
use crate::store::projects::TaskType;
use crate::time::is_time_zone;

/// Bytes of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const ADDRESS_BYTES: usize = 254;

/// Somebody as written in a mail program: `Anna Berger <anna@desk.example>` or only the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// The name; empty where there is none.
    pub(super) name: String,
    /// The address in lower case.
    pub(super) address: String,
}

/// Reads somebody.
pub(super) fn named(text: &str) -> Result<Named, String> {
    let Some((name, rest)) = text.split_once('<') else { return Ok(Named { name: String::new(), address: address(text)? }) };
    let inside = rest.trim().strip_suffix('>').ok_or_else(|| format!("`{text}` has no closing `>`"))?;
    Ok(Named { name: one_line(name.trim().trim_matches('"').trim())?, address: address(inside)? })
}

/// Reads an address.
pub(super) fn address(text: &str) -> Result<String, String> {
    let address = fold_address(text);
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:()[]\\\"".contains(c);
    let sound = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.contains('@') && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
    });
    if sound && address.len() <= ADDRESS_BYTES && !address.contains(odd) {
        Ok(address)
    } else {
        Err(format!("`{text}` is not a mail address; write it like anna@desk.example"))
    }
}

/// Reads a mail domain; a leading `@` is forgiven.
pub(super) fn domain(text: &str) -> Result<String, String> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    match address(&format!("x@{domain}")) {
        Ok(_) if domain.contains('.') => Ok(crate::desk::people::domain(&format!("x@{domain}"))),
        _ => Err(format!("`{text}` is not a mail domain; write it like acme.example")),
    }
}

/// Reads a project's key.
pub(super) fn project_key(text: &str) -> Result<String, String> {
    let key = text.trim().to_ascii_uppercase();
    if is_key(&key) {
        Ok(key)
    } else {
        Err(format!("`{text}` cannot be a project's key: 2 to 10 letters and digits, a letter first, such as ACME"))
    }
}

/// Reads a task type, `KEY=German name|English name`; one name is for both languages.
pub(super) fn task_type(text: &str) -> Result<TaskType, String> {
    let wrong = || format!("`{text}` is not a task type; write it like \"fault=Störung|Fault\"");
    let (key, names) = text.split_once('=').ok_or_else(wrong)?;
    let (name_de, name_en) = type_names(names)?;
    let key = key.trim().to_ascii_lowercase();
    let sound = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.len() <= 40
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !sound {
        return Err(format!("`{key}` cannot be a type's key: letters, digits and underscores, a letter first"));
    }
    Ok(TaskType::new(key, name_de, name_en))
}

/// Reads the names of a task type, `German name|English name`; one name is for both languages.
pub(super) fn type_names(text: &str) -> Result<(String, String), String> {
    let (name_de, name_en) = text.split_once('|').unwrap_or((text, text));
    Ok((title(name_de)?, title(name_en)?))
}

/// Reads the text of a template: any lines.
pub(super) fn template(text: &str) -> Result<String, String> {
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains(odd) { Err("must be plain text".to_owned()) } else { Ok(text.trim().to_owned()) }
}

/// Reads a progress in per cent.
pub(super) fn percent(text: &str) -> Result<i64, String> {
    let number = text.trim().trim_end_matches('%').trim_end().parse::<i64>().ok();
    number.filter(|number| (0..=100).contains(number)).ok_or_else(|| format!("`{text}` is not a progress; use 0 to 100"))
}

/// Reads a tag: lower case, one line, at most 40 characters.
pub(super) fn tag(text: &str) -> Result<String, String> {
    let tag = title(text)?.to_lowercase();
    if tag.chars().count() <= 40 { Ok(tag) } else { Err("a tag has at most 40 characters".to_owned()) }
}

/// Reads what may also be nothing: `none`.
pub(super) fn or_none<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<OrNone<T>, String> {
    if text == "none" { Ok(OrNone(None)) } else { Ok(OrNone(Some(read(text)?))) }
}

/// A value, or the word `none`.
#[derive(Debug, Clone)]
pub(super) struct OrNone<T>(pub(super) Option<T>);

/// Reads an organization's key.
pub(super) fn organization_key(text: &str) -> Result<String, String> {
    let key = text.trim().to_ascii_lowercase();
    let sound = key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if sound && (1..=30).contains(&key.len()) && key.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Ok(key)
    } else {
        Err(format!("`{text}` cannot be an organization's key: 1 to 30 letters, digits and hyphens, such as acme"))
    }
}

/// Reads a role's key.
pub(super) fn role_key(text: &str) -> Result<String, String> {
    organization_key(text)
        .map_err(|_| format!("`{text}` cannot be a role's key: 1 to 30 letters, digits and hyphens, such as guest"))
}

/// Reads a time zone.
pub(super) fn time_zone(text: &str) -> Result<String, String> {
    if is_time_zone(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is not a time zone; use an IANA name such as Europe/Berlin"))
    }
}

/// Reads of which tickets somebody gets mail.
pub(super) fn mails_about(text: &str) -> Result<MailsAbout, String> {
    MailsAbout::try_from(text).map_err(|_| format!("`{text}` is not one of all, own and none"))
}

/// Reads a name or title: one line, without controls.
pub(super) fn one_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(char::is_control) { Err("must be one line of plain text".to_owned()) } else { Ok(text.to_owned()) }
}

/// Reads a name or title that must say something.
pub(super) fn title(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    if text.is_empty() { Err("must not be empty".to_owned()) } else { Ok(text) }
}

/// Reads `yes` or `no`, and `true` or `false`.
pub(super) fn yes_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        other => Err(format!("`{other}` is neither yes nor no")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_written_as_in_mail_programs() {
        let anna = Named { name: "Anna Berger".to_owned(), address: "anna@desk.example".to_owned() };
        assert_eq!(named("Anna Berger <Anna@Desk.example>").unwrap(), anna);
        assert_eq!(named("\"Anna Berger\" <anna@desk.example> ").unwrap(), anna);
        assert_eq!(named("anna@desk.example").unwrap(), Named { name: String::new(), ..anna });
        for wrong in ["Anna", "Anna <anna>", "Anna <anna@desk.example", "a b@c", "@c", "a@", "a@b@c", "a@b, c@d", "a\nb <a@b>"] {
            assert!(named(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn keys_and_domains() {
        assert_eq!(project_key("acme").unwrap(), "ACME");
        assert!(project_key("A").is_err());
        assert_eq!(organization_key("Acme-2").unwrap(), "acme-2");
        assert!(organization_key("-a").is_err() && organization_key("a b").is_err() && organization_key("").is_err());
        assert_eq!(domain("@Acme.Example").unwrap(), "acme.example");
        assert!(domain("acme").is_err() && domain("a@acme.example").is_err());
    }
}
