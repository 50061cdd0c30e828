-- 0007_files.sql - files that people sent: in the database, so that its copy is a whole copy.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    inbox_id INTEGER NOT NULL,           -- the message it came with
    channel TEXT NOT NULL,               -- configured name
    source TEXT NOT NULL,                -- as the gateway named it: "image/jpeg:tg-file:ID"; holds no secret; '' when over
    state TEXT NOT NULL CHECK (state IN ('WAITING', 'KEPT', 'GONE', 'REFUSED')), -- written by files.c alone
    type TEXT NOT NULL DEFAULT '',       -- of KEPT: media type, by the bytes and not by what was said
    size INTEGER NOT NULL DEFAULT 0,     -- of KEPT: bytes
    bytes BLOB,                          -- of KEPT
    tries INTEGER NOT NULL DEFAULT 0,
    next_ms INTEGER NOT NULL,            -- of WAITING: not asked for before
    reason TEXT NOT NULL DEFAULT '',     -- of GONE and REFUSED, for staff; no personal data
    created_ms INTEGER NOT NULL
);
CREATE INDEX files_person ON files (contact_id, inbox_id);
CREATE INDEX files_waiting ON files (next_ms) WHERE state = 'WAITING';
CREATE INDEX files_kept ON files (created_ms) WHERE state = 'KEPT';
