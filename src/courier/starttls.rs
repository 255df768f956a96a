//! STARTTLS for SMTP (RFC 3207): the few lines in the clear before TLS begins.
//!
//! lettre would speak them itself, but knows certificates by authority alone; [`tls::encrypt`] also knows those of
//! `ca_file` and `fingerprint`. Nothing that was said in the clear is used afterwards.

use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Server;
use crate::mailbox::tls::{self, TlsStream};

/// Bytes that one answer may have before TLS.
const LONGEST: usize = 16 << 10;

/// Greets as `hello`, asks for TLS, and encrypts; `limit` is for each answer. No greeting follows.
///
/// # Errors
/// When the server does not offer it, and as [`tls::encrypt`].
pub(super) async fn upgrade(mut stream: TcpStream, server: &Server, hello: &str, limit: Duration) -> anyhow::Result<TlsStream> {
    let place = format!("{}:{}", server.host, server.port);
    let (code, words) = answer(&mut stream, limit).await.with_context(|| format!("greeting of {place}"))?;
    if code != 220 {
        bail!("{place} does not greet as SMTP does: {words}");
    }
    for (command, good) in [(format!("EHLO {hello}\r\n"), 250), ("STARTTLS\r\n".to_owned(), 220)] {
        stream.write_all(command.as_bytes()).await?;
        let (code, words) = answer(&mut stream, limit).await.context("STARTTLS")?;
        if code != good {
            bail!("{place} offers no STARTTLS (it says: {words}); is `tls` right?");
        }
    }
    tls::encrypt(stream, server).await
}

/// One answer, read to its last byte and no further: its code, and its last line.
async fn answer(stream: &mut TcpStream, limit: Duration) -> anyhow::Result<(u16, String)> {
    let lines = async {
        let (mut line, mut read) = (Vec::new(), 0);
        loop {
            let byte = stream.read_u8().await.context("the server ended the connection")?;
            read += 1;
            if read > LONGEST {
                bail!("the server's answer is longer than {LONGEST} bytes");
            }
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            let (code, rest) = text.split_at_checked(3).unwrap_or(("", &text));
            let Ok(code) = code.parse::<u16>() else { bail!("the server does not speak SMTP") };
            if !rest.starts_with('-') {
                return Ok((code, text.chars().filter(|letter| !letter.is_control()).take(200).collect()));
            }
        }
    };
    match tokio::time::timeout(limit, lines).await {
        Ok(answer) => answer,
        Err(_) => bail!("no answer within {} s", limit.as_secs()),
    }
}
