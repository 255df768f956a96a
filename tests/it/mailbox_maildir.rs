//! A Maildir and a pipe as sources of mail.

use std::path::Path;

use postroom::mail::Limits;
use postroom::mailbox::{maildir, pipe};
use postroom::store::inbox::Received;

use crate::world::databases::stores;
use crate::world::{intake, ledger, mail, raw_mails};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn mails_are_stored_once_and_then_marked_as_read() {
    for (kind, store, _database) in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/when/missing");
        let intake = intake(&store);
        let mut reader = maildir::MaildirReader::new("support", path.clone(), intake.clone());
        assert_eq!(reader.poll_once().await.unwrap(), 0, "{kind}");
        maildir::deliver(&path, mail("one").as_bytes(), "1.a").unwrap();
        maildir::deliver(&path, mail("two").as_bytes(), "2.a").unwrap();
        // Read, flagged and answered by somebody else before we looked; and what is no mail.
        std::fs::write(path.join("cur/0.b:2,FRS"), mail("three")).unwrap();
        std::fs::write(path.join("new/.hidden"), "x").unwrap();
        std::fs::create_dir(path.join("cur/folder")).unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 3);
        tokio::time::timeout(std::time::Duration::from_secs(1), store.arrived()).await.unwrap();
        assert_eq!(names(&path.join("cur")), ["0.b:2,FRS", "1.a:2,S", "2.a:2,S", "folder"]);
        assert_eq!(names(&path.join("new")), [".hidden"]);
        assert_eq!(names(&path.join("tmp")), [""; 0]);

        // Another client changes flags and removes a mail; a reader that knows nothing starts.
        std::fs::rename(path.join("cur/1.a:2,S"), path.join("cur/1.a:2,FS")).unwrap();
        std::fs::remove_file(path.join("cur/2.a:2,S")).unwrap();
        maildir::deliver(&path, mail("four").as_bytes(), "4.a").unwrap();
        let mut reader = maildir::MaildirReader::new("support", path.clone(), intake.clone());
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        let mut stored = raw_mails(&store).await;
        stored.sort();
        let mut expected = ["one", "two", "three", "four"].map(mail);
        expected.sort();
        assert_eq!(stored, expected, "{kind}");
    }
}

#[tokio::test]
async fn a_mail_stored_before_a_crash_is_only_moved() {
    for (_, store, _database) in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let mut reader = maildir::MaildirReader::new("support", path.to_owned(), intake(&store));
        maildir::deliver(path, mail("one").as_bytes(), "1.a").unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 1);
        // As if the move had not happened any more.
        std::fs::rename(path.join("cur/1.a:2,S"), path.join("new/1.a")).unwrap();
        let mut reader = maildir::MaildirReader::new("support", path.to_owned(), intake(&store));
        assert_eq!(reader.poll_once().await.unwrap(), 0);
        assert_eq!((names(&path.join("cur")), ledger(&store).await.len()), (vec!["1.a:2,S".to_owned()], 1));
    }
}

#[tokio::test]
async fn nothing_is_touched_before_the_commit() {
    let (_, store, database) = stores().await.remove(0);
    assert!(database.is_sqlite());
    let folder = tempfile::tempdir().unwrap();
    let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), intake(&store));
    maildir::deliver(folder.path(), mail("one").as_bytes(), "1.a").unwrap();
    database.execute("CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END").await;
    let error = reader.poll_once().await.unwrap_err();
    assert!(format!("{error:#}").contains("the disk is full"), "{error:#}");
    assert_eq!(names(&folder.path().join("new")), ["1.a"]);
    database.execute("DROP TRIGGER full").await;
    assert_eq!(reader.poll_once().await.unwrap(), 1);
    assert_eq!(names(&folder.path().join("cur")), ["1.a:2,S"]);
}

#[tokio::test]
async fn a_maildir_that_vanished_is_a_fault_and_is_read_again_when_it_is_back() {
    for (kind, store, _database) in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("mail"), folder.path().join("away"));
        let mut reader = maildir::MaildirReader::new("support", path.clone(), intake(&store));
        maildir::deliver(&path, mail("one").as_bytes(), "1.a").unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{kind}");
        // As when a disk is unmounted: nothing is made in its place, where mail would be lost under the mount.
        std::fs::rename(&path, &away).unwrap();
        let words = reader.poll_once().await.unwrap_err().to_string();
        assert!(words.contains("is gone") && words.contains("mail"), "{words}");
        assert!(!path.exists(), "{kind}");
        maildir::deliver(&away, mail("two").as_bytes(), "2.a").unwrap();
        std::fs::rename(&away, &path).unwrap();
        assert_eq!(reader.poll_once().await.unwrap(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_mail_that_is_too_large_stands_in_the_ledger_without_bytes() {
    let (_, store, _database) = stores().await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let mut reader = maildir::MaildirReader::new("support", folder.path().to_owned(), intake(&store));
    assert_eq!(reader.poll_once().await.unwrap(), 0);
    let largest = i64::try_from(Limits::default().raw_bytes).unwrap();
    let size = u64::try_from(largest).unwrap() + 1;
    let mut file = std::fs::File::create(folder.path().join("new/1.a")).unwrap();
    std::io::Write::write_all(&mut file, b"Subject: Plans\r\n\r\n").unwrap();
    file.set_len(size).unwrap();
    maildir::deliver(folder.path(), mail("small").as_bytes(), "2.a").unwrap();
    assert_eq!(reader.poll_once().await.unwrap(), 2);
    let sizes: Vec<_> = ledger(&store).await.iter().map(|row| (row.blob.is_some(), row.size > largest)).collect();
    assert_eq!(sizes, [(false, true), (true, false)]);
    let id = ledger(&store).await[0].id;
    let head = postroom::store::inbox::head(&mut store.read().await.unwrap(), id).await.unwrap().unwrap();
    assert!(head.starts_with(b"Subject: Plans\r\n\r\n") && head.len() == 64 << 10, "its beginning, and no more");
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", ".", "..", "../x", "a/b", "a:2,S", "a\0b"] {
        assert!(maildir::deliver(folder.path(), b"x", name).is_err(), "{name:?}");
    }
    let first = maildir::deliver(folder.path(), b"first", "1.a").unwrap();
    assert_eq!(maildir::deliver(folder.path(), b"again", "1.a").unwrap(), first);
    assert_eq!(std::fs::read(&first).unwrap(), b"again");
    // Once read it is left alone.
    let read = folder.path().join("cur/1.a:2,S");
    std::fs::rename(&first, &read).unwrap();
    assert_eq!(maildir::deliver(folder.path(), b"too late", "1.a").unwrap(), read);
    assert_eq!(names(&folder.path().join("new")), [""; 0]);
}

#[tokio::test]
async fn a_pipe_stores_the_same_mail_once() {
    for (_, store, _database) in stores().await {
        let intake = intake(&store);
        let first = pipe::deliver("support", mail("one").as_bytes(), &intake).await.unwrap();
        assert!(matches!(first, Received::New(_)));
        assert_eq!(pipe::deliver("support", mail("one").as_bytes(), &intake).await.unwrap(), Received::Known);
        assert!(matches!(pipe::deliver("sales", mail("one").as_bytes(), &intake).await.unwrap(), Received::New(_)));
        assert!(pipe::deliver("support", &b""[..], &intake).await.is_err());
        assert_eq!(raw_mails(&store).await, [mail("one"), mail("one")]);
    }
}

#[tokio::test]
async fn a_maildir_that_is_made_is_for_nobody_else_and_one_that_is_there_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let (made, there) = (folder.path().join("above/made"), folder.path().join("there"));
    std::fs::create_dir_all(there.join("new")).unwrap();
    std::fs::set_permissions(there.join("new"), std::fs::Permissions::from_mode(0o770)).unwrap();
    for path in [&made, &there] {
        maildir::deliver(path, mail("one").as_bytes(), "1.a").unwrap();
    }
    for path in [folder.path().join("above"), made.clone(), made.join("new"), there.join("cur")] {
        assert_eq!(mode(&path), 0o700, "{}", path.display());
    }
    assert_eq!(mode(&there.join("new")), 0o770);
}
