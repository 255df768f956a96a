//! The checks of `[face]`. Everything is read at the start, so that no page is ever shown with half of a logo or in a colour
//! that somebody cannot read.

use std::io::{ErrorKind, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::super::face::{Face, FooterLink, Picture};
use super::super::file::{RawFace, RawFooterLink};
use super::super::{ConfigError, user};
use super::Checker;
use crate::desk::article::picture_type;
use crate::desk::colour::{Colour, READABLE};
use crate::mail::document::Target;

/// A logo is fetched by everybody's first look at a page.
const LARGEST_LOGO: u64 = 256 << 10;
/// Pixels of each side of a logo.
const LOGO_SIDES: RangeInclusive<usize> = 16..=4_096;
/// A picture in a tab is tiny.
const LARGEST_FAVICON: u64 = 64 << 10;
/// Pixels of each side of a picture in a tab.
const FAVICON_SIDES: RangeInclusive<usize> = 16..=512;
/// More links are no footer.
const MOST_LINKS: usize = 6;
/// Characters of a link's words.
const LONGEST_LABEL: usize = 40;

impl Checker<'_> {
    pub(super) fn face(&self, raw: RawFace) -> Result<Face, ConfigError> {
        let RawFace { logo, favicon, accent, footer } = raw;
        let logo = logo.map(|path| self.picture("face.logo", path, LARGEST_LOGO, LOGO_SIDES)).transpose()?;
        let favicon = favicon.map(|path| self.picture("face.favicon", path, LARGEST_FAVICON, FAVICON_SIDES)).transpose()?;
        if let Some(Picture { width, height, .. }) = favicon.as_ref().filter(|picture| picture.width != picture.height) {
            let problem = format!("is {width} × {height} pixels, but browsers show it in a square");
            return Err(self.fault("face.favicon", problem, "Make it square, such as 64 × 64 pixels."));
        }
        if let Some(Picture { content_type: ICON, .. }) = logo {
            let problem = "is an icon (ICO), which is too small for the head of a page";
            return Err(self.fault("face.logo", problem, "Save it as PNG, or name it as `favicon`."));
        }
        let accent = accent.map(|text| self.accent(&text)).transpose()?;
        if footer.len() > MOST_LINKS {
            let problem = format!("has {} links; more than {MOST_LINKS} are not read", footer.len());
            return Err(self.fault("face.footer", problem, "Keep what the law asks for, such as imprint and privacy."));
        }
        let links = footer.into_iter().enumerate().map(|(place, raw)| self.footer_link(place, raw));
        Ok(Face { logo, favicon, accent, footer: links.collect::<Result<_, _>>()? })
    }

    fn accent(&self, text: &str) -> Result<Colour, ConfigError> {
        let colour = text.parse::<Colour>().map_err(|()| {
            let problem = format!("`{text}` is not a colour");
            self.fault("face.accent", problem, "Write it like \"#0a6b4f\": red, green and blue, two hexadecimal digits each.")
        })?;
        if colour.is_readable_on(Colour::WHITE) {
            return Ok(colour);
        }
        // Never rounded up to what would be enough.
        let contrast = (colour.contrast(Colour::WHITE) * 100.0).floor() / 100.0;
        let problem = format!("{colour} on white, and white on it, has a contrast of {contrast}:1, which many cannot read");
        let near = colour.readable_on(Colour::WHITE, Colour::BLACK);
        let remedy = format!("{READABLE}:1 is needed (WCAG AA). The nearest shade of it that has that is \"{near}\".");
        Err(self.fault("face.accent", problem, remedy))
    }

    fn footer_link(&self, place: usize, raw: RawFooterLink) -> Result<FooterLink, ConfigError> {
        let RawFooterLink { url, en, de } = raw;
        let key = |key: &str| format!("face.footer[{place}].{key}");
        let Some(url) = Target::new(&url) else {
            let problem = format!("`{url}` leads nowhere that a page may send people to");
            let remedy = "Write a whole address that begins with https://, http:// or mailto:.";
            return Err(self.fault(key("url"), problem, remedy));
        };
        for (language, label) in [("en", &en), ("de", &de)] {
            let Some(label) = label else { continue };
            let length = label.trim().chars().count();
            if !(1..=LONGEST_LABEL).contains(&length) || label.chars().any(char::is_control) {
                let problem = format!("must be from 1 to {LONGEST_LABEL} characters on one line");
                return Err(self.fault(key(language), problem, "Write it like \"Imprint\"."));
            }
        }
        let trimmed = |label: String| label.trim().to_owned();
        match (en.map(trimmed), de.map(trimmed)) {
            (None, None) => Err(self.fault(
                format!("face.footer[{place}]"),
                "says nothing",
                "Give its words in English (`en`), in German (`de`), or in both.",
            )),
            (Some(english), Some(german)) => Ok(FooterLink { url, english, german }),
            (Some(label), None) | (None, Some(label)) => Ok(FooterLink { url, english: label.clone(), german: label }),
        }
    }

    /// A picture beside the configuration, known by its bytes.
    fn picture(&self, key: &str, path: PathBuf, most: u64, sides: RangeInclusive<usize>) -> Result<Picture, ConfigError> {
        let path = self.beside(path);
        let shown = path.display();
        let bytes = read(&path, most).map_err(|error| {
            let remedy = match error.kind() {
                ErrorKind::PermissionDenied => format!("Make it readable for user {}.", user()),
                _ => "Name a file beside the configuration, or leave it out.".to_owned(),
            };
            self.fault(key, format!("{shown}: {error}"), remedy)
        })?;
        if u64::try_from(bytes.len()).is_ok_and(|size| size > most) {
            let problem = format!("{shown} is larger than {} KiB; everybody who visits would wait for it", most >> 10);
            return Err(self.fault(key, problem, "Save it with fewer pixels."));
        }
        let size = imagesize::blob_size(&bytes).ok();
        let (Some(content_type), Some(size)) = (kind(&bytes), size) else {
            let start = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(&bytes)).to_ascii_lowercase();
            return Err(match start.contains("<svg") {
                true => self.fault(
                    key,
                    format!("{shown} is an SVG, which can carry programs and fetch other files"),
                    "Export it as PNG, twice as large as it is shown, with a transparent ground.",
                ),
                false => self.fault(
                    key,
                    format!("{shown} is not a picture that browsers show, or it is damaged"),
                    "Save it as PNG; JPEG, WebP and GIF are fine, too, and ICO for `favicon`.",
                ),
            });
        };
        if !sides.contains(&size.width) || !sides.contains(&size.height) {
            let (least, largest) = sides.into_inner();
            let problem = format!("{shown} is {} × {} pixels", size.width, size.height);
            return Err(self.fault(key, problem, format!("Each side must have from {least} to {largest} pixels.")));
        }
        Ok(Picture { bytes: bytes.into(), content_type, width: size.width, height: size.height })
    }
}

/// What a Windows icon is called, which old tools make for tabs.
const ICON: &str = "image/vnd.microsoft.icon";

fn kind(bytes: &[u8]) -> Option<&'static str> {
    picture_type(bytes).or_else(|| bytes.starts_with(&[0, 0, 1, 0]).then_some(ICON))
}

/// The bytes of a file; of a larger one than `most`, one more than that.
fn read(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
