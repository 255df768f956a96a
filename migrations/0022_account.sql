-- What guests set for themselves: of what they get mail. What answers a mail or a form of theirs always comes.
ALTER TABLE person ADD COLUMN mails TEXT NOT NULL DEFAULT 'all' CHECK (mails IN ('all', 'own', 'none'));

-- The language of the latest mail that somebody outside wrote themselves, where it could be told. Their own setting beats it.
ALTER TABLE person ADD COLUMN wrote_in TEXT CHECK (wrote_in IN ('de', 'en'));

-- The language of people of whom none is known.
ALTER TABLE organization ADD COLUMN language TEXT CHECK (language IN ('de', 'en'));

-- How far somebody outside the staff has seen a ticket on its page: the last public comment or status that stood there.
CREATE TABLE seen (
    person_id BIGINT NOT NULL REFERENCES person (id),
    ticket_id BIGINT NOT NULL REFERENCES ticket (id),
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (person_id, ticket_id)
);
-- What was there before is no news.
INSERT INTO seen (person_id, ticket_id, ordinal) SELECT requester_id, id, last_ordinal FROM ticket WHERE requester_id IS NOT NULL;
INSERT INTO seen (person_id, ticket_id, ordinal) SELECT participant.person_id, participant.ticket_id, ticket.last_ordinal
    FROM participant JOIN ticket ON ticket.id = participant.ticket_id
    WHERE ticket.requester_id IS NULL OR ticket.requester_id <> participant.person_id;
