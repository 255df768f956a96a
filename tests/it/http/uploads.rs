//! Forms with files: refused before they are read, and on the disk while they arrive.

use postroom::config::Config;

use super::{House, Line, PATIENCE, get, patient, signed_in};
use crate::world::desk::World;

const CARLA: postroom::desk::ids::PersonId = postroom::desk::ids::PersonId(10_003);

fn field(name: &str, value: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file_head(name: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n")
}

fn head(path: &str, cookie: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: help.desk.example\r\nCookie: {cookie}\r\nAccept-Language: en\r\n\
         Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// Handles of this process on nameless files in the folder of a desk's database.
fn spooled(config: &Config) -> usize {
    let folder = postroom::web::spool::folder(&config.database.url);
    let named = std::fs::read_dir(&folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
        name.starts_with(".tmp")
    });
    assert_eq!(named.count(), 0, "a file has a name");
    let handles = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    handles.filter(|path| path.starts_with(&folder) && path.to_string_lossy().ends_with(" (deleted)")).count()
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = postroom::time::Clock::System.now();
    while !holds() {
        assert!(postroom::time::Clock::System.now().since(begun) < PATIENCE, "{what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_send_is_told_before_they_have() {
    for mut world in World::each().await {
        let mut carla = world.signed_in("carla@acme.example").await;
        let (cookie, csrf) = signed_in(&mut carla).await;
        let opened = carla.upload("/ACME/new", &[("csrf", &csrf), ("form", "f"), ("title", "One"), ("text", "x")], &[]).await;
        assert_eq!(opened.location(), "/ACME/1?said=opened");
        let house = House::open(&world, patient(50, 50)).await;
        let large = 25 << 20;
        // Where a field ends shows when another begins.
        let right = field("csrf", &csrf) + "--XX\r\n";
        let site = "\r\nSec-Fetch-Site: cross-site\r\n\r\n";
        let cases = [
            ("nobody", head("/ACME/new", "", large), 303),
            ("nobody, on a ticket", head("/ACME/1/comments", "", large), 303),
            ("a session that is none", head("/ACME/new", "__Host-postroom=none", large), 303),
            ("another site", head("/ACME/new", &cookie, large).replace("\r\n\r\n", site), 403),
            ("too large by its head", head("/ACME/new", &cookie, 31 << 20), 413),
            ("no form", head("/ACME/new", &cookie, large).replace("multipart/form-data", "text/plain"), 403),
            (
                "another secret",
                [head("/ACME/new", &cookie, large), field("csrf", "another"), "--XX\r\n".to_owned()].concat(),
                403,
            ),
            ("a file before the secret", [head("/ACME/new", &cookie, large), file_head("a.txt")].concat(), 403),
            ("much before the secret", [head("/ACME/new", &cookie, large), field("text", &"x".repeat(9000))].concat(), 403),
            ("no project of theirs", [head("/GLOBEX/new", &cookie, large), right.clone()].concat(), 404),
            ("no ticket at all", [head("/ACME/99/comments", &cookie, large), right.clone()].concat(), 404),
        ];
        for (name, beginning, expected) in cases {
            let mut line = house.call().await;
            line.says(&beginning).await;
            let answer = line.hears().await;
            assert_eq!(answer.status, expected, "{name}: {answer:?}");
            assert!(expected == 303 || answer.text.contains("<h1>"), "{name}: a page of ours: {answer:?}");
            if name.starts_with("nobody") {
                assert!(answer.head.contains("connection: close"), "{answer:?}");
                line.ends().await;
            }
        }
        // Who is known and refused may send it all, and goes on by the same connection; it is read away and kept nowhere.
        let mut line = house.call().await;
        line.says(&head("/ACME/new", &cookie, large)).await;
        let wrong = field("csrf", "another");
        line.says(&wrong).await;
        assert!(line.sends(&vec![b'x'; large - wrong.len()]).await);
        assert_eq!(line.hears().await.status, 403);
        line.says(&get("/sign-in")).await;
        assert_eq!(line.hears().await.status, 200);
        assert_eq!(spooled(&world.web().config), 0);
        // Where the role allows no files, a text is taken and a file is not.
        world.may(CARLA, "attach", "denied").await;
        let beginning = [
            head("/ACME/1/comments", &cookie, large),
            field("csrf", &csrf),
            field("form", "g"),
            field("text", "y"),
            file_head("a.txt"),
        ]
        .concat();
        let mut line = house.call().await;
        line.says(&beginning).await;
        line.says("beginning").await;
        assert_eq!(line.hears().await.status, 403);
        let fields = [("csrf", csrf.as_str()), ("form", "h"), ("text", "z")];
        assert_eq!(carla.upload("/ACME/1/comments", &fields, &[]).await.location(), "/ACME/1?said=commented#newest", "the twin");
        // Where it may not even comment, nothing but the secret is read.
        world.may(CARLA, "comment", "denied").await;
        let mut line = house.call().await;
        line.says(&[head("/ACME/1/comments", &cookie, large), right].concat()).await;
        assert_eq!(line.hears().await.status, 403);
        assert_eq!((world.tickets().await, spooled(&world.web().config)), (1, 0));
        house.close().await;
        world.settle().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_lie_on_the_disk_while_they_arrive_and_nowhere_afterwards() {
    let mut world = World::one().await;
    let mut carla = world.signed_in("carla@acme.example").await;
    let (cookie, csrf) = signed_in(&mut carla).await;
    let house = House::open(&world, patient(50, 50)).await;
    let config = world.web().config;
    let fields = |form: &str| [field("csrf", &csrf), field("form", form), field("title", "Large"), field("text", "x")].concat();
    let send = async |form: &str, files: &[(&str, Vec<u8>)]| {
        let mut body = fields(form).into_bytes();
        for (name, bytes) in files {
            body.extend(file_head(name).into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--XX--\r\n");
        let mut line = house.call().await;
        line.says(&head("/ACME/new", &cookie, body.len())).await;
        line.sends(&body).await;
        line.hears().await
    };
    // Twenty at a time for one person; meanwhile there are pages, and texts are taken.
    let mut lines: Vec<Line> = Vec::new();
    for number in 0..20 {
        let mut line = house.call().await;
        line.says(&head("/ACME/new", &cookie, 20 << 20)).await;
        line.says(&[fields(&format!("slow {number}")), file_head("a.bin")].concat()).await;
        assert!(line.sends(&vec![b'x'; 1 << 20]).await);
        lines.push(line);
    }
    until("all on the disk", || spooled(&config) == 20).await;
    let one_more = send("one more", &[("a.txt", b"a".to_vec())]).await;
    assert!(one_more.status == 503 && one_more.text.contains("kommt zu viel gleichzeitig an"), "{one_more:?}");
    assert_eq!(send("text", &[("", Vec::new())]).await.status, 303, "the twin: a text alone, with the input for files empty");
    assert_eq!(house.page().await.status, 200);
    // Cut off, they are gone.
    drop(lines);
    until("nothing on the disk", || spooled(&config) == 0).await;
    assert_eq!(world.tickets().await, 1);
    // The largest is taken as it is, one byte more is not.
    let largest: Vec<u8> = (0..25_u32 << 20).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect();
    let answer = send("largest", &[("largest.bin", largest.clone()), ("small.txt", b"small".to_vec())]).await;
    assert!(answer.status == 303 && answer.head.contains("/ACME/2?said=opened"), "{answer:?}");
    let page = carla.get("/ACME/2").await.text();
    let file = page.split('"').find(|word| word.starts_with("/ACME/2/files/")).unwrap().to_owned();
    assert!(carla.get(&file).await.bytes == largest);
    let mut larger = largest;
    larger.push(0);
    let answer = send("larger", &[("larger.bin", larger)]).await;
    assert!(answer.status == 413 && answer.text.contains("weniger oder kleinere Dateien"), "{answer:?}");
    let texts = [("a", 500_000), ("b", 500_000), ("c", 100_000)].map(|(name, length)| field(name, &"x".repeat(length))).concat();
    let body = format!("{}{texts}--XX--\r\n", field("csrf", &csrf));
    assert_eq!(house.ask(&[head("/ACME/new", &cookie, body.len()), body].concat()).await.status, 413, "texts stay in memory");
    assert_eq!((world.tickets().await, spooled(&config)), (2, 0));
    house.close().await;
    world.settle().await;
    world.end().await;
}
