/* problems.c - the list of everything wrong with a set of flows, and "did you mean". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/problems.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NEAR_MAX 40 /* characters of a name worth comparing */

void problems_init(struct flow_problems *p, struct arena *a) {
    p->a = a;
    p->problem = NULL;
    p->n = 0;
    p->errors = 0;
}

void problems_vadd(struct flow_problems *p, struct str file, int line, int column, bool warning,
                   const char *hint, const char *fmt, va_list ap) {
    if (!warning) {
        p->errors++;
    }
    if (p->n >= PROBLEMS_MAX) {
        return;
    }
    if ((p->n & (p->n - 1)) == 0) {
        struct flow_problem *more = ARENA_ARRAY(p->a, struct flow_problem, p->n ? p->n * 2 : 1);
        if (p->n) {
            memcpy(more, p->problem, p->n * sizeof *more);
        }
        p->problem = more;
    }
    struct flow_problem *new = &p->problem[p->n++];
    new->file = arena_str(p->a, file);
    new->line = line;
    new->column = column;
    new->warning = warning;
    new->text = text_repair(arena_vprintf(p->a, fmt, ap), p->a);
    new->hint = hint ? text_repair(arena_str(p->a, str_from(hint)), p->a) : STR_EMPTY;
}

void problems_add(struct flow_problems *p, struct str file, int line, int column, bool warning,
                  const char *hint, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    problems_vadd(p, file, line, column, warning, hint, fmt, ap);
    va_end(ap);
}

static int by_place(const void *a, const void *b) {
    const struct flow_problem *x = a, *y = b;
    int c = str_cmp(x->file, y->file);
    if (c) {
        return c;
    }
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    if (x->column != y->column) {
        return x->column < y->column ? -1 : 1;
    }
    return str_cmp(x->text, y->text);
}

void problems_sort(struct flow_problems *p) {
    if (p->n > 1) {
        qsort(p->problem, p->n, sizeof *p->problem, by_place);
    }
}

void problems_print(const struct flow_problems *p, struct buf *out) {
    for (size_t i = 0; i < p->n; i++) {
        const struct flow_problem *x = &p->problem[i];
        buf_printf(out, "%.*s:%d:%d: %s: %.*s", STR_ARG(x->file), x->line, x->column,
                   x->warning ? "warning" : "error", STR_ARG(x->text));
        if (x->hint.n) {
            buf_printf(out, " (%.*s)", STR_ARG(x->hint));
        }
        buf_putc(out, '\n');
    }
    if (p->n == PROBLEMS_MAX) {
        buf_printf(out, "... and more: only the first %d are shown\n", PROBLEMS_MAX);
    }
}

/* Edit distance with neighbours swapped counted once, by bytes: names are ASCII. */
static size_t distance(struct str a, struct str b) {
    size_t row[3][NEAR_MAX + 1];
    for (size_t j = 0; j <= b.n; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= a.n; i++) {
        size_t *cur = row[i % 3], *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];
        cur[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t d = up[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            d = up[j] + 1 < d ? up[j] + 1 : d;
            d = cur[j - 1] + 1 < d ? cur[j - 1] + 1 : d;
            bool swapped =
                i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (swapped && up2[j - 2] + 1 < d) {
                d = up2[j - 2] + 1;
            }
            cur[j] = d;
        }
    }
    return row[a.n % 3][b.n];
}

struct str problems_nearest(struct str word, const char *names) {
    struct str best = STR_EMPTY, rest = str_from(names), name;
    if (word.n == 0 || word.n > NEAR_MAX) {
        return best;
    }
    size_t limit = word.n <= 4 ? 1 : word.n / 3, least = limit + 1;
    while (str_next(&rest, ' ', &name)) {
        if (name.n == 0 || name.n > NEAR_MAX) {
            continue;
        }
        size_t d = distance(word, name);
        if (d < least && d < word.n) {
            least = d;
            best = name;
        }
    }
    return best;
}
