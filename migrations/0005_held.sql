-- Held mails: whose name they claim, who decided about them, and the links by which the registered address does so.

-- The member of staff whom the From header of a held mail names.
ALTER TABLE inbox ADD COLUMN claims_id BIGINT REFERENCES person (id);
-- What it would become with that person's word, or a colleague's where it claims nobody: a disposition. NULL: not known.
ALTER TABLE inbox ADD COLUMN would TEXT CHECK (would IN ('ticket', 'comment', 'note', 'command', 'held'));
-- Who of the staff gave the word in `release`; NULL: an administrator at the command line.
ALTER TABLE inbox ADD COLUMN released_by BIGINT REFERENCES person (id);
-- How many decisions people have taken about it; NULL: none. A form or link knows for which one it is.
ALTER TABLE inbox ADD COLUMN held_round BIGINT;

-- Every decision about a held mail; never changed.
CREATE TABLE held_word (
    inbox_id BIGINT NOT NULL REFERENCES inbox (id),
    -- Counts from 1.
    round BIGINT NOT NULL,
    word TEXT NOT NULL CHECK (word IN ('send', 'note', 'drop', 'disown', 'retry', 'back')),
    -- NULL: an administrator at the command line.
    person_id BIGINT REFERENCES person (id),
    -- Why it was held before.
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (inbox_id, round)
);
CREATE INDEX held_word_at ON held_word (at);

-- A secret in one person's mail about one held mail: a link, or a reply address. Only its hash is kept.
CREATE TABLE held_key (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('link', 'reply')),
    person_id BIGINT NOT NULL REFERENCES person (id),
    inbox_id BIGINT NOT NULL REFERENCES inbox (id),
    -- Good for the decision after so many.
    round BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX held_key_expiry ON held_key (expires_at);
