-- Guests: roles, sessions, and what pages need to know of tickets.

-- A named set of permissions. The desk's own roles have a key and cannot be changed.
CREATE TABLE role (
    id BIGINT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    parent_id BIGINT REFERENCES role (id) CHECK (parent_id <> id),
    built_in BIGINT NOT NULL CHECK (built_in IN (0, 1)),
    created_at BIGINT NOT NULL
);

-- What a role says itself; what it does not say it inherits. The CHECK is the ceiling: no guest role can hold more.
CREATE TABLE role_permission (
    role_id BIGINT NOT NULL REFERENCES role (id),
    permission TEXT NOT NULL CHECK (permission IN ('see_all_tickets', 'create_tickets', 'comment', 'attach', 'close', 'set_priority',
        'see_assignee', 'documentation', 'big_picture', 'time_entries', 'invite_colleagues')),
    effect TEXT NOT NULL CHECK (effect IN ('allowed', 'denied')),
    PRIMARY KEY (role_id, permission)
);

INSERT INTO role (id, key, name, parent_id, built_in, created_at) VALUES
    (1, 'guest', 'Guest', NULL, 1, 0),
    (2, 'guest-with-time', 'Guest with time tracking', 1, 1, 0);
INSERT INTO role_permission (role_id, permission, effect) VALUES
    (1, 'see_all_tickets', 'allowed'),
    (1, 'create_tickets', 'allowed'),
    (1, 'comment', 'allowed'),
    (1, 'attach', 'allowed'),
    (1, 'close', 'allowed'),
    (1, 'set_priority', 'denied'),
    (1, 'see_assignee', 'allowed'),
    (1, 'documentation', 'allowed'),
    (1, 'big_picture', 'allowed'),
    (1, 'time_entries', 'denied'),
    (1, 'invite_colleagues', 'denied'),
    (2, 'time_entries', 'allowed');

-- The role of a member; the built-in Guest where NULL.
ALTER TABLE member ADD COLUMN role_id BIGINT REFERENCES role (id);

-- A browser that is signed in. Only the hash of its secret is kept.
CREATE TABLE session (
    hash TEXT NOT NULL PRIMARY KEY,
    -- A random name for lists, which is no secret.
    id BIGINT NOT NULL UNIQUE,
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- Binds forms to this session.
    csrf TEXT NOT NULL,
    browser TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_person ON session (person_id);

-- A link or code that lets somebody sign in once. Whoever may not sign in leaves a row without a person, so that asking is
-- the same for everybody.
CREATE TABLE sign_in (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'sign_in')),
    person_id BIGINT REFERENCES person (id),
    -- Whose guest an invitation makes somebody.
    organization_id BIGINT REFERENCES organization (id),
    -- Hash of the browser that asked and alone may use the code, and of the six-digit code together with that browser's secret.
    browser_hash TEXT,
    code_hash TEXT,
    tries BIGINT NOT NULL,
    next_path TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX sign_in_person ON sign_in (person_id, created_at);
CREATE INDEX sign_in_browser ON sign_in (browser_hash);
CREATE INDEX sign_in_expiry ON sign_in (expires_at);

-- Attempts, for limits: by address and by network.
CREATE TABLE attempt (
    id BIGINT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX attempt_subject ON attempt (subject, at);
CREATE INDEX attempt_at ON attempt (at);

-- Correspondents who want no mail about a ticket although they take part in it.
CREATE TABLE muted (
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);

-- How long an entry of kind 'time' took. Rates are nowhere in Postroom.
CREATE TABLE time_spent (
    entry_id BIGINT NOT NULL PRIMARY KEY REFERENCES entry (id),
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    worked_on BIGINT NOT NULL
);

-- What a new ticket of this type is asked for.
ALTER TABLE task_type ADD COLUMN template_de TEXT;
ALTER TABLE task_type ADD COLUMN template_en TEXT;
-- A type that customers do not choose themselves.
ALTER TABLE task_type ADD COLUMN staff_only BIGINT;

-- A picture or file that belongs to a project's documentation.
CREATE TABLE article_file (
    id BIGINT NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    blob TEXT NOT NULL REFERENCES blob (hash),
    UNIQUE (project_id, name)
);

-- What guests find of tickets: one row for each public text, folded for search. Articles are folded as they are read;
-- staff search elsewhere.
CREATE TABLE public_text (
    id BIGINT NOT NULL PRIMARY KEY,
    project_id BIGINT NOT NULL REFERENCES project (id),
    ticket_id BIGINT REFERENCES ticket (id),
    entry_id BIGINT REFERENCES entry (id),
    folded TEXT NOT NULL
);
CREATE INDEX public_text_project ON public_text (project_id);
CREATE INDEX public_text_ticket ON public_text (ticket_id);
CREATE INDEX public_text_entry ON public_text (entry_id);

-- Forms that were taken, so that a second click does not do it twice: the hash of person and form.
CREATE TABLE form_taken (
    hash TEXT NOT NULL PRIMARY KEY,
    -- What the form made, once it has.
    ticket_id BIGINT REFERENCES ticket (id),
    at BIGINT NOT NULL
);
