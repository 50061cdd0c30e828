/* contacts.c - people: made, read, corrected, listed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/contacts.h"

#include <assert.h>

#include "base/buf.h"
#include "base/id.h"
#include "base/text.h"
#include "db/sql.h"

static const char *const KINDS[] = {"youth", "partner"};
static const char *const STATES[] = {"STRANGER", "SIGNING", "ENROLLED",
                                     "REFUSED",  "LEFT",    "ERASED"};

const char *contacts_status_name(enum contact_status s) {
    return STATES[s];
}

#define COLUMNS                                                                                \
    "c.id, c.kind, c.status, c.first_name, c.last_name, c.lang, c.born, c.commune, "           \
    "c.postcode, "                                                                             \
    "c.insee, c.rqth, c.origin, c.referent_id, c.guardian_phone, c.created_ms, "               \
    "c.enrolled_ms, "                                                                          \
    "c.stop_all_ms, c.pause_until_ms, c.stop_reminders_ms, t.last_in_ms, t.last_out_ms"
#define FROM " FROM contacts c JOIN talks t ON t.contact_id = c.id "

static void read_row(struct sql_stmt *st, struct arena *a, struct contact *c) {
    *c = (struct contact){
        .id = sql_int(st, 0),
        .kind = (enum contact_kind)sql_word(st, 1, KINDS, 2),
        .status = (enum contact_status)sql_word(st, 2, STATES, 6),
        .first_name = sql_str(st, 3, a),
        .last_name = sql_str(st, 4, a),
        .lang = sql_str(st, 5, a),
        .commune = sql_str(st, 7, a),
        .postcode = sql_str(st, 8, a),
        .insee = sql_str(st, 9, a),
        .rqth = sql_int(st, 10) != 0,
        .origin = sql_str(st, 11, a),
        .referent_id = sql_int(st, 12),
        .guardian_phone = sql_str(st, 13, a),
        .created_ms = sql_int(st, 14),
        .enrolled_ms = sql_int(st, 15),
        .stop_all_ms = sql_int(st, 16),
        .pause_until_ms = sql_int(st, 17),
        .stop_reminders_ms = sql_int(st, 18),
        .last_in_ms = sql_int(st, 19),
        .last_out_ms = sql_int(st, 20),
    };
    date_parse_iso(sql_view(st, 6), &c->born);
}

/* "last first" as people would look for it. */
static struct str folded_name(const struct contact *c, struct arena *a) {
    struct str both =
        arena_printf(a, "%.*s %.*s", STR_ARG(c->last_name), STR_ARG(c->first_name));
    return text_fold(str_trim(both), a);
}

static struct str day_text(struct date d, struct arena *a) {
    return d.year ? date_iso(d, a) : STR("");
}

enum rc contacts_new(struct db *db, struct contact *c, int64_t now_ms) {
    struct arena a;
    arena_init(&a);
    int64_t id = c->id ? c->id : id_new(now_ms);
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        arena_done(&a);
        return rc;
    }
    rc = sql_run(
        db,
        "INSERT INTO contacts (id, kind, status, first_name, last_name, folded, lang, born, "
        "commune, "
        "postcode, insee, rqth, origin, referent_id, guardian_phone, created_ms, enrolled_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        SQL_I(id), SQL_C(KINDS[c->kind]), SQL_C(STATES[c->status]), SQL_S(c->first_name),
        SQL_S(c->last_name), SQL_S(folded_name(c, &a)), SQL_S(c->lang),
        SQL_S(day_text(c->born, &a)), SQL_S(c->commune), SQL_S(c->postcode), SQL_S(c->insee),
        SQL_I(c->rqth), SQL_S(c->origin), SQL_IN(c->referent_id), SQL_S(c->guardian_phone),
        SQL_I(now_ms), SQL_I(c->enrolled_ms));
    if (rc == OK) {
        rc = sql_run(db, "INSERT INTO talks (contact_id) VALUES ($1)", SQL_I(id));
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        c->id = id;
        c->created_ms = now_ms;
    }
    arena_done(&a);
    return rc;
}

enum rc contacts_get(struct db *db, int64_t id, struct arena *a, struct contact *ret) {
    struct sql_stmt *st = sql_start(db, "SELECT " COLUMNS FROM "WHERE c.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

/* OK when exactly a row changed, NONE when there was none. */
static enum rc one_row(struct db *db, enum rc rc) {
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc contacts_put(struct db *db, const struct contact *c) {
    struct arena a;
    arena_init(&a);
    enum rc rc =
        sql_run(db,
                "UPDATE contacts SET kind = $1, status = $2, first_name = $3, last_name = $4, "
                "folded = $5, "
                "lang = $6, born = $7, commune = $8, postcode = $9, insee = $10, rqth = $11, "
                "origin = $12, "
                "referent_id = $13, guardian_phone = $14, enrolled_ms = $15 WHERE id = $16",
                SQL_C(KINDS[c->kind]), SQL_C(STATES[c->status]), SQL_S(c->first_name),
                SQL_S(c->last_name), SQL_S(folded_name(c, &a)), SQL_S(c->lang),
                SQL_S(day_text(c->born, &a)), SQL_S(c->commune), SQL_S(c->postcode),
                SQL_S(c->insee), SQL_I(c->rqth), SQL_S(c->origin), SQL_IN(c->referent_id),
                SQL_S(c->guardian_phone), SQL_I(c->enrolled_ms), SQL_I(c->id));
    arena_done(&a);
    return one_row(db, rc);
}

/* The names need the folded one written with them, so they go through the whole row. */
static enum rc set_name(struct db *db, int64_t id, bool first, struct str value) {
    struct arena a;
    struct contact c;
    arena_init(&a);
    enum rc rc = contacts_get(db, id, &a, &c);
    if (rc == OK) {
        *(first ? &c.first_name : &c.last_name) = value;
        rc = sql_run(
            db,
            "UPDATE contacts SET first_name = $1, last_name = $2, folded = $3 WHERE id = $4",
            SQL_S(c.first_name), SQL_S(c.last_name), SQL_S(folded_name(&c, &a)), SQL_I(id));
    }
    arena_done(&a);
    return rc == NONE ? E_INVALID : rc;
}

enum rc contacts_set(struct db *db, int64_t id, struct str name, struct str value) {
    static const struct {
        const char *name, *sql;
    } COLUMN[] = {
        {"language", "UPDATE contacts SET lang = $1 WHERE id = $2"},
        {"born", "UPDATE contacts SET born = $1 WHERE id = $2"},
        {"commune", "UPDATE contacts SET commune = $1 WHERE id = $2"},
        {"postcode", "UPDATE contacts SET postcode = $1 WHERE id = $2"},
        {"insee", "UPDATE contacts SET insee = $1 WHERE id = $2"},
        {"guardian_phone", "UPDATE contacts SET guardian_phone = $1 WHERE id = $2"},
        {"origin", "UPDATE contacts SET origin = $1 WHERE id = $2"},
    };
    struct date d;
    if (str_is(name, "first_name") || str_is(name, "last_name")) {
        return set_name(db, id, str_is(name, "first_name"), value);
    }
    if (str_is(name, "born") && value.n > 0 && !date_parse_iso(value, &d)) {
        return E_INVALID;
    }
    if (str_is(name, "rqth")) {
        return sql_run(db, "UPDATE contacts SET rqth = $1 WHERE id = $2",
                       SQL_I(str_is(value, "1")), SQL_I(id));
    }
    for (size_t i = 0; i < sizeof COLUMN / sizeof *COLUMN; i++) {
        if (str_is(name, COLUMN[i].name)) {
            return sql_run(db, COLUMN[i].sql, SQL_S(value), SQL_I(id));
        }
    }
    return NONE;
}

enum rc contacts_set_status(struct db *db, int64_t id, enum contact_status s, int64_t now_ms) {
    enum rc rc = sql_run(
        db,
        "UPDATE contacts SET status = $1, enrolled_ms = CASE WHEN $2 = 1 AND enrolled_ms = 0 "
        "THEN $3 ELSE enrolled_ms END WHERE id = $4 AND status <> 'ERASED'",
        SQL_C(STATES[s]), SQL_I(s == CONTACT_ENROLLED), SQL_I(now_ms), SQL_I(id));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc contacts_enrol(struct db *db, int64_t id, int64_t now_ms, bool *ret_first) {
    int64_t before;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = sql_get_int(db, &before, "SELECT enrolled_ms FROM contacts WHERE id = $1", SQL_I(id));
    if (rc == OK) {
        rc = contacts_set_status(db, id, CONTACT_ENROLLED, now_ms);
    }
    rc = sql_end(db, rc);
    if (rc == OK && ret_first) {
        *ret_first = before == 0;
    }
    return rc;
}

enum rc contacts_set_referent(struct db *db, int64_t id, int64_t staff_id) {
    return one_row(db, sql_run(db, "UPDATE contacts SET referent_id = $1 WHERE id = $2",
                               SQL_IN(staff_id), SQL_I(id)));
}

/* '%' and '_' in what people type are letters, not patterns. */
static struct str like_pattern(struct str words, struct arena *a) {
    struct buf b;
    buf_init(&b, 512);
    buf_putc(&b, '%');
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i] == '%' || words.p[i] == '_' || words.p[i] == '\\') {
            buf_putc(&b, '\\');
        }
        buf_putc(&b, words.p[i]);
    }
    buf_putc(&b, '%');
    struct str s =
        b.over ? STR("\\") : arena_str(a, buf_view(&b)); /* too long: matches nothing */
    buf_done(&b);
    return s;
}

enum rc contacts_list(struct db *db, const struct contact_filter *f, struct arena *a,
                      struct contact **ret, size_t *ret_n) {
    int limit = f->limit <= 0 ? 50 : f->limit > 500 ? 500 : f->limit;
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " COLUMNS FROM
        "WHERE c.kind = $1 AND c.status <> 'ERASED' AND ($2 = 0 OR c.status = $3)"
        " AND ($4 = '' OR c.folded LIKE $5 ESCAPE '\\')"
        " AND ($6 = '' OR c.insee = $6) AND ($7 = 0 OR c.referent_id = $7)"
        " AND ($8 = '' OR EXISTS (SELECT 1 FROM tags g WHERE g.tag = $8 AND g.contact_id = "
        "c.id))"
        " AND ($9 = 0 OR EXISTS (SELECT 1 FROM members m WHERE m.series_id = $9 AND "
        "m.contact_id = c.id))"
        " ORDER BY c.folded, c.id LIMIT $10 OFFSET $11",
        SQL_C(KINDS[f->kind]), SQL_I(f->with_status), SQL_C(STATES[f->status]), SQL_S(f->words),
        SQL_S(like_pattern(f->words, a)), SQL_S(f->insee), SQL_I(f->referent_id), SQL_S(f->tag),
        SQL_I(f->series_id), SQL_I(limit), SQL_I(f->offset));
    struct contact *list = NULL;
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

enum rc contacts_count(struct db *db, enum contact_status s, int64_t *ret) {
    return sql_get_int(db, ret, "SELECT count(*) FROM contacts WHERE status = $1",
                       SQL_C(STATES[s]));
}

enum rc contacts_note(struct db *db, int64_t id, int64_t staff_id, struct str text,
                      int64_t now_ms) {
    return sql_run(
        db,
        "INSERT INTO notes (id, contact_id, staff_id, at_ms, text) VALUES ($1, $2, $3, $4, $5)",
        SQL_I(id_new(now_ms)), SQL_I(id), SQL_I(staff_id), SQL_I(now_ms), SQL_S(text));
}

enum rc contacts_notes(struct db *db, int64_t id, struct arena *a, struct contact_note **ret,
                       size_t *ret_n) {
    struct sql_stmt *st = sql_start(db,
                                    "SELECT id, contact_id, staff_id, at_ms, text FROM notes "
                                    "WHERE contact_id = $1 ORDER BY id DESC LIMIT 100",
                                    SQL_I(id));
    struct contact_note *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct contact_note){
            sql_int(st, 0), sql_int(st, 1), sql_int(st, 2), sql_int(st, 3), sql_str(st, 4, a)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
