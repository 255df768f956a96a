//! Addresses of other letters than ASCII's, as servers take them. A domain has a form in ASCII (RFC 5891), which every server
//! knows; what stands before the `@` has none, and needs a server that offers SMTPUTF8 (RFC 6531).

use std::borrow::Cow;

/// An address as servers take it: in ASCII wherever only its domain is international; unchanged where it has no such form.
#[must_use]
pub fn for_servers(address: &str) -> Cow<'_, str> {
    if address.is_ascii() {
        return Cow::Borrowed(address);
    }
    let ascii = address.rsplit_once('@').filter(|(local, _)| local.is_ascii()).and_then(|(local, domain)| {
        let domain = idna::domain_to_ascii(domain).ok().filter(|domain| !domain.is_empty())?;
        Some(format!("{local}@{domain}"))
    });
    ascii.map_or(Cow::Borrowed(address), Cow::Owned)
}

/// An address in the one form in which it is compared: as [`for_servers`] gives it where its domain stands as it is meant,
/// else unchanged. A domain with signs that only come to mean others (a full stop of another script) is nobody's.
#[must_use]
pub fn canonical(address: &str) -> Cow<'_, str> {
    let ascii = for_servers(address);
    let is_meant = |ascii: &str| {
        let (Some((_, as_written)), Some((_, domain))) = (address.rsplit_once('@'), ascii.rsplit_once('@')) else { return false };
        let (shown, sound) = idna::domain_to_unicode(domain);
        sound.is_ok() && shown == as_written
    };
    match ascii {
        Cow::Owned(ascii) if is_meant(&ascii) => Cow::Owned(ascii),
        _ => Cow::Borrowed(address),
    }
}

/// Whether the head of a mail holds letters that only a server with SMTPUTF8 takes (RFC 6532).
#[must_use]
pub fn is_international(mail: &[u8]) -> bool {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(mail.len());
    !mail.get(..end).unwrap_or(mail).is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_domains_have_a_form_in_ascii() {
        for (address, expected) in [
            ("kim@acme.example", "kim@acme.example"),
            ("Kim@ACME.example", "Kim@ACME.example"),
            ("kim@b\u{fc}cher.example", "kim@xn--bcher-kva.example"),
            ("kim@B\u{dc}CHER.example", "kim@xn--bcher-kva.example"),
            ("kim@\u{4f8b}\u{3048}.example", "kim@xn--r8jz45g.example"),
            ("kim+a=b@fa\u{df}.example", "kim+a=b@xn--fa-hia.example"),
            ("j\u{f6}rg@acme.example", "j\u{f6}rg@acme.example"),
            ("j\u{f6}rg@b\u{fc}cher.example", "j\u{f6}rg@b\u{fc}cher.example"),
            ("kim@b\u{fc}cher\u{202e}.example", "kim@b\u{fc}cher\u{202e}.example"),
            ("\u{fc}", "\u{fc}"),
            ("", ""),
        ] {
            assert_eq!(for_servers(address), expected, "{address}");
        }
    }

    #[test]
    fn an_address_is_compared_only_as_it_is_written() {
        for (address, expected) in [
            ("kim@b\u{fc}cher.example", "kim@xn--bcher-kva.example"),
            ("kim@acme\u{3002}example", "kim@acme\u{3002}example"),
            ("kim@\u{ff41}cme.example", "kim@\u{ff41}cme.example"),
            ("kim@acme.example", "kim@acme.example"),
        ] {
            assert_eq!(canonical(address), expected, "{address}");
        }
    }

    #[test]
    fn only_the_head_decides() {
        for (mail, international) in [
            ("To: a@b.example\r\n\r\nGr\u{fc}\u{df}e", false),
            ("To: j\u{f6}rg@b.example\r\n\r\nHello", true),
            ("To: j\u{f6}rg@b.example", true),
            ("", false),
        ] {
            assert_eq!(is_international(mail.as_bytes()), international, "{mail}");
        }
    }
}
