/* tracing.c - keeps why a turn went as it did, without a word of the person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/tracing.h"

#include <string.h>

#include "base/log.h"
#include "db/sql.h"
#include "db/traces.h"
#include "jobs/service.h"

#define FORGET_MAX 2000
#define DIGITS_SHOWN 5 /* in a row; more could be a phone number or a date of birth */

static void put(struct tracing *t, const char *p, size_t n) {
    if (n > 0 && t->n + n <= TRACING_MAX) {
        memcpy(t->text + t->n, p, n);
        t->n += n;
    }
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* What stands between the marks is left out, and so are long numbers wherever they come from.
 */
static void put_what(struct tracing *t, struct str what) {
    size_t from = 0, i = 0;
    while (i < what.n) {
        size_t run = i;
        if (what.p[i] == TRACE_HIDE[0]) {
            put(t, what.p + from, i - from);
            while (i < what.n && what.p[i] != TRACE_SHOW[0]) {
                i++;
            }
            from = i < what.n ? ++i : i;
            continue;
        }
        while (run < what.n && is_digit(what.p[run])) {
            run++;
        }
        if (run - i > DIGITS_SHOWN) {
            put(t, what.p + from, i - from);
            put(t, "...", 3);
            from = run;
        }
        i = run > i ? run : i + 1;
    }
    put(t, what.p + from, what.n - from);
}

void tracing_note(struct person *p, const struct turn *turn) {
    if (turn->traces == 0 || p->s->config->traces.keep_ms == 0) {
        return;
    }
    if (!p->tracing) {
        p->tracing = arena_alloc(p->a, sizeof *p->tracing);
        p->tracing->n = 0;
        p->tracing->flow = p->tracing->step = STR_EMPTY;
    }
    struct tracing *t = p->tracing;
    for (size_t i = 0; i < turn->traces; i++) {
        const struct trace *x = &turn->trace[i];
        size_t start = t->n;
        if (!str_eq(x->flow, t->flow) || !str_eq(x->step, t->step)) {
            put(t, x->flow.p, x->flow.n);
            put(t, "/", 1);
            put(t, x->step.p, x->step.n);
            t->flow = x->flow;
            t->step = x->step;
        }
        put(t, "\t", 1);
        put_what(t, x->what);
        put(t, "\n", 1);
        if (t->n == start || t->text[t->n - 1] != '\n' || t->n + 200 > TRACING_MAX) {
            t->n = t->n > start && t->text[t->n - 1] == '\n' ? t->n : start;
            return; /* full: whole lines only */
        }
    }
}

enum rc tracing_keep(struct person *p) {
    struct tracing *t = p->tracing;
    p->tracing = NULL;
    if (!t || t->n == 0 || !p->cause || p->cause->id == 0) {
        return OK;
    }
    return traces_put(p->s->db, p->cause->id, p->contact.id, (struct str){t->text, t->n - 1});
}

enum rc tracing_forget(struct service *s) {
    int64_t n = 0;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(s->db, traces_forget(s->db, service_now(s) - s->config->traces.keep_ms,
                                          FORGET_MAX, &n));
    }
    if (rc == OK && n > 0) {
        log_event(LOG_LVL_INFO, "traces.forgotten", "n=%lld", (long long)n);
    }
    return rc;
}
