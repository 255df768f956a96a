-- One text for SQLite and PostgreSQL: BIGINT, TEXT and BYTEA only. Ids are made in Rust, times are microseconds since
-- 1970 in UTC, truth is 0 or 1, enumerations are TEXT with a CHECK.

CREATE TABLE desk (
    id BIGINT NOT NULL PRIMARY KEY,
    -- Random; new after a restore, so that secrets of another life of this desk are worth nothing.
    epoch TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Gapless numbers that are handed out inside the transaction that uses them.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- What one node at a time may do. The epoch grows with each change of hands and fences off whoever woke up late.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    epoch BIGINT NOT NULL
);

---------------------------------------------------------------------------------------------------- people

CREATE TABLE person (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'contact')),
    name TEXT NOT NULL,
    -- What outsiders are shown instead of the name of a staff member.
    public_name TEXT,
    language TEXT CHECK (language IN ('de', 'en')),
    time_zone TEXT,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL
);

CREATE TABLE person_address (
    -- Lower case, made in Rust.
    address TEXT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- 0 is the one that mail is sent to.
    position BIGINT NOT NULL
);
CREATE INDEX person_address_person ON person_address (person_id);

CREATE TABLE organization (
    id BIGINT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Where its people's tickets go; without one, its oldest project.
    default_project_id BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE organization_domain (
    domain TEXT NOT NULL PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organization (id)
);

CREATE TABLE member (
    organization_id BIGINT NOT NULL REFERENCES organization (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    login_allowed BIGINT NOT NULL CHECK (login_allowed IN (0, 1)),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, person_id)
);
CREATE INDEX member_person ON member (person_id);

---------------------------------------------------------------------------------------------------- projects

CREATE TABLE project (
    id BIGINT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'internal', 'reception')),
    organization_id BIGINT REFERENCES organization (id),
    -- The number of its newest ticket.
    last_number BIGINT NOT NULL,
    -- Stands under answers instead of the signatures of staff; may be empty.
    signature TEXT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((kind = 'customer' AND organization_id IS NOT NULL) OR (kind <> 'customer' AND organization_id IS NULL))
);
CREATE INDEX project_organization ON project (organization_id);

CREATE TABLE project_alias (
    address TEXT NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id)
);

CREATE TABLE project_staff (
    project_id BIGINT NOT NULL REFERENCES project (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    PRIMARY KEY (project_id, person_id)
);

CREATE TABLE task_type (
    project_id BIGINT NOT NULL REFERENCES project (id),
    key TEXT NOT NULL,
    name_de TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (project_id, key)
);

CREATE TABLE status (
    key TEXT NOT NULL PRIMARY KEY,
    category TEXT NOT NULL CHECK (category IN ('open', 'in_progress', 'waiting', 'done')),
    name_de TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position BIGINT NOT NULL
);
INSERT INTO status (key, category, name_de, name_en, position) VALUES
    ('open', 'open', 'offen', 'open', 0),
    ('in_progress', 'in_progress', 'in Arbeit', 'in progress', 1),
    ('waiting', 'waiting', 'wartet', 'waiting', 2),
    ('done', 'done', 'erledigt', 'done', 3);

CREATE TABLE priority (
    key TEXT NOT NULL PRIMARY KEY,
    rank BIGINT NOT NULL,
    name_de TEXT NOT NULL,
    name_en TEXT NOT NULL
);
INSERT INTO priority (key, rank, name_de, name_en) VALUES
    ('low', 0, 'niedrig', 'low'),
    ('normal', 1, 'normal', 'normal'),
    ('high', 2, 'hoch', 'high'),
    ('urgent', 3, 'dringend', 'urgent');

CREATE TABLE article (
    id BIGINT NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Markdown.
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'staff', 'published')),
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (project_id, slug)
);

---------------------------------------------------------------------------------------------------- content

-- Bytes by the SHA-256 of their plain form, deflated, in chunks of bounded size.
CREATE TABLE blob (
    hash TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL
);
CREATE TABLE blob_chunk (
    hash TEXT NOT NULL REFERENCES blob (hash),
    position BIGINT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (hash, position)
);

---------------------------------------------------------------------------------------------------- the inbox

-- The ledger: one row for every mail ever seen, in the order of arrival.
CREATE TABLE inbox (
    id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL UNIQUE,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uidvalidity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    -- The raw mail; NULL only where it was too large to fetch and stays on the server.
    blob TEXT REFERENCES blob (hash),
    size BIGINT NOT NULL,
    -- When the server received it, and when we did.
    server_at BIGINT,
    received_at BIGINT NOT NULL,
    -- Counted and committed before each attempt to understand it.
    attempts BIGINT NOT NULL,
    message_id TEXT,
    content_hash TEXT,
    sender TEXT,
    subject TEXT,
    disposition TEXT CHECK (disposition IN ('ticket', 'comment', 'note', 'command', 'outgoing_copy', 'duplicate', 'bounce',
        'auto_reply', 'complaint', 'spam', 'held', 'ignored')),
    reason TEXT,
    ticket_id BIGINT,
    -- A human's word on a held mail, obeyed at the next attempt.
    release TEXT CHECK (release IN ('as_is', 'public', 'note')),
    decided_at BIGINT,
    UNIQUE (mailbox, folder, uidvalidity, uid)
);
CREATE INDEX inbox_message_id ON inbox (message_id);
CREATE INDEX inbox_content_hash ON inbox (content_hash);
CREATE INDEX inbox_disposition ON inbox (disposition, position);

-- How each configured mailbox was last found.
CREATE TABLE mailbox_state (
    mailbox TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('ok', 'failing')),
    -- What is wrong, in words; empty while all is well.
    words TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    -- When it was last ok; NULL when never.
    ok_at BIGINT
);

---------------------------------------------------------------------------------------------------- tickets

CREATE TABLE ticket (
    id BIGINT NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id),
    number BIGINT NOT NULL,
    type_key TEXT NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL REFERENCES status (key),
    priority TEXT NOT NULL REFERENCES priority (key),
    progress BIGINT NOT NULL CHECK (progress BETWEEN 0 AND 100),
    assignee_id BIGINT REFERENCES person (id),
    requester_id BIGINT REFERENCES person (id),
    due_at BIGINT,
    -- The mailbox it came through: its address answers.
    mailbox TEXT NOT NULL,
    -- The subject as the customer wrote it; answers carry it on.
    subject TEXT NOT NULL,
    -- A random id that is the common root of all mails about it in a mail client.
    thread_root TEXT NOT NULL,
    last_ordinal BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- The public face: the fold over its public entries, and all that outsiders see of the above.
    face_status TEXT NOT NULL REFERENCES status (key),
    face_priority TEXT NOT NULL REFERENCES priority (key),
    face_progress BIGINT NOT NULL CHECK (face_progress BETWEEN 0 AND 100),
    face_assignee_id BIGINT REFERENCES person (id),
    face_due_at BIGINT,
    face_comments BIGINT NOT NULL,
    face_activity_at BIGINT NOT NULL,
    UNIQUE (project_id, number)
);
CREATE INDEX ticket_requester ON ticket (requester_id);

CREATE TABLE participant (
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);

CREATE TABLE entry (
    id BIGINT NOT NULL PRIMARY KEY,
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('comment', 'change', 'time', 'delivery')),
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'internal')),
    -- NULL: the desk itself, or a sender without identity.
    author_id BIGINT REFERENCES person (id),
    at BIGINT NOT NULL,
    text TEXT NOT NULL,
    -- What changed, for kind 'change'.
    field TEXT,
    old_value TEXT,
    new_value TEXT,
    -- The mail it came from.
    inbox_id BIGINT REFERENCES inbox (id),
    UNIQUE (ticket_id, ordinal),
    CHECK ((kind = 'change') = (field IS NOT NULL))
);
CREATE INDEX entry_inbox ON entry (inbox_id);

CREATE TABLE attachment (
    id BIGINT NOT NULL PRIMARY KEY,
    entry_id BIGINT NOT NULL REFERENCES entry (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    inline BIGINT NOT NULL CHECK (inline IN (0, 1)),
    content_id TEXT,
    blob TEXT NOT NULL REFERENCES blob (hash),
    UNIQUE (entry_id, position)
);

-- Which Message-ID belongs to which ticket: ours, and those of the mails that became its entries.
CREATE TABLE message_ref (
    id BIGINT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    entry_id BIGINT REFERENCES entry (id),
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'internal')),
    ours BIGINT NOT NULL CHECK (ours IN (0, 1)),
    at BIGINT NOT NULL
);
CREATE INDEX message_ref_message_id ON message_ref (message_id);
CREATE INDEX message_ref_ticket ON message_ref (ticket_id, at);

CREATE TABLE reply_token (
    -- SHA-256 of the secret; the secret itself stands only in one person's mail.
    hash TEXT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    channel TEXT NOT NULL CHECK (channel IN ('public', 'internal')),
    -- The last entry that the mail it stood in had seen.
    seen_ordinal BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX reply_token_person ON reply_token (person_id);

---------------------------------------------------------------------------------------------------- the outbox

CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL UNIQUE,
    -- What the mail is: answer, done, acknowledgement, notification, question ...
    kind TEXT NOT NULL,
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
    state TEXT NOT NULL CHECK (state IN ('queued', 'accepted', 'deferred', 'failed', 'bounced', 'withdrawn')),
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    -- The server's last words.
    answer TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_person ON outbox (person_id, kind, created_at);

CREATE TABLE delivery (
    id BIGINT NOT NULL PRIMARY KEY,
    outbox_id BIGINT NOT NULL REFERENCES outbox (id),
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX delivery_outbox ON delivery (outbox_id, at);
