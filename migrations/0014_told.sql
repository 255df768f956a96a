-- Who has been told of held mails, and who is still to be.

-- One row for a mail and a member of staff.
CREATE TABLE held_told (
    inbox_id BIGINT NOT NULL REFERENCES inbox (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- As what they are told: the proven author, whom it merely names, or one of the staff. Each is counted by itself.
    part TEXT NOT NULL CHECK (part IN ('author', 'named', 'staff')),
    -- When they were told last; NULL: not yet.
    told_at BIGINT,
    -- By which mail of ours.
    message_id TEXT,
    -- When they are told together with others; NULL: nothing is due.
    due_at BIGINT,
    -- When a mail that was to tell them turned out not to have arrived.
    failed_at BIGINT,
    -- 1: by the list of the morning only, which is not counted as a notice.
    listed BIGINT NOT NULL CHECK (listed IN (0, 1)),
    PRIMARY KEY (inbox_id, person_id)
);
CREATE INDEX held_told_due ON held_told (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX held_told_person ON held_told (person_id, part, told_at);
CREATE INDEX held_told_mail ON held_told (message_id) WHERE message_id IS NOT NULL;

-- The held mail that this one answers and waits for: the first, where several hang together.
ALTER TABLE inbox ADD COLUMN waits_for BIGINT REFERENCES inbox (id);
CREATE INDEX inbox_waits_for ON inbox (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX inbox_held ON inbox (decided_at) WHERE disposition = 'held';
-- The beginning of a mail whose bytes are not here: its header, so that it has a sender and a subject.
ALTER TABLE inbox ADD COLUMN head BYTEA;
