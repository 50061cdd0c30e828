/* step_say.c - say: a text, with what the channel can show. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct say_data {
    const struct texts *text, *sms;
    struct words attach;
    int kind; /* enum say_kind, or -1 */
    int64_t expires_ms;
    bool stop; /* the one message allowed after a STOP */
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct say_data *d = ARENA_NEW(compile_arena(c), struct say_data);
    d->text = compile_texts(c, val_get(step, "say"), "say", 0);
    d->sms = compile_texts(c, val_get(step, "sms"), "sms", 0);
    d->attach = compile_words(c, val_get(step, "attach"), false);
    d->kind = steps_say_kind(val_get(step, "as_kind"));
    d->expires_ms = compile_duration(c, val_get(step, "expires"));
    d->stop = compile_flag(c, val_get(step, "confirms_stop"), false);
    d->next = compile_exit(c, n, "", next);
    n->data = d;
    compile_summary(c, n, "say \"%.*s\"", STR_ARG(steps_first(d->text)));
}

static int run(struct run *r, const struct node *n) {
    const struct say_data *d = n->data;
    const struct texts *t = d->sms && !r->w->has_buttons ? d->sms : d->text;
    struct effect_say say = turn_message(r, turn_text(r, n, t));
    if (d->kind >= 0) {
        say.kind = (enum say_kind)d->kind;
    }
    say.expires_ms = d->expires_ms > 0 ? r->w->now_ms + d->expires_ms : 0;
    say.confirms_stop = d->stop;
    say.attachment = d->attach.item;
    say.attachments = d->attach.n;
    turn_send(r, &say);
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"say", KEY_TEXTS, true, NULL, "le texte", "the text"},
    {"sms", KEY_TEXTS, false, NULL, "une variante pour le SMS", "a variant for SMS"},
    {"attach", KEY_WORDS, false, NULL,
     "adresses d'images ou de fichiers, là où le canal en porte",
     "addresses of pictures or files, where the channel carries them"},
    {"as_kind", KEY_ENUM, false, SAY_KINDS, "urgence du message",
     "how pressing the message is"},
    {"expires", KEY_DURATION, false, NULL, "au-delà, ne plus l'envoyer",
     "do not send it later than this"},
    {"confirms_stop", KEY_FLAG, false, NULL, "le seul message permis après STOP",
     "the one message allowed after STOP"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_SAY = {.name = "say",
                                   .key = KEYS,
                                   .compile = compile,
                                   .run = run,
                                   .doc_fr = "dire quelque chose",
                                   .doc_en = "say something"};
