//! What a configuration may say, and what each refusal tells.

use super::*;

const GOOD: &str = r#"
[desk]
name = "Example desk"
language = "de"
time_zone = "Europe/Berlin"
[database]
url = "sqlite:postroom.db"
[[mailbox]]
name = "support"
address = "Support@desk.example"
reception = "DESK"
[mailbox.imap]
host = "imap.desk.example"
user = "support"
password_env = "SUPPORT_PASSWORD"
[outgoing.smtp]
host = "smtp.desk.example"
tls = "starttls"
user = "support"
password = "geheim"
"#;

fn parse(text: &str, overlay: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variable = |name: &str| (name == "SUPPORT_PASSWORD").then(|| "from the environment".to_owned());
    let overlay = overlay.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::parse(Path::new("/etc/postroom/postroom.toml"), text, &variable, overlay)
}

#[test]
fn a_good_one_is_read() {
    let config = parse(GOOD, &[]).unwrap();
    assert_eq!(config.database.url, "sqlite:/etc/postroom/postroom.db");
    let support = config.mailbox("support").unwrap();
    assert_eq!(support.address, "support@desk.example");
    assert!(support.plus_addressing);
    let Source::Imap(imap) = &support.source else { panic!("{support:?}") };
    assert_eq!((imap.server.port, imap.server.tls, imap.folders.as_slice()), (993, Tls::Implicit, &["INBOX".to_owned()][..]));
    assert_eq!(imap.server.login.as_ref().unwrap().password.expose(), "from the environment");
    let Outgoing::Smtp(smtp) = &config.outgoing else { panic!("{config:?}") };
    assert_eq!(smtp.port, 587);
    assert!(!format!("{config:?}").contains("geheim"), "passwords are never printed");
}

#[test]
fn the_environment_overrides() {
    let config = parse(GOOD, &[("POSTROOM__DATABASE__URL", "postgres://localhost/desk"), ("HOME", "/")]).unwrap();
    assert_eq!(config.database.url, "postgres://localhost/desk");
}

#[test]
fn every_refusal_names_file_key_and_remedy() {
    let cases = [
        ("language = \"de\"", "language = \"fr\"", "desk.language"),
        ("Europe/Berlin", "Europe/Berln", "desk.time_zone"),
        ("name = \"Example desk\"", "name = \" \"", "desk.name"),
        ("sqlite:postroom.db", "mysql://x", "database.url"),
        ("sqlite:postroom.db", "postgres://db.example/desk", "database.url"),
        ("reception = \"DESK\"", "recption = \"DESK\"", "mailbox[0]"),
        ("Support@desk.example", "Support", "mailbox[0].address"),
        ("user = \"support\"\npassword_env", "password_env", "mailbox[0].imap.user"),
        ("SUPPORT_PASSWORD", "NO_SUCH", "mailbox[0].imap.password_env"),
        ("tls = \"starttls\"", "tls = \"none\"", "outgoing.smtp.tls"),
        ("tls = \"starttls\"", "tls = \"maybe\"", "outgoing.smtp.tls"),
        ("password = \"geheim\"", "", "outgoing.smtp.password"),
        ("[outgoing.smtp]", "[outgoing.smpt]", "outgoing"),
        ("[[mailbox]]", "[[mailbox", "syntax"),
    ];
    for (good, bad, key) in cases {
        assert!(GOOD.contains(good), "{good}");
        let error = parse(&GOOD.replacen(good, bad, 1), &[]).unwrap_err();
        assert!(error.key.starts_with(key), "{bad}: {error:?}");
        assert!(error.to_string().contains("/etc/postroom/postroom.toml"), "{error}");
        assert!(!error.remedy.is_empty() && !error.problem.is_empty(), "{error:?}");
    }
}

#[test]
fn a_database_elsewhere_needs_verified_tls_or_an_explicit_word() {
    for (url, fine) in [
        ("postgres://desk@127.0.0.1:5432/desk", true),
        ("postgres://desk@[::1]:5432/desk", true),
        ("postgres:///desk?host=/var/run/postgresql", true),
        ("postgres://db.example/desk?sslmode=verify-full", true),
        ("postgres://db.example/desk?sslmode=require", false),
        ("postgres://127.0.0.1.evil.example/desk", false),
        ("postgres://127.0.0.1/desk?host=db.example", false),
    ] {
        let text = GOOD.replace("sqlite:postroom.db", url);
        assert_eq!(parse(&text, &[]).is_ok(), fine, "{url}");
        let allowed = text.replace("[database]", "[database]\nallow_unverified_tls = true");
        assert!(parse(&allowed, &[]).is_ok(), "{url}");
    }
}

#[test]
fn the_readme_shows_a_good_one() {
    let readme = include_str!("../../README.md");
    let shown = readme.split_once("```toml\n").unwrap().1.split_once("\n```").unwrap().0;
    let text =
        shown.replace("password_file = \"password\"", "password = \"geheim\"").replace("SMTP_PASSWORD", "SUPPORT_PASSWORD");
    let config = parse(&text, &[]).unwrap();
    assert_eq!((config.mailboxes.len(), config.desk.time_zone.as_str()), (1, "Europe/Berlin"));
}

#[test]
fn guests_come_through_tls_or_from_this_machine() {
    for (url, fine) in [
        ("https://help.desk.example", true),
        ("https://help.desk.example/", true),
        ("https://help.desk.example:8443", true),
        ("http://localhost:8080", true),
        ("http://127.0.0.1:8080", true),
        ("http://help.desk.example", false),
        ("http://localhost.evil.example", false),
        ("https://help.desk.example/path", false),
        ("https://user@help.desk.example", false),
        ("ftp://help.desk.example", false),
        ("help.desk.example", false),
    ] {
        let parsed = parse(&format!("{GOOD}\n[web]\nbase_url = \"{url}\"\n"), &[]);
        assert_eq!(parsed.is_ok(), fine, "{url}");
        assert!(fine || parsed.unwrap_err().key == "web.base_url");
    }
}

#[test]
fn what_counts_as_proof_is_said_in_one_piece() {
    let with = |trust: &str| parse(&format!("{GOOD}\n[trust]\n{trust}\n"), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().trust, Trust::default());
    let receiver = |own_hops| Some(Receiver { authserv_id: "mx.desk.example".to_owned(), own_hops });
    let both = "evidence = [\"authentication_results\", \"dkim\"]\nauthserv_id = \"mx.desk.example\"";
    let trust = Trust { profile: Profile::Strict, receiver: receiver(1), dkim: true };
    assert_eq!(with(&format!("profile = \"strict\"\n{both}")).unwrap().trust, trust);
    assert_eq!(with(&format!("{both}\nown_hops = 10")).unwrap().trust.receiver, receiver(10));
    assert_eq!(with(&format!("{both}\nown_hops = 0")).unwrap().trust.receiver, receiver(0));
    let only_dkim = Trust { dkim: true, ..Trust::default() };
    assert_eq!(with("evidence = [\"dkim\"]").unwrap().trust, only_dkim);
    assert!(with("profile = \"strict\"\nevidence = [\"dkim\"]").is_ok());
    let staff_only = GOOD.replacen("reception", "staff_only = true\nreception", 1) + "\n[trust]\nprofile = \"strict\"\n";
    assert!(parse(&staff_only, &[]).unwrap().mailboxes[0].staff_only);
    for (trust, key) in [
        ("evidence = [\"authentication_results\"]", "trust.authserv_id"),
        ("evidence = [\"authentication_results\"]\nauthserv_id = \"\"", "trust.authserv_id"),
        ("evidence = [\"authentication_results\"]\nauthserv_id = \"*\"", "trust.authserv_id"),
        ("evidence = [\"authentication_results\"]\nauthserv_id = \"mx.a.example; mx.b.example\"", "trust.authserv_id"),
        ("authserv_id = \"mx.desk.example\"", "trust.authserv_id"),
        ("evidence = [\"dkim\"]\nauthserv_id = \"mx.desk.example\"", "trust.authserv_id"),
        ("own_hops = 1", "trust.own_hops"),
        ("evidence = [\"authentication_results\"]\nauthserv_id = \"mx.desk.example\"\nown_hops = 11", "trust.own_hops"),
        ("profile = \"strict\"", "trust.profile"),
        ("profile = \"relaxed\"", "trust.profile"),
        ("evidence = [\"spf\"]", "trust.evidence"),
        ("evidences = []", "trust"),
    ] {
        let error = with(trust).unwrap_err();
        assert!(error.key.starts_with(key) && !error.remedy.is_empty(), "{trust}: {error:?}");
    }
}

#[test]
fn a_trusted_forwarder_is_one_address_and_not_among_staff_only() {
    let with = |lines: &str| parse(&GOOD.replacen("reception", &format!("{lines}\nreception"), 1), &[]);
    let config = with("trusted_forwarders = [\"Forms@www.example\"]").unwrap();
    assert_eq!(config.mailboxes[0].trusted_forwarders, ["forms@www.example"]);
    for lines in [
        "trusted_forwarders = [\"*@www.example\"]",
        "trusted_forwarders = [\"@www.example\"]",
        "trusted_forwarders = [\"www.example\"]",
        "trusted_forwarders = [\"forms@localhost\"]",
        "trusted_forwarders = [\"a@x.example, b@x.example\"]",
        "staff_only = true\ntrusted_forwarders = [\"forms@www.example\"]",
    ] {
        assert_eq!(with(lines).unwrap_err().key, "mailbox[0].trusted_forwarders", "{lines}");
    }
}

#[test]
fn how_answers_of_the_staff_leave() {
    let with = |staff: &str| parse(&format!("{GOOD}\n[staff]\n{staff}\n"), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().staff, Staff { collision_guard: true, undo_window: None });
    let staff = with("collision_guard = false\nundo_window = \"60s\"").unwrap().staff;
    assert_eq!(staff, Staff { collision_guard: false, undo_window: Some(Duration::from_secs(60)) });
    assert_eq!(with("undo_window = \"0s\"").unwrap().staff.undo_window, None);
    assert_eq!(with("undo_window = \"24h\"").unwrap().staff.undo_window, Some(Duration::from_hours(24)));
    assert_eq!(with("undo_window = \"25h\"").unwrap_err().key, "staff.undo_window");
    assert!(with("undo = \"60s\"").is_err());
}

#[test]
fn how_much_of_a_mail_is_read() {
    let with = |limits: &str| parse(&format!("{GOOD}\n[limits]\n{limits}\n"), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().limits, crate::mail::Limits::default());
    let limits = with("mail_bytes = \"50 MiB\"\nheader_bytes = 65536\nparts = 100").unwrap().limits;
    assert_eq!((limits.raw_bytes, limits.headers.bytes, limits.parts, limits.depth), (50 << 20, 65_536, 100, 30));
    let limits =
        parse(GOOD, &[("POSTROOM__LIMITS__ADDRESSES", "500"), ("POSTROOM__LIMITS__TEXT_BYTES", "64KiB")]).unwrap().limits;
    assert_eq!((limits.addresses, limits.text_bytes), (500, 64 << 10));
    let refused = [
        ("mail_bytes = \"200 MiB\"", "limits.mail_bytes"),
        ("mail_bytes = 0", "limits.mail_bytes"),
        ("header_bytes = \"2 MiB\"", "limits.header_bytes"),
        ("header_fields = 10001", "limits.header_fields"),
        ("html_bytes = \"5 MiB\"", "limits.html_bytes"),
        ("html_depth = 1001", "limits.html_depth"),
        ("text_bytes = \"5 MiB\"", "limits.text_bytes"),
        ("parts = 5001", "limits.parts"),
        ("depth = 101", "limits.depth"),
        ("attachments = 1001", "limits.attachments"),
        ("addresses = 2001", "limits.addresses"),
        ("parts = -1", "limits.parts"),
        ("parts = \"many\"", "limits.parts"),
    ];
    for (line, key) in refused {
        assert_eq!(with(line).unwrap_err().key, key, "{line}");
    }
    assert!(with("part = 100").is_err());
    let said = with("depth = 101").unwrap_err();
    assert!(said.problem.contains("from 5 to 100") && said.problem.contains("default 30"), "{said}");
}

#[test]
fn certificates_and_fingerprints_are_checked_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("ca.pem"), "-----BEGIN CERTIFICATE-----\n").unwrap();
    std::fs::write(path("empty.pem"), "").unwrap();
    let digits = "AB:".repeat(31) + "AB";
    let with = |line: String| parse(&GOOD.replace("[outgoing.smtp]", &format!("{line}\n[outgoing.smtp]")), &[]);
    let Source::Imap(imap) =
        with(format!("ca_file = {:?}\nfingerprint = \"SHA256:{digits}\"", path("ca.pem"))).unwrap().mailboxes[0].source.clone()
    else {
        panic!("IMAP")
    };
    assert_eq!(imap.server.fingerprint, Some(Fingerprint([0xab; 32])));
    assert_eq!(imap.server.fingerprint.unwrap().to_string(), format!("sha256:{}", "ab".repeat(32)));
    for (line, key) in [
        (format!("ca_file = {:?}", path("missing.pem")), "mailbox[0].imap.ca_file"),
        (format!("ca_file = {:?}", path("empty.pem")), "mailbox[0].imap.ca_file"),
        ("fingerprint = \"sha256:abc\"".to_owned(), "mailbox[0].imap.fingerprint"),
        (format!("fingerprint = \"{}\"", "xy".repeat(32)), "mailbox[0].imap.fingerprint"),
        ("folders = [\"INBOX\", \"\"]".to_owned(), "mailbox[0].imap.folders"),
        ("folders = [\"a\\nb\"]".to_owned(), "mailbox[0].imap.folders"),
    ] {
        assert_eq!(with(line.clone()).unwrap_err().key, key, "{line}");
    }
    let smtp = GOOD.replace("tls = \"starttls\"", "tls = \"starttls\"\nca_file = \"missing.pem\"");
    assert_eq!(parse(&smtp, &[]).unwrap_err().key, "outgoing.smtp.ca_file");
}

#[test]
fn files_with_passwords_are_known() {
    let text = "[database]\nurl = \"postgres://u@h/d\"\n[[mailbox]]\nname = \"a\"\n[mailbox.imap]\npassword_file = \"imap\"\n\
         [outgoing.smtp]\npassword_file = \"/etc/smtp\"\n";
    let files = |text: &str| super::read::secret_files(Path::new("/etc/postroom/postroom.toml"), text);
    assert_eq!(files(text), [PathBuf::from("/etc/postroom/imap"), PathBuf::from("/etc/smtp")]);
    assert_eq!(files("[outgoing.smtp]\npassword = \"x\""), [PathBuf::from("/etc/postroom/postroom.toml")]);
    assert_eq!(files("[database]\nurl = \"postgres://u:x@h/d\""), [PathBuf::from("/etc/postroom/postroom.toml")]);
    assert!(files("[database]\nurl = \"sqlite:a.db\"\n[outgoing.smtp]\npassword_env = \"X\"").is_empty());
    assert!(files("[").is_empty());
}

#[test]
fn connections_have_defaults_and_bounds() {
    let web = |more: &str| parse(&format!("{GOOD}\n[web]\nbase_url = \"https://help.example\"\n{more}\n"), &[]);
    let usual = web("").unwrap().web.unwrap();
    assert_eq!((usual.connections, usual.connections_per_client), (512, 64));
    let set = web("connections = 2000\nconnections_per_client = 4").unwrap().web.unwrap();
    assert_eq!((set.connections, set.connections_per_client), (2000, 4));
    for (line, key) in [("connections = 15", "web.connections"), ("connections_per_client = 0", "web.connections_per_client")] {
        assert_eq!(web(line).unwrap_err().key, key);
    }
}

#[test]
fn how_much_goes_to_one_domain() {
    let with = |lines: &str| parse(&GOOD.replace("[outgoing.smtp]", &format!("[outgoing]\n{lines}\n[outgoing.smtp]")), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().per_domain, PerDomain::default());
    let set = with("connections_per_domain = 2\nmails_per_minute_per_domain = 90").unwrap().per_domain;
    assert_eq!(set, PerDomain { connections: Some(2), mails_per_minute: Some(90) });
    for line in ["connections_per_domain = 0", "connections_per_domain = 51", "mails_per_minute_per_domain = 0"] {
        let (key, _) = line.split_once(' ').unwrap();
        assert_eq!(with(line).unwrap_err().key, format!("outgoing.{key}"), "{line}");
    }
}

#[test]
fn what_stands_below_an_answer() {
    let with = |line: &str| parse(&GOOD.replace("[outgoing.smtp]", &format!("[outgoing]\n{line}\n[outgoing.smtp]")), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().quote, Quote::Last);
    for (line, quote) in [("none", Quote::None), ("last", Quote::Last), ("all", Quote::All)] {
        assert_eq!(with(&format!("quote = \"{line}\"")).unwrap().quote, quote);
    }
    assert_eq!(with("quote = \"first\"").unwrap_err().key, "outgoing.quote");
}

#[test]
fn how_staff_are_called_as_senders() {
    let with = |name: &str| {
        let line = format!("display_name = {}", quoted(name));
        parse(&GOOD.replace("[outgoing.smtp]", &format!("[outgoing]\n{line}\n[outgoing.smtp]")), &[])
    };
    let of = |config: Config| config.display_name.of("Anna Weber", "Acme Support");
    assert_eq!(of(parse(GOOD, &[]).unwrap()), "Anna Weber (Acme Support)");
    for (name, shown) in [
        ("{staff} · {desk}", "Anna Weber · Acme Support"),
        ("{desk}: {staff}", "Acme Support: Anna Weber"),
        ("{staff}", "Anna Weber"),
        ("{desk}", "Acme Support"),
    ] {
        assert_eq!(of(with(name).unwrap()), shown);
    }
    assert_eq!(with("{staff} at {desk}").unwrap().display_name.of("{desk}", "D"), "{desk} at D", "a name is no placeholder");
    for name in [
        "Support",
        "",
        "{staff} {team}",
        "{staff",
        "staff} {desk}",
        "{staff} <a@b.example>",
        "{staff}\n{desk}",
        "{staff}\u{202e}",
    ] {
        assert_eq!(with(name).unwrap_err().key, "outgoing.display_name", "{name}");
    }
}

#[test]
fn how_soon_an_answer_comes() {
    let with = |line: &str| parse(&format!("{GOOD}\n[acknowledgement]\n{line}\n"), &[]);
    assert_eq!(parse(GOOD, &[]).unwrap().answer_within, None);
    let named = |de: &str, en: &str| Some(Named { de: de.to_owned(), en: en.to_owned() });
    assert_eq!(with("answer_within = \"24 h\"").unwrap().answer_within, named("24 h", "24 h"));
    let both = "answer_within = { de = \"einem Werktag\", en = \"one working day\" }";
    assert_eq!(with(both).unwrap().answer_within, named("einem Werktag", "one working day"));
    for line in ["answer_within = \" \"", "answer_within = \"a\\nb\"", "answer_within = 24", "answer_within = { en = \"a day\" }"]
    {
        let wrong = with(line).unwrap_err();
        assert_eq!(wrong.key, "acknowledgement.answer_within", "{line}");
        assert!(wrong.to_string().contains("one working day"), "{wrong}");
    }
}

#[test]
fn further_servers_are_listed_in_order() {
    let further = |host: &str| format!("\n[[outgoing.fallback]]\nhost = \"{host}\"\ntls = \"starttls\"\n");
    let with = |sections: &str| parse(&format!("{GOOD}{sections}"), &[]);
    assert!(parse(GOOD, &[]).unwrap().fallbacks.is_empty());
    let config = with(&format!("{}{}", further("b.example"), further("c.example"))).unwrap();
    let hosts: Vec<_> = config.fallbacks.iter().map(|server| (server.host.as_str(), server.port)).collect();
    assert_eq!(hosts, [("b.example", 587), ("c.example", 587)]);
    for (sections, key) in [
        (further("smtp.desk.example"), "outgoing.fallback[0]"),
        (further("b.example").repeat(2), "outgoing.fallback[1]"),
        (further("b.example") + "user = \"x\"\n", "outgoing.fallback[0].password"),
        (further("b.example").replace("starttls", "none"), "outgoing.fallback[0].tls"),
        (further("b.example").replace("host", "hots"), "outgoing.fallback[0]"),
    ] {
        let error = with(&sections).unwrap_err();
        assert!(error.key.starts_with(key) && !error.remedy.is_empty(), "{sections}: {error:?}");
    }
    let (head, _) = GOOD.split_once("[outgoing.smtp]").unwrap();
    let maildir = format!("{head}[outgoing.maildir]\npath = \"out\"\n");
    assert!(parse(&maildir, &[]).is_ok(), "the twin");
    assert_eq!(parse(&format!("{maildir}{}", further("b.example")), &[]).unwrap_err().key, "outgoing.fallback");
}

#[test]
fn keys_that_sign_are_checked_at_the_start() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let (rsa, ed25519) = (include_str!("../../fixtures/dkim/rsa.pem"), include_str!("../../fixtures/dkim/ed25519.pem"));
    let good = file("rsa.pem", rsa, 0o600);
    let section = |domain: &str, selector: &str, path: &Path| {
        format!("\n[[outgoing.dkim]]\ndomain = \"{domain}\"\nselector = \"{selector}\"\nkey_file = {path:?}\n")
    };
    let with = |sections: &str| parse(&format!("{GOOD}{sections}"), &[]);
    assert!(parse(GOOD, &[]).unwrap().dkim.is_empty());
    let two = section("desk.example", "s1", &good) + &section("desk.example", "s2", &file("ed.pem", ed25519, 0o640));
    let names: Vec<String> = with(&two).unwrap().dkim.iter().map(|key| key.signer.record_name()).collect();
    assert_eq!(names, ["s1._domainkey.desk.example", "s2._domainkey.desk.example"]);
    let shown = format!("{:?}", with(&two).unwrap());
    assert!(!shown.contains("MII"), "keys are never printed");
    let refused = [
        (section("desk.example", "s1", &folder.path().join("missing.pem")), "key_file", "openssl genpkey"),
        (section("desk.example", "s1", &file("open.pem", rsa, 0o644)), "key_file", "`chmod 640 "),
        (
            section("desk.example", "s1", &file("public.pem", &rsa.replace("PRIVATE", "PUBLIC"), 0o600)),
            "key_file",
            "openssl genpkey",
        ),
        (
            section("desk.example", "s1", &file("locked.pem", &rsa.replace("PRI", "ENCRYPTED PRI"), 0o600)),
            "key_file",
            "openssl pkey",
        ),
        (section("acme.example", "s1", &good), "domain", "the addresses that mail leaves from"),
        (section("desk", "s1", &good), "domain", "desk.example"),
        (section("desk.example", "s 1", &good), "selector", "postroom._domainkey.desk.example"),
    ];
    for (sections, key, remedy) in refused {
        let error = with(&sections).unwrap_err();
        assert_eq!(error.key, format!("outgoing.dkim[0].{key}"), "{error}");
        assert!(error.remedy.contains(remedy), "{error}");
    }
    let twice = section("desk.example", "s1", &good).repeat(2);
    assert_eq!(with(&twice).unwrap_err().key, "outgoing.dkim[1].selector");
    assert!(with("\n[[outgoing.dkim]]\ndomain = \"desk.example\"\n").is_err());
}

/// The beginning of a PNG of this size: all that is looked at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend([width, height].into_iter().flat_map(u32::to_be_bytes));
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn the_face_is_checked_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postroom.toml");
    let icon = [&[0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0][..], &[0; 40]].concat();
    for (name, bytes) in [
        ("wide.png", png(300, 100)),
        ("square.png", png(64, 64)),
        ("tiny.png", png(8, 8)),
        ("huge.png", png(5000, 100)),
        ("cut.png", png(300, 100)[..12].to_vec()),
        ("fat.png", [png(300, 100), vec![0; 256 << 10]].concat()),
        ("logo.svg", b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".to_vec()),
        ("page.png", b"<script>alert(1)</script>".to_vec()),
        ("icon.ico", icon),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let load = |face: &str| Config::parse(&file, &format!("{GOOD}\n{face}"), &|_| Some("x".to_owned()), std::iter::empty());
    let face = load(
        "[face]\nlogo = \"wide.png\"\nfavicon = \"icon.ico\"\naccent = \"#0A6B4F\"\n\
         [[face.footer]]\nurl = \"https://desk.example/imprint\"\nen = \" Imprint \"\nde = \"Impressum\"\n\
         [[face.footer]]\nurl = \"mailto:privacy@desk.example\"\nde = \"Datenschutz\"",
    )
    .unwrap()
    .face;
    let logo = face.logo.unwrap();
    assert_eq!((logo.content_type, logo.width, logo.height, logo.bytes.to_vec()), ("image/png", 300, 100, png(300, 100)));
    assert_eq!(face.favicon.unwrap().content_type, "image/vnd.microsoft.icon");
    assert_eq!(face.accent.unwrap().to_string(), "#0a6b4f");
    let labels = |language| face.footer.iter().map(|link| link.label(language)).collect::<Vec<_>>();
    assert_eq!(labels(Language::English), ["Imprint", "Datenschutz"], "one language is better than none");
    assert_eq!(labels(Language::German), ["Impressum", "Datenschutz"]);
    assert!(load("").unwrap().face.logo.is_none(), "the twin: nothing is needed");

    let footer = |rest: &str| format!("[[face.footer]]\n{rest}");
    for (wrong, key, words) in [
        ("[face]\nlogo = \"none.png\"".to_owned(), "face.logo", "none.png"),
        ("[face]\nlogo = \".\"".to_owned(), "face.logo", "directory"),
        ("[face]\nlogo = \"logo.svg\"".to_owned(), "face.logo", "an SVG, which can carry programs"),
        ("[face]\nlogo = \"page.png\"".to_owned(), "face.logo", "not a picture"),
        ("[face]\nlogo = \"cut.png\"".to_owned(), "face.logo", "damaged"),
        ("[face]\nlogo = \"fat.png\"".to_owned(), "face.logo", "larger than 256 KiB"),
        ("[face]\nlogo = \"tiny.png\"".to_owned(), "face.logo", "8 × 8 pixels"),
        ("[face]\nlogo = \"huge.png\"".to_owned(), "face.logo", "5000 × 100 pixels"),
        ("[face]\nlogo = \"icon.ico\"".to_owned(), "face.logo", "too small for the head"),
        ("[face]\nfavicon = \"wide.png\"".to_owned(), "face.favicon", "in a square"),
        ("[face]\nfavicon = \"logo.svg\"".to_owned(), "face.favicon", "an SVG"),
        ("[face]\naccent = \"green\"".to_owned(), "face.accent", "not a colour"),
        ("[face]\naccent = \"#777777\"".to_owned(), "face.accent", "4.47:1"),
        ("[face]\nacent = \"#000000\"".to_owned(), "face", "acent"),
        (footer("url = \"/imprint\"\nen = \"Imprint\""), "face.footer[0].url", "leads nowhere"),
        (footer("url = \"javascript:alert(1)\"\nen = \"Imprint\""), "face.footer[0].url", "leads nowhere"),
        (footer("url = \"https://desk.example\""), "face.footer[0]", "says nothing"),
        (footer("url = \"https://desk.example\"\nen = \" \""), "face.footer[0].en", "1 to 40 characters"),
        (footer("url = \"https://desk.example\"\nde = \"a\\nb\""), "face.footer[0].de", "1 to 40 characters"),
        (footer("url = \"https://desk.example\"\nfr = \"Mentions\""), "face.footer[0]", "fr"),
        (footer("url = \"https://desk.example\"\nen = \"a\"\n").repeat(7), "face.footer", "7 links"),
    ] {
        let error = load(&wrong).unwrap_err();
        assert!(error.key.starts_with(key) && error.to_string().contains(words) && !error.remedy.is_empty(), "{wrong}: {error}");
    }
    let refused = load("[face]\naccent = \"#ffd700\"").unwrap_err();
    let near = refused.remedy.split('"').nth(1).unwrap();
    assert!(load(&format!("[face]\naccent = \"{near}\"")).is_ok(), "the twin: what is offered is taken: {refused}");
}
