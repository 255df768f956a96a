use super::super::wishes;
use super::*;

const ANNA: PersonId = PersonId(1);
const BEN: PersonId = PersonId(2);
const TICKET: TicketId = TicketId(9);

fn facts() -> Facts {
    let choice = |key: &str, de: &str, en: &str| Choice { key: key.to_owned(), names: vec![de.to_owned(), en.to_owned()] };
    let colleague = |id, names: &[&str], address: &str| Colleague {
        id,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        addresses: vec![address.to_owned()],
    };
    let address = |address: &str, standing| (address.to_owned(), standing);
    // Sunday, 22 November 2026, late in the evening in Berlin and not yet Monday in UTC.
    let now = Timestamp::from_rfc5322("Sun, 22 Nov 2026 22:30:00 +0000").unwrap();
    Facts {
        statuses: vec![
            choice("open", "offen", "open"),
            choice("in_progress", "in Arbeit", "in progress"),
            choice("done", "erledigt", "done"),
        ],
        priorities: vec![choice("normal", "normal", "normal"), choice("high", "hoch", "high")],
        types: vec![choice("request", "Anfrage", "Request"), choice("fault", "Störung", "Fault")],
        staff: vec![
            colleague(ANNA, &["Anna Berger"], "anna@staff.example"),
            colleague(BEN, &["Benjamin Okafor", "Ben from support"], "ben@staff.example"),
            colleague(PersonId(3), &["Jörg Müßig"], "joerg@staff.example"),
            colleague(PersonId(4), &["Jonas Berger"], "jonas@staff.example"),
        ],
        me: Some(ANNA),
        addresses: vec![
            address("kim@acme.example", Standing::Outside),
            address("sam@else.example", Standing::Outside),
            address("ben@staff.example", Standing::Staff),
            address("help@desk.example", Standing::Desk),
            address("off@acme.example", Standing::Off),
        ],
        domains: vec!["acme.example".to_owned()],
        ..Facts::bare(now, "Europe/Berlin", Language::English)
    }
}

const PUBLIC: Frame = Frame { text: Visibility::Public, comment: true, word: None };
const INTERNAL: Frame = Frame { text: Visibility::Internal, comment: true, word: None };

/// What the commands of a text set, and the verdict of each line.
fn planned(text: &str, frame: Frame) -> (String, Vec<Verdict>) {
    let wishes = wishes("", text);
    assert_eq!(wishes.trouble, None, "{text}");
    let plan = plan(&wishes, &facts(), frame);
    let update = plan.update(TICKET, frame.changes(&wishes));
    let mut said = Vec::new();
    said.extend(update.status.map(|(key, visibility)| format!("status {key} {visibility}")));
    said.extend(update.priority.map(|(key, visibility)| format!("priority {key} {visibility}")));
    said.extend(update.progress.map(|(percent, visibility)| format!("progress {percent} {visibility}")));
    said.extend(update.assignee.map(|(person, visibility)| format!("assignee {} {visibility}", person.map_or(0, |of| of.0))));
    let day = |due: Option<Timestamp>| due.map_or("none".to_owned(), |due| due.strftime("Europe/Berlin", "%Y-%m-%d %H"));
    said.extend(update.due.map(|(due, visibility)| format!("due {} {visibility}", day(due))));
    said.extend(update.type_key.map(|key| format!("type {key}")));
    said.extend(update.title.map(|title| format!("title {title}")));
    said.extend(update.tag.iter().map(|tag| format!("tag {tag}")));
    said.extend(update.untag.iter().map(|tag| format!("untag {tag}")));
    said.extend(plan.times.iter().map(|(minutes, what)| format!("time {minutes} {what}").trim().to_owned()));
    said.extend(plan.cc.iter().map(|address| format!("cc {address}")));
    (said.join("; "), plan.lines.into_iter().map(|line| line.verdict).collect())
}

#[test]
fn every_command_in_both_languages() {
    for (english, german, expected) in [
        ("#status in progress", "#status IN ARBEIT", "status in_progress public"),
        ("#status in_progress", "#Status in  Arbeit", "status in_progress public"),
        ("#close", "#schließen", "status done public"),
        ("#done", "#erledigt", "status done public"),
        ("#reopen", "#öffnen", "status open public"),
        ("#priority high", "#priorität hoch", "priority high public"),
        ("#prio HIGH", "#Prioritaet hoch", "priority high public"),
        ("#type fault", "#art Störung", "type fault"),
        ("#progress 40", "#fortschritt 40 %", "progress 40 public"),
        ("#progress 0%", "#fortschritt 0", "progress 0 public"),
        ("#assign me", "#zuweisen mir", "assignee 1 public"),
        ("#assign nobody", "#zuweisen niemandem", "assignee 0 public"),
        ("#assign ben@staff.example", "#zuweisen Ben@Staff.example", "assignee 2 public"),
        ("#assign Okafor", "#zuweisen okafor", "assignee 2 public"),
        ("#assign Ben", "#zuweisen Ben from support", "assignee 2 public"),
        ("#assign Joerg Muessig", "#zuweisen jörg", "assignee 3 public"),
        ("#assign jorg mussig", "#zuweisen MÜSSIG", "assignee 3 public"),
        ("#assign Berger Anna", "#zuweisen Anna", "assignee 1 public"),
        ("#due 2026-12-01", "#termin 1.12.2026", "due 2026-12-01 12 public"),
        ("#due 1.12.", "#fällig 1.12.26", "due 2026-12-01 12 public"),
        ("#due 3.1.", "#termin 03.01.2027", "due 2027-01-03 12 public"),
        ("#due today", "#termin heute", "due 2026-11-22 12 public"),
        ("#due tomorrow", "#termin morgen", "due 2026-11-23 12 public"),
        ("#due +2d", "#termin übermorgen", "due 2026-11-24 12 public"),
        ("#due friday", "#termin Freitag", "due 2026-11-27 12 public"),
        ("#due sunday", "#termin Sonntag", "due 2026-11-29 12 public"),
        ("#due +1w", "#termin +7 tage", "due 2026-11-29 12 public"),
        ("#due none", "#termin keiner", "due none public"),
        ("#tag Invoice, urgent", "#stichwort INVOICE , urgent", "tag invoice; tag urgent"),
        ("#tag -invoice", "#stichwort - invoice", "untag invoice"),
        ("#time 45m on the phone", "#zeit 45min on the phone", "time 45 on the phone"),
        ("#time 1h30", "#zeit 1,5h", "time 90"),
        ("#time 1h30m x", "#zeit 1.5std x", "time 90 x"),
        ("#time 2h", "#zeit 2stunden", "time 120"),
        ("#title New  title", "#titel New  title", "title New  title"),
        ("#cc Kim@acme.example", "#hinzuziehen Kim <kim@acme.example>", "cc kim@acme.example"),
        (
            "#cc kim@acme.example<mailto:kim@acme.example>",
            "#hinzuziehen \"Acme, Kim\" <kim@acme.example>; KIM@acme.example",
            "cc kim@acme.example",
        ),
    ] {
        for text in [english, german] {
            assert_eq!(planned(text, PUBLIC), (expected.to_owned(), vec![Verdict::Fine]), "{text}");
        }
    }
    for text in ["#now", "#sofort"] {
        assert_eq!(planned(text, PUBLIC), (String::new(), vec![Verdict::Fine]));
    }
    for text in ["#dry", "#probe", "#help", "#hilfe", "#public", "#öffentlich", "#note", "#notiz"] {
        assert_eq!(planned(text, PUBLIC), (String::new(), vec![]), "{text}");
    }
}

#[test]
fn what_is_refused_and_why() {
    let several = "Anna Berger <anna@staff.example>, Jonas Berger <jonas@staff.example>";
    let unreadable = |example: &str| Refusal::Unreadable(example.to_owned());
    for (text, expected) in [
        ("#status gone", Refusal::NoSuch("open, in progress, done".to_owned())),
        ("#status", Refusal::NeedsValue("#status waiting".to_owned())),
        ("#priority", Refusal::NeedsValue("#priority high".to_owned())),
        ("#priority enormous", Refusal::NoSuch("normal, high".to_owned())),
        ("#type lunch", Refusal::NoSuch("Request, Fault".to_owned())),
        ("#close now", Refusal::TakesNothing),
        ("#help me", Refusal::TakesNothing),
        ("#progress 101", unreadable("#progress 40")),
        ("#progress -1", unreadable("#progress 40")),
        ("#progress half", unreadable("#progress 40")),
        ("#assign Berger", Refusal::Ambiguous(several.to_owned())),
        ("#due 31.2.", unreadable("#due 2026-12-01")),
        ("#due 2026-02-30", unreadable("#due 2026-12-01")),
        ("#due soon", unreadable("#due 2026-12-01")),
        ("#due +99999d", unreadable("#due 2026-12-01")),
        ("#tag a,,b", unreadable("#tag invoice")),
        ("#tag a, -a", unreadable("#tag invoice")),
        ("#time 45 x", unreadable("#time 45m on the phone")),
        ("#time 0m x", unreadable("#time 45m on the phone")),
        ("#time 99999h x", unreadable("#time 45m on the phone")),
        ("#time 1h75", unreadable("#time 45m on the phone")),
        ("#time soon", unreadable("#time 45m on the phone")),
        ("#cc kim@acme.example, ben@staff.example", Refusal::WorksHere),
        ("#cc kim@acme.example, sam", unreadable("#cc kim@acme.example")),
        ("#cc dana@acme.example <kim@acme.example>", unreadable("#cc kim@acme.example")),
        ("#uncc dana@acme.example, <kim@acme.example>", Refusal::NoPart(String::new())),
        ("#cc kim", unreadable("#cc kim@acme.example")),
        ("#cc ben@staff.example", Refusal::WorksHere),
        ("#cc help@desk.example", Refusal::OwnAddress),
        ("#cc off@acme.example", Refusal::Off),
        ("#undo", Refusal::TooLate),
    ] {
        let (done, verdicts) = planned(text, PUBLIC);
        assert_eq!((done.as_str(), verdicts), ("", vec![Verdict::Refused(expected)]), "{text}");
    }
    for text in ["#assign Nora", "#assign nora@staff.example", "#assign Ann"] {
        let (_, verdicts) = planned(text, PUBLIC);
        assert!(matches!(verdicts.as_slice(), [Verdict::Refused(Refusal::Nobody(names))] if names.contains("Okafor")), "{text}");
    }
    for text in ["#close\n#status open", "#assign me\n#assign Ben", "#tag a\n#tag -a"] {
        let (_, verdicts) = planned(text, PUBLIC);
        assert_eq!(verdicts, [Verdict::Fine, Verdict::Refused(Refusal::Twice)], "{text}");
    }
    let (done, verdicts) = planned("#tag a\n#tag b\n#time 1h x\n#time 2h y\n#note\n#note", PUBLIC);
    assert_eq!((done.as_str(), verdicts.len()), ("tag a; tag b; time 60 x; time 120 y", 4));
    let both = planned("#note\n#public\nHi", INTERNAL).1;
    assert_eq!(both, [Verdict::Refused(Refusal::Contradiction)]);
}

#[test]
fn what_is_worth_a_word() {
    let warned = |text: &str, frame| planned(text, frame).1;
    assert_eq!(warned("#due 2026-11-21", PUBLIC), [Verdict::Warned(Warning::Past)]);
    assert_eq!(warned("#cc sam@else.example", PUBLIC), [Verdict::Warned(Warning::Foreign)]);
    assert_eq!(warned("#public\n#close\nHi", INTERNAL), [Verdict::Warned(Warning::TextInternal), Verdict::Fine]);
    assert_eq!(warned("#public\n#close", Frame { comment: false, ..INTERNAL }), [Verdict::Fine]);
}

#[test]
fn what_everybody_sees_is_not_set_by_an_internal_mail() {
    for text in ["#title New", "#type fault", "#cc kim@acme.example"] {
        assert_eq!(planned(text, INTERNAL).1, [Verdict::Refused(Refusal::SeenByAll)], "{text}");
        assert_eq!(planned(&format!("#note\n{text}"), PUBLIC).1, [Verdict::Refused(Refusal::SeenByAll)], "{text}");
        assert_eq!(planned(text, PUBLIC).1, [Verdict::Fine], "{text}");
        assert_eq!(planned(&format!("#public\n{text}"), Frame { comment: false, ..INTERNAL }).1, [Verdict::Fine], "{text}");
        // Where outsiders see nothing of the ticket there is nobody to see it.
        let unseen = Facts { shown: false, ..facts() };
        let fine = text.starts_with("#cc") || !plan(&wishes("", text), &unseen, INTERNAL).refused();
        assert!(fine, "{text}");
    }
    assert_eq!(planned("#tag a\n#assign me", INTERNAL), ("assignee 1 internal; tag a".to_owned(), vec![Verdict::Fine; 2]));
}
