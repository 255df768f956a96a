//! Enhanced status codes (RFC 3463): read where they are written, else made of an SMTP reply code or of the words.

/// Words of mail servers (lower case) and the subject and detail of the status that they mean; the first hit counts,
/// so that the more telling words stand first.
const REASONS: &[(&str, &[&str])] = &[
    (
        "2.2",
        &[
            "mailbox full",
            "mailbox is full",
            "mailbox was full",
            "mailbox size limit",
            "mailbox quota",
            "over quota",
            "overquota",
            "quota exceeded",
            "exceeded quota",
            "exceeds quota",
            "exceed the quota",
            "over the maximum allowed",
            "not enough storage space",
            "insufficient disk space",
            "insufficient storage",
            "user is over",
            "is over its quota",
            "out of storage space",
            "storage quota",
            "disk quota",
            "inbox is full",
            "account is full",
            "full mailbox",
            "maildir over",
            "mailbox exceeds",
            "exceeds allowed size",
            "exceeded storage",
            "exceeded its storage",
            "postfach ist voll",
            "postfach voll",
            "speicherplatz",
            "boîte aux lettres est pleine",
            "boite pleine",
            "buzón está lleno",
            "buzón lleno",
            "casella piena",
            "mailbox vol",
            "ящик переполнен",
            "почтовый ящик переполнен",
            "skrzynka jest pełna",
            "meldingsboksen er full",
            "容量",
            "exceeded the local limit",
            "exceeds the local limit",
            "mailbox exceeded",
            "est pleine",
            "está lleno",
            "está cheia",
            "è piena",
            "jest pełn",
            "je plná",
            "переповнен",
            "переполнен",
            "megtelt",
            "on täynnä",
            "är full",
            "kotası",
            "いっぱい",
            "已满",
            "已滿",
            "가득",
        ],
    ),
    ("1.6", &["has moved", "no longer at this address", "no longer with the company", "no longer works", "has left the company"]),
    (
        "2.1",
        &[
            "account is disabled",
            "account disabled",
            "account has been disabled",
            "account is inactive",
            "account inactive",
            "inactive user",
            "user is inactive",
            "mailbox disabled",
            "mailbox is disabled",
            "mailbox is inactive",
            "account suspended",
            "user suspended",
            "account locked",
            "account expired",
            "account has been suspended",
            "mailbox temporarily disabled",
            "mailbox unavailable or access denied",
            "account deactivated",
            "not accepting mail",
            "no longer accepts mail",
            "no longer accepting",
            "conta desativada",
            "konto deaktiviert",
            "postfach deaktiviert",
            "compte désactivé",
            "cuenta desactivada",
            "not accepting messages",
        ],
    ),
    (
        "3.4",
        &[
            "message too large",
            "message is too large",
            "message too big",
            "message size exceeds",
            "exceeds maximum message size",
            "exceeds the maximum",
            "exceeded maximum",
            "size limit",
            "maximum size",
            "too large",
            "message exceeds",
            "message file too big",
            "message length exceeds",
            "nachricht ist zu groß",
            "nachrichtengröße",
        ],
    ),
    (
        "1.1",
        &[
            "user unknown",
            "unknown user",
            "unknown recipient",
            "recipient unknown",
            "unknown address",
            "address unknown",
            "unknown local part",
            "unknown local-part",
            "unknown mailbox",
            "no such user",
            "no such recipient",
            "no such mailbox",
            "no such address",
            "no such person",
            "no such account",
            "no such local user",
            "no mailbox here",
            "no mailbox by that name",
            "no mailbox found",
            "no mailbox",
            "mailbox not found",
            "mailbox unknown",
            "mailbox does not exist",
            "mailbox unavailable",
            "mailbox not available",
            "user not found",
            "user doesn't exist",
            "user does not exist",
            "user is not found",
            "user not exist",
            "user not known",
            "user invalid",
            "invalid user",
            "invalid recipient",
            "invalid mailbox",
            "invalid address",
            "not a valid user",
            "not a valid mailbox",
            "not a valid recipient",
            "not a valid address",
            "not a known user",
            "is not a known",
            "not our customer",
            "bad destination mailbox",
            "bad recipient",
            "recipient not found",
            "recipient not exist",
            "recipient does not exist",
            "recipient address rejected",
            "recipient rejected",
            "recipient no longer",
            "recipient is not",
            "address rejected",
            "address not found",
            "address was not found",
            "addresses were unknown",
            "receiver not found",
            "name is not found",
            "not in use",
            "unknown illegal alias",
            "unknown or illegal",
            "address does not exist",
            "address doesn't exist",
            "address you entered couldn't be found",
            "address wasn't found",
            "address couldn't be found",
            "wasn't found at",
            "not found in directory",
            "not listed in",
            "not found in the",
            "recipientnotfound",
            "recipnotfound",
            "account does not exist",
            "account doesn't exist",
            "account that you tried to reach does not exist",
            "doesn't have a yahoo",
            "doesn't have an account",
            "does not have an account",
            "e-mail account does not exist",
            "email account does not exist",
            "does not like recipient",
            "invalid address",
            "possibly incorrect",
            "is not recognized",
            "there is no one at this address",
            "no user",
            "undeliverable address",
            "unrouteable address",
            "unroutable address",
            "unknown account",
            "unresolvable address",
            "existiert nicht",
            "unbekannter benutzer",
            "empfänger unbekannt",
            "unbekannter empfänger",
            "nicht gefunden",
            "n'existe pas",
            "utilisateur inconnu",
            "adresse inconnue",
            "destinataire inconnu",
            "no existe",
            "usuario desconocido",
            "utente sconosciuto",
            "non esiste",
            "não existe",
            "usuário desconhecido",
            "bestaat niet",
            "onbekende gebruiker",
            "nie istnieje",
            "neexistuje",
            "finnes ikke",
            "findes ikke",
            "finns inte",
            "ei löydy",
            "не существует",
            "не найден",
            "не існує",
            "存在しません",
            "見つかりません",
            "不存在",
            "존재하지 않",
            "invalid receiver",
            "invalid final delivery",
            "not known users",
            "inexistent",
            "inconnue",
            "introuvable",
            "impossibile trovare",
            "non trovat",
            "não encontrad",
            "não foi encontrad",
            "no se ha encontrado la dirección",
            "no se encontró",
            "niet gevonden",
            "nie można odnaleźć",
            "nie znaleziono",
            "nieznany użytkownik",
            "nebyla nalezena",
            "nenalezen",
            "neznámý uživatel",
            "neznámy používateľ",
            "blev ikke fundet",
            "ble ikke funnet",
            "hittades inte",
            "ei löytynyt",
            "nem található",
            "bulunamadı",
            "не удалось найти",
            "не знайдено",
            "неизвестный пользователь",
            "見つから",
            "找不到",
            "찾을 수 없",
        ],
    ),
    (
        "1.2",
        &[
            "host unknown",
            "unknown host",
            "illegal host",
            "host not found",
            "domain not found",
            "domain does not exist",
            "no such domain",
            "no such host",
            "name or service not known",
            "name service error",
            "couldn't find any host",
            "could not be found in dns",
            "bad destination system",
            "domain name not found",
            "unknown domain",
            "nxdomain",
            "mail domain does not exist",
            "dns domain",
            "domain couldn't be found",
            "domain wasn't found",
        ],
    ),
    ("4.4", &["no mx", "mail exchanger", "no route to host", "null mx", "unable to route", "does not accept mail"]),
    (
        "4.6",
        &["routing loop", "mail loop", "too many hops", "hop count", "loops back to myself", "forwarding loop", "mail loops"],
    ),
    (
        "7.1",
        &[
            "spam",
            "blocked",
            "blacklist",
            "black list",
            "blocklist",
            "block list",
            "listed by",
            "dnsbl",
            "spamhaus",
            "spamcop",
            "policy",
            "relaying denied",
            "relay not permitted",
            "relay access denied",
            "relaying not allowed",
            "not allowed to relay",
            "unable to relay",
            "we do not relay",
            "access denied",
            "not authorized",
            "not authorised",
            "permission denied",
            "reputation",
            "unsolicited",
            "prohibited",
            "virus",
            "forbidden",
            "content rejected",
            "message rejected",
            "rejected due to",
            "dmarc",
            "bulk mail",
            "suspicious",
            "only accepts",
            "restricted",
            "refused to accept",
            "abgelehnt",
            "spamfilter",
            "quarantine",
        ],
    ),
    ("1.8", &["sender address rejected", "sender verify failed", "domain of sender", "sender rejected", "invalid sender"]),
    (
        "4.7",
        &[
            "delivery time expired",
            "time expired",
            "retry timeout exceeded",
            "retry time not reached",
            "message expired",
            "expired",
            "in the queue too long",
            "queued too long",
            "too long in the queue",
            "retry limit exceeded",
            "could not send message for past",
            "unable to deliver this message after",
            "gave up after",
            "giving up",
            "abandoned",
        ],
    ),
    (
        "4.1",
        &[
            "connection timed out",
            "connection refused",
            "connection reset",
            "connection dropped",
            "timed out",
            "timeout",
            "lost connection",
            "no answer from host",
            "could not connect",
            "couldn't establish",
            "unable to connect",
            "cannot connect",
            "not responding",
            "wasn't able to establish an smtp connection",
            "network is unreachable",
            "host is unreachable",
            "server unavailable",
        ],
    ),
    ("3.1", &["no space left", "system storage exceeded", "insufficient system"]),
    ("5.3", &["too many recipients"]),
    ("1.3", &["bad address syntax", "syntax error", "malformed", "invalid address format"]),
    // Whatever it is that is not there: mostly the recipient.
    ("1.1", &["does not exist", "doesn't exist"]),
];

/// The status of a note: the code written in it, else one made of its words and its SMTP reply code. `delayed`: the
/// server still tries, so that the class is 4 where nothing else says it.
pub(super) fn of_note(note: &str, delayed: bool) -> String {
    if let Some(code) = enhanced_code(note) {
        return code;
    }
    let reply = smtp_code(note);
    let class = reply.as_deref().and_then(|code| code.get(..1)).unwrap_or(if delayed { "4" } else { "5" });
    // Servers wrap what another server said.
    match meant(&note.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")) {
        // Giving up after days is a lasting failure of something passing (RFC 3463, section 3.5).
        Some("4.7") if reply.is_none() => "4.4.7".to_owned(),
        Some(detail) => format!("{class}.{detail}"),
        None => format!("{class}.0.0"),
    }
}

/// Subject and detail that the words (lower case) of a server mean.
pub(super) fn meant(text: &str) -> Option<&'static str> {
    REASONS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(detail, _)| *detail)
}

/// The first enhanced status code of a failure in a text (`5.1.1`, `#5.1.1`), preferring one behind an SMTP reply code.
pub(super) fn enhanced_code(text: &str) -> Option<String> {
    let mut first = None;
    let mut before = "";
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')) {
        if word.is_empty() {
            continue;
        }
        if let Some(code) = as_code(word.trim_matches('.'))
            && !code.starts_with('2')
        {
            if is_reply_code(before) {
                return Some(code);
            }
            let version = ["version", "release", "exim", "postfix", "sendmail", "qmail", "v"];
            if first.is_none() && !version.iter().any(|word| before.eq_ignore_ascii_case(word)) {
                first = Some(code);
            }
        }
        before = word;
    }
    first
}

/// `word` as an enhanced status code of any class.
pub(super) fn as_code(word: &str) -> Option<String> {
    let mut pieces = word.split('.');
    let (class, subject, detail) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let number = |piece: &str| (1..=3).contains(&piece.len()) && piece.bytes().all(|b| b.is_ascii_digit());
    (pieces.next().is_none() && matches!(class, "2" | "4" | "5") && number(subject) && number(detail)).then(|| {
        let plain = |piece: &str| piece.parse::<u16>().unwrap_or_default();
        format!("{class}.{}.{}", plain(subject), plain(detail))
    })
}

fn is_reply_code(word: &str) -> bool {
    let mut bytes = word.bytes();
    let start = matches!((bytes.next(), bytes.next()), (Some(b'4' | b'5'), Some(b'0'..=b'7')));
    start && word.len() == 3 && bytes.all(|b| b.is_ascii_digit())
}

/// The first SMTP reply code of a failure: three digits with words or an address behind them.
pub(super) fn smtp_code(text: &str) -> Option<String> {
    for line in text.lines().take(2_000) {
        let mut rest = line;
        while let Some(at) = rest.find(['4', '5']) {
            let (before, from) = rest.split_at_checked(at)?;
            let clock = before.strip_suffix(':').is_some_and(|start| start.ends_with(|c: char| c.is_ascii_digit()));
            let starts =
                before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '@')) && !clock;
            let word: &str = from.get(..3).unwrap_or_default();
            let after = from.get(3..).unwrap_or_default();
            let ends = after.is_empty()
                || after.strip_prefix([' ', '-', ':', ',', ';', ')', '\'', '"']).is_some_and(|tail| {
                    let tail = tail.trim_start();
                    tail.chars().next().is_none_or(|c| !c.is_ascii_digit())
                        && !tail.starts_with("bytes")
                        && !tail.starts_with("KB")
                });
            if starts && ends && is_reply_code(word) {
                return Some(word.to_owned());
            }
            rest = from.get(1..)?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_in_texts() {
        let table = [
            ("550 5.1.1 User", Some("5.1.1")),
            ("#5.1.10#", Some("5.1.10")),
            ("host 192.5.1.1 said", None),
            ("4.4.7 (x)", Some("4.4.7")),
            ("version 5.1", None),
            ("Exim 4.94.2 says", None),
            ("550-5.7.26 x", Some("5.7.26")),
            ("sent on 4.10.22, 550 5.2.1 off", Some("5.2.1")),
            ("2.0.0 Ok", None),
        ];
        for (text, want) in table {
            assert_eq!(enhanced_code(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn replies_in_texts() {
        let table = [
            ("said: 550 no such user", Some("550")),
            ("<<< 554-delivery error", Some("554")),
            ("size 512 bytes", None),
            ("at 12:450", None),
            ("id 5A550B", None),
            ("RCPT: '452'", Some("452")),
        ];
        for (text, want) in table {
            assert_eq!(smtp_code(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn words_become_a_status() {
        let table = [
            ("550 5.1.1 no such user", false, "5.1.1"),
            ("User unknown", false, "5.1.1"),
            ("450 mailbox full", false, "4.2.2"),
            ("Mailbox full", true, "4.2.2"),
            ("552 message size exceeds fixed limit", false, "5.3.4"),
            ("Host or domain name not found: host not found", false, "5.1.2"),
            ("Delivery time expired", false, "4.4.7"),
            ("554 rejected as spam", false, "5.7.1"),
            ("<a@x.example>: User\n    unknown in table", false, "5.1.1"),
            ("it went wrong", false, "5.0.0"),
            ("it went wrong", true, "4.0.0"),
            ("Empfänger unbekannt", false, "5.1.1"),
        ];
        for (text, delayed, want) in table {
            assert_eq!(of_note(text, delayed), want, "{text}");
        }
    }
}
