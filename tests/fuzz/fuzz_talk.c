/* fuzz_talk.c - any bytes as a transcript: read or refused with its line, and played to its
 * end. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "bot/flow/problems.h"
#include "bot/steps/steps.h"
#include "bot/talk.h"
#include "bot/understand/understand.h"

#define TALK_MAX 4000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct library_source FLOW = {
    STR("fuzz.yaml"),
    STR("flow: a\ntitle: A\nstarts: {keywords: [salut], event: silence}\nsteps:\n"
        "  - ask: Un nombre ?\n    id: n\n    kind: number\n    timeout: {after: 1 day, go: "
        "fin}\n"
        "  - act: rsvp\n    with: {answer: \"yes\"}\n    as: place\n"
        "  - ask: Tu viens ?\n    id: oui\n    kind: yes_no\n    if_yes: [{say: Rang "
        "@place.rank}]\n"
        "  - wait: 2 h\n  - say: Fin @results.n\n    id: fin\n")};

static struct und *u;
static struct library *l;

static void load(void) {
    struct arena a;
    struct flow_problems problems;
    struct err err;
    arena_init(&a);
    problems_init(&problems, &a);
    if (und_load(NULL, &u, &err) != OK ||
        library_load(&STEPS_LANG, &FLOW, 1, NULL, NULL, &l, &problems) != OK) {
        abort();
    }
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    struct talk talk = {0};
    struct talk_result result = {0};
    struct err err = {0};
    struct buf out;
    if (size > TALK_MAX) {
        return 0;
    }
    if (!l) {
        load();
    }
    arena_init(&a);
    buf_init(&out, 1 << 20);
    if (talk_parse(STR("fuzz.talk"), (struct str){(const char *)data, size}, &a, &talk, &err) !=
        OK) {
        if (err.line < 1 || !err.text[0]) {
            abort();
        }
    } else if (talk_play(&talk, l, u, TALK_MODE_CHECK, &out, &result, &err) != OK &&
               !err.text[0]) {
        abort();
    }
    buf_done(&out);
    arena_done(&a);
    return 0;
}
