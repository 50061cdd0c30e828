/* library.c - the set of flows in force, compiled, and old versions still being lived through.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/library.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bot/flow/check.h"
#include "bot/flow/front_yaml.h"
#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"

/* A version that is no longer in force, compiled when somebody who lives in it writes. */
struct old_version {
    struct old_version *next;
    struct str name, hash;
    const struct program *program; /* NULL: it is lost */
};

#define OLD_MAX 1000 /* versions kept compiled; a library lives until the next publication */

static enum rc no_fetch(void *ctx, struct str hash, struct arena *a,
                        struct library_source *ret) {
    (void)ctx, (void)hash, (void)a, (void)ret;
    return NONE;
}

static void add_program(struct library *l, struct program *p, struct flow_problems *problems) {
    for (size_t i = 0; i < l->programs; i++) {
        if (str_eq(l->program[i]->name, p->name)) {
            problems_add(problems, p->file, p->line, p->column, false,
                         "give each flow its own name", "the flow '%.*s' is already in %.*s",
                         STR_ARG(p->name), STR_ARG(l->program[i]->file));
            return;
        }
    }
    if (l->programs == l->programs_cap) {
        size_t cap = l->programs_cap ? l->programs_cap * 2 : 32;
        const struct program **more = ARENA_ARRAY(&l->a, const struct program *, cap);
        if (l->programs) {
            memcpy(more, l->program, l->programs * sizeof *more);
        }
        l->program = more;
        l->programs_cap = cap;
    }
    l->program[l->programs++] = p;
}

static bool is_set(const struct library *l, const struct library_source *src) {
    return l->lang->front && l->lang->front->owns(src->text);
}

/* A name that is declared already keeps its first declaration. */
static void add_fields(struct library *l, const struct flow_front_set *set) {
    struct standing *s = &l->standing;
    struct field_spec *field = ARENA_ARRAY(&l->a, struct field_spec, s->fields + set->fields);
    size_t n = s->fields;
    if (n) {
        memcpy(field, s->field, n * sizeof *field);
    }
    for (size_t i = 0; i < set->fields; i++) {
        if (!library_field(l, set->field[i].name)) {
            field[n++] = set->field[i];
        }
    }
    s->field = field;
    s->fields = n;
}

/* Sets are read first, for the fields they declare, and added last: a word that two flows want
 * is then a fault of what was brought. */
static void add_sources(struct library *l, const struct library_source *src, size_t n,
                        struct flow_problems *problems) {
    struct flow_front_set *set = ARENA_ARRAY(&l->a, struct flow_front_set, n);
    for (size_t i = 0; i < n; i++) {
        if (is_set(l, &src[i])) {
            struct library_source own = {arena_str(&l->a, src[i].file),
                                         arena_str(&l->a, src[i].text)};
            l->lang->front->read(&own, &l->a, &set[i], problems);
            add_fields(l, &set[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct program *p = standing_is(src[i].file) || is_set(l, &src[i])
                                ? NULL
                                : front_yaml_read(l->lang, l, &src[i], &l->a, problems);
        if (p) {
            add_program(l, p, problems);
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < set[i].programs; k++) {
            add_program(l, set[i].program[k], problems);
        }
    }
}

enum rc library_load(const struct flow_lang *lang, const struct library_source *src, size_t n,
                     enum rc (*fetch)(void *ctx, struct str hash, struct arena *a,
                                      struct library_source *ret),
                     void *fetch_ctx, struct library **ret, struct flow_problems *problems) {
    struct library *l = mem_alloc(sizeof *l);
    memset(l, 0, sizeof *l);
    arena_init(&l->a);
    pthread_mutex_init(&l->lock, NULL);
    l->self = l;
    l->lang = lang;
    l->fetch = fetch ? fetch : no_fetch;
    l->fetch_ctx = fetch_ctx;
    for (size_t i = 0; i < n; i++) {
        if (standing_is(src[i].file)) {
            standing_read(lang, &src[i], &l->a, &l->standing, problems);
        }
    }
    add_sources(l, src, n, problems);
    check_library(l, problems);
    problems_sort(problems);
    if (problems->errors) {
        library_free(l);
        return E_INVALID;
    }
    *ret = l;
    return OK;
}

void library_free(struct library *l) {
    if (!l) {
        return;
    }
    pthread_mutex_destroy(&l->lock);
    arena_done(&l->a);
    free(l);
}

const struct program *library_get(const struct library *l, struct str name) {
    for (size_t i = 0; i < l->programs; i++) {
        if (str_eq(l->program[i]->name, name)) {
            return l->program[i];
        }
    }
    return NULL;
}

static struct program *read_old(struct library *l, const struct library_source *src,
                                struct str name, struct flow_problems *problems) {
    struct flow_front_set set = {0};
    if (!is_set(l, src)) {
        struct program *p = front_yaml_read(l->lang, l, src, &l->a, problems);
        return p && !problems->errors && str_eq(p->name, name) ? p : NULL;
    }
    l->lang->front->read(src, &l->a, &set, problems);
    for (size_t i = 0; i < set.programs; i++) {
        if (str_eq(set.program[i]->name, name)) {
            return set.program[i];
        }
    }
    return NULL;
}

/* Under the lock. */
static const struct program *compile_old(struct library *l, struct str name, struct str hash) {
    struct library_source src;
    struct flow_problems ignored;
    struct program *p = NULL;
    problems_init(&ignored, &l->a);
    if (l->fetch(l->fetch_ctx, hash, &l->a, &src) == OK) {
        p = read_old(l, &src, name, &ignored);
    }
    struct old_version *o = ARENA_NEW(&l->a, struct old_version);
    o->name = arena_str(&l->a, name);
    o->hash = arena_str(&l->a, hash);
    o->program = p;
    o->next = l->old;
    l->old = o;
    l->olds++;
    return p;
}

const struct program *library_version(const struct library *l, struct str name,
                                      struct str hash) {
    const struct program *p = library_get(l, name);
    if (p && str_eq(p->hash, hash)) {
        return p;
    }
    p = NULL;
    pthread_mutex_lock(&l->self->lock);
    const struct old_version *o = l->old;
    while (o && !(str_eq(o->hash, hash) && str_eq(o->name, name))) {
        o = o->next;
    }
    if (o) {
        p = o->program;
    } else if (l->olds < OLD_MAX) {
        p = compile_old(l->self, name, hash);
    }
    pthread_mutex_unlock(&l->self->lock);
    return p;
}

size_t library_count(const struct library *l) {
    return l->programs;
}

void library_item(const struct library *l, size_t i, struct str *ret_name, struct str *ret_hash,
                  struct library_source *ret_source) {
    *ret_name = l->program[i]->name;
    *ret_hash = l->program[i]->hash;
    ret_source->file = l->program[i]->file;
    ret_source->text = l->program[i]->source;
}

static bool holds(struct words w, struct str s) {
    for (size_t i = 0; i < w.n; i++) {
        if (str_eq(w.item[i], s)) {
            return true;
        }
    }
    return false;
}

#define FIND(field, what)                                                                      \
    for (size_t i = 0; (what).n && i < l->programs; i++) {                                     \
        if (holds(l->program[i]->field, (what))) {                                             \
            return l->program[i];                                                              \
        }                                                                                      \
    }                                                                                          \
    return NULL

const struct program *library_for_event(const struct library *l, struct str event) {
    FIND(event, event);
}

static const struct program *for_opening(const struct library *l, struct str first) {
    FIND(opening, first);
}

static const struct program *for_keyword(const struct library *l, struct str whole) {
    FIND(keyword, whole);
}

const struct program *library_for_keyword(const struct library *l, struct str folded_text) {
    const struct program *p = for_keyword(l, folded_text);
    size_t space = str_find_char(folded_text, ' ', 0);
    return p || space == SIZE_MAX ? p : for_opening(l, str_sub(folded_text, 0, space));
}

const struct program *library_for_intent(const struct library *l, struct str intent) {
    FIND(intent, intent);
}

const struct program *library_for_link(const struct library *l, struct str payload) {
    FIND(link, payload);
}

const struct program *library_for_anything(const struct library *l) {
    for (size_t i = 0; i < l->programs; i++) {
        if (l->program[i]->anything) {
            return l->program[i];
        }
    }
    return NULL;
}

const struct texts *library_text(const struct library *l, const char *name) {
    for (size_t i = 0; i < l->standing.texts; i++) {
        if (str_is(l->standing.text[i].name, name)) {
            return l->standing.text[i].texts;
        }
    }
    return NULL;
}

const struct field_spec *library_field(const struct library *l, struct str name) {
    for (size_t i = 0; i < l->standing.fields; i++) {
        if (str_eq(l->standing.field[i].name, name)) {
            return &l->standing.field[i];
        }
    }
    return NULL;
}

size_t library_fields(const struct library *l, const struct field_spec **ret) {
    *ret = l->standing.field;
    return l->standing.fields;
}

struct str library_fold(struct str text, struct arena *a) {
    struct str s = text_fold(text, a);
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0, run = 0;
    while (s.n && strchr(" .,;:!?\"'-_*()/", s.p[s.n - 1])) {
        s.n--;
    }
    while (s.n && strchr(" .,;:!\"'-_*()/", s.p[0])) {
        s.p++;
        s.n--;
    }
    for (size_t i = 0; i < s.n; i++) {
        bool letter = s.p[i] >= 'a' && s.p[i] <= 'z';
        bool again = n && letter && out[n - 1] == s.p[i];
        run = again ? run + 1 : 1;
        if (run >= 3) {
            n -= run == 3; /* "saluuuut" is "salut", "aller" stays */
            continue;
        }
        if (s.p[i] == ' ' && n && out[n - 1] == ' ') {
            continue;
        }
        out[n++] = s.p[i];
    }
    return (struct str){out, n};
}
