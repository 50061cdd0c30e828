-- 0011_channels.sql - what staff see of a channel: reports of providers that found no message in ten minutes.
-- SPDX-License-Identifier: EUPL-1.2

CREATE TABLE receipts_lost (
    id INTEGER PRIMARY KEY,              -- of receipts_held
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,           -- or '' when our id was echoed
    status INTEGER NOT NULL,             -- enum receipt_status of base/msg.h
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL               -- when we stopped looking for its message
);
CREATE INDEX receipts_lost_at ON receipts_lost (at_ms);

-- counts of a day are counted from the messages themselves
ALTER TABLE channels DROP COLUMN day;
ALTER TABLE channels DROP COLUMN sent;
ALTER TABLE channels DROP COLUMN received;
