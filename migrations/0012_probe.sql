-- What is written and taken out again to find out whether there is room.
CREATE TABLE probe (
    id BIGINT NOT NULL PRIMARY KEY,
    data BYTEA NOT NULL
);
