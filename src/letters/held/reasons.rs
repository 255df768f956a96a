//! Why a mail is held.

use super::about::About;
use crate::desk::inbox::Held;
use crate::letters::i18n::Texts;

/// Why a mail is held. `claimed` is the name of the member of staff whom it names.
#[must_use]
pub fn why(w: &Texts, reason: Held, claimed: &str) -> String {
    match reason {
        Held::ClaimsStaff => w.text("held-why-claims-staff", &[("name", claimed)]),
        Held::AlignmentFailed => w.text("held-why-alignment-failed", &[("name", claimed)]),
        Held::TokenMissing => w.text("held-why-token-missing", &[("name", claimed)]),
        Held::AlignmentMissing => w.text("held-why-alignment-missing", &[("name", claimed)]),
        Held::TokenEnded => w.text("held-why-token-ended", &[("name", claimed)]),
        Held::CommandWithoutTicket => w.text("held-why-command-without-ticket", &[]),
        Held::AutomaticFromStaff => w.text("held-why-automatic", &[("name", claimed)]),
        Held::NearMiss => w.text("held-why-near-miss", &[]),
        Held::UnknownCommand => w.text("held-why-unknown-command", &[]),
        Held::Leak => w.text("held-why-leak", &[]),
        Held::Collision => w.text("held-why-collision", &[]),
        Held::Leaving => w.text("held-why-leaving", &[]),
        Held::UncertainQuote => w.text("held-why-uncertain-quote", &[]),
        Held::PartsDiffer => w.text("held-why-parts-differ", &[]),
        Held::CommandRefused => w.text("held-why-command-refused", &[]),
        Held::NothingNew => w.text("held-why-nothing-new", &[]),
        Held::ThirdParty => w.text("held-why-third-party", &[]),
        Held::UnknownAddress => w.text("held-why-unknown-address", &[("name", claimed)]),
        Held::UnclearOriginal => w.text("held-why-unclear-original", &[]),
        Held::SwitchedOff => w.text("held-why-switched-off", &[]),
        Held::RoleDenies => w.text("held-why-role-denies", &[]),
        Held::SenderDenied => w.text("held-why-sender-denied", &[]),
        Held::Redirected => w.text("held-why-redirected", &[]),
        Held::RefersToInternal => w.text("held-why-refers-to-internal", &[]),
        Held::RefersToHeld => w.text("held-why-refers-to-held", &[]),
        Held::Flood => w.text("held-why-flood", &[]),
        Held::Verification => w.text("held-why-verification", &[]),
        Held::OwnAddress => w.text("held-why-own-address", &[]),
        Held::UnclearAnswer => w.text("held-why-unclear-answer", &[]),
        Held::Unreadable => w.text("held-why-unreadable", &[]),
        Held::Crashes => w.text("held-why-crashes", &[]),
        Held::Damaged => w.text("held-why-damaged", &[]),
        Held::TooLarge => w.text("held-why-too-large", &[]),
        Held::NotFetched => w.text("held-why-not-fetched", &[]),
        Held::Junk => w.text("held-why-junk", &[]),
        Held::JunkFromStaff => w.text("held-why-junk-from-staff", &[("name", claimed)]),
        Held::OldAnswer => w.text("held-why-old-answer", &[("name", claimed)]),
    }
}

/// Why a mail is held: every reason that its question names.
#[must_use]
pub fn reasons(w: &Texts, about: &About) -> String {
    let all: Vec<String> =
        std::iter::once(about.reason).chain(about.also.iter().copied()).map(|reason| why(w, reason, &about.claimed)).collect();
    all.join(" ")
}

/// What is said of the lines of a mail that stay behind when its text leaves; empty for none.
#[must_use]
pub fn stays(w: &Texts, lines: Option<usize>) -> String {
    match lines {
        None | Some(0) => String::new(),
        Some(1) => w.text("held-stays-one", &[]),
        Some(lines) => w.text("held-stays", &[("count", &lines.to_string())]),
    }
}
