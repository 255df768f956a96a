//! An SMTP server that takes everything and misbehaves on request.
//!
//! ```text
//! let sink = Sink::start().await;
//! sink.next(Step::Rcpt, Answer::Say("550 5.1.1 nobody of that name"));   // for the next RCPT only
//! sink.refuse("gone@acme.example", "550 5.1.1 gone");                    // for this recipient, always
//! ... send ...
//! assert_eq!(sink.mails()[0].to, ["kim@acme.example"]);
//! ```
//! Answers wait in a queue per step; the test fails at the end when one was never asked for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use postroom::config::{Server, Tls};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A place in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The greeting.
    Connect,
    /// EHLO.
    Ehlo,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA, before the mail.
    Data,
    /// The dot after the mail.
    Dot,
}

/// What to do instead of going along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// This line.
    Say(&'static str),
    /// Close the connection without a word; at [`Step::Dot`] the mail is not taken.
    HangUp,
    /// At [`Step::Dot`]: take the mail, and close the connection before saying so.
    TakeAndHangUp,
    /// Say nothing for good.
    Hang,
}

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caught {
    /// The reverse-path; empty for the null one.
    pub(crate) from: String,
    /// What stood behind it, such as `BODY=8BITMIME`.
    pub(crate) parameters: String,
    /// The recipients that were taken.
    pub(crate) to: Vec<String>,
    /// The bytes, dots unstuffed, with the last CR LF and without the closing dot.
    pub(crate) data: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    answers: BTreeMap<Step, VecDeque<Answer>>,
    refused: BTreeMap<String, &'static str>,
    cut: BTreeSet<String>,
    hung: BTreeSet<String>,
    extensions: Vec<&'static str>,
    mails: Vec<Caught>,
    logins: Vec<String>,
    connections: usize,
}

/// A listening sink; it ends with the test.
#[derive(Debug)]
pub(crate) struct Sink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

impl Sink {
    /// Listens on a free port of this machine.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let extensions = vec!["8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN"];
        let state = Arc::new(Mutex::new(State { extensions, ..State::default() }));
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                let talk = Talk { stream: BufReader::new(stream), state: Arc::clone(&shared) };
                tokio::spawn(async move {
                    let _ = talk.run().await;
                });
            }
        });
        Self { address, state, listening }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How the desk's configuration would name it.
    pub(crate) fn server(&self) -> Server {
        let (host, port) = (self.address.ip().to_string(), self.address.port());
        Server { host, port, tls: Tls::None, login: None, ca_file: None, fingerprint: None }
    }

    /// Queues `answer` for the next time `step` is reached.
    pub(crate) fn next(&self, step: Step, answer: Answer) {
        self.state().answers.entry(step).or_default().push_back(answer);
    }

    /// Refuses `recipient` with this line from now on.
    pub(crate) fn refuse(&self, recipient: &str, line: &'static str) {
        self.state().refused.insert(recipient.to_owned(), line);
    }

    /// Takes every mail for `recipient`, and closes the connection before saying so.
    pub(crate) fn cut(&self, recipient: &str) {
        self.state().cut.insert(recipient.to_owned());
    }

    /// Says nothing for good at every RCPT with `recipient`.
    pub(crate) fn hang(&self, recipient: &str) {
        self.state().hung.insert(recipient.to_owned());
    }

    /// Takes `recipient` again.
    pub(crate) fn take_again(&self, recipient: &str) {
        self.state().refused.remove(recipient);
        self.state().cut.remove(recipient);
    }

    /// Offers these extensions instead of 8BITMIME, SMTPUTF8 and AUTH.
    pub(crate) fn offer(&self, extensions: &[&'static str]) {
        self.state().extensions = extensions.to_vec();
    }

    /// The mails taken so far, in order.
    pub(crate) fn mails(&self) -> Vec<Caught> {
        self.state().mails.clone()
    }

    /// The `AUTH` commands so far, as they were said.
    pub(crate) fn logins(&self) -> Vec<String> {
        self.state().logins.clone()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.state().connections
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.listening.abort();
        if !std::thread::panicking() {
            let left: Vec<_> =
                self.state().answers.iter().filter(|(_, queue)| !queue.is_empty()).map(|(step, _)| *step).collect();
            assert!(left.is_empty(), "answers were prepared and never asked for: {left:?}");
        }
    }
}

/// One connection.
struct Talk {
    stream: BufReader<TcpStream>,
    state: Arc<Mutex<State>>,
}

/// The connection is to end.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Talk {
    async fn run(mut self) -> Result<(), Over> {
        self.answer(Step::Connect, "220 sink.example ESMTP").await?;
        let (mut from, mut parameters, mut to) = (String::new(), String::new(), Vec::new());
        loop {
            let line = String::from_utf8_lossy(&self.line().await?).into_owned();
            let line = line.trim_end();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let extensions = self.state.lock().unwrap().extensions.clone();
                    let lines: Vec<_> = std::iter::once("sink.example").chain(extensions).collect();
                    let last = lines.len() - 1;
                    let lines =
                        lines.iter().enumerate().map(|(at, text)| format!("250{}{text}", if at == last { ' ' } else { '-' }));
                    let hello = lines.collect::<Vec<_>>().join("\r\n");
                    self.answer(Step::Ehlo, &hello).await?;
                }
                "AUTH" => {
                    self.state.lock().unwrap().logins.push(line.to_owned());
                    self.answer(Step::Auth, "235 2.7.0 welcome").await?;
                }
                "MAIL" => {
                    let (path, rest) = path(line);
                    (from, parameters) = (path, rest);
                    to.clear();
                    self.answer(Step::Mail, "250 2.1.0 ok").await?;
                }
                "RCPT" => {
                    let (path, _) = path(line);
                    if self.state.lock().unwrap().hung.contains(&path) {
                        return std::future::pending().await;
                    }
                    let refused = self.state.lock().unwrap().refused.get(&path).copied();
                    let taken = match refused {
                        Some(words) => self.say(words).await.map(|()| false)?,
                        None => self.answer(Step::Rcpt, "250 2.1.5 ok").await?,
                    };
                    if taken {
                        to.push(path);
                    }
                }
                "DATA" => {
                    if !self.answer(Step::Data, "354 go on").await? {
                        continue;
                    }
                    let caught = Caught {
                        from: std::mem::take(&mut from),
                        parameters: std::mem::take(&mut parameters),
                        to: std::mem::take(&mut to),
                        data: self.data().await?,
                    };
                    self.dot(caught).await?;
                }
                "RSET" => {
                    to.clear();
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("500 5.5.2 pardon?").await?,
            }
        }
    }

    async fn dot(&mut self, caught: Caught) -> Result<(), Over> {
        let cut = caught.to.iter().any(|to| self.state.lock().unwrap().cut.contains(to));
        let answer = if cut { Some(Answer::TakeAndHangUp) } else { self.prepared(Step::Dot) };
        if matches!(answer, None | Some(Answer::TakeAndHangUp)) {
            self.state.lock().unwrap().mails.push(caught);
        }
        self.act(answer, "250 2.0.0 taken").await.map(|_| ())
    }

    /// Goes along with `usual`, or does what was prepared; whether it went along.
    async fn answer(&mut self, step: Step, usual: &str) -> Result<bool, Over> {
        let answer = self.prepared(step);
        self.act(answer, usual).await
    }

    fn prepared(&self, step: Step) -> Option<Answer> {
        self.state.lock().unwrap().answers.get_mut(&step).and_then(VecDeque::pop_front)
    }

    async fn act(&mut self, answer: Option<Answer>, usual: &str) -> Result<bool, Over> {
        match answer {
            None => self.say(usual).await.map(|()| true),
            Some(Answer::Say(words)) => self.say(words).await.map(|()| false),
            Some(Answer::HangUp | Answer::TakeAndHangUp) => Err(Over),
            Some(Answer::Hang) => std::future::pending().await,
        }
    }

    async fn say(&mut self, words: &str) -> Result<(), Over> {
        Ok(self.stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await?)
    }

    /// One line up to CR LF; a bare CR or LF ends nothing.
    async fn line(&mut self) -> Result<Vec<u8>, Over> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(Over);
            }
        }
        Ok(line)
    }

    async fn data(&mut self) -> Result<Vec<u8>, Over> {
        let mut data = Vec::new();
        loop {
            let line = self.line().await?;
            if line == b".\r\n" {
                return Ok(data);
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

/// The path between the brackets, and what follows it.
fn path(line: &str) -> (String, String) {
    let inside = line.split_once('<').map_or("", |(_, inside)| inside);
    let (path, rest) = inside.split_once('>').unwrap_or((inside, ""));
    (path.to_owned(), rest.trim().to_owned())
}
