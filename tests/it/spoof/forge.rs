//! The forger's workshop: every way to write a mail that claims to be Anna's, and what it may come to.

use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use postroom::config::Profile;

/// Whose mail a From header makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Anna's, by claim.
    Annas,
    /// Anna's, by claim, in a head that programs read differently: nobody can vouch for such a mail.
    AnnasOddly,
    /// Somebody else's, or nobody's.
    Others,
}
use Whose::{Annas, AnnasOddly, Others};

/// How the header says who wrote it: a name, the lines, and whose mail that is.
pub(super) const SHAPES: &[(&str, &str, Whose)] = &[
    ("plain", "From: Anna Berger <anna@staff.example>\r\n", Annas),
    ("bare", "From: anna@staff.example\r\n", Annas),
    ("upper case", "FROM: ANNA@STAFF.EXAMPLE\r\n", Annas),
    ("folded", "From: Anna Berger\r\n <anna@staff.example>\r\n", Annas),
    ("folded at the at sign", "From: anna@\r\n staff.example\r\n", Annas),
    ("a comment behind", "From: anna@staff.example (Sam Stranger)\r\n", Annas),
    ("her name encoded", "From: =?UTF-8?Q?Anna_Berger?= <anna@staff.example>\r\n", Annas),
    ("a dot at the end", "From: anna@staff.example.\r\n", Annas),
    ("a name that shows another address", "From: \"sam@elsewhere.example\" <anna@staff.example>\r\n", Annas),
    ("a blank before the colon", "From : anna@staff.example\r\n", AnnasOddly),
    ("a bare carriage return", "From: \ranna@staff.example\r\n", AnnasOddly),
    ("two fields, hers first", "From: anna@staff.example\r\nFrom: sam@elsewhere.example\r\n", Others),
    ("two fields, hers last", "From: sam@elsewhere.example\r\nFrom: anna@staff.example\r\n", Others),
    ("two fields, both hers", "From: anna@staff.example\r\nFrom: anna@staff.example\r\n", Others),
    ("two fields, one with a blank", "From: sam@elsewhere.example\r\nFrom : anna@staff.example\r\n", Others),
    ("several, hers first", "From: anna@staff.example, sam@elsewhere.example\r\n", Others),
    ("several, hers last", "From: sam@elsewhere.example, anna@staff.example\r\n", Others),
    ("several, hers twice", "From: anna@staff.example, anna@staff.example\r\n", Others),
    ("several without a comma", "From: <anna@staff.example> <sam@elsewhere.example>\r\n", Others),
    ("a group", "From: Staff: anna@staff.example;\r\n", Others),
    ("a route", "From: <@elsewhere.example:anna@staff.example>\r\n", Others),
    ("words behind the brackets", "From: <anna@staff.example> sam@elsewhere.example\r\n", Others),
    ("brackets in a comment", "From: sam@elsewhere.example (<anna@staff.example>)\r\n", Others),
    ("brackets left open", "From: Anna <anna@staff.example\r\n", Others),
    ("her address encoded", "From: =?utf-8?Q?anna=40staff.example?=\r\n", Others),
    ("her address half encoded", "From: <=?utf-8?Q?anna?=@staff.example>\r\n", Others),
    ("her address as an encoded name", "From: =?utf-8?Q?anna=40staff.example?= <sam@elsewhere.example>\r\n", Others),
    ("her address as a name", "From: \"anna@staff.example\" <sam@elsewhere.example>\r\n", Others),
    ("her address as a bare name", "From: anna@staff.example <sam@elsewhere.example>\r\n", Others),
    ("her name", "From: Anna Berger <sam@elsewhere.example>\r\n", Others),
    ("her name, a customer's address", "From: Anna Berger <dana@globex.example>\r\n", Others),
    ("a quoted local part", "From: \"anna\"@staff.example\r\n", Others),
    ("two at signs", "From: anna@staff.example@elsewhere.example\r\n", Others),
    ("only a Sender", "Sender: anna@staff.example\r\n", Others),
    ("another From and her Sender", "From: sam@elsewhere.example\r\nSender: anna@staff.example\r\n", Others),
    ("an empty From and her Sender", "From:\r\nSender: anna@staff.example\r\n", Others),
    ("only a Resent-From", "Resent-From: anna@staff.example\r\n", Others),
    ("NUL in it", "From: anna@staff.example\0\r\n", Others),
    ("NUL before another domain", "From: <anna@staff.example\0@elsewhere.example>\r\n", Others),
    ("a control character in it", "From: anna\u{1}@staff.example\r\n", Others),
    ("something invisible in it", "From: anna\u{200b}@staff.example\r\n", Others),
    ("a bare carriage return between two", "From: sam@elsewhere.example\rFrom: anna@staff.example\r\n", Others),
    ("a field that begins with a blank", " From: anna@staff.example\r\n", Others),
    ("a Cyrillic letter", "From: \u{430}nna@staff.example\r\n", Others),
    ("a full-width letter", "From: \u{ff41}nna@staff.example\r\n", Others),
    ("a full-width at sign", "From: anna\u{ff20}staff.example\r\n", Others),
    ("a domain like hers", "From: anna@staff.example.elsewhere.example\r\n", Others),
    ("another domain like hers", "From: anna@staff-example.example\r\n", Others),
    ("below her domain", "From: anna@mail.staff.example\r\n", Others),
    ("a plus part", "From: anna+x@staff.example\r\n", Others),
];

/// Where an answer would go, if anybody believed it.
pub(super) const REPLY_TO: &[&str] = &["", "Reply-To: anna@staff.example\r\n", "Reply-To: sam@elsewhere.example\r\n"];

/// What the mail has for a reply token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    None,
    Own,
    UpperCase,
    NoteAddress,
    OtherTicket,
    Bens,
    Carlas,
    Replaced,
    Expired,
    OtherDesk,
    Truncated,
    Longer,
}

impl Token {
    pub(super) const ALL: &[Self] = &[
        Self::None,
        Self::Own,
        Self::UpperCase,
        Self::NoteAddress,
        Self::OtherTicket,
        Self::Bens,
        Self::Carlas,
        Self::Replaced,
        Self::Expired,
        Self::OtherDesk,
        Self::Truncated,
        Self::Longer,
    ];

    /// The ticket that it is about; the subject names the fourth.
    fn ticket(self) -> usize {
        match self {
            Self::Expired => 1,
            Self::OtherDesk => 2,
            Self::OtherTicket => 3,
            _ => 4,
        }
    }

    /// Whether it is alive and Anna's.
    fn proves(self) -> bool {
        matches!(self, Self::Own | Self::UpperCase | Self::NoteAddress | Self::OtherTicket)
    }
}

/// Who has signed the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    Nobody,
    HerDomain,
    AnotherDomain,
    Broken,
    /// Her domain, and to whom the mail goes is left open: an old mail, shown again.
    Open,
}

impl Signed {
    pub(super) const ALL: &[Self] = &[Self::Nobody, Self::HerDomain, Self::AnotherDomain, Self::Broken, Self::Open];
}

/// What stands in Authentication-Results, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vouched {
    Nothing,
    /// As the desk's own server writes it.
    Genuine,
    /// The same refusing.
    Refused,
    /// Below a Received field of another server.
    BelowReceived,
    /// Below another server's field.
    BelowAnother,
    /// By another server.
    Another,
    /// By a server whose name begins like ours.
    Longer,
    /// The same field twice.
    Twice,
}

const PASS: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=staff.example\r\n";
const ANOTHER: &str = "Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=staff.example\r\n";
const HOP: &str = "Received: from a by b\r\n";

impl Vouched {
    pub(super) const ALL: &[Self] = &[
        Self::Nothing,
        Self::Genuine,
        Self::Refused,
        Self::BelowReceived,
        Self::BelowAnother,
        Self::Another,
        Self::Longer,
        Self::Twice,
    ];

    fn fields(self) -> String {
        match self {
            Self::Nothing => HOP.to_owned(),
            Self::Genuine => format!("{HOP}{PASS}"),
            Self::Refused => format!("{HOP}{}", PASS.replace("pass", "fail")),
            Self::BelowReceived => format!("{HOP}{HOP}{PASS}"),
            Self::BelowAnother => format!("{ANOTHER}{HOP}{PASS}"),
            Self::Another => ANOTHER.to_owned(),
            Self::Longer => PASS.replace("mx.desk.example", "mx.desk.example.elsewhere.example"),
            Self::Twice => format!("{HOP}{PASS}{PASS}"),
        }
    }
}

/// What the mail asks for.
pub(super) const SIGNALS: &[&str] = &["", "#note\r\n", "#close\r\n"];

/// What the desk believes: how much it wants, and whether servers and signatures count.
pub(super) const RULES: &[(Profile, bool)] = &[(Profile::Standard, true), (Profile::Strict, true), (Profile::Standard, false)];

/// One combination, as places in the tables above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) rules: usize,
    pub(super) shape: usize,
    pub(super) reply_to: usize,
    pub(super) token: Token,
    pub(super) signed: Signed,
    pub(super) vouched: Vouched,
    pub(super) signal: usize,
}

/// What a mail may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Held,
    /// A note on the ticket with this number.
    Note(usize),
    /// A public comment on this ticket, and whether it closes it.
    Answer(usize, bool),
    /// An internal comment that closes this ticket.
    Closing(usize),
}

impl Case {
    /// How many combinations there are.
    pub(super) fn count() -> usize {
        let tables = [REPLY_TO.len(), Token::ALL.len(), Signed::ALL.len(), Vouched::ALL.len(), SIGNALS.len(), SHAPES.len()];
        tables.iter().product()
    }

    /// The combination with this number. The rules go round with the sum of the others' places, so that whatever one
    /// leaves out of them occurs under all rules.
    pub(super) fn numbered(mut number: usize) -> Self {
        let mut sum = 0;
        let mut digit = |base: usize| {
            let digit = number % base;
            number /= base;
            sum += digit;
            digit
        };
        let case = Self {
            reply_to: digit(REPLY_TO.len()),
            token: Token::ALL[digit(Token::ALL.len())],
            signed: Signed::ALL[digit(Signed::ALL.len())],
            vouched: Vouched::ALL[digit(Vouched::ALL.len())],
            signal: digit(SIGNALS.len()),
            shape: digit(SHAPES.len()),
            rules: 0,
        };
        Self { rules: sum % RULES.len(), ..case }
    }

    /// What is proven well: Anna's own mail with everything that speaks for it. Strict.
    pub(super) fn proven() -> Self {
        Self {
            rules: 1,
            shape: 0,
            reply_to: 0,
            token: Token::Own,
            signed: Signed::HerDomain,
            vouched: Vouched::Genuine,
            signal: 0,
        }
    }

    /// All that differ from the proven one in one thing or in none, under each set of rules.
    pub(super) fn neighbours() -> Vec<Self> {
        let mut all = Vec::new();
        for rules in 0..RULES.len() {
            let base = Self { rules, ..Self::proven() };
            all.push(base);
            all.extend((1..SHAPES.len()).map(|shape| Self { shape, ..base }));
            all.extend((1..REPLY_TO.len()).map(|reply_to| Self { reply_to, ..base }));
            all.extend((1..SIGNALS.len()).map(|signal| Self { signal, ..base }));
            all.push(Self { token: Token::NoteAddress, signal: 2, ..base });
            all.extend(Token::ALL.iter().map(|token| Self { token: *token, ..base }));
            all.extend(Signed::ALL.iter().map(|signed| Self { signed: *signed, vouched: Vouched::Nothing, ..base }));
            all.extend(Vouched::ALL.iter().map(|vouched| Self { vouched: *vouched, signed: Signed::Nobody, ..base }));
        }
        all
    }

    /// In words, for whoever has to look into it.
    pub(super) fn words(&self) -> String {
        let (name, from, _) = SHAPES[self.shape];
        format!("{name} ({from:?}) under {:?}, {self:?}", RULES[self.rules])
    }

    /// What it may come to by the table of proof, written down once more and independently of the program.
    pub(super) fn fate(&self) -> Fate {
        let (profile, believing) = RULES[self.rules];
        let whose = SHAPES[self.shape].2;
        // A refusal counts however oddly a head is written; what vouches for a mail does not.
        if whose == Others || (believing && self.vouched == Vouched::Refused) {
            return Fate::Held;
        }
        let vouched = self.vouched == Vouched::Genuine || self.signed == Signed::HerDomain;
        let origin = whose == Annas && believing && vouched;
        let token = self.token.proves();
        let place = self.token.ticket();
        let internal = self.token == Token::NoteAddress || SIGNALS[self.signal].contains("note");
        let closes = SIGNALS[self.signal].contains("close");
        let answers = token && (profile == Profile::Standard || origin);
        match (internal, closes) {
            (true, false) if token || origin => Fate::Note(place),
            (true, true) if answers => Fate::Closing(place),
            (false, _) if answers => Fate::Answer(place, closes),
            _ => Fate::Held,
        }
    }
}

/// The keys of two domains, as DNS has them.
pub(super) struct Keys {
    pkcs8: Vec<u8>,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self { pkcs8: Ed25519Key::generate_pkcs8().unwrap() }
    }

    /// The raw public key.
    pub(super) fn public(&self) -> Vec<u8> {
        Ed25519Key::from_pkcs8_der(&self.pkcs8).unwrap().public_key().to_vec()
    }

    fn field(&self, raw: &[u8], domain: &str, covered: &[&str]) -> String {
        let key = Ed25519Key::from_pkcs8_der(&self.pkcs8).unwrap();
        let signer = DkimSigner::from_key(key).domain(domain).selector("s1").headers(covered.to_vec());
        signer.sign(raw).map(|signature| signature.to_header()).unwrap_or_default()
    }
}

/// What a signature of a careful server covers.
const COVERED: &[&str] = &["From", "Subject", "Date", "To", "Reply-To", "In-Reply-To", "References"];

/// The bytes of a combination, as the `number`th mail, to `to`.
pub(super) fn bytes(case: &Case, number: usize, to: &str, keys: &Keys) -> Vec<u8> {
    let mail = |word: &str| {
        format!(
            "{}{}To: {to}\r\nSubject: Re: Drucker [ACME-4]\r\nDate: Sun, 22 Nov 2026 06:00:00 +0000\r\n\
             Message-ID: <spoof{number}@outside.example>\r\n\r\n{}{word} {number}.\r\n",
            SHAPES[case.shape].1, REPLY_TO[case.reply_to], SIGNALS[case.signal],
        )
        .into_bytes()
    };
    let raw = mail("Bitte einschalten");
    let signature = match case.signed {
        Signed::Nobody => String::new(),
        Signed::HerDomain => keys.field(&raw, "staff.example", COVERED),
        Signed::AnotherDomain => keys.field(&raw, "elsewhere.example", COVERED),
        Signed::Broken => keys.field(&mail("Bitte ausschalten"), "staff.example", COVERED),
        Signed::Open => keys.field(&raw, "staff.example", &["From", "Subject", "Date"]),
    };
    [case.vouched.fields().as_bytes(), signature.as_bytes(), &raw].concat()
}
