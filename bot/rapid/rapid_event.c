/* rapid_event.c - what happens in a sprint, as values; ids and times. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <string.h>

#include "base/id.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/sink.h"
#include "bot/expr/whenread.h"
#include "bot/rapid/rapid_priv.h"

struct instant rapid_now(const struct rapid_session *s) {
    return s->world->env.now;
}

struct str rapid_uuid(struct arena *a) {
    char uuid[37];
    id_uuid(uuid);
    return arena_str(a, str_from(uuid));
}

struct str rapid_instant_text(struct instant i, struct arena *a) {
    struct sink out;
    sink_init(&out, a);
    datewrite_iso(i, &out);
    return sink_view(&out);
}

bool rapid_instant_read(struct str s, struct instant *ret) {
    return whenread_iso(s, NULL, ret);
}

void rapid_put_text(struct val_builder *b, struct arena *a, const char *key, struct str s) {
    if (s.n) {
        val_put(b, key, val_text(a, s));
    }
}

void rapid_put_some(struct val_builder *b, const char *key, const struct val *v) {
    bool empty =
        !v || (v->type == VAL_LIST && v->list.n == 0) || (v->type == VAL_MAP && v->map.n == 0);
    if (!empty) {
        val_put(b, key, v);
    }
}

/* --- references --- */

const struct val *rapid_ref_make(struct arena *a, struct str uuid, struct str name) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "uuid", val_text(a, uuid));
    val_put(b, "name", val_text(a, name));
    return val_end(b);
}

const struct val *rapid_ref(struct arena *a, const struct val *of) {
    return rapid_ref_make(a, val_get_text(of, "uuid", STR("")),
                          val_get_text(of, "name", STR("")));
}

const struct val *rapid_flow_ref(struct arena *a, const struct rapid_flow *f, bool revision) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "uuid", val_text(a, f->uuid));
    val_put(b, "name", val_text(a, f->name));
    if (revision && f->revision) {
        val_put(b, "revision", val_int(a, f->revision));
    }
    return val_end(b);
}

/* --- events --- */

struct val_builder *rapid_event_begin(struct rapid_session *s, const char *type) {
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "uuid", val_text(s->a, rapid_uuid(s->a)));
    val_put(b, "type", val_textz(s->a, type));
    val_put(b, "created_on", val_text(s->a, rapid_instant_text(rapid_now(s), s->a)));
    return b;
}

void rapid_event_end(struct rapid_session *s, struct val_builder *b) {
    if (s->events == s->events_cap) {
        size_t cap = s->events_cap ? s->events_cap * 2 : 16;
        const struct val **more = ARENA_ARRAY(s->a, const struct val *, cap);
        if (s->events) {
            memcpy(more, s->event, s->events * sizeof *more);
        }
        s->event = more;
        s->events_cap = cap;
    }
    s->event[s->events++] = val_end(b);
}

static void put_words(struct val_builder *b, struct arena *a, const char *code,
                      const struct val *extra, struct str text) {
    val_put(b, "text", val_text(a, text));
    if (code[0]) {
        val_put(b, "code", val_textz(a, code));
    }
    val_put(b, "extra", extra);
}

void rapid_event_error(struct rapid_session *s, const char *code, const struct val *extra,
                       const char *fmt, ...) {
    struct val_builder *b = rapid_event_begin(s, "error");
    va_list ap;
    va_start(ap, fmt);
    put_words(b, s->a, code, extra, arena_vprintf(s->a, fmt, ap));
    va_end(ap);
    rapid_event_end(s, b);
}

void rapid_event_warning(struct rapid_session *s, const char *code, const char *fmt, ...) {
    struct val_builder *b = rapid_event_begin(s, "warning");
    va_list ap;
    va_start(ap, fmt);
    put_words(b, s->a, code, NULL, arena_vprintf(s->a, fmt, ap));
    va_end(ap);
    rapid_event_end(s, b);
}

void rapid_event_missing(struct rapid_session *s, const char *kind, const struct val *ref) {
    const char *key = strcmp(kind, "field") == 0 ? "key" : "uuid";
    struct str identity = val_get_text(ref, key, STR(""));
    struct str name = val_get_text(ref, "name", STR(""));
    struct val_builder *extra = val_map_begin(s->a);
    val_put(extra, "type", val_textz(s->a, kind));
    val_put(extra, "identity", val_text(s->a, identity));
    rapid_event_error(s, "dependency:missing", val_end(extra),
                      "Missing dependency: %s[%s=%.*s,name=%.*s]", kind, key, STR_ARG(identity),
                      STR_ARG(name));
}

void rapid_event_failure(struct rapid_session *s, struct rapid_run *run, const char *fmt, ...) {
    struct val_builder *b = rapid_event_begin(s, "failure");
    va_list ap;
    va_start(ap, fmt);
    val_put(b, "text", val_text(s->a, arena_vprintf(s->a, fmt, ap)));
    va_end(ap);
    rapid_event_end(s, b);
    rapid_run_exit(s, run, RAPID_FAILED);
}
