//! Which certificates of mail servers are good, and what is said about the others.
//!
//! `fixtures/tls/own.pem` is what `openssl req -x509` makes: its own authority (CA:TRUE), for another name.

use std::path::PathBuf;
use std::sync::Arc;

use postroom::config::{Login, Secret, Server, Tls};
use postroom::courier::SendOutcome;
use postroom::courier::smtp::Smtp;
use postroom::mailbox::imap::connect;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Imap,
    Smtp,
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/tls").join(name)
}

const FINGERPRINT: &str = "26:0A:DF:82:99:A2:9D:25:4D:55:79:7E:CC:A1:EA:49:7C:2B:93:6B:D9:53:16:CF:C9:02:64:F8:B7:62:E1:3D";

/// Shows a certificate, whether it has the key or not.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn acceptor(key: &str) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_file(fixture("own.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture(key)).unwrap();
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    let shown = Shown(Arc::new(CertifiedKey::new(vec![certificate], key)));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(shown))))
}

/// A server on a port of its own; `behind` is what it says in the clear behind its answer to STARTTLS.
async fn serve(kind: Kind, tls: Tls, key: &'static str, behind: &'static str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = talk(stream, kind, tls, key, behind).await;
            });
        }
    });
    let login = (kind == Kind::Imap).then(|| Login { user: "kim".to_owned(), password: Secret::from("geheim".to_owned()) });
    Server { host: "127.0.0.1".to_owned(), port, tls, login, ca_file: None, fingerprint: None }
}

async fn talk(stream: TcpStream, kind: Kind, tls: Tls, key: &str, behind: &str) -> std::io::Result<()> {
    let mut plain = BufReader::new(stream);
    if tls != Tls::Implicit {
        converse(&mut plain, kind, true, behind).await?;
    }
    if tls != Tls::None {
        let encrypted = acceptor(key).accept(plain.into_inner()).await?;
        converse(&mut BufReader::new(encrypted), kind, tls == Tls::Implicit, "").await?;
    }
    Ok(())
}

async fn converse<T>(stream: &mut BufReader<T>, kind: Kind, greets: bool, behind: &str) -> std::io::Result<()>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    if greets {
        stream.get_mut().write_all(if kind == Kind::Imap { b"* OK hello\r\n" } else { b"220 hello\r\n" }).await?;
    }
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let tag = line.split(' ').next().unwrap_or_default().to_owned();
        let upgrade = line.contains("STARTTLS");
        let answer = match (kind, line.get(..4).unwrap_or_default()) {
            (Kind::Imap, _) => format!("{tag} OK done\r\n"),
            (Kind::Smtp, "EHLO") => "250-hello\r\n250-STARTTLS\r\n250 8BITMIME\r\n".to_owned(),
            (Kind::Smtp, "DATA") => "354 go on\r\n".to_owned(),
            (Kind::Smtp, _) if upgrade => "220 go on\r\n".to_owned(),
            (Kind::Smtp, "MAIL" | "RCPT" | "QUIT" | "NOOP" | ".\r\n") => "250 fine\r\n".to_owned(),
            (Kind::Smtp, _) if line == ".\r\n" => "250 fine\r\n".to_owned(),
            (Kind::Smtp, _) => String::new(),
        };
        line.clear();
        let behind = if upgrade { behind } else { "" };
        stream.get_mut().write_all(format!("{answer}{behind}").as_bytes()).await?;
        if upgrade {
            return Ok(());
        }
    }
    Ok(())
}

/// What comes of a connection: nothing, or words.
async fn tried(kind: Kind, server: &Server) -> Result<(), String> {
    match kind {
        Kind::Imap => connect(server).await.map(|_| ()).map_err(|error| format!("{error:#}")),
        Kind::Smtp => {
            match Smtp::new(server.clone()).send(Some("a@desk.example"), "b@acme.example", b"Subject: x\r\n\r\nx\r\n").await {
                SendOutcome::Accepted(_) => Ok(()),
                SendOutcome::Temporary(words) => Err(words),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_certificate_of_the_servers_own_is_known_by_file_or_fingerprint_and_by_nothing_else() {
    for kind in [Kind::Imap, Kind::Smtp] {
        for tls in [Tls::Implicit, Tls::Starttls] {
            let server = serve(kind, tls, "own.key", "").await;
            let words = tried(kind, &server).await.unwrap_err();
            assert!(
                words.contains("`ca_file`") && words.contains("`fingerprint = \"sha256:260adf82"),
                "{kind:?} {tls:?}: {words}"
            );
            let with = |ca_file: Option<&str>, fingerprint: Option<&str>| Server {
                ca_file: ca_file.map(fixture),
                fingerprint: fingerprint.map(|text| text.parse().unwrap()),
                ..server.clone()
            };
            assert_eq!(tried(kind, &with(Some("own.pem"), None)).await, Ok(()), "{kind:?} {tls:?}");
            assert_eq!(tried(kind, &with(None, Some(FINGERPRINT))).await, Ok(()), "{kind:?} {tls:?}");
            assert!(tried(kind, &with(Some("other.pem"), None)).await.is_err());
            let words = tried(kind, &with(Some("own.pem"), Some(&FINGERPRINT.replace("26:0A", "26:0B")))).await.unwrap_err();
            assert!(words.contains("is not the one in `fingerprint`, but sha256:260adf82"), "{words}");
            // Somebody who only has the certificate has not the key.
            let thief = serve(kind, tls, "other.key", "").await;
            for (ca_file, fingerprint) in [(Some("own.pem"), None), (None, Some(FINGERPRINT))] {
                let server = Server { port: thief.port, ..with(ca_file, fingerprint) };
                assert!(tried(kind, &server).await.is_err(), "{kind:?} {tls:?}: without the key");
            }
        }
    }
}

#[tokio::test]
async fn plain_and_encrypted_ports_are_told_apart() {
    let plain = serve(Kind::Imap, Tls::Starttls, "own.key", "").await;
    let words = tried(Kind::Imap, &Server { tls: Tls::Implicit, ..plain }).await.unwrap_err();
    assert!(words.contains("does not speak TLS from the start; try `tls = \"starttls\"`"), "{words}");
    let smtp = serve(Kind::Smtp, Tls::Starttls, "own.key", "").await;
    let words = tried(Kind::Smtp, &Server { tls: Tls::Implicit, ..smtp }).await.unwrap_err();
    assert!(words.contains("does not speak TLS from the start; try `tls = \"starttls\"`"), "{words}");
}

#[tokio::test]
async fn nothing_in_the_clear_behind_starttls_is_believed() {
    for (kind, behind) in [(Kind::Imap, "* OK [UIDVALIDITY 1] injected\r\n"), (Kind::Smtp, "250 injected\r\n")] {
        let mut server = serve(kind, Tls::Starttls, "own.key", behind).await;
        server.ca_file = Some(fixture("own.pem"));
        let words = tried(kind, &server).await.unwrap_err();
        assert!(words.contains("STARTTLS"), "{words}");
    }
}
