//! What of an element a reader can see (CSS 2.2, "Visual effects", and what senders hide with it).
//!
//! Sizes, colours and `visibility` are inherited and can be set anew inside: layouts of the wild take all size from a
//! cell (`font-size:0` against gaps) and give it back to the text in it. What is left out for good is `Style::gone`.

/// Red, green and blue.
pub(super) type Colour = [u8; 3];

/// The declarations of one `style` attribute: lower case, without blanks.
#[derive(Debug, Default, Clone)]
pub(super) struct Style(String);

/// What an element itself says of how its text is seen; `None` where it says nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Sight {
    /// No size at all.
    pub(super) tiny: Option<bool>,
    /// `visibility`.
    pub(super) hidden: Option<bool>,
    /// The colour of the text; `Some(None)` where it has one that nobody here knows.
    pub(super) ink: Option<Option<Colour>>,
    /// What is behind the text; `Some(None)` for a picture or an unknown colour.
    pub(super) paper: Option<Option<Colour>>,
}

/// What holds inside an element, with what it inherits.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    tiny: bool,
    hidden: bool,
    ink: Option<Colour>,
    paper: Option<Colour>,
}

impl Seen {
    /// What holds in an element that says this of itself.
    pub(super) fn within(self, sight: &Sight) -> Self {
        Self {
            tiny: sight.tiny.unwrap_or(self.tiny),
            hidden: sight.hidden.unwrap_or(self.hidden),
            ink: sight.ink.unwrap_or(self.ink),
            paper: sight.paper.unwrap_or(self.paper),
        }
    }

    /// Whether nobody sees text here.
    pub(super) fn is_nothing(self) -> bool {
        self.tiny || self.hidden || (self.ink.is_some() && self.ink == self.paper)
    }
}

impl Style {
    pub(super) fn of(value: &str) -> Self {
        Self(value.chars().filter(|c| !c.is_whitespace()).take(4_000).collect::<String>().to_ascii_lowercase())
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// The declarations in order: property and value.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        let rules = self.0.split(';').filter_map(|rule| rule.split_once(':'));
        rules.map(|(property, value)| (property, value.trim_end_matches("!important")))
    }

    /// The last value of a property.
    fn get(&self, property: &str) -> Option<&str> {
        self.rules().filter(|(name, _)| *name == property).last().map(|(_, value)| value)
    }

    fn is_zero(&self, property: &str) -> bool {
        self.get(property).is_some_and(is_zero)
    }

    /// Whether nothing inside can be seen, whatever it says itself. `mso-hide` is no such word: it hides from Outlook what
    /// all others see.
    pub(super) fn gone(&self) -> bool {
        let clipped = self.get("overflow") == Some("hidden");
        let far = |property: &str| self.get(property).and_then(leading_number).is_some_and(|number| number <= -FAR);
        let placed = matches!(self.get("position"), Some("absolute" | "fixed"));
        self.get("display") == Some("none")
            || self.is_zero("opacity")
            || (clipped && ["max-height", "height", "max-width", "width"].iter().any(|property| self.is_zero(property)))
            || (placed && (far("left") || far("top") || far("margin-left")))
            || far("text-indent")
    }

    /// What it says of how text is seen.
    pub(super) fn sight(&self) -> Sight {
        let mut sight = Sight::default();
        for (property, value) in self.rules() {
            match property {
                "font-size" => sight.tiny = Some(is_zero(value)),
                "font" => sight.tiny = Some(value.starts_with("0/") || value.starts_with("0px")),
                "visibility" => sight.hidden = Some(matches!(value, "hidden" | "collapse")),
                "color" if value == "transparent" => sight.hidden = Some(true),
                "color" if value != "inherit" => sight.ink = Some(colour(value)),
                "background" | "background-color" if !matches!(value, "none" | "transparent" | "inherit" | "") => {
                    let drawn = value.contains("url(") || value.contains("gradient");
                    sight.paper = Some(colour(value).filter(|_| !drawn));
                }
                "background-image" if value != "none" => sight.paper = Some(None),
                _ => {}
            }
        }
        sight
    }
}

/// Outside of every window, in pixels.
const FAR: f64 = 900.0;

/// The number that a length begins with.
fn leading_number(value: &str) -> Option<f64> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    value.get(..end)?.parse().ok()
}

fn is_zero(value: &str) -> bool {
    leading_number(value) == Some(0.0)
}

/// A colour of CSS or of an attribute; `None` where it is none that is known.
pub(super) fn colour(value: &str) -> Option<Colour> {
    if let Some(hex) = value.strip_prefix('#') {
        let digits: Vec<u8> = hex.chars().map_while(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok()).collect();
        return match digits.as_slice() {
            [r, g, b] => Some([r * 17, g * 17, b * 17]),
            [r, s, g, h, b, c] => Some([r * 16 + s, g * 16 + h, b * 16 + c]),
            _ => None,
        };
    }
    if let Some(inner) = value.strip_prefix("rgb(").or_else(|| value.strip_prefix("rgba(")) {
        let parts: Vec<u8> = inner.split([',', ')']).take(3).filter_map(|part| part.trim().parse().ok()).collect();
        return parts.try_into().ok();
    }
    NAMED.iter().find(|(name, _)| *name == value).map(|(_, colour)| *colour)
}

/// The names that senders use (CSS Color Module Level 4, section 6.1).
const NAMED: &[(&str, Colour)] = &[
    ("black", [0, 0, 0]),
    ("white", [255, 255, 255]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("silver", [192, 192, 192]),
    ("red", [255, 0, 0]),
    ("darkred", [139, 0, 0]),
    ("maroon", [128, 0, 0]),
    ("blue", [0, 0, 255]),
    ("mediumblue", [0, 0, 205]),
    ("darkblue", [0, 0, 139]),
    ("navy", [0, 0, 128]),
    ("green", [0, 128, 0]),
    ("darkgreen", [0, 100, 0]),
    ("purple", [128, 0, 128]),
    ("magenta", [255, 0, 255]),
    ("fuchsia", [255, 0, 255]),
    ("orange", [255, 165, 0]),
    ("darkorange", [255, 140, 0]),
    ("yellow", [255, 255, 0]),
    ("teal", [0, 128, 128]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn unseen(outer: &str, inner: &str) -> bool {
        let (outer, inner) = (Style::of(outer), Style::of(inner));
        let seen = Seen::default().within(&outer.sight()).within(&inner.sight());
        outer.gone() || inner.gone() || seen.is_nothing()
    }

    #[test]
    fn what_nobody_sees_is_told_from_what_layouts_do() {
        let table = [
            ("display:none", "display:block", true),
            ("opacity:0", "opacity:1", true),
            ("max-height:0px;overflow:hidden", "", true),
            ("height:0;overflow:hidden", "", true),
            ("position:absolute; left:-5000px", "", true),
            ("text-indent:-9999px", "", true),
            ("font-size:0", "", true),
            ("font:0/0 a", "", true),
            ("visibility:hidden", "", true),
            ("color:transparent", "", true),
            ("color:#FFF;background:white", "", true),
            ("background-color:#ffffff", "color:rgb(255, 255, 255)", true),
            // Cells without size around texts with one, and what is hidden from Outlook only.
            ("font-size:0px;padding:10px 25px", "font-size:13px", false),
            ("visibility:hidden", "visibility:visible", false),
            ("mso-hide:all", "", false),
            ("max-height:0", "", false),
            ("overflow:hidden", "", false),
            ("position:absolute;left:-3px", "", false),
            ("text-indent:-18pt;margin-left:36pt", "", false),
            ("line-height:0", "", false),
            // A button, and white on what nobody here knows.
            ("background:#fff", "background:#06c;color:#fff", false),
            ("background:#fff", "background:#fff url(https://x.example/dark.png);color:#fff", false),
            ("color:#fff", "", false),
            ("background:#fff;color:#fff", "color:#333", false),
            ("background:#fff;color:#fff", "color:var(--x)", false),
        ];
        for (outer, inner, want) in table {
            assert_eq!(unseen(outer, inner), want, "{outer} / {inner}");
        }
    }

    #[test]
    fn colours_are_read() {
        let table = [
            ("#f00", Some([255, 0, 0])),
            ("#FF8000".to_ascii_lowercase().as_str(), Some([255, 128, 0])),
            ("rgb(1,2,3)", Some([1, 2, 3])),
            ("rgba(1,2,3,0.5)", Some([1, 2, 3])),
            ("white", Some([255, 255, 255])),
            ("#ffffffnorepeat", Some([255, 255, 255])),
            ("#ff", None),
            ("windowtext", None),
            ("rgb(300,0,0)", None),
        ]
        .map(|(value, want)| (value.to_owned(), want));
        for (value, want) in table {
            assert_eq!(colour(&value), want, "{value}");
        }
    }
}
