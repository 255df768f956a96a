-- A code that was mailed to an address from which somebody wrote to a staff member's reply address: entered by the signed-in
-- owner of the reply address, it makes the address theirs.
CREATE TABLE address_claim (
    id BIGINT NOT NULL PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES person (id),
    inbox_id BIGINT NOT NULL REFERENCES inbox (id),
    address TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX address_claim_person ON address_claim (person_id, created_at);
