-- Files that are too large for a mail: in its place one reader has a link, for a while.
CREATE TABLE file_link (
    -- Of the secret in the link.
    hash TEXT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    entry_id BIGINT NOT NULL REFERENCES entry (id),
    blob TEXT NOT NULL REFERENCES blob (hash),
    expires_at BIGINT NOT NULL
);
CREATE INDEX file_link_expires ON file_link (expires_at);
