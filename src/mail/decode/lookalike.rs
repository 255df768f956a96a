//! Domains that look like others: letters of several scripts in one label (UTS #39), also behind punycode (RFC 3492).

/// Cyrillic letters that look like Latin ones; a label of nothing else reads as Latin.
const TWINS: &str = "аеорсухіјѕԁһԛԝӏьвкмнт";

/// Whether the domain of an address shows itself as another: a label that mixes Latin with Cyrillic, Greek, Armenian or
/// Cherokee letters, one of look-alike letters only, or punycode that cannot be read.
pub(super) fn is_disguised(address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    domain.split('.').any(|label| match label.strip_prefix("xn--") {
        Some(code) => punycode(code).is_none_or(|label| mixes(&label)),
        None => mixes(label),
    })
}

fn mixes(label: &str) -> bool {
    let letters = || label.chars().filter(|c| c.is_alphabetic());
    let foreign =
        |c: char| matches!(u32::from(c), 0x370..=0x3ff | 0x400..=0x52f | 0x530..=0x58f | 0x13a0..=0x13ff | 0x1c80..=0x1c8f);
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(u32::from(c), 0xc0..=0x24f | 0x1e00..=0x1eff);
    let others = letters().any(foreign);
    others && (letters().any(latin) || letters().all(|c| TWINS.contains(c)))
}

/// Decodes a label without its `xn--` (RFC 3492, section 6.2); labels have at most 63 characters.
fn punycode(code: &str) -> Option<String> {
    if code.len() > 63 {
        return None;
    }
    let (basic, digits) = code.rsplit_once('-').unwrap_or(("", code));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = digits.bytes().peekable();
    while digits.peek().is_some() {
        let (start, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'A'..=b'Z' => u32::from(byte - b'A'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        let mut delta = if start == 0 { i / 700 } else { (i - start) / 2 };
        delta += delta / length;
        let mut k = 0;
        while delta > 455 {
            delta /= 35;
            k += 36;
        }
        bias = k + 36 * delta / (delta + 38);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_decode() {
        let table = [
            ("mller-kva", Some("müller")),
            ("bcher-kva", Some("bücher")),
            ("dsk-6cd", Some("dаsk")),
            ("e1afmkfd", Some("пример")),
            ("!", None),
        ];
        for (code, want) in table {
            assert_eq!(punycode(code).as_deref(), want, "{code}");
        }
    }

    #[test]
    fn disguises() {
        for address in ["a@dеsk.example", "a@xn--dsk-6cd.example", "a@раура.example", "a@οk.example", "a@xn--!.example"] {
            assert!(is_disguised(address), "{address}");
        }
        for address in ["a@desk.example", "a@müller.example", "a@пример.example", "a@xn--mller-kva.example", "a@例え.example"]
        {
            assert!(!is_disguised(address), "{address}");
        }
    }
}
