-- What lets somebody in belongs to the address that it went to, and ends with it.
ALTER TABLE sign_in ADD COLUMN address TEXT;
ALTER TABLE session ADD COLUMN address TEXT;
ALTER TABLE held_key ADD COLUMN address TEXT;
-- What is out there went to the address that mail is sent to, as far as anybody knows. Sessions keep NULL: not known.
UPDATE sign_in SET address = (SELECT person_address.address FROM person_address
    WHERE person_address.person_id = sign_in.person_id AND person_address.position = 0);
UPDATE held_key SET address = (SELECT person_address.address FROM person_address
    WHERE person_address.person_id = held_key.person_id AND person_address.position = 0);

-- A browser that has signed in before, by the hash of its secret, and with which address. It lets nobody in: for that
-- address the browser is only not counted among strangers.
CREATE TABLE known_browser (
    hash TEXT NOT NULL,
    address TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES person (id),
    -- When it last signed in with it.
    at BIGINT NOT NULL,
    PRIMARY KEY (hash, address)
);
CREATE INDEX known_browser_person ON known_browser (person_id);
CREATE INDEX known_browser_at ON known_browser (at);
CREATE INDEX held_key_person ON held_key (person_id);
