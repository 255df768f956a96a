//! Names that nobody outside may show: those of the staff and of the desk. A display name is what its writer typed and proves
//! nothing; one that reads like one of ours, whatever letters it is made of, gives way to the address.
//!
//! Names are compared by what they look like (UTS #39 section 4): compatibility forms, case, blanks, punctuation, accents and
//! invisible characters do not count, and letters that look alike are one letter.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

/// More of a name is not compared; the rest is not shown either where it matters, since such a name gives way.
const LONGEST: usize = 120;
/// So long a name of ours is found inside a word, too.
const INSIDE: usize = 8;

/// What stands around a name and makes it no other: `Ben | Support`, `Team Ben`. A stroke looks like a letter.
const ROLES: &[&str] = &[
    "|",
    "support",
    "team",
    "service",
    "servicedesk",
    "helpdesk",
    "desk",
    "kundendienst",
    "kundenservice",
    "kundenbetreuung",
    "hotline",
    "it",
    "admin",
    "office",
    "büro",
    "staff",
    "customer",
    "client",
    "care",
    "technik",
    "from",
    "vom",
    "von",
    "the",
    "of",
    "at",
    "der",
    "das",
    "dr",
    "mr",
    "mrs",
    "ms",
    "herr",
    "frau",
    "ihr",
    "your",
    "de",
    "du",
    "equipe",
    "soporte",
    "assistenza",
];

/// The names of the staff and of the desk.
#[derive(Debug, Clone, Default)]
pub struct OwnNames {
    /// Names that are ours as a whole.
    whole: BTreeSet<String>,
    /// Names that are ours wherever they stand in another: the desk's, and full names.
    parts: BTreeSet<String>,
}

impl OwnNames {
    /// The names of a desk and of all who work or have worked there, as colleagues and as outsiders call them.
    #[must_use]
    pub fn new(desk: &str, staff: &[String]) -> Self {
        let mut names = Self::default();
        for words in every_form(desk) {
            names.parts.insert(words.concat());
            names.whole.insert(words.concat());
        }
        for name in staff {
            for words in every_form(name) {
                if words.len() > 1 {
                    names.parts.insert(words.concat());
                    names.parts.insert(turned(&words));
                }
                names.whole.insert(sorted(&words));
                names.whole.insert(words.concat());
            }
        }
        for set in [&mut names.whole, &mut names.parts] {
            set.remove("");
        }
        names
    }

    /// Whether a name reads like one of ours, like an address, or like nothing.
    #[must_use]
    pub fn claims(&self, name: &str) -> bool {
        let bare: String = name.nfkc().filter(|c| !is_invisible(*c)).collect();
        if bare.contains('@') || bare.chars().count() > LONGEST {
            return true;
        }
        forms(name).iter().any(|words| {
            let all = words.concat();
            let person: Vec<String> = words.iter().filter(|word| !roles().contains(*word)).cloned().collect();
            let whole = self.whole.contains(&all) || self.whole.contains(&sorted(words)) || self.whole.contains(&sorted(&person));
            let inside = self.parts.iter().any(|part| part.len() >= INSIDE && all.contains(part.as_str()));
            all.is_empty() || whole || inside || self.stands_in(words)
        })
    }

    /// Whether some words in a row are one of ours.
    fn stands_in(&self, words: &[String]) -> bool {
        (0..words.len()).any(|start| {
            let mut joined = String::new();
            words.iter().skip(start).any(|word| {
                joined.push_str(word);
                self.parts.contains(&joined)
            })
        })
    }

    /// The name of somebody outside as it may be shown: without what is invisible or turns the line around; `None` where
    /// only the address can be.
    #[must_use]
    pub fn fit<'a>(&self, name: &'a str) -> Option<Cow<'a, str>> {
        if name.trim().is_empty() || self.claims(name) {
            return None;
        }
        if !name.contains(is_invisible) {
            return Some(Cow::Borrowed(name));
        }
        Some(Cow::Owned(name.chars().filter(|c| !is_invisible(*c)).collect::<String>().trim().to_owned()))
    }

    /// The same, else the address.
    #[must_use]
    pub fn shown(&self, name: &str, address: &str) -> String {
        self.fit(name).map_or_else(|| address.to_owned(), Cow::into_owned)
    }
}

/// [`ROLES`] as names are compared.
fn roles() -> &'static BTreeSet<String> {
    static FOLDED: LazyLock<BTreeSet<String>> = LazyLock::new(|| ROLES.iter().flat_map(|role| forms(role)).flatten().collect());
    &FOLDED
}

/// What a name looks like as it is written and in capitals.
fn every_form(name: &str) -> impl Iterator<Item = Vec<String>> {
    forms(name).into_iter().chain(forms(&name.to_uppercase()))
}

/// What a text looks like, word by word: once with its capitals taken as they look, once as small letters.
fn forms(text: &str) -> [Vec<String>; 2] {
    let bare: String = text.nfkc().filter(|c| !is_invisible(*c)).take(LONGEST).collect();
    let looks = skeleton(&bare).collect::<String>();
    let small = skeleton(&bare.to_lowercase()).collect::<String>();
    [looks, small].map(|text| {
        let text: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).map(plain).collect();
        // Once more: a capital may look like another letter than the small one that it has just become.
        let text: String = skeleton(&text).map(plain).flat_map(char::to_lowercase).collect();
        // German writes its umlauts with two letters, too.
        let text = text.replace("vv", "w").replace("ß", "ss").replace("ae", "a").replace("oe", "o").replace("ue", "u");
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    })
}

/// Small capitals and their like, which the standard's table leaves alone.
fn plain(c: char) -> char {
    const CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ";
    const LETTERS: &str = "abcdefghijklmnopqrstuvwyz";
    // Letters in circles and squares, and those that flags are made of.
    for first in [0x1f150_u32, 0x1f170, 0x1f1e6] {
        if let Some(place) = u32::from(c).checked_sub(first).filter(|place| *place < 26) {
            return char::from_u32(u32::from('a') + place).unwrap_or(c);
        }
    }
    match CAPITALS.chars().zip(LETTERS.chars()).find(|(capital, _)| *capital == c) {
        Some((_, letter)) => letter,
        None => c,
    }
}

fn sorted(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.sort();
    words.concat()
}

/// "Berger, Anna".
fn turned(words: &[String]) -> String {
    match words.split_last() {
        Some((last, rest)) => format!("{last}{}", rest.concat()),
        None => String::new(),
    }
}

/// What is not seen, or changes in which direction a line is read (Unicode's `Default_Ignorable_Code_Point`).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
            | 0x2060..=0x206f | 0x2800 | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1bca0..=0x1bca3
            | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> OwnNames {
        let staff = ["Anna Berger", "Anna from Postroom", "Benjamin Okafor", "Ben", "Jo Li", "Иван Петров", "Jürgen Groß-Möller"];
        OwnNames::new("Postroom Demo", &staff.map(str::to_owned))
    }

    #[test]
    fn what_reads_like_one_of_ours_gives_way() {
        for name in [
            "Anna Berger",
            "anna  berger",
            "ANNA BERGER",
            "AnnaBerger",
            "A n n a B e r g e r",
            "Berger, Anna",
            "Anna-Berger.",
            "🅐🅝🅝🅐 🅑🅔🅡🅖🅔🅡",
            "🅰️🅽🅽🅰️ 🅱️🅴🆁🅶🅴🆁",
            "🇦🇳🇳🇦 🇧🇪🇷🇬🇪🇷",
            "Juergen Gross-Moeller",
            "Jürgen Groß-Möller",
            "Jurgen Grossmoller",
            "Ben | Support",
            "Team Ben",
            "Ben (IT Helpdesk)",
            "Ben vom Kundenservice",
            "\"Anna Berger\"",
            "Dr. Anna Berger",
            "Anna Berger (Postroom Demo)",
            "Anna Berger | Support",
            "Berger Anna via helpdesk",
            "xxAnnaBergerxx",
            "Anna from Postroom",
            "Anna from Pоstrооm",
            "Anna frorn Postroom",
            "Аnnа Веrgеr",
            "Αnna Βerger",
            "Ａｎｎａ Ｂｅｒｇｅｒ",
            "𝐀𝐧𝐧𝐚 𝐁𝐞𝐫𝐠𝐞𝐫",
            "ᴀɴɴᴀ ʙᴇʀɢᴇʀ",
            "Ánna Bérger",
            "Anna\u{200b} Ber\u{200d}ger",
            "An\u{ad}na Berger\u{2060}",
            "\u{202e}Anna Berger\u{202c}",
            "Anna\u{3164}Berger",
            "Anna\u{a0}Berger",
            "Ben",
            "BEN",
            "b e n",
            "Jo Li",
            "J0 Li",
            "BENJAM1N 0KAF0R",
            "Jo Ii",
            "Иван Петров",
            "Postroom Demo",
            "The Postroom Demo Team",
            "POSTROOM-DEMO",
            "Postroom Dem0",
            "anna@staff.example",
            "anna＠staff.example",
            "\u{200b}",
            "···",
        ] {
            assert!(ours().claims(name), "{name}");
            assert_eq!(ours().shown(name, "eve@x.example"), "eve@x.example", "{name}");
        }
        assert!(ours().claims(&"Anna ".repeat(30)), "nobody is called that");
    }

    #[test]
    fn other_names_stay() {
        for name in [
            "Carla Kunze",
            "Anna Schmidt",
            "Bernd Berger",
            "Benno Berg",
            "Big Ben Tours",
            "Joline Miller",
            "Postroomers",
            "Demo User",
            "Support Team",
            "Ben Support Systems Inc",
            "Jürgen Müller",
            "Anna",
            "Пётр Иванов",
            "王小明",
            "محمد",
            "🦊 Fox",
            "O'Neil, Kim",
        ] {
            assert_eq!(ours().shown(name, "x@x.example"), name);
        }
        assert_eq!(ours().shown("Kim\u{202e} Lee\u{200b}", "x@x.example"), "Kim Lee");
        assert_eq!(ours().shown("", "x@x.example"), "x@x.example");
        let nobody = OwnNames::new("", &[String::new()]);
        assert_eq!(nobody.shown("Anna Berger", "x@x.example"), "Anna Berger", "an empty name claims nothing");
    }
}
