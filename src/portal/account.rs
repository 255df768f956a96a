//! A guest's account: the language, the time zone, and of which tickets mails come.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;

use crate::desk::notify::MailsAbout;
use crate::desk::people::{Language, Preferences};
use crate::guest::account::Account;
use crate::time::time_zones;
use crate::web::csrf::Form;
use crate::web::page::{Page, PageError, see_other, show};
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::session::{GuestViewSession, SignedIn};

/// The pages of this file.
pub(super) fn routes() -> Routes<Portal> {
    Routes::new().route("/account", get(account).post(set))
}

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage<'a> {
    p: Page,
    account: Account,
    /// The zone of who has set none.
    desk_zone: &'a str,
    saved: bool,
}

impl AccountPage<'_> {
    /// The languages to choose from: tag, name, and whether it is set.
    fn languages(&self) -> [(&'static str, String, bool); 2] {
        let set = self.account.preferences().language;
        [Language::German, Language::English]
            .map(|language| (language.tag(), self.language_name(language), set == Some(language)))
    }

    fn language_name(&self, language: Language) -> String {
        match language {
            Language::German => self.p.w().text("language-german", &[]),
            Language::English => self.p.w().text("language-english", &[]),
        }
    }

    /// What it means to set no language.
    fn automatic(&self) -> String {
        match self.account.found_language() {
            Some(language) => self.p.w().text("account-language-found", &[("language", &self.language_name(language))]),
            None => self.p.w().text("account-language-any", &[]),
        }
    }

    /// The zones to choose from, with one that was set and is not among them.
    fn zones(&self) -> Vec<&str> {
        let set = self.zone().filter(|zone| !time_zones().iter().any(|known| known == zone));
        set.into_iter().chain(time_zones().iter().map(String::as_str)).collect()
    }

    fn zone(&self) -> Option<&str> {
        self.account.preferences().time_zone.as_deref()
    }

    /// Of which tickets mails can come, in words, and which of them it is.
    fn mails(&self) -> [(MailsAbout, String, String, bool); 3] {
        let (w, set) = (self.p.w(), self.account.preferences().mails);
        let choice = |of, words, hint| (of, words, hint, of == set);
        [
            choice(MailsAbout::All, w.text("mails-all", &[]), w.text("mails-all-hint", &[])),
            choice(MailsAbout::Own, w.text("mails-own", &[]), w.text("mails-own-hint", &[])),
            choice(MailsAbout::Nothing, w.text("mails-none", &[]), w.text("mails-none-hint", &[])),
        ]
    }
}

async fn account(
    State(portal): State<Portal>,
    GuestViewSession { mut view, page: p }: GuestViewSession,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let account = view.account().await?.ok_or(PageError::Missing)?;
    drop(view);
    let saved = asked.iter().any(|(name, value)| name == "said" && value == "saved");
    show(&AccountPage { p, account, desk_zone: portal.time_zone(), saved })
}

async fn set(State(portal): State<Portal>, signed_in: SignedIn, form: Form) -> Result<Response, PageError> {
    let given = |name: &str| Some(form.get(name)).filter(|value| !value.is_empty());
    let set = Preferences {
        language: given("language").map(|tag| Language::try_from(tag).map_err(|_| PageError::Refused)).transpose()?,
        time_zone: given("zone").map(str::to_owned),
        mails: form.word("mails")?,
    };
    portal.actions(signed_in.guest).set_preferences(set).await?;
    Ok(see_other("/account?said=saved"))
}
