-- 0004_meetups.sql - series, meetups, places, and what people said.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,           -- short: what flows and keywords use
    title TEXT NOT NULL,                 -- what people read
    rule TEXT NOT NULL,                  -- RRULE: "FREQ=MONTHLY;BYDAY=1WE"
    start_day TEXT NOT NULL,             -- first possible day
    at TEXT NOT NULL,                    -- civil time: "14:00"
    zone TEXT NOT NULL,                  -- "Europe/Paris"
    duration_min INTEGER NOT NULL,
    venue TEXT NOT NULL DEFAULT '',      -- where
    way TEXT NOT NULL DEFAULT '',        -- how to get there
    capacity INTEGER NOT NULL DEFAULT 0, -- 0 = no limit
    invite_days INTEGER NOT NULL DEFAULT 10, -- invitations leave so many days before
    offer_ms INTEGER NOT NULL DEFAULT 0, -- a freed place is offered so long; 0 = given at once
    owner_id INTEGER REFERENCES staff (id), -- who animates it; NULL = nobody
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    left_count INTEGER NOT NULL DEFAULT 0,  -- people who left, without names
    created_ms INTEGER NOT NULL
);

CREATE TABLE members (
    series_id INTEGER NOT NULL REFERENCES series (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    role TEXT NOT NULL CHECK (role IN ('collaborateur', 'pilote')),
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (series_id, contact_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX members_contact ON members (contact_id);

CREATE TABLE meetups (
    id INTEGER PRIMARY KEY,
    series_id INTEGER REFERENCES series (id), -- NULL = a single event
    title TEXT NOT NULL,
    day TEXT NOT NULL,                   -- civil day in zone; a series has at most one a day
    starts_ms INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    zone TEXT NOT NULL,
    venue TEXT NOT NULL DEFAULT '',
    way TEXT NOT NULL DEFAULT '',
    capacity INTEGER NOT NULL DEFAULT 0, -- seats, guests included; 0 = no limit
    offer_ms INTEGER NOT NULL DEFAULT 0, -- a freed place is offered so long; 0 = given at once
    state TEXT NOT NULL CHECK (state IN ('PLANNED', 'OPEN', 'DONE', 'CANCELLED')),
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0), -- seats held by YES and OFFERED; written by places.c only
    answers INTEGER NOT NULL DEFAULT 0,  -- counts answers: gives the rank, and its update locks the meetup
    owner_id INTEGER REFERENCES staff (id), -- who animates it; NULL = the series' owner
    created_ms INTEGER NOT NULL,
    UNIQUE (series_id, day)
);
CREATE INDEX meetups_start ON meetups (starts_ms);

CREATE TABLE places (
    meetup_id INTEGER NOT NULL REFERENCES meetups (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    state TEXT NOT NULL CHECK (state IN ('INVITED', 'YES', 'WAITING', 'OFFERED', 'NO', 'MAYBE', 'CANCELLED',
                                         'CAME', 'ABSENT', 'EXCUSED')), -- written by places_move() alone
    rank INTEGER NOT NULL DEFAULT 0,     -- order of the yes; 0 = has not said yes
    guests INTEGER NOT NULL DEFAULT 0 CHECK (guests BETWEEN 0 AND 9),
    note TEXT NOT NULL DEFAULT '',       -- the person's words
    invited_ms INTEGER NOT NULL DEFAULT 0,
    answered_ms INTEGER NOT NULL DEFAULT 0,
    offered_until_ms INTEGER NOT NULL DEFAULT 0, -- of OFFERED
    late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)), -- told that they come late
    far INTEGER NOT NULL DEFAULT 0 CHECK (far IN (0, 1)),   -- "trop loin" was counted
    opined INTEGER NOT NULL DEFAULT 0 CHECK (opined IN (0, 1)), -- gave an opinion; which one is nowhere
    PRIMARY KEY (meetup_id, contact_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX places_contact ON places (contact_id, meetup_id);
CREATE INDEX places_waiting ON places (meetup_id, rank) WHERE state IN ('WAITING', 'OFFERED');

-- Anonymous: no contact, no time, and an id drawn at random so that rows have no order.
CREATE TABLE feedbacks (
    id INTEGER PRIMARY KEY,
    meetup_id INTEGER NOT NULL REFERENCES meetups (id),
    rating INTEGER NOT NULL DEFAULT 0,   -- 0 = words only
    words TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feedbacks_meetup ON feedbacks (meetup_id);

CREATE TABLE too_far (
    meetup_id INTEGER NOT NULL REFERENCES meetups (id),
    commune TEXT NOT NULL,               -- the person's, as a name
    n INTEGER NOT NULL,
    PRIMARY KEY (meetup_id, commune)
) /*sqlite: WITHOUT ROWID */;
