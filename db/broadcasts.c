/* broadcasts.c - one text to many: the draft, its segment, the fixed list. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/broadcasts.h"

#include "base/id.h"
#include "db/sql.h"

static const char *const STATES[] = {"DRAFT", "CONFIRMED", "SENDING", "DONE", "CANCELLED"};

const char *broadcasts_state_name(enum broadcast_state s) {
    return STATES[s];
}

#define COLUMNS                                                                                \
    "b.id, b.title, b.text, b.lang, b.segment, b.from_ms, b.until_ms, b.answers_until_ms, "    \
    "b.flow, "                                                                                 \
    "b.state, b.staff_id, b.created_ms, b.confirmed_ms, b.done_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct broadcast *b) {
    *b = (struct broadcast){
        .id = sql_int(st, 0),
        .title = sql_str(st, 1, a),
        .text = sql_str(st, 2, a),
        .lang = sql_str(st, 3, a),
        .segment = sql_str(st, 4, a),
        .from_ms = sql_int(st, 5),
        .until_ms = sql_int(st, 6),
        .answers_until_ms = sql_int(st, 7),
        .flow = sql_str(st, 8, a),
        .state = (enum broadcast_state)sql_word(st, 9, STATES, 5),
        .staff_id = sql_int(st, 10),
        .created_ms = sql_int(st, 11),
        .confirmed_ms = sql_int(st, 12),
        .done_ms = sql_int(st, 13),
    };
}

/* ---- drafts ---- */

static enum rc put_row(struct db *db, const struct broadcast *b, const struct segment *seg,
                       int64_t id, int64_t now_ms) {
    struct arena a;
    arena_init(&a);
    struct str from = seg->born_from.year ? date_iso(seg->born_from, &a) : STR("");
    struct str to = seg->born_to.year ? date_iso(seg->born_to, &a) : STR("");
    enum rc rc = sql_run(
        db,
        "INSERT INTO broadcasts (id, title, text, lang, segment, born_from, born_to, "
        "enrolled_only, referent_id, "
        "from_ms, until_ms, answers_until_ms, flow, state, staff_id, created_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'DRAFT', $14, $15) "
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, lang = "
        "excluded.lang, "
        "segment = excluded.segment, born_from = excluded.born_from, born_to = "
        "excluded.born_to, "
        "enrolled_only = excluded.enrolled_only, referent_id = excluded.referent_id, from_ms = "
        "excluded.from_ms, "
        "until_ms = excluded.until_ms, answers_until_ms = excluded.answers_until_ms, flow = "
        "excluded.flow "
        "WHERE broadcasts.state = 'DRAFT'",
        SQL_I(id), SQL_S(b->title), SQL_S(b->text), SQL_S(b->lang), SQL_S(b->segment),
        SQL_S(from), SQL_S(to), SQL_I(seg->enrolled_only), SQL_I(seg->referent_id),
        SQL_I(b->from_ms), SQL_I(b->until_ms), SQL_I(b->answers_until_ms), SQL_S(b->flow),
        SQL_I(b->staff_id), SQL_I(now_ms));
    arena_done(&a);
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

static enum rc put_term(struct db *db, int64_t id, const char *kind, struct str value,
                        int64_t number) {
    return sql_run(db,
                   "INSERT INTO broadcast_terms (broadcast_id, kind, value, number) VALUES "
                   "($1, $2, $3, $4) "
                   "ON CONFLICT (broadcast_id, kind, value, number) DO NOTHING",
                   SQL_I(id), SQL_C(kind), SQL_S(value), SQL_I(number));
}

static enum rc put_terms(struct db *db, const struct segment *seg, int64_t id) {
    enum rc rc = sql_run(db, "DELETE FROM broadcast_terms WHERE broadcast_id = $1", SQL_I(id));
    for (size_t i = 0; rc == OK && i < seg->tags; i++) {
        rc = put_term(db, id, "tag", seg->tag[i], 0);
    }
    for (size_t i = 0; rc == OK && i < seg->insees; i++) {
        rc = put_term(db, id, "insee", seg->insee[i], 0);
    }
    for (size_t i = 0; rc == OK && i < seg->series_n; i++) {
        rc = put_term(db, id, "series", STR(""), seg->series[i]);
    }
    return rc;
}

enum rc broadcasts_put(struct db *db, struct broadcast *b, const struct segment *seg,
                       int64_t now_ms) {
    int64_t id = b->id ? b->id : id_new(now_ms);
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = put_row(db, b, seg, id, now_ms);
    if (rc == OK) {
        rc = put_terms(db, seg, id);
    }
    rc = sql_end(db, rc);
    if (rc == OK && b->id == 0) {
        b->id = id;
        b->state = BROADCAST_DRAFT;
        b->created_ms = now_ms;
    }
    return rc;
}

enum rc broadcasts_get(struct db *db, int64_t id, struct arena *a, struct broadcast *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM broadcasts b WHERE b.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

static enum rc read_list(struct sql_stmt *st, struct arena *a, struct broadcast **ret,
                         size_t *ret_n) {
    struct broadcast *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc broadcasts_list(struct db *db, int max, struct arena *a, struct broadcast **ret,
                        size_t *ret_n) {
    return read_list(
        sql_start(db, "SELECT " COLUMNS " FROM broadcasts b ORDER BY b.id DESC LIMIT $1",
                  SQL_I(max)),
        a, ret, ret_n);
}

enum rc broadcasts_active(struct db *db, int64_t now_ms, struct arena *a,
                          struct broadcast **ret, size_t *ret_n) {
    return read_list(sql_start(db,
                               "SELECT " COLUMNS
                               " FROM broadcasts b WHERE b.state IN ('CONFIRMED', 'SENDING') "
                               "AND b.from_ms <= $1 ORDER BY b.from_ms, b.id",
                               SQL_I(now_ms)),
                     a, ret, ret_n);
}

/* ---- whom ---- */

#define IN_TAGS                                                                                \
    "c.id IN (SELECT g.contact_id FROM broadcast_terms d JOIN tags g ON g.tag = d.value "      \
    "WHERE d.broadcast_id = $1 AND d.kind = 'tag')"
#define IN_SERIES                                                                              \
    "c.id IN (SELECT m.contact_id FROM broadcast_terms d JOIN members m ON m.series_id = "     \
    "d.number "                                                                                \
    "WHERE d.broadcast_id = $1 AND d.kind = 'series')"
#define IN_COMMUNES                                                                            \
    "c.insee > '' AND c.insee IN (SELECT d.value FROM broadcast_terms d "                      \
    "WHERE d.broadcast_id = $1 AND d.kind = 'insee')"

/* $1 broadcast, $2 now, $3 $4 $5: are there terms of tag, commune, series. `lead` is the
 * condition that an index answers; the others filter what it finds. */
#define SELECTED(lead)                                                                         \
    " FROM broadcasts b JOIN contacts c ON " lead                                              \
    " WHERE b.id = $1 AND c.pause_until_ms <= $2 "                                             \
    "AND ($3 = 0 OR " IN_TAGS ") AND ($4 = 0 OR (" IN_COMMUNES ")) AND ($5 = 0 OR " IN_SERIES  \
    ") "                                                                                       \
    "AND c.kind = 'youth' AND c.status NOT IN ('ERASED', 'REFUSED', 'LEFT') "                  \
    "AND (b.enrolled_only = 0 OR c.status = 'ENROLLED') AND c.stop_all_ms = 0 "                \
    "AND (b.born_from = '' OR c.born >= b.born_from) "                                         \
    "AND (b.born_to = '' OR (c.born > '' AND c.born <= b.born_to)) "                           \
    "AND (b.referent_id = 0 OR c.referent_id = b.referent_id) "                                \
    "AND EXISTS (SELECT 1 FROM addresses a WHERE a.contact_id = c.id AND a.state = 'OK')"

#define COUNT(lead) "SELECT count(*), $1" SELECTED(lead)
#define PEOPLE(lead)                                                                           \
    "SELECT c.id, c.first_name, c.last_name, c.lang, c.commune, $1" SELECTED(                  \
        lead) " ORDER BY c.folded, c.id LIMIT $6"
#define FIX(lead)                                                                              \
    "INSERT INTO broadcast_people (broadcast_id, contact_id, step) SELECT $1, c.id, "          \
    "'WAITING'" SELECTED(lead) " ORDER BY c.id"

enum { LEAD_TAG, LEAD_SERIES, LEAD_COMMUNE, LEAD_NONE };
static const char *const COUNT_BY[] = {COUNT(IN_TAGS), COUNT(IN_SERIES), COUNT(IN_COMMUNES),
                                       COUNT("c.id > 0")};
static const char *const PEOPLE_BY[] = {PEOPLE(IN_TAGS), PEOPLE(IN_SERIES), PEOPLE(IN_COMMUNES),
                                        PEOPLE("c.id > 0")};
static const char *const FIX_BY[] = {FIX(IN_TAGS), FIX(IN_SERIES), FIX(IN_COMMUNES),
                                     FIX("c.id > 0")};

struct terms {
    int64_t tags, communes, series;
    int lead;
};

static enum rc count_terms(struct db *db, int64_t id, struct terms *ret) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT count(*) FILTER (WHERE kind = 'tag'), count(*) FILTER (WHERE kind = 'insee'), "
        "count(*) FILTER (WHERE kind = 'series') FROM broadcast_terms WHERE broadcast_id = $1",
        SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct terms){sql_int(st, 0), sql_int(st, 1), sql_int(st, 2), LEAD_NONE};
        ret->lead = ret->tags       ? LEAD_TAG
                    : ret->series   ? LEAD_SERIES
                    : ret->communes ? LEAD_COMMUNE
                                    : LEAD_NONE;
        sql_stop(st);
    }
    return rc;
}

static void read_person(struct sql_stmt *st, struct arena *a, struct broadcast_person *p) {
    *p = (struct broadcast_person){
        .contact_id = sql_int(st, 0),
        .first_name = sql_str(st, 1, a),
        .last_name = sql_str(st, 2, a),
        .lang = sql_str(st, 3, a),
        .commune = sql_str(st, 4, a),
    };
}

static enum rc preview(struct db *db, int64_t id, int max, int64_t now_ms, struct arena *a,
                       struct broadcast_person **list, size_t *n, int64_t *ret_total) {
    struct terms t;
    enum rc rc = count_terms(db, id, &t);
    if (rc == OK) {
        rc = sql_get_int(db, ret_total, COUNT_BY[t.lead], SQL_I(id), SQL_I(now_ms),
                         SQL_I(t.tags), SQL_I(t.communes), SQL_I(t.series));
    }
    if (rc != OK) {
        return rc;
    }
    struct sql_stmt *st =
        sql_start(db, PEOPLE_BY[t.lead], SQL_I(id), SQL_I(now_ms), SQL_I(t.tags),
                  SQL_I(t.communes), SQL_I(t.series), SQL_I(max));
    while ((rc = sql_step(st)) == OK) {
        read_person(st, a, SQL_PUSH(a, *list, *n));
    }
    return sql_done(rc);
}

enum rc broadcasts_preview(struct db *db, int64_t id, int max, int64_t now_ms, struct arena *a,
                           struct broadcast_person **ret, size_t *ret_n, int64_t *ret_total) {
    struct broadcast_person *list = NULL;
    size_t n = 0;
    int64_t total = 0;
    enum rc rc = sql_begin(db, SQL_READ); /* one picture for the count and the list */
    if (rc != OK) {
        return rc;
    }
    rc = sql_end(db, preview(db, id, max, now_ms, a, &list, &n, &total));
    if (rc == OK) {
        *ret = list;
        *ret_n = n;
        *ret_total = total;
    }
    return rc;
}

enum rc broadcasts_confirm(struct db *db, int64_t id, int64_t now_ms, int64_t *ret_n) {
    struct terms t;
    int64_t people = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = broadcasts_move(db, id, BROADCAST_CONFIRMED, now_ms);
    if (rc == OK) {
        rc = count_terms(db, id, &t);
    }
    if (rc == OK) {
        rc = sql_run(db, FIX_BY[t.lead], SQL_I(id), SQL_I(now_ms), SQL_I(t.tags),
                     SQL_I(t.communes), SQL_I(t.series));
        people = sql_changes(db);
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret_n = people;
    }
    return rc;
}

enum rc broadcasts_move(struct db *db, int64_t id, enum broadcast_state to, int64_t now_ms) {
    enum rc rc = E_STATE;
    switch (to) {
    case BROADCAST_DRAFT:
        return E_STATE;
    case BROADCAST_CONFIRMED:
        rc = sql_run(db,
                     "UPDATE broadcasts SET state = 'CONFIRMED', confirmed_ms = $1 WHERE id = "
                     "$2 AND state = 'DRAFT'",
                     SQL_I(now_ms), SQL_I(id));
        break;
    case BROADCAST_SENDING:
        rc = sql_run(
            db, "UPDATE broadcasts SET state = 'SENDING' WHERE id = $1 AND state = 'CONFIRMED'",
            SQL_I(id));
        break;
    case BROADCAST_DONE:
        rc = sql_run(db,
                     "UPDATE broadcasts SET state = 'DONE', done_ms = $1 WHERE id = $2 AND "
                     "state = 'SENDING'",
                     SQL_I(now_ms), SQL_I(id));
        break;
    case BROADCAST_CANCELLED:
        rc = sql_run(db,
                     "UPDATE broadcasts SET state = 'CANCELLED', done_ms = $1 "
                     "WHERE id = $2 AND state IN ('DRAFT', 'CONFIRMED', 'SENDING')",
                     SQL_I(now_ms), SQL_I(id));
        break;
    }
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

/* ---- one by one ---- */

static enum rc claim(struct db *db, int64_t id, int64_t after, int max, struct arena *a,
                     struct broadcast_person **list, size_t *n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT p.contact_id, c.first_name, c.last_name, c.lang, c.commune "
                  "FROM broadcast_people p JOIN contacts c ON c.id = p.contact_id "
                  "WHERE p.broadcast_id = $1 AND p.contact_id > $2 AND p.step = 'WAITING' "
                  "ORDER BY p.contact_id LIMIT $3",
                  SQL_I(id), SQL_I(after), SQL_I(max));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_person(st, a, SQL_PUSH(a, *list, *n));
    }
    return sql_done(rc);
}

enum rc broadcasts_claim(struct db *db, int64_t id, int max, struct arena *a,
                         struct broadcast_person **ret, size_t *ret_n) {
    struct broadcast_person *list = NULL;
    size_t n = 0;
    int64_t after;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    /* the update locks the broadcast where there are several writers */
    rc = sql_get_int(
        db, &after,
        "UPDATE broadcasts SET after_id = after_id WHERE id = $1 RETURNING after_id",
        SQL_I(id));
    if (rc == OK) {
        rc = claim(db, id, after, max, a, &list, &n);
    }
    if (rc == OK && n > 0) {
        rc = sql_run(db, "UPDATE broadcasts SET after_id = $1 WHERE id = $2",
                     SQL_I(list[n - 1].contact_id), SQL_I(id));
    }
    rc = sql_end(db, rc);
    if (rc != OK) {
        return rc;
    }
    *ret = list;
    *ret_n = n;
    return n == 0 ? NONE : OK;
}

enum rc broadcasts_queued(struct db *db, int64_t id, int64_t contact_id, int64_t outbox_id) {
    return sql_run(db,
                   "UPDATE broadcast_people SET step = 'QUEUED', outbox_id = $1 "
                   "WHERE broadcast_id = $2 AND contact_id = $3",
                   SQL_I(outbox_id), SQL_I(id), SQL_I(contact_id));
}

enum rc broadcasts_skipped(struct db *db, int64_t id, int64_t contact_id, struct str reason) {
    return sql_run(db,
                   "UPDATE broadcast_people SET step = 'SKIPPED', reason = $1 "
                   "WHERE broadcast_id = $2 AND contact_id = $3 AND step = 'WAITING'",
                   SQL_S(reason), SQL_I(id), SQL_I(contact_id));
}
