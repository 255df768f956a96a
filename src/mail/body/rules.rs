//! What a line starts: the ordered table of rules, of which the first that recognises the line says it.
//!
//! Lines that no rule recognises are what the lines above make them. The functions stand by family: `quotes` for marks of
//! quotes, `introductions` for what programs write above another mail, and [`signature`].

mod introductions;
mod quotes;

pub(super) use introductions::length as introduction;

use super::context::{Context, Step};
use super::rule::Rule;
use super::signature;

/// Recognises a line, or does not.
type Check = fn(&Context<'_>) -> Option<Step>;

/// The rules, in order.
const RULES: &[(Rule, Check)] = &[
    (Rule::QuotedForward, quotes::quoted_forward),
    (Rule::GroupWise, introductions::groupwise),
    (Rule::NotesDashes, introductions::notes_dashes),
    (Rule::NotesColumns, introductions::notes_columns),
    (Rule::NotesBox, introductions::notes_box),
    (Rule::MarkedHeader, introductions::marked_header),
    (Rule::HtmlQuote, quotes::html_quote),
    (Rule::ForeignPrefix, quotes::foreign_prefix),
    (Rule::QuotePrefix, quotes::quote_prefix),
    (Rule::Blank, quotes::blank),
    (Rule::ForwardMarker, introductions::forward_marker),
    (Rule::HtmlCut, introductions::html_cut),
    (Rule::HtmlAttribution, introductions::html_attribution),
    (Rule::HtmlSignature, signature::html_signature),
    (Rule::Shown, quotes::shown),
    (Rule::WrappedQuote, quotes::wrapped),
    (Rule::OriginalMarker, introductions::original_marker),
    (Rule::ForeignMarker, introductions::foreign_marker),
    (Rule::HiddenQuote, quotes::hidden),
    (Rule::ReplyAbove, introductions::reply_above),
    (Rule::ShownHeader, introductions::shown_header),
    (Rule::HeaderBlock, introductions::header_block),
    (Rule::ForeignHeaderBlock, introductions::foreign_header_block),
    (Rule::GroupFooter, signature::group_footer),
    (Rule::ListFooter, signature::list_footer),
    (Rule::SponsoredFooter, signature::sponsored_footer),
    (Rule::BareAttribution, introductions::bare_attribution),
    (Rule::LoneFrom, introductions::lone_from),
    (Rule::BrokenAttribution, introductions::broken_attribution),
    (Rule::AttributionAboveQuote, introductions::attribution_above_quote),
    (Rule::AttributionAboveHeader, introductions::attribution_above_header),
    (Rule::AttributionAboveMarker, introductions::attribution_above_marker),
    (Rule::AttributionAboveAnswer, introductions::attribution_above_answer),
    (Rule::Attribution, introductions::attribution),
    (Rule::UsenetDelimiter, signature::usenet_delimiter),
    (Rule::TrackerMark, signature::tracker_mark),
    (Rule::DashDelimiter, signature::dash_delimiter),
    (Rule::ThreeDashes, signature::three_dashes),
    (Rule::DrawnLine, signature::drawn_line),
    (Rule::NamedDelimiter, signature::named_delimiter),
    (Rule::OutlookLink, signature::outlook_link),
    (Rule::KnownLine, signature::known_line),
    (Rule::SentFrom, signature::sent_from),
    (Rule::DeviceBehind, signature::device_behind),
    (Rule::ProgramFooter, signature::program_footer),
    (Rule::PrintPlea, signature::print_plea),
    (Rule::CompanyNotice, signature::company_notice),
    (Rule::ScanLine, signature::scan_line),
    (Rule::BannerLine, signature::banner_line),
    (Rule::WrappedBanner, signature::wrapped_banner),
];

/// What a line starts, and the rule that says so; `None` where no rule recognises it.
pub(super) fn recognise(context: &Context<'_>) -> Option<(Rule, Step)> {
    RULES.iter().find_map(|(rule, check)| Some((*rule, check(context)?)))
}
