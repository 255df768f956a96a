use super::*;

fn addresses() -> Vec<String> {
    vec!["anna@staff.example".to_owned(), "a.berger@home.example".to_owned()]
}

fn cut(text: &str, ends: &[&str]) -> String {
    let (addresses, ends): (_, Vec<String>) = (addresses(), ends.iter().map(|end| (*end).to_owned()).collect());
    without_signature(text, &Writer { names: &["Anna Berger", "Anna"], addresses: &addresses, ends: &ends })
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
        ("Anna Berger\nDurchwahl 4711", vec![], "Anna Berger\nDurchwahl 4711"),
        ("Ja.\nAnna", vec!["Nein.\nAnna"], "Ja.\nAnna"),
        ("- eins\n--\n- zwei", vec![], "- eins\n--\n- zwei"),
    ] {
        assert_eq!(cut(text, &ends), expected, "{text}");
    }
    let own = addresses();
    let writer = Writer { names: &["Anna Berger"], addresses: &own, ends: &[] };
    assert!(is_signature("Anna Berger\nDurchwahl 4711", &writer) && !is_signature("Bitte übernehmen.", &writer));
    assert_eq!(end(&"x\n".repeat(20)).lines().count(), LONGEST);
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
