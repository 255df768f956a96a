//! An IMAP server with mails that no real server would give: to see that one bad mail costs only itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use postroom::config::{Imap, Login, Secret, Server, Tls};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What happens when a mail's bytes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// They come: a mail whose subject is its UID.
    Good,
    /// Something comes that is not IMAP.
    Nonsense,
    /// The connection ends.
    HangUp,
    /// Nothing comes, and the server says that all went well.
    Nothing,
}

/// A listening server; UIDs count from 1, UIDVALIDITY is 7.
pub(crate) struct OddImap {
    /// How the desk's configuration would name it.
    pub(crate) imap: Imap,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

struct Shared {
    bodies: Mutex<Vec<Body>>,
    seen: Mutex<BTreeSet<u32>>,
}

impl OddImap {
    /// Serves one mail for each of `bodies`.
    pub(crate) async fn start(bodies: &[Body]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { bodies: Mutex::new(bodies.to_vec()), seen: Mutex::default() });
        let ours = Arc::clone(&shared);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&ours);
                tokio::spawn(async move {
                    let _ = serve(stream, &shared).await;
                });
            }
        });
        let login = Some(Login { user: "support".to_owned(), password: Secret::from("geheim".to_owned()) });
        let server = Server { host: "127.0.0.1".to_owned(), port, tls: Tls::None, login, ca_file: None, fingerprint: None };
        Self { imap: Imap { server, folders: vec!["INBOX".to_owned()] }, shared, listening }
    }

    /// From now on the mail `uid` is a good one.
    pub(crate) fn heal(&self, uid: usize) {
        self.shared.bodies.lock().unwrap()[uid - 1] = Body::Good;
    }

    /// The UIDs that were marked as read.
    pub(crate) fn seen(&self) -> Vec<u32> {
        self.shared.seen.lock().unwrap().iter().copied().collect()
    }
}

impl Drop for OddImap {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"* OK odd\r\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let command = std::mem::take(&mut line);
        let mut words = command.split_whitespace();
        let (tag, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let bodies = shared.bodies.lock().unwrap().clone();
        let mut answer = String::new();
        if verb == "SELECT" {
            answer = format!("* {} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n", bodies.len());
        } else if verb == "UID" {
            let verb = words.next().unwrap_or_default();
            let uids: Vec<usize> = words.next().unwrap_or_default().split(',').filter_map(|uid| uid.parse().ok()).collect();
            if verb == "SEARCH" {
                let all: Vec<String> = (1..=bodies.len()).map(|uid| uid.to_string()).collect();
                answer = format!("* SEARCH {}\r\n", all.join(" "));
            } else if verb == "STORE" {
                shared.seen.lock().unwrap().extend(uids.iter().filter_map(|uid| u32::try_from(*uid).ok()));
            } else if command.contains("RFC822.SIZE") {
                for uid in uids {
                    answer +=
                        &format!("* {uid} FETCH (UID {uid} INTERNALDATE \"22-Nov-2026 04:00:00 +0000\" RFC822.SIZE 20)\r\n");
                }
            } else {
                for uid in uids {
                    match bodies[uid - 1] {
                        Body::Good => {
                            let mail = super::mail(&uid.to_string());
                            // A change of flags by somebody else comes in between.
                            answer += &format!(
                                "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{mail})\r\n",
                                mail.len()
                            );
                        }
                        Body::Nonsense => answer += &format!("* {uid} FETCH (UID {uid} BODY[] geheim)\r\n"),
                        Body::HangUp => return stream.get_mut().write_all(answer.as_bytes()).await,
                        Body::Nothing => {}
                    }
                }
            }
        }
        stream.get_mut().write_all(format!("{answer}{tag} OK done\r\n").as_bytes()).await?;
    }
    Ok(())
}
