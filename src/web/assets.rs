//! What pages are made with besides their words: the stylesheet, the little script, the desk's own pictures. Their addresses
//! change with their content, so browsers may keep them for good.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::config::face::{Face, Picture};
use crate::desk::colour::Colour;
use crate::store::blobs;

/// One file for all pages, made of one for each part of the house.
const STYLE: &str = concat!(
    include_str!("../../templates/assets/base.css"),
    include_str!("../../templates/assets/sign_in.css"),
    include_str!("../../templates/assets/tickets.css"),
    include_str!("../../templates/assets/articles.css"),
    include_str!("../../templates/assets/picture.css"),
    include_str!("../../templates/assets/office.css"),
);

/// Shows how much of a form's files has left, and keeps what is typed; every form works without it.
/// Each part has a scope of its own.
const SCRIPT: &str = concat!(include_str!("../../templates/assets/draft.js"), include_str!("../../templates/assets/upload.js"));

/// An envelope in the accent.
const ICON: &str = include_str!("../../templates/assets/icon.svg");

/// The accent of a desk that has chosen none, as stylesheet and icon have it.
const BLUE: &str = "#1f57b8";

/// The ground of the stylesheet on which a link is hardest to read, by day and by night.
const GROUNDS: [Colour; 2] = [Colour { red: 0xe4, green: 0xed, blue: 0xfb }, Colour { red: 0x17, green: 0x3f, blue: 0x26 }];

/// The ground of all pages by night.
const NIGHT: Colour = Colour { red: 0x12, green: 0x16, blue: 0x1d };

/// How high a logo is at the head of a page, in CSS pixels; the stylesheet says the same.
const LOGO_HEIGHT: usize = 32;

static SCRIPT_ASSET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("text/javascript; charset=utf-8", "js", Bytes::from_static(SCRIPT.as_bytes())));

/// The address of the script for what people type and send.
#[must_use]
pub fn script() -> &'static str {
    &SCRIPT_ASSET.address
}

/// A file under the address that its content gives it.
#[derive(Debug, Clone)]
struct Asset {
    address: String,
    content_type: &'static str,
    content: Bytes,
}

impl Asset {
    fn new(content_type: &'static str, ending: &str, content: Bytes) -> Self {
        let name = blobs::hash(&content);
        Self { address: format!("/assets/{}.{ending}", name.get(..16).unwrap_or_default()), content_type, content }
    }

    fn of(picture: &Picture) -> Self {
        let ending = match picture.content_type {
            "image/png" => "png",
            "image/jpeg" => "jpg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            _ => "ico",
        };
        Self::new(picture.content_type, ending, Bytes::copy_from_slice(&picture.bytes))
    }
}

/// The assets of one desk, in its colour and with its pictures.
#[derive(Debug, Clone)]
pub struct Assets {
    stylesheet: Asset,
    icon: Asset,
    logo: Option<(Asset, Logo)>,
}

/// The desk's logo as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Where it is.
    pub address: String,
    /// CSS pixels, so that nothing moves when it arrives.
    pub width: usize,
    /// CSS pixels.
    pub height: usize,
    /// Whether it stands for the desk's name: twice as wide as high, a logo is written. A narrower one stands beside it.
    pub is_written: bool,
}

impl Assets {
    /// The assets of a desk with this face.
    #[must_use]
    pub fn new(face: &Face) -> Self {
        let style = face.accent.map_or_else(|| STYLE.to_owned(), |accent| format!("{STYLE}{}", coloured(accent)));
        let icon = face.accent.map_or_else(|| ICON.to_owned(), |accent| ICON.replace(BLUE, &accent.to_string()));
        let drawn = || Asset::new("image/svg+xml", "svg", icon.into_bytes().into());
        let logo = face.logo.as_ref().map(|picture| {
            let asset = Asset::of(picture);
            let logo = Logo {
                address: asset.address.clone(),
                width: (picture.width * LOGO_HEIGHT).div_ceil(picture.height.max(1)),
                height: LOGO_HEIGHT,
                is_written: picture.width >= 2 * picture.height,
            };
            (asset, logo)
        });
        Self {
            stylesheet: Asset::new("text/css; charset=utf-8", "css", style.into_bytes().into()),
            icon: face.favicon.as_ref().map_or_else(drawn, Asset::of),
            logo,
        }
    }

    /// The address of the stylesheet.
    #[must_use]
    pub fn stylesheet(&self) -> &str {
        &self.stylesheet.address
    }

    /// The address of the little picture that browsers show in a tab.
    #[must_use]
    pub fn icon(&self) -> &str {
        &self.icon.address
    }

    /// The desk's logo, where it has one.
    #[must_use]
    pub fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref().map(|(_, logo)| logo)
    }

    /// The asset at an address, as it is served; `None` for any other.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Response> {
        let all = [Some(&self.stylesheet), Some(&*SCRIPT_ASSET), Some(&self.icon), self.logo.as_ref().map(|(asset, _)| asset)];
        let asset = all.into_iter().flatten().find(|asset| asset.address == path)?;
        let headers = [
            (header::CONTENT_TYPE, asset.content_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            // Opened by itself, a picture is nothing but a picture, whatever a browser takes it for.
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ];
        Some((headers, asset.content.clone()).into_response())
    }
}

/// What the stylesheet says of a desk's own accent: by day the colour itself, which white can be read on, and by night a
/// lighter shade of it. Links stand on other grounds than white, too, one of them tinted with the accent.
fn coloured(accent: Colour) -> String {
    let [by_day, by_night] = GROUNDS;
    let tint = accent.towards(Colour::WHITE, 224);
    let link = accent.readable_on(by_day, Colour::BLACK).readable_on(tint, Colour::BLACK);
    let light = accent.readable_on(by_night, Colour::WHITE);
    let dark = light.towards(NIGHT, 208);
    format!(
        "/* The desk's own colour. */\n:root {{ --accent: {accent}; --link: {link}; --tint: {tint}; }}\n\
         @media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {light}; --link: {light}; --tint: {dark}; }} }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The colours that a part of the stylesheet gives to names.
    fn colours(css: &str) -> Vec<(&str, Colour)> {
        let named = css.split("--").filter_map(|part| {
            let (name, value) = part.split_once(": ")?;
            Some((name, value.get(..7)?.parse().ok()?))
        });
        named.collect()
    }

    fn colour(of: &[(&str, Colour)], name: &str) -> Colour {
        of.iter().rfind(|(known, _)| *known == name).unwrap_or_else(|| panic!("no {name}")).1
    }

    #[test]
    fn whatever_the_accent_everybody_reads_links_and_buttons_by_day_and_by_night() {
        let (day, rest) = STYLE.split_once("@media screen and (prefers-color-scheme: dark)").unwrap();
        let night = rest.split_once("\n}\n").unwrap().0;
        let (day, night) = (colours(day), colours(night));
        let is_ground = |name: &str| ["ground", "sheet", "sunk"].contains(&name) || name.ends_with("-ground");
        assert!(day.len() > 15 && night.len() > 15, "{day:?} {night:?}");
        assert_eq!(colour(&day, "accent").to_string(), BLUE);
        assert!(ICON.contains(BLUE));
        assert_eq!(colour(&night, "ground"), NIGHT);
        let mut tried = 0;
        for (red, green, blue) in (0..=255_u8).step_by(17).flat_map(|red| {
            (0..=255_u8).step_by(51).flat_map(move |green| (0..=255_u8).step_by(51).map(move |blue| (red, green, blue)))
        }) {
            let accent = Colour { red, green, blue };
            if !accent.is_readable_on(Colour::WHITE) {
                continue;
            }
            tried += 1;
            let own = coloured(accent);
            let (own_day, own_night) = own.split_once("@media").unwrap();
            for (own, common) in [(colours(own_day), &day), (colours(own_night), &night)] {
                assert!(colour(&own, "accent").is_readable_on(colour(common, "on-accent")), "{accent}: button");
                let tint = ("tint", colour(&own, "tint"));
                assert!(colour(common, "ink").is_readable_on(tint.1), "{accent}: text on {tint:?}");
                assert!(colour(common, "soft").is_readable_on(tint.1), "{accent}: soft text on {tint:?}");
                for (name, ground) in common.iter().filter(|(name, _)| is_ground(name)).chain([&tint]) {
                    assert!(colour(&own, "link").is_readable_on(*ground), "{accent}: a link on {name}");
                }
            }
        }
        assert!(tried > 100, "{tried}");
    }

    #[test]
    fn each_asset_is_served_as_what_it_is_and_nothing_else_is() {
        let picture = |content_type, bytes: &[u8], width, height| Picture { bytes: bytes.into(), content_type, width, height };
        let plain = Assets::new(&Face::default());
        let own = Assets::new(&Face {
            logo: Some(picture("image/png", b"logo", 300, 100)),
            favicon: Some(picture("image/vnd.microsoft.icon", b"icon", 32, 32)),
            accent: "#0a6b4f".parse().ok(),
            ..Face::default()
        });
        let logo = own.logo().unwrap();
        assert_eq!((logo.width, logo.height, logo.is_written), (96, 32, true));
        assert!(plain.logo().is_none() && plain.stylesheet() != own.stylesheet() && plain.icon() != own.icon());
        for (assets, path, kind) in [
            (&plain, plain.stylesheet(), "text/css; charset=utf-8"),
            (&plain, plain.icon(), "image/svg+xml"),
            (&plain, script(), "text/javascript; charset=utf-8"),
            (&own, own.stylesheet(), "text/css; charset=utf-8"),
            (&own, own.icon(), "image/vnd.microsoft.icon"),
            (&own, logo.address.as_str(), "image/png"),
        ] {
            let response = assets.at(path).unwrap();
            assert_eq!(response.headers()["content-type"], kind, "{path}");
            assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
            assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
        }
        assert!(plain.at(&logo.address).is_none() && own.at(plain.stylesheet()).is_none() && own.at("/assets/").is_none());
    }
}
