/* contacts_leave.c - when two files are one person, and when a person asks to be forgotten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/contacts.h"

#include <assert.h>

#include "db/outbox.h"
#include "db/retention.h"
#include "db/sql.h"

/* A step of a list of statements that all take the same numbers. */
static enum rc run_all(struct db *db, const char *const *text, size_t n, int64_t first,
                       int64_t second) {
    enum rc rc = OK;
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = second ? sql_run(db, text[i], SQL_I(first), SQL_I(second))
                    : sql_run(db, text[i], SQL_I(first));
    }
    return rc;
}

/* The chain of messages of one person, walked from its head, gets another owner. */
static enum rc give(struct db *db, int64_t from, int64_t into) {
    int64_t link = 0;
    enum rc rc =
        sql_get_int(db, &link, "SELECT last_msg FROM talks WHERE contact_id = $1", SQL_I(from));
    while (rc == OK && link != 0) {
        int64_t prev = 0;
        rc = link > 0 ? sql_get_int(
                            db, &prev,
                            "UPDATE inbox SET contact_id = $1 WHERE id = $2 RETURNING prev_id",
                            SQL_I(into), SQL_I(link))
                      : sql_get_int(
                            db, &prev,
                            "UPDATE outbox SET contact_id = $1 WHERE id = $2 RETURNING prev_id",
                            SQL_I(into), SQL_I(-link));
        link = prev;
    }
    return sql_done(rc);
}

/* Both threads become one: the older person's chain is hung behind the last message of the
 * other. */
static enum rc join_threads(struct db *db, int64_t from, int64_t into) {
    int64_t head = 0, link = 0, end = 0;
    enum rc rc =
        sql_get_int(db, &head, "SELECT last_msg FROM talks WHERE contact_id = $1", SQL_I(from));
    if (rc == OK) {
        rc = give(db, from, into);
    }
    if (rc == OK) {
        rc = sql_get_int(db, &link, "SELECT last_msg FROM talks WHERE contact_id = $1",
                         SQL_I(into));
    }
    while (rc == OK && link != 0) {
        end = link;
        rc = link > 0 ? sql_get_int(db, &link, "SELECT prev_id FROM inbox WHERE id = $1",
                                    SQL_I(link))
                      : sql_get_int(db, &link, "SELECT prev_id FROM outbox WHERE id = $1",
                                    SQL_I(-link));
    }
    if (rc < 0 || head == 0) {
        return sql_done(rc);
    }
    if (end == 0) {
        return sql_run(
            db, "UPDATE talks SET last_msg = $1, version = version + 1 WHERE contact_id = $2",
            SQL_I(head), SQL_I(into));
    }
    return end > 0 ? sql_run(db, "UPDATE inbox SET prev_id = $1 WHERE id = $2", SQL_I(head),
                             SQL_I(end))
                   : sql_run(db, "UPDATE outbox SET prev_id = $1 WHERE id = $2", SQL_I(head),
                             SQL_I(-end));
}

/* $1 = into, $2 = from. What both have stays as `into` has it; the rest goes over. */
static const char *const MERGE[] = {
    "UPDATE addresses SET contact_id = $1, preferred = 0 WHERE contact_id = $2",
    "UPDATE inbox SET contact_id = $1 WHERE (state = 'NEW' OR state = 'HELD') AND contact_id = "
    "$2",
    "UPDATE inbox SET contact_id = $1 WHERE state = 'FAILED' AND contact_id = $2",
    "UPDATE outbox SET contact_id = $1 WHERE open = 1 AND contact_id = $2",
    "INSERT INTO tags (tag, contact_id, at_ms) SELECT tag, $1, at_ms FROM tags WHERE "
    "contact_id = $2 "
    "ON CONFLICT (tag, contact_id) DO NOTHING",
    "INSERT INTO members (series_id, contact_id, role, since_ms) SELECT series_id, $1, role, "
    "since_ms FROM members "
    "WHERE contact_id = $2 ON CONFLICT (series_id, contact_id) DO NOTHING",
    "UPDATE places SET contact_id = $1 WHERE contact_id = $2 AND NOT EXISTS (SELECT 1 FROM "
    "places q "
    "WHERE q.meetup_id = places.meetup_id AND q.contact_id = $1)",
    "UPDATE broadcast_people SET contact_id = $1 WHERE contact_id = $2 AND NOT EXISTS (SELECT "
    "1 "
    "FROM broadcast_people q WHERE q.broadcast_id = broadcast_people.broadcast_id AND "
    "q.contact_id = $1)",
    "UPDATE outbox SET contact_id = $1 WHERE contact_id = $2 AND id IN (SELECT p.outbox_id "
    "FROM "
    "broadcast_people p WHERE p.contact_id = $1 AND p.outbox_id > 0)",
    "UPDATE notes SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE traces SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE ideas SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE votes SET contact_id = $1 WHERE contact_id = $2 AND NOT EXISTS (SELECT 1 FROM "
    "votes q "
    "WHERE q.ballot_id = votes.ballot_id AND q.contact_id = $1)",
    "UPDATE files SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE timers SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE optouts SET contact_id = $1 WHERE contact_id = $2",
    "UPDATE followups SET contact_id = $1 WHERE contact_id = $2 AND NOT EXISTS (SELECT 1 FROM "
    "followups q "
    "WHERE q.contract_date = followups.contract_date AND q.contact_id = $1)",
    "UPDATE waves SET contact_id = $1 WHERE contact_id = $2 AND EXISTS (SELECT 1 FROM "
    "followups q "
    "WHERE q.id = waves.followup_id AND q.contact_id = $1)",
    "UPDATE cases SET contact_id = $1 WHERE contact_id = $2 AND (state = 'CLOSED' OR NOT "
    "EXISTS (SELECT 1 FROM cases q "
    "WHERE q.state IN ('OPEN', 'TAKEN') AND q.contact_id = $1))",
    "UPDATE cases SET state = 'CLOSED' WHERE $1 <> 0 AND contact_id = $2 AND state IN ('OPEN', "
    "'TAKEN')",
};

/* A STOP said by either holds for both; the earlier one is the proof. */
static enum rc merge_stops(struct db *db, int64_t from, int64_t into) {
    return sql_run(
        db,
        "UPDATE contacts SET stop_all_ms = CASE WHEN contacts.stop_all_ms > 0 THEN "
        "contacts.stop_all_ms "
        "ELSE o.stop_all_ms END, stop_reminders_ms = CASE WHEN contacts.stop_reminders_ms > 0 "
        "THEN contacts.stop_reminders_ms ELSE o.stop_reminders_ms END "
        "FROM (SELECT stop_all_ms, stop_reminders_ms FROM contacts WHERE id = $1) AS o "
        "WHERE contacts.id = $2",
        SQL_I(from), SQL_I(into));
}

static const char *const LEFTOVERS[] = {
    "DELETE FROM tags WHERE contact_id = $1",
    "DELETE FROM members WHERE contact_id = $1",
    "DELETE FROM calls WHERE contact_id = $1",
    "DELETE FROM traces WHERE contact_id = $1",
    "DELETE FROM votes WHERE contact_id = $1",
    "UPDATE contacts SET status = 'ERASED', first_name = '', last_name = '', folded = '', born "
    "= '', commune = '', "
    "postcode = '', insee = '', guardian_phone = '', origin = '', rqth = 0, referent_id = NULL "
    "WHERE id = $1",
    "UPDATE talks SET session = '', fields = '', paused_case = 0, last_msg = 0, version = "
    "version + 1 "
    "WHERE contact_id = $1",
};

enum rc contacts_merge(struct db *db, int64_t from, int64_t into, int64_t now_ms) {
    assert(sql_in_write(db) && from != into);
    (void)now_ms;
    enum rc rc = join_threads(db, from, into);
    if (rc == OK) {
        rc = run_all(db, MERGE, sizeof MERGE / sizeof *MERGE, into, from);
    }
    if (rc == OK) {
        rc = merge_stops(db, from, into);
    }
    if (rc == OK) {
        rc = run_all(db, LEFTOVERS, sizeof LEFTOVERS / sizeof *LEFTOVERS, from, 0);
    }
    return rc;
}

/* The person's rows elsewhere: answers and words go, counts stay. */
static const char *const ERASE[] = {
    "DELETE FROM notes WHERE contact_id = $1",
    "DELETE FROM files WHERE contact_id = $1",
    "DELETE FROM timers WHERE contact_id = $1",
    "UPDATE ideas SET contact_id = NULL WHERE contact_id = $1",
    /* by the whole table and not along the thread: events are not in it, and nothing may stay
     * because a link is broken. A second of the writer's time in a large office, a few times a
     * year */
    "UPDATE inbox SET text = '', payload = '', extra = '', address_id = 0 WHERE contact_id = "
    "$1",
    "UPDATE outbox SET text = '', buttons = '', attachments = '', address_id = 0 WHERE "
    "contact_id = $1",
    "UPDATE inbox SET state = 'FAILED', reason = 'erased' WHERE (state = 'NEW' OR state = "
    "'HELD') AND contact_id = $1",
    "UPDATE optouts SET words = '' WHERE contact_id = $1",
    "UPDATE places SET note = '' WHERE contact_id = $1",
    "UPDATE waves SET success = '', difficulty = '', need = '', call_note = '' WHERE "
    "contact_id = $1",
    "UPDATE followups SET active = 0 WHERE contact_id = $1",
    "UPDATE waves SET state = 'CANCELLED' WHERE contact_id = $1 AND state = 'PLANNED'",
    "UPDATE broadcast_people SET answer = '" RETENTION_GONE "' "
    "WHERE contact_id = $1 AND answer NOT IN ('', 'yes', 'no')",
    /* a reason may have been filled in with an answer */
    "UPDATE cases SET reason = 'erased', quote = '', state = 'CLOSED' WHERE contact_id = $1",
    "DELETE FROM addresses WHERE contact_id = $1",
};

enum rc contacts_erase(struct db *db, int64_t id, int64_t now_ms) {
    assert(sql_in_write(db));
    int64_t held;
    enum rc rc = outbox_hold_back(db, id, 0, 0, 0, STR(""), STR("erased"), now_ms, &held);
    if (rc == OK) {
        rc = run_all(db, ERASE, sizeof ERASE / sizeof *ERASE, id, 0);
    }
    if (rc == OK) {
        rc = run_all(db, LEFTOVERS, sizeof LEFTOVERS / sizeof *LEFTOVERS, id, 0);
    }
    return rc;
}
