-- 0009_calls.sql - web-hooks that conversations asked for, until their answer was heard.
-- SPDX-License-Identifier: EUPL-1.2

-- A row is made in the turn that asks and deleted in the turn that hears the answer. No key of the service called is
-- ever here: the configuration names it, the job adds it just before the wire.
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,         -- whose conversation waits
    token TEXT NOT NULL,                 -- of the frame that waits
    endpoint TEXT NOT NULL,              -- name in the configuration
    method TEXT NOT NULL,
    url TEXT NOT NULL,                   -- what follows the endpoint's address
    headers TEXT NOT NULL DEFAULT '',    -- JSON map, those of the flow; '' = none
    body TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('QUEUED', 'INFLIGHT', 'ANSWERED')), -- written by db/calls.c alone
    next_ms INTEGER NOT NULL,            -- QUEUED: not before; INFLIGHT: when it was claimed
    due_ms INTEGER NOT NULL,             -- an answer after that is no answer
    attempt INTEGER NOT NULL DEFAULT 0,  -- times claimed
    status INTEGER NOT NULL DEFAULT 0,   -- of the answer; 0 = none came
    why TEXT NOT NULL DEFAULT '',        -- one of CALL_WHYS (bot/engine.h), '' = answered well
    type TEXT NOT NULL DEFAULT '',       -- Content-Type of the answer
    answer TEXT NOT NULL DEFAULT ''      -- its body
);
CREATE INDEX calls_open ON calls (state, next_ms, id);
CREATE INDEX calls_person ON calls (contact_id);
