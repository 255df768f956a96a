-- What is shown of a held mail beside its reason, and answers that can still be undone.

-- The lines that tell something internal, or what a colleague answered meanwhile; JSON. NULL: nothing.
ALTER TABLE inbox ADD COLUMN held_detail TEXT;
-- When it leaves unless somebody stops it, for mails held as 'leaving'; stays when it has left.
ALTER TABLE inbox ADD COLUMN leaves_at BIGINT;
CREATE INDEX inbox_leaves ON inbox (leaves_at) WHERE leaves_at IS NOT NULL;
