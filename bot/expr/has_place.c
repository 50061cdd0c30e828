/* has_place.c - router tests on places of the workspace's hierarchy: state, district, ward. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"

#define FOUND_MAX 1000

/* Places of one level, each with its path ("Rwanda > Kigali City"). */
struct places {
    const struct val *place[FOUND_MAX];
    struct str path[FOUND_MAX];
    size_t n;
};

/* Only letters and digits count, accents do not. */
static struct str fold_place(struct eval *e, struct str s) {
    struct str f = text_fold(s, e->a);
    struct sink out;
    sink_init(&out, e->a);
    bool gap = false;
    for (size_t i = 0; i < f.n;) {
        uint32_t cp = text_next(f, &i);
        if (!text_is_letter(cp) && !text_form_is_number(cp)) {
            gap = out.n > 0;
            continue;
        }
        if (gap) {
            sink_putc(&out, ' ');
            gap = false;
        }
        sink_cp(&out, cp);
    }
    return sink_view(&out);
}

static bool is_called(struct eval *e, const struct val *place, struct str folded) {
    if (str_eq(fold_place(e, val_get_text(place, "name", STR(""))), folded)) {
        return true;
    }
    const struct val *aliases = val_get(place, "aliases");
    for (size_t i = 0; val_is(aliases, VAL_LIST) && i < aliases->list.n; i++) {
        const struct val *alias = aliases->list.item[i];
        if (val_is(alias, VAL_TEXT) && str_eq(fold_place(e, alias->text), folded)) {
            return true;
        }
    }
    return false;
}

static void collect(struct eval *e, const struct val *list, struct str parent, int level,
                    struct places *out) {
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n && eval_spend(e, 1); i++) {
        const struct val *place = list->list.item[i];
        struct str name = val_get_text(place, "name", STR(""));
        struct str path =
            parent.n ? arena_printf(e->a, "%.*s > %.*s", STR_ARG(parent), STR_ARG(name)) : name;
        if (level > 0) {
            collect(e, val_get(place, "children"), path, level - 1, out);
        } else if (out->n < FOUND_MAX) {
            out->place[out->n] = place;
            out->path[out->n++] = path;
        }
    }
}

/* Keeps those that are called so. */
static void keep_called(struct eval *e, struct places *p, struct str folded) {
    size_t kept = 0;
    for (size_t i = 0; i < p->n && eval_spend(e, 1); i++) {
        if (is_called(e, p->place[i], folded)) {
            p->place[kept] = p->place[i];
            p->path[kept++] = p->path[i];
        }
    }
    p->n = kept;
}

/* The whole text, else any of its words, is the name of one of the places. */
static bool find_in_text(struct eval *e, const struct places *all, struct str folded,
                         struct str *path) {
    struct str rest = folded, word;
    struct places *p = ARENA_NEW(e->a, struct places);
    *p = *all;
    keep_called(e, p, folded);
    while (p->n == 0 && str_next(&rest, ' ', &word)) {
        *p = *all;
        keep_called(e, p, word);
    }
    for (size_t i = 0; p->n == 0 && i < all->n; i++) {
        struct str name = fold_place(e, val_get_text(all->place[i], "name", STR("")));
        struct str padded = arena_printf(e->a, " %.*s ", STR_ARG(folded));
        if (name.n &&
            str_find(padded, arena_printf(e->a, " %.*s ", STR_ARG(name)), 0) != SIZE_MAX) {
            *path = all->path[i];
            return true;
        }
    }
    if (p->n) {
        *path = p->path[0];
    }
    return p->n > 0;
}

/* Places of `level` below the parent (all of them when there is none). */
static const struct val *places_below(struct eval *e, const struct val *parent, int level,
                                      struct places *out) {
    out->n = 0;
    if (!parent || parent->type == VAL_NULL) {
        collect(e, e->env->locations, STR(""), level, out);
        return NULL;
    }
    struct str s, path;
    struct places *above = ARENA_NEW(e->a, struct places);
    TRY(convert_text(e, parent, &s));
    collect(e, e->env->locations, STR(""), level - 1, above);
    if (!find_in_text(e, above, fold_place(e, s), &path)) {
        return NULL;
    }
    for (size_t i = 0; i < above->n; i++) {
        if (str_eq(above->path[i], path)) {
            collect(e, val_get(above->place[i], "children"), path, 0, out);
        }
    }
    return NULL;
}

static const struct val *has_place(struct eval *e, const struct val *text,
                                   const struct val *parent, int level) {
    struct str s, path;
    struct places *p = ARENA_NEW(e->a, struct places);
    TRY(convert_text(e, text, &s));
    if (!e->env->locations) {
        return eval_error(e,
                          "can't find locations in environment which is not location enabled");
    }
    TRY(places_below(e, parent, level, p));
    if (e->limit) {
        return eval_limit(e);
    }
    if (!find_in_text(e, p, fold_place(e, s), &path)) {
        return functions_no_match(e);
    }
    return functions_match(e, val_text(e->a, path), NULL);
}

const struct val *fn_has_state(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return has_place(e, arg[0], NULL, 1);
}

const struct val *fn_has_district(struct eval *e, const struct val *const *arg, size_t n) {
    return has_place(e, arg[0], n > 1 ? arg[1] : NULL, 2);
}

const struct val *fn_has_ward(struct eval *e, const struct val *const *arg, size_t n) {
    /* a ward's state must be one that has its district */
    if (n > 2 && arg[2]->type != VAL_NULL) {
        const struct val *in_state = has_place(e, arg[1], arg[2], 2);
        bool there;
        TRY(convert_bool(e, in_state, &there));
        if (!there) {
            return functions_no_match(e);
        }
    }
    return has_place(e, arg[0], n > 1 ? arg[1] : NULL, 3);
}
