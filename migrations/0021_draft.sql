-- What somebody had typed when their session ran out: it waits for them, and not for long.
CREATE TABLE draft (
    person_id BIGINT NOT NULL REFERENCES person (id),
    path TEXT NOT NULL,
    type_key TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, path)
);
