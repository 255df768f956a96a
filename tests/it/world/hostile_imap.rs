//! An IMAP server that does what no server should. It has three mails; a trick changes what it says at some step.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postroom::config::{Imap, Login, Secret, Server, Tls};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where in the conversation the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    Login,
    Select,
    List,
    Search,
    /// Sizes and dates.
    About,
    /// The mails themselves.
    Body,
    Store,
}

/// What it does there.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Says this instead of the answer to the command; `TAG` becomes the tag.
    Say(Vec<u8>),
    /// Says this about mail 2 instead of what is true; the other mails are as they should be.
    About2(Vec<u8>),
    /// Says this before the answer.
    First(Vec<u8>),
    /// Says this and ends the connection.
    Leave(Vec<u8>),
    /// Says the first, and the second until nobody listens any more, at most so many bytes.
    Forever(Vec<u8>, Vec<u8>, usize),
    /// Nothing, and waits.
    Nothing,
}

/// A command as the server sees it.
pub(crate) struct Asked<'a> {
    pub(crate) step: Step,
    /// Whether it is about mail 2.
    pub(crate) second: bool,
    /// How many folders have been opened before.
    pub(crate) selected: usize,
    /// The whole command.
    pub(crate) line: &'a str,
}

/// Decides what is done instead of the right thing.
pub(crate) type Trick = Arc<dyn Fn(&Asked<'_>) -> Option<Act> + Send + Sync>;

/// A listening server.
pub(crate) struct HostileImap {
    /// How the desk's configuration would name it.
    pub(crate) imap: Imap,
    most: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl HostileImap {
    pub(crate) async fn start(trick: Trick) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (most, selected) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&most);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (trick, counter, selected) = (Arc::clone(&trick), Arc::clone(&counter), Arc::clone(&selected));
                tokio::spawn(async move {
                    let mut talk = Talk { stream: BufReader::new(stream), sent: 0, selected, trick };
                    let _ = talk.serve().await;
                    counter.fetch_max(talk.sent, Ordering::Relaxed);
                });
            }
        });
        let login = Some(Login { user: "support".to_owned(), password: Secret::from("geheim".to_owned()) });
        let server = Server { host: "127.0.0.1".to_owned(), port, tls: Tls::None, login, ca_file: None, fingerprint: None };
        Self { imap: Imap { server, folders: vec!["INBOX".to_owned()] }, most, listening }
    }

    /// The most bytes that one connection took.
    pub(crate) fn most_sent(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for HostileImap {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

struct Talk {
    stream: BufReader<TcpStream>,
    sent: usize,
    selected: Arc<AtomicUsize>,
    trick: Trick,
}

impl Talk {
    async fn say(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes).await?;
        self.sent += bytes.len();
        Ok(())
    }

    async fn serve(&mut self) -> std::io::Result<()> {
        self.answer(Step::Greeting, "", "* OK hostile\r\n".to_owned()).await?;
        let mut line = String::new();
        while self.stream.read_line(&mut line).await? > 0 {
            let command = std::mem::take(&mut line);
            let words: Vec<&str> = command.split_whitespace().collect();
            let (tag, uids) = (words[0], words.get(3).copied().unwrap_or_default());
            let uids = uids.split(',').filter_map(|uid| uid.parse::<usize>().ok()).filter(|uid| (1..=3).contains(uid));
            let (step, right) = match (words[1], words.get(2).copied().unwrap_or_default()) {
                ("LOGIN", _) => (Step::Login, String::new()),
                ("SELECT", _) => (Step::Select, "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n".to_owned()),
                ("LIST", _) => (Step::List, "* LIST (\\HasNoChildren) \".\" INBOX\r\n".to_owned()),
                ("UID", "SEARCH") => (Step::Search, "* SEARCH 1 2 3\r\n".to_owned()),
                ("UID", "FETCH") if command.contains("RFC822.SIZE") => (Step::About, uids.map(about).collect()),
                ("UID", "FETCH") => (Step::Body, uids.map(body).collect()),
                _ => (Step::Store, String::new()),
            };
            self.answer(step, &command, format!("{right}{tag} OK done\r\n")).await?;
            if step == Step::Select {
                self.selected.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    async fn answer(&mut self, step: Step, line: &str, right: String) -> std::io::Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let second = words.get(3).is_some_and(|uids| uids.split(',').any(|uid| uid == "2"));
        let asked = Asked { step, second, selected: self.selected.load(Ordering::Relaxed), line };
        let tagged = |bytes: &[u8]| replace(bytes, b"TAG", words.first().copied().unwrap_or_default().as_bytes());
        match (self.trick)(&asked) {
            None => self.say(right.as_bytes()).await,
            Some(Act::Say(bytes)) => self.say(&tagged(&bytes)).await,
            Some(Act::First(bytes)) => self.say(&[tagged(&bytes).as_slice(), right.as_bytes()].concat()).await,
            Some(Act::About2(bytes)) => {
                let own = if step == Step::About { about(2) } else { body(2) };
                self.say(&replace(right.as_bytes(), own.as_bytes(), &bytes)).await
            }
            Some(Act::Leave(bytes)) => {
                self.say(&tagged(&bytes)).await?;
                Err(std::io::ErrorKind::ConnectionAborted.into())
            }
            Some(Act::Forever(first, again, most)) => {
                self.say(&first).await?;
                let block = again.repeat(((64 << 10) / again.len()).max(1));
                while self.sent < most {
                    self.say(&block).await?;
                }
                Ok(())
            }
            Some(Act::Nothing) => {
                let mut nothing = [0; 1];
                while self.stream.read(&mut nothing).await? > 0 {}
                Err(std::io::ErrorKind::ConnectionAborted.into())
            }
        }
    }
}

fn about(uid: usize) -> String {
    format!("* {uid} FETCH (UID {uid} INTERNALDATE \"22-Nov-2026 04:00:00 +0000\" RFC822.SIZE 100)\r\n")
}

fn body(uid: usize) -> String {
    let mail = super::mail(&uid.to_string());
    format!("* {uid} FETCH (UID {uid} BODY[]<0> {{{}}}\r\n{mail})\r\n", mail.len())
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        match rest.strip_prefix(from) {
            Some(after) => {
                out.extend_from_slice(to);
                rest = after;
            }
            None => {
                out.push(rest[0]);
                rest = &rest[1..];
            }
        }
    }
    out
}
