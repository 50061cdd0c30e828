/* rapid_check.c - members of an action's definition: there, of the right kind, not too long. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/sink.h"
#include "bot/expr/urnparts.h"
#include "bot/rapid/rapid_priv.h"

struct checking {
    const struct rapid_member *m;
    struct sink out; /* what is wrong so far */
    struct arena *a;
};

static void PRINTF_LIKE(3, 4)
    wrong(struct checking *c, struct str inside, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    struct str why = arena_vprintf(c->a, fmt, ap);
    va_end(ap);
    struct str line = arena_printf(c->a, "%sfield '%s%.*s' %.*s", c->out.n ? ", " : "",
                                   c->m->name, STR_ARG(inside), STR_ARG(why));
    sink_add(&c->out, line);
}

static bool too_long(struct checking *c, struct str s, struct str inside, int max) {
    if (max && text_length(s) > (size_t)max) {
        wrong(c, inside, "must be less than or equal to %d", max);
        return true;
    }
    return false;
}

/* A letter, digit, space, "-" or "_" throughout, something in it other than space. */
static bool is_result_name(struct str s) {
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        bool ok = cp == '-' || cp == '_' || cp == ' ' || text_is_letter(cp) ||
                  text_form_is_number(cp);
        if (!ok) {
            return false;
        }
    }
    return text_form_trim(s).n != 0 && text_length(s) <= 64;
}

static bool is_local_name(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (!(ch == '_' || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9' && i))) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 64;
}

static bool one_of(struct str s, const char *const *list) {
    for (; *list; list++) {
        if (str_is(s, *list)) {
            return true;
        }
    }
    return false;
}

static void check_text(struct checking *c, struct str s) {
    static const char *const METHODS[] = {"GET",  "HEAD", "OPTIONS", "PATCH",
                                          "POST", "PUT",  "DELETE",  NULL};
    static const char *const STATUS[] = {"active", "blocked", "stopped", "archived", NULL};
    static const char *const OPERATIONS[] = {"set", "increment", "clear", NULL};
    struct str in = STR("");
    switch (c->m->check) {
    case CHECK_METHOD:
        if (!one_of(text_upper(s, c->a), METHODS)) {
            wrong(c, in, "is not a valid HTTP method");
        }
        break;
    case CHECK_RESULT:
        if (!is_result_name(s)) {
            wrong(c, in, "is not a valid result name");
        }
        break;
    case CHECK_CATEGORY:
        if (text_length(s) > 36) {
            wrong(c, in, "is not a valid result category");
        }
        break;
    case CHECK_LOCAL:
        if (!is_local_name(s)) {
            wrong(c, in, "is not a valid local variable name");
        }
        break;
    case CHECK_STATUS:
        if (!one_of(s, STATUS)) {
            wrong(c, in, "is not a valid contact status");
        }
        break;
    case CHECK_SCHEME:
        if (!urnparts_is_scheme(s)) {
            wrong(c, in, "is not a valid URN scheme");
        }
        break;
    case CHECK_OPERATION:
        if (!one_of(s, OPERATIONS)) {
            wrong(c, in, "is not a valid operation");
        }
        break;
    default:
        too_long(c, s, in, c->m->max);
    }
}

static bool is_ref(const struct val *v) {
    const struct val *uuid = val_get(v, "uuid"), *match = val_get(v, "name_match"),
                     *mail = val_get(v, "email_match"), *email = val_get(v, "email");
    return val_is(uuid, VAL_TEXT) || val_is(match, VAL_TEXT) || val_is(mail, VAL_TEXT) ||
           val_is(email, VAL_TEXT);
}

static void check_list(struct checking *c, const struct val *v) {
    if (v->type != VAL_LIST) {
        wrong(c, STR(""), "must be a list");
        return;
    }
    if (c->m->max && v->list.n > (size_t)c->m->max) {
        wrong(c, STR(""), "must have a maximum of %d items", c->m->max);
    }
    for (size_t i = 0; i < v->list.n; i++) {
        const struct val *item = v->list.item[i];
        struct str in = arena_printf(c->a, "[%zu]", i);
        if (c->m->check != CHECK_REFS && !val_is(item, VAL_TEXT)) {
            wrong(c, in, "must be a text");
        } else if (c->m->check == CHECK_REPLIES) {
            too_long(c, item->text, in, 1000);
        } else if (c->m->check == CHECK_REFS && !is_ref(item)) {
            wrong(c, in, "must name its object by uuid or name_match");
        }
    }
}

static void check_headers(struct checking *c, const struct val *v) {
    if (v->type != VAL_MAP) {
        wrong(c, STR(""), "must be an object");
        return;
    }
    if (c->m->max && v->map.n > (size_t)c->m->max) {
        wrong(c, STR(""), "must have a maximum of %d items", c->m->max);
    }
    for (size_t i = 0; i < v->map.n; i++) {
        struct str key = v->map.pair[i].key, in = arena_printf(c->a, "[%.*s]", STR_ARG(key));
        if (!val_is(v->map.pair[i].val, VAL_TEXT)) {
            wrong(c, in, "must be a text");
        } else if (!too_long(c, key, in, 100)) {
            too_long(c, v->map.pair[i].val->text, in, 5000);
        }
    }
}

static void check_value(struct checking *c, const struct val *v) {
    switch (c->m->check) {
    case CHECK_TEXTS:
    case CHECK_REPLIES:
    case CHECK_REFS:
        check_list(c, v);
        break;
    case CHECK_REF:
        if (!is_ref(v)) {
            wrong(c, STR(""), "must name its object by uuid");
        }
        break;
    case CHECK_FIELD:
        if (val_get_text(v, "key", STR("")).n == 0) {
            wrong(c, STR(".key"), "is required");
        }
        break;
    case CHECK_BOOL:
        if (v->type != VAL_BOOL) {
            wrong(c, STR(""), "must be true or false");
        }
        break;
    case CHECK_HEADERS:
        check_headers(c, v);
        break;
    case CHECK_AMOUNTS:
        if (v->type != VAL_MAP) {
            wrong(c, STR(""), "must be an object");
        }
        break;
    case CHECK_ANY:
        break;
    default:
        if (v->type != VAL_TEXT) {
            wrong(c, STR(""), "must be a text");
        } else {
            check_text(c, v->text);
        }
    }
}

static bool is_missing(const struct val *v) {
    return !v || v->type == VAL_NULL || (v->type == VAL_TEXT && v->text.n == 0) ||
           (v->type == VAL_LIST && v->list.n == 0) || (v->type == VAL_MAP && v->map.n == 0);
}

const char *rapid_check_members(const struct val *def, const struct rapid_member *member,
                                struct arena *a) {
    struct checking c = {.a = a};
    sink_init(&c.out, a);
    for (c.m = member; c.m->name; c.m++) {
        const struct val *v = val_get(def, c.m->name);
        if (!is_missing(v)) {
            check_value(&c, v);
        } else if (c.m->required) {
            wrong(&c, STR(""), "is required");
        }
    }
    return c.out.n ? arena_cstr(a, sink_view(&c.out)) : NULL;
}
