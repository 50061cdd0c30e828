/* rapid_yaml_words.c - names and texts of a brought flow as our YAML writes them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_yaml_words.h"

#include <string.h>

#include "base/text.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

/* What an office of ours tells of itself. */
#define ORG " name short_name phone address hours url country lang tone "
#define FACTS " id name status channel new enrolled tags referent fields "

struct str rapid_yaml_key(struct str name, struct arena *a) {
    struct str s = expr_snakify(text_fold(name, a), a);
    struct sink out;
    sink_init(&out, a);
    if (s.n == 0 || !((s.p[0] >= 'a' && s.p[0] <= 'z'))) {
        sink_puts(&out, "r_");
    }
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        sink_putc(&out, ok ? c : '_');
    }
    return sink_view(&out);
}

static bool among(const char *padded, struct str word, struct arena *a) {
    struct str spaced = arena_printf(a, " %.*s ", STR_ARG(word));
    return word.n && str_find(str_from(padded), spaced, 0) != SIZE_MAX;
}

/* --- answers and values --- */

static struct str base_of(const struct rapid_yaml_words *w, size_t at) {
    const struct rapid_router *r = w->f->node[at].router;
    if (!r || !str_is(r->wait.type, "msg")) {
        return STR_EMPTY;
    }
    return r->result_name.n ? rapid_yaml_key(r->result_name, w->a)
                            : arena_printf(w->a, "reponse_%zu", at + 1);
}

static bool is_set(const struct rapid_yaml_words *w, struct str name) {
    for (size_t i = 0; i < w->f->nodes; i++) {
        for (size_t k = 0; k < w->f->node[i].actions; k++) {
            const struct rapid_action *act = &w->f->node[i].action[k];
            if (strcmp(act->kind->type, "set_run_result") == 0 &&
                str_eq(rapid_yaml_key(val_get_text(act->def, "name", STR("")), w->a), name)) {
                return true;
            }
        }
    }
    return false;
}

void rapid_yaml_words(const struct rapid_program *p, const struct rapid_flow *f,
                      struct arena *a, struct rapid_yaml_words *ret) {
    struct rapid_yaml_words w = {p, f, a, ARENA_ARRAY(a, struct str, f->nodes),
                                 ARENA_ARRAY(a, struct str, f->nodes)};
    for (size_t i = 0; i < f->nodes; i++) {
        struct str base = base_of(&w, i);
        bool shared = base.n && is_set(&w, base);
        for (size_t k = 0; base.n && k < f->nodes; k++) {
            shared |= k != i && str_eq(base_of(&w, k), base);
        }
        w.asked[i] = shared ? arena_printf(a, "%.*s_%zu", STR_ARG(base), i + 1) : base;
        w.saved[i] = shared ? base : STR_EMPTY;
    }
    *ret = w;
}

/* Where a result is read here; empty when it is kept nowhere. */
static struct str place_of(const struct rapid_yaml_words *w, struct str name) {
    for (size_t i = 0; i < w->f->nodes; i++) {
        if (str_eq(w->saved[i], name)) {
            return name;
        }
        if (w->saved[i].n == 0 && str_eq(w->asked[i], name)) {
            return arena_printf(w->a, "results.%.*s", STR_ARG(name));
        }
    }
    return is_set(w, name) ? name : STR_EMPTY;
}

static size_t add(struct str *name, struct str one, size_t n, size_t max) {
    bool known = one.n == 0 || n == max;
    for (size_t i = 0; i < n && !known; i++) {
        known = str_eq(name[i], one);
    }
    if (!known) {
        name[n] = one;
    }
    return n + !known;
}

size_t rapid_yaml_results(const struct rapid_yaml_words *w, struct str *name, struct str *value,
                          size_t max) {
    size_t n = 0;
    for (size_t i = 0; i < w->f->nodes; i++) {
        n = add(name, w->saved[i].n ? w->saved[i] : w->asked[i], n, max);
        for (size_t k = 0; k < w->f->node[i].actions; k++) {
            const struct rapid_action *act = &w->f->node[i].action[k];
            if (strcmp(act->kind->type, "set_run_result") == 0) {
                struct str own = val_get_text(act->def, "name", STR(""));
                n = add(name, rapid_yaml_key(own, w->a), n, max);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        value[i] = arena_printf(w->a, "@%.*s", STR_ARG(place_of(w, name[i])));
    }
    return n;
}

/* --- names --- */

static struct str after(struct str s, const char *head) {
    return str_sub(s, strlen(head), s.n);
}

static struct str field_name(const struct rapid_yaml_words *w, struct str key) {
    return among(FACTS, key, w->a) ? arena_printf(w->a, "champ_%.*s", STR_ARG(key)) : key;
}

static struct str of_result(const struct rapid_yaml_words *w, struct str rest) {
    size_t dot = str_find_char(rest, '.', 0);
    struct str name = str_sub(rest, 0, dot == SIZE_MAX ? rest.n : dot),
               member = dot == SIZE_MAX ? STR_EMPTY : str_sub(rest, dot + 1, rest.n);
    struct str place = place_of(w, name);
    bool input = str_is(member, "input") && str_starts(place, STR("results."));
    return member.n == 0 || str_is(member, "value") ? place
           : input ? arena_printf(w->a, "%.*s.input", STR_ARG(place))
                   : STR_EMPTY;
}

/* One dotted name; empty when it is not here. */
static struct str name_here(const struct rapid_yaml_words *w, struct str s) {
    s = text_fold(s, w->a);
    if (str_is(s, "contact") || str_is(s, "contact.name") || str_is(s, "contact.first_name")) {
        return STR("contact.first_name");
    }
    if (str_is(s, "contact.language") || str_is(s, "contact.id") || str_is(s, "input.text")) {
        return s;
    }
    if (str_is(s, "input")) {
        return STR("input.text");
    }
    struct str field = str_starts(s, STR("fields."))           ? after(s, "fields.")
                       : str_starts(s, STR("contact.fields.")) ? after(s, "contact.fields.")
                                                               : STR_EMPTY;
    if (field.n && rapid_asset(w->p, "fields", "key", field)) {
        return arena_printf(w->a, "contact.%.*s", STR_ARG(field_name(w, field)));
    }
    if (str_starts(s, STR("results."))) {
        return of_result(w, after(s, "results."));
    }
    if (str_starts(s, STR("child.results."))) {
        struct str rest = after(s, "child.results.");
        return str_find_char(rest, '.', 0) == SIZE_MAX
                   ? arena_printf(w->a, "child.%.*s", STR_ARG(rest))
                   : STR_EMPTY;
    }
    if (str_starts(s, STR("globals.")) && among(ORG, after(s, "globals."), w->a)) {
        return arena_printf(w->a, "org.%.*s", STR_ARG(after(s, "globals.")));
    }
    return STR_EMPTY;
}

/* --- texts --- */

static bool begins(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool goes_on(char c) {
    return begins(c) || (c >= '0' && c <= '9') || c == '.';
}

struct moving {
    const struct rapid_yaml_words *w;
    struct str s, foreign;
    struct sink out;
};

/* A dotted name at i; returns where it ends. */
static size_t move_name(struct moving *m, size_t i) {
    size_t end = i;
    while (end < m->s.n && goes_on(m->s.p[end])) {
        end++;
    }
    while (end > i && m->s.p[end - 1] == '.') {
        end--;
    }
    struct str name = str_sub(m->s, i, end - i);
    size_t dot = str_find_char(name, '.', 0);
    struct str root = text_fold(str_sub(name, 0, dot == SIZE_MAX ? name.n : dot), m->w->a);
    bool call = end < m->s.n && m->s.p[end] == '(';
    if (call || !rapid_is_root(NULL, root)) {
        sink_add(&m->out, name);
        return end;
    }
    struct str here = name_here(m->w, name);
    if (here.n == 0 && m->foreign.n == 0) {
        m->foreign = root;
    }
    sink_add(&m->out, here.n ? here : name);
    return end;
}

/* Inside @( ... ): names, but not what stands in quotes. Returns past the closing one. */
static size_t move_brackets(struct moving *m, size_t i) {
    int depth = 0;
    bool quoted = false;
    while (i < m->s.n) {
        char c = m->s.p[i];
        bool starts = !quoted && begins(c) && !(i > 0 && goes_on(m->s.p[i - 1]));
        if (starts) {
            i = move_name(m, i);
            continue;
        }
        quoted ^= c == '"';
        depth += quoted ? 0 : (c == '(') - (c == ')');
        sink_putc(&m->out, c);
        i++;
        if (depth == 0) {
            break;
        }
    }
    return i;
}

/* One expression, from behind its sign; returns where it ends. What is not here stays as words.
 */
static size_t move_one(struct moving *m, size_t i) {
    struct moving own = {.w = m->w, .s = m->s};
    sink_init(&own.out, m->w->a);
    size_t end = m->s.p[i] == '(' ? move_brackets(&own, i) : move_name(&own, i);
    if (own.foreign.n) {
        m->foreign = m->foreign.n ? m->foreign : own.foreign;
        sink_puts(&m->out, "@@");
        sink_add(&m->out, str_sub(m->s, i, end - i));
    } else {
        sink_putc(&m->out, '@');
        sink_add(&m->out, sink_view(&own.out));
    }
    return end;
}

bool rapid_yaml_text(const struct rapid_yaml_words *w, struct str source, struct str *ret,
                     struct str *ret_foreign) {
    struct moving m = {.w = w, .s = source};
    sink_init(&m.out, w->a);
    for (size_t i = 0; i < source.n;) {
        char c = source.p[i], next = i + 1 < source.n ? source.p[i + 1] : '\0';
        if (c == '@' && (next == '(' || begins(next))) {
            i = move_one(&m, i + 1);
            continue;
        }
        sink_putc(&m.out, c);
        i++;
        if (c == '@' && next == '@') {
            sink_putc(&m.out, next);
            i++;
        }
    }
    *ret = sink_view(&m.out);
    *ret_foreign = m.foreign;
    return m.foreign.n == 0;
}

static bool mentions(const struct val *v, struct str words) {
    bool found = val_is(v, VAL_TEXT) && str_find(v->text, words, 0) != SIZE_MAX;
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n && !found; i++) {
        found = mentions(v->list.item[i], words);
    }
    for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n && !found; i++) {
        found = mentions(v->map.pair[i].val, words);
    }
    return found;
}

bool rapid_yaml_reads_child(const struct rapid_yaml_words *w) {
    return mentions(val_get(w->f->def, "nodes"), STR("child.results."));
}

struct str rapid_yaml_fields(const struct rapid_program *p, struct arena *a) {
    const struct val *list = val_get(p->assets, "fields");
    const struct rapid_yaml_words w = {.p = p, .a = a};
    struct str s = STR_EMPTY;
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *def = list->list.item[i];
        struct str key = field_name(&w, val_get_text(def, "key", STR("")));
        const char *type =
            str_is(val_get_text(def, "type", STR("")), "number") ? "number" : "text";
        struct sink title;
        sink_init(&title, a);
        sink_quoted(&title, val_get_text(def, "name", key));
        s = arena_printf(a, "%.*s  %.*s: {type: %s, title: %.*s}\n", STR_ARG(s), STR_ARG(key),
                         type, STR_ARG(sink_view(&title)));
    }
    return s.n ? arena_printf(a, "fields:\n%.*s", STR_ARG(s)) : s;
}
