use super::*;
use crate::{Limits, Warning, understand};

fn found(head: &str, text: &str) -> bool {
    let raw = format!(
        "{head}\nTo: support@desk.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\nMessage-ID: <a@b>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let letter = understand(raw.replace('\n', "\r\n").as_bytes(), &Limits::default()).unwrap();
    letter.warns(Warning::Verification)
}

const SLACK: &str = "From: Slack <no-reply@slack.example>";
const PLAIN: &str = "From: Trello <hi@trello.example>";
const CARLA: &str = "From: Carla <carla@acme.example>";

/// Mails of other services that let somebody in.
const SENT: &[(&str, &str, &str)] = &[
    (SLACK, "Slack confirmation code: VQX-4TM", "Confirm your email address\n\nYour confirmation code is below.\n\nVQX-4TM"),
    (SLACK, "Confirm your email address", "Click the button.\nhttps://slack.example/confirm/abc"),
    (SLACK, "Confirm your email address", "Press the button."),
    (SLACK, "482913 is your Facebook confirmation code", "x"),
    (SLACK, "Your Discord code", "Here it is. It expires in 10 minutes:\n\n4 8 2 9 1 3"),
    (
        SLACK,
        "Welcome to Trello!",
        "Hi,\n\nplease verify your email address by clicking the link below:\nhttps://trello.example/v/1",
    ),
    (
        SLACK,
        "[GitHub] Please verify your device",
        "A sign in attempt requires verification.\n\nVerification code: 482913\n\nIf you did not attempt to sign in, change your password.",
    ),
    (SLACK, "🚀 Your GitHub launch code", "Here's your GitHub launch code!\n\n48291374\n"),
    (SLACK, "Reset your password", "Someone requested a new password. https://x.example/r"),
    (SLACK, "Sign in to Notion", "Click here to log in: https://n.example/l?t=abc"),
    (SLACK, "Jane has invited you to join a workspace", "Join now: https://slack.example/j"),
    (
        SLACK,
        "Carla has invited you to work with them in Slack",
        "Join now: https://join.slack.example/t/acme/invite/abc123def456ghi789jkl",
    ),
    (SLACK, "Anna invited you to Jira", "Set your password: https://atl.example/invitation?token=abcdefabcdef1"),
    (SLACK, "Codul tău de verificare", "Codul tău este 482913"),
    (
        SLACK,
        "Google Verification Code",
        "Dear Google User,\nWe received a request to access your account.\nYour Google verification code is:\nG-482913\nIf you did not request this code, it is possible that someone else is trying.",
    ),
    (SLACK, "Ihr Bestätigungscode", "Ihr Bestätigungscode lautet 482913."),
    (
        SLACK,
        "Microsoft-Konto: Sicherheitscode",
        "Verwenden Sie diesen Sicherheitscode: 4829\nWenn Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail.",
    ),
    (SLACK, "Bitte bestätigen Sie Ihre E-Mail-Adresse", "Klicken Sie hier: https://x.example/b"),
    (SLACK, "Zurücksetzen Ihres Passworts", "https://x.example/p"),
    (SLACK, "Bestätige deine Registrierung", "https://x.example/p"),
    (SLACK, "Ihre Anmeldung bei Beispiel", "Ihr Einmalkennwort:\n\n482 913\n\nEs ist 10 Minuten gültig."),
    (SLACK, "Votre code de vérification", "Votre code de vérification est 482913. Il expire dans 10 minutes."),
    (SLACK, "Tu código de verificación", "Tu código de verificación es 482913"),
    (SLACK, "Il tuo codice di verifica", "Il tuo codice di verifica è 482913"),
    (SLACK, "Seu código de verificação", "Seu código de verificação é 482913"),
    (SLACK, "Uw verificatiecode", "Uw verificatiecode is 482913"),
    (SLACK, "Twój kod weryfikacyjny", "Twój kod weryfikacyjny: 482913"),
    (SLACK, "Váš ověřovací kód", "Váš ověřovací kód je 482913"),
    (SLACK, "Din verifieringskod", "Din verifieringskod är 482913"),
    (SLACK, "Код подтверждения", "Ваш код подтверждения: 482913"),
    (SLACK, "Doğrulama kodunuz", "Doğrulama kodunuz: 482913"),
    (SLACK, "验证码", "您的验证码是 482913，10 分钟内有效。"),
    (SLACK, "認証コード", "あなたの認証コードは 482913 です。"),
    (SLACK, "인증 코드", "귀하의 인증 코드: 482913"),
    (SLACK, "رمز التحقق", "رمز التحقق الخاص بك هو 482913"),
    // Nothing says that a machine wrote it.
    (
        PLAIN,
        "Trello",
        "Your verification code is 482913. It expires in 10 minutes. If you did not request it, ignore this email.",
    ),
    (PLAIN, "Your verification code is 482913", "Hello."),
    (
        PLAIN,
        "Hello",
        "Please confirm your email address: https://t.example/c\n\nIf you didn't create an account, ignore this email.",
    ),
    (
        PLAIN,
        "Hallo",
        "Bitte bestätigen Sie Ihre E-Mail-Adresse: https://t.example/c\n\nWenn Sie das nicht waren, ignorieren Sie diese Nachricht. Der Link ist 24 Stunden gültig.",
    ),
    (
        PLAIN,
        "Passwort vergessen",
        "Passwort zurücksetzen: https://t.example/c\nDer Link ist 24 Stunden gültig. Wenn Sie das nicht angefordert haben, ignorieren Sie diese Nachricht.",
    ),
    // In a contact's name.
    (CARLA, "Verify", "Your one-time password: 482913\nDo not share it with anyone. It is valid for 5 minutes."),
    (
        "From: Carla <carla@acme.example>\nSender: noreply@service.example",
        "Carla invites you",
        "Carla has invited you to join. Your access code is 482913.",
    ),
    ("From: Carla <carla@acme.example>\nAuto-Submitted: auto-generated", "Login", "Your login code: 482913"),
    (
        "From: x@y.example\nList-Unsubscribe: <https://y.example/u>",
        "Newsletter",
        "Please confirm your subscription by clicking the link below: https://y.example/c",
    ),
    // A number of ours in the subject is what the attacker calls himself there.
    (SLACK, "Mal [ACME-1], confirm your email address", "Click the button.\nhttps://slack.example/confirm/abc"),
    ("From: X <info@x.example>", "Hello", "482913 is your Twitter login code."),
    ("From: X <info@x.example>", "Anmeldung", "Ihr Code: 482913\nDer Code ist 10 Minuten gültig."),
    ("From: X <info@x.example>", "Hello", "Click here to log in with this magic link: https://x.example/login?code=SeCrEt7771"),
    (
        "From: X <info@x.example>",
        "Workspace",
        "You have been invited to join Example Workspace: https://x.example/join/SeCrEt7771",
    ),
    // Services in words of their own, and in languages whose words are not known.
    (SLACK, "482913 is your Instagram code", "Hi desk, someone tried to log in."),
    (SLACK, "Your Steam account: Access from new computer", "Here is the code you need:\n\nX7K2P\n"),
    (SLACK, "Login to Linear", "Copy and paste this:\n\nvbkqt-nlwpe\n"),
    (SLACK, "Telegram", "Login code: 48291. Your code is for nobody else."),
    (SLACK, "LinkedIn", "Here's your PIN: 482913"),
    (SLACK, "Ihre mTAN", "Ihre mTAN für die Packstation lautet 4829."),
    (SLACK, "Vaš kod", "Unesite ovaj kod:\n\n482913"),
    (SLACK, "קוד", "הקוד הוא:\n482913"),
    (SLACK, "رمز", "رمزك:\n٤٨٢٩١٣"),
    (SLACK, "Mã của bạn", "Nhập mã này:\n482 913"),
    (SLACK, "Login Details", "Username: desk\nPassword: tr0ub4dor\n"),
    ("From: Postmaster <root@acme.example>\nAuto-Submitted: auto-generated", "Zugang", "Benutzer: desk\nKennwort: x7Kq29Lm"),
    // What somebody typed as their name says nothing.
    (SLACK, "Hello I need your help please, I do not receive a code", "Please help me, I have a problem\n\n482913"),
];

#[test]
pub(crate) fn what_other_services_send_to_confirm_an_address_or_to_let_somebody_in() {
    for (head, subject, text) in SENT {
        assert!(found(&format!("{head}\nSubject: {subject}"), text), "{head} / {subject} / {text}");
    }
}

#[test]
fn who_writes_about_codes_and_what_only_looks_like_one() {
    for (head, subject, text) in [
        (CARLA, "Verification code", "Hello, I do not receive a verification code. Can you help?"),
        (
            CARLA,
            "Your verification code 482913 does not work",
            "Your verification code 482913 does not work, I tried it three times.",
        ),
        (CARLA, "No code", "I get the code 482913, and your page says that it expires in 10 minutes, but it is refused at once."),
        (
            CARLA,
            "Bestätigungscode kommt nicht an",
            "Guten Tag,\n\nich bekomme keinen Bestätigungscode. Gestern kam 482913, der ist nicht mehr gültig.",
        ),
        (CARLA, "Passwort", "Können Sie mein Passwort zurücksetzen? https://portal.acme.example/login"),
        (
            CARLA,
            "Fwd: Your verification code",
            "What is this?\n\n---------- Forwarded message ---------\nFrom: Slack <no-reply@slack.example>\nDate: Sun, 22 Nov 2026 09:00:00 +0000\nSubject: Your verification code\nTo: carla@acme.example\n\nYour verification code is 482913. It expires in 10 minutes. If you did not request it, ignore this email.",
        ),
        (CARLA, "WG: Ihr Bestätigungscode", "Ihr Bestätigungscode lautet 482913. Er ist 10 Minuten gültig."),
        (
            CARLA,
            "Is this yours?",
            "I got this mail:\n\n> Your verification code is 482913.\n> It expires in 10 minutes. Do not share it.\n\nIs it from you?",
        ),
        (
            CARLA,
            "What is this",
            "I got this today: Your verification code is 482913. It expires in 10 minutes. Ignore this email if it was not you.",
        ),
        (
            "From: Carla <carla@acme.example>\nIn-Reply-To: <x@desk.example>",
            "Re: Login",
            "Verification code is 482913, valid for ten minutes.",
        ),
        (CARLA, "Printer", "The serial number is 482913. Please confirm the appointment."),
        (CARLA, "Invoice", "Please confirm your email address for the invoice."),
        (CARLA, "Order 482913", "Where is order 482913? It was to come on Friday."),
        (
            SLACK,
            "Your order 482913 has been shipped",
            "Track it: https://shop.example/482913. Sign in to your account to see all orders.",
        ),
        (
            SLACK,
            "Invoice 2026-4829",
            "Your invoice is attached. Log in to your account: https://x.example. Forgot your password?",
        ),
        (SLACK, "New comment on ACME-12", "Jane commented. https://x.example/ACME-12"),
        (
            "From: alerts@sentry.example\nAuto-Submitted: auto-generated",
            "Error in login",
            "Invalid verification code 482913 for user 17",
        ),
        ("From: nagios@x.example", "** PROBLEM web1", "HTTP code 500, exit code 4829"),
        // A form on a customer's site, in the words of who filled it in.
        (
            "From: Website <noreply@acme.example>",
            "Contact: password reset does not work",
            "Name: Carla\nMessage: I cannot reset my password, the page is empty.",
        ),
        (
            "From: Website <noreply@acme.example>",
            "Kontaktformular",
            "Name: Carla\nNachricht: Ich bekomme keinen Bestätigungscode, obwohl ich dreimal geklickt habe.",
        ),
        (SLACK, "Your order", "Thank you.\n\nOrder\n482913\n\nItem\n4711001\n\nTotal 12,50"),
        (SLACK, "Disk is full", "web-01\nused: 4829 MB\nPassword file: /etc/passwd"),
        (CARLA, "Serial number", "Here it is:\n\n482913\n\nRegards"),
        (CARLA, "Zugang", "Benutzer: carla\nPasswort: Abc123xy\ngeht nicht."),
        ("From: Shop <shop@x.example>", "Ihr Gutscheincode", "Gutscheincode: SOMMER26"),
        ("From: a@x.example", "", ""),
    ] {
        assert!(!found(&format!("{head}\nSubject: {subject}"), text), "{head} / {subject} / {text}");
    }
}

#[test]
fn the_words_are_as_a_text_is_when_it_is_looked_at() {
    let sections = [
        &VERIFICATION_NAME,
        &VERIFICATION_CODES,
        &VERIFICATION_YOURS,
        &VERIFICATION_CONFIRMS,
        &VERIFICATION_OBJECTS,
        &VERIFICATION_RESETS,
        &VERIFICATION_ENTERS,
        &VERIFICATION_EXPIRES,
        &VERIFICATION_UNASKED,
        &VERIFICATION_SECRET,
        &VERIFICATION_DOES,
        &VERIFICATION_PERSON,
    ];
    for section in sections {
        let checked = section.any(|phrase| {
            for half in phrase.split(" + ") {
                assert!(plain(half).contains(half.trim()), "`{phrase}` is never found: {}", plain(half));
            }
            false
        });
        assert!(!checked);
    }
}

/// One code, as services write it.
const SHAPES: &[&str] = &[
    "482 913",
    "482-913",
    "482.913",
    "482\u{a0}913",
    "482\u{2009}913",
    "482\u{202f}913",
    "482\u{2013}913",
    "482·913",
    "482_913",
    "482/913",
    "48 29 13",
    "48-29-13",
    "4 8 2 9 1 3",
    "4-8-2-9-1-3",
    "4 - 8 - 2 - 9 - 1 - 3",
    "482 - 913",
    "4.8.2.9.1.3",
    "4, 8, 2, 9, 1, 3",
    "4 8 2 - 9 1 3",
    "4 8 2  9 1 3",
    "4 8 2-9 1 3",
    "4829 13",
    "4  8  2  9  1  3",
    "4\u{a0}8\u{a0}2\u{a0}9\u{a0}1\u{a0}3",
    "４８２９１３",
    "４８２ ９１３",
    "４８２－９１３",
    "４ ８ ２ ９ １ ３",
    "４\u{3000}８\u{3000}２\u{3000}９\u{3000}１\u{3000}３",
    "𝟒𝟖𝟐𝟗𝟏𝟑",
    "④⑧②⑨①③",
    "٤٨٢ ٩١٣",
    "[4] [8] [2] [9] [1] [3]",
    "4 | 8 | 2 | 9 | 1 | 3",
    "**482 913**",
    "<482 913>",
    "4\u{200b}8\u{200b}2\u{200b}9\u{200b}1\u{200b}3",
    "4\n8\n2\n9\n1\n3",
];

#[test]
fn a_code_is_one_however_it_is_written() {
    for (head, subject, text) in SENT {
        // What is joined to letters, and a line of its own among others, has shapes of its own.
        let joined = text.contains("G-482913") || subject.contains("please");
        for shape in SHAPES.iter().filter(|_| !joined && text.contains("482913")) {
            let text = text.replace("482913", shape);
            let alone = text.trim().ends_with(&format!("\n{shape}"));
            let amount = alone && matches!(*shape, "482.913" | "482/913") || shape.contains('\n');
            assert!(amount || found(&format!("{head}\nSubject: {subject}"), &text), "{head} / {subject} / {text}");
        }
    }
}

#[test]
fn a_number_is_none_however_it_is_written() {
    for (subject, text) in [
        ("Order", "Where is order # ?"),
        ("Order number", "Order: #"),
        ("Order number", "#"),
        ("Bestellung", "Bestellnummer: #"),
        ("Call me", "My phone number is # , please call."),
        ("Rückruf", "Telefon: #"),
        ("Meeting", "The room code is # , the door opens at nine."),
        ("Raum", "Der Türcode für den Raum ist # und gilt die ganze Woche."),
        ("Door code: #", "Is that still right?"),
        ("Printer", "The printer does not print. Serial number: #"),
        ("Drucker", "Seriennummer: #\nEr druckt nicht."),
        ("Error code #", "The machine stops and shows error code # ."),
        ("Error code", "Error code: #"),
        ("Postcode", "Our postcode: #"),
    ] {
        for shape in SHAPES {
            let (subject, text) = (subject.replace('#', "482913"), text.replace('#', shape));
            assert!(!found(&format!("From: Sam <sam@elsewhere.example>\nSubject: {subject}"), &text), "{subject} / {text}");
        }
    }
}

#[test]
fn a_mail_of_nothing_but_a_code_is_one_whoever_sends_it() {
    for (subject, text) in [
        ("Hello", "Code: #"),
        ("Hello", "Your code: #"),
        ("Hallo", "Ihr Code: #"),
        ("", "Verification code: #"),
        ("Your verification code", "Your verification code:\n\n#"),
        ("Bestätigungscode", "#"),
        ("Your code", "#"),
        ("PIN", "#"),
    ] {
        for shape in SHAPES {
            let text = text.replace('#', shape);
            assert!(found(&format!("From: Sam <sam@elsewhere.example>\nSubject: {subject}"), &text), "{subject} / {text}");
        }
    }
    for (subject, text) in [
        ("Hello", "482913"),
        ("Order 4711", "482913"),
        ("Code", "Here is the code for the door: 482913"),
        ("Source code", "Version 482913"),
        ("Code", "It stops."),
        ("Re: Code", "Code: 482913"),
    ] {
        assert!(!found(&format!("From: Sam <sam@elsewhere.example>\nSubject: {subject}"), text), "{subject} / {text}");
    }
}
