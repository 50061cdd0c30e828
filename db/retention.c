/* retention.c - the words of people go after a while; counts, dates and the proofs of STOP
 * stay. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/retention.h"

#include <assert.h>

#include "db/inbox.h"
#include "db/outbox.h"
#include "db/settings.h"
#include "db/sql.h"

/* $1 = before, $2 = at most. What is not here and why: optouts.words are the proof of a STOP;
 * the text of a broadcast is the office's; files and traces have a time of their own; a
 * person's file (fields, tags) stays until they are erased. */
static const struct {
    const char *table, *text;
} SWEEPS[] = {
    {"cases", "UPDATE cases SET quote = '' WHERE id IN (SELECT c.id FROM cases c WHERE "
              "c.opened_ms < $1 AND c.quote <> '' ORDER BY c.id LIMIT $2)"},
    {"notes", "DELETE FROM notes WHERE id IN (SELECT n.id FROM notes n WHERE n.at_ms < $1 "
              "ORDER BY n.id LIMIT $2)"},
    {"ideas", "UPDATE ideas SET words = '' WHERE id IN (SELECT i.id FROM ideas i WHERE "
              "i.at_ms < $1 AND i.words <> '' ORDER BY i.id LIMIT $2)"},
    {"waves", "UPDATE waves SET success = '', difficulty = '', need = '', call_note = '' WHERE "
              "id IN (SELECT w.id FROM waves w WHERE w.asked_ms < $1 AND w.answered_ms < $1 "
              "AND w.called_ms < $1 AND (w.success <> '' OR w.difficulty <> '' OR w.need <> '' "
              "OR w.call_note <> '') ORDER BY w.id LIMIT $2)"},
    {"places", "UPDATE places SET note = '' WHERE (meetup_id, contact_id) IN (SELECT "
               "p.meetup_id, p.contact_id FROM places p WHERE p.answered_ms < $1 AND "
               "p.invited_ms < $1 AND p.note <> '' LIMIT $2)"},
    {"feedbacks", "UPDATE feedbacks SET words = '' WHERE id IN (SELECT f.id FROM feedbacks f "
                  "JOIN meetups m ON m.id = f.meetup_id WHERE m.ends_ms < $1 AND f.words <> '' "
                  "ORDER BY f.id LIMIT $2)"},
    {"broadcast_people",
     "UPDATE broadcast_people SET answer = '" RETENTION_GONE "' WHERE (broadcast_id, "
     "contact_id) IN (SELECT p.broadcast_id, p.contact_id FROM broadcast_people p WHERE p.rank "
     "> 0 AND p.answered_ms < $1 AND p.answer <> '' AND p.answer <> 'yes' AND p.answer <> "
     "'no' AND p.answer <> '" RETENTION_GONE "' LIMIT $2)"},
    {"talks",
     "UPDATE talks SET session = '', version = version + 1 WHERE contact_id IN (SELECT "
     "t.contact_id FROM talks t WHERE t.last_in_ms < $1 AND t.last_out_ms < $1 AND "
     "t.session <> '' AND t.paused_case = 0 ORDER BY t.contact_id LIMIT $2)"},
    {"calls", "DELETE FROM calls WHERE id IN (SELECT c.id FROM calls c WHERE c.due_ms < $1 "
              "ORDER BY c.id LIMIT $2)"},
};

#define WALKS 2
#define STEPS (WALKS + (int)(sizeof SWEEPS / sizeof *SWEEPS))

int retention_steps(void) {
    return STEPS;
}

const char *retention_name(int step) {
    return step == 0 ? "inbox" : step == 1 ? "outbox" : SWEEPS[step - WALKS].table;
}

/* A step of the walk along a table of messages, from where the last one ended. */
static enum rc walk(struct db *db, int step, int64_t before_ms, int max, int64_t now_ms,
                    int64_t *ret_n) {
    struct arena a;
    struct str value = STR_EMPTY;
    int64_t after = 0, was;
    arena_init(&a);
    struct str name = arena_printf(&a, "retention.%s", retention_name(step));
    enum rc rc = sql_done(settings_get(db, name, &a, &value));
    if (!str_to_i64(value, &after)) {
        after = 0;
    }
    was = after;
    if (rc == OK) {
        rc = step == 0 ? inbox_forget(db, before_ms, max, &after, ret_n)
                       : outbox_forget(db, before_ms, max, &after, ret_n);
    }
    if (rc == OK && after != was) {
        rc = settings_put(db, name, arena_printf(&a, "%lld", (long long)after), now_ms);
    }
    arena_done(&a);
    return rc;
}

enum rc retention_step(struct db *db, int step, int64_t before_ms, int max, int64_t now_ms,
                       int64_t *ret_n) {
    assert(step >= 0 && step < STEPS && max > 0);
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    int64_t n = 0;
    if (step < WALKS) {
        rc = walk(db, step, before_ms, max, now_ms, &n);
    } else {
        rc = sql_run(db, SWEEPS[step - WALKS].text, SQL_I(before_ms), SQL_I(max));
        n = sql_changes(db);
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret_n = n;
    }
    return rc;
}
