-- How many tickets with a public face a project has, by public status and type: lists of guests need not count them.
CREATE TABLE tally (
    project_id BIGINT NOT NULL REFERENCES project (id),
    face_status TEXT NOT NULL REFERENCES status (key),
    type_key TEXT NOT NULL,
    tickets BIGINT NOT NULL CHECK (tickets >= 0),
    PRIMARY KEY (project_id, face_status, type_key)
);
INSERT INTO tally (project_id, face_status, type_key, tickets)
    SELECT project_id, face_status, type_key, COUNT(*) FROM ticket WHERE face_shown = 1
    GROUP BY project_id, face_status, type_key;
DROP INDEX ticket_counts;
