//! What programs, servers and companies add to a mail, and what delimits a signature: a file for each family, with its rules.

mod banners;
mod contact;
mod delimiters;
mod disclaimers;
mod list_footers;
mod mobile_lines;

pub(super) use self::banners::{banner_line, is_banner, wrapped_banner};
pub(super) use self::contact::is_bare_link;
pub(super) use self::delimiters::{dash_delimiter, drawn_line, named_delimiter, three_dashes, tracker_mark, usenet_delimiter};
pub(crate) use self::disclaimers::is_disclaimer;
pub(super) use self::disclaimers::{company_notice, print_plea, program_footer, scan_line};
pub(super) use self::list_footers::{group_footer, list_footer, sponsored_footer};
pub(crate) use self::mobile_lines::is_mobile_line;
pub(super) use self::mobile_lines::{device_behind, known_line, outlook_link, sent_from};

use super::context::{Context, Step};
use super::line::{Class, Mark};

/// Inside a container for the signature: Gmail, Thunderbird, the phones of Apple.
pub(super) fn html_signature(context: &Context<'_>) -> Option<Step> {
    (context.line.mark == Mark::Signature).then_some(Step::Take(1, Class::Signature))
}
