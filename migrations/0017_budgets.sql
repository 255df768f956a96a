-- How much mail the desk writes because of others: what somebody is still owed of it, and which budgets are used up.

-- Something that happened on a ticket and that somebody has not been told yet, since there was much at once.
CREATE TABLE owed (
    id BIGINT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    -- What a reply to the mail about it becomes: the two never come in one mail.
    channel TEXT NOT NULL CHECK (channel IN ('public', 'internal')),
    -- The first and the last entry of it.
    first_ordinal BIGINT NOT NULL,
    last_ordinal BIGINT NOT NULL,
    -- Whether it waits because a budget is used up, and not only for its ticket's next mail.
    stopped BIGINT NOT NULL CHECK (stopped IN (0, 1)),
    due_at BIGINT NOT NULL,
    -- When it was done with; NULL: it waits.
    told_at BIGINT,
    -- The mail that tells of it, where it still was to be told.
    outbox_id BIGINT REFERENCES outbox (id)
);
CREATE INDEX owed_due ON owed (due_at) WHERE told_at IS NULL;
CREATE INDEX owed_ticket ON owed (ticket_id, person_id) WHERE told_at IS NULL;
CREATE INDEX owed_person ON owed (person_id, stopped) WHERE told_at IS NULL;
CREATE INDEX owed_outbox ON owed (outbox_id);

-- A budget that was used up, of one party.
CREATE TABLE budget_stop (
    id BIGINT NOT NULL PRIMARY KEY,
    budget TEXT NOT NULL,
    -- A person's or organization's id, a mail domain, or nothing where there is only one.
    party TEXT NOT NULL,
    -- The same for people to read.
    shown TEXT NOT NULL,
    -- How much was counted when it was last over.
    counted BIGINT NOT NULL,
    -- How often something was stopped.
    stopped BIGINT NOT NULL,
    -- The ticket of the last of it.
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    since BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    -- When the staff was told; NULL: not yet.
    told_at BIGINT,
    -- Somebody lets it go on: counting began anew then.
    resumed_at BIGINT,
    -- NULL: an administrator at the command line.
    resumed_by BIGINT REFERENCES person (id),
    UNIQUE (budget, party)
);
CREATE INDEX budget_stop_last ON budget_stop (last_at);
CREATE INDEX budget_stop_untold ON budget_stop (since) WHERE told_at IS NULL;

-- What budgets count.
CREATE INDEX entry_author ON entry (author_id, at);
CREATE INDEX entry_at ON entry (at);
CREATE INDEX outbox_kind ON outbox (kind, created_at);
CREATE INDEX outbox_about ON outbox (person_id, ticket_id, created_at);
