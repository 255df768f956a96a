//! Ids: random numbers, each kind a type of its own, so that a ticket's id cannot stand where a person's belongs.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
    )*};
}

ids! {
    /// Of a person.
    PersonId,
    /// Of an organization.
    OrganizationId,
    /// Of a project.
    ProjectId,
    /// Of a ticket.
    TicketId,
    /// Of an entry of a ticket's timeline.
    EntryId,
    /// Of a row of the inbox.
    InboxId,
    /// Of a row of the outbox.
    OutboxId,
    /// Of an article.
    ArticleId,
}
