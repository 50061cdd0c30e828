/* ideas.c - what people propose by text, for the team and for a vote. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/ideas.h"

#include "base/id.h"
#include "base/text.h"
#include "db/sql.h"

static const char *const STATES[IDEA_STATES] = {"NEW", "KEPT", "CLOSED"};

enum rc ideas_put(struct db *db, int64_t contact_id, struct str words, int64_t now_ms,
                  int64_t *ret_id) {
    words = text_cut(str_trim(words), IDEA_WORDS_MAX);
    if (words.n == 0) {
        return E_INVALID;
    }
    *ret_id = id_new(now_ms);
    return sql_run(
        db,
        "INSERT INTO ideas (id, contact_id, words, state, at_ms) VALUES ($1, $2, $3, "
        "'NEW', $4)",
        SQL_I(*ret_id), SQL_IN(contact_id), SQL_S(words), SQL_I(now_ms));
}

enum rc ideas_move(struct db *db, int64_t id, enum idea_state to) {
    enum rc rc =
        sql_run(db, "UPDATE ideas SET state = $1 WHERE id = $2", SQL_C(STATES[to]), SQL_I(id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc ideas_list(struct db *db, int max, struct arena *a, struct idea **ret, size_t *ret_n) {
    /* by their names, NEW comes after KEPT */
    struct sql_stmt *st = sql_start(
        db,
        "SELECT i.id, i.contact_id, c.first_name, i.words, i.state, i.at_ms FROM ideas i "
        "LEFT JOIN contacts c ON c.id = i.contact_id WHERE i.state <> 'CLOSED' "
        "ORDER BY i.state DESC, i.id DESC LIMIT $1",
        SQL_I(max));
    struct idea *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) =
            (struct idea){.id = sql_int(st, 0),
                          .contact_id = sql_int(st, 1),
                          .first_name = sql_str(st, 2, a),
                          .words = sql_str(st, 3, a),
                          .state = (enum idea_state)sql_word(st, 4, STATES, IDEA_STATES),
                          .at_ms = sql_int(st, 5)};
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}
