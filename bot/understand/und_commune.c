/* und_commune.c - the French communes and their postcodes, out of the official list. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 9 /* longest commune name in words */

/* "Saint-Denis" and "st denis" alike: folded words with single blanks, saint for st. */
static struct str town_key(struct str name, struct arena *a) {
    struct str f = und_fold(name, a);
    char *out = arena_alloc(a, f.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < f.n;) {
        size_t k = i;
        while (k < f.n && f.p[k] != ' ' && f.p[k] != '-' && f.p[k] != '\'') {
            k++;
        }
        struct str w = str_sub(f, i, k - i);
        if (w.n && n) {
            out[n++] = ' ';
        }
        if (str_is(w, "st") || str_is(w, "ste")) {
            w = str_is(w, "st") ? STR("saint") : STR("sainte");
        }
        memcpy(out + n, w.p, w.n);
        n += w.n;
        i = k + 1;
    }
    return (struct str){out, n};
}

static int by_key(const void *a, const void *b) {
    return str_cmp(((const struct und_town *)a)->folded, ((const struct und_town *)b)->folded);
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Lines: "name TAB postcode[ postcode...][ TAB INSEE code]"; '#' begins a comment line. */
enum rc und_commune_load(struct und *u, const char *file, struct str text, struct err *err) {
    size_t lines = 0, posts = 0;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
        posts += text.p[i] == '\t' || text.p[i] == ' ';
    }
    u->town = ARENA_ARRAY(&u->arena, struct und_town, lines + 1);
    u->town_post = ARENA_ARRAY(&u->arena, uint32_t, posts + 1);
    struct str line, name;
    for (int no = 1; str_next(&text, '\n', &line); no++) {
        line = str_trim(line);
        if (!line.n || line.p[0] == '#') {
            continue;
        }
        if (!str_next(&line, '\t', &name) || !line.n) {
            return err_at(err, E_INVALID, file, no, 1, "a line is: name, tabulator, postcodes");
        }
        struct str posts_of = line, insee = STR_EMPTY;
        size_t tab = str_find_char(line, '\t', 0);
        if (tab != SIZE_MAX) {
            posts_of = str_sub(line, 0, tab);
            insee = str_sub(line, tab + 1, line.n);
        }
        line = posts_of;
        struct und_town *t = &u->town[u->towns++];
        *t = (struct und_town){name, town_key(name, &u->arena), posts_of, insee};
        struct str one;
        while (str_next(&line, ' ', &one)) {
            int64_t v;
            if (one.n != 5 || !str_to_i64(one, &v)) {
                return err_at(err, E_INVALID, file, no, (int)name.n + 2,
                              "a postcode has five digits");
            }
            u->town_post[u->town_posts++] = (uint32_t)v;
        }
    }
    qsort(u->town, u->towns, sizeof *u->town, by_key);
    qsort(u->town_post, u->town_posts, sizeof *u->town_post, by_number);
    return OK;
}

bool und_commune_post(const struct und *u, uint32_t post) {
    return u->town_posts && bsearch(&post, u->town_post, u->town_posts, sizeof post, by_number);
}

static const struct und_town *exact(const struct und *u, struct str key) {
    struct und_town probe = {.folded = key};
    return u->towns ? bsearch(&probe, u->town, u->towns, sizeof probe, by_key) : NULL;
}

static struct str key_of(const struct und_msg *m, size_t from, size_t to) {
    struct str raw = str_sub(m->text, m->tok[from].off, m->tok[to - 1].end - m->tok[from].off);
    return town_key(raw, m->a);
}

#define SAME_LETTERS 3 /* first letters a slip is not looked for in */

static size_t first_from(const struct und *u, struct str key) {
    size_t lo = 0, hi = u->towns;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (str_cmp(u->town[mid].folded, key) < 0) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* One slip in a name of six letters or more, when exactly one commune is that near. */
static const struct und_town *nearly(const struct und_msg *m, struct str key) {
    const struct und_town *hit = NULL;
    struct str head = str_sub(key, 0, SAME_LETTERS);
    if (key.n < 6 || key.n > 24) {
        return NULL;
    }
    for (size_t i = first_from(m->u, head);
         i < m->u->towns && str_starts(m->u->town[i].folded, head); i++) {
        const struct und_town *t = &m->u->town[i];
        bool length = t->folded.n + 1 >= key.n && t->folded.n <= key.n + 1;
        if (!length || und_distance(t->folded, key, 1) > 1) {
            continue;
        }
        if (hit && !str_eq(t->folded, hit->folded)) {
            return NULL;
        }
        hit = t;
    }
    return hit;
}

const struct und_town *und_commune_at(const struct und_msg *m, size_t i, size_t *end,
                                      bool near) {
    size_t max = i + WORDS_MAX < m->n ? i + WORDS_MAX : m->n;
    for (size_t to = max; to > i; to--) {
        const struct und_town *t = exact(m->u, key_of(m, i, to));
        if (t) {
            *end = to;
            return t;
        }
    }
    for (size_t to = max < i + 4 ? max : i + 4;
         near && to > i && !(to == i + 1 && m->tok[i].known); to--) {
        const struct und_town *t = nearly(m, key_of(m, i, to));
        if (t) {
            *end = to;
            return t;
        }
    }
    return NULL;
}
