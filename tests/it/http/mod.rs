//! The pages over real connections: nobody who is silent, slow or many takes them from the others.

mod odd;
mod process;
mod slow;
mod uploads;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use postroom::web::serve::{Most, Rules, Times, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::world::browser::Browser;
use crate::world::desk::World;

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What is waited for in these tests, where the waiting itself is the matter.
const SHORT: Duration = Duration::from_millis(150);

/// A desk's pages behind a real listener.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    serving: JoinHandle<()>,
}

/// Rules for a house in which nothing ends by itself.
pub(crate) fn patient(connections: usize, per_client: usize) -> Rules {
    let long = PATIENCE * 10;
    let times = Times { head: long, idle: long, piece: long, stall: long, linger: SHORT, stop: SHORT };
    Rules { most: Most { connections, per_client }, times, trusted: Vec::new() }
}

impl House {
    pub(crate) async fn open(world: &World, rules: Rules) -> Self {
        Self::of(postroom::app::pages(world.web()), rules).await
    }

    async fn of(pages: axum::Router, rules: Rules) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let serving = tokio::spawn(serve(listener, pages, rules, stop.clone()));
        Self { address, stop, serving }
    }

    /// Stops, and waits until all is finished.
    async fn close(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.serving).await.expect("it does not stop").unwrap();
    }

    /// A silent connection.
    pub(crate) async fn call(&self) -> Line {
        Line(TcpStream::connect(self.address).await.unwrap())
    }

    /// The same from another address of this machine.
    async fn call_from(&self, last: u8) -> Line {
        call_from(self.address, last).await
    }

    /// What a request over a connection of its own gets.
    pub(crate) async fn ask(&self, request: &str) -> Answer {
        let mut line = self.call().await;
        line.says(request).await;
        line.hears().await
    }

    /// The sign-in page, over a connection of its own.
    async fn page(&self) -> Answer {
        self.ask(&get("/sign-in")).await
    }
}

pub(crate) async fn call_from(address: SocketAddr, last: u8) -> Line {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(IpAddr::from([127, 0, 0, last]), 0)).unwrap();
    Line(socket.connect(address).await.unwrap())
}

/// A request for a page.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: help.desk.example\r\n\r\n")
}

/// The cookie and the secret of a browser's forms.
async fn signed_in(browser: &mut Browser) -> (String, String) {
    let csrf = browser.get("/ACME/new").await.hidden("csrf").unwrap();
    (browser.cookies.clone(), csrf)
}

/// A connection, byte by byte.
pub(crate) struct Line(TcpStream);

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
}

impl Line {
    /// Sends this; where the other side has hung up, that shows in what is heard.
    pub(crate) async fn says(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes()).await;
    }

    /// Whether it could be sent within the patience of a test.
    async fn sends(&mut self, bytes: &[u8]) -> bool {
        timeout(PATIENCE, self.0.write_all(bytes)).await.is_ok_and(|sent| sent.is_ok())
    }

    /// One answer, with the body that its head announces.
    pub(crate) async fn hears(&mut self) -> Answer {
        timeout(PATIENCE, self.hear()).await.expect("no answer").expect("hung up before an answer")
    }

    async fn hear(&mut self) -> Option<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.to_ascii_lowercase().split("content-length: ").nth(1).map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<usize>().unwrap()
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).await.ok()?;
        Some(Answer { status, head, text: String::from_utf8_lossy(&body).into_owned() })
    }

    /// Waits until the other side hangs up; what it had still said.
    async fn ends(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("it does not end");
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Says one byte after the other until the other side hangs up.
    async fn drips(&mut self, byte: u8) {
        let mut ticks = tokio::time::interval(SHORT / 10);
        let mut answer = [0; 1024];
        let drip = async {
            loop {
                tokio::select! {
                    _ = ticks.tick() => {
                        if self.0.write_all(&[byte]).await.is_err() {
                            return;
                        }
                    }
                    read = self.0.read(&mut answer) => {
                        if read.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                }
            }
        };
        timeout(PATIENCE, drip).await.expect("it does not end");
    }
}
