-- 0008_ballots.sql - questions put to the group, one vote a person, and the ideas that people send.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE ballots (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,                 -- the question, as people read it
    series_id INTEGER REFERENCES series (id), -- who is asked; NULL = everybody who is signed up
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'OPEN', 'CLOSED', 'CANCELLED')), -- written by ballots_move() alone
    closes_ms INTEGER NOT NULL,          -- votes count until then
    asked INTEGER NOT NULL DEFAULT 0,    -- people the question was put to
    voters INTEGER NOT NULL DEFAULT 0,   -- of CLOSED: how many voted
    staff_id INTEGER NOT NULL DEFAULT 0, -- who wrote it
    created_ms INTEGER NOT NULL
);
CREATE INDEX ballots_open ON ballots (closes_ms) WHERE state = 'OPEN';

CREATE TABLE ballot_options (
    ballot_id INTEGER NOT NULL REFERENCES ballots (id),
    rank INTEGER NOT NULL CHECK (rank BETWEEN 1 AND 9),
    text TEXT NOT NULL,
    votes INTEGER NOT NULL DEFAULT 0,    -- of CLOSED: the result
    PRIMARY KEY (ballot_id, rank)
) /*sqlite: WITHOUT ROWID */;

-- While a ballot is open a vote may change; once it is closed only who voted is known (rank 0), not for what.
CREATE TABLE votes (
    ballot_id INTEGER NOT NULL REFERENCES ballots (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    rank INTEGER NOT NULL,
    PRIMARY KEY (ballot_id, contact_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX votes_contact ON votes (contact_id);

CREATE TABLE ideas (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER REFERENCES contacts (id), -- NULL once the person is forgotten
    words TEXT NOT NULL,                 -- theirs
    state TEXT NOT NULL CHECK (state IN ('NEW', 'KEPT', 'CLOSED')),
    at_ms INTEGER NOT NULL
);
CREATE INDEX ideas_state ON ideas (state, id);
CREATE INDEX ideas_contact ON ideas (contact_id);
