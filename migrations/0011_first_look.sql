-- What lay in a folder before the desk first looked into it, what the receiving server takes for junk, and the daily list.

-- The first look into each folder: what it covers is judged by its age, whatever comes later is new.
CREATE TABLE first_look (
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    -- It covers the UIDs below this one; NULL where UIDs have no order.
    below BIGINT,
    -- It covers these UIDs, eight bytes each, most significant first; NULL where `below` says it.
    uids BYTEA,
    began_at BIGINT NOT NULL,
    -- When all that it covers was in the ledger.
    ended_at BIGINT,
    -- When the staff was told of the old mail in it.
    told_at BIGINT,
    -- When they had been told before more of it came; NULL: no more came.
    told_before BIGINT,
    PRIMARY KEY (mailbox, folder)
);
CREATE INDEX first_look_untold ON first_look (mailbox) WHERE told_at IS NULL;

-- How a mail was found; NULL: it came after the first look.
ALTER TABLE inbox ADD COLUMN found TEXT CHECK (found IN ('first_look', 'answered'));
-- 1: it is old; 0: it is not. NULL: nobody has decided about it yet, or an earlier version did.
ALTER TABLE inbox ADD COLUMN old BIGINT CHECK (old IN (0, 1));
-- 1: it lay in the junk folder, or was marked as junk.
ALTER TABLE inbox ADD COLUMN junk BIGINT CHECK (junk IN (0, 1));
CREATE INDEX inbox_found ON inbox (mailbox, folder, found) WHERE found IS NOT NULL;
CREATE INDEX inbox_spam ON inbox (decided_at) WHERE disposition = 'spam';

-- Up to when people have been told by a list that comes regularly.
CREATE TABLE told (
    list TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL
);

-- One more event: the daily list of spam.
CREATE TABLE notify_new (
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- NULL: for all projects.
    project_id BIGINT REFERENCES project (id),
    event TEXT NOT NULL
        CHECK (event IN ('opened', 'customer', 'answer', 'note', 'change', 'assigned', 'failure', 'held', 'spam')),
    way TEXT NOT NULL CHECK (way IN ('mail', 'nothing'))
);
INSERT INTO notify_new (person_id, project_id, event, way) SELECT person_id, project_id, event, way FROM notify;
DROP TABLE notify;
ALTER TABLE notify_new RENAME TO notify;
CREATE UNIQUE INDEX notify_project ON notify (person_id, project_id, event) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX notify_everywhere ON notify (person_id, event) WHERE project_id IS NULL;
