//! Bytes, stored once by their content: raw mails and attachments.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{Error, Result, Tx};

/// Bytes in one row; bounds what a single statement carries.
const CHUNK: usize = 1 << 20;

/// The name of stored bytes: the SHA-256 of their plain form in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobHash(pub String);

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Stores `bytes`, once for each content.
pub async fn put(tx: &mut Tx, bytes: &[u8]) -> Result<BlobHash> {
    let name = hash(bytes);
    let sql = "INSERT INTO blob (hash, size) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let new = sqlx::query(sql).bind(name.clone()).bind(size).execute(&mut *tx.inner).await?.rows_affected() == 1;
    if new {
        let packed = pack(bytes)?;
        for (position, chunk) in (0_i64..).zip(packed.chunks(CHUNK)) {
            sqlx::query("INSERT INTO blob_chunk (hash, position, data) VALUES ($1, $2, $3)")
                .bind(name.clone())
                .bind(position)
                .bind(chunk.to_vec())
                .execute(&mut *tx.inner)
                .await?;
        }
    }
    Ok(BlobHash(name))
}

/// Takes the bytes called `name` out, where nothing refers to them any more.
pub async fn forget(tx: &mut Tx, name: &str) -> Result<()> {
    let owners = [
        "SELECT COUNT(*) FROM inbox WHERE blob = $1",
        "SELECT COUNT(*) FROM attachment WHERE blob = $1",
        "SELECT COUNT(*) FROM article_file WHERE blob = $1",
    ];
    for sql in owners {
        if sqlx::query(sql).bind(name.to_owned()).fetch_one(&mut *tx.inner).await?.try_get::<i64, _>(0)? > 0 {
            return Ok(());
        }
    }
    sqlx::query("DELETE FROM blob_chunk WHERE hash = $1").bind(name.to_owned()).execute(&mut *tx.inner).await?;
    sqlx::query("DELETE FROM blob WHERE hash = $1").bind(name.to_owned()).execute(&mut *tx.inner).await?;
    Ok(())
}

/// The bytes stored under `name`.
///
/// # Errors
/// The database's; or [`Error::Value`] when there are none or they are damaged.
pub async fn get(tx: &mut Tx, name: &BlobHash) -> Result<Vec<u8>> {
    let damaged = || Error::Value { expected: "an undamaged blob", found: name.0.clone() };
    let sql = "SELECT data FROM blob_chunk WHERE hash = $1 ORDER BY position";
    let mut packed = Vec::new();
    for row in sqlx::query(sql).bind(name.0.clone()).fetch_all(&mut *tx.inner).await? {
        packed.extend(row.try_get::<Vec<u8>, _>(0)?);
    }
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed.as_slice()).read_to_end(&mut bytes).map_err(|_| damaged())?;
    if hash(&bytes) == name.0 { Ok(bytes) } else { Err(damaged()) }
}

/// As much of the first `most` bytes stored under `name` as can be had, whether they are whole or not: for looking only.
pub async fn beginning(tx: &mut Tx, name: &BlobHash, most: usize) -> Result<Vec<u8>> {
    let sql = "SELECT data FROM blob_chunk WHERE hash = $1 AND position = 0";
    let row = sqlx::query(sql).bind(name.0.clone()).fetch_optional(&mut *tx.inner).await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let packed: Vec<u8> = row.try_get(0)?;
    let (mut bytes, mut decoder) = (Vec::new(), DeflateDecoder::new(packed.as_slice()).take(most as u64));
    let mut some = [0; 4 << 10];
    // What comes before the damage is kept.
    while let Ok(read) = decoder.read(&mut some) {
        match some.get(..read).filter(|some| !some.is_empty()) {
            Some(some) => bytes.extend_from_slice(some),
            None => break,
        }
    }
    Ok(bytes)
}

fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map_err(|error| Error::Inside(error.into()))
}
