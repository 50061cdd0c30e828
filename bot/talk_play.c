/* talk_play.c - plays transcripts and shows each difference, both texts side by side. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bot/talk.h"

#define SIDE 44 /* characters of each side of a difference */

struct play {
    const struct talk *t;
    const struct library *l;
    const struct und *u;
    struct player *p;
    const struct player_line *line; /* of the last turn */
    size_t lines;
    bool used[512]; /* which of them a transcript line has claimed */
    int turn_line;  /* where the last turn stands in the file */
    enum talk_mode mode;
    struct buf *out;
    struct talk_result *result;
};

static void cell(struct buf *out, struct str s) {
    struct str cut = text_cut(s, SIDE);
    buf_str(out, cut);
    for (size_t n = text_length(cut); n < SIDE; n++) {
        buf_putc(out, ' ');
    }
}

static void side_by_side(struct buf *out, struct str want, struct str got) {
    struct str w, g;
    bool more_w = true, more_g = true;
    buf_puts(out, "    ");
    cell(out, STR("expected"));
    buf_puts(out, "   said\n");
    for (;;) {
        w = g = STR_EMPTY;
        more_w = more_w && str_next(&want, '\n', &w);
        more_g = more_g && str_next(&got, '\n', &g);
        if (!more_w && !more_g) {
            return;
        }
        /* long lines are folded on both sides */
        do {
            struct str cw = text_cut(w, SIDE), cg = text_cut(g, SIDE);
            buf_puts(out, "    ");
            cell(out, cw);
            buf_puts(out, str_eq(cw, cg) ? "   " : " | ");
            buf_str(out, cg);
            buf_putc(out, '\n');
            w = str_sub(w, cw.n, w.n);
            g = str_sub(g, cg.n, g.n);
        } while (w.n || g.n);
    }
}

static void fail(struct play *x, int line, const char *what, struct str want, struct str got) {
    x->result->failures++;
    buf_printf(x->out, "%.*s:%d: %s\n", STR_ARG(x->t->file), line, what);
    if (want.n || got.n) {
        side_by_side(x->out, want.n ? want : STR("(nothing)"), got.n ? got : STR("(nothing)"));
    }
}

static bool is_strict(enum player_kind k) {
    return k == PLAYER_SAYS || k == PLAYER_CASE;
}

/* What the last turn said and nobody expected. */
static void leftovers(struct play *x) {
    for (size_t i = 0; x->mode != TALK_MODE_RECORD && i < x->lines; i++) {
        if (!x->used[i] && is_strict(x->line[i].kind)) {
            fail(x, x->turn_line,
                 x->line[i].kind == PLAYER_SAYS ? "more was said than expected"
                                                : "a case was opened",
                 STR_EMPTY, x->line[i].text);
        }
    }
    x->lines = 0;
}

static void record_lines(struct play *x) {
    for (size_t i = 0; i < x->lines; i++) {
        struct str rest = x->line[i].text, part;
        const char *mark = x->line[i].kind == PLAYER_SAYS ? "< " : "! case ";
        while (is_strict(x->line[i].kind) && str_next(&rest, '\n', &part)) {
            buf_printf(x->out, "%s%.*s\n", mark, STR_ARG(part));
            mark = "| ";
        }
    }
}

static void take(struct play *x, int line) {
    x->lines = player_lines(x->p, &x->line);
    x->lines = x->lines > 512 ? 512 : x->lines;
    memset(x->used, 0, sizeof x->used);
    x->turn_line = line;
    if (x->mode == TALK_MODE_RECORD) {
        record_lines(x);
        return;
    }
    for (size_t i = 0; x->mode == TALK_MODE_TRACE && i < x->lines; i++) {
        if (x->line[i].kind == PLAYER_TRACE) {
            buf_printf(x->out, "%.*s:%d:   %.*s\n", STR_ARG(x->t->file), line,
                       STR_ARG(x->line[i].text));
        }
    }
}

static void expect(struct play *x, const struct talk_line *l) {
    static const enum player_kind KIND[] = {
        [TALK_TEXT] = PLAYER_SAYS,    [TALK_CASE] = PLAYER_CASE,    [TALK_SET] = PLAYER_SETS,
        [TALK_ACT] = PLAYER_ACTS,     [TALK_RECORD] = PLAYER_KEEPS, [TALK_CALL] = PLAYER_CALLS,
        [TALK_STARTS] = PLAYER_STARTS};
    enum player_kind kind = KIND[l->kind];
    struct str other = STR_EMPTY;
    x->result->lines++;
    for (size_t i = 0; i < x->lines; i++) {
        if (x->line[i].kind != kind || x->used[i]) {
            continue;
        }
        if (str_eq(x->line[i].text, l->text)) {
            x->used[i] = true;
            return;
        }
        if (is_strict(kind)) {
            x->used[i] = true;
            fail(x, l->line, "not what was said", l->text, x->line[i].text);
            return;
        }
        other = x->line[i].text;
    }
    fail(x, l->line, "this did not happen", l->text, other);
}

static enum rc begin(struct play *x, struct err *err) {
    player_free(x->p);
    x->p = NULL;
    x->result->talks++;
    return player_new(x->l, x->u, x->t->given, &x->p, err);
}

static enum rc act(struct play *x, const struct talk_line *l, struct err *err) {
    int64_t n = 0;
    switch (l->kind) {
    case TALK_SAY:
        return player_say(x->p, l->text, err);
    case TALK_PRESS:
        return player_press(x->p, str_to_i64(l->text, &n) && n > 0 && n < 100 ? (int)n : 0,
                            err);
    case TALK_WAIT:
        return player_wait(x->p, player_duration(l->text), err);
    case TALK_EVENT:
    case TALK_START:
        return player_start(x->p, l->text, l->with, err);
    case TALK_CLOSED:
        return player_close_case(x->p, err);
    case TALK_LINK:
        return player_link(x->p, l->text, err);
    case TALK_ATTACH:
        return player_attach(x->p, l->text, err);
    default:
        return OK;
    }
}

static enum rc one(struct play *x, const struct talk_line *l, struct err *err) {
    bool strict = l->kind == TALK_TEXT || l->kind == TALK_CASE;
    if (x->mode == TALK_MODE_RECORD && !strict) {
        buf_printf(x->out, "%.*s\n", STR_ARG(l->source));
    }
    switch (l->kind) {
    case TALK_REMARK:
        return OK;
    case TALK_TITLE:
        leftovers(x);
        return begin(x, err);
    case TALK_TEXT:
    case TALK_CASE:
    case TALK_SET:
    case TALK_ACT:
    case TALK_RECORD:
    case TALK_CALL:
    case TALK_STARTS:
        if (x->mode != TALK_MODE_RECORD) {
            expect(x, l);
        }
        return OK;
    case TALK_GIVEN:
        if (!player_given(x->p, l->text, l->with)) {
            fail(x, l->line,
                 "nothing has this name (such as: given acts.rsvp: {state: attente})",
                 STR_EMPTY, STR_EMPTY);
        }
        return OK;
    default:
        break;
    }
    leftovers(x);
    struct err own = {0};
    enum rc rc = act(x, l, &own);
    if (rc != OK) {
        fail(x, l->line, own.text, STR_EMPTY, STR_EMPTY);
    }
    take(x, l->line);
    return OK;
}

enum rc talk_play(const struct talk *t, const struct library *l, const struct und *u,
                  enum talk_mode mode, struct buf *out, struct talk_result *result,
                  struct err *err) {
    struct play *x = mem_alloc(sizeof *x);
    memset(x, 0, sizeof *x);
    x->t = t;
    x->l = l;
    x->u = u;
    x->mode = mode;
    x->out = out;
    x->result = result;
    size_t first = 0;
    while (first < t->lines && t->line[first].kind == TALK_REMARK) {
        first++;
    }
    enum rc rc = first < t->lines && t->line[first].kind == TALK_TITLE ? OK : begin(x, err);
    if (mode == TALK_MODE_RECORD) {
        buf_str(out, t->head);
    }
    for (size_t i = 0; rc == OK && i < t->lines; i++) {
        rc = one(x, &t->line[i], err);
    }
    leftovers(x);
    player_free(x->p);
    free(x);
    return rc;
}
