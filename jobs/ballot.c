/* ballot.c - a vote from its question to its result: who is asked, when it closes, who is told.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/ballot.h"

#include "base/log.h"
#include "bot/effect.h"
#include "db/sql.h"
#include "db/timers.h"
#include "jobs/remind.h"
#include "jobs/service.h"
#include "jobs/spoken.h"

#define PEOPLE_A_TIMER                                                                         \
    200 /* a large group is asked in several timers: others are not kept waiting */
#define RESULT_LATE_MS (3 * MS_DAY) /* a result that could not be told by then is no news */

struct str ballot_result(const struct ballot *b, struct arena *a) {
    struct str text = STR_EMPTY;
    bool told[BALLOT_OPTIONS_MAX] = {false};
    for (int n = 0; n < b->options; n++) {
        int best = -1;
        for (int i = 0; i < b->options; i++) {
            if (!told[i] && (best < 0 || b->option[i].votes > b->option[best].votes)) {
                best = i;
            }
        }
        told[best] = true;
        text = arena_printf(a, "%.*s%s%.*s %lld", STR_ARG(text), n ? ", " : "",
                            STR_ARG(b->option[best].text), (long long)b->option[best].votes);
    }
    return text;
}

struct str ballot_text(const struct config *c, const struct ballot *b, int64_t now_ms,
                       struct arena *a) {
    bool english = str_is(c->org.lang, "en");
    struct str until = spoken_moment(b->closes_ms, c->org.tz, now_ms, c->org.lang, a);
    struct str text =
        arena_printf(a, english ? "%.*s: %.*s (until %.*s)" : "%.*s : %.*s (jusqu'à %.*s)",
                     STR_ARG(c->org.name), STR_ARG(b->title), STR_ARG(until));
    for (int i = 0; i < b->options; i++) {
        text =
            arena_printf(a, "%.*s\n%d %.*s", STR_ARG(text), i + 1, STR_ARG(b->option[i].text));
    }
    return text;
}

/* One timer of a ballot; `after` is the last person that an earlier one dealt with. */
static enum rc arm(struct db *db, int64_t id, const char *kind, int64_t after, int64_t due_ms,
                   int64_t now_ms) {
    struct arena a;
    arena_init(&a);
    struct timer t = {.due_ms = due_ms,
                      .kind = str_from(kind),
                      .key = arena_printf(&a, "ballot/%lld/%s", (long long)id, kind),
                      .payload = arena_printf(&a, "{\"ballot\":%lld,\"after\":%lld}",
                                              (long long)id, (long long)after)};
    enum rc rc = timers_arm(db, &t, now_ms);
    arena_done(&a);
    return rc;
}

static enum rc disarm(struct db *db, int64_t id) {
    struct arena a;
    arena_init(&a);
    enum rc rc = timers_cancel_prefix(db, arena_printf(&a, "ballot/%lld/", (long long)id));
    arena_done(&a);
    return rc;
}

enum rc ballot_open(struct db *db, int64_t id, int64_t now_ms) {
    struct arena a;
    struct ballot b;
    arena_init(&a);
    enum rc rc = ballots_get(db, id, &a, &b);
    if (rc == OK && b.closes_ms <= now_ms) {
        rc = b.state == BALLOT_DRAFT ? E_INVALID : E_STATE;
    }
    if (rc == OK) {
        rc = ballots_move(db, id, BALLOT_OPEN);
    }
    if (rc == OK) {
        rc = arm(db, id, "ballot_ask", 0, now_ms, now_ms);
    }
    if (rc == OK) {
        rc = arm(db, id, "ballot_close", 0, b.closes_ms, now_ms);
    }
    arena_done(&a);
    return rc;
}

enum rc ballot_close(struct db *db, int64_t id, int64_t now_ms) {
    enum rc rc = ballots_move(db, id, BALLOT_CLOSED);
    if (rc == OK) {
        rc = disarm(db, id);
    }
    return rc == OK ? arm(db, id, "ballot_told", 0, now_ms, now_ms) : rc;
}

enum rc ballot_cancel(struct db *db, int64_t id) {
    enum rc rc = ballots_move(db, id, BALLOT_CANCELLED);
    return rc == OK ? disarm(db, id) : rc;
}

/* The event to a page of people, then a timer for the next page. */
static enum rc raise_page(struct service *s, int64_t id, const char *event, const char *kind,
                          const int64_t *who, size_t n, int64_t expires_ms, struct arena *a,
                          int64_t now_ms) {
    bool told = str_is(str_from(kind), "ballot_told");
    struct str data =
        arena_printf(a, "{\"ballot\":%lld%s}", (long long)id, told ? ",\"closed\":true" : "");
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        struct str key =
            arena_printf(a, "%s/%lld/%lld", kind, (long long)id, (long long)who[i]);
        rc = remind_raise(s, who[i], event, data.p, told ? SAY_BULK : SAY_QUESTION, key.p,
                          expires_ms, now_ms);
    }
    return rc == OK && n == PEOPLE_A_TIMER ? arm(s->db, id, kind, who[n - 1], now_ms, now_ms)
                                           : rc;
}

static enum rc ask(struct service *s, int64_t id, int64_t after, struct arena *a,
                   int64_t now_ms) {
    struct ballot b;
    int64_t *who;
    size_t n;
    enum rc rc = ballots_get(s->db, id, a, &b);
    if (rc == OK) {
        rc = ballots_ask(s->db, id, after, PEOPLE_A_TIMER, now_ms, a, &who, &n);
    }
    if (rc != OK) {
        return rc == NONE || rc == E_STATE ? OK : rc; /* closed or cancelled meanwhile */
    }
    return raise_page(s, id, "ballot.opened", "ballot_ask", who, n, b.closes_ms, a, now_ms);
}

static enum rc tell(struct service *s, int64_t id, int64_t after, struct arena *a,
                    int64_t now_ms) {
    int64_t *who;
    size_t n;
    enum rc rc = ballots_voters(s->db, id, after, PEOPLE_A_TIMER, a, &who, &n);
    return rc == OK ? raise_page(s, id, "ballot.closed", "ballot_told", who, n,
                                 now_ms + RESULT_LATE_MS, a, now_ms)
                    : rc;
}

enum rc ballot_fire(struct service *s, const struct timer *t, const struct val *data,
                    struct arena *a, int64_t now_ms, bool *ret_mine) {
    int64_t id = val_get_int(data, "ballot", 0), after = val_get_int(data, "after", 0);
    *ret_mine = true;
    if (str_is(t->kind, "ballot_ask")) {
        return ask(s, id, after, a, now_ms);
    }
    if (str_is(t->kind, "ballot_told")) {
        return tell(s, id, after, a, now_ms);
    }
    if (str_is(t->kind, "ballot_close")) {
        enum rc rc = ballot_close(s->db, id, now_ms);
        return rc == E_STATE || rc == NONE ? OK : rc;
    }
    *ret_mine = false;
    return OK;
}
