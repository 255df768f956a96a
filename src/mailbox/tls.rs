//! Connections to mail servers: TCP without delays, and TLS by rustls with the machine's authorities.
//!
//! Three things make a certificate good: an authority of the machine or of `ca_file` has signed it for the host; it is
//! itself in `ca_file`; or its SHA-256 is the configured `fingerprint`, and then no other one is good. In the last two
//! cases it is known by identity: name, dates and what it may be used for are not asked, because servers with a certificate
//! of their own have made it with `openssl req -x509`, which makes an authority (webpki: `CaUsedAsEndEntity`). That the server has
//! its key is checked in every case.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

use crate::config::{Fingerprint, Server, Tls};

/// An encrypted connection.
pub type TlsStream = tokio_rustls::client::TlsStream<TcpStream>;

/// How long one address of a server may take to answer at all, and how long TLS may take.
const CONNECT: Duration = Duration::from_secs(30);

/// Connects to `host`, trying its addresses in turn. Nagle's algorithm is off (mail protocols write small pieces and
/// wait: 40 ms each), keepalive is on, so that a connection that died in silence is noticed.
///
/// # Errors
/// That of the last address.
pub async fn connect(host: &str, port: u16) -> anyhow::Result<TcpStream> {
    let mut last = anyhow!("{host} has no address");
    let found = tokio::time::timeout(CONNECT, tokio::net::lookup_host((host, port))).await;
    for address in found.context("looking up the name took too long")?.with_context(|| format!("looking up {host}"))? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_keepalive(true)?;
        match tokio::time::timeout(CONNECT, socket.connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = anyhow::Error::new(error).context(format!("connecting to {address}")),
            Err(_) => last = anyhow!("connecting to {address} took too long"),
        }
    }
    Err(last)
}

/// Encrypts `stream` to `server`, whose certificate must be good.
///
/// # Errors
/// When it is not, when `ca_file` cannot be read, or when the other side does not speak TLS; in words with a remedy.
pub async fn encrypt(stream: TcpStream, server: &Server) -> anyhow::Result<TlsStream> {
    let name = ServerName::try_from(server.host.clone());
    let name = name.with_context(|| format!("`{}` cannot be in a certificate", server.host))?;
    let verifier = Arc::new(Verifier::new(server)?);
    let provider = Arc::clone(&verifier.provider);
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Verifier>::clone(&verifier))
        .with_no_client_auth();
    match tokio::time::timeout(CONNECT, TlsConnector::from(Arc::new(client)).connect(name, stream)).await {
        Ok(Ok(encrypted)) => Ok(encrypted),
        Ok(Err(error)) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            let words = match inner {
                Some(inner) => fault(inner, server, verifier.shown()),
                None => format!("the server ended the connection when TLS began ({error})"),
            };
            Err(anyhow!("TLS: {words}"))
        }
        Err(_) => bail!("TLS: no answer within {} s; does port {} speak TLS?", CONNECT.as_secs(), server.port),
    }
}

/// What made TLS fail and what to do, in words; `shown` is the certificate that the server has.
fn fault(error: &Error, server: &Server, shown: Option<Fingerprint>) -> String {
    let Server { host, port, .. } = server;
    let pin = shown.map(|shown| format!(" by `fingerprint = \"{shown}\"`")).unwrap_or_default();
    match error {
        Error::InvalidMessage(_) if server.tls == Tls::Implicit => {
            format!("port {port} does not speak TLS from the start; try `tls = \"starttls\"`")
        }
        Error::InvalidMessage(_) => "what the server says after STARTTLS is no TLS".to_owned(),
        Error::InvalidCertificate(_) if server.fingerprint.is_some() => {
            let shown = shown.map_or_else(|| "another one".to_owned(), |shown| shown.to_string());
            format!("the certificate of {host} is not the one in `fingerprint`, but {shown}; was it renewed?")
        }
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            format!(
                "the certificate of {host} is not signed by an authority that this machine knows; name it in `ca_file`, or pin it{pin}"
            )
        }
        Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            format!("the certificate of {host} is for another name; is `host` right? Else pin it{pin}")
        }
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            format!("the certificate of {host} has expired; have it renewed there (or is the clock of this machine wrong?)")
        }
        Error::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            format!("the certificate of {host} is not valid yet; is the clock of this machine right?")
        }
        Error::InvalidCertificate(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            format!("the certificate of {host} is its own authority; name it in `ca_file`, or pin it{pin}")
        }
        Error::InvalidCertificate(_) => format!("the certificate of {host} is not accepted ({error}); else pin it{pin}"),
        Error::AlertReceived(alert) => format!("{host} refuses TLS ({alert:?})"),
        Error::PeerIncompatible(_) => format!("{host} speaks no version of TLS that is safe (1.2 or 1.3)"),
        other => other.to_string(),
    }
}

/// Says which certificates are good, and remembers which one was shown.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// By name and authority.
    usual: Option<Arc<WebPkiServerVerifier>>,
    /// By identity.
    own: Vec<CertificateDer<'static>>,
    pinned: Option<Fingerprint>,
    shown: Mutex<Option<Fingerprint>>,
}

impl Verifier {
    fn new(server: &Server) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let (shown, pinned) = (Mutex::new(None), server.fingerprint);
        if pinned.is_some() {
            return Ok(Self { provider, usual: None, own: Vec::new(), pinned, shown });
        }
        let own = server.ca_file.as_deref().map(certificates).transpose()?.unwrap_or_default();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        // One that can be no authority can still be the server's.
        roots.add_parsable_certificates(own.iter().cloned());
        let usual = if roots.is_empty() {
            None
        } else {
            Some(WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?)
        };
        Ok(Self { provider, usual, own, pinned, shown })
    }

    fn shown(&self) -> Option<Fingerprint> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let found = CertificateDer::pem_file_iter(path).with_context(|| format!("reading {}", path.display()))?;
    let certificates: Result<Vec<_>, _> = found.collect();
    let certificates = certificates.with_context(|| format!("{} is no PEM file of certificates", path.display()))?;
    anyhow::ensure!(!certificates.is_empty(), "{} holds no certificate", path.display());
    Ok(certificates)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint(Sha256::digest(end_entity.as_ref()).into());
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        match (self.pinned, &self.usual) {
            (Some(pinned), _) if pinned == shown => Ok(ServerCertVerified::assertion()),
            (Some(_), _) => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
            (None, _) if self.own.contains(end_entity) => Ok(ServerCertVerified::assertion()),
            (None, Some(usual)) => usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            (None, None) => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use rustls::InvalidMessage;

    use super::*;

    #[test]
    fn faults_say_what_to_do() {
        let shown = Some(Fingerprint([0xab; 32]));
        let server = |tls, fingerprint| Server {
            host: "imap.desk.example".to_owned(),
            port: 993,
            tls,
            login: None,
            ca_file: None,
            fingerprint,
        };
        let (implicit, starttls) = (server(Tls::Implicit, None), server(Tls::Starttls, None));
        let pinned = server(Tls::Implicit, Some(Fingerprint([0; 32])));
        let certificate = Error::InvalidCertificate;
        for (error, server, expected) in [
            (
                certificate(CertificateError::UnknownIssuer),
                &implicit,
                "name it in `ca_file`, or pin it by `fingerprint = \"sha256:abab",
            ),
            (certificate(CertificateError::NotValidForName), &implicit, "is `host` right?"),
            (certificate(CertificateError::Expired), &implicit, "has expired"),
            (certificate(CertificateError::NotValidYet), &implicit, "clock"),
            (certificate(CertificateError::BadEncoding), &implicit, "pin it by `fingerprint"),
            (certificate(CertificateError::UnknownIssuer), &pinned, "but sha256:abab"),
            (
                Error::InvalidMessage(InvalidMessage::InvalidContentType),
                &implicit,
                "port 993 does not speak TLS from the start; try `tls = \"starttls\"`",
            ),
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), &starttls, "after STARTTLS"),
            (Error::AlertReceived(rustls::AlertDescription::HandshakeFailure), &implicit, "refuses TLS"),
        ] {
            let words = fault(&error, server, shown);
            assert!(words.contains(expected), "{words}");
        }
    }
}
