/* followup_calls.c - the advisor's call list: who did not answer, and what was last known of
 * them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/followups_priv.h"

#define PHONE                                                                                  \
    "(SELECT a.value FROM addresses a WHERE a.contact_id = w.contact_id AND a.scheme = 'tel' " \
    "ORDER BY a.preferred DESC, a.since_ms DESC, a.id LIMIT 1)"
#define EARLIER(column)                                                                        \
    "(SELECT " column " FROM waves v WHERE v.contact_id = w.contact_id AND v.due < w.due "     \
    "AND v.situation <> '' ORDER BY v.due DESC LIMIT 1)"

enum rc followups_calls(struct db *db, int64_t staff_id, struct arena *a, struct call **ret,
                        size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " WAVE_COLUMNS ", c.first_name, c.last_name, " PHONE ", c.referent_id, "
        "coalesce(" EARLIER("v.situation") ", f.kind), coalesce(" EARLIER(
            "v.due") ", f.contract_date) "
                     "FROM waves w JOIN contacts c ON c.id = w.contact_id JOIN followups f ON "
                     "f.id = w.followup_id "
                     "WHERE w.state = 'UNREACHED' AND ($1 = 0 OR c.referent_id = $1) ORDER BY "
                     "w.due, w.id",
        SQL_I(staff_id));
    struct call *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct call *c = SQL_PUSH(a, list, n);
        followups_read_wave(st, a, &c->wave);
        c->first_name = sql_str(st, 16, a);
        c->last_name = sql_str(st, 17, a);
        c->phone = sql_str(st, 18, a);
        c->referent_id = sql_int(st, 19);
        c->last_situation = sql_str(st, 20, a);
        date_parse_iso(sql_view(st, 21), &c->last_on);
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
