//! What was just done, as the address of a ticket's page says it, and the way back to that page.

use axum::response::Response;

use crate::desk::string_enum;
use crate::desk::ticket::TicketNumber;
use crate::web::page::see_other;

string_enum! {
    /// What was done, as the address of the page says it.
    Said {
        /// A ticket was opened.
        Opened = "opened",
        /// A comment was written.
        Commented = "commented",
        /// There was nothing in the comment.
        Empty = "empty",
        /// The ticket was closed.
        Closed = "closed",
        /// The ticket was opened again.
        Reopened = "reopened",
        /// The priority was set.
        Priority = "priority",
        /// A colleague takes part.
        Invited = "invited",
        /// Nobody who could be asked to take part.
        NoColleague = "no-colleague",
        /// No more mails.
        Muted = "muted",
        /// Mails again.
        Unmuted = "unmuted",
    }
}

/// Back to the ticket.
pub(super) fn back(number: &TicketNumber, said: Said) -> Response {
    let place = match said {
        Said::Commented => "#newest",
        Said::Empty => "#text",
        _ => "",
    };
    see_other(&format!("{}?said={said}{place}", path(number)))
}

/// The path of a ticket's page.
pub(super) fn path(number: &TicketNumber) -> String {
    format!("/{}/{}", number.project, number.number)
}
