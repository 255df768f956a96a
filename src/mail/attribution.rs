//! The lines that clients put above what they quote: `On ... wrote:` in many languages, header blocks, separators, and
//! the markers of forwarded mails. Only recognition; what follows from it decides [`super::body`].

/// Verbs of attribution lines, as substrings of the lower-cased line.
const VERBS: &[&str] = &[
    " writes",
    "quoting ",
    "zitat von",
    "citando",
    "napisao",
    "napisala",
    "เขียนว่า",
    " wrote",
    "schrieb",
    "geschrieben",
    "a écrit",
    "a ecrit",
    "escribió",
    "escribio",
    "ha scritto",
    "scrisse",
    "escreveu",
    "schreef",
    "geschreven",
    "napisał",
    "napisal",
    " pisze",
    "napsal",
    "napísal",
    "skrev",
    "kirjoitti",
    "написал",
    "пишет",
    "писал",
    "пише",
    "написав",
    "yazdı",
    "yazdi",
    "yazmış",
    "írta",
    "ezt írta",
    "a scris",
    "έγραψε",
    "написа",
    "さんは書きました",
    "のメール",
    "wrote",
    "書きました",
    "さんは",
    "写道",
    "寫道",
    "写到",
    "작성",
    "님이",
    "đã viết",
    "menulis",
    "va escriure",
    "escribiu",
    "je napisao",
    "je napisala",
    "rašė",
    "kirjutas",
    "rakstīja",
    "כתב",
    "كتب",
    "skrifaði",
    "idatzi",
];

/// First words of attribution lines.
const LEADS: &[&str] = &[
    "in a message dated",
    "at ",
    "on ",
    "am ",
    "le ",
    "el ",
    "il ",
    "em ",
    "op ",
    "w dniu",
    "dnia",
    "dne ",
    "den ",
    "d. ",
    "på ",
    "il giorno",
    "a(z)",
    "în ",
    "στις",
    "на ",
    "vào",
    "pada ",
    "quoting ",
    "zitat von",
    "citando",
    "no dia",
    "in data",
    "ngày",
    "---- on",
    "於 ",
    "在 ",
    "于",
    "--- on",
    "auf ",
    "von:",
    "from ",
    "vom ",
    "ti ",
    "ma ",
    "ke ",
    "to ",
    "pe ",
    "la ",
    "su ",
];

/// How sure an attribution line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Only believed where a `>` quote follows.
    Weak,
    /// Names a writer and a full date: everything below it is quoted.
    Strong,
}

/// What a joined line holds.
struct Signs {
    verb: bool,
    address: bool,
    year: bool,
    time: bool,
    date: bool,
}

fn signs(lower: &str) -> Signs {
    let bytes = lower.as_bytes();
    let mut signs =
        Signs { verb: VERBS.iter().any(|verb| lower.contains(verb)), address: false, year: false, time: false, date: false };
    signs.address = lower.split(|c: char| c.is_whitespace() || "<>()[]\"',:".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && domain.len() > 3)
    });
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    for run in bytes.windows(4).enumerate() {
        let (at, four) = run;
        let bounded = !digit(at.checked_sub(1).and_then(|i| bytes.get(i))) && !digit(bytes.get(at + 4));
        signs.year |= bounded && four.iter().all(u8::is_ascii_digit) && (four.starts_with(b"19") || four.starts_with(b"20"));
        let clock =
            |sep: u8| matches!(four, [h, s, m, n] if h.is_ascii_digit() && *s == sep && m.is_ascii_digit() && n.is_ascii_digit());
        signs.time |=
            clock(b':') || (clock(b'.') && !digit(bytes.get(at + 4)) && bytes.get(at + 4) != Some(&b'.')) || clock(b'h');
        // 12.3.24, 12/03/2024, 2024-03-12
        signs.date |= matches!(four, [d, s, m, t] if d.is_ascii_digit() && matches!(s, b'.' | b'/' | b'-') && m.is_ascii_digit() && (t.is_ascii_digit() || t == s));
    }
    signs.time |= lower.contains("klo ")
        || lower.contains('時')
        || lower.contains('点')
        || lower.contains("오전")
        || lower.contains("오후");
    signs
}

/// Whether the joined lines are an attribution.
fn strength(joined: &str) -> Option<Strength> {
    let text = joined.trim();
    if text.len() > 500 || text.len() < 6 {
        return None;
    }
    let dashed = text.starts_with("---") && text.ends_with("---");
    let text = text.trim_matches(|c: char| c == '-' || c == '*' || c == '_' || c.is_whitespace());
    let ends = dashed || text.ends_with([':', '：']);
    let lower = text.to_lowercase();
    if !ends {
        return None;
    }
    let signs = signs(&lower);
    let dated = signs.year || signs.date;
    let lead = LEADS.iter().any(|lead| lower.starts_with(lead));
    match (signs.verb, signs.address) {
        (true, true) if dated && (signs.time || signs.year) => Some(Strength::Strong),
        (true, _) if dated && (signs.time || lead) && (signs.time || signs.year) && starts_properly(text) => {
            Some(if signs.time { Strength::Strong } else { Strength::Weak })
        }
        (true, true) => Some(Strength::Weak),
        (true, false) if dated || signs.time || text.chars().count() <= 80 => Some(Strength::Weak),
        // Gmail in Russian, Japanese and others names date, time and address only.
        (false, true) if dated && signs.time && ends && starts_properly(text) => Some(Strength::Strong),
        (false, true) if dated && signs.time => Some(Strength::Weak),
        _ => None,
    }
}

/// A date, a weekday or a lead word: where an attribution starts rather than the sentence above it.
fn starts_properly(text: &str) -> bool {
    let lower = text.trim_start_matches(|c: char| c == '-' || c == '*' || c == '_' || c.is_whitespace()).to_lowercase();
    let weekday = lower.split_whitespace().next().is_some_and(|word| {
        let short = word.trim_end_matches([',', '.']);
        (word.ends_with(',') || word.ends_with('.')) && short.chars().count() <= 10 && !short.contains('@')
    });
    LEADS.iter().any(|lead| lower.starts_with(lead)) || lower.starts_with(|c: char| c.is_ascii_digit()) || weekday
}

/// Finds an attribution that starts at the first of `lines`: how many lines it has and how sure it is.
///
/// Clients wrap it over up to four lines and, rarely, leave a blank line before the last word.
pub(super) fn attribution(lines: &[&str]) -> Option<(usize, Strength)> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.starts_with('>') {
        return None;
    }
    let proper = starts_properly(first);
    let mut joined = String::new();
    let mut weak = None;
    for (index, line) in lines.iter().take(5).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('>') {
            break;
        }
        if index > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > 500 {
            break;
        }
        // Only the first line may stand alone without a proper start: `Ann wrote:`.
        if index > 0 && !proper && !first.contains('@') {
            break;
        }
        match strength(&joined) {
            Some(Strength::Strong) => return Some((index + 1, Strength::Strong)),
            Some(Strength::Weak) if weak.is_none() => weak = Some((index + 1, Strength::Weak)),
            _ => {}
        }
    }
    weak
}

/// Gmail of old: `2012/3/1 Ann <ann@x.example>` without verb or colon; only believed above a `>` quote.
pub(super) fn is_bare_attribution(line: &str) -> bool {
    let text = line.trim();
    let signs = signs(&text.to_lowercase());
    text.len() <= 200
        && text.starts_with(|c: char| c.is_ascii_digit())
        && signs.address
        && signs.year
        && text.ends_with(['>', ':'])
}

/// Labels of quoted header blocks and what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Sent,
    To,
    Subject,
    Other,
}

const LABELS: &[(Label, &[&str])] = &[
    (
        Label::From,
        &[
            "from",
            "von",
            "de",
            "da",
            "van",
            "od",
            "fra",
            "från",
            "lähettäjä",
            "от",
            "от кого",
            "від",
            "kimden",
            "gönderen",
            "差出人",
            "发件人",
            "發件人",
            "寄件者",
            "보낸 사람",
            "보낸사람",
            "feladó",
            "expediteur",
            "expéditeur",
            "remitente",
            "mittente",
            "odesílatel",
            "odosielateľ",
            "nadawca",
            "afzender",
            "avsender",
            "avsändare",
            "absender",
            "送信元",
            "寄件人",
            "de la",
            "από",
        ],
    ),
    (
        Label::Sent,
        &[
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoyé",
            "envoyé le",
            "date d'envoi",
            "enviado",
            "enviado el",
            "enviada em",
            "enviado em",
            "fecha",
            "inviato",
            "data",
            "verzonden",
            "wysłano",
            "wysłane",
            "odesláno",
            "odoslané",
            "sendt",
            "dato",
            "skickat",
            "lähetetty",
            "päiväys",
            "päivämäärä",
            "отправлено",
            "дата",
            "дата отправки",
            "надіслано",
            "gönderildi",
            "gönderme tarihi",
            "tarih",
            "送信日時",
            "日付",
            "日時",
            "发送时间",
            "发送日期",
            "寄件日期",
            "發送時間",
            "日期",
            "时间",
            "時間",
            "보낸 날짜",
            "날짜",
            "보냄",
            "elküldve",
            "dátum",
            "trimis",
            "gesendet am",
            "data wysłania",
            "ημερομηνία",
        ],
    ),
    (
        Label::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "para",
            "aan",
            "do",
            "komu",
            "til",
            "till",
            "vastaanottaja",
            "кому",
            "kime",
            "alıcı",
            "宛先",
            "收件人",
            "收件者",
            "받는 사람",
            "받는사람",
            "címzett",
            "destinataire",
            "destinatario",
            "destinatário",
            "empfänger",
            "către",
            "pre",
            "προς",
        ],
    ),
    (
        Label::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "asunto",
            "oggetto",
            "assunto",
            "onderwerp",
            "temat",
            "předmět",
            "predmet",
            "emne",
            "ämne",
            "aihe",
            "тема",
            "тема письма",
            "konu",
            "件名",
            "主题",
            "主旨",
            "主題",
            "제목",
            "tárgy",
            "subiect",
            "θέμα",
        ],
    ),
    (
        Label::Other,
        &[
            "cc",
            "kopie",
            "kopia",
            "copie",
            "copia",
            "kopi",
            "kopio",
            "копия",
            "копія",
            "bilgi",
            "抄送",
            "副本",
            "참조",
            "reply-to",
            "antwort an",
            "reply to",
            "importance",
            "wichtigkeit",
            "priorität",
            "priority",
            "attachments",
            "anlagen",
            "anhang",
            "bcc",
            "organization",
            "másolat",
            "dw",
            "udw",
            "kópia",
            "message-id",
            "sender",
            "resent-from",
            "list-post",
            "delivered-to",
        ],
    ),
];

fn label(line: &str) -> Option<Label> {
    let line = line.trim_start_matches(|c: char| c == '*' || c == '_' || c == '>' || c == '|' || c.is_whitespace());
    let end = line.find([':', '：'])?;
    let name = line.get(..end)?.trim_matches(|c: char| c == '*' || c == '_' || c.is_whitespace());
    if name.is_empty() || name.len() > 40 {
        return None;
    }
    let name = name.to_lowercase();
    LABELS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(label, _)| *label)
}

/// A header block (`From: Sent: To: Subject:` in many languages) at the start of `lines`: its length.
pub(super) fn header_block(lines: &[&str]) -> Option<usize> {
    let first = label(lines.first()?)?;
    if !matches!(first, Label::From | Label::Sent | Label::Subject | Label::To) {
        return None;
    }
    let (mut seen, mut end, mut odd, mut address) = (Vec::new(), 0, 0, false);
    for (index, line) in lines.iter().take(16).enumerate() {
        let trimmed = line.trim();
        match label(line) {
            Some(found) => {
                if !seen.contains(&found) {
                    seen.push(found);
                }
                address |= line.contains('@');
                end = index + 1;
                odd = 0;
            }
            // HTML to text leaves blank lines between the rows; the block ends at two of them or after the subject.
            None if trimmed.is_empty() => {
                odd += 1;
                if odd >= 2 || (seen.len() >= 4) {
                    break;
                }
            }
            None => {
                odd += 1;
                if odd > 2 || index == 0 {
                    break;
                }
            }
        }
    }
    let has = |label: Label| seen.contains(&label);
    let main = seen.iter().filter(|label| **label != Label::Other).count();
    let enough =
        main >= 3 || (main == 2 && has(Label::From) && address && seen.len() >= 2 && (has(Label::Sent) || has(Label::Subject)));
    (enough && has(Label::From)).then_some(end)
}

const ORIGINAL: &[&str] = &[
    "original message",
    "originalmessage",
    "original-nachricht",
    "originalnachricht",
    "ursprüngliche nachricht",
    "ursprüngliche mail",
    "message d'origine",
    "message original",
    "mensaje original",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
    "originele bericht",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "pôvodná správa",
    "původní e-mail",
    "oprindelig meddelelse",
    "oprindelig besked",
    "originalmeddelande",
    "ursprungligt meddelande",
    "ursprungsmeddelande",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "исходное сообщение",
    "оригинальное сообщение",
    "пересылаемое",
    "вихідне повідомлення",
    "оригінальне повідомлення",
    "orijinal mesaj",
    "orijinal ileti",
    "özgün ileti",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "原来的邮件",
    "원본 메시지",
    "원본메시지",
    "원본 이메일",
    "eredeti üzenet",
    "mesaj original",
    "reply message",
    "original appointment",
    "replied message",
];

const FORWARDED: &[&str] = &[
    "forwarded message",
    "forwarded by",
    "weitergeleitete nachricht",
    "weitergeleitete mail",
    "message transféré",
    "message transmis",
    "début du message",
    "mensaje reenviado",
    "messaggio inoltrato",
    "mensagem encaminhada",
    "mensagem reencaminhada",
    "doorgestuurd bericht",
    "przekazana wiadomość",
    "wiadomość przekazana",
    "přeposlaná zpráva",
    "preposlaná správa",
    "videresendt meddelelse",
    "videresendt besked",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "videresendt melding",
    "välitetty viesti",
    "edelleenlähetetty viesti",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "переслане повідомлення",
    "yönlendirilmiş ileti",
    "iletilen mesaj",
    "yönlendirilen ileti",
    "転送メッセージ",
    "转发的邮件",
    "转发邮件",
    "已转发邮件",
    "轉寄郵件",
    "전달된 메시지",
    "전달 메시지",
    "továbbított üzenet",
    "mesaj redirecționat",
    "forwarded mail",
    "forwarded email",
];

/// Sentences of mail clients that need no dashes.
const FORWARD_LINES: &[&str] = &[
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "début du message réexpédié",
    "début du message transféré",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "início da mensagem encaminhada",
    "início da mensagem reencaminhada",
    "begin doorgestuurd bericht",
    "początek przekazywanej wiadomości",
    "začátek přeposílané zprávy",
    "start på videresendt",
    "start på videresendte",
    "vidarebefordrat brev",
    "vidarebefordrat mejl",
    "välitetty viesti alkaa",
    "alkaa edelleen lähetetty",
    "начало переадресованного сообщения",
    "початок листа",
    "iletilen mesajın başlangıcı",
    "転送されたメッセージ",
    "下面是被转发的邮件",
    "开始转发的邮件",
    "以下為轉寄的郵件",
    "전달된 메시지 시작",
];

/// Whether a line marks the start of a forwarded mail.
pub(super) fn is_forward_marker(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 200 {
        return false;
    }
    let lower = line.to_lowercase();
    let dashed =
        (lower.starts_with("--") || lower.starts_with("==") || lower.starts_with("__")) && lower.ends_with(['-', '=', '_', ':']);
    let inner = lower.trim_matches(|c: char| "-=_*: ".contains(c));
    (dashed && FORWARDED.iter().any(|word| inner.starts_with(word)))
        || (lower.ends_with([':', '：']) && FORWARD_LINES.iter().any(|word| inner.starts_with(word)))
        || (dashed && inner.starts_with("forwarded"))
}

/// Whether a line separates an answer from the mail it answers (`-----Original Message-----`).
pub(super) fn is_original_marker(line: &str) -> bool {
    let line = line.trim().trim_matches('*');
    if line.len() > 120 || !(line.starts_with("--") || line.starts_with("__") || line.starts_with("==")) {
        return false;
    }
    let lower = line.to_lowercase();
    let inner = lower.trim_matches(|c: char| "-_= *".contains(c));
    ORIGINAL.iter().any(|word| inner.starts_with(word))
}

/// Whether a line is only drawn: underscores, dashes or equal signs as clients put above a header block.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | '─' | '—' | '–'))
}

#[cfg(test)]
#[path = "attribution_tests.rs"]
mod tests;
