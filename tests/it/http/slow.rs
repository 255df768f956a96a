//! Silent, slow and many.

use std::net::IpAddr;
use std::sync::Arc;

use postroom::web::serve::Times;
use tokio::sync::Semaphore;

use super::{House, Line, PATIENCE, SHORT, get, patient, signed_in};
use crate::world::desk::World;

/// The beginning of a form of somebody who is not signed in, whose end never comes.
const HALF_A_FORM: &str = "POST /sign-in HTTP/1.1\r\nHost: help.desk.example\r\n\
    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\naddress=";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_and_slowness_end_by_themselves() {
    let world = World::one().await;
    let long = PATIENCE * 10;
    let none = Times { head: long, idle: long, piece: long, stall: long, linger: SHORT, stop: SHORT };
    let house = async |times| House::open(&world, super::Rules { times, ..patient(50, 50) }).await;
    // Before the first request, and in the middle of its head.
    let heads = house(Times { head: SHORT, ..none }).await;
    let (mut silent, mut dripping) = (heads.call().await, heads.call().await);
    dripping.says("GET /sign-in HTTP/1.1\r\nX: ").await;
    tokio::join!(dripping.drips(b'x'), silent.ends());
    // In the middle of the second head, with all the time in the world between two requests.
    let mut second = heads.call().await;
    for _ in 0..2 {
        second.says(&get("/sign-in")).await;
        assert_eq!(second.hears().await.status, 200);
    }
    second.says("GET /sign-in").await;
    second.drips(b'x').await;
    assert_eq!(heads.page().await.status, 200);
    heads.close().await;
    // Between two requests.
    let idles = house(Times { idle: SHORT, ..none }).await;
    let mut idle = idles.call().await;
    idle.says(&get("/sign-in")).await;
    assert_eq!(idle.hears().await.status, 200);
    assert_eq!(idle.ends().await, "");
    idles.close().await;
    // In the middle of a body: the visitor is told, if they look.
    let bodies = house(Times { piece: SHORT, ..none }).await;
    let (mut silent, mut dripping, mut chunked) = (bodies.call().await, bodies.call().await, bodies.call().await);
    silent.says(HALF_A_FORM).await;
    dripping.says(HALF_A_FORM).await;
    chunked.says("POST /sign-in HTTP/1.1\r\nHost: help.desk.example\r\nTransfer-Encoding: chunked\r\n\r\n400;").await;
    let (answer, (), ()) = tokio::join!(silent.hears(), dripping.drips(b'x'), chunked.drips(b'x'));
    assert!(answer.status == 408 && answer.text.contains("did not arrive completely"), "{answer:?}");
    assert!(answer.head.contains("connection: close"), "{answer:?}");
    silent.ends().await;
    assert_eq!(bodies.page().await.status, 200);
    bodies.close().await;
    // The twin: where there is time, all of them go on to their end.
    let twin = house(none).await;
    let mut form = twin.call().await;
    form.says("POST /sign-in HTTP/1.1\r\nHost: help.desk.example\r\nContent-").await;
    tokio::time::sleep(SHORT * 2).await;
    form.says("Type: application/x-www-form-urlencoded\r\nContent-Length: 13\r\n\r\naddress=").await;
    tokio::time::sleep(SHORT * 2).await;
    form.says("a%40b").await;
    assert_eq!(form.hears().await.status, 303);
    twin.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_does_not_read_is_left() {
    let world = World::one().await;
    let rules = patient(50, 50);
    let house = House::open(&world, super::Rules { times: Times { stall: SHORT, ..rules.times }, ..rules }).await;
    let mut deaf = house.call().await;
    // Answers pile up in the buffers of the system, then here.
    let sheet = get(world.web().assets.stylesheet());
    let asking = async { while deaf.sends(sheet.as_bytes()).await {} };
    tokio::time::timeout(PATIENCE, asking).await.expect("it went on writing to a reader that does not read");
    // The twin: many requests at a time, all read.
    let mut quick = house.call().await;
    quick.says(&sheet.repeat(100)).await;
    for _ in 0..100 {
        assert_eq!(quick.hears().await.status, 200);
    }
    house.close().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_house_has_room_for_whoever_asks() {
    let world = World::one().await;
    let mut carla = world.signed_in("carla@acme.example").await;
    let (cookie, csrf) = signed_in(&mut carla).await;
    let house = House::open(&world, patient(40, 10)).await;
    // A guest who sends something, with a pause.
    let mut guest = house.call().await;
    let form = format!("--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n");
    let rest = "--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nSlowly\r\n\
        --XX\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nBut surely.\r\n--XX--\r\n";
    let length = form.len() + rest.len();
    guest
        .says(&format!(
            "POST /ACME/new HTTP/1.1\r\nHost: help.desk.example\r\nCookie: {cookie}\r\nExpect: 100-continue\r\n\
             Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: {length}\r\n\r\n"
        ))
        .await;
    assert_eq!(guest.hears().await.status, 100, "it is about to be read");
    guest.says(&form).await;
    // Silent ones, half forms of nobody, and such as have asked and rest: from here, and from everywhere.
    let mut crowd: Vec<Line> = Vec::new();
    for round in 0..120 {
        let mut line = if round % 2 == 0 { house.call().await } else { house.call_from(2 + round / 2).await };
        match round % 3 {
            0 => {}
            1 => line.says(HALF_A_FORM).await,
            _ => line.says(&get("/sign-in")).await,
        }
        crowd.push(line);
        if round % 20 == 19 {
            assert_eq!(house.page().await.status, 200, "{round}");
            assert_eq!(house.call_from(250).await.0.peer_addr().unwrap(), house.address);
        }
    }
    // Whoever had to go was told, if they had not asked for anything yet.
    let told = crowd[0].ends().await;
    assert!(told.starts_with("HTTP/1.1 503 ") && told.contains("retry-after: 5") && told.contains("try again"), "{told}");
    guest.says(rest).await;
    let answer = guest.hears().await;
    assert!(answer.status == 303 && answer.head.contains("said=opened"), "{answer:?}");
    house.close().await;
    let mut world = world;
    world.settle().await;
    world.end().await;
}

/// Pages of which `/slow` takes as long as the test wants: how many have begun, and how many may end.
fn slow_pages() -> (axum::Router, Arc<Semaphore>, Arc<Semaphore>) {
    let (begun, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (told, gate) = (Arc::clone(&begun), Arc::clone(&go));
    let slow = move || {
        let (told, gate) = (Arc::clone(&told), Arc::clone(&gate));
        async move {
            told.add_permits(1);
            gate.acquire().await.unwrap().forget();
            "done"
        }
    };
    let pages = axum::Router::new().route("/slow", axum::routing::get(slow)).route("/", axum::routing::get(async || "quick"));
    (pages.route("/echo", axum::routing::post(async |body: String| body)), begun, go)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_answered_is_not_sent_away_and_who_finds_no_place_is_told() {
    let (pages, begun, go) = slow_pages();
    let house = House::of(pages, patient(6, 4)).await;
    let mut working = Vec::new();
    for _ in 0..4 {
        let mut line = house.call().await;
        line.says(&get("/slow")).await;
        working.push(line);
    }
    let _ = begun.acquire_many(4).await.unwrap();
    let fifth = house.ask(&get("/")).await;
    assert_eq!(fifth.status, 503);
    assert!(fifth.text.contains("Bitte versuchen Sie es") && fifth.text.contains("Please try again"), "{fifth:?}");
    let mut other = house.call_from(9).await;
    other.says(&get("/")).await;
    assert_eq!(other.hears().await.status, 200, "the twin: there is room for others");
    go.add_permits(100);
    for line in &mut working {
        assert_eq!(line.hears().await.text, "done");
    }
    assert_eq!(house.ask(&get("/")).await.status, 200);
    house.close().await;

    // A trusted proxy has as many connections as there are, and each visitor behind it so many requests at a time.
    let (pages, begun, go) = slow_pages();
    let trusted = vec![IpAddr::from([127, 0, 0, 1])];
    let house = House::of(pages, super::Rules { trusted, ..patient(20, 4) }).await;
    let from = |path: &str, visitor: &str| get(path).replace("\r\n\r\n", &format!("\r\nX-Forwarded-For: {visitor}\r\n\r\n"));
    let mut working = Vec::new();
    for visitor in 1..4 {
        for _ in 0..4 {
            let mut line = house.call().await;
            line.says(&from("/slow", &format!("192.0.2.{visitor}"))).await;
            working.push(line);
        }
    }
    let _ = begun.acquire_many(12).await.unwrap();
    assert_eq!(house.ask(&from("/", "192.0.2.1")).await.status, 503);
    assert_eq!(house.ask(&from("/", "192.0.2.77, 192.0.2.4")).await.status, 200, "the twin: another visitor");
    go.add_permits(100);
    for line in &mut working {
        assert_eq!(line.hears().await.text, "done");
    }
    assert_eq!(house.ask(&from("/", "192.0.2.1")).await.status, 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_finishes_what_is_asked_and_waits_for_nobody_else() {
    let (pages, begun, go) = slow_pages();
    let house = House::of(pages, patient(20, 20)).await;
    let (mut silent, mut partial, mut idle, mut asked) =
        (house.call().await, house.call().await, house.call().await, house.call().await);
    partial.says("GET / HTTP/1.1\r\n").await;
    let mut half = house.call().await;
    half.says("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1234").await;
    idle.says(&get("/")).await;
    assert_eq!(idle.hears().await.status, 200);
    asked.says(&get("/slow")).await;
    let _ = begun.acquire().await.unwrap();
    house.stop.cancel();
    tokio::join!(silent.ends(), partial.ends(), idle.ends(), half.ends());
    let address = house.address;
    go.add_permits(1);
    assert_eq!(asked.hears().await.text, "done");
    asked.ends().await;
    house.close().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}
