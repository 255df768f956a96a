-- What guests set for themselves: of what they get mail. What answers a mail or a form of theirs always comes.
ALTER TABLE person ADD COLUMN mails TEXT NOT NULL DEFAULT 'all' CHECK (mails IN ('all', 'own', 'none'));

-- The language of the latest mail that somebody outside wrote themselves, where it could be told. Their own setting beats it.
ALTER TABLE person ADD COLUMN wrote_in TEXT CHECK (wrote_in IN ('de', 'en'));

-- The language of people of whom none is known.
ALTER TABLE organization ADD COLUMN language TEXT CHECK (language IN ('de', 'en'));
