/* flows_kit.h - flows written inside tests: compile them, talk to them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_FLOWS_KIT_H
#define TESTS_UNIT_FLOWS_KIT_H

#include "bot/flow/library.h"
#include "bot/flow/problems.h"
#include "bot/player.h"
#include "bot/steps/steps.h"
#include "bot/understand/understand.h"
#include "tests/unit/checks.h"

#define KIT_FIELDS                                                                             \
    "fields:\n  first_name: {type: text, title: x}\n  born: {type: date, title: x}\n"          \
    "  commune: {type: text, title: x}\n  language: {type: language, title: x}\n"              \
    "org: [name, phone, tone]\n"                                                               \
    "texts:\n  one_moment: {fr: \"Un instant, je cherche la réponse.\"}\n"

static struct und *kit_und;
static struct arena kit_arena;

static inline int kit_setup(void **state) {
    struct err err = {0};
    (void)state;
    arena_init(&kit_arena);
    return und_load(NULL, &kit_und, &err) == OK ? 0 : -1;
}

static inline int kit_teardown(void **state) {
    (void)state;
    und_free(kit_und);
    arena_done(&kit_arena);
    return 0;
}

/* Compiles flows given as texts (ended by NULL); fails the test with the list of problems. */
static inline struct library *kit_library(const char *const *text) {
    struct library_source src[32] = {{STR("flows/_champs.yaml"), STR(KIT_FIELDS)}};
    struct flow_problems problems;
    struct library *l = NULL;
    size_t n = 1;
    problems_init(&problems, &kit_arena);
    for (; text[n - 1] && n < 32; n++) {
        src[n].file = arena_printf(&kit_arena, "flows/test%zu.yaml", n);
        src[n].text = str_from(text[n - 1]);
    }
    if (library_load(&STEPS_LANG, src, n, NULL, NULL, &l, &problems) != OK) {
        struct buf out;
        buf_init(&out, 100000);
        problems_print(&problems, &out);
        fail_msg("%s", buf_cstr(&out));
    }
    return l;
}

static inline struct player *kit_player(const struct library *l) {
    struct player *p = NULL;
    struct err err = {0};
    if (player_new(l, kit_und, NULL, &p, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return p;
}

/* Everything said and every case since the last look, one a line. */
static inline struct str kit_heard(struct player *p) {
    const struct player_line *line;
    struct buf out;
    size_t n = player_lines(p, &line);
    buf_init(&out, 100000);
    for (size_t i = 0; i < n; i++) {
        if (line[i].kind == PLAYER_SAYS || line[i].kind == PLAYER_CASE) {
            buf_printf(&out, "%s%s%.*s", out.n ? " / " : "",
                       line[i].kind == PLAYER_CASE ? "!" : "", STR_ARG(line[i].text));
        }
    }
    struct str ret = arena_str(&kit_arena, buf_view(&out));
    buf_done(&out);
    return ret;
}

static inline struct str kit_say(struct player *p, const char *text) {
    struct err err = {0};
    if (player_say(p, str_from(text), &err) != OK) {
        fail_msg("%s", err.text);
    }
    return kit_heard(p);
}

static inline struct str kit_wait(struct player *p, int64_t ms) {
    struct err err = {0};
    if (player_wait(p, ms, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return kit_heard(p);
}

static inline struct str kit_start(struct player *p, const char *what, const struct val *with) {
    struct err err = {0};
    if (player_start(p, str_from(what), with, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return kit_heard(p);
}

#endif
