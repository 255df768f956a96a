-- What a held mail becomes by each word is said exactly; the one disposition of before said less, and sometimes wrong.
ALTER TABLE inbox DROP COLUMN would;
ALTER TABLE inbox ADD COLUMN as_sent TEXT CHECK (as_sent IN ('comment', 'note', 'command', 'internal_ticket', 'public_ticket', 'customers_ticket'));
ALTER TABLE inbox ADD COLUMN as_note TEXT CHECK (as_note IN ('comment', 'note', 'command', 'internal_ticket', 'public_ticket', 'customers_ticket'));
