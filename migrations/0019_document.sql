-- What people wrote keeps its structure beside its text; entries of before are shown by their text.
ALTER TABLE entry ADD COLUMN document TEXT;
