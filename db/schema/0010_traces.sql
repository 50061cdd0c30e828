-- 0010_traces.sql - why the service answered as it did.
-- SPDX-License-Identifier: EUPL-1.2

-- One row a turn, by the inbox row that began it (ids are in the order of time, so age needs no index). Names of flows,
-- steps and rules only: no words of the person, no number.
CREATE TABLE traces (
    inbox_id INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    lines TEXT NOT NULL                  -- "flow/step<TAB>what happened", the place left out when it is the same
);
