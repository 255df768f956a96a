-- Of what members of staff are told by mail, where that is not the default, and what their mail programs sign with.

-- One wish of one person: the one for a project beats the one for all projects, and both beat the default.
CREATE TABLE notify (
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- NULL: for all projects.
    project_id BIGINT REFERENCES project (id),
    event TEXT NOT NULL CHECK (event IN ('opened', 'customer', 'answer', 'note', 'change', 'assigned', 'failure', 'held')),
    way TEXT NOT NULL CHECK (way IN ('mail', 'nothing'))
);
CREATE UNIQUE INDEX notify_project ON notify (person_id, project_id, event) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX notify_everywhere ON notify (person_id, event) WHERE project_id IS NULL;

-- The last lines of the latest mails of a member of staff: what stands under all of them is a signature.
CREATE TABLE mail_end (
    id BIGINT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX mail_end_person ON mail_end (person_id, at);
