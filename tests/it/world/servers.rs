//! The real servers that `tests/run` starts, and how to speak to them. Any address is a user, its password is `geheim`.

use std::path::PathBuf;

use postroom::config::{Imap, Login, Secret, Server, Tls};
use postroom::mailbox::imap::{Session, connect};
use postroom::time::Rng;

use super::setting;

/// An address that no other test has.
pub(crate) fn somebody() -> String {
    format!("u{}@desk.example", Rng::System.fresh_name())
}

/// The server in `variable`; without login and authorities.
pub(crate) fn server(variable: &str, tls: Tls) -> Option<Server> {
    let address = setting(variable)?;
    let (host, port) = address.rsplit_once(':').unwrap();
    Some(Server { host: host.to_owned(), port: port.parse().unwrap(), tls, login: None, ca_file: None, fingerprint: None })
}

/// The file that makes the servers' certificate trusted.
pub(crate) fn ca_file() -> Option<PathBuf> {
    setting("POSTROOM_TEST_CA").map(PathBuf::from)
}

/// `user`'s mailbox on the IMAP server, in the clear.
pub(crate) fn imap(user: &str, folders: &[&str]) -> Option<Imap> {
    let mut server = server("POSTROOM_TEST_IMAP", Tls::None)?;
    server.login = Some(Login { user: user.to_owned(), password: Secret::from("geheim".to_owned()) });
    Some(Imap { server, folders: folders.iter().map(|folder| (*folder).to_owned()).collect() })
}

/// Another mail client, looking at `folder`.
pub(crate) async fn client(imap: &Imap, folder: &str) -> Session {
    let mut session = connect(&imap.server).await.unwrap();
    session.select(folder).await.unwrap();
    session
}

/// Runs a command and wants it done.
pub(crate) async fn command(session: &mut Session, command: &str) {
    session.run_command_and_check_ok(command).await.unwrap();
}

/// The UIDs in the selected folder that match `query`, in order.
pub(crate) async fn search(session: &mut Session, query: &str) -> Vec<u32> {
    session.noop().await.unwrap();
    let mut uids: Vec<u32> = session.uid_search(query).await.unwrap().into_iter().collect();
    uids.sort_unstable();
    uids
}
