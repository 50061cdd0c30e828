/* others.c - a conversation begins one for somebody else, a few times and not for ever. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/others.h"

int64_t others_chain(const struct run *r) {
    int64_t longest = 0;
    for (size_t i = 0; i < r->s.frames; i++) {
        int64_t n = val_get_int(r->frame[i].with, START_CHAIN, 0);
        struct str written = val_get_text(r->frame[i].with, START_CHAIN, STR_EMPTY);
        n = written.n && !str_to_i64(written, &n) ? START_CHAIN_MAX : n; /* of a transcript */
        longest = n > longest ? n : longest;
    }
    return longest;
}

static size_t starts_so_far(const struct run *r) {
    size_t n = 0;
    for (size_t i = 0; i < r->effects; i++) {
        n += r->effect[i].kind == EFFECT_START;
    }
    return n;
}

void others_start(struct run *r, struct str flow, struct str person, const struct val *with) {
    int64_t handed = others_chain(r) + 1;
    if (person.n == 0) {
        turn_trace(r, "%.*s is not started: nobody is named", STR_ARG(flow));
        return;
    }
    if (handed > START_CHAIN_MAX || starts_so_far(r) >= START_TURN_MAX) {
        turn_trace(r, "%.*s is not started: it goes from person to person too often",
                   STR_ARG(flow));
        turn_case(r, "start_chain", STR_EMPTY, false, false);
        return;
    }
    with = val_with(r->a, with, STR(START_CHAIN), val_int(r->a, handed));
    turn_effect(r, EFFECT_START)->start = (struct effect_start){flow, person, with};
    turn_trace(r, "%.*s is started for another person", STR_ARG(flow));
}
