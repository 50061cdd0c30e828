/* page_sim.c - the simulator's page and its WebSocket.
 *
 * Messages are JSON objects. Ids are texts (64 bits do not fit a JavaScript number), times are
 * milliseconds since 1970.
 *   client -> server
 *     {"type":"hello"}                                  asks for everything
 *     {"type":"say","phone":P,"text":T}                 somebody sends a message
 *     {"type":"say","phone":P,"text":LABEL,"payload":X} ... or presses a button
 *     {"type":"contact","phone":P}                      ... or shares the number
 *     {"type":"clock","advance_ms":N} {"type":"clock","to":"next"}
 *   server -> client
 *     {"type":"phones","phones":[{id,name,number,about,service,kind:"sms"|"telegram"}]}
 *     {"type":"thread","phone":P,"messages":[M]}        replaces the conversation
 *     {"type":"message","phone":P,"message":M}          M: {id,dir:"in"|"out",text,at,status,
 *                                                       reason,buttons:[{label,payload}],contact}
 *     {"type":"status","phone":P,"id":I,"status":S,"reason":R}
 *     {"type":"clock","now":N,"zone":Z,"next":{"at":N,"what":T}|null}
 *     {"type":"busy","on":true|false}                   time is being moved
 *     {"type":"error","phone":P,"text":T}
 *   dir "in" goes into the service (the phone's owner wrote), "out" comes out of it.
 *   status: queued sent delivered held failed received
 *
 *   socket (service thread) --commands--> page thread --backend--> answers by server_ws_send
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/page_sim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/val.h"

#define COMMANDS_MAX 256
#define SOCKETS_MAX 64
#define PAUSE_MS 40 /* between two looks at the conversations */

/* One look at all conversations. */
struct snap {
    struct arena arena;
    struct sim_phone *phone;
    size_t phones;
    struct sim_message *message[SIM_PHONES_MAX];
    size_t messages[SIM_PHONES_MAX];
};

struct command {
    struct command *next;
    int64_t ws;
    size_t n;
    char text[]; /* JSON as it came */
};

struct page_sim {
    struct sim_backend b;
    struct server *server;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* guards all up to the line */
    pthread_cond_t wake;
    struct command *head, **tail;
    int commands;
    bool changed, stopping;
    int64_t ws[SOCKETS_MAX]; /* open sockets; 0 = free */
    /* ---- the page's thread only */
    struct snap snap[2];
    int now; /* which of the two is shown */
};

/* ---- the page's thread: telling */

static void tell(struct page_sim *p, int64_t ws, const struct val *v, struct arena *a) {
    server_ws_send(p->server, ws, json_text(v, a));
}

static void tell_all(struct page_sim *p, const struct val *v, struct arena *a) {
    int64_t ws[SOCKETS_MAX];
    struct str text = json_text(v, a);
    pthread_mutex_lock(&p->lock);
    memcpy(ws, p->ws, sizeof ws);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < SOCKETS_MAX; i++) {
        if (ws[i]) {
            server_ws_send(p->server, ws[i], text);
        }
    }
}

static const struct val *text_val(struct arena *a, const char *s) {
    return val_text(a, str_from(s));
}

static const char *status_name(enum sim_status s) {
    static const char *const names[] = {"queued", "sent",   "delivered",
                                        "held",   "failed", "received"};
    return names[s];
}

static const struct val *id_val(struct arena *a, int64_t id) {
    return val_text(a, arena_printf(a, "%lld", (long long)id));
}

static const struct val *message_val(const struct sim_message *m, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "id", id_val(a, m->id));
    val_put(b, "dir", text_val(a, m->from_phone ? "in" : "out"));
    val_put(b, "text", val_text(a, m->text));
    val_put(b, "at", val_int(a, m->at_ms));
    val_put(b, "status", text_val(a, status_name(m->status)));
    val_put(b, "reason", val_text(a, m->reason));
    if (m->buttons) {
        struct val_builder *list = val_list_begin(a);
        for (size_t i = 0; i < m->buttons; i++) {
            struct val_builder *one = val_map_begin(a);
            val_put(one, "label", val_text(a, m->button[i].label));
            val_put(one, "payload", val_text(a, m->button[i].payload));
            val_push(list, val_end(one));
        }
        val_put(b, "buttons", val_end(list));
    }
    val_put(b, "contact", val_bool(m->ask_contact));
    return val_end(b);
}

static struct val_builder *begin(struct arena *a, const char *type) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "type", text_val(a, type));
    return b;
}

static const struct val *phones_val(const struct snap *s, struct arena *a) {
    struct val_builder *b = begin(a, "phones"), *list = val_list_begin(a);
    for (size_t i = 0; i < s->phones; i++) {
        const struct sim_phone *f = &s->phone[i];
        struct val_builder *one = val_map_begin(a);
        val_put(one, "id", val_text(a, f->id));
        val_put(one, "name", val_text(a, f->name));
        val_put(one, "number", val_text(a, f->number));
        val_put(one, "about", val_text(a, f->about));
        val_put(one, "service", val_text(a, f->service));
        val_put(one, "kind", text_val(a, f->kind == SIM_TELEGRAM ? "telegram" : "sms"));
        val_push(list, val_end(one));
    }
    val_put(b, "phones", val_end(list));
    return val_end(b);
}

static const struct val *thread_val(const struct snap *s, size_t i, struct arena *a) {
    struct val_builder *b = begin(a, "thread"), *list = val_list_begin(a);
    val_put(b, "phone", val_text(a, s->phone[i].id));
    for (size_t k = 0; k < s->messages[i]; k++) {
        val_push(list, message_val(&s->message[i][k], a));
    }
    val_put(b, "messages", val_end(list));
    return val_end(b);
}

static const struct val *clock_val(struct page_sim *p, struct arena *a) {
    struct val_builder *b = begin(a, "clock");
    int64_t at;
    struct str what;
    val_put(b, "now", val_int(a, p->b.now(p->b.ctx)));
    val_put(b, "zone", val_text(a, p->b.zone(p->b.ctx)));
    if (p->b.next(p->b.ctx, a, &at, &what) == OK) {
        struct val_builder *n = val_map_begin(a);
        val_put(n, "at", val_int(a, at));
        val_put(n, "what", val_text(a, what));
        val_put(b, "next", val_end(n));
    } else {
        val_put(b, "next", &VAL_NIL);
    }
    return val_end(b);
}

static const struct val *error_val(struct str phone, const char *text, struct arena *a) {
    struct val_builder *b = begin(a, "error");
    val_put(b, "phone", val_text(a, phone));
    val_put(b, "text", text_val(a, text));
    return val_end(b);
}

/* ---- the page's thread: looking */

static enum rc look(struct page_sim *p, struct snap *s) {
    arena_reset(&s->arena);
    s->phones = 0;
    enum rc rc = p->b.phones(p->b.ctx, &s->arena, &s->phone, &s->phones);
    if (rc != OK) {
        return rc;
    }
    s->phones = s->phones > SIM_PHONES_MAX ? SIM_PHONES_MAX : s->phones;
    for (size_t i = 0; i < s->phones; i++) {
        s->messages[i] = 0;
        rc = p->b.history(p->b.ctx, s->phone[i].id, SIM_MESSAGES_MAX, &s->arena, &s->message[i],
                          &s->messages[i]);
        if (rc < OK) {
            return rc;
        }
    }
    return OK;
}

static const struct sim_message *find(const struct snap *s, size_t phone, int64_t id) {
    for (size_t i = s->messages[phone]; i > 0; i--) {
        if (s->message[phone][i - 1].id == id) {
            return &s->message[phone][i - 1];
        }
    }
    return NULL;
}

static void tell_difference(struct page_sim *p, const struct snap *old, const struct snap *cur,
                            size_t i, struct arena *a) {
    for (size_t k = 0; k < cur->messages[i]; k++) {
        const struct sim_message *m = &cur->message[i][k], *was = find(old, i, m->id);
        struct val_builder *b;
        if (!was) {
            b = begin(a, "message");
            val_put(b, "phone", val_text(a, cur->phone[i].id));
            val_put(b, "message", message_val(m, a));
        } else if (was->status != m->status) {
            b = begin(a, "status");
            val_put(b, "phone", val_text(a, cur->phone[i].id));
            val_put(b, "id", id_val(a, m->id));
            val_put(b, "status", text_val(a, status_name(m->status)));
            val_put(b, "reason", val_text(a, m->reason));
        } else {
            continue;
        }
        tell_all(p, val_end(b), a);
    }
}

static bool same_phones(const struct snap *a, const struct snap *b) {
    if (a->phones != b->phones) {
        return false;
    }
    for (size_t i = 0; i < a->phones; i++) {
        if (!str_eq(a->phone[i].id, b->phone[i].id) ||
            !str_eq(a->phone[i].number, b->phone[i].number) ||
            !str_eq(a->phone[i].about, b->phone[i].about)) {
            return false;
        }
    }
    return true;
}

/* Looks again and tells every socket what is new. */
static void refresh(struct page_sim *p, struct arena *a) {
    struct snap *old = &p->snap[p->now], *cur = &p->snap[1 - p->now];
    enum rc rc = look(p, cur);
    if (rc < OK) {
        log_event(LOG_LVL_WARN, "sim.look", "rc=%s", rc_name(rc));
        return;
    }
    if (same_phones(old, cur)) {
        for (size_t i = 0; i < cur->phones; i++) {
            tell_difference(p, old, cur, i, a);
        }
    } else {
        tell_all(p, phones_val(cur, a), a);
        for (size_t i = 0; i < cur->phones; i++) {
            tell_all(p, thread_val(cur, i, a), a);
        }
    }
    tell_all(p, clock_val(p, a), a);
    p->now = 1 - p->now;
}

/* ---- the page's thread: doing */

static void do_hello(struct page_sim *p, int64_t ws, struct arena *a) {
    refresh(p, a);
    const struct snap *s = &p->snap[p->now];
    tell(p, ws, phones_val(s, a), a);
    for (size_t i = 0; i < s->phones; i++) {
        tell(p, ws, thread_val(s, i, a), a);
    }
    tell(p, ws, clock_val(p, a), a);
}

static void do_say(struct page_sim *p, int64_t ws, const struct val *v, bool contact,
                   struct arena *a) {
    struct str phone = val_get_text(v, "phone", STR_EMPTY);
    struct str text = str_trim(val_get_text(v, "text", STR_EMPTY));
    struct str payload = val_get_text(v, "payload", STR_EMPTY);
    if (text.n > SIM_TEXT_MAX || payload.n > 64) {
        tell(p, ws, error_val(phone, "Message trop long.", a), a);
        return;
    }
    if (!text.n && !payload.n && !contact) {
        return;
    }
    enum rc rc = p->b.say(p->b.ctx, phone, text, payload, contact);
    if (rc != OK) {
        log_event(LOG_LVL_WARN, "sim.say", "rc=%s", rc_name(rc));
        tell(p, ws,
             error_val(phone,
                       rc == E_BUSY ? "Le service est occupé : réessayez dans un instant."
                                    : "Le message n'a pas pu partir.",
                       a),
             a);
    }
}

static void tell_busy(struct page_sim *p, bool on, struct arena *a) {
    struct val_builder *b = begin(a, "busy");
    val_put(b, "on", val_bool(on));
    tell_all(p, val_end(b), a);
}

static void do_clock(struct page_sim *p, int64_t ws, const struct val *v, struct arena *a) {
    int64_t ms = val_get_int(v, "advance_ms", 0), at;
    struct str what;
    if (str_is(val_get_text(v, "to", STR_EMPTY), "next")) {
        if (p->b.next(p->b.ctx, a, &at, &what) != OK) {
            tell(p, ws, error_val(STR_EMPTY, "Aucun événement n'est prévu.", a), a);
            return;
        }
        ms = at - p->b.now(p->b.ctx);
        ms = ms > 0 ? ms : 1;
    }
    if (ms <= 0 || ms > 400 * MS_DAY) {
        tell(p, ws,
             error_val(STR_EMPTY, "Le temps ne va que vers l'avant, d'un an au plus.", a), a);
        return;
    }
    tell_busy(p, true, a);
    enum rc rc = p->b.advance(p->b.ctx, ms);
    if (rc < OK) {
        log_event(LOG_LVL_WARN, "sim.clock", "rc=%s", rc_name(rc));
        tell(p, ws, error_val(STR_EMPTY, "L'heure n'a pas pu être avancée.", a), a);
    }
    refresh(p, a);
    tell_busy(p, false, a);
}

static void obey(struct page_sim *p, const struct command *c, struct arena *a) {
    const struct val *v;
    if (json_parse((struct str){c->text, c->n}, a, &v, NULL) != OK) {
        tell(p, c->ws, error_val(STR_EMPTY, "Message illisible.", a), a);
        return;
    }
    struct str type = val_get_text(v, "type", STR_EMPTY);
    if (str_is(type, "hello")) {
        do_hello(p, c->ws, a);
    } else if (str_is(type, "say") || str_is(type, "contact")) {
        do_say(p, c->ws, v, str_is(type, "contact"), a);
    } else if (str_is(type, "clock")) {
        do_clock(p, c->ws, v, a);
    } else {
        tell(p, c->ws, error_val(STR_EMPTY, "Demande inconnue.", a), a);
    }
}

static struct command *wait_for_work(struct page_sim *p, bool *ret_changed) {
    pthread_mutex_lock(&p->lock);
    while (!p->head && !p->changed && !p->stopping) {
        pthread_cond_wait(&p->wake, &p->lock);
    }
    struct command *c = p->head;
    p->head = NULL;
    p->tail = &p->head;
    p->commands = 0;
    *ret_changed = p->changed;
    p->changed = false;
    pthread_mutex_unlock(&p->lock);
    return c;
}

static bool is_stopping(struct page_sim *p) {
    pthread_mutex_lock(&p->lock);
    bool yes = p->stopping;
    pthread_mutex_unlock(&p->lock);
    return yes;
}

static void *run(void *arg) {
    struct page_sim *p = arg;
    struct arena a;
    struct timespec pause = {0, PAUSE_MS * 1000000L};
    arena_init(&a);
    while (!is_stopping(p)) {
        bool changed;
        struct command *c = wait_for_work(p, &changed);
        while (c) {
            struct command *next = c->next;
            obey(p, c, &a);
            arena_reset(&a);
            free(c);
            c = next;
        }
        if (changed) {
            refresh(p, &a);
            arena_reset(&a);
            nanosleep(&pause, NULL); /* what changes in bursts is told in one go */
        }
    }
    arena_done(&a);
    return NULL;
}

/* ---- the service thread: sockets */

static void on_open(int64_t ws, void *ctx) {
    struct page_sim *p = ctx;
    bool kept = false;
    pthread_mutex_lock(&p->lock);
    for (int i = 0; i < SOCKETS_MAX && !kept; i++) {
        kept = p->ws[i] == 0;
        p->ws[i] = kept ? ws : p->ws[i];
    }
    pthread_mutex_unlock(&p->lock);
    if (!kept) {
        server_ws_close(p->server, ws, 1013); /* try again later */
    }
}

static void on_close(int64_t ws, void *ctx) {
    struct page_sim *p = ctx;
    pthread_mutex_lock(&p->lock);
    for (int i = 0; i < SOCKETS_MAX; i++) {
        p->ws[i] = p->ws[i] == ws ? 0 : p->ws[i];
    }
    pthread_mutex_unlock(&p->lock);
}

static void on_text(int64_t ws, struct str text, void *ctx) {
    struct page_sim *p = ctx;
    struct command *c = mem_alloc(sizeof *c + text.n);
    c->next = NULL;
    c->ws = ws;
    c->n = text.n;
    if (text.n) {
        memcpy(c->text, text.p, text.n);
    }
    pthread_mutex_lock(&p->lock);
    bool room = p->commands < COMMANDS_MAX;
    if (room) {
        *p->tail = c;
        p->tail = &c->next;
        p->commands++;
        pthread_cond_signal(&p->wake);
    }
    pthread_mutex_unlock(&p->lock);
    if (!room) {
        free(c);
        server_ws_send(p->server, ws,
                       STR("{\"type\":\"error\",\"text\":\"Trop de messages à la fois.\"}"));
    }
}

struct server_ws page_sim_socket(struct page_sim *p) {
    return (struct server_ws){.path = "/sim/ws",
                              .text_max = 8192,
                              .on_open = on_open,
                              .on_text = on_text,
                              .on_close = on_close,
                              .ctx = p};
}

/* ---- life */

struct page_sim *page_sim_new(const struct sim_backend *b) {
    struct page_sim *p = mem_alloc(sizeof *p);
    memset(p, 0, sizeof *p);
    p->b = *b;
    p->tail = &p->head;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    arena_init(&p->snap[0].arena);
    arena_init(&p->snap[1].arena);
    return p;
}

void page_sim_start(struct page_sim *p, struct server *s) {
    p->server = s;
    p->started = pthread_create(&p->thread, NULL, run, p) == 0;
}

void page_sim_changed(struct page_sim *p) {
    pthread_mutex_lock(&p->lock);
    p->changed = true;
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

void page_sim_free(struct page_sim *p) {
    if (!p) {
        return;
    }
    if (p->started) {
        pthread_mutex_lock(&p->lock);
        p->stopping = true;
        pthread_cond_signal(&p->wake);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->thread, NULL);
    }
    while (p->head) {
        struct command *next = p->head->next;
        free(p->head);
        p->head = next;
    }
    arena_done(&p->snap[0].arena);
    arena_done(&p->snap[1].arena);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->wake);
    free(p);
}
