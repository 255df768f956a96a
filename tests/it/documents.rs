//! What people wrote arrives as they wrote it: mail in, page, mail out; and what stands inside stays inside behind words, too.

use crate::world::browser::Browser;
use crate::world::desk::{SUPPORT, Sent, World, story};

/// A picture in a mail: its Content-ID, its name, and how many bytes.
type Picture<'a> = (&'a str, &'a str, usize);

/// A mail as programs write it that write text and HTML, with pictures in it.
fn mail(head: &str, text: &str, html: &str, pictures: &[Picture<'_>]) -> Vec<u8> {
    let mut raw = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=rel\r\n\r\n--rel\r\n\
         Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
         --alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--alt--\r\n"
    )
    .into_bytes();
    for (id, name, size) in pictures {
        let part = format!(
            "--rel\r\nContent-Type: image/png; name={name}\r\nContent-ID: <{id}>\r\nContent-Disposition: inline; filename={name}\r\n\r\n"
        );
        raw.extend(part.bytes());
        raw.extend(b"\x89PNG\r\n\x1a\n");
        raw.extend(name.bytes().cycle().take(*size));
        raw.extend(b"\r\n");
    }
    raw.extend(b"--rel--\r\n");
    raw
}

impl World {
    /// A contact's first mail, with HTML.
    async fn writes_richly(&mut self, text: &str, html: &str, pictures: &[Picture<'_>]) {
        let id = self.message_id();
        let date = self.clock.now().rfc5322();
        let head = format!(
            "From: Carla Kunze <carla@acme.example>\r\nTo: {SUPPORT}\r\nSubject: Press\r\nMessage-ID: <{id}>\r\nDate: {date}\r\n"
        );
        self.send(&mail(&head, text, html, pictures)).await;
    }

    /// Somebody answers the newest mail that the desk wrote to them about something public, with HTML.
    async fn responds(&mut self, address: &str, text: &str, html: &str, pictures: &[Picture<'_>]) {
        let is_public = |sent: &&Sent| !sent.text().contains("X-Postroom-Visibility: internal");
        let parent = self.sent_to(address).await.iter().rfind(is_public).unwrap().letter.clone();
        let to = parent.reply_to.clone().unwrap();
        let (id, date) = (self.message_id(), self.clock.now().rfc5322());
        let head = format!(
            "From: {address}\r\nTo: {}\r\nSubject: Re: {}\r\nMessage-ID: <{id}>\r\nIn-Reply-To: <{}>\r\nDate: {date}\r\n",
            to.address,
            parent.subject,
            parent.message_id.unwrap(),
        );
        self.send(&mail(&head, text, html, pictures)).await;
    }

    /// The newest mail to an address, as its HTML and the names of what is inside the text and what is attached.
    async fn shown_to(&self, address: &str) -> (String, Vec<String>, Vec<String>) {
        let letter = self.last_to(address).await.letter;
        let (inside, attached): (Vec<_>, Vec<_>) = letter.attachments.into_iter().partition(|file| file.inline);
        let names = |files: Vec<postroom::mail::Attachment>| files.into_iter().map(|file| file.name).collect();
        (letter.html.unwrap_or_default(), names(inside), names(attached))
    }
}

async fn page(browser: &mut Browser, path: &str) -> String {
    browser.get(path).await.text()
}

const TABLE: &str = "<p>The <b>press</b> stands, see <a href='https://wiki.acme.example/press'>our notes</a>:</p>\
    <table><tr><th>Part</th><th>State</th></tr><tr><td>Belt</td><td>torn</td></tr></table>\
    <p><img src='cid:shot@acme' alt='The belt'></p>";

story!(a_customers_table_and_picture_are_on_the_page_and_in_the_staffs_mail, |world| {
    let text = "The press stands, see our notes:\n\nPart State\nBelt torn\n\n[image: The belt]";
    world.writes_richly(text, TABLE, &[("shot@acme", "image001.png", 40)]).await;
    let mut carla = world.signed_in("carla@acme.example").await;
    let shown = page(&mut carla, "/ACME/1").await;
    for piece in [
        "The <strong>press</strong> stands",
        "<a href=\"https://wiki.acme.example/press\" rel=\"noopener noreferrer nofollow\">our notes</a>",
        "<th dir=\"auto\">Part</th>",
        "<td dir=\"auto\">torn</td>",
        "alt=\"The belt\"",
    ] {
        assert!(shown.contains(piece), "{piece} in {shown}");
    }
    assert!(!shown.contains("<ul class=\"files\">"), "a picture that stands in the text is not listed once more");
    let (html, inside, attached) = world.shown_to("anna@staff.example").await;
    assert!(html.contains("<strong>press</strong>") && html.contains("torn</td>"), "{html}");
    assert!(html.contains("alt=\"The belt\""), "{html}");
    assert_eq!((inside, attached), (vec!["image001.png".to_owned()], vec![]));
    let text = world.last_to("anna@staff.example").await.letter.body.text;
    assert!(text.contains("Part | State") && text.contains("our notes <https://wiki.acme.example/press>"), "{text}");
});

story!(a_staff_answer_reaches_the_customer_as_it_was_written_without_the_logo_of_its_signature, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.address.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    let html = "<p>Please <b>do not</b> switch it on:</p><ol><li>Pull the plug</li><li>Loosen this screw</li></ol>\
        <p><img src='cid:screw'></p><p>-- <br>Ben Okafor<br><img src='cid:logo'></p>";
    let text = "Please do not switch it on:\n\n1. Pull the plug\n2. Loosen this screw\n\n-- \nBen Okafor";
    world.responds(&ben, text, html, &[("screw", "screw.png", 40), ("logo", "logo.png", 40)]).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let (html, inside, attached) = world.shown_to(&carla.address).await;
    assert!(
        html.contains("Please <strong>do not</strong> switch it on:") && html.contains("Loosen this screw</li></ol>"),
        "{html}"
    );
    assert!(!html.contains("Okafor<") && !html.contains("logo"), "{html}");
    assert_eq!((inside, attached), (vec!["screw.png".to_owned()], vec![]));
    let mut browser = world.signed_in(&carla.address).await;
    let shown = page(&mut browser, "/ACME/1").await;
    assert!(shown.contains("Loosen this screw</li></ol>") && shown.contains("alt=\"screw.png\""), "{shown}");
    assert!(!shown.contains("logo.png"), "{shown}");
});

story!(a_quoted_screenshot_is_not_sent_on_and_a_new_one_is, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.address.clone());
    world.writes_richly("See:\n\n[image: a]", "<p>See:</p><p><img src='cid:a'></p>", &[("a", "first.png", 200_000)]).await;
    let html = "<p>Here it works:</p><p><img src='cid:b'></p><div class='gmail_quote'><div class='gmail_attr'>\
        On Wed, Nov 18, 2026 at 12:00 Carla Kunze &lt;carla@acme.example&gt; wrote:<br></div>\
        <blockquote class='gmail_quote'><p>See:</p><p><img src='cid:a'></p></blockquote></div>";
    let text = "Here it works:\n\n[image: b]\n\nOn Wed, Nov 18, 2026 at 12:00 Carla Kunze <carla@acme.example> wrote:\n\n> See:\n>\n> [image: a]";
    world.responds(&ben, text, html, &[("b", "mine.png", 40), ("a", "first.png", 200_000)]).await;
    let (_, inside, attached) = world.shown_to(&carla.address).await;
    assert_eq!((inside, attached), (vec!["mine.png".to_owned()], vec![]));
});

story!(what_stands_inside_behind_a_word_does_not_leave_behind_a_word, |world| {
    let (carla, anna, ben) = (world.carla.clone(), world.anna.address.clone(), world.ben.address.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    let inside = "https://intern.desk.example/boards/customers/acme/press/contract-is-to-be-ended-soon-4711";
    let note = |target: &str| format!("<p>#note</p><p>Look at <a href='{target}'>this</a> before you answer.</p>");
    world.responds(&anna, "#note\n\nLook at this before you answer.", &note(inside), &[]).await;
    assert_eq!(world.timeline("ACME-1").await.pop().unwrap(), "internal comment: Look at this before you answer.");
    let answer = |target: &str| format!("<p>All is written down <a href='{target}'>here</a>, as agreed.</p>");
    world.responds(&ben, "All is written down here, as agreed.", &answer(inside), &[]).await;
    assert_eq!(world.last_verdict().await, "held leak");
    world.clock.advance(std::time::Duration::from_hours(2));
    world.writes(&carla, "Lamp", "The lamp is red.").await;
    world.responds(&ben, "All is written down here, as agreed.", &answer("https://help.desk.example/ACME/docs/press"), &[]).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let (html, ..) = world.shown_to(&carla.address).await;
    assert!(
        html.contains("<a href=\"https://help.desk.example/ACME/docs/press\" rel=\"noopener noreferrer nofollow\">here</a>"),
        "{html}"
    );
});

story!(an_address_of_ones_own_leaves_neither_in_words_nor_behind_them, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.address.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    let html = "<p>Write to <a href='mailto:ben@staff.example'>me</a> or to <b>ben@</b>staff.example, or \
        <a href='https://desk.example/press'>read this</a>.</p>";
    world.responds(&ben, "Write to me or to ben@staff.example, or read this.", html, &[]).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let mail = world.last_to(&carla.address).await;
    assert!(!String::from_utf8_lossy(&mail.raw).contains("ben@"), "{}", String::from_utf8_lossy(&mail.raw));
    assert!(mail.letter.body.text.contains("Write to me or to support@desk.example"), "{}", mail.letter.body.text);
});

story!(what_a_mail_would_do_to_a_page_it_does_not, |world| {
    let html = "<p>Hello <b onclick='x()'>there</b><script>x()</script><img src=x onerror=x()><svg><style><img src=x></style></svg></p>\
        <p style='position:fixed;background:url(https://track.example/p)'>one <a href='javascript:x()'>two</a> \
        <a href='https://evil.example/'>https://bank.example/</a></p>\
        <math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x()&gt;'></table></math>\
        <form action=https://evil.example><input name=a></form><iframe src=https://evil.example></iframe>";
    world.writes_richly("Hello there\n\none two https://bank.example/", html, &[]).await;
    let mut carla = world.signed_in("carla@acme.example").await;
    let shown = page(&mut carla, "/ACME/1").await;
    let (_, written) = shown.split_once("<div class=\"written\">").unwrap();
    let (written, _) = written.split_once("</li>").unwrap();
    let (mail, ..) = world.shown_to("anna@staff.example").await;
    for shown in [written, &mail] {
        assert!(shown.contains("<strong>there</strong>"), "{shown}");
        assert!(shown.contains("https://bank.example/</a> (https://evil.example/)"), "{shown}");
        for piece in [
            "onclick",
            "onerror",
            "<script",
            "<svg",
            "<math",
            "<form",
            "<input",
            "<iframe",
            "javascript:",
            "track.example",
            "position",
        ] {
            assert!(!shown.contains(piece), "{piece} in {shown}");
        }
    }
});

story!(an_entry_of_before_is_shown_by_its_text, |world| {
    let carla = world.carla.clone();
    world.writes(&carla, "Press", "The press stands:\n\n- belt\n- lamp\n\n> as before").await;
    world.execute("UPDATE entry SET document = NULL").await;
    let mut browser = world.signed_in(&carla.address).await;
    let shown = page(&mut browser, "/ACME/1").await;
    assert!(shown.contains("<li>belt</li><li>lamp</li>"), "{shown}");
    world.execute("UPDATE entry SET document = '{\"version\":99,\"shape\":1}'").await;
    assert!(page(&mut browser, "/ACME/1").await.contains("<li>belt</li><li>lamp</li>"));
});

story!(an_answer_between_the_lines_keeps_its_question_where_everybody_has_read_it, |world| {
    let (carla, mut ben) = (world.carla.clone(), world.ben.clone());
    ben.program = postroom::demo::client::Program::Gmail;
    world.writes(&carla, "Press", "Is the press safe to touch?\n\nWhen will somebody come?\n\nCarla").await;
    let parent = world.last_to(&ben.address).await.raw;
    world.answers(&world.anna.clone(), "#note\n\nDo they pay on time, and who signs for it?").await;
    let id = world.message_id();
    let reply = ben.answer(&parent, "").inline("Is the press safe", "No.").inline("When will somebody", "On Tuesday.");
    let raw = reply.write(world.clock.now(), &id);
    world.send(&raw).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let entry = world.timeline("ACME-1").await.pop().unwrap();
    let expected = "public comment: > Is the press safe to touch?\n\nNo.\n\n> When will somebody come?\n\nOn Tuesday.";
    assert_eq!(entry, expected);
    let (html, ..) = world.shown_to(&carla.address).await;
    let (question, answer) = (html.find("Is the press safe to touch?").unwrap(), html.find("No.").unwrap());
    assert!(html.contains("<blockquote") && question < answer, "{html}");
    assert!(world.last_to(&carla.address).await.letter.body.text.contains("> Is the press safe to touch?"));
    let mut browser = world.signed_in(&carla.address).await;
    let shown = page(&mut browser, "/ACME/1").await;
    assert!(shown.contains("<blockquote><p dir=\"auto\">When will somebody come?"), "{shown}");
});

story!(no_picture_of_a_quote_or_a_signature_leaves_whatever_its_size_and_whatever_is_taken_out, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.address.clone());
    let quote = "<div class='gmail_quote'><div class='gmail_attr'>On Wed, Nov 18, 2026 at 12:00 Anna Berger &lt;anna@staff.example&gt; \
        wrote:<br></div><blockquote class='gmail_quote'><p>Look:</p><p><img src='cid:in' alt='INTERNAL-ALT'></p></blockquote></div>";
    let quoted = "On Wed, Nov 18, 2026 at 12:00 Anna Berger <anna@staff.example> wrote:\n\n> Look:\n>\n> [image: INTERNAL-ALT]";
    let alone = "<blockquote type='cite'><img src='cid:in' alt='INTERNAL-ALT'><p>Look:</p></blockquote>";
    let outlook = "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Anna Berger &lt;anna@staff.example&gt;<br>\
        <b>Sent:</b> Wednesday, November 18, 2026 12:00<br><b>To:</b> Ben Okafor<br><b>Subject:</b> Press</p></div>\
        <p>Look:</p><p><img src='cid:in' alt='INTERNAL-ALT'></p>";
    let outlook_text = "From: Anna Berger <anna@staff.example>\nSent: Wednesday, November 18, 2026 12:00\nTo: Ben Okafor\n\
        Subject: Press\n\nLook:\n\n[image: INTERNAL-ALT]";
    for (number, (text, html, size)) in [
        (format!("It is on.\n\n{quoted}"), format!("<p>It is <b>on</b>.</p>{quote}"), 40),
        (
            format!("Write to ben@staff.example.\n\n{quoted}"),
            format!("<p>Write to <b>ben@staff.example</b>.</p>{quote}"),
            200_000,
        ),
        ("It is on.".to_owned(), format!("<p>It is <b>on</b>.</p>{alone}"), 40),
        (format!("It is on.\n\n{outlook_text}"), format!("<p>It is <b>on</b>.</p>{outlook}"), 200_000),
        (
            "It is on.\n\n-- \nBen Okafor".to_owned(),
            "<p>It is <b>on</b>.</p><p>-- <br>Ben Okafor<br><img src='cid:in' alt='INTERNAL-ALT'></p>".to_owned(),
            200_000,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        world.clock.advance(std::time::Duration::from_hours(2));
        world.writes(&carla, &format!("Press {number}"), "The press stands.").await;
        world.responds(&ben, &text, &html, &[("in", "in.png", size)]).await;
        assert_eq!(world.last_verdict().await, "comment token", "{html}");
        let mail = world.last_to(&carla.address).await;
        assert!(mail.letter.attachments.is_empty() && !mail.text().contains("INTERNAL-ALT"), "{html}: {}", mail.text());
        assert!(mail.letter.html.unwrap().contains("<strong>"), "{html}");
    }
});

story!(what_looks_like_a_slot_of_a_template_is_taken_for_nothing, |world| {
    let slots = "\u{f8f0}0\u{f8f1}\u{f8f0}1\u{f8f1}".repeat(20);
    world.writes(&world.carla.clone(), &format!("Press {slots}"), &format!("THE-TEXT {slots}")).await;
    let told = world.last_to("anna@staff.example").await.letter;
    assert_eq!(told.body.text.matches("THE-TEXT").count(), 1, "{}", told.body.text);
    assert_eq!(told.html.unwrap().matches("THE-TEXT").count(), 1);
});

story!(an_escaped_address_of_ones_own_is_one, |world| {
    let (carla, ben) = (world.carla.clone(), world.ben.address.clone());
    world.writes(&carla, "Press", "The press stands.").await;
    let html = "<p>Write <a href='mailto:ben%40staff.example'>here</a> or <a href='https://desk.example/?u=ben%2540staff.example'>there</a>, \
        or <a href='https://desk.example/press%20hall'>read</a>.</p>";
    world.responds(&ben, "Write here or there, or read.", html, &[]).await;
    assert_eq!(world.last_verdict().await, "comment token");
    let shown = world.last_to(&carla.address).await.letter.html.unwrap();
    assert!(!shown.contains("staff.example") && shown.contains("https://desk.example/press%20hall"), "{shown}");
});
