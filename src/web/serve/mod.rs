//! Serves the pages to whoever connects, and lets nobody take more than a place: each connection ends by itself, whether it
//! is silent, slow to write or slow to read; there are so many in all and so many for one machine; and descriptors are left
//! for the rest of the desk.
//!
//! `axum::serve` knows none of this, so the connections are held here, by hyper's HTTP/1 itself: `places` says who comes
//! in and who goes, `wire` and `arriving` let the time run, `line` is what they share.

mod arriving;
pub mod descriptors;
mod line;
mod places;
mod rules;
mod wire;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use self::arriving::Arriving;
pub use self::arriving::{Arrival, Slow};
use self::line::Line;
use self::places::{Place, Places};
pub use self::rules::{Most, Rules, Times};
use self::wire::Wire;
use super::peer::{Machine, client, is_trusted};
use crate::desk::people::Language;
use crate::letters::i18n::texts;

/// The most bytes of a request's head; more is answered with 431. Also what is read of a body at a time.
const HEAD: usize = 32 << 10;
/// Connections beyond those with a place that are just being turned away or closed.
const MARGIN: usize = 32;
/// How long no connection is taken when the system has no descriptor or memory for it.
const PAUSE: Duration = Duration::from_millis(200);
/// So many connections that wait are ended then.
const MAKE_ROOM: usize = 16;
/// How long those who are turned away are listened to.
const FAREWELL: Duration = Duration::from_millis(300);

/// Serves `router` until `stop`, then finishes the requests at hand. Ends early by no error.
pub async fn serve(listener: TcpListener, router: Router, rules: Rules, stop: CancellationToken) {
    let house = Arc::new(House::new(router, rules));
    let seats = Arc::new(Semaphore::new(house.rules.most.connections.saturating_add(MARGIN).min(Semaphore::MAX_PERMITS)));
    let mut connections = JoinSet::new();
    let mut refused_by_system = false;
    loop {
        let next = async {
            let seat = Arc::clone(&seats).acquire_owned().await.ok()?;
            Some((seat, listener.accept().await))
        };
        let (seat, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                refused_by_system = false;
                let _ = stream.set_nodelay(true);
                let proxied = is_trusted(peer.ip(), &house.rules.trusted);
                let place = house.places.enter((!proxied).then(|| Machine::of(peer.ip())));
                let patient = seats.available_permits() > MARGIN / 2;
                let (house, stop) = (Arc::clone(&house), stop.clone());
                connections.spawn(async move {
                    match place {
                        Some(place) => house.attend(stream, peer, place, stop).await,
                        None => house.turn_away(stream, patient).await,
                    }
                    drop(seat);
                });
            }
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                if !std::mem::replace(&mut refused_by_system, true) {
                    tracing::warn!("no connection can be taken for now: {error}; more may be open with a higher LimitNOFILE");
                }
                house.places.end_waiting(MAKE_ROOM);
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = sleep(PAUSE) => {}
                }
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Errors of one connection, gone with it (accept(2)).
fn is_of_the_peer(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What all connections share.
#[derive(Debug)]
struct House {
    router: TowerToHyperService<Router>,
    rules: Rules,
    places: Places,
    /// What those are told who find no place.
    full: String,
}

impl House {
    fn new(router: Router, rules: Rules) -> Self {
        let full = [Language::German, Language::English].map(|language| texts(language).text("oops-busy", &[])).join("\n") + "\n";
        Self { router: TowerToHyperService::new(router), places: Places::new(rules.most), rules, full }
    }

    /// Answers what comes by one connection.
    async fn attend(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, place: Place, stop: CancellationToken) {
        let line = Line::new(place);
        let left = Arc::clone(&self).answer_all(stream, peer, &line, stop).await;
        let Some(mut stream) = left else { return };
        if line.is_unread() {
            // Closing with something unread resets the connection, and the other side may lose the answer (RFC 9112
            // section 9.6). Nothing more is read: what is on its way is bounded by the system's buffers.
            sleep(self.rules.times.linger).await;
        } else if line.begun() == 0 {
            // Ended for another before it asked for anything.
            let _ = timeout(FAREWELL, stream.write_all(&self.refusal())).await;
        }
    }

    /// Gives the stream back where there may be a last word to it.
    async fn answer_all<S>(self: Arc<Self>, io: S, peer: SocketAddr, line: &Arc<Line>, stop: CancellationToken) -> Option<S>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let times = self.rules.times;
        let wire = TokioIo::new(Wire::new(io, Arc::clone(line), times));
        let service = service_fn(|request| Arc::clone(&self).answer(request, peer, Arc::clone(line)));
        let mut http = http1::Builder::new();
        // Its own timer would not tell a silent connection from one at rest; ours is in the wire.
        http.half_close(true).max_buf_size(HEAD).header_read_timeout(None);
        let mut connection = http.serve_connection(wire, service);
        let done = tokio::select! {
            done = &mut connection => Some(done),
            () = line.ended() => None,
            () = stop.cancelled() => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                loop {
                    match timeout(times.stop, &mut connection).await {
                        Ok(done) => break Some(done),
                        Err(_) if line.is_at_work() => {}
                        Err(_) => return None,
                    }
                }
            }
        };
        if let Some(Err(error)) = &done {
            tracing::debug!("a connection ended: {error}");
        }
        let polite = done.is_none() || line.is_unread();
        polite.then(|| connection.into_parts().io.into_inner().into_inner())
    }

    /// Answers one request.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
        line: Arc<Line>,
    ) -> Result<Response<Body>, Infallible> {
        let Some(busy) = line.begin() else { return Ok(self.busy()) };
        let (mut parts, body) = request.into_parts();
        // RFC 9112 section 3.2.
        if parts.version == Version::HTTP_11 && parts.headers.get_all(header::HOST).iter().count() != 1 {
            return Ok(plain(StatusCode::BAD_REQUEST, String::new()));
        }
        // This is no proxy.
        if parts.method == Method::CONNECT {
            return Ok(plain(StatusCode::METHOD_NOT_ALLOWED, String::new()));
        }
        let trusted = &self.rules.trusted;
        let asking = if is_trusted(peer.ip(), trusted) {
            match self.places.ask(Machine::of(client(peer.ip(), trusted, &parts.headers))) {
                Some(asking) => Some(asking),
                None => return Ok(self.busy()),
            }
        } else {
            None
        };
        parts.extensions.insert(ConnectInfo(peer));
        let body = if body.is_end_stream() {
            Body::empty()
        } else {
            let asks_first = parts.headers.contains_key(header::EXPECT);
            let (body, arrival) = Arriving::new(body, &line, self.rules.times, asks_first);
            parts.extensions.insert(arrival);
            Body::new(body)
        };
        let mut response = self.router.call(Request::from_parts(parts, body)).await?;
        if line.is_unread() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        drop((asking, busy));
        Ok(response)
    }

    fn busy(&self) -> Response<Body> {
        let mut response = plain(StatusCode::SERVICE_UNAVAILABLE, self.full.clone());
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        response
    }

    /// The same as bytes, for those who have not been read.
    fn refusal(&self) -> Vec<u8> {
        format!(
            "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncache-control: no-store\r\n\
             content-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\r\n{}",
            self.full.len(),
            self.full
        )
        .into_bytes()
    }

    /// Says that there is no place.
    async fn turn_away(&self, mut stream: TcpStream, patient: bool) {
        let farewell = async {
            stream.write_all(&self.refusal()).await?;
            stream.shutdown().await?;
            if patient {
                // The request has been sent meanwhile; closed upon it, the answer could be lost.
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await?;
            }
            std::io::Result::Ok(())
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}

/// An answer that ends the connection.
fn plain(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
