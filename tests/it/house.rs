//! The map of the house is kept true by reading it: which outside crate is used where, which room uses which, what
//! does no IO, and what the crates we stand on are licensed under.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each outside crate has one home.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["store/"]),
    ("ammonia", &["mail/", "web/markdown/allowed.rs"]),
    ("html5ever", &["mail/"]),
    ("mail_parser", &["mail/"]),
    ("idna", &["mail/international.rs"]),
    ("aho_corasick", &["mail/phrases/words.rs"]),
    ("async_imap", &["mailbox/imap/"]),
    ("mail_auth", &["dns.rs", "mail/dkim/"]),
    ("lettre", &["mail/compose.rs", "courier/smtp.rs"]),
    ("rustls", &["mailbox/tls.rs"]),
    ("rustls_native_certs", &["mailbox/tls.rs"]),
    ("tokio_rustls", &["mailbox/tls.rs"]),
    ("getrandom", &["time.rs"]),
    (
        "nix",
        &["main.rs", "config/user.rs", "mailbox/maildir.rs", "reader/worker.rs", "store/place.rs", "web/serve/descriptors.rs"],
    ),
    ("axum", &["web/", "portal/", "office/", "app.rs"]),
    ("hyper", &["web/serve/"]),
    ("hyper_util", &["web/serve/"]),
    ("pulldown_cmark", &["web/", "desk/published.rs"]),
    ("imagesize", &["config/read/face.rs"]),
    ("tempfile", &["web/spool.rs"]),
    ("terminal_size", &["cli/explain_why.rs"]),
    ("fluent_bundle", &["letters/i18n.rs"]),
    ("unicode_security", &["desk/names.rs"]),
];

/// Which rooms a room may use, besides itself. Downward only; what is not here is not allowed.
const ROOMS: &[(&str, &[&str])] = &[
    // A package of its own: it could not name another room.
    ("mail", &[]),
    ("time", &["mail"]),
    ("crash", &[]),
    ("dns", &[]),
    ("desk", &["mail", "time"]),
    ("config", &["desk", "mail", "time"]),
    ("store", &["desk", "time"]),
    ("guest", &["desk", "store", "time"]),
    ("letters", &["config", "desk", "guest", "mail", "store", "time"]),
    ("acts", &["config", "desk", "guest", "letters", "mail", "store", "time"]),
    ("mailbox", &["config", "crash", "desk", "mail", "store", "time"]),
    // The way out shares the connection and the Maildir with the way in.
    ("courier", &["acts", "config", "crash", "desk", "guest", "mail", "mailbox", "store", "time"]),
    ("reader", &["crash", "desk", "mail", "time"]),
    ("intake", &["acts", "config", "crash", "desk", "dns", "guest", "letters", "mail", "reader", "store", "time"]),
    // `web` asks `mail` whether HTML is fit for the sanitizer, and `acts` to write the mail with a sign-in link.
    ("web", &["acts", "config", "desk", "guest", "letters", "mail", "reader", "store", "time"]),
    // The store is in reach of `web` for sessions; the portal itself reads and acts only through what that gives out.
    ("portal", &["acts", "config", "desk", "guest", "letters", "time", "web"]),
    // Staff see held mails as they came; nothing here holds a guest's type.
    ("office", &["acts", "config", "desk", "letters", "mail", "store", "time", "web"]),
    // `check` tries the servers on both sides.
    ("ops", &["config", "courier", "desk", "dns", "mail", "mailbox", "store", "time"]),
];

/// The rooms at the top may use every other.
const TOP: &[&str] = &["app", "cli", "demo", "lib", "main"];

/// Where nothing but thinking is done.
const PURE: &[&str] = &[
    "desk/",
    "mail/",
    "intake/case.rs",
    "intake/command/",
    "intake/decision.rs",
    "intake/rules/",
    "acts/audience.rs",
    "letters/commands.rs",
    "letters/guard.rs",
    "letters/held/",
    "letters/lists.rs",
    "mailbox/junk.rs",
    "courier/lines.rs",
    "courier/pace.rs",
    "courier/schedule.rs",
];
const IO: &[&str] = &["tokio::", "std::fs", "std::net", "std::env", "std::process", "File::open"];

/// Crates that bring a second TLS or a C library of another kind.
const BANNED: &[&str] = &["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys", "boring"];

/// Licences that our own, Apache-2.0 OR MIT, can stand on.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file: its path below `src/`, and its text without comments, tests and benchmarks.
pub(crate) fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("benches") {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let (src, mut found) = (root().join("src"), Vec::new());
    walk(&src, &mut found);
    found.sort();
    let sources = found.into_iter().filter(|path| !path.ends_with("tests.rs") && !path.to_string_lossy().ends_with("_tests.rs"));
    let sources = sources.map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (path.strip_prefix(&src).unwrap().to_string_lossy().into_owned(), lines.join("\n"))
    });
    sources.collect()
}

/// Whether `text` uses the crate or module `name` by a path that begins with it.
fn uses(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let begins = |at: usize| !text.split_at(at).0.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    text.match_indices(&path).any(|(at, _)| begins(at))
        || text.contains(&format!("use {name};"))
        || text.contains(&format!("use {name} as"))
}

/// The rooms that `text` names by `crate::room` or `crate::{room, other::thing}`.
fn rooms(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = BTreeSet::new();
    for (at, found) in text.match_indices("crate::") {
        let rest = text.split_at(at + found.len()).1;
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut first = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                c if first && depth == 0 && !c.is_whitespace() => {
                    rooms.insert(word(group.split_at(at).1));
                    first = false;
                }
                _ => {}
            }
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

fn room_of(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

#[test]
fn each_outside_crate_has_one_home() {
    let mut strays = Vec::new();
    for (path, text) in sources() {
        for (name, homes) in HOMES {
            if uses(&text, name) && !homes.iter().any(|home| path.starts_with(home)) {
                strays.push(format!("src/{path} uses {name}, which lives in {homes:?}"));
            }
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

#[test]
fn rooms_use_only_what_is_below_them() {
    let mut strays = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        // In `mail`, `crate` is the package: its rooms are its own.
        if TOP.contains(&room) || room == "mail" {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            strays.push(format!("src/{path}: the room `{room}` is not in the table ROOMS"));
            continue;
        };
        for used in rooms(&text) {
            // Macros of the crate are named like functions at its root; only rooms count.
            let is_room = TOP.contains(&used.as_str()) || ROOMS.iter().any(|(name, _)| *name == used);
            if is_room && used != room && !allowed.contains(&used.as_str()) {
                strays.push(format!("src/{path}: `{room}` may not use `{used}`"));
            }
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

#[test]
fn thinking_does_no_io() {
    let mut strays = Vec::new();
    for (path, text) in sources() {
        if PURE.iter().any(|pure| path.starts_with(pure)) {
            strays.extend(IO.iter().filter(|io| text.contains(**io)).map(|io| format!("src/{path} uses {io}")));
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

/// A page of ours is in the list that tests ask (`web::routes`), and what a guest type keeps to itself is private: `pub(crate)`
/// would be in reach of the pages, while the examples in `guest/mod.rs` went on failing to compile.
#[test]
fn pages_are_listed_and_guest_types_are_closed() {
    let routing = [".route(", ".route_service(", ".nest(", ".nest_service(", ".fallback_service(", "Router::new("];
    let mut strays = Vec::new();
    for (path, text) in sources() {
        let listed = path == "web/routes.rs" || text.contains("web::routes::Routes");
        if !listed {
            strays.extend(routing.iter().filter(|word| text.contains(**word)).map(|word| format!("src/{path}: {word}")));
        }
        // The one plain router is the one around all pages.
        let plain = text.matches("Router::new(").count();
        if plain > usize::from(path == "app.rs") {
            strays.push(format!("src/{path} makes a router of its own"));
        }
        if path.starts_with("guest/") && text.contains("pub(crate)") {
            strays.push(format!("src/{path}: pub(crate)"));
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
    assert!(postroom::app::paths().len() > 15, "the twin: there are pages in the list");
}

/// Whether a text has `name` in it as a word of code: `store`, and neither `restore` nor `stored`.
fn names(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
}

/// The portal has no way to the database, and none to what the office has: what it may know comes through
/// [`postroom::web::portal::Portal`] and the guest boundary.
#[test]
fn the_portal_cannot_name_the_store() {
    let words = ["store", "Store", "Tx", "Web"];
    let sources = sources();
    let portal = || sources.iter().filter(|(path, _)| path.starts_with("portal/"));
    let found: Vec<String> = portal()
        .flat_map(|(path, text)| words.iter().filter(|word| names(text, word)).map(move |word| format!("src/{path}: {word}")))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(portal().count() > 5 && portal().any(|(_, text)| names(text, "Portal")));
    let office = sources.iter().filter(|(path, _)| path.starts_with("office/"));
    assert!(office.into_iter().any(|(_, text)| names(text, "store")), "the twin: the office reads it");
}

#[test]
fn the_checks_see_what_they_look_for() {
    assert!(names("use crate::store::Tx;", "store") && names("&web.store)", "store") && !names("restored, stored", "store"));
    assert!(uses("let x = sqlx::query(1);", "sqlx") && uses("use sqlx::{Row, Any};", "sqlx") && uses("use lettre;", "lettre"));
    assert!(!uses("tokio_rustls::x", "rustls") && !uses("crate::rustls::x", "rustls"));
    let found = rooms("use crate::{desk::{ids, face}, store};\nlet x = crate::mail::understand(b);\nuse crate::time::Clock;");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["desk", "mail", "store", "time"]);
    assert!(sources().len() > 20);
    assert!(licence_is_fine("MIT OR GPL-3.0") && licence_is_fine("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(licence_is_fine("Apache-2.0 WITH LLVM-exception OR GPL-2.0") && licence_is_fine("MIT/Apache-2.0"));
    assert!(
        !licence_is_fine("GPL-3.0")
            && !licence_is_fine("MIT AND GPL-3.0")
            && !licence_is_fine("")
            && !licence_is_fine("MIT AND (GPL-2.0 OR LGPL-3.0)")
    );
}

/// Whether an SPDX expression can be met with [`LICENCES`]: OR needs one side, AND both; AND binds closer.
fn licence_is_fine(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> bool {
    let mut fine = both(rest);
    while let Some((&"OR", after)) = rest.split_first() {
        *rest = after;
        fine |= both(rest);
    }
    fine
}

fn both(rest: &mut &[&str]) -> bool {
    let mut fine = single(rest);
    while let Some((&"AND", after)) = rest.split_first() {
        *rest = after;
        fine &= single(rest);
    }
    fine
}

fn single(rest: &mut &[&str]) -> bool {
    match **rest {
        ["(", ..] => {
            *rest = &rest[1..];
            let fine = either(rest);
            *rest = rest.strip_prefix(&[")"]).unwrap_or_default();
            fine
        }
        [name, "WITH", exception, ..] => {
            *rest = &rest[3..];
            LICENCES.contains(&format!("{name} WITH {exception}").as_str())
        }
        [name, ..] => {
            *rest = &rest[1..];
            LICENCES.contains(&name)
        }
        [] => false,
    }
}

#[test]
fn the_crates_we_stand_on_are_free_and_wanted() {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let used: BTreeSet<&str> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(used.len() > 100 && packages.len() >= used.len());
    let mut strays = Vec::new();
    for package in packages.iter().filter(|package| used.contains(package["id"].as_str().unwrap())) {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or_default());
        if BANNED.contains(&name) {
            strays.push(format!("{name} is banned"));
        }
        if !licence_is_fine(licence) {
            strays.push(format!("{name}: licence `{licence}`"));
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

/// Every crate that the programs are built with is named somewhere: what nobody uses any more goes.
#[test]
fn no_dependency_is_left_over() {
    // Features of theirs are turned on for another crate, or a derive names them.
    const UNNAMED: &[&str] = &["thiserror"];
    let sources = sources();
    for (manifest, room) in [("Cargo.toml", ""), ("src/mail/Cargo.toml", "mail/")] {
        let text = std::fs::read_to_string(root().join(manifest)).unwrap();
        let table = text.split("\n[dependencies]\n").nth(1).unwrap().split("\n[").next().unwrap();
        for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let name = line.split(['=', '.', ' ']).next().unwrap().replace('-', "_");
            let mut own = sources.iter().filter(|(path, _)| path.starts_with("mail/") != room.is_empty());
            let used = own.any(|(_, text)| uses(text, &name)) || UNNAMED.contains(&name.as_str());
            assert!(used, "{manifest} names {name}, and nothing uses it");
        }
    }
}
