-- Who was a member once: what the membership opened stays closed to them, also by the domain of their address.
CREATE TABLE former_member (
    organization_id BIGINT NOT NULL REFERENCES organization (id),
    person_id BIGINT NOT NULL REFERENCES person (id),
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, person_id)
);
CREATE INDEX former_member_person ON former_member (person_id);

-- When somebody of the staff let a participant take part; NULL for who joined by themselves or by a colleague's word.
ALTER TABLE participant ADD COLUMN approved_at BIGINT;

-- What the receiving server says of the sender's domain, where it was asked.
ALTER TABLE inbox ADD COLUMN evidence TEXT CHECK (evidence IN ('pass', 'fail', 'none'));
