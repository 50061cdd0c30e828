/* sim_backend.c - what the phone simulator's page needs of a running service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/sim_backend.h"

#include "base/id.h"
#include "base/json.h"
#include "db/addresses.h"
#include "db/db.h"
#include "db/outbox.h"
#include "db/threads.h"
#include "jobs/demo.h"
#include "jobs/receive.h"
#include "jobs/service.h"

static const struct demo_phone *phone_of(struct str id) {
    for (const struct demo_phone *p = DEMO_PHONES; p->id; p++) {
        if (str_is(id, p->id)) {
            return p;
        }
    }
    return NULL;
}

static struct address address_of(const struct demo_phone *p) {
    return (struct address){p->chat ? STR("simchat") : STR("sim"), str_from(p->address)};
}

static enum rc phones(void *ctx, struct arena *a, struct sim_phone **ret, size_t *ret_n) {
    struct sim_world *w = ctx;
    size_t n = 0;
    while (DEMO_PHONES[n].id) {
        n++;
    }
    struct sim_phone *list = ARENA_ARRAY(a, struct sim_phone, n);
    for (size_t i = 0; i < n; i++) {
        const struct demo_phone *d = &DEMO_PHONES[i];
        list[i] = (struct sim_phone){.id = str_from(d->id),
                                     .name = str_from(d->name),
                                     .number = str_from(d->number),
                                     .about = str_from(d->about),
                                     .service = w->service->config->org.short_name,
                                     .kind = d->chat ? SIM_TELEGRAM : SIM_SMS};
    }
    *ret = list;
    *ret_n = n;
    return OK;
}

static enum sim_status status_of(enum outbox_state s) {
    switch (s) {
    case OUTBOX_QUEUED:
    case OUTBOX_INFLIGHT:
        return SIM_QUEUED;
    case OUTBOX_SENT:
        return SIM_SENT;
    case OUTBOX_DELIVERED:
    case OUTBOX_READ:
        return SIM_DELIVERED;
    case OUTBOX_EXPIRED:
    case OUTBOX_HELD_BACK:
        return SIM_HELD;
    case OUTBOX_FAILED:
    case OUTBOX_UNKNOWN:
        return SIM_FAILED;
    }
    return SIM_FAILED;
}

/* Why a message did not leave, for the person who tries the service. */
static struct str reason_of(struct str why) {
    static const struct {
        const char *code, *words;
    } WORDS[] = {{"stop", "STOP a été demandé"},
                 {"stop reminders", "plus de rappels demandé"},
                 {"pause", "une pause a été demandée"},
                 {"too late", "trop tard pour être utile"},
                 {"cancelled", "la rencontre est annulée"},
                 {"changed", "la rencontre a changé"},
                 {"bad address", "ce numéro ne fonctionne pas"},
                 {"wrong number", "ce n'est plus le bon numéro"},
                 {"daily cap", "trop de messages ce jour-là"},
                 {"blocked address", "la personne a bloqué le service"}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_is(why, WORDS[i].code)) {
            return str_from(WORDS[i].words);
        }
    }
    return why;
}

static void read_buttons(struct sim_message *m, struct str json, struct arena *a) {
    const struct val *v;
    struct err e;
    if (json.n == 0 || json_parse(json, a, &v, &e) != OK || !val_is(v, VAL_LIST)) {
        return;
    }
    struct sim_button *b = ARENA_ARRAY(a, struct sim_button, v->list.n);
    for (size_t i = 0; i < v->list.n; i++) {
        b[i].label = val_get_text(v->list.item[i], "label", STR_EMPTY);
        b[i].payload = val_get_text(v->list.item[i], "payload", STR_EMPTY);
    }
    m->button = b;
    m->buttons = v->list.n;
}

static enum rc line_of(struct sim_world *w, const struct thread_line *l, struct arena *a,
                       struct sim_message *ret) {
    *ret = (struct sim_message){.id = l->id,
                                .from_phone = l->inbound,
                                .text = l->text,
                                .at_ms = l->at_ms,
                                .status = l->inbound ? SIM_RECEIVED : status_of(l->state),
                                .reason = reason_of(l->reason)};
    if (l->inbound) {
        return OK;
    }
    struct outbox_row m;
    enum rc rc = outbox_get(w->db, l->id, a, &m);
    if (rc == OK) {
        read_buttons(ret, m.buttons, a);
        ret->ask_contact = m.ask_contact;
    }
    return rc < OK ? rc : OK;
}

static enum rc history(void *ctx, struct str phone, size_t max, struct arena *a,
                       struct sim_message **ret, size_t *ret_n) {
    struct sim_world *w = ctx;
    const struct demo_phone *p = phone_of(phone);
    struct contact_address addr;
    struct thread_line *line;
    size_t n = 0, kept = 0;
    *ret = NULL;
    *ret_n = 0;
    enum rc rc = p ? addresses_find(w->db, address_of(p), a, &addr) : NONE;
    if (rc == OK) {
        rc = threads_read(w->db, addr.contact_id, (int)max, a, &line, &n);
    }
    if (rc != OK) {
        return rc < OK ? rc : OK;
    }
    struct sim_message *list = ARENA_ARRAY(a, struct sim_message, n);
    for (size_t i = 0; i < n && rc == OK; i++) {
        /* time-outs and planned events stand in the thread too, but no phone shows them */
        if (line[i].inbound &&
            (line[i].in_kind == INBOX_EVENT || line[i].in_kind == INBOX_TIMEOUT)) {
            continue;
        }
        rc = line_of(w, &line[i], a, &list[kept++]);
    }
    *ret = list;
    *ret_n = kept;
    return rc;
}

/* A button shows its label in the thread, as a real messenger would. */
static struct str label_of(struct sim_world *w, const struct demo_phone *p, struct str payload,
                           struct arena *a) {
    struct sim_message *m;
    size_t n;
    if (history(w, str_from(p->id), 20, a, &m, &n) != OK) {
        return payload;
    }
    for (size_t i = n; i > 0; i--) {
        for (size_t b = 0; b < m[i - 1].buttons; b++) {
            if (str_eq(m[i - 1].button[b].payload, payload)) {
                return m[i - 1].button[b].label;
            }
        }
    }
    return payload;
}

static enum rc say(void *ctx, struct str phone, struct str text, struct str payload,
                   bool contact) {
    struct sim_world *w = ctx;
    const struct demo_phone *p = phone_of(phone);
    if (!p) {
        return NONE;
    }
    struct receive_item *item = receive_item_new();
    struct arena *a = &item->a;
    char id[25];
    id_token(id, 24);
    struct inbound *in = ARENA_NEW(a, struct inbound);
    *in = (struct inbound){.gateway = p->chat ? STR("sim_chat") : STR("sim"),
                           .channel = p->chat ? STR("messagerie") : STR("sms"),
                           .provider_id = arena_str(a, str_from(id)),
                           .from = address_of(p),
                           .kind = contact         ? INBOUND_CONTACT
                                   : payload.n > 0 ? INBOUND_BUTTON
                                                   : INBOUND_TEXT,
                           .text =
                               arena_str(a, payload.n > 0 ? label_of(w, p, payload, a) : text),
                           .payload = arena_str(a, contact ? str_from(p->number) : payload),
                           .person_name = str_from(p->name)};
    item->channel = in->channel;
    item->parsed = (struct gw_parsed){.in = in, .ins = 1};
    enum rc rc = receive_offer(w->service, item);
    if (rc != OK) {
        receive_item_free(item);
    }
    return rc;
}

static int64_t now(void *ctx) {
    return service_now(((struct sim_world *)ctx)->service);
}

static struct str zone(void *ctx) {
    return ((struct sim_world *)ctx)->service->config->org.zone;
}

static enum rc pass(struct service *s, void *ctx) {
    return service_pass_time(s, *(int64_t *)ctx);
}

static enum rc advance(void *ctx, int64_t ms) {
    return service_call(((struct sim_world *)ctx)->service, pass, &ms);
}

struct look {
    struct arena *a;
    int64_t ms;
    struct str what;
};

static enum rc look_next(struct service *s, void *ctx) {
    struct look *l = ctx;
    return service_next_event(s, l->a, &l->ms, &l->what);
}

static enum rc next(void *ctx, struct arena *a, int64_t *ret_ms, struct str *ret_what) {
    struct look l = {.a = a};
    enum rc rc = service_call(((struct sim_world *)ctx)->service, look_next, &l);
    *ret_ms = l.ms;
    *ret_what = l.what;
    return rc;
}

enum rc sim_backend_open(struct sim_world *w, struct service *s, struct sim_backend *ret,
                         struct err *err) {
    struct db_options opt = {.read_only = true, .must_exist = true};
    struct arena a;
    arena_init(&a);
    w->service = s;
    enum rc rc = db_open(arena_cstr(&a, s->config->database), &opt, &w->db, err);
    arena_done(&a);
    *ret = (struct sim_backend){w, phones, history, say, now, zone, advance, next};
    return rc;
}

void sim_backend_close(struct sim_world *w) {
    db_close(w->db);
    w->db = NULL;
}
