//! What happens in the demo besides the first mails: who writes what, and what staff do with the tickets.

/// One mail that somebody writes because of one they got.
pub(super) struct Scene {
    /// Name of its file, fixed for good.
    pub(super) name: &'static str,
    /// Who writes.
    pub(super) writer: &'static str,
    /// The ticket that the mail they answer is about; the newest one they got.
    pub(super) about: &'static str,
    /// What they type.
    pub(super) text: &'static str,
    /// Whether it goes to the note address in the footer instead of the reply address.
    pub(super) to_note_address: bool,
    /// What it shows.
    pub(super) shows: &'static str,
}

pub(super) const PLAY: &[Scene] = &[
    Scene {
        name: "10-anna-answers",
        writer: "anna@postroom-desk.example",
        about: "ACME-1",
        text: "Guten Morgen Frau Kunze,\n\nE-217 heißt: Druckabfall im Hydraulikkreis. Bitte schalten Sie die Presse am Hauptschalter \
               ab und lassen Sie sie aus, bis unser Techniker da ist.\n\nEr ist heute um 11 Uhr bei Ihnen und bringt ein neues Ventil V3 mit.",
        to_note_address: false,
        shows: "Anna answers Carla from her mail client",
    },
    Scene {
        name: "11-ben-notes",
        writer: "ben@postroom-desk.example",
        about: "GLOBEX-1",
        text: "Same gateway timeout as in May. I would rather refund first and ask the bank later - do not tell them yet.",
        to_note_address: true,
        shows: "Ben leaves a note for the staff, by the note address",
    },
    Scene {
        name: "12-anna-notes",
        writer: "anna@postroom-desk.example",
        about: "ACME-2",
        text: "#intern\nDas Protokoll ist vom falschen Prüfstand. Ich kläre das erst mit der Werkstatt.",
        to_note_address: false,
        shows: "Anna leaves a note, by the tag #intern",
    },
    Scene {
        name: "13-carla-answers",
        writer: "carla@acme.example",
        about: "ACME-1",
        text: "Vielen Dank, die Presse ist aus. Der Techniker kann über Tor 3 kommen.",
        to_note_address: false,
        shows: "Carla answers from hers",
    },
    Scene {
        name: "14-ben-closes",
        writer: "ben@postroom-desk.example",
        about: "GLOBEX-2",
        text: "#close\nBoth accounts are ready. The new colleagues each have a mail with a link to choose a password.",
        to_note_address: false,
        shows: "Ben answers Priya and closes, with #close",
    },
    Scene {
        name: "15-priya-answers",
        writer: "priya@globex.example",
        about: "GLOBEX-2",
        text: "Brilliant, thank you! One more thing: the second one cannot see the stock list yet.",
        to_note_address: false,
        shows: "Priya answers the completion notice, and that reopens it",
    },
    Scene {
        name: "16-anna-works",
        writer: "anna@postroom-desk.example",
        about: "ACME-1",
        text: "#status in Arbeit\nDer Techniker ist da und tauscht das Ventil. Gegen 13 Uhr sollte die Presse wieder laufen.",
        to_note_address: false,
        shows: "Anna answers Carla and says that the work has begun, with #status in Arbeit",
    },
    Scene {
        name: "17-ben-waits",
        writer: "ben@postroom-desk.example",
        about: "GLOBEX-1",
        text: "#status waiting\nCould you send me the receipt number that your gateway shows for this order? Then I can settle it.",
        to_note_address: false,
        shows: "Ben asks Dana something and waits for the answer, with #status waiting",
    },
    Scene {
        name: "18-anna-waits",
        writer: "anna@postroom-desk.example",
        about: "ACME-2",
        text: "#status wartet\nDanke für das Protokoll. Welche Seriennummer steht auf dem Prüfstand?",
        to_note_address: false,
        shows: "Anna asks Emil something and waits, too",
    },
    Scene {
        name: "19-dana-answers",
        writer: "dana@globex.example",
        about: "GLOBEX-1",
        text: "The gateway shows 88121-R-7. Our bank will confirm the booking to you directly, probably tomorrow.",
        to_note_address: false,
        shows: "Dana answers, and the ticket waits for the desk again",
    },
    Scene {
        name: "20-ben-waits-for-the-bank",
        writer: "ben@postroom-desk.example",
        about: "GLOBEX-1",
        text: "#status waiting",
        to_note_address: false,
        shows: "Ben waits for the bank, with #status waiting and not a word more",
    },
];

/// A customer's further request. Its subject becomes the title by which it is found again.
pub(super) struct Request {
    /// Name of its file, fixed for good.
    pub(super) name: &'static str,
    /// Who writes.
    pub(super) writer: &'static str,
    /// To which of the desk's addresses.
    pub(super) to: &'static str,
    pub(super) subject: &'static str,
    pub(super) text: &'static str,
}

pub(super) const REQUESTS: &[Request] = &[
    Request {
        name: "30-carla-crane.eml",
        writer: "carla@acme.example",
        to: "acme@postroom-desk.example",
        subject: "Hallenkran bleibt beim Anheben stehen",
        text: "Guten Tag,\n\nder Kran in Halle 3 bleibt seit heute früh beim Anheben nach etwa einem Meter stehen. Ohne Last läuft er.",
    },
    Request {
        name: "31-carla-compressor.eml",
        writer: "carla@acme.example",
        to: "acme@postroom-desk.example",
        subject: "Jahreswartung Kompressor 4",
        text: "Guten Tag,\n\nfür Kompressor 4 steht die Jahreswartung an. Wann passt es Ihnen? Am liebsten an einem Freitag.",
    },
    Request {
        name: "32-carla-filters.eml",
        writer: "carla@acme.example",
        to: "acme@postroom-desk.example",
        subject: "Ölfilter an allen vier Pressen wechseln",
        text: "Guten Tag,\n\ndie Filter sind seit einem Jahr drin. Bitte wechseln Sie alle vier, wenn Sie ohnehin im Haus sind.",
    },
    Request {
        name: "33-carla-manual.eml",
        writer: "carla@acme.example",
        to: "acme@postroom-desk.example",
        subject: "Betriebsanleitung für Presse 1",
        text: "Guten Tag,\n\nuns fehlt die Betriebsanleitung für Presse 1 in der Fassung von 2024. Können Sie uns die schicken?",
    },
    Request {
        name: "34-carla-light.eml",
        writer: "carla@acme.example",
        to: "acme@postroom-desk.example",
        subject: "Lichtschranke an Presse 3 löst zu früh aus",
        text: "Guten Tag,\n\ndie Lichtschranke an Presse 3 schaltet schon ab, wenn nur der Vorhang weht. Das kostet uns jede Schicht eine halbe Stunde.",
    },
    Request {
        name: "40-dana-search.eml",
        writer: "dana@globex.example",
        to: "globex@postroom-desk.example",
        subject: "Search finds no umlauts",
        text: "Hello,\n\nour German customers search for \"Gürtel\" and find nothing, while \"Gurtel\" works. Could you look into it?",
    },
    Request {
        name: "41-dana-vouchers.eml",
        writer: "dana@globex.example",
        to: "globex@postroom-desk.example",
        subject: "Gift vouchers for the winter sale",
        text: "Hello,\n\nwe would like to sell gift vouchers of 25, 50 and 100 pounds from December on. What would you need from us?",
    },
    Request {
        name: "42-dana-invoice.eml",
        writer: "dana@globex.example",
        to: "globex@postroom-desk.example",
        subject: "VAT number missing on invoices",
        text: "Hello,\n\nsince Monday the invoices lack our VAT number. Our accountant will not take them like that.",
    },
    Request {
        name: "43-priya-logo.eml",
        writer: "priya@globex.example",
        to: "globex@postroom-desk.example",
        subject: "New logo in the footer",
        text: "Hello,\n\nthe logo in the footer is still last year's. The new one is in the shared folder.",
    },
    Request {
        name: "44-dana-images.eml",
        writer: "dana@globex.example",
        to: "globex@postroom-desk.example",
        subject: "Product pictures load slowly on phones",
        text: "Hello,\n\non phones the pictures take four or five seconds. On a desktop all is well.",
    },
];

/// What staff do with a ticket, for the customer to see. Left out where somebody has sorted the ticket already.
pub(super) struct Touch {
    /// The ticket's number, or its title.
    pub(super) ticket: &'static str,
    /// Who does it.
    pub(super) by: &'static str,
    /// Its type, which sorts it.
    pub(super) type_key: &'static str,
    pub(super) priority: &'static str,
    /// The new status; empty where it stays.
    pub(super) status: &'static str,
    /// Per cent.
    pub(super) progress: i64,
    /// Who works on it; empty for nobody.
    pub(super) assignee: &'static str,
    /// In how many days it is due; days ago where negative.
    pub(super) due: Option<i64>,
    /// What they answer; empty for nothing.
    pub(super) answer: &'static str,
    /// How many minutes somebody worked and on what; for the customer to see, too.
    pub(super) worked: Option<(i64, &'static str)>,
    /// What only staff read.
    pub(super) tag: &'static str,
}

/// Sorted, and nothing else.
const SORTED: Touch = Touch {
    ticket: "",
    by: ANNA,
    type_key: "fault",
    priority: "normal",
    status: "",
    progress: 0,
    assignee: "",
    due: None,
    answer: "",
    worked: None,
    tag: "",
};

const ANNA: &str = "anna@postroom-desk.example";
const BEN: &str = "ben@postroom-desk.example";

pub(super) const TOUCHES: &[Touch] = &[
    Touch {
        ticket: "ACME-1",
        priority: "urgent",
        progress: 60,
        assignee: ANNA,
        due: Some(0),
        worked: Some((90, "Ventil V3 getauscht")),
        tag: "hydraulik",
        ..SORTED
    },
    Touch { ticket: "ACME-2", progress: 20, assignee: BEN, ..SORTED },
    Touch {
        ticket: "Hallenkran bleibt beim Anheben stehen",
        priority: "high",
        status: "in_progress",
        progress: 30,
        assignee: BEN,
        due: Some(-2),
        answer: "Guten Tag Frau Kunze,\n\nder Überlastschalter ist verdächtig. Das Ersatzteil ist bestellt; wir melden uns, sobald es da ist.",
        worked: Some((45, "Kran vor Ort geprüft")),
        ..SORTED
    },
    Touch {
        ticket: "Jahreswartung Kompressor 4",
        type_key: "maintenance",
        status: "waiting",
        progress: 10,
        assignee: ANNA,
        due: Some(12),
        answer: "Guten Tag Frau Kunze,\n\nFreitag in zwei Wochen wäre möglich. Ist der Kompressor dann ab 7 Uhr frei?",
        ..SORTED
    },
    Touch {
        ticket: "Ölfilter an allen vier Pressen wechseln",
        type_key: "maintenance",
        priority: "low",
        due: Some(30),
        ..SORTED
    },
    Touch {
        ticket: "Betriebsanleitung für Presse 1",
        type_key: "maintenance",
        status: "done",
        progress: 100,
        assignee: BEN,
        answer: "Guten Tag Frau Kunze,\n\ndie Anleitung von 2024 liegt jetzt bei Ihren Dokumenten unter „Ersatzteile“.",
        worked: Some((15, "Anleitung herausgesucht")),
        ..SORTED
    },
    Touch { ticket: "Lichtschranke an Presse 3 löst zu früh aus", priority: "high", due: Some(3), ..SORTED },
    Touch {
        ticket: "GLOBEX-1",
        by: BEN,
        priority: "high",
        progress: 70,
        assignee: BEN,
        due: Some(2),
        worked: Some((60, "Traced the payment through the gateway")),
        tag: "gateway",
        ..SORTED
    },
    Touch { ticket: "GLOBEX-2", by: BEN, type_key: "change", progress: 80, assignee: ANNA, ..SORTED },
    Touch {
        ticket: "Search finds no umlauts",
        by: BEN,
        status: "in_progress",
        progress: 50,
        assignee: ANNA,
        due: Some(5),
        answer: "Hello Dana,\n\nfound it: the index folds letters, the query did not. The mend is being tested.",
        worked: Some((120, "Search index and query compared")),
        ..SORTED
    },
    Touch {
        ticket: "Gift vouchers for the winter sale",
        by: BEN,
        type_key: "change",
        status: "waiting",
        progress: 10,
        assignee: BEN,
        due: Some(9),
        answer: "Hello Dana,\n\ngladly. Shall a voucher be good for a part of an order, and for how long?",
        ..SORTED
    },
    Touch { ticket: "VAT number missing on invoices", by: BEN, priority: "urgent", assignee: BEN, due: Some(-1), ..SORTED },
    Touch {
        ticket: "New logo in the footer",
        by: BEN,
        type_key: "change",
        priority: "low",
        status: "done",
        progress: 100,
        assignee: ANNA,
        answer: "Hello Priya,\n\nthe new logo is in place.",
        worked: Some((20, "Logo replaced")),
        ..SORTED
    },
    Touch { ticket: "Product pictures load slowly on phones", by: BEN, due: Some(14), ..SORTED },
];
