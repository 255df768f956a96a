-- Why the bytes of a mail are not here: it is too large, or its server does not hand it over. NULL: they are here.
ALTER TABLE inbox ADD COLUMN absent TEXT CHECK (absent IN ('too_large', 'not_fetched'));
UPDATE inbox SET absent = 'too_large' WHERE blob IS NULL;
-- For folders whose server gives mails no lasting names: they are told apart by their bytes.
CREATE INDEX inbox_blob ON inbox (blob);
