-- What a link in a mail's head is for: a reader who wants no more mail about a ticket (RFC 8058). Each mail has its own.
CREATE TABLE unsubscribe (
    hash TEXT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    created_at BIGINT NOT NULL
);
