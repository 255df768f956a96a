//! What a full disk does to the store: `PRAGMA max_page_count` stands for the disk.

use super::*;
use crate::store::{Begin, blobs};

struct Disk {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Disk {
    /// A fresh desk on a disk that is full from now on.
    async fn full() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&format!("sqlite:{}", folder.path().join("desk.db").display())).await.unwrap();
        let begin = Begin::of(Dialect::Sqlite);
        // No fewer pages than there are: what does not fit any more is anything.
        store.begin.writing = format!("PRAGMA max_page_count=1; {}", begin.writing).into();
        Self { _folder: folder, store }
    }

    /// Somebody makes space.
    fn freed(&self) -> Store {
        Store { begin: Begin::of(Dialect::Sqlite), ..self.store.clone() }
    }

    async fn put(store: &Store, bytes: usize) -> Result<()> {
        let work = store.write(move |tx| Box::pin(async move { Ok(blobs::put(tx, &noise(bytes)).await?) }));
        work.await.map(|_| ())
    }
}

fn noise(bytes: usize) -> Vec<u8> {
    let rng = crate::time::Rng::seeded(7);
    std::iter::repeat_with(|| rng.bits().to_le_bytes()).flatten().take(bytes).collect()
}

#[tokio::test]
async fn a_full_disk_is_said_once_and_every_write_says_the_same() {
    let disk = Disk::full().await;
    for _ in 0..5 {
        let fault = Disk::put(&disk.store, 300_000).await.unwrap_err();
        assert_eq!(Trouble::of(&fault), Some(Trouble::Full), "{fault}");
        assert!(fault.is_passing() && !fault.to_string().contains("transaction depth"), "{fault}");
        let illness = disk.store.illness().unwrap();
        assert!(illness.words.contains("the disk is full") && illness.words.contains("desk.db"), "{illness:?}");
    }
    // Reading goes on, and nothing of what failed is there.
    let mut tx = disk.store.read().await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) FROM blob").fetch_one(&mut *tx.inner).await.unwrap();
    assert_eq!(sqlx::Row::get::<i64, _>(&row, 0), 0);
    drop(tx);
    assert!(disk.store.probe().await.is_err(), "a probe sees it, too");

    // Space, and everything goes on by itself: the probe is what says so.
    let freed = disk.freed();
    freed.probe().await.unwrap();
    assert_eq!(freed.illness(), None);
    tokio::time::timeout(PATIENCE, disk.store.well()).await.expect("whoever waited goes on");
    Disk::put(&freed, 300_000).await.unwrap();
}

#[tokio::test]
async fn a_probe_wants_as_much_room_as_was_missing() {
    let disk = Disk::full().await;
    Disk::put(&disk.store, 3 << 20).await.unwrap_err();
    disk.store.wants(3 << 20);
    let pages = |pages: i64| {
        let writing = format!("PRAGMA max_page_count={pages}; {}", Begin::of(Dialect::Sqlite).writing).into();
        Store { begin: Begin { writing, ..Begin::of(Dialect::Sqlite) }, ..disk.store.clone() }
    };
    // Two MiB: room for a small mail, and the one that did not fit would be fetched and thrown away again and again.
    assert_eq!(pages(600).probe().await.map_err(|fault| Trouble::of(&fault)), Err(Some(Trouble::Full)));
    pages(1_200).probe().await.unwrap();
    // The twin: nothing large is waited for any more.
    Disk::put(&disk.store, 5 << 20).await.unwrap_err();
    pages(1_200).probe().await.unwrap();
}

#[tokio::test]
async fn however_a_transaction_ends_the_next_one_begins() {
    let disk = Disk::full().await;
    let store = disk.freed();
    let ends = ["COMMIT", "ROLLBACK", "SELECT nothing FROM nowhere"];
    for end in ends {
        // Ended behind our back, or failing.
        let ended = store.write(move |tx| {
            Box::pin(async move {
                blobs::put(tx, end.as_bytes()).await?;
                sqlx::raw_sql(end).execute(&mut *tx.inner).await.map_err(Error::from)?;
                Ok(())
            })
        });
        assert!(ended.await.is_err(), "{end}");
        Disk::put(&store, 10).await.unwrap();
    }
    let panicked = store.write(|tx| {
        Box::pin(async move {
            blobs::put(tx, b"panicked").await?;
            if tx.dialect == Dialect::Sqlite {
                panic!("on purpose");
            }
            Ok(())
        })
    });
    assert!(matches!(panicked.await, Err(Error::CutShort)));
    Disk::put(&store, 11).await.unwrap();
    let hashes = async || {
        let mut tx = store.read().await.unwrap();
        let row = sqlx::query("SELECT COUNT(*) FROM blob").fetch_one(&mut *tx.inner).await.unwrap();
        sqlx::Row::get::<i64, _>(&row, 0)
    };
    assert_eq!(hashes().await, 3, "COMMIT did what it says, and the two of ours");
    // A reader that is dropped half-way, and one that ends badly.
    for _ in 0..20 {
        let mut tx = store.read().await.unwrap();
        let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *tx.inner).await;
    }
    drop(store.read());
    assert_eq!(hashes().await, 3);
    // A write that nobody waits for any more is done all the same.
    let dropped = Disk::put(&store, 12);
    tokio::time::timeout(std::time::Duration::ZERO, dropped).await.unwrap_err();
    for _ in 0..500 {
        if hashes().await == 4 {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(hashes().await, 4);
}
