-- 0002_people.sql - people: who they are (cold), where their conversation stands (hot), what they refused.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'youth' CHECK (kind IN ('youth', 'partner')), -- partners get no broadcast
    status TEXT NOT NULL DEFAULT 'STRANGER'
        CHECK (status IN ('STRANGER', 'SIGNING', 'ENROLLED', 'REFUSED', 'LEFT', 'ERASED')),
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    folded TEXT NOT NULL DEFAULT '',     -- "last first" without accents and capitals: for search and order
    lang TEXT NOT NULL DEFAULT '',       -- "fr"; '' = the office's default
    born TEXT NOT NULL DEFAULT '',       -- birth date
    commune TEXT NOT NULL DEFAULT '',    -- name
    postcode TEXT NOT NULL DEFAULT '',
    insee TEXT NOT NULL DEFAULT '',      -- code of the commune: what segments compare
    rqth INTEGER NOT NULL DEFAULT 0 CHECK (rqth IN (0, 1)), -- recognised disabled worker: other age limit
    origin TEXT NOT NULL DEFAULT '',     -- where we have the number from: "self", "import:FILE", "staff"
    referent_id INTEGER REFERENCES staff (id), -- the advisor in charge; NULL = nobody yet
    guardian_phone TEXT NOT NULL DEFAULT '',   -- of a minor's guardian, E.164
    created_ms INTEGER NOT NULL,
    enrolled_ms INTEGER NOT NULL DEFAULT 0,    -- first time
    stop_all_ms INTEGER NOT NULL DEFAULT 0,    -- STOP in force since; set by optouts.c only
    pause_until_ms INTEGER NOT NULL DEFAULT 0, -- nothing automatic before
    stop_reminders_ms INTEGER NOT NULL DEFAULT 0 -- no reminders since
);
CREATE INDEX contacts_name ON contacts (folded, id);
CREATE INDEX contacts_insee ON contacts (insee) WHERE insee > '';
CREATE INDEX contacts_referent ON contacts (referent_id) WHERE referent_id > 0;

-- The hot row: read and written by each turn, one row, one page.
CREATE TABLE talks (
    contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
    session TEXT NOT NULL DEFAULT '',    -- JSON of bot/session.h
    fields TEXT NOT NULL DEFAULT '',     -- JSON map of declared fields that are no columns
    paused_case INTEGER NOT NULL DEFAULT 0, -- a human has the conversation: the case
    last_msg INTEGER NOT NULL DEFAULT 0, -- newest message of the thread: an inbox id, or minus an outbox id; then prev_id of each
    last_in_ms INTEGER NOT NULL DEFAULT 0,
    last_out_ms INTEGER NOT NULL DEFAULT 0,
    day INTEGER NOT NULL DEFAULT 0,      -- yyyymmdd of the counter
    day_count INTEGER NOT NULL DEFAULT 0,-- automatic messages that left that day
    version INTEGER NOT NULL DEFAULT 0   -- counts writes: who writes on an old picture is refused
);

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,              -- 63-bit hash of scheme and value, or one of the 7 numbers after it: so
                                         -- one number is one row, found in one step, then compared in full
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    scheme TEXT NOT NULL,                -- "tel", "telegram", "sim"
    value TEXT NOT NULL,                 -- E.164, chat id...
    channel TEXT NOT NULL DEFAULT '',    -- channel it last wrote on; '' = any of the scheme
    state TEXT NOT NULL DEFAULT 'OK' CHECK (state IN ('OK', 'BAD', 'BLOCKED')),
    preferred INTEGER NOT NULL DEFAULT 0 CHECK (preferred IN (0, 1)), -- one a person
    since_ms INTEGER NOT NULL,           -- of the state
    reason TEXT NOT NULL DEFAULT ''      -- of BAD or BLOCKED: the provider's words
);
CREATE INDEX addresses_contact ON addresses (contact_id);

CREATE TABLE tags (
    tag TEXT NOT NULL,                   -- folded: "impression 3d"
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tag, contact_id)
) /*sqlite: WITHOUT ROWID */;
CREATE INDEX tags_contact ON tags (contact_id, tag);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    staff_id INTEGER NOT NULL DEFAULT 0, -- 0 = the person left it
    at_ms INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX notes_contact ON notes (contact_id, id);

-- The ledger of STOP and START: append only; erasure empties the words and keeps the line.
CREATE TABLE optouts (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    stops INTEGER NOT NULL CHECK (stops IN (0, 1)), -- 1 STOP, 0 START
    scope TEXT NOT NULL CHECK (scope IN ('all', 'reminders', 'pause', 'series')),
    series_id INTEGER NOT NULL DEFAULT 0,-- of scope series
    until_ms INTEGER NOT NULL DEFAULT 0, -- of scope pause
    channel TEXT NOT NULL DEFAULT '',    -- on which it was said; "staff", "provider"
    inbox_id INTEGER NOT NULL DEFAULT 0, -- the message that is the proof
    words TEXT NOT NULL DEFAULT '',      -- its words
    staff_id INTEGER NOT NULL DEFAULT 0  -- who wrote it down for the person
);
CREATE INDEX optouts_contact ON optouts (contact_id, id);

-- Addresses under a STOP for all, by HMAC-SHA-256 with this office's secret: holds after erasure.
CREATE TABLE optout_hashes (
    hash TEXT PRIMARY KEY,               -- hex
    since_ms INTEGER NOT NULL
);
