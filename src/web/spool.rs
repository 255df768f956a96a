//! Where files of forms lie until they are whole: one file without a name for each form, gone with its last handle however
//! the process ends.

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// The folder for these files: beside an SQLite database, where there has to be space anyway and which only this user
/// reads; else the system's for temporary files.
#[must_use]
pub fn folder(database: &str) -> PathBuf {
    let beside = database.strip_prefix("sqlite:").map(Path::new).and_then(Path::parent).filter(|folder| folder.is_dir());
    beside.map_or_else(std::env::temp_dir, Path::to_owned)
}

/// The files of one form, one after the other.
#[derive(Debug)]
pub struct Spool {
    file: File,
    /// How long each is.
    lengths: Vec<usize>,
}

impl Spool {
    /// An empty one in `folder`.
    ///
    /// # Errors
    /// The system's.
    pub async fn open(folder: PathBuf) -> io::Result<Self> {
        // Linux gives it no name at all (O_TMPFILE); elsewhere the name is taken away at once.
        let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await.map_err(io::Error::other)??;
        Ok(Self { file: File::from_std(file), lengths: Vec::new() })
    }

    /// Begins another file.
    pub fn begin(&mut self) {
        self.lengths.push(0);
    }

    /// Adds to the file that was begun last.
    ///
    /// # Errors
    /// The system's, such as a full disk.
    pub async fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        if let Some(length) = self.lengths.last_mut() {
            *length = length.saturating_add(bytes.len());
        }
        Ok(())
    }

    /// Every file as bytes.
    ///
    /// # Errors
    /// The system's.
    pub async fn read(mut self) -> io::Result<Vec<Vec<u8>>> {
        self.file.flush().await?;
        self.file.seek(SeekFrom::Start(0)).await?;
        let mut files = Vec::with_capacity(self.lengths.len());
        for length in self.lengths {
            let mut bytes = vec![0; length];
            self.file.read_exact(&mut bytes).await?;
            files.push(bytes);
        }
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_come_back_as_they_were_and_the_folder_stays_empty() {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("desk.db").display());
        assert_eq!(super::folder(&database), folder.path());
        assert_eq!(super::folder("postgres://desk@localhost/desk"), std::env::temp_dir());
        let mut spool = Spool::open(folder.path().to_owned()).await.unwrap();
        for file in [&b"one"[..], b"", b"three"] {
            spool.begin();
            for byte in file {
                spool.add(&[*byte]).await.unwrap();
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "it has no name while it is written");
        assert_eq!(spool.read().await.unwrap(), [b"one".to_vec(), vec![], b"three".to_vec()]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
