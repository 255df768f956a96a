-- Words that staff sort tickets by. Nobody else sees them.
CREATE TABLE ticket_tag (
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    -- Lower case, made in Rust.
    tag TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, tag)
);
