/* session.c - where a person is in their conversations, to and from one JSON text. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/session.h"

#include <string.h>

#include "base/json.h"
#include "bot/session_json.h"

#define SESSION_VERSION 1

static const char *const WAITS[] = {"nothing", "answer", "result", "time", "child", "call"};

static void put_key(struct buf *out, const char *key) {
    buf_putc(out, '"');
    buf_puts(out, key);
    buf_add(out, "\":", 2);
}

/* Short keys and no defaults: most sessions are a few hundred bytes. */
static void put_text(struct buf *out, const char *key, struct str s) {
    if (s.n) {
        put_key(out, key);
        json_quote(s, out);
        buf_putc(out, ',');
    }
}

static void put_int(struct buf *out, const char *key, int64_t i) {
    if (i) {
        char digits[24];
        put_key(out, key);
        buf_str(out, str_of_i64(i, digits));
        buf_putc(out, ',');
    }
}

static void put_val(struct buf *out, const char *key, const struct val *v) {
    if (v && v->type != VAL_NULL) {
        put_key(out, key);
        json_write(v, out);
        buf_putc(out, ',');
    }
}

/* Over the comma that the last member left. */
static void close_with(struct buf *out, char end) {
    if (out->n && !out->over && out->p[out->n - 1] == ',') {
        out->n--;
    }
    buf_putc(out, end);
}

static void write_frame(const struct frame *f, struct buf *out) {
    buf_putc(out, '{');
    put_text(out, "flow", f->flow);
    put_text(out, "hash", f->hash);
    put_text(out, "step", f->step);
    put_text(out, "key", f->key);
    put_text(out, "wait", f->wait ? str_from(WAITS[f->wait]) : STR_EMPTY);
    put_text(out, "token", f->token);
    put_int(out, "asked", f->asked_ms);
    put_int(out, "tries", f->tries);
    put_int(out, "system", f->system);
    put_int(out, "due", f->due);
    put_int(out, "priority", f->priority);
    put_val(out, "vars", f->vars);
    put_val(out, "with", f->with);
    put_val(out, "answer", f->answer);
    close_with(out, '}');
    buf_putc(out, ',');
}

static void write_pending(const struct pending *p, struct buf *out) {
    buf_putc(out, '{');
    put_text(out, "flow", p->flow);
    put_text(out, "key", p->key);
    put_int(out, "priority", p->priority);
    put_int(out, "queued", p->queued_ms);
    put_int(out, "expires", p->expires_ms);
    put_val(out, "with", p->with);
    close_with(out, '}');
    buf_putc(out, ',');
}

enum rc session_write(const struct session *s, struct buf *out) {
    size_t start = out->n;
    buf_printf(out, "{\"version\":%d,", SESSION_VERSION);
    if (s->frames) {
        buf_puts(out, "\"frames\":[");
        for (size_t i = 0; i < s->frames; i++) {
            write_frame(&s->frame[i], out);
        }
        close_with(out, ']');
        buf_putc(out, ',');
    }
    if (s->pendings) {
        buf_puts(out, "\"pending\":[");
        for (size_t i = 0; i < s->pendings; i++) {
            write_pending(&s->pending[i], out);
        }
        close_with(out, ']');
        buf_putc(out, ',');
    }
    put_int(out, "serial", s->serial);
    put_int(out, "steps", s->steps);
    put_int(out, "replying", s->replying);
    put_val(out, "fresh", s->fresh);
    put_val(out, "input", s->input);
    put_text(out, "last_text", s->last_text);
    put_int(out, "last", s->last_ms);
    put_int(out, "auto_count", s->auto_count);
    put_int(out, "auto_hour", s->auto_hour);
    put_val(out, "undo", s->undo);
    close_with(out, '}');
    return out->over || out->n - start > SESSION_BYTES_MAX ? E_LIMIT : OK;
}

static const struct val *map_or_null(const struct val *v) {
    return val_is(v, VAL_MAP) ? v : NULL;
}

static enum rc read_frame(const struct val *v, struct frame *f, struct err *err) {
    struct str wait = val_get_text(v, "wait", STR("nothing"));
    *f = (struct frame){.flow = val_get_text(v, "flow", STR_EMPTY),
                        .hash = val_get_text(v, "hash", STR_EMPTY),
                        .step = val_get_text(v, "step", STR_EMPTY),
                        .key = val_get_text(v, "key", STR_EMPTY),
                        .token = val_get_text(v, "token", STR_EMPTY),
                        .asked_ms = val_get_int(v, "asked", 0),
                        .tries = (int)val_get_int(v, "tries", 0),
                        .system = val_get_int(v, "system", 0) != 0,
                        .due = val_get_int(v, "due", 0) != 0,
                        .priority = (int)val_get_int(v, "priority", 0),
                        .vars = map_or_null(val_get(v, "vars")),
                        .with = map_or_null(val_get(v, "with")),
                        .answer = map_or_null(val_get(v, "answer"))};
    size_t i = 0;
    while (i < sizeof WAITS / sizeof *WAITS && !str_is(wait, WAITS[i])) {
        i++;
    }
    if (f->flow.n == 0 || i == sizeof WAITS / sizeof *WAITS || f->priority < 0 ||
        f->priority > 5) {
        return err_set(err, E_INVALID, "damaged session: a conversation without name or state");
    }
    f->wait = (enum session_wait)i;
    return OK;
}

static enum rc read_frames(const struct val *list, struct arena *a, struct session *s,
                           struct err *err) {
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    if (n > SESSION_FRAMES_MAX) {
        return err_set(err, E_INVALID, "damaged session: %zu conversations", n);
    }
    struct frame *frame = ARENA_ARRAY(a, struct frame, n);
    for (size_t i = 0; i < n; i++) {
        enum rc rc = read_frame(list->list.item[i], &frame[i], err);
        if (rc != OK) {
            return rc;
        }
    }
    s->frame = frame;
    s->frames = n;
    return OK;
}

static enum rc read_pendings(const struct val *list, struct arena *a, struct session *s,
                             struct err *err) {
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    if (n > SESSION_PENDING_MAX) {
        return err_set(err, E_INVALID, "damaged session: %zu conversations wait", n);
    }
    struct pending *pending = ARENA_ARRAY(a, struct pending, n);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = list->list.item[i];
        pending[i] = (struct pending){.flow = val_get_text(v, "flow", STR_EMPTY),
                                      .key = val_get_text(v, "key", STR_EMPTY),
                                      .priority = (int)val_get_int(v, "priority", 0),
                                      .queued_ms = val_get_int(v, "queued", 0),
                                      .expires_ms = val_get_int(v, "expires", 0),
                                      .with = map_or_null(val_get(v, "with"))};
        if (pending[i].priority < 0 || pending[i].priority > 5) {
            return err_set(err, E_INVALID,
                           "damaged session: a conversation waits without priority");
        }
    }
    s->pending = pending;
    s->pendings = n;
    return OK;
}

enum rc session_read(struct str json, struct arena *a, struct session *ret, struct err *err) {
    struct session s = {.version = SESSION_VERSION};
    const struct val *v = NULL;
    if (str_trim(json).n == 0) {
        *ret = s;
        return OK;
    }
    if (json.n > SESSION_BYTES_MAX) {
        return err_set(err, E_INVALID, "damaged session: %zu bytes", json.n);
    }
    v = session_json(json, a);
    enum rc rc = v ? OK : json_parse(json, a, &v, err);
    if (rc != OK) {
        return rc;
    }
    if (!val_is(v, VAL_MAP) || val_get_int(v, "version", 0) != SESSION_VERSION) {
        return err_set(err, E_INVALID, "damaged session: unknown version");
    }
    if ((rc = read_frames(val_get(v, "frames"), a, &s, err)) != OK ||
        (rc = read_pendings(val_get(v, "pending"), a, &s, err)) != OK) {
        return rc;
    }
    s.serial = (uint32_t)val_get_int(v, "serial", 0);
    s.steps = (int)val_get_int(v, "steps", 0);
    s.replying = val_get_int(v, "replying", 0) != 0;
    s.fresh = map_or_null(val_get(v, "fresh"));
    s.input = map_or_null(val_get(v, "input"));
    s.last_text = val_get_text(v, "last_text", STR_EMPTY);
    s.last_ms = val_get_int(v, "last", 0);
    s.auto_count = (int32_t)val_get_int(v, "auto_count", 0);
    s.auto_hour = val_get_int(v, "auto_hour", 0);
    s.undo = val_is(val_get(v, "undo"), VAL_LIST) ? val_get(v, "undo") : NULL;
    if (s.frames) {
        const struct frame *top = &s.frame[s.frames - 1];
        s.wait = top->wait;
        s.token = top->token;
        s.asked_ms = top->asked_ms;
    }
    *ret = s;
    return OK;
}

void session_release(struct session *s) {
    s->frames = 0;
    s->wait = WAIT_NOTHING;
    s->token = STR_EMPTY;
    s->asked_ms = 0;
    s->undo = NULL;
}
