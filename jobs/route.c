/* route.c - another road for a message: the next channel when one is down, SMS when a chat is
 * closed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/route.h"

#include "base/json.h"
#include "base/log.h"
#include "db/sql.h"
#include "gateways/sms_text.h"
#include "jobs/carriers.h"
#include "jobs/effects.h"
#include "jobs/service.h"

#define ADDRESSES_MAX 200 /* moved at a time: a short transaction */

/* From a chat to SMS only with the person's will; every other change stays among addresses they
 * opened or gave for this. */
static bool is_allowed(const struct config *c, struct str scheme,
                       const struct contact_address *to) {
    if (to->preferred || str_eq(to->at.scheme, scheme) || !str_is(to->at.scheme, "tel")) {
        return true;
    }
    if (str_is(c->sending.fallback, "wrote")) {
        return to->channel.n > 0;
    }
    return str_is(c->sending.fallback, "known");
}

/* The best usable address but `not_id`; `scheme` is that of the address it replaces. */
static enum rc pick(const struct config *c, struct db *db, int64_t contact_id, int64_t not_id,
                    struct str scheme, struct arena *a, struct contact_address *ret) {
    struct contact_address *list = NULL;
    size_t n = 0;
    enum rc rc = addresses_list(db, contact_id, a, &list, &n);
    if (rc < OK) {
        return rc;
    }
    if (n > 0 && scheme.n == 0) {
        scheme = list[0].at.scheme; /* preferred comes first */
    }
    for (size_t i = 0; i < n; i++) {
        if (list[i].state == ADDRESS_OK && list[i].id != not_id &&
            is_allowed(c, scheme, &list[i])) {
            *ret = list[i];
            return OK;
        }
    }
    return NONE;
}

enum rc route_reach(struct service *s, int64_t contact_id, struct arena *a,
                    struct contact_address *ret) {
    return pick(s->config, s->db, contact_id, 0, STR_EMPTY, a, ret);
}

enum rc route_reach_on(const struct config *config, struct db *db, int64_t contact_id,
                       struct arena *a, struct contact_address *ret) {
    return pick(config, db, contact_id, 0, STR_EMPTY, a, ret);
}

/* "1 Oui\n2 Non" for a channel without buttons; links are written out. */
static struct str digits_of(struct str buttons, struct arena *a) {
    const struct val *v;
    struct err e;
    struct str out = STR_EMPTY;
    if (buttons.n == 0 || json_parse(buttons, a, &v, &e) != OK || !val_is(v, VAL_LIST)) {
        return out;
    }
    for (size_t i = 0; i < v->list.n; i++) {
        const struct val *b = v->list.item[i];
        struct str label = val_get_text(b, "label", STR_EMPTY);
        enum button_kind kind = effects_button_kind(val_get_text(b, "kind", STR_EMPTY));
        const char *line = out.n > 0 ? "\n" : "";
        if (kind == BUTTON_REPLY) {
            out = arena_printf(a, "%.*s%s%zu %.*s", STR_ARG(out), line, i + 1, STR_ARG(label));
        } else if (kind == BUTTON_LINK || kind == BUTTON_APP) {
            out = arena_printf(a, "%.*s%s%.*s : %.*s", STR_ARG(out), line, STR_ARG(label),
                               STR_ARG(val_get_text(b, "payload", STR_EMPTY)));
        }
    }
    return out;
}

enum rc route_elsewhere(struct service *s, const struct outbox_row *m, struct arena *a,
                        int64_t now_ms) {
    struct contact_address to;
    if (m->confirms_stop) {
        return NONE;
    }
    enum rc rc = pick(s->config, s->db, m->contact_id, m->address_id, m->to.scheme, a, &to);
    struct carrier *c = rc == OK ? carrier_for(s, to.at, to.channel) : NULL;
    if (rc < OK || !c) {
        return rc < OK ? rc : NONE;
    }
    bool buttons = (c->gw.kind->caps & GW_BUTTONS) != 0;
    struct str text =
        effects_text(c, m->text, buttons ? STR_EMPTY : digits_of(m->buttons, a), a);
    rc = outbox_readdress(s->db, m->id, to.id, c->gw.name, text, sms_count(text).segments);
    if (rc == OK) {
        struct outbox_change back = {.next_ms = now_ms, .uncount = true};
        rc = outbox_move(s->db, m->id, OUTBOX_INFLIGHT, OUTBOX_QUEUED, &back, now_ms);
    }
    if (rc == OK) {
        log_event(LOG_LVL_INFO, "route.elsewhere", "outbox=%lld from=%.*s to=%.*s",
                  (long long)m->id, STR_ARG(m->channel), STR_ARG(c->gw.name));
    }
    return rc;
}

/* ---- a channel is out of order ---- */

static bool has_substitute(const struct service *s, const struct carrier *c, int64_t now) {
    for (size_t i = 0; i < s->carriers; i++) {
        const struct carrier *other = &s->carrier[i];
        if (other != c && str_eq(other->gw.kind->scheme, c->gw.kind->scheme) &&
            !carrier_is_out(s, other, now)) {
            return true;
        }
    }
    return false;
}

/* The channel that takes over for this address; NULL when it must wait. */
static struct carrier *substitute(struct service *s, struct str name, struct address to,
                                  int64_t now) {
    struct carrier *other = carrier_for(s, to, name);
    bool another = other && !str_eq(other->gw.name, name);
    return another && !carrier_is_out(s, other, now) ? other : NULL;
}

static enum rc move_all(struct service *s, struct str name, const struct outbox_waiting *w,
                        size_t n, int64_t now, int64_t *ret_moved) {
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    for (size_t i = 0; i < n && rc == OK; i++) {
        struct carrier *other = substitute(s, name, w[i].to, now);
        int64_t moved = 0;
        if (other) {
            rc = outbox_to_channel(s->db, w[i].address_id, name, other->gw.name, &moved);
        }
        *ret_moved += moved;
    }
    return sql_end(s->db, rc);
}

/* What waits under this name and is due goes to the channels that can take it. */
static int relieve(struct service *s, struct str name, int64_t now) {
    struct arena a;
    struct outbox_waiting *w = NULL;
    size_t n = 0;
    int64_t moved = 0;
    bool any = false;
    arena_init(&a);
    enum rc rc = outbox_waiting(s->db, name, now, ADDRESSES_MAX, &a, &w, &n);
    for (size_t i = 0; i < n && rc == OK && !any; i++) {
        any = substitute(s, name, w[i].to, now) != NULL;
    }
    if (rc == OK && any) {
        rc = move_all(s, name, w, n, now, &moved);
    }
    arena_done(&a);
    if (rc == OK && moved > 0) {
        log_event(name.n > 0 ? LOG_LVL_WARN : LOG_LVL_INFO, "route.moved",
                  "channel=%.*s messages=%lld", STR_ARG(name), (long long)moved);
    }
    return rc < OK ? (int)rc : (int)moved;
}

static bool is_due(struct service *s, struct str name, int64_t now) {
    int64_t due;
    return outbox_next_ms(s->db, name, &due) == OK && due <= now;
}

int route_failover(struct service *s) {
    int64_t now = service_now(s);
    /* written for an address that no channel has brought yet (imported, shared, typed in) */
    int moved = is_due(s, STR(""), now) ? relieve(s, STR(""), now) : 0;
    for (size_t i = 0; i < s->carriers && moved >= 0; i++) {
        const struct carrier *c = &s->carrier[i];
        if (!carrier_is_out(s, c, now) || !has_substitute(s, c, now) ||
            !is_due(s, c->gw.name, now)) {
            continue;
        }
        int n = relieve(s, c->gw.name, now);
        moved = n < 0 ? n : moved + n;
    }
    return moved;
}

int route_orphans(struct service *s) {
    struct arena a;
    struct str name;
    int moved = 0;
    arena_init(&a);
    enum rc rc = outbox_next_channel(s->db, NULL, &a, &name);
    while (rc == OK && moved >= 0) {
        if (!carrier_find(s, name)) {
            int one = relieve(s, name, service_now(s));
            moved = one < 0 ? one : moved + one;
        }
        struct str last = name;
        rc = outbox_next_channel(s->db, &last, &a, &name);
    }
    arena_done(&a);
    return rc < OK ? (int)rc : moved;
}
