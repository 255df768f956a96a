//! What programs on phones, and those of large providers, add by themselves: `Sent from my iPhone`.

use crate::body::added_line::AddedLine;
use crate::body::context::{Context, Step};
use crate::body::line::Class;
use crate::phrases::{MOBILE_END, MOBILE_EXCUSE};

/// Whether the line is one that a mobile client adds (`Sent from my iPhone`).
pub(crate) fn is_mobile_line(line: &str) -> bool {
    is_outlook_link(line)
        || AddedLine::of(line).is_some_and(|added| added.is_known() || added.is_sent_from() || added.is_behind())
}

/// Outlook on phones, in which language ever: the link is always there.
pub(in crate::body) fn outlook_link(context: &Context<'_>) -> Option<Step> {
    is_outlook_link(context.text()).then(|| line(context))
}

/// A line of a client that is known as a whole.
pub(in crate::body) fn known_line(context: &Context<'_>) -> Option<Step> {
    context.added_line()?.is_known().then(|| line(context))
}

/// `Sent from my iPhone`: first words that are known, and a device right behind them.
pub(in crate::body) fn sent_from(context: &Context<'_>) -> Option<Step> {
    context.added_line()?.is_sent_from().then(|| line(context))
}

/// `iPhone'umdan gönderildi`: languages that put the verb behind the device.
pub(in crate::body) fn device_behind(context: &Context<'_>) -> Option<Step> {
    context.added_line()?.is_behind().then(|| line(context))
}

/// The line, and the rest of its paragraph where that goes on.
fn line(context: &Context<'_>) -> Step {
    let more = context.rest.get(1).is_some_and(|next| goes_on(context.text(), next));
    if more { Step::Paragraph } else { Step::Take(1, Class::Signature) }
}

fn is_outlook_link(line: &str) -> bool {
    (8..=1_000).contains(&line.len())
        && line.contains("aka.ms/")
        && line.contains("Outlook")
        && line.split_whitespace().count() <= 8
}

/// Whether the line below one of a mobile client belongs to it: the rest of a wrapped sentence, a link, an excuse.
fn goes_on(line: &str, next: &str) -> bool {
    let (line, next) = (line.trim().to_lowercase(), next.trim().to_lowercase());
    next.starts_with(['<', '[', '('])
        || next.starts_with("http")
        || MOBILE_EXCUSE.stand_in(&next)
        || MOBILE_END.any(|end| format!(" {next}").trim_end_matches('.').ends_with(end) && next.split_whitespace().count() <= 4)
        || (line.chars().count() >= 60 && next.starts_with(char::is_lowercase) && next.chars().count() <= 30)
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
            "Sent wirelessly from my BlackBerry device on the Bell network.",
            "Gesendet vom Handy",
            "Téléchargez Outlook pour iOS",
            "Odesláno ze Samsungu",
            "Скачайте Outlook для Android",
            "来自我的华为手机",
            "삼성 갤럭시에서 보냈습니다",
            "נשלח מהאייפון שלי",
            "مرسل من الآيفون",
        ];
        for line in yes {
            assert!(is_mobile_line(line), "{line}");
        }
        for line in [
            "Sent from my heart",
            "The mail was sent from my iPhone yesterday, did you get it?",
            "Von meinem Konto wurde zweimal abgebucht, bitte prüfen Sie das.",
            "I use an iPhone",
            "Gesendet vom Lager in Kiel am Montag",
            "Téléchargez Outlook et réessayez",
            "Please install Outlook for Android",
            "Secured with two screws",
            "来自我的同事",
            "",
        ] {
            assert!(!is_mobile_line(line), "{line}");
        }
    }
}
