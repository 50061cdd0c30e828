-- 0006_broadcasts.sql - one text to many.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,                 -- for staff
    text TEXT NOT NULL,                  -- what people read
    lang TEXT NOT NULL DEFAULT '',
    segment TEXT NOT NULL,               -- JSON, for display; the query uses the terms and the columns below
    born_from TEXT NOT NULL DEFAULT '',  -- segment: born on or after
    born_to TEXT NOT NULL DEFAULT '',    -- segment: born on or before
    enrolled_only INTEGER NOT NULL DEFAULT 1 CHECK (enrolled_only IN (0, 1)),
    referent_id INTEGER NOT NULL DEFAULT 0, -- segment: this advisor's people; 0 = all
    from_ms INTEGER NOT NULL DEFAULT 0,  -- window of sending
    until_ms INTEGER NOT NULL DEFAULT 0, -- 0 = no end
    answers_until_ms INTEGER NOT NULL DEFAULT 0, -- replies count until; 0 = open
    flow TEXT NOT NULL DEFAULT '',       -- started for each person; '' = only the text
    state TEXT NOT NULL CHECK (state IN ('DRAFT', 'CONFIRMED', 'SENDING', 'DONE', 'CANCELLED')),
    answers INTEGER NOT NULL DEFAULT 0,  -- counts replies: gives their number
    after_id INTEGER NOT NULL DEFAULT 0, -- people up to this contact were handed to the outbox
    staff_id INTEGER NOT NULL DEFAULT 0, -- who wrote it
    created_ms INTEGER NOT NULL,
    confirmed_ms INTEGER NOT NULL DEFAULT 0,
    done_ms INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX broadcasts_open ON broadcasts (from_ms, id) WHERE state IN ('CONFIRMED', 'SENDING');

-- The segment's alternatives: values of one kind are joined by "or", kinds by "and".
CREATE TABLE broadcast_terms (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    kind TEXT NOT NULL CHECK (kind IN ('tag', 'insee', 'series')),
    value TEXT NOT NULL,                 -- tag, code; '' for series
    number INTEGER NOT NULL DEFAULT 0,   -- series id
    PRIMARY KEY (broadcast_id, kind, value, number)
) /*sqlite: WITHOUT ROWID */;

CREATE TABLE broadcast_people (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    contact_id INTEGER NOT NULL,         -- selected at confirmation
    step TEXT NOT NULL CHECK (step IN ('WAITING', 'QUEUED', 'SKIPPED')),
    outbox_id INTEGER NOT NULL DEFAULT 0,-- its message; 0 = none (yet), or a flow was started
    reason TEXT NOT NULL DEFAULT '',     -- of SKIPPED
    answer TEXT NOT NULL DEFAULT '',     -- "yes", "no" or the words
    rank INTEGER NOT NULL DEFAULT 0,     -- order of arrival of the answer
    answered_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (broadcast_id, contact_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX broadcast_people_contact ON broadcast_people (contact_id, broadcast_id);
