//! Connections to mail servers: TCP without delays, and TLS by rustls with the machine's authorities.
//!
//! `ca_file` adds authorities. A server's own self-signed certificate works there too as long as it does not call
//! itself an authority (`CA:FALSE`): rustls refuses an authority as the end of a chain (webpki `CaUsedAsEndEntity`).

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;

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

/// Encrypts `stream`; the certificate must be good for `host`.
///
/// # Errors
/// When it is not, when `ca_file` cannot be read, or when the other side does not speak TLS.
pub async fn encrypt(stream: TcpStream, host: &str, ca_file: Option<&Path>) -> anyhow::Result<TlsStream> {
    let name = ServerName::try_from(host.to_owned()).with_context(|| format!("`{host}` cannot be in a certificate"))?;
    let connector = TlsConnector::from(Arc::new(client(ca_file)?));
    match tokio::time::timeout(CONNECT, connector.connect(name, stream)).await {
        Ok(encrypted) => encrypted.context("TLS"),
        Err(_) => Err(anyhow::Error::new(io::Error::from(io::ErrorKind::TimedOut)).context("TLS")),
    }
}

/// The machine's authorities and those in `ca_file`.
fn client(ca_file: Option<&Path>) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let certificates = CertificateDer::pem_file_iter(path).with_context(|| format!("reading {}", path.display()))?;
        for certificate in certificates {
            let certificate = certificate.with_context(|| format!("{} is no PEM file of certificates", path.display()))?;
            roots.add(certificate).with_context(|| format!("a certificate in {}", path.display()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
