use super::*;
use crate::Attachment;

fn addresses() -> Vec<String> {
    vec!["anna@staff.example".to_owned(), "a.berger@home.example".to_owned()]
}

/// What a text without quotes comes to.
fn cut(text: &str, ends: &[&str]) -> String {
    marked(text, ends).new_text()
}

/// The parts of a text as a program quotes it.
fn marked(text: &str, ends: &[&str]) -> Body {
    let (addresses, ends): (_, Vec<String>) = (addresses(), ends.iter().map(|end| (*end).to_owned()).collect());
    let writer = Writer { names: &["Anna Berger", "Anna"], addresses: &addresses, ends: &ends };
    let text = text.trim_matches('\n');
    mark(&crate::body::split_text(text, false), &writer)
}

#[test]
fn signatures_without_a_delimiter() {
    let block = "Anna Berger\nDurchwahl 4711";
    let long = "Berger IT\nHauptstr. 1\n+49 30 1234567";
    for (text, ends, expected) in [
        ("Schalten Sie ihn ein.\n\nAnna Berger\nDurchwahl 4711", vec![], "Schalten Sie ihn ein."),
        ("Schalten Sie ihn ein.\n\nAnna Berger\nTechnik\nanna@staff.example", vec![], "Schalten Sie ihn ein."),
        ("Hallo\n\n-- \nAnna Berger\nTechnik", vec![], "Hallo"),
        ("Hallo\n\nViele Grüße\nAnna Berger\nDurchwahl 4711", vec![block], "Hallo\n\nViele Grüße"),
        ("Hallo\n\nBerger IT\nHauptstr. 1\n+49 30 1234567", vec![long], "Hallo"),
        // Uncertain: it stays.
        ("Hallo\n\nBerger IT\nHauptstr. 1\n+49 30 1234567", vec![], "Hallo\n\nBerger IT\nHauptstr. 1\n+49 30 1234567"),
        ("Hallo\n\nViele Grüße\nAnna Berger", vec!["Hi\n\nViele Grüße\nAnna Berger"], "Hallo\n\nViele Grüße\nAnna Berger"),
        ("Rufen Sie an:\n030 1234567", vec![], "Rufen Sie an:\n030 1234567"),
        ("Rufen Sie an:\n030 1234567", vec!["Nein.\n\nRufen Sie an:\n030 1234567"], "Rufen Sie an:\n030 1234567"),
        // Below a drawn line, too; a signature with a sentence in it is one.
        (
            "Ja.\n\n-- \nAnna Berger\nTel. 030 1234567\n\nDie Maschine muss aus bleiben.",
            vec![],
            "Ja.\n\nDie Maschine muss aus bleiben.",
        ),
        ("Ja.\n\n-- \nAnna Berger\n\nWir sind gern für Sie da!\n\nTel. 030 1234567", vec![], "Ja."),
        ("Ja.\n\n-- \nAnna Berger\n\nWir sind gern für Sie da!", vec!["-- \nAnna Berger\nWir sind gern für Sie da!"], "Ja."),
        // A text that is sent again.
        (
            "Schritt 1 Aus\nSchritt 2 Ein\n\nMit freundlichen Grüßen\nAnna Berger",
            vec!["Schritt 1 Aus\nSchritt 2 Ein\n\nMit freundlichen Grüßen\nAnna Berger"],
            "Schritt 1 Aus\nSchritt 2 Ein\n\nMit freundlichen Grüßen\nAnna Berger",
        ),
        // Somebody else to turn to, each time.
        (
            "Bitte fragen Sie bei:\n\nMeier Pumpen GmbH\nTel. 030 7654321",
            vec!["Bitte fragen Sie bei:\n\nMeier Pumpen GmbH\nTel. 030 7654321"],
            "Bitte fragen Sie bei:\n\nMeier Pumpen GmbH\nTel. 030 7654321",
        ),
        (
            "Ja.\n\nBerger IT\n+49 30 1234567\nBitte rufen Sie heute noch an.",
            vec!["Nein.\n\nBerger IT\n+49 30 1234567\nBitte rufen Sie heute noch an."],
            "Ja.\n\nBitte rufen Sie heute noch an.",
        ),
        ("Ja.\n\nGruß\nAnna\nMobil 0171 1234567", vec![], "Ja.\n\nGruß"),
        ("Ja.\n\n*Anna Berger*\nMobil 0171 1234567", vec![], "Ja."),
        // Answers that are announced are no way to reach somebody; what is on one line is a signature, too.
        ("Meine Antworten stehen unten:\n\nAnna Berger\nMobil 0171 1234567", vec![], "Meine Antworten stehen unten:"),
        (
            "Sie erreichen mich hier:\n\nAnna Berger\nMobil 0171 1234567",
            vec![],
            "Sie erreichen mich hier:\n\nAnna Berger\nMobil 0171 1234567",
        ),
        ("Ja.\n\nAnna Berger, Example Desk, mobil 0171 1234567", vec![], "Ja."),
        ("Ja.\n\nAnna Berger <anna@staff.example>\nMobil 0171 1234567", vec![], "Ja."),
        (
            "Fragen Sie:\nAnna Berger, Example Desk, mobil 0171 1234567",
            vec![],
            "Fragen Sie:\nAnna Berger, Example Desk, mobil 0171 1234567",
        ),
        (
            "Fragen Sie:\nAnna Berger\nDurchwahl 4711\n\nSie weiß es.",
            vec![],
            "Fragen Sie:\nAnna Berger\nDurchwahl 4711\n\nSie weiß es.",
        ),
        ("Ja.\nAnna", vec!["Nein.\nAnna"], "Ja.\nAnna"),
        // Nothing stands above it: it is a signature all the same.
        ("Anna Berger\nDurchwahl 4711", vec![], ""),
        // What stands below its last line was typed.
        ("Anna Berger\nDurchwahl 4711\n\nSchalten Sie ihn ein.", vec![], "Schalten Sie ihn ein."),
        ("Ja.\n\nAnna Berger\nDurchwahl 4711\nSchalten Sie ihn bitte ein.", vec![], "Ja.\n\nSchalten Sie ihn bitte ein."),
        ("Anna Berger\nDurchwahl 4711\n\nJa\n\nMontag", vec![], "Ja\n\nMontag"),
        // And where it stands twice, both are one.
        ("Ja.\n\nAnna Berger\nDurchwahl 4711\n\nNein.\n\nAnna Berger\nDurchwahl 4711", vec![], "Ja.\n\nNein."),
        ("Eins.\n\nBerger IT\nHauptstr. 1\n+49 30 1234567\n\nZwei.", vec![long], "Eins.\n\nZwei."),
    ] {
        assert_eq!(cut(text, &ends), expected, "{text}");
    }
    assert_eq!(end(&"x\n".repeat(20)).lines().count(), LONGEST);
}

/// Signatures of every make, each above a quote with an answer in it.
#[test]
fn signatures_of_every_make() {
    for signature in [
        "Anna Berger\nExample Desk Ltd, second line support\nPhone +49 30 5550 117",
        "Dr. Anna Berger\nLeiterin Technik\n\nBeispiel GmbH\nHauptstraße 1a\n10115 Berlin\n\nTel. +49 30 5550 117\nwww.staff.example",
        "Anna Berger, M.Sc.\nDurchwahl 4711",
        "ANNA BERGER | Example Desk | +49 30 5550 117",
        "*Anna Berger*\nHead of Support\nT: 030 123456 | F: 030 123457\nanna@staff.example",
        "i. A. Anna Berger\nBeispiel GmbH · Hauptstr. 1 · 10115 Berlin\nTel.: 030 5550117, Fax: 030 5550118\nGeschäftsführer: Max Muster, Amtsgericht Berlin HRB 12345",
        "Beispiel GmbH\nAnna Berger\nDurchwahl 4711",
        "--\nAnna Berger\nDurchwahl 4711",
        "-- \nAnna Berger\nDurchwahl 4711",
        "Anna Berger\nDurchwahl 4711\nTechnik",
        "Anna Berger\n12 High Street\nLondon\n+44 20 7946 0000",
        "[cid:image001.png@01DA.5B0]\nAnna Berger\nDurchwahl 4711",
    ] {
        for (above, below) in
            [("", ""), ("Hallo,\n\nsiehe unten.\n\n", ""), ("Hallo.\n\n", "\n\nUnd noch etwas: bitte neu starten.")]
        {
            // A program that draws the line stands under it alone.
            let below = if signature.starts_with("--") { "" } else { below };
            let quote = "Am 28.11.26 um 18:39 schrieb Carla Kunze:\n> Was tun?\n\nBitte ausschalten.\n\n> Garantie?\n\nJa, bis Mai 2027.\n\n> Carla";
            let text = format!("{above}{signature}{below}\n\n{quote}");
            let typed: Vec<&str> = [above, below, "Bitte ausschalten.", "Ja, bis Mai 2027."]
                .into_iter()
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect();
            assert_eq!(marked(&text, &[]).new_text(), typed.join("\n\n"), "{text}");
        }
    }
}

#[test]
fn every_line_stays_in_one_part() {
    let text = "Hallo\n\nAnna Berger\nDurchwahl 4711\n\nDann das.\n> x\n\nAnna Berger\nDurchwahl 4711\n> y\nJa.";
    let parts = marked(text, &[]);
    assert_eq!(parts.new_text(), "Hallo\n\nDann das.\n\nJa.");
    assert_eq!(parts.signature_text(), "Anna Berger\nDurchwahl 4711\n\nAnna Berger\nDurchwahl 4711");
    assert_eq!(parts.quoted_text(), "> x\n\n> y");
    assert_eq!((parts.text.as_str(), parts.classes.len()), (text, text.lines().count()));
}

#[test]
fn a_greeting_is_no_text_and_thanks_are() {
    let own = addresses();
    let writer = Writer { names: &["Anna Berger"], addresses: &own, ends: &[] };
    for (text, expected) in [
        ("Viele Grüße\nAnna", true),
        ("Kind regards,\n\nAnna Berger", true),
        ("", true),
        ("Vielen Dank!\nAnna", false),
        ("Ja.\nAnna", false),
        ("Ok", false),
        ("Berger IT\nHauptstr. 1\nDurchwahl 11", true),
        ("Berger IT\nHauptstr. 1\nDurchwahl 11\n\nBitte anrufen.", false),
        ("Example Desk GmbH\nSupport-Team\nTel. 030 1234567", true),
        ("Ihr Service-Team\nHotline 0800 1234567", true),
        ("Anna\nMobil 0171 1234567", true),
        ("Best regards,\nAnna", true),
        ("Anna Berger\nExample Desk GmbH", true),
        ("Anna Berger\nWerkstatt\nLinkedIn | Xing\nRuf +49 30 5550 146", true),
        ("Anna Berger\nErledigt", false),
        ("Anna Berger\nLampe getauscht", false),
        ("Anna Berger\nDie Lampe ist getauscht.", false),
        ("Durchwahl 11", false),
        ("Ja\n030 1234567", false),
        ("Bitte rufen Sie an\n030 1234567", false),
    ] {
        assert_eq!(says_nothing(text, &writer), expected, "{text}");
    }
    let text = "#close\n\nViele Grüße\nAnna";
    let parts = mark_all(&crate::body::split_text(text, false), "Viele Grüße\nAnna");
    assert_eq!((parts.new_text().as_str(), parts.signature_text().as_str()), ("#close", "Viele Grüße\nAnna"));
}

#[test]
fn contacts_in_a_text_are_no_signature() {
    let sig = "Anna Berger\nSupport\nPhone 030 5550 161";
    for (text, expected) in [
        // The same lines once more above the signature, and in a sentence.
        (format!("At the gate ask for:\n\n{sig}\n\n{sig}"), format!("At the gate ask for:\n\n{sig}")),
        (
            format!("The technician who comes is\n{sig}\nShe speaks French."),
            format!("The technician who comes is\n{sig}\nShe speaks French."),
        ),
        // The twins.
        (format!("Done.\n\n{sig}"), "Done.".to_owned()),
        (format!("Bitte neu starten\n{sig}"), "Bitte neu starten".to_owned()),
        ("One.\n\nAnna Berger, 0171 555 0162".to_owned(), "One.".to_owned()),
        ("One.\n\nA. Berger\nTél. : +33 1 23 45 67 89".to_owned(), "One.".to_owned()),
    ] {
        assert_eq!(marked(&text, &[]).new_text(), expected, "{text}");
    }
}

#[test]
fn what_may_be_a_signature_is_remembered_stretch_by_stretch() {
    let text = "Eins.\n\nBerger IT\n+49 30 1234567\n> x\nZwei.\n> y\nDrei.";
    let parts = crate::body::split_text(text, false);
    assert_eq!(ends(&parts, &parts), ["Eins.\n\nBerger IT\n+49 30 1234567", "Drei."]);
    let signed = "Eins.\n\nAnna Berger\nDurchwahl 4711\n> x\nZwei.";
    assert_eq!(ends(&crate::body::split_text(signed, false), &marked(signed, &[])), ["Zwei."]);
}

#[test]
fn own_addresses_and_secrets_are_masked_and_nothing_else() {
    let own = addresses();
    for (text, expected) in [
        ("Schreiben Sie an anna@staff.example.", "Schreiben Sie an support@desk.example."),
        ("<mailto:Anna@Staff.Example>, ok", "<mailto:support@desk.example>, ok"),
        ("a.berger@home.example", "support@desk.example"),
        ("joanna@staff.example anna@staff.example.org", "joanna@staff.example anna@staff.example.org"),
        ("ben@staff.example", "ben@staff.example"),
        ("support+abc123@desk.example: x", "support@desk.example: x"),
        ("support@desk.example 1+1 @x", "support@desk.example 1+1 @x"),
        ("Größe @ İ anna@staff.example", "Größe @ İ support@desk.example"),
    ] {
        assert_eq!(masked(text, &own, "support@desk.example"), expected);
    }
}

#[test]
fn files_of_the_program() {
    let file = |name: &str, content_type: &str| Attachment {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        inline: false,
        content_id: None,
        data: vec![],
    };
    for (name, content_type, expected) in [
        ("smime.p7s", "application/pkcs7-signature", true),
        ("anna.vcf", "text/plain", true),
        ("x", "application/pgp-keys", true),
        ("OpenPGP_0x1.asc", "text/plain", true),
        ("encrypted.asc", "application/octet-stream", true),
        ("smime.p7m", "application/pkcs7-mime", true),
        ("plan.pdf", "application/pdf", false),
        ("key.asc", "text/plain", false),
    ] {
        assert_eq!(is_programs_own(&file(name, content_type)), expected, "{name}");
    }
}

#[test]
fn a_block_under_two_earlier_mails_is_a_signature() {
    let block = "Carla Kunde\nPressenwerk Nord, Halle 4";
    let addresses = ["carla@x.example".to_owned()];
    let ends = [format!("Danke.\n\nGruß\n{block}"), format!("Bis morgen.\n{block}"), "Ganz anders.".to_owned()];
    let writer = |ends| Writer { names: &["Carla Kunde"], addresses: &addresses, ends };
    let text = format!("Sie steht wieder.\n\nGruß\n{block}\n");
    assert_eq!(without_repeated_end(&text, &writer(&ends)), "Sie steht wieder.\n\nGruß");
    assert_eq!(without_repeated_end(&text, &writer(&ends[1..])), text, "one mail is no habit");
    assert_eq!(without_repeated_end(&text, &writer(&[])), text);
    assert_eq!(without_repeated_end(block, &writer(&ends)), block, "never the whole text");
    let said = ["Es eilt.\nBitte kommen Sie sofort.".to_owned(), "Es brennt.\nBitte kommen Sie sofort.".to_owned()];
    let again = "Sie steht.\n\nBitte kommen Sie sofort.";
    assert_eq!(without_repeated_end(again, &writer(&said)), again, "what is said again is said");
    let form = ["Alarm 1\n\nServer: web1\nDienst: Platte".to_owned(), "Alarm 2\n\nServer: web1\nDienst: Platte".to_owned()];
    let alarm = "Alarm 3\n\nServer: web1\nDienst: Platte";
    assert_eq!(without_repeated_end(alarm, &writer(&form)), alarm, "nobody's name and no way to reach them");
}
