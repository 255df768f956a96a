//! A colour of the desk's own, and whether everybody can read what is written in it.

use std::fmt;
use std::str::FromStr;

/// What text must have against its ground (WCAG 2.2, 1.4.3, level AA).
pub const READABLE: f64 = 4.5;

/// A colour of the sRGB space, without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    /// White.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// How bright it is: 0 is black, 1 is white (WCAG 2.2, "relative luminance").
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// From 1, the same brightness, to 21, black on white (WCAG 2.2, "contrast ratio").
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// Whether text in one of the two can be read on the other.
    #[must_use]
    pub fn is_readable_on(self, ground: Self) -> bool {
        self.contrast(ground) >= READABLE
    }

    /// The colour itself where it can be read on `ground`; else the nearest shade of it that can, on the way to `end`,
    /// black or white.
    #[must_use]
    pub fn readable_on(self, ground: Self, end: Self) -> Self {
        (0..=u8::MAX).map(|share| self.towards(end, share)).find(|shade| shade.is_readable_on(ground)).unwrap_or(end)
    }

    /// So many 255ths of the way to another colour.
    #[must_use]
    pub fn towards(self, end: Self, share: u8) -> Self {
        let share = u32::from(share);
        let part = |from: u8, to: u8| {
            let mixed = (u32::from(from) * (255 - share) + u32::from(to) * share + 127) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self { red: part(self.red, end.red), green: part(self.green, end.green), blue: part(self.blue, end.blue) }
    }
}

impl FromStr for Colour {
    type Err = ();

    /// `#` and six hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_hexdigit()));
        let [_, red, green, blue] = u32::from_str_radix(digits.ok_or(())?, 16).map_err(|_| ())?.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn colours_are_read_and_written() {
        for text in ["#0a6b4f", "#ffffff", "#000000"] {
            assert_eq!(colour(text).to_string(), text);
        }
        assert_eq!(colour("#0A6B4F"), colour("#0a6b4f"));
        for wrong in ["", "#", "0a6b4f", "#0a6b4", "#0a6b4f0", "#0a6b4g", "#+a6b4f", "#äöü", "green", "rgb(0,0,0)"] {
            assert_eq!(wrong.parse::<Colour>(), Err(()), "{wrong}");
        }
    }

    /// The values that WebAIM and the browsers' tools show.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, other, contrast) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#ff0000", "#ffffff", 4.0),
            ("#0a6b4f", "#ffffff", 6.5),
        ] {
            let found = colour(one).contrast(colour(other));
            assert!((found - contrast).abs() < 0.02, "{one} on {other}: {found}");
            assert!((colour(other).contrast(colour(one)) - found).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn the_nearest_readable_shade_is_the_first_on_the_way() {
        assert_eq!(colour("#767676").readable_on(Colour::WHITE, Colour::BLACK), colour("#767676"), "it is already");
        for text in ["#ff0000", "#ffd700", "#00bcd4", "#777777", "#ffffff"] {
            let shade = colour(text).readable_on(Colour::WHITE, Colour::BLACK);
            assert!((READABLE..READABLE + 0.1).contains(&shade.contrast(Colour::WHITE)), "{text}: {shade}");
        }
        for text in ["#000000", "#0a6b4f", "#1f57b8", "#5b0000"] {
            let ground = colour("#242c38");
            let shade = colour(text).readable_on(ground, Colour::WHITE);
            assert!((READABLE..READABLE + 0.1).contains(&shade.contrast(ground)), "{text}: {shade}");
        }
    }
}
