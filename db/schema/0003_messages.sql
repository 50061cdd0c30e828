-- 0003_messages.sql - what came in, what goes out, what is to happen later.
-- SPDX-License-Identifier: EUPL-1.2
--
-- The busiest tables: no index that every message of every person would dirty, no foreign keys (a check is a
-- look-up per message; contacts are never deleted, only emptied), and no IN list of more than two in a condition
-- (SQLite builds a small table for it at every insert: that was 40% of the cost of a message).

CREATE TABLE inbox (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    address_id INTEGER NOT NULL DEFAULT 0, -- it came from; 0 for events and after erasure
    kind TEXT NOT NULL CHECK (kind = 'text' OR kind = 'event' OR kind = 'timeout' OR kind = 'button'
        OR kind = 'contact' OR kind = 'start' OR kind = 'blocked' OR kind = 'unblocked' OR kind = 'edited'),
    state TEXT NOT NULL CHECK (state = 'NEW' OR state = 'DONE' OR state = 'HELD' OR state = 'FAILED'),
    gateway TEXT NOT NULL,               -- kind of gateway; "event" for our own
    channel TEXT NOT NULL,               -- configured name
    provider_id TEXT NOT NULL,           -- its id at the provider, as text; the key of an event
    text TEXT NOT NULL DEFAULT '',       -- the words; emptied by retention and erasure
    payload TEXT NOT NULL DEFAULT '',    -- of a button or deep link; the token of a timeout
    extra TEXT NOT NULL DEFAULT '',      -- JSON of the rarer members (see inbox.c), '' = none
    sent_ms INTEGER NOT NULL DEFAULT 0,  -- by the provider's clock
    received_ms INTEGER NOT NULL,
    ready_ms INTEGER NOT NULL,           -- not claimed before
    done_ms INTEGER NOT NULL DEFAULT 0,
    prev_id INTEGER NOT NULL DEFAULT 0,  -- message before it in the person's thread, as talks.last_msg; set when DONE
    tries INTEGER NOT NULL DEFAULT 0,    -- turns that had to be put back
    reason TEXT NOT NULL DEFAULT ''      -- of FAILED
);
CREATE INDEX inbox_open ON inbox (ready_ms, id) WHERE state = 'NEW' OR state = 'HELD';
CREATE INDEX inbox_held ON inbox (contact_id, id) WHERE state = 'HELD';
CREATE INDEX inbox_failed ON inbox (id) WHERE state = 'FAILED';

-- De-duplication: week number * 2^48 + 48 bits of the hash of gateway, channel and provider id (or one of the 7
-- numbers after it). A hit is compared in full with the inbox row; this week and the one before are looked at.
CREATE TABLE inbox_seen (
    h INTEGER PRIMARY KEY,
    inbox_id INTEGER NOT NULL
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,              -- stored before the wire; providers that echo an id echo this one
    contact_id INTEGER NOT NULL,
    address_id INTEGER NOT NULL,         -- 0 after erasure
    channel TEXT NOT NULL,               -- configured name
    kind TEXT NOT NULL,                  -- why it exists: "reply", "urgent", "reminder", "question", "survey", "bulk", "staff"
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 7), -- 0 leaves first
    text TEXT NOT NULL,                  -- emptied by retention and erasure
    buttons TEXT NOT NULL DEFAULT '',    -- JSON list of {label, payload}
    attachments TEXT NOT NULL DEFAULT '',-- JSON list of texts
    lang TEXT NOT NULL DEFAULT '',
    ask_contact INTEGER NOT NULL DEFAULT 0 CHECK (ask_contact IN (0, 1)), -- Telegram: "share my number"
    confirms_stop INTEGER NOT NULL DEFAULT 0 CHECK (confirms_stop IN (0, 1)), -- the one message allowed after a STOP
    state TEXT NOT NULL CHECK (state = 'QUEUED' OR state = 'INFLIGHT' OR state = 'SENT' OR state = 'DELIVERED'
        OR state = 'READ' OR state = 'FAILED' OR state = 'UNKNOWN' OR state = 'EXPIRED'
        OR state = 'HELD_BACK'),         -- written by outbox_move() alone
    open INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1)), -- 1 while QUEUED or INFLIGHT: an index on it is left
                                         -- alone by the step between the two
    next_ms INTEGER NOT NULL,            -- QUEUED: not before; INFLIGHT: when it was claimed
    expires_ms INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,  -- times claimed
    first_part INTEGER NOT NULL DEFAULT 1, -- parts before it were accepted already
    arm_ms INTEGER NOT NULL DEFAULT 0,   -- > 0: when SENT a timer so much later...
    arm_token TEXT NOT NULL DEFAULT '',  -- ...with this token
    broadcast_id INTEGER NOT NULL DEFAULT 0, -- what it is about; 0 = none
    meetup_id INTEGER NOT NULL DEFAULT 0,
    wave_id INTEGER NOT NULL DEFAULT 0,
    case_id INTEGER NOT NULL DEFAULT 0,
    inbox_id INTEGER NOT NULL DEFAULT 0, -- the message it answers
    staff_id INTEGER NOT NULL DEFAULT 0, -- a human wrote it
    segments INTEGER NOT NULL DEFAULT 0, -- of SMS, when known
    reason TEXT NOT NULL DEFAULT '',     -- of the last state, for staff; no personal data
    created_ms INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL DEFAULT 0,
    final_ms INTEGER NOT NULL DEFAULT 0,
    prev_id INTEGER NOT NULL DEFAULT 0   -- message before it in the person's thread, as talks.last_msg; broadcasts
                                         -- are found by broadcast_people instead
);
CREATE INDEX outbox_todo ON outbox (channel, priority, next_ms, id) WHERE state = 'QUEUED';
CREATE INDEX outbox_person ON outbox (contact_id, id) WHERE open = 1;
CREATE INDEX outbox_watch ON outbox (state, id) WHERE state = 'UNKNOWN' OR state = 'FAILED';
CREATE INDEX outbox_meetup ON outbox (meetup_id) WHERE meetup_id > 0;
CREATE INDEX outbox_wave ON outbox (wave_id) WHERE wave_id > 0;

CREATE TABLE outbox_parts (
    message_id INTEGER NOT NULL,         -- outbox.id
    part INTEGER NOT NULL,               -- from 1
    provider_id TEXT NOT NULL,           -- as the provider wrote it
    state TEXT NOT NULL CHECK (state = 'SENT' OR state = 'DELIVERED' OR state = 'READ' OR state = 'FAILED'),
    at_ms INTEGER NOT NULL,              -- of the state
    PRIMARY KEY (message_id, part)
) /*sqlite: WITHOUT ROWID */;

-- Provider ids to parts: hashed as in inbox_seen, of channel and provider id without leading zeros.
CREATE TABLE outbox_ids (
    h INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL,
    part INTEGER NOT NULL
);

-- Receipts that came before the answer of their send.
CREATE TABLE receipts_held (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,           -- or '' when our id was echoed
    bare_id TEXT NOT NULL,               -- provider_id without leading zeros
    message_id INTEGER NOT NULL,         -- ours; 0 = unknown
    status INTEGER NOT NULL,             -- enum receipt_status of base/msg.h
    permanent INTEGER NOT NULL CHECK (permanent IN (0, 1)),
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    part INTEGER NOT NULL,
    until_ms INTEGER NOT NULL            -- forgotten then
);
CREATE INDEX receipts_held_bare ON receipts_held (channel, bare_id);
CREATE INDEX receipts_held_message ON receipts_held (message_id) WHERE message_id > 0;

CREATE TABLE timers (
    due_ms INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,                  -- "timeout", "invite", "reminder", "wave"...
    contact_id INTEGER NOT NULL DEFAULT 0, -- 0 = nobody in particular
    token TEXT NOT NULL DEFAULT '',      -- of "timeout": the question that waits
    key TEXT,                            -- one armed timer each; NULL = none
    payload TEXT NOT NULL DEFAULT '',    -- JSON
    expires_ms INTEGER NOT NULL DEFAULT 0, -- not fired after
    PRIMARY KEY (due_ms, id)
) /*sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX timers_key ON timers (key) WHERE key IS NOT NULL;
