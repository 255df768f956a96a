//! Requests as no browser sends them.

use super::{House, get, patient};
use crate::world::desk::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_requests_get_an_answer_or_an_end_and_cost_nobody_else_anything() {
    let world = World::one().await;
    let house = House::open(&world, patient(50, 50)).await;
    let form = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let many = |count: usize| (0..count).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    let cases: Vec<(&str, String, &[u16])> = vec![
        ("plain", get("/sign-in"), &[200]),
        ("HTTP/1.0", "GET /sign-in HTTP/1.0\r\n\r\n".to_owned(), &[200]),
        ("no host", "GET /sign-in HTTP/1.1\r\n\r\n".to_owned(), &[400]),
        ("two hosts", "GET /sign-in HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), &[400]),
        ("absolute", "GET http://help.desk.example/sign-in HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[200]),
        ("absolute, foreign", "GET http://evil.example/no HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[404]),
        ("a proxy's word", "CONNECT evil.example:25 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[405]),
        ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[404]),
        ("trace", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), &[404]),
        ("upgrade", "GET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n".to_owned(), &[200]),
        ("h2c", "GET /sign-in HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n".to_owned(), &[200]),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), &[400, 505, 0]),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\r\n\r\n".to_owned(), &[400]),
        ("ninety headers", format!("GET /sign-in HTTP/1.1\r\nHost: x\r\n{}\r\n", many(90)), &[200]),
        ("many headers", format!("GET /sign-in HTTP/1.1\r\nHost: x\r\n{}\r\n", many(200)), &[431]),
        ("a long header", format!("GET /sign-in HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(60_000)), &[431]),
        ("a long address", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(60_000)), &[414, 431]),
        ("both lengths", format!("POST /sign-in HTTP/1.1\r\n{form}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), &[303, 400]),
        ("two lengths", format!("POST /sign-in HTTP/1.1\r\n{form}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), &[400]),
        ("a negative length", format!("POST /sign-in HTTP/1.1\r\n{form}Content-Length: -3\r\n\r\n"), &[400]),
        ("chunked", format!("POST /sign-in HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\nd\r\naddress=a%40b\r\n0\r\nX: y\r\n\r\n"), &[303]),
        ("a chunk of a chunk extension", format!("POST /sign-in HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\n1;{}\r\na\r\n0\r\n\r\n", "x".repeat(100_000)), &[403]),
        ("endless trailers", format!("POST /sign-in HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: {}\r\n\r\n", "x".repeat(100_000)), &[403]),
        ("an impossible chunk", format!("POST /sign-in HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na"), &[403]),
        ("expecting something else", "GET /sign-in HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n".to_owned(), &[200, 417]),
        ("a body where none belongs", "GET /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello".to_owned(), &[200]),
        ("too large by its head", format!("POST /sign-in HTTP/1.1\r\n{form}Content-Length: 99999999999\r\n\r\n"), &[413]),
        ("too large by itself", format!("POST /sign-in HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\n4000\r\n{}\r\n", "x".repeat(0x4000)), &[413]),
    ];
    for (name, request, expected) in cases {
        let mut line = house.call().await;
        line.says(&request).await;
        let status =
            match tokio::time::timeout(super::PATIENCE, line.hear()).await.unwrap_or_else(|_| panic!("{name}: no answer")) {
                Some(answer) => answer.status,
                None => 0,
            };
        assert!(expected.contains(&status), "{name}: {status}");
        assert_eq!(house.page().await.status, 200, "after {name}");
    }
    house.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_in_a_row_are_answered_in_a_row() {
    let world = World::one().await;
    let house = House::open(&world, patient(50, 50)).await;
    let mut line = house.call().await;
    let form = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 13\r\n\r\naddress=a%40b";
    line.says(&format!("{}{form}{}{form}{}", get("/sign-in"), get("/no/such"), get("/sign-in"))).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(line.hears().await.status);
    }
    assert_eq!(statuses, [200, 303, 404, 303, 200]);
    // Whoever asks first is told before they send: yes, or what is wrong with it.
    for (length, words) in [("13", "100"), ("99999999", "413")] {
        let mut line = house.call().await;
        line.says(&format!("POST /sign-in HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"))
            .await;
        assert_eq!(line.hears().await.status.to_string(), words);
    }
    // Whoever says that there is nothing more still gets the answer.
    let mut line = house.call().await;
    line.says(&get("/sign-in")).await;
    tokio::io::AsyncWriteExt::shutdown(&mut line.0).await.unwrap();
    assert_eq!(line.hears().await.status, 200);
    assert_eq!(line.ends().await, "");
    house.close().await;
    world.end().await;
}
