/* fuzz_flow.c - any YAML as a flow: it compiles or every mistake has a place; what compiles can
 * be talked to. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "bot/flow/listing.h"
#include "bot/flow/problems.h"
#include "bot/player.h"
#include "bot/steps/steps.h"
#include "bot/understand/understand.h"

#define FLOW_MAX 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct und *und_once(void) {
    static struct und *u;
    struct err err;
    if (!u && und_load(NULL, &u, &err) != OK) {
        abort();
    }
    return u;
}

static void talk(const struct library *l) {
    static const char *const WORDS[] = {"salut", "oui",    "12",  "merci",
                                        "aide",  "passer", "stop"};
    struct player *p = NULL;
    struct err err = {0};
    struct str name, hash;
    struct library_source src;
    if (player_new(l, und_once(), NULL, &p, &err) != OK) {
        abort();
    }
    library_item(l, 0, &name, &hash, &src);
    const struct player_line *line;
    enum rc rc = player_start(p, name, NULL, &err);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        player_lines(p, &line);
        rc = player_say(p, str_from(WORDS[i]), &err);
        player_lines(p, &line);
        rc = player_wait(p, 86400000, &err);
    }
    (void)rc; /* a hostile flow may fill the session: said, never followed */
    player_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct flow_problems problems;
    struct library *l = NULL;
    struct library_source src = {STR("fuzz.yaml"), {(const char *)data, size}};
    if (size > FLOW_MAX) {
        return 0;
    }
    arena_init(&a);
    problems_init(&problems, &a);
    enum rc rc = library_load(&STEPS_LANG, &src, 1, NULL, NULL, &l, &problems);
    for (size_t i = 0; i < problems.n; i++) {
        const struct flow_problem *p = &problems.problem[i];
        if (p->line < 1 || p->column < 1 || p->text.n == 0) {
            abort();
        }
    }
    if ((rc == OK) != (l != NULL) || (rc == OK) != (problems.errors == 0)) {
        abort();
    }
    if (l && library_count(l)) {
        library_check(l, NULL, &problems);
        talk(l);
    }
    library_free(l);
    arena_done(&a);
    return 0;
}
