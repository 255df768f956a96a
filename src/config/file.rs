//! The file as it is written: one struct for each section, unknown keys refused.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::letters::RawSpan;
use super::limits::{Amount, RawLimits};
use super::{Desk, Profile, Quote, Tls};
use crate::time::Span;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) desk: Desk,
    pub(super) database: RawDatabase,
    #[serde(default)]
    pub(super) trust: RawTrust,
    #[serde(default)]
    pub(super) staff: RawStaff,
    #[serde(default)]
    pub(super) first_look: RawFirstLook,
    #[serde(default, rename = "mailbox")]
    pub(super) mailboxes: Vec<RawMailbox>,
    pub(super) outgoing: RawOutgoing,
    #[serde(default)]
    pub(super) acknowledgement: RawAcknowledgement,
    pub(super) web: Option<RawWeb>,
    #[serde(default)]
    pub(super) face: RawFace,
    #[serde(default)]
    pub(super) limits: RawLimits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWeb {
    #[serde(default = "loopback")]
    pub(super) listen: SocketAddr,
    pub(super) base_url: String,
    #[serde(default)]
    pub(super) trusted_proxies: Vec<IpAddr>,
    pub(super) connections: Option<Amount>,
    pub(super) connections_per_client: Option<Amount>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFace {
    pub(super) logo: Option<PathBuf>,
    pub(super) favicon: Option<PathBuf>,
    pub(super) accent: Option<String>,
    #[serde(default)]
    pub(super) footer: Vec<RawFooterLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFooterLink {
    pub(super) url: String,
    pub(super) en: Option<String>,
    pub(super) de: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDatabase {
    pub(super) url: String,
    #[serde(default)]
    pub(super) allow_unverified_tls: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrust {
    #[serde(default)]
    pub(super) profile: Profile,
    #[serde(default)]
    pub(super) evidence: Vec<Evidence>,
    pub(super) authserv_id: Option<String>,
    pub(super) own_hops: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStaff {
    pub(super) collision_guard: Option<bool>,
    pub(super) undo_window: Option<Span>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFirstLook {
    pub(super) old_after: Option<Span>,
}

/// A kind of evidence that can be enabled.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Evidence {
    AuthenticationResults,
    Dkim,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMailbox {
    pub(super) name: String,
    pub(super) address: String,
    #[serde(default = "yes")]
    pub(super) plus_addressing: bool,
    pub(super) reception: String,
    #[serde(default = "ten_seconds")]
    pub(super) poll: Span,
    #[serde(default)]
    pub(super) staff_only: bool,
    #[serde(default)]
    pub(super) trusted_forwarders: Vec<String>,
    pub(super) imap: Option<RawImap>,
    pub(super) maildir: Option<RawMaildir>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMaildir {
    pub(super) path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawImap {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    #[serde(default = "implicit")]
    pub(super) tls: Tls,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) password_env: Option<String>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) fingerprint: Option<String>,
    #[serde(default = "inbox")]
    pub(super) folders: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOutgoing {
    pub(super) connections: Option<usize>,
    pub(super) attachment_bytes: Option<Amount>,
    pub(super) connections_per_domain: Option<Amount>,
    pub(super) mails_per_minute_per_domain: Option<Amount>,
    #[serde(default)]
    pub(super) quote: Quote,
    pub(super) display_name: Option<String>,
    pub(super) smtp: Option<RawSmtp>,
    #[serde(default)]
    pub(super) fallback: Vec<RawSmtp>,
    pub(super) maildir: Option<RawMaildir>,
    #[serde(default)]
    pub(super) dkim: Vec<RawDkim>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAcknowledgement {
    pub(super) answer_within: Option<RawSpan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDkim {
    pub(super) domain: String,
    pub(super) selector: String,
    pub(super) key_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSmtp {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    #[serde(default = "implicit")]
    pub(super) tls: Tls,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) password_env: Option<String>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) fingerprint: Option<String>,
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}
fn yes() -> bool {
    true
}
fn ten_seconds() -> Span {
    Span(Duration::from_secs(10))
}
fn implicit() -> Tls {
    Tls::Implicit
}
fn inbox() -> Vec<String> {
    vec!["INBOX".to_owned()]
}
