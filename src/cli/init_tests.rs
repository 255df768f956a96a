//! What `init` writes can be read again, whatever it was given.

use std::path::Path;

use clap::Parser;

use super::*;
use crate::cli::{Cli, Command};

fn init(more: &[&str]) -> Init {
    let start = ["postroom", "init", "--name", "Desk \"A\" \\ @address@ = 'x' ß", "--address", "Support@desk.example"];
    let staff = ["--staff", "Anna Berger <anna@desk.example>"];
    match Cli::try_parse_from(start.iter().chain(&staff).chain(more)).unwrap().command {
        Command::Init(init) => *init,
        other => panic!("{other:?}"),
    }
}

fn read(text: &str) -> Config {
    let variable = |name: &str| (name == "SECRET").then(|| "geheim".to_owned());
    Config::parse(Path::new("postroom.toml"), text, &variable, std::iter::empty()).unwrap()
}

#[test]
fn the_least_is_a_desk_on_maildirs() {
    let text = written(&init(&[]));
    assert!(!text.replace("@address@ =", "").lines().any(|line| line.split('#').next().unwrap().contains("@imap")), "{text}");
    let config = read(&text);
    assert_eq!(config.desk.name, "Desk \"A\" \\ @address@ = 'x' ß");
    let mailbox = &config.mailboxes[0];
    assert_eq!((mailbox.name.as_str(), mailbox.address.as_str()), ("support", "support@desk.example"));
    assert_eq!(mailbox.reception, "DESK");
    assert!(matches!(mailbox.source, Source::Maildir(_)) && matches!(config.outgoing, Outgoing::Maildir(_)));
}

#[test]
fn with_servers_everything_stands_where_it_belongs() {
    let text = written(&init(&[
        "--language=de",
        "--time-zone=Europe/Berlin",
        "--reception=help",
        "--mailbox=main",
        "--database=postgres://desk@db.example/desk",
        "--allow-unverified-tls",
        "--imap-host=127.0.0.1",
        "--imap-port=1143",
        "--imap-tls=none",
        "--imap-user=support",
        "--imap-password-env=SECRET",
        "--smtp-host=smtp.desk.example",
        "--smtp-tls=starttls",
        "--smtp-user=out",
        "--smtp-password-env=SECRET",
        concat!("--smtp-ca-file=", env!("CARGO_MANIFEST_DIR"), "/fixtures/tls/own.pem"),
    ]));
    let config = read(&text);
    assert_eq!((config.desk.language, config.desk.time_zone.as_str()), (Language::German, "Europe/Berlin"));
    let Source::Imap(imap) = &config.mailboxes[0].source else { panic!("{config:?}") };
    assert_eq!((imap.server.host.as_str(), imap.server.port, imap.server.tls), ("127.0.0.1", 1143, Tls::None));
    assert_eq!(config.mailboxes[0].reception, "HELP");
    let Outgoing::Smtp(smtp) = &config.outgoing else { panic!("{config:?}") };
    assert_eq!((smtp.port, smtp.tls, smtp.ca_file.is_some()), (587, Tls::Starttls, true));
    assert_eq!(smtp.login.as_ref().unwrap().user, "out");
}

#[test]
fn every_commented_key_can_be_switched_on() {
    let without_maildirs = written(&init(&[]))
        .replace("[mailbox.maildir]", "")
        .replace("path = \"mail/in\"", "")
        .replace("[outgoing.maildir]", "")
        .replace("path = \"mail/out\"", "");
    let text: String = without_maildirs
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            // One way to give the password is enough.
            Some(key) if key.starts_with("password_file") || key.starts_with("password = ") => String::new(),
            Some(key) if key.starts_with('[') || key.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')) => {
                format!("{}\n", key.replace("IMAP_PASSWORD", "SECRET").replace("SMTP_PASSWORD", "SECRET"))
            }
            _ => format!("{line}\n"),
        })
        .collect();
    // What has to be there when the desk starts.
    let own = concat!("\"", env!("CARGO_MANIFEST_DIR"), "/fixtures/tls/own.pem\"");
    let picture = concat!("\"", env!("CARGO_MANIFEST_DIR"), "/fixtures/face/square.png\"");
    let text = text.replace("\"logo.png\"", picture).replace("\"favicon.png\"", picture);
    let text = text.replace("\"ca.pem\"", own).replace("sha256:...", &format!("sha256:{}", "ab".repeat(32)));
    let config = read(&text);
    assert!(matches!(config.outgoing, Outgoing::Smtp(_)), "{text}");
    assert!(matches!(config.mailboxes[0].source, Source::Imap(_)), "{text}");
    assert!(config.face.logo.is_some() && config.face.accent.is_some() && config.face.footer.len() == 1, "{text}");
}

#[test]
fn a_server_needs_its_login() {
    for wrong in
        [&["--imap-host=h"][..], &["--imap-host=h", "--imap-user=u"], &["--smtp-host=h", "--smtp-user=u"], &["--imap-user=u"]]
    {
        let start = ["postroom", "init", "--name=x", "--address=a@b.example", "--staff=A <c@b.example>"];
        assert!(Cli::try_parse_from(start.iter().chain(wrong)).is_err(), "{wrong:?}");
    }
}
