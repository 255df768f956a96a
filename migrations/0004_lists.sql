-- Whether there is anything public about a ticket, as a part of its face: the lists of guests need not look for it.
ALTER TABLE ticket ADD COLUMN face_shown BIGINT NOT NULL DEFAULT 0 CHECK (face_shown IN (0, 1));
UPDATE ticket SET face_shown = 1 WHERE EXISTS (SELECT 1 FROM entry WHERE entry.ticket_id = ticket.id
    AND entry.visibility = 'public' AND entry.kind IN ('comment', 'change'));
-- To count by state and type, and to read the newest first.
CREATE INDEX ticket_counts ON ticket (project_id, face_shown, face_status, type_key);
CREATE INDEX ticket_newest ON ticket (project_id, face_shown, face_activity_at, number);
CREATE INDEX participant_person ON participant (person_id);
