//! Whether what is stored makes sense together.

use crate::desk::face::Face;
use crate::store::{Result, Tx, tickets};

/// Everything that is wrong, in words; empty when all is well.
///
/// # Errors
/// The database's.
pub async fn faults(tx: &mut Tx) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for ticket in tickets::list(tx, None).await? {
        let entries = tickets::entries(tx, ticket.id).await?;
        let folded: Vec<_> = entries.iter().map(tickets::Entry::for_face).collect();
        if Face::fold(ticket.created_at, &folded) != ticket.face {
            faults.push(format!("{}: the public face is not what its public entries say", ticket.number));
        }
        if entries.iter().map(|entry| entry.ordinal).ne(1..=ticket.last_ordinal) {
            faults.push(format!("{}: its entries are not numbered without gaps", ticket.number));
        }
    }
    Ok(faults)
}
