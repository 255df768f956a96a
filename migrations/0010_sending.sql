-- Sending over several connections: how urgent a mail is, when it was last tried, how often nobody knows what became of
-- it; two more ends of a mail; a pause. A CHECK cannot be changed in place on both databases: the tables are made anew.

DROP INDEX outbox_due;
DROP INDEX outbox_person;
DROP INDEX delivery_outbox;
ALTER TABLE delivery RENAME TO delivery_before;
ALTER TABLE outbox RENAME TO outbox_before;

CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL UNIQUE,
    -- What the mail is: answer, done, acknowledgement, notification, question ...
    kind TEXT NOT NULL,
    -- Lower goes first: 0 links that somebody waits for, 1 what people write and do, 2 what the desk says by itself.
    urgency BIGINT NOT NULL DEFAULT 2,
    audience TEXT NOT NULL CHECK (audience IN ('staff', 'outsider')),
    person_id BIGINT NOT NULL REFERENCES person (id),
    recipient TEXT NOT NULL,
    -- NULL is the null reverse-path (RFC 5321 section 4.5.5).
    envelope_from TEXT,
    message_id TEXT NOT NULL UNIQUE,
    ticket_id BIGINT REFERENCES ticket (id),
    entry_id BIGINT REFERENCES entry (id),
    -- The mail as it was written, without the bytes of its attachments.
    draft TEXT NOT NULL,
    -- Whether secrets have been taken out of the draft, since it is not sent again.
    redacted BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'accepted', 'deferred', 'failed', 'unknown', 'bounced', 'withdrawn', 'dropped')),
    -- When a deferred mail is tried again, by the clock that all nodes share.
    due_at BIGINT NOT NULL,
    -- Tries begun; names the one that a result belongs to.
    attempts BIGINT NOT NULL,
    -- When the last of them was begun.
    tried_at BIGINT,
    -- How many of them ended after the mail had been handed over, and before the server's word.
    unknowns BIGINT NOT NULL DEFAULT 0,
    -- By the database's clock; 0: nobody is at it.
    leased_until BIGINT NOT NULL,
    -- The server's last words.
    answer TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
INSERT INTO outbox (id, position, kind, urgency, audience, person_id, recipient, envelope_from, message_id, ticket_id, entry_id,
        draft, redacted, state, due_at, attempts, tried_at, unknowns, leased_until, answer, created_at, ended_at)
    SELECT id, position, kind,
        CASE WHEN kind IN ('sign_in', 'invitation', 'claim', 'held_notice', 'guard') THEN 0
            WHEN kind IN ('answer', 'done', 'welcome', 'notification') THEN 1 ELSE 2 END,
        audience, person_id, recipient, envelope_from, message_id, ticket_id, entry_id, draft, 0, state, due_at, attempts,
        NULL, 0, 0, answer, created_at, ended_at
    FROM outbox_before;

CREATE TABLE delivery (
    id BIGINT NOT NULL PRIMARY KEY,
    outbox_id BIGINT NOT NULL REFERENCES outbox (id),
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL
);
INSERT INTO delivery (id, outbox_id, at, outcome, answer) SELECT id, outbox_id, at, outcome, answer FROM delivery_before;
DROP TABLE delivery_before;
DROP TABLE outbox_before;

CREATE INDEX outbox_person ON outbox (person_id, kind, created_at);
CREATE INDEX outbox_waiting ON outbox (urgency, position) WHERE state IN ('queued', 'deferred');
-- An earlier mail to the same person about the same ticket.
CREATE INDEX outbox_order ON outbox (person_id, ticket_id, position) WHERE state IN ('queued', 'deferred');
CREATE INDEX outbox_secrets ON outbox (id) WHERE redacted = 0;
CREATE INDEX delivery_outbox ON delivery (outbox_id, at);

-- While there is a row, nothing is sent.
CREATE TABLE outbox_pause (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    since BIGINT NOT NULL,
    -- By the clock that all nodes share; NULL: until somebody ends it.
    until BIGINT
);
