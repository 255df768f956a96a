//! Where a signature starts: the delimiter of Usenet, the lines of mobile clients, list footers.

/// Starts of lines that clients add by themselves, in lower case.
const MOBILE: &[&str] = &[
    "sent from my ",
    "sent from mail for ",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent from samsung",
    "sent from gmail",
    "sent from a mobile",
    "sent from the ",
    "sent via ",
    "sent with proton",
    "sent with airmail",
    "sent using ",
    "sent by ",
    "sent on the go",
    "get outlook for ",
    "get bluemail for",
    "sent with ",
    "sent from mobile",
    "sent from nine",
    "sent from blue",
    "sent from mymail",
    "von meinem ",
    "von meiner ",
    "gesendet von ",
    "gesendet mit ",
    "diese nachricht wurde von meinem",
    "gesendet aus ",
    "holen sie sich outlook",
    "outlook für ",
    "versendet mit ",
    "von unterwegs gesendet",
    "diese nachricht wurde von meinem",
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir",
    "envoyé avec ",
    "envoyé d'",
    "obtenir outlook",
    "obtenez outlook",
    "télécharger outlook",
    "provenance :",
    "enviado desde ",
    "enviado de ",
    "enviado do ",
    "enviado mediante",
    "enviado a partir",
    "enviado con ",
    "enviado via ",
    "obtener outlook",
    "descargar outlook",
    "obter o outlook",
    "obtenha o outlook",
    "inviato da ",
    "inviato dal ",
    "inviato con ",
    "scarica outlook",
    "ottieni outlook",
    "verstuurd vanaf ",
    "verzonden vanaf ",
    "verzonden met ",
    "verstuurd met",
    "outlook voor ",
    "download outlook",
    "wysłane z ",
    "wysłano z ",
    "wysłane przy",
    "pobierz program outlook",
    "odesláno z ",
    "odesláno pomocí",
    "poslané z ",
    "získat outlook",
    "získejte outlook",
    "sendt fra ",
    "hent outlook",
    "skickat från ",
    "skickat med ",
    "hämta outlook",
    "sendt med ",
    "få outlook",
    "skaff outlook",
    "lähetetty ",
    "hanki outlook",
    "отправлено с ",
    "отправлено из ",
    "отправлено через",
    "скачать outlook",
    "надіслано з ",
    "відправлено з ",
    "надіслано через",
    "iphone'umdan gönderildi",
    "ipad'imden gönderildi",
    "iphone’umdan gönderildi",
    "android için outlook",
    "ios için outlook",
    "iphoneから送信",
    "ipadから送信",
    "私のiphoneから",
    "android 用 outlook",
    "outlook for ",
    "发自我的",
    "發自我的",
    "从我的",
    "從我的",
    "发送自",
    "傳送自",
    "获取 outlook",
    "取得 outlook",
    "나의 iphone에서",
    "내 iphone에서",
    "iphone에서 보냄",
    "elküldve az",
    "trimis de pe",
    "skickades från",
];

/// Ends of lines that clients add by themselves, in lower case.
const MOBILE_ENDS: &[&str] = &[" gesendet.", " gesendet", "から送信", "에서 보냄", "gönderildi", "發送的", "发送的", " getippt"];

/// Whether the line is one that a mobile client adds (`Sent from my iPhone`).
pub(super) fn is_mobile_line(line: &str) -> bool {
    let text = line.trim().trim_matches(|c: char| "*_-–—<>[]()\"".contains(c)).trim();
    if text.is_empty() || text.chars().count() > 110 {
        return false;
    }
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().count();
    if words > 12 || lower.ends_with('?') {
        return false;
    }
    let device = [
        "iphon",
        "ipad",
        "android",
        "handy",
        "smartphone",
        "samsung",
        "galaxy",
        "outlook",
        "mobil",
        "phone",
        "huawei",
        "xiaomi",
        "blackberry",
        "yahoo",
        "gmail",
        "proton",
        "gmx",
        "web.de",
        "nokia",
        "pixel",
        "tablet",
        "mail",
        "windows",
        "telefon",
        "móvil",
        "movil",
        "celular",
        "cellulare",
        "téléphone",
        "telefoon",
        "puhelimesta",
        "ios",
        "airmail",
        "t-mobile",
        "verizon",
        "vodafone",
        "orange",
        "freenet",
        "k-9",
        "fairemail",
        "device",
        "手机",
        "телефон",
        "айфон",
        "zimbra",
        "sony",
        "htc",
        "lg ",
        "oneplus",
        "thunderbird",
        "spark",
        "superhuman",
        "appareil",
        "gerät",
        "dispositivo",
        "apparaat",
        "client",
        "application",
    ];
    let known = device.iter().any(|word| lower.contains(word));
    known
        && (MOBILE.iter().any(|start| lower.starts_with(start))
            || MOBILE_ENDS.iter().any(|end| lower.ends_with(end) && words <= 8))
}

/// Whether the line is the signature delimiter; the second value says that it is the exact `-- ` of Usenet.
pub(super) fn delimiter(line: &str) -> Option<bool> {
    let bare = line.trim_end_matches(['\r', '\n']);
    match bare {
        "-- " => Some(true),
        "--" | "--\u{a0}" | "-- -- " | "--  " | " -- " | "—" => Some(false),
        _ => None,
    }
}

/// Whether `lines` start the footer that a mailing list adds: a drawn line, then words about the list.
pub(super) fn is_list_footer(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    let drawn = first.trim();
    if drawn.len() < 15 || !drawn.chars().all(|c| c == '_' || c == '-') {
        return false;
    }
    lines.iter().skip(1).take(3).any(|line| {
        let lower = line.to_lowercase();
        lower.contains("mailing list")
            || lower.contains("mailman/listinfo")
            || lower.contains("to unsubscribe")
            || lower.contains("mailinglist")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobile_lines() {
        let yes = [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Gesendet von meinem Samsung Galaxy-Smartphone.",
            "Get Outlook for iOS <https://aka.ms/o0ukef>",
            "Envoyé de mon iPhone",
            "Enviado desde mi iPhone",
            "Inviato da iPhone",
            "Verstuurd vanaf mijn iPhone",
            "Wysłane z iPhone'a",
            "Odesláno z iPhonu",
            "Sendt fra min iPhone",
            "Skickat från min iPhone",
            "Lähetetty iPhonesta",
            "Отправлено с iPhone",
            "Надіслано з iPhone",
            "iPhone'umdan gönderildi",
            "iPhoneから送信",
            "发自我的iPhone",
            "나의 iPhone에서 보냄",
            "Sent from Yahoo Mail on Android",
            "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
            "Gesendet mit der WEB.DE Mail App",
        ];
        for line in yes {
            assert!(is_mobile_line(line), "{line}");
        }
        for line in [
            "Sent from my heart",
            "The mail was sent from my iPhone yesterday, did you get it?",
            "Von meinem Konto wurde zweimal abgebucht, bitte prüfen Sie das.",
            "I use an iPhone",
            "",
        ] {
            assert!(!is_mobile_line(line), "{line}");
        }
    }

    #[test]
    fn footers() {
        assert!(is_list_footer(&["_______________________________________________", "users mailing list"]));
        assert!(!is_list_footer(&["_______________________________________________", "From: x"]));
    }
}
