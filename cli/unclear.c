/* unclear.c - replies that nobody understood, the same ones together, for a youth worker to
 * read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/unclear.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/flow/library.h"
#include "cli/options.h"
#include "db/cases.h"
#include "db/db.h"

#define QUOTES_MAX 2000

struct group {
    struct str folded, shown;
    int64_t n;
};

/* The most frequent first; equal ones in the order of the alphabet, so that two runs print the
 * same. */
static int by_count(const void *a, const void *b) {
    const struct group *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n ? 1 : -1) : str_cmp(x->folded, y->folded);
}

/* "C koi ?", "c koi" and "C KOI???" are one question. */
static size_t group_by_fold(const struct case_quote *q, size_t n, struct arena *a,
                            struct group *out) {
    size_t groups = 0;
    for (size_t i = 0; i < n; i++) {
        struct str folded = library_fold(q[i].quote, a);
        size_t g = 0;
        while (g < groups && !str_eq(out[g].folded, folded)) {
            g++;
        }
        if (g == groups) {
            out[groups++] = (struct group){folded, q[i].quote, 0};
        }
        out[g].n += q[i].n;
    }
    return groups;
}

static int show(struct db *db, struct arena *a) {
    struct case_quote *q = NULL;
    size_t n = 0;
    if (cases_quotes(db, STR("unclear"), QUOTES_MAX, a, &q, &n) < OK) {
        return options_fail("the replies cannot be read");
    }
    struct group *group = ARENA_ARRAY(a, struct group, n + 1);
    size_t groups = group_by_fold(q, n, a, group);
    qsort(group, groups, sizeof *group, by_count);
    for (size_t g = 0; g < groups; g++) {
        printf("%5lld  %.*s\n", (long long)group[g].n, STR_ARG(group[g].shown));
    }
    if (groups == 0) {
        puts("aucune réponse incomprise");
    }
    return 0;
}

int unclear_main(int argc, char **argv) {
    const char *config_path = NULL, *db_path = NULL;
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--config") == 0) {
            config_path = argv[++i];
        } else if (strcmp(argv[i], "--db") == 0) {
            db_path = argv[++i];
        }
    }
    struct arena a;
    struct config c;
    arena_init(&a);
    struct db *db = options_config(config_path, db_path, &a, &c) == OK ? options_db(&c) : NULL;
    int status = db ? show(db, &a) : 2;
    db_close(db);
    arena_done(&a);
    return status;
}
