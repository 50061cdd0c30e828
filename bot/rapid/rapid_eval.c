/* rapid_eval.c - texts of a flow put together in the place where a run stands. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

void rapid_eval_scope(struct rapid_act *act, struct expr_scope *ret) {
    struct rapid_session *s = act->s;
    *ret = (struct expr_scope){
        .env = &s->env, .root = rapid_context_root, .ctx = act, .a = s->a, .fuel = EXPR_FUEL};
    if (ret->fuel > s->fuel) {
        ret->fuel = s->fuel;
    }
}

static void spent(struct rapid_session *s, const struct expr_scope *scope, int64_t before) {
    s->fuel -= before - scope->fuel;
    s->fuel = s->fuel < 0 ? 0 : s->fuel;
}

struct str rapid_ellipsis(struct str s, size_t n, struct arena *a) {
    if (s.n <= n || text_length(s) <= n) {
        return s;
    }
    struct str head = text_cut(s, n - 3);
    return arena_printf(a, "%.*s...", STR_ARG(head));
}

/* --- names that are on their way out --- */

static const struct {
    const char *path, *instead;
} OLD_NAMES[] = {{"contact.id", "ref"},
                 {"contact.tickets", "@ticket"},
                 {"child.run", "@child."},
                 {"parent.run", "@parent."},
                 {"legacy_extra", NULL}};

static bool is_path(struct str name, struct str path) {
    return str_starts(name, path) && (name.n == path.n || name.p[path.n] == '.');
}

static void warn(struct rapid_session *s, struct str name, size_t old) {
    const char *instead = OLD_NAMES[old].instead;
    size_t n = strlen(OLD_NAMES[old].path);
    struct str path = str_sub(name, 0, n), rest = str_sub(name, n, name.n);
    if (!instead) {
        rapid_event_warning(s, "context:deprecated", "@%.*s is deprecated", STR_ARG(path));
    } else if (instead[0] != '@') {
        rapid_event_warning(s, "context:deprecated",
                            "@%.*s is deprecated, use @contact.%s instead", STR_ARG(path),
                            instead);
    } else if (instead[strlen(instead) - 1] == '.') {
        rest.p += rest.n ? 1 : 0;
        rest.n -= rest.n ? 1 : 0;
        rapid_event_warning(s, "context:deprecated",
                            "@%.*s.%.*s is deprecated, use %s%.*s instead", STR_ARG(path),
                            STR_ARG(rest), instead, STR_ARG(rest));
    } else {
        rapid_event_warning(s, "context:deprecated", "@%.*s is deprecated, use %s instead",
                            STR_ARG(path), instead);
    }
}

static void warn_old_names(struct rapid_session *s, const struct tmpl *t) {
    const struct str *name;
    size_t n = tmpl_names(t, s->a, &name);
    for (size_t k = 0; k < sizeof OLD_NAMES / sizeof *OLD_NAMES; k++) {
        for (size_t i = 0; i < n; i++) {
            if (is_path(name[i], str_from(OLD_NAMES[k].path))) {
                warn(s, name[i], k);
                break;
            }
        }
    }
}

/* --- failures --- */

static void on_failure(void *ctx, struct str expression, struct str why) {
    struct rapid_act *act = ctx;
    struct val_builder *extra = val_map_begin(act->s->a);
    val_put(extra, "expression", val_text(act->s->a, expression));
    rapid_event_error(act->s, "expression", val_end(extra), "Error evaluating expression: %.*s",
                      STR_ARG(why));
}

struct counting {
    struct rapid_act *act;
    size_t failures;
};

static void count_failure(void *ctx, struct str expression, struct str why) {
    struct counting *c = ctx;
    c->failures++;
    on_failure(c->act, expression, why);
}

static struct str quoted(void *ctx, struct str text, struct arena *a) {
    struct sink out;
    (void)ctx;
    sink_init(&out, a);
    sink_quoted(&out, text);
    return sink_view(&out);
}

static enum rc eval(struct rapid_act *act, struct str source, bool in_query, struct str *ret,
                    bool *failed) {
    struct rapid_session *s = act->s;
    struct counting c = {act, 0};
    struct tmpl_watch watch = {count_failure, in_query ? quoted : NULL, &c};
    struct err err = {0};
    struct expr_scope scope;
    *failed = false;
    if (str_find_char(source, '@', 0) == SIZE_MAX) {
        *ret = source;
        return OK;
    }
    const struct tmpl *t = rapid_text_get(s->program, source, s->a);
    if (!t) {
        *ret = STR("");
        return E_LIMIT;
    }
    rapid_eval_scope(act, &scope);
    int64_t before = scope.fuel;
    enum rc rc = tmpl_text_watched(t, &scope, &watch, ret, &err);
    spent(s, &scope, before);
    *failed = c.failures > 0;
    warn_old_names(s, t);
    return rc;
}

bool rapid_eval_text(struct rapid_act *act, struct str source, struct str *ret) {
    bool failed;
    enum rc rc = eval(act, source, false, ret, &failed);
    if (rc != OK) {
        rapid_event_error(act->s, "expression", NULL,
                          "Error evaluating expression: it takes too long or grows too big");
    }
    *ret = rapid_ellipsis(*ret, RAPID_TEXT_MAX, act->s->a);
    return rc == OK && !failed;
}

enum rc rapid_eval_long(struct rapid_act *act, struct str source, struct str *ret) {
    bool failed;
    return eval(act, source, false, ret, &failed);
}

bool rapid_eval_query(struct rapid_act *act, struct str source, struct str *ret) {
    bool failed;
    enum rc rc = eval(act, source, true, ret, &failed);
    *ret = str_trim(rapid_ellipsis(*ret, RAPID_TEXT_MAX, act->s->a));
    return rc == OK && !failed;
}

const struct val *rapid_eval_value(struct rapid_act *act, struct str source) {
    struct rapid_session *s = act->s;
    struct tmpl_watch watch = {on_failure, NULL, act};
    struct expr_scope scope;
    const struct tmpl *t = rapid_text_get(s->program, source, s->a);
    if (!t) {
        return val_error(s->a, "the text is too long");
    }
    rapid_eval_scope(act, &scope);
    int64_t before = scope.fuel;
    const struct val *v = tmpl_value_watched(t, &scope, &watch);
    spent(s, &scope, before);
    warn_old_names(s, t);
    return v;
}
