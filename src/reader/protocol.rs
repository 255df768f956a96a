//! What passes through a worker's pipes: a task with a mail's bytes one way, an answer with the files of the letter the other
//! way. Sizes stand before what they are sizes of, and are checked before anything is kept; what is inside is JSON, with
//! the files beside it. Both ends are of one build, so there are no versions.

use crate::mail::Attachment;
use std::collections::HashMap;
use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::task::{Answer, Task};
use crate::mail::forward::Forward;

/// A worker says so when it is ready.
pub(super) const READY: [u8; 4] = *b"PR1\n";

/// And this when it has a task, and begins to work on it: from then on what becomes of it is the mail's doing.
pub(super) const TAKEN: u8 = b'+';

/// Bytes of JSON that an answer has at most: texts are cut at half a MiB each, and stand there a few times.
const MOST_WORDS: u32 = 64 << 20;
/// Files that an answer has at most, those of a mail in a mail included.
const MOST_FILES: u32 = 4_096;

/// The sizes before a request or an answer: of the JSON, and of the mail or the number of files.
type Sizes = [u8; 8];

fn sizes(words: usize, rest: usize) -> io::Result<Sizes> {
    let number = |size: usize| u32::try_from(size).map_err(|_| io::Error::other("more than 4 GiB"));
    let mut sizes = [0; 8];
    let (first, second) = sizes.split_at_mut(4);
    first.copy_from_slice(&number(words)?.to_be_bytes());
    second.copy_from_slice(&number(rest)?.to_be_bytes());
    Ok(sizes)
}

fn two(sizes: Sizes) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = sizes;
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

/// Sends a task and the mail it is about.
pub(super) async fn ask(pipe: &mut (impl AsyncWrite + Unpin), task: &Task, raw: &[u8]) -> io::Result<()> {
    let words = serde_json::to_vec(task)?;
    pipe.write_all(&sizes(words.len(), raw.len())?).await?;
    pipe.write_all(&words).await?;
    pipe.write_all(raw).await?;
    pipe.flush().await
}

/// Takes the next task; `None` when there is none any more.
pub(super) fn take(pipe: &mut impl Read) -> io::Result<Option<(Task, Vec<u8>)>> {
    let mut head = Sizes::default();
    match pipe.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let (words, size) = two(head);
    let mut part = |size: u32| {
        let mut bytes = Vec::with_capacity(size as usize);
        let read = pipe.take(u64::from(size)).read_to_end(&mut bytes)?;
        if read == size as usize { Ok(bytes) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
    };
    let task = serde_json::from_slice(&part(words)?)?;
    Ok(Some((task, part(size)?)))
}

/// An answer without its files, and which file stands at which of their places.
#[derive(Serialize, Deserialize)]
struct Texts {
    answer: Answer,
    places: Vec<usize>,
}

/// The places of an answer that hold files, always in the same order.
fn places(answer: &mut Answer) -> Vec<&mut Attachment> {
    let Answer::Read(Ok(reading)) = answer else { return Vec::new() };
    let mut places: Vec<&mut Attachment> = reading.letter.attachments.iter_mut().collect();
    if let Forward::One(original) = &mut reading.forward {
        places.extend(&mut original.note_files);
        places.extend(&mut original.files);
    }
    places
}

/// Sends an answer. A file that stands at several places goes once.
pub(super) fn give(pipe: &mut impl Write, mut answer: Answer) -> io::Result<()> {
    let datas: Vec<Vec<u8>> = places(&mut answer).into_iter().map(|file| std::mem::take(&mut file.data)).collect();
    let (mut known, mut files, mut stand) = (HashMap::new(), Vec::new(), Vec::new());
    for data in &datas {
        let next = files.len();
        let place = *known.entry(data.as_slice()).or_insert(next);
        if place == next {
            files.push(data.as_slice());
        }
        stand.push(place);
    }
    let words = serde_json::to_vec(&Texts { answer, places: stand })?;
    pipe.write_all(&sizes(words.len(), files.len())?)?;
    pipe.write_all(&words)?;
    for file in files {
        let size = u32::try_from(file.len()).map_err(|_| io::Error::other("more than 4 GiB"))?;
        pipe.write_all(&size.to_be_bytes())?;
        pipe.write_all(file)?;
    }
    pipe.flush()
}

/// Takes an answer whose files have at most `most` bytes together.
///
/// # Errors
/// When the pipe ends, or what comes is no answer or too much of one.
pub(super) async fn hear(pipe: &mut (impl AsyncRead + Unpin), most: u64) -> io::Result<Answer> {
    let nonsense = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut head = Sizes::default();
    pipe.read_exact(&mut head).await?;
    let (words, count) = two(head);
    if words > MOST_WORDS || count > MOST_FILES {
        return Err(nonsense("too much"));
    }
    let Texts { mut answer, places: stand } = serde_json::from_slice(&part(pipe, words).await?)?;
    let (mut files, mut left) = (Vec::new(), most);
    for _ in 0..count {
        let size = pipe.read_u32().await?;
        left = left.checked_sub(u64::from(size)).ok_or_else(|| nonsense("files larger than the mail"))?;
        files.push(part(pipe, size).await?);
    }
    let mut uses = vec![0_usize; files.len()];
    for place in &stand {
        *uses.get_mut(*place).ok_or_else(|| nonsense("a file that is not there"))? += 1;
    }
    let places = places(&mut answer);
    if places.len() != stand.len() {
        return Err(nonsense("files without a place"));
    }
    for (file, place) in places.into_iter().zip(stand) {
        if let (Some(data), Some(uses)) = (files.get_mut(place), uses.get_mut(place)) {
            *uses -= 1;
            file.data = if *uses == 0 { std::mem::take(data) } else { data.clone() };
        }
    }
    Ok(answer)
}

async fn part(pipe: &mut (impl AsyncRead + Unpin), size: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = pipe.take(u64::from(size)).read_to_end(&mut bytes).await?;
    if read == size as usize { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
