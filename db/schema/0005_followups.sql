-- 0005_followups.sql - check-ins after a first contract, and conversations that wait for a human.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE followups (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    contract_date TEXT NOT NULL,         -- first day of the first contract
    kind TEXT NOT NULL,                  -- "cdi", "cdd", "interim"...
    ends TEXT NOT NULL DEFAULT '',       -- last day of a fixed-term contract
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_ms INTEGER NOT NULL,
    UNIQUE (contact_id, contract_date)
);

CREATE TABLE waves (
    id INTEGER PRIMARY KEY,
    followup_id INTEGER NOT NULL REFERENCES followups (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id), -- as the follow-up's
    month INTEGER NOT NULL CHECK (month IN (3, 6, 9, 12)),
    due TEXT NOT NULL,                   -- contract_date + month
    state TEXT NOT NULL CHECK (state IN ('PLANNED', 'ASKED', 'PARTIAL', 'DONE', 'UNREACHED', 'REFUSED',
                                         'CANCELLED')), -- written by followups_move() alone
    attempts INTEGER NOT NULL DEFAULT 0, -- times asked
    asked_ms INTEGER NOT NULL DEFAULT 0, -- last time
    answered_ms INTEGER NOT NULL DEFAULT 0,
    situation TEXT NOT NULL DEFAULT '',  -- "cdi"... in the words of the office's list
    success TEXT NOT NULL DEFAULT '',    -- what went well; free words, emptied by retention and erasure
    difficulty TEXT NOT NULL DEFAULT '', -- what is difficult
    need TEXT NOT NULL DEFAULT '',       -- what would help
    called_ms INTEGER NOT NULL DEFAULT 0,-- an advisor phoned
    called_by INTEGER NOT NULL DEFAULT 0,-- staff
    call_note TEXT NOT NULL DEFAULT '',
    UNIQUE (followup_id, month)
);
CREATE INDEX waves_planned ON waves (due, id) WHERE state = 'PLANNED';
CREATE INDEX waves_calls ON waves (due, id) WHERE state = 'UNREACHED';
CREATE INDEX waves_contact ON waves (contact_id, due);

CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'TAKEN', 'CLOSED')),
    reason TEXT NOT NULL,                -- "unclear", "human", "distress", "need"...
    quote TEXT NOT NULL DEFAULT '',      -- the person's words; emptied by erasure
    team TEXT NOT NULL DEFAULT '',       -- '' = the referent's
    urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
    pause INTEGER NOT NULL DEFAULT 0 CHECK (pause IN (0, 1)), -- automation waits until it is closed
    owner_id INTEGER NOT NULL DEFAULT 0, -- who should answer; 0 = anybody
    taken_by INTEGER NOT NULL DEFAULT 0,
    closed_by INTEGER NOT NULL DEFAULT 0,
    opened_ms INTEGER NOT NULL,
    taken_ms INTEGER NOT NULL DEFAULT 0,
    closed_ms INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX cases_one ON cases (contact_id) WHERE state IN ('OPEN', 'TAKEN');
CREATE INDEX cases_contact ON cases (contact_id, id);
