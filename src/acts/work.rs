//! Work on one ticket, entry by entry: the only place that writes a timeline, the truth, and with it the face.

use super::act::{ActContext, Content, Step};
use crate::desk::entry::{Change, EntryKind, Field, File, Visibility};
use crate::desk::ids::{EntryId, InboxId, PersonId, TicketId};
use crate::desk::people::Person;
use crate::desk::shortened::on_one_line;
use crate::mail::document::Document;
use crate::mail::hygiene::masked;
use crate::store::entries::{self, Entry};
use crate::store::tickets::Ticket;
use crate::store::tokens::Reference;
use crate::store::{Tx, blobs, people, search, tickets, tokens};

/// Characters of a title, on one line.
pub(super) const TITLE: usize = 200;

/// A ticket being worked on: every entry goes through [`Work::add`], which keeps the face true.
pub(super) struct Work<'a> {
    pub(super) context: &'a ActContext<'a>,
    pub(super) ticket: Ticket,
    pub(super) author: Option<PersonId>,
    pub(super) inbox: Option<InboxId>,
}

/// What an entry says: its words, and the same words with their structure.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) document: Option<Document>,
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self { text, document: None }
    }
}

impl Words {
    /// The same, rewritten; the structure goes where it would no longer say just that.
    fn rewritten(self, rewrite: &dyn Fn(&str) -> String) -> Self {
        let text = rewrite(&self.text);
        let document = self.document.map(|document| document.rewritten(rewrite)).filter(|document| document.says(&text));
        Self { text, document }
    }

    /// What is found: the words, and what a reader finds behind them.
    fn searched(&self) -> String {
        let beside = self.document.iter().flat_map(Document::beside);
        std::iter::once(self.text.as_str()).chain(beside).collect::<Vec<_>>().join("\n")
    }
}

impl Work<'_> {
    pub(super) async fn add(
        &mut self,
        tx: &mut Tx,
        kind: EntryKind,
        visibility: Visibility,
        words: impl Into<Words>,
    ) -> anyhow::Result<Entry> {
        self.enter(tx, kind, visibility, words.into(), None).await
    }

    /// Writes down that something has changed.
    pub(super) async fn changed(&mut self, tx: &mut Tx, visibility: Visibility, change: Change) -> anyhow::Result<Entry> {
        self.enter(tx, EntryKind::Change, visibility, Words::default(), Some(change)).await
    }

    async fn enter(
        &mut self,
        tx: &mut Tx,
        kind: EntryKind,
        visibility: Visibility,
        words: Words,
        change: Option<Change>,
    ) -> anyhow::Result<Entry> {
        self.ticket.last_ordinal += 1;
        let entry = Entry {
            id: EntryId(self.context.rng.id()),
            ticket: self.ticket.id,
            ordinal: self.ticket.last_ordinal,
            kind,
            visibility,
            author: self.author,
            at: self.context.now,
            text: words.text,
            document: words.document,
            change,
            inbox: self.inbox,
        };
        entries::insert(tx, &entry).await?;
        self.ticket.face = self.ticket.face.clone().after(&entry.for_face());
        Ok(entry)
    }

    pub(super) async fn comment(
        &mut self,
        tx: &mut Tx,
        visibility: Visibility,
        content: &Content,
    ) -> anyhow::Result<(Entry, Vec<File>)> {
        let words = Words { text: content.text.clone(), document: content.document.clone() };
        let words = match visibility {
            Visibility::Public => self.for_outsiders(tx, words).await?,
            Visibility::Internal => words.rewritten(&without_nul),
        };
        let searched = words.searched();
        let entry = self.add(tx, EntryKind::Comment, visibility, words).await?;
        if visibility == Visibility::Public {
            self.index(tx, Some((entry.id, &searched))).await?;
        }
        let mut files = Vec::new();
        for (position, file) in (0_i64..).zip(&content.files) {
            let stored = File {
                name: file.name.clone(),
                content_type: file.content_type.clone(),
                size: i64::try_from(file.data.len()).unwrap_or(i64::MAX),
                inline: file.inline,
                content_id: file.content_id.clone(),
                blob: blobs::put(tx, &file.data).await?.0,
            };
            entries::insert_file(tx, self.context.rng.id(), entry.id, position, &stored).await?;
            files.push(stored);
        }
        // The desk says it, for everybody who sees the text.
        let author = self.author.take();
        for lack in &content.lacks {
            let change = Change { field: Field::Lacks, from: None, to: Some(lack.to_words()) };
            self.changed(tx, visibility, change).await?;
        }
        self.author = author;
        if let Some(message_id) = &content.message_id {
            let reference = Reference { ticket: self.ticket.id, entry: Some(entry.id), visibility, ours: false };
            tokens::refer(tx, message_id, &reference, self.context.now, self.context.rng).await?;
        }
        Ok((entry, files))
    }

    /// A public text without the addresses of the member of staff who wrote it, and without the secrets in reply addresses.
    async fn for_outsiders(&self, tx: &mut Tx, words: Words) -> anyhow::Result<Words> {
        let author = match self.author {
            Some(author) => people::get(tx, author).await?.filter(Person::is_staff),
            None => None,
        };
        let addresses = author.map(|author| author.addresses).unwrap_or_default();
        let instead = &self.context.mailbox(&self.ticket.mailbox)?.address;
        Ok(words.rewritten(&|text| masked(&without_nul(text), &addresses, instead)))
    }

    /// Lets guests find what they may read: the number and title of a ticket that has something public, and the text of
    /// a public comment. Only public words ever stand in their index, so that neither hits nor counts tell of others.
    async fn index(&self, tx: &mut Tx, comment: Option<(EntryId, &str)>) -> anyhow::Result<()> {
        let (ticket, project) = (self.ticket.id, self.ticket.project);
        if !search::has_title(tx, ticket).await? {
            let title = format!("{} {}", self.ticket.number, self.ticket.title);
            search::insert(tx, self.context.rng.id(), project, ticket, None, &title).await?;
        }
        if let Some((entry, text)) = comment {
            search::insert(tx, self.context.rng.id(), project, ticket, Some(entry), text).await?;
        }
        Ok(())
    }

    /// Sets a part of the state. The truth changes always; the face only publicly, and an entry that outsiders see says
    /// the step that they see: from the old face, never from an internal state. `None` where nothing changed.
    pub(super) async fn set(
        &mut self,
        tx: &mut Tx,
        field: Field,
        to: Option<String>,
        visibility: Visibility,
    ) -> anyhow::Result<Option<Step>> {
        let (truth, face) = (self.ticket.state.get(field), self.ticket.face.state.get(field));
        self.ticket.state.set(field, to.as_deref());
        let public = visibility == Visibility::Public && face != to;
        let (visibility, from) = if public { (Visibility::Public, face) } else { (Visibility::Internal, truth.clone()) };
        if from == to {
            return Ok(None);
        }
        let change = Change { field, from: from.clone(), to: to.clone() };
        self.changed(tx, visibility, change).await?;
        Ok(Some(Step { field, from: if truth == to { from } else { truth }, to, public }))
    }

    /// Sets the task type.
    pub(super) async fn set_type(&mut self, tx: &mut Tx, to: &str) -> anyhow::Result<Option<Step>> {
        let from = std::mem::replace(&mut self.ticket.type_key, to.to_owned());
        self.rename(tx, Field::Type, from, to.to_owned()).await
    }

    /// Sets the title, also for search.
    pub(super) async fn set_title(&mut self, tx: &mut Tx, to: &str) -> anyhow::Result<Option<Step>> {
        let to = on_one_line(to, TITLE);
        anyhow::ensure!(!to.is_empty(), "a ticket has a title");
        let from = std::mem::replace(&mut self.ticket.title, to.clone());
        search::retitle(tx, self.ticket.id, &format!("{} {to}", self.ticket.number)).await?;
        self.rename(tx, Field::Title, from, to).await
    }

    /// Writes down that what everybody sees has changed. Everybody: the entry is public, unless nothing of the ticket is,
    /// since a new word for it shall not be what brings it to light.
    async fn rename(&mut self, tx: &mut Tx, field: Field, from: String, to: String) -> anyhow::Result<Option<Step>> {
        if from == to {
            return Ok(None);
        }
        let public = self.ticket.face.shown;
        let visibility = if public { Visibility::Public } else { Visibility::Internal };
        let (from, to) = (Some(from), Some(to));
        let change = Change { field, from: from.clone(), to: to.clone() };
        self.changed(tx, visibility, change).await?;
        Ok(Some(Step { field, from, to, public }))
    }

    /// Puts a tag on, or takes it off.
    pub(super) async fn set_tag(&mut self, tx: &mut Tx, tag: &str, on: bool) -> anyhow::Result<Option<Step>> {
        let changed = match on {
            true => tickets::add_tag(tx, self.ticket.id, tag).await?,
            false => tickets::remove_tag(tx, self.ticket.id, tag).await?,
        };
        if !changed {
            return Ok(None);
        }
        let (from, to) = ((!on).then(|| tag.to_owned()), on.then(|| tag.to_owned()));
        let change = Change { field: Field::Tag, from: from.clone(), to: to.clone() };
        self.changed(tx, Visibility::Internal, change).await?;
        Ok(Some(Step { field: Field::Tag, from, to, public: false }))
    }
}

/// PostgreSQL takes no NUL in a text.
fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// The ticket, and nobody else's until this transaction ends: the courier and other nodes write to it too.
pub(super) async fn locked_ticket(tx: &mut Tx, id: TicketId) -> anyhow::Result<Ticket> {
    tickets::lock(tx, id).await?;
    tickets::get(tx, id).await?.ok_or_else(|| anyhow::anyhow!("ticket {id} is gone"))
}
