//! What a document has beside its words.

use super::types::{Block, Document, Inline};

impl Document {
    /// Targets of links and names of pictures, in order: what is read by whoever looks behind the words, and by guards.
    #[must_use]
    pub fn beside(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_inline(&mut |inline| match inline {
            Inline::Text(run) => found.extend(run.link.as_ref().map(super::types::Target::as_str)),
            Inline::Picture(picture) => found.push(picture.alt.as_str()),
            Inline::Break => {}
        });
        found
    }

    /// The Content-IDs of its pictures, in order.
    #[must_use]
    pub fn pictures(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_inline(&mut |inline| {
            if let Inline::Picture(picture) = inline {
                found.push(picture.content_id.as_str());
            }
        });
        found
    }

    /// The Content-IDs of the pictures that stand in what somebody else wrote.
    #[must_use]
    pub fn quoted_pictures(&self) -> Vec<&str> {
        let mut found = Vec::new();
        visit_quotes(&self.blocks, &mut |inline| {
            if let Inline::Picture(picture) = inline {
                found.push(picture.content_id.as_str());
            }
        });
        found
    }

    /// The document with every text rewritten in the same way; a link whose address that would change leads nowhere any
    /// more.
    #[must_use]
    pub fn rewritten(mut self, rewrite: &dyn Fn(&str) -> String) -> Self {
        rewrite_blocks(&mut self.blocks, rewrite);
        self
    }

    fn each_inline<'a>(&'a self, visit: &mut dyn FnMut(&'a Inline)) {
        visit_blocks(&self.blocks, visit);
    }
}

fn visit_blocks<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Inline)) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => inlines.iter().for_each(&mut *visit),
            Block::List { items, .. } => items.iter().for_each(|item| visit_blocks(item, visit)),
            Block::Table(rows) => rows.iter().flatten().for_each(|cell| visit_blocks(&cell.blocks, visit)),
            Block::Quote(blocks) => visit_blocks(blocks, visit),
            Block::Code(_) | Block::Rule => {}
        }
    }
}

fn visit_quotes<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Inline)) {
    for block in blocks {
        match block {
            Block::Quote(blocks) => visit_blocks(blocks, visit),
            Block::List { items, .. } => items.iter().for_each(|item| visit_quotes(item, visit)),
            Block::Table(rows) => rows.iter().flatten().for_each(|cell| visit_quotes(&cell.blocks, visit)),
            Block::Paragraph(_) | Block::Heading(..) | Block::Code(_) | Block::Rule => {}
        }
    }
}

fn rewrite_blocks(blocks: &mut [Block], rewrite: &dyn Fn(&str) -> String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
                inlines.iter_mut().for_each(|inline| rewrite_inline(inline, rewrite));
            }
            Block::List { items, .. } => items.iter_mut().for_each(|item| rewrite_blocks(item, rewrite)),
            Block::Table(rows) => rows.iter_mut().flatten().for_each(|cell| rewrite_blocks(&mut cell.blocks, rewrite)),
            Block::Quote(blocks) => rewrite_blocks(blocks, rewrite),
            Block::Code(text) => *text = rewrite(text),
            Block::Rule => {}
        }
    }
}

fn rewrite_inline(inline: &mut Inline, rewrite: &dyn Fn(&str) -> String) {
    match inline {
        Inline::Text(run) => {
            run.text = rewrite(&run.text);
            run.link.take_if(|link| changes(link.as_str(), rewrite));
        }
        Inline::Picture(picture) => {
            let hidden = changes(&unescaped(&picture.alt), rewrite) && !changes(&picture.alt, rewrite);
            picture.alt = if hidden { String::new() } else { rewrite(&picture.alt) };
        }
        Inline::Break => {}
    }
}

/// Whether something would be rewritten in an address, also where it is escaped (RFC 3986 section 2.1).
fn changes(address: &str, rewrite: &dyn Fn(&str) -> String) -> bool {
    let plain = unescaped(address);
    rewrite(address) != address || rewrite(&plain) != plain
}

/// An address with what is escaped in it as it is meant, also where that is escaped twice.
fn unescaped(address: &str) -> String {
    let once = |text: &str| {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
            match (first, digit(0), digit(1)) {
                (b'%', Some(high), Some(low)) => {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                    rest = after.get(2..).unwrap_or_default();
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    once(&once(address))
}
