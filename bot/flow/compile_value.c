/* compile_value.c - durations, flags, words and the keys of a step. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/compile_priv.h"

#include <string.h>

#include "base/clock.h"

static const struct {
    const char *words;
    int64_t ms;
} UNITS[] = {{"s sec second seconds seconde secondes", MS_SECOND},
             {"min minute minutes", MS_MINUTE},
             {"h hour hours heure heures", MS_HOUR},
             {"d day days j jour jours", MS_DAY},
             {"w week weeks semaine semaines", 7 * MS_DAY}};

#define DURATION_MAX (400 * MS_DAY)

static bool has_word(const char *words, struct str word) {
    struct str rest = str_from(words), w;
    while (str_next(&rest, ' ', &w)) {
        if (str_eq(w, word)) {
            return true;
        }
    }
    return false;
}

static int64_t duration(struct str s) {
    size_t digits = 0;
    s = str_trim(s);
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9') {
        digits++;
    }
    int64_t n;
    if (digits == 0 || digits > 6 || str_to_i64(str_sub(s, 0, digits), &n) == false) {
        return -1;
    }
    struct str unit = str_trim(str_sub(s, digits, s.n));
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (unit.n && has_word(UNITS[i].words, unit)) {
            return n * UNITS[i].ms;
        }
    }
    return -1;
}

int64_t compile_duration(struct compile *c, const struct val *v) {
    if (!v) {
        return -1;
    }
    int64_t ms = val_is(v, VAL_TEXT) ? duration(v->text) : -1;
    if (ms < 0) {
        compile_wrong(c, v, "such as: 2 days, 3 jours, 45 min, 1 h",
                      "this is not a length of time");
    } else if (ms == 0 || ms > DURATION_MAX) {
        compile_wrong(c, v, "between 1 second and 400 days", "this length of time cannot be");
        ms = -1;
    }
    return ms;
}

bool compile_flag(struct compile *c, const struct val *v, bool dflt) {
    if (!v) {
        return dflt;
    }
    if (val_is(v, VAL_TEXT) && has_word("yes true oui", v->text)) {
        return true;
    }
    if (!val_is(v, VAL_TEXT) || !has_word("no false non", v->text)) {
        compile_wrong(c, v, "write yes or no", "yes or no was expected here");
    }
    return false;
}

struct words compile_words(struct compile *c, const struct val *v, bool fold) {
    struct words w = {NULL, 0};
    if (!v) {
        return w;
    }
    size_t n = val_is(v, VAL_LIST) ? v->list.n : 1;
    struct str *item = ARENA_ARRAY(c->a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        const struct val *x = val_is(v, VAL_LIST) ? v->list.item[i] : v;
        if (!val_is(x, VAL_TEXT) || x->text.n == 0) {
            compile_wrong(c, x, "a word, or a list: [oui, ouais]", "a word was expected here");
            continue;
        }
        item[w.n] = fold ? library_fold(x->text, c->a) : x->text;
        if (item[w.n].n == 0) {
            compile_wrong(c, x, "a word has letters or digits", "nothing is left of '%.*s'",
                          STR_ARG(x->text));
            continue;
        }
        w.n++;
    }
    w.item = item;
    return w;
}

const struct entry *compile_entries(struct compile *c, const struct val *map, size_t *ret_n) {
    *ret_n = 0;
    if (!val_is(map, VAL_MAP)) {
        return NULL;
    }
    struct entry *entry = ARENA_ARRAY(c->a, struct entry, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *pair = &map->map.pair[i];
        entry[i].name = pair->key;
        entry[i].line = pair->line;
        entry[i].column = pair->column;
        entry[i].value = compile_template(c, pair->val);
    }
    *ret_n = map->map.n;
    return entry;
}

int compile_timeout(struct compile *c, struct node *n, const struct val *v, int next,
                    int64_t *ret_ms) {
    *ret_ms = 0;
    if (!v) {
        return -1;
    }
    const struct val *after = val_get(v, "after"), *go = val_get(v, "go"),
                     *steps = val_get(v, "do");
    if (!val_is(v, VAL_MAP) || !after || (go && steps)) {
        compile_wrong(c, v, "timeout: {after: 2 days, go: relance}",
                      "a time-out needs after: and go: or do:");
        return -1;
    }
    for (size_t i = 0; i < v->map.n; i++) {
        if (!has_word("after go do", v->map.pair[i].key)) {
            compile_wrong_at(c, v->map.pair[i].line, v->map.pair[i].column,
                             "its keys are: after, go, do", "unknown key '%.*s' in a time-out",
                             STR_ARG(v->map.pair[i].key));
        }
    }
    int64_t ms = compile_duration(c, after);
    *ret_ms = ms > 0 ? ms : 0;
    char *label = arena_cstr(c->a, val_is(after, VAL_TEXT) ? after->text : STR_EMPTY);
    if (go) {
        return compile_exit_go(c, n, label, go);
    }
    int exit = compile_exit(c, n, label, next);
    int to = compile_block(c, steps, "timeout", next);
    n->exit[exit].to = to;
    return exit;
}

static const char *shape_wrong(enum key_shape shape, const struct val *v) {
    bool text = val_is(v, VAL_TEXT), map = val_is(v, VAL_MAP), list = val_is(v, VAL_LIST);
    switch (shape) {
    case KEY_TEXTS:
        return text || map ? NULL : "a text, or {fr: \"...\", en: \"...\"}";
    case KEY_RETRY:
        return list ? NULL : "a list of texts: [\"...\", \"...\"]";
    case KEY_TEMPLATE:
    case KEY_EXPR:
    case KEY_NAME:
    case KEY_FIELD:
    case KEY_LABEL:
    case KEY_DURATION:
    case KEY_FLAG:
    case KEY_ENUM:
    case KEY_ACT:
    case KEY_FLOW:
        return text ? NULL : "one word or one text";
    case KEY_STEPS:
    case KEY_CHOICES:
        return list || val_is(v, VAL_NULL) ? NULL : "a list, each item beginning with a dash";
    case KEY_THEN:
    case KEY_WORDS:
        return text || list ? NULL : "a word or a list";
    case KEY_TIMEOUT:
    case KEY_ENTRIES:
    case KEY_CASES:
        return map ? NULL : "name: value lines, indented";
    case KEY_OPTIONS:
        return map || list || (text && str_starts(v->text, STR("@")))
                   ? NULL
                   : "a list, name: text lines, or \"@a_list\"";
    case KEY_WAIT:
        return text || map ? NULL : "a length of time, or {until: \"...\"}";
    case KEY_STARTS:
    case KEY_EVENT:
    case KEY_NOTHING:
        return NULL;
    }
    return NULL;
}

static const char *key_names(struct compile *c, const struct step_kind *kind) {
    struct str all = STR("id note fallback");
    for (const struct key_spec *k = kind->key; k->name; k++) {
        all = arena_printf(c->a, "%.*s %s", STR_ARG(all), k->name);
    }
    return arena_cstr(c->a, all);
}

static void check_key(struct compile *c, const struct step_kind *kind,
                      const struct val_pair *pair) {
    const struct key_spec *k = kind->key;
    while (k->name && !str_is(pair->key, k->name)) {
        k++;
    }
    if (!k->name) {
        if (has_word("id note fallback", pair->key)) {
            return;
        }
        const char *names = key_names(c, kind);
        struct str near = problems_nearest(pair->key, names);
        char *hint =
            near.n ? arena_cstr(c->a, arena_printf(c->a, "did you mean '%.*s'?", STR_ARG(near)))
                   : arena_cstr(c->a, arena_printf(c->a, "its keys are: %s", names));
        compile_wrong_at(c, pair->line, pair->column, hint, "unknown key '%.*s' in '%s'",
                         STR_ARG(pair->key), kind->name);
        return;
    }
    const char *wrong = shape_wrong(k->shape, pair->val);
    if (wrong) {
        c->misshapen = true;
        compile_wrong(c, pair->val, wrong, "'%s' cannot be %s", k->name,
                      val_is(pair->val, VAL_MAP)    ? "name: value lines"
                      : val_is(pair->val, VAL_LIST) ? "a list"
                      : val_is(pair->val, VAL_NULL) ? "empty"
                                                    : "one text");
    } else if (k->shape == KEY_ENUM && !has_word(k->choices, pair->val->text)) {
        compile_wrong(c, pair->val,
                      arena_cstr(c->a, arena_printf(c->a, "one of: %s", k->choices)),
                      "'%s' cannot be '%.*s'", k->name, STR_ARG(pair->val->text));
    }
}

void compile_check_keys(struct compile *c, const struct val *step,
                        const struct step_kind *kind) {
    for (size_t i = 0; i < step->map.n; i++) {
        check_key(c, kind, &step->map.pair[i]);
    }
    for (const struct key_spec *k = kind->key; k->name; k++) {
        if (k->required && !val_get(step, k->name)) {
            compile_wrong(c, step, k->doc_en, "'%s' needs '%s:'", kind->name, k->name);
        }
    }
}

/* Every name that steps create, wherever they stand, so that texts may speak of it. */
static void collect(struct compile *c, const struct val *v, struct words *w, struct str *item,
                    size_t max) {
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
        collect(c, v->list.item[i], w, item, max);
    }
    if (!val_is(v, VAL_MAP)) {
        return;
    }
    const struct val *as = val_get(v, "as"), *set = val_get(v, "set");
    if (val_is(as, VAL_TEXT) && compile_is_name(as->text) && w->n < max) {
        item[w->n++] = as->text;
    }
    for (size_t i = 0; val_is(set, VAL_MAP) && i < set->map.n && w->n < max; i++) {
        if (compile_is_name(set->map.pair[i].key)) {
            item[w->n++] = set->map.pair[i].key;
        }
    }
    for (size_t i = 0; i < v->map.n; i++) {
        collect(c, v->map.pair[i].val, w, item, max);
    }
}

#define NAMES_MAX 200

void compile_names(struct compile *c, const struct val *steps) {
    struct str *item = ARENA_ARRAY(c->a, struct str, NAMES_MAX);
    struct words w = {item, 0};
    collect(c, steps, &w, item, NAMES_MAX);
    c->p->names = w;
    struct str roots = STR("contact org results with input answer fields");
    for (size_t i = 0; i < w.n; i++) {
        roots = arena_printf(c->a, "%.*s %.*s", STR_ARG(roots), STR_ARG(w.item[i]));
    }
    c->roots = arena_cstr(c->a, roots);
}
