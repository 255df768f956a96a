//! What a document has beside its words.

use super::{Block, Document, Inline};

impl Document {
    /// Targets of links and names of pictures, in order: what is read by whoever looks behind the words, and by guards.
    #[must_use]
    pub fn beside(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each_inline(&mut |inline| match inline {
            Inline::Text(run) => found.extend(run.link.as_ref().map(super::Target::as_str)),
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

    /// The document without the links and the pictures that something speaks against; the words stay.
    #[must_use]
    pub fn without(mut self, speaks_against: &dyn Fn(&Inline) -> bool) -> Self {
        strip(&mut self.blocks, speaks_against);
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

fn strip(blocks: &mut [Block], speaks_against: &dyn Fn(&Inline) -> bool) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => {
                inlines.retain(|inline| !(matches!(inline, Inline::Picture(_)) && speaks_against(inline)));
                for inline in inlines {
                    let against = speaks_against(inline);
                    if let (true, Inline::Text(run)) = (against, inline) {
                        run.link = None;
                    }
                }
            }
            Block::List { items, .. } => items.iter_mut().for_each(|item| strip(item, speaks_against)),
            Block::Table(rows) => rows.iter_mut().flatten().for_each(|cell| strip(&mut cell.blocks, speaks_against)),
            Block::Quote(blocks) => strip(blocks, speaks_against),
            Block::Code(_) | Block::Rule => {}
        }
    }
}
