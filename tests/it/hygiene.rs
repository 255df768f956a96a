//! What is a staff member's own never reaches anybody outside: not by mail, and not on a page.

use postroom::demo::client::Program;
use postroom::desk::people::Language;

use crate::world::desk::{World, story};

const CARLA: &str = "carla@acme.example";
/// What stands in the headers, the signature, the files and the HTML of the mails below.
const CANARIES: &[&str] = &[
    "anna@staff.example",
    "staff.example",
    "4711",
    "10.9.8.7",
    "KANARIENPROGRAMM",
    "kanarienvogel",
    "Users",
    "track.example",
    ".vcf",
    "support+",
];

/// Everything that Carla can read: mails in both forms, without her own reply address, and pages.
async fn carla_reads(world: &World) -> Vec<String> {
    let mut read = Vec::new();
    for sent in world.sent_to(CARLA).await {
        let own = sent.letter.reply_to.as_ref().map(|address| address.address.clone()).unwrap_or_default();
        read.push(sent.text().replace("=\r\n", "").replace(&own, ""));
        read.push(sent.letter.body.text.clone());
        for file in &sent.letter.attachments {
            read.push(format!("{} {}", file.name, String::from_utf8_lossy(&file.data)));
        }
    }
    let mut browser = world.signed_in(CARLA).await;
    for path in ["/ACME/1", "/"] {
        read.push(browser.get(path).await.text());
    }
    read
}

story!(no_program_lets_anything_of_its_writer_through, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Frage", "Wie geht das?").await;
    let mut count = 0;
    for program in Program::ALL {
        for language in [Language::German, Language::English] {
            count += 1;
            let mut anna = world.anna.clone();
            (anna.program, anna.language) = (*program, language);
            anna.signature = Some("Anna Berger\nDurchwahl 4711\nanna@staff.example".to_owned());
            let parent = world.sent_to(&anna.address).await.into_iter().next().unwrap().raw;
            let id = world.message_id();
            let reply = anna
                .answer(&parent, &format!("ANTWORT-{count}: fragen Sie Anna@staff.example."))
                .header("X-Originating-IP", "[10.9.8.7]")
                .header("X-Kanarie", "KANARIENPROGRAMM")
                .header("Organization", "kanarienvogel")
                .file("C:\\Users\\anna\\plan.txt", "text/plain", b"PLAN")
                .file("anna.vcf", "text/vcard", b"EMAIL:anna@staff.example");
            world.send(&reply.write(world.clock.now(), &id)).await;
            assert_eq!(world.last_verdict().await, "comment token", "{program:?} {language:?}");
            let text = world.timeline("ACME-1").await.pop().unwrap();
            assert_eq!(text, format!("public comment: ANTWORT-{count}: fragen Sie support@desk.example."), "{program:?}");
        }
    }
    let parent = world.sent_to("anna@staff.example").await.into_iter().next().unwrap().letter;
    let html = format!(
        "From: Anna <anna@staff.example>\r\nTo: {}\r\nSubject: Re: x\r\nMessage-ID: <h1@staff.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html\r\n\r\n<p>ANTWORT-HTML</p><img src=\"https://track.example/kanarienvogel.gif\" width=1 height=1>\
         <p>Anna Berger<br>Durchwahl 4711</p>\r\n",
        parent.reply_to.unwrap().address
    );
    world.send(html.as_bytes()).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let read = carla_reads(&world).await;
    let all = read.join("\n");
    for answer in ["ANTWORT-1:", "ANTWORT-HTML", "plan.txt", "PLAN"] {
        assert!(all.contains(answer), "the twin: {answer} arrived");
    }
    for canary in CANARIES {
        let leak = read.iter().find(|text| text.contains(canary));
        assert!(leak.is_none(), "{canary} stands in {}", leak.unwrap());
    }
    assert_eq!(world.last_to(CARLA).await.letter.from.unwrap().address, "support@desk.example");
});

story!(a_signature_that_only_habit_shows_is_cut_and_a_greeting_stays, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Frage", "Wie geht das?").await;
    let mut anna = world.anna.clone();
    (anna.program, anna.signature) = (Program::OutlookDesktop, Some("Berger IT\nHauptstr. 1\nDurchwahl 11".to_owned()));
    for (text, expected) in [
        // The first time nobody can know: what is uncertain stays.
        ("Eins.\n\nViele Grüße", "Eins.\n\nViele Grüße\n\nBerger IT\nHauptstr. 1\nDurchwahl 11"),
        ("Zwei.\n\nHerzlich", "Zwei.\n\nHerzlich"),
    ] {
        let parent = world.sent_to(&anna.address).await.into_iter().next().unwrap().raw;
        let id = world.message_id();
        world.send(&anna.reply(&parent, text, world.clock.now(), &id)).await;
        assert_eq!(world.timeline("ACME-1").await.pop().unwrap(), format!("public comment: {expected}"));
    }
    // What stays among staff stays whole.
    let parent = world.sent_to(&anna.address).await.into_iter().next().unwrap().raw;
    let id = world.message_id();
    world.send(&anna.reply(&parent, "#note\nDrei.", world.clock.now(), &id)).await;
    assert!(world.timeline("ACME-1").await.pop().unwrap().contains("Hauptstr. 1"));
});
