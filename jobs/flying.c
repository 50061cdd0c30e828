/* flying.c - one message on the wire: from its row to the outcome its gateway reads. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/flying.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/json.h"
#include "gateways/descriptor.h"
#include "gateways/http.h"
#include "jobs/carriers.h"
#include "jobs/effects.h"
#include "jobs/service.h"
#include "jobs/spool.h"

#define CODE_MAX 3 /* bytes of "202": nothing that must be hidden is so short */

void flying_free(struct flying *f) {
    *f->link = f->older;
    if (f->older) {
        f->older->link = f->link;
    }
    arena_done(&f->a);
    free(f);
}

/* `text` with every `word` taken out. */
static struct str without(struct str text, struct str word, struct arena *a) {
    size_t at = word.n > 5 ? str_find(text, word, 0) : SIZE_MAX;
    while (at != SIZE_MAX) {
        struct str rest = str_sub(text, at + word.n, text.n);
        text = arena_printf(a, "%.*s...%.*s", (int)at, text.p, STR_ARG(rest));
        at = str_find(text, word, at);
    }
    return text;
}

/* A provider may repeat in its answer what it was asked: keys, number, text. What it says is
 * stored for staff and logged. */
static struct str clean(struct flying *f, struct str said) {
    struct str number = f->msg.to.value;
    if (said.n <= CODE_MAX) {
        return said;
    }
    said = descriptor_redact(&f->carrier->gw, said, &f->a);
    said = without(said,
                   number.n > 0 && number.p[0] == '+' ? str_sub(number, 1, number.n) : number,
                   &f->a);
    said = without(said, f->msg.text, &f->a);
    return without(said, gw_url_encode(f->msg.text, &f->a), &f->a);
}

static void land(struct flying *f) {
    struct flight *all = f->s->flight;
    struct outcome *o = &f->send.outcome;
    o->code = clean(f, o->code);
    o->reason = o->kind == OUTCOME_SENT ? STR_EMPTY : clean(f, o->reason);
    f->next = NULL;
    *all->last = f;
    all->last = &f->next;
    f->carrier->landed++;
    if (all->down++ == 0) {
        all->first_ms = clock_mono_ms();
    }
}

static void answered(const struct gw_answer *answer, void *ctx);

static void fly(struct flying *f, const struct gw_answer *answer) {
    struct gw_call call = {0};
    if (!answer && !carrier_takes(f->carrier, f->row.segments)) {
        f->send.outcome = (struct outcome){.kind = OUTCOME_NEVER,
                                           .code = STR("too_long"),
                                           .reason = STR("more SMS than this channel takes")};
        land(f);
        return;
    }
    if (f->carrier->gw.kind->send_next(&f->send, answer, &call) == GW_DONE) {
        land(f);
        return;
    }
    FAULT("deliver.before_wire");
    spool_or_wire(f->s->http, &call, f->carrier->gw.allow_private, answered, f);
}

static void answered(const struct gw_answer *answer, void *ctx) {
    FAULT("deliver.after_wire");
    fly(ctx, answer);
}

static void read_buttons(struct flying *f) {
    const struct val *v;
    struct err e;
    if (f->row.buttons.n == 0 || json_parse(f->row.buttons, &f->a, &v, &e) != OK ||
        !val_is(v, VAL_LIST)) {
        return;
    }
    struct button *b = ARENA_ARRAY(&f->a, struct button, v->list.n);
    for (size_t i = 0; i < v->list.n; i++) {
        b[i].label = val_get_text(v->list.item[i], "label", STR_EMPTY);
        b[i].payload = val_get_text(v->list.item[i], "payload", STR_EMPTY);
        b[i].kind = effects_button_kind(val_get_text(v->list.item[i], "kind", STR_EMPTY));
    }
    f->msg.button = b;
    f->msg.buttons = v->list.n;
}

static void read_attachments(struct flying *f) {
    const struct val *v;
    struct err e;
    if (f->row.attachments.n == 0 || json_parse(f->row.attachments, &f->a, &v, &e) != OK ||
        !val_is(v, VAL_LIST)) {
        return;
    }
    struct str *s = ARENA_ARRAY(&f->a, struct str, v->list.n);
    for (size_t i = 0; i < v->list.n; i++) {
        s[i] = val_is(v->list.item[i], VAL_TEXT) ? v->list.item[i]->text : STR_EMPTY;
    }
    f->msg.attachment = s;
    f->msg.attachments = v->list.n;
}

struct flying *flying_new(struct service *s, struct carrier *c, const struct outbox_row *m,
                          bool counts) {
    struct flying *f = mem_alloc(sizeof *f);
    memset(f, 0, sizeof *f);
    arena_init(&f->a);
    f->s = s;
    f->older = s->flight->all;
    f->link = &s->flight->all;
    s->flight->all = f;
    if (f->older) {
        f->older->link = &f->older;
    }
    f->carrier = c;
    f->counts = counts;
    f->row = *m;
    f->row.to.scheme = arena_str(&f->a, m->to.scheme);
    f->row.to.value = arena_str(&f->a, m->to.value);
    f->row.channel = c->gw.name; /* the claim's was the caller's */
    f->row.kind = arena_str(&f->a, m->kind);
    f->row.text = arena_str(&f->a, m->text);
    f->row.buttons = arena_str(&f->a, m->buttons);
    f->row.attachments = arena_str(&f->a, m->attachments);
    f->row.lang = arena_str(&f->a, m->lang);
    f->row.arm_token = arena_str(&f->a, m->arm_token);
    f->row.reason = STR_EMPTY;
    f->msg = (struct outbound){.id = m->id,
                               .tag = gw_tag(m->id, &f->a),
                               .channel = c->gw.name,
                               .to = f->row.to,
                               .text = f->row.text,
                               .ask_contact = m->ask_contact,
                               .lang = f->row.lang,
                               .bulk = str_is(m->kind, "bulk"),
                               .expires_ms = m->expires_ms,
                               .first_part = m->first_part,
                               .attempt = m->attempt};
    read_buttons(f);
    read_attachments(f);
    f->send = (struct gw_send){
        .channel = &c->gw, .msg = &f->msg, .a = &f->a, .now_ms = service_now(s)};
    return f;
}

void flying_go(struct flying *f) {
    f->carrier->in_flight++;
    f->s->flight->in_flight++;
    fly(f, NULL);
}
