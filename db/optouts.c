/* optouts.c - the ledger of STOP and START, and what follows from it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/optouts.h"

#include <assert.h>

#include "base/digest.h"
#include "base/id.h"
#include "base/text.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/series.h"
#include "db/settings.h"
#include "db/sql.h"

#define WORDS_MAX 160

static const char *const SCOPES[] = {"all", "reminders", "pause", "series"};

const char *optouts_scope_name(enum optout_scope s) {
    return SCOPES[s];
}

/* Keyed, so that nobody who has only the table can try all phone numbers. */
static enum rc hash_of(struct db *db, struct address at, struct arena *a, struct str *ret) {
    struct str secret;
    unsigned char mac[DIGEST_MAX];
    enum rc rc = settings_secret(db, STR("optout"), a, &secret);
    if (rc != OK) {
        return rc;
    }
    struct str full = arena_printf(a, "%.*s:%.*s", STR_ARG(at.scheme), STR_ARG(at.value));
    size_t n = digest_hmac(DIGEST_SHA256, secret, full, mac);
    *ret = digest_hex(mac, n, a);
    return OK;
}

static enum rc remember(struct db *db, int64_t contact_id, bool stops, int64_t now_ms) {
    struct arena a;
    struct contact_address *list = NULL;
    size_t n = 0;
    arena_init(&a);
    enum rc rc = addresses_list(db, contact_id, &a, &list, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        struct str hash;
        rc = hash_of(db, list[i].at, &a, &hash);
        if (rc == OK && stops) {
            rc = sql_run(db,
                         "INSERT INTO optout_hashes (hash, since_ms) VALUES ($1, $2) ON "
                         "CONFLICT (hash) DO NOTHING",
                         SQL_S(hash), SQL_I(now_ms));
        } else if (rc == OK) {
            rc = sql_run(db, "DELETE FROM optout_hashes WHERE hash = $1", SQL_S(hash));
        }
    }
    arena_done(&a);
    return rc;
}

static enum rc stop(struct db *db, const struct optout *o, const struct contact *c,
                    int64_t now_ms, bool *ret_already) {
    enum rc rc = OK;
    switch (o->scope) {
    case OPTOUT_ALL:
        *ret_already = c->stop_all_ms != 0;
        rc = sql_run(db,
                     "UPDATE contacts SET stop_all_ms = $1 WHERE id = $2 AND stop_all_ms = 0",
                     SQL_I(now_ms), SQL_I(c->id));
        return rc == OK ? remember(db, c->id, true, now_ms) : rc;
    case OPTOUT_REMINDERS:
        *ret_already = c->stop_reminders_ms != 0;
        return sql_run(db,
                       "UPDATE contacts SET stop_reminders_ms = $1 WHERE id = $2 AND "
                       "stop_reminders_ms = 0",
                       SQL_I(now_ms), SQL_I(c->id));
    case OPTOUT_PAUSE:
        *ret_already = c->pause_until_ms >= o->until_ms;
        return sql_run(db, "UPDATE contacts SET pause_until_ms = $1 WHERE id = $2",
                       SQL_I(o->until_ms), SQL_I(c->id));
    case OPTOUT_SERIES:
        rc = series_leave(db, o->series_id, c->id);
        *ret_already = rc == NONE;
        return sql_done(rc);
    }
    return rc;
}

/* START gives everything back but the groups: those are joined again one by one. */
static enum rc start(struct db *db, const struct contact *c, int64_t now_ms,
                     bool *ret_already) {
    *ret_already =
        c->stop_all_ms == 0 && c->stop_reminders_ms == 0 && c->pause_until_ms <= now_ms;
    enum rc rc = sql_run(db,
                         "UPDATE contacts SET stop_all_ms = 0, stop_reminders_ms = 0, "
                         "pause_until_ms = 0 WHERE id = $1",
                         SQL_I(c->id));
    return rc == OK ? remember(db, c->id, false, now_ms) : rc;
}

enum rc optouts_put(struct db *db, struct optout *o, int64_t now_ms, bool *ret_already) {
    struct arena a;
    struct contact c;
    bool already = false;
    assert(sql_in_write(db));
    arena_init(&a);
    enum rc rc = contacts_get(db, o->contact_id, &a, &c);
    arena_done(&a);
    if (rc != OK) {
        return rc;
    }
    int64_t id = id_new(now_ms);
    rc = sql_run(db,
                 "INSERT INTO optouts (id, contact_id, at_ms, stops, scope, series_id, "
                 "until_ms, channel, inbox_id, "
                 "words, staff_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                 SQL_I(id), SQL_I(c.id), SQL_I(now_ms), SQL_I(o->out), SQL_C(SCOPES[o->scope]),
                 SQL_I(o->series_id), SQL_I(o->until_ms), SQL_S(o->channel), SQL_I(o->inbox_id),
                 SQL_S(text_cut(o->words, WORDS_MAX)), SQL_I(o->staff_id));
    if (rc == OK) {
        rc = o->out ? stop(db, o, &c, now_ms, &already) : start(db, &c, now_ms, &already);
    }
    if (rc == OK) {
        o->id = id;
        o->at_ms = now_ms;
        if (ret_already) {
            *ret_already = already;
        }
    }
    return rc;
}

enum rc optouts_is_stopped(struct db *db, struct address at, bool *ret) {
    struct arena a;
    struct str hash;
    int64_t one = 0;
    arena_init(&a);
    enum rc rc = sql_get_int_n(db, &one, "SELECT 1 FROM optout_hashes LIMIT 1", NULL, 0);
    if (rc == OK) { /* there is one, so the secret exists */
        rc = hash_of(db, at, &a, &hash);
        if (rc == OK) {
            rc = sql_get_int(db, &one, "SELECT 1 FROM optout_hashes WHERE hash = $1",
                             SQL_S(hash));
        }
    }
    arena_done(&a);
    if (rc >= 0) {
        *ret = rc == OK;
    }
    return sql_done(rc);
}

enum rc optouts_of(struct db *db, int64_t contact_id, struct arena *a, struct optout **ret,
                   size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT id, at_ms, stops, scope, series_id, until_ms, channel, inbox_id, words, "
        "staff_id FROM optouts WHERE contact_id = $1 ORDER BY id DESC",
        SQL_I(contact_id));
    struct optout *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct optout){
            .id = sql_int(st, 0),
            .contact_id = contact_id,
            .at_ms = sql_int(st, 1),
            .out = sql_int(st, 2) != 0,
            .scope = (enum optout_scope)sql_word(st, 3, SCOPES, 4),
            .series_id = sql_int(st, 4),
            .until_ms = sql_int(st, 5),
            .channel = sql_str(st, 6, a),
            .inbox_id = sql_int(st, 7),
            .words = sql_str(st, 8, a),
            .staff_id = sql_int(st, 9),
        };
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
