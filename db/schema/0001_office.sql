-- 0001_office.sql - the office: its facts, its people, what they did, its channels, its flows' versions.
-- SPDX-License-Identifier: EUPL-1.2
--
-- Read by migrate.c, which for PostgreSQL writes BIGINT for INTEGER and for SQLite opens the comments
-- that begin with "sqlite:". Times are integer milliseconds since 1970 UTC, 0 = none; truth is 0 or 1;
-- days are texts YYYY-MM-DD, '' = none; ids come from the application.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,               -- "org.name"; "secret.X" are random secrets made at first use
    value TEXT NOT NULL,                 -- as text, whatever its type
    at_ms INTEGER NOT NULL               -- last written
);

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,          -- lower case, chosen by the coordinator
    name TEXT NOT NULL,                  -- what youths read: "Sonia"
    hash TEXT NOT NULL DEFAULT '',       -- password hash with its parameters; '' = cannot log in
    role TEXT NOT NULL CHECK (role IN ('coordinator', 'advisor', 'animator')),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), -- accounts are never deleted: proofs name them
    absent_until_ms INTEGER NOT NULL DEFAULT 0, -- away until then
    delegate_id INTEGER REFERENCES staff (id),  -- who answers meanwhile; NULL = anybody
    created_ms INTEGER NOT NULL,
    last_login_ms INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0, -- wrong passwords in a row
    locked_until_ms INTEGER NOT NULL DEFAULT 0  -- no login before
);

CREATE TABLE staff_sessions (
    token_hash TEXT PRIMARY KEY,         -- SHA-256 in hex of the cookie's token; the token is nowhere
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    csrf TEXT NOT NULL,                  -- expected in each form
    created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,            -- last page, to within some minutes
    expires_ms INTEGER NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    staff_id INTEGER NOT NULL DEFAULT 0, -- 0 = the service or the command line
    verb TEXT NOT NULL,                  -- "contact.view"
    object TEXT NOT NULL DEFAULT '',     -- "contact"
    object_id INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT ''      -- short; no message text, no number
);
CREATE INDEX audit_object ON audit (object, object_id, id);

CREATE TABLE channels (
    name TEXT PRIMARY KEY,               -- of the configuration: "sms"
    gateway TEXT NOT NULL,               -- kind: "kannel"
    scheme TEXT NOT NULL,                -- of its addresses: "tel"
    poll_cursor TEXT NOT NULL DEFAULT '',-- where the long poll stands
    paused_until_ms INTEGER NOT NULL DEFAULT 0, -- nothing leaves before; huge = until staff resume it
    fault TEXT NOT NULL DEFAULT '',      -- the provider's words; '' = healthy
    fault_ms INTEGER NOT NULL DEFAULT 0, -- since
    day INTEGER NOT NULL DEFAULT 0,      -- yyyymmdd of the two counters
    sent INTEGER NOT NULL DEFAULT 0,     -- messages accepted that day
    received INTEGER NOT NULL DEFAULT 0  -- messages that came that day
);

CREATE TABLE channel_memory (
    channel TEXT NOT NULL,               -- channels.name
    name TEXT NOT NULL,                  -- the gateway's own key: "token", "skew"
    value TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,         -- 0 = never
    PRIMARY KEY (channel, name)
);

CREATE TABLE programs (
    hash TEXT PRIMARY KEY,               -- content hash of the flow file, hex
    name TEXT NOT NULL,                  -- of the flow
    source TEXT NOT NULL,                -- the file as it was: a conversation ends on the version it began
    since_ms INTEGER NOT NULL,           -- first loaded
    used_ms INTEGER NOT NULL             -- last loaded as the current version
);
