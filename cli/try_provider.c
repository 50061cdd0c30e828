/* try_provider.c - `rebond gateway try`: what a provider really answers, with every secret
 * hidden. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/try_provider.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/yaml.h"
#include "gateways/descriptor.h"
#include "gateways/http.h"
#include "jobs/version.h"

struct attempt {
    const char *file, *to, *text;
    bool really, private_too;
    struct str public_url;
    struct val_builder *config;
    struct arena a;
    struct gw_channel ch;
    struct gw_memory memory;
    struct kept *kept;
};

/* Tokens live as long as the command. */
struct kept {
    struct kept *next;
    struct str key, value;
};

static enum rc memory_get(void *ctx, struct str key, int64_t now_ms, struct arena *a,
                          struct str *ret) {
    struct attempt *t = ctx;
    (void)now_ms;
    (void)a;
    for (struct kept *k = t->kept; k; k = k->next) {
        if (str_eq(k->key, key)) {
            *ret = k->value;
            return OK;
        }
    }
    return NONE;
}

static void memory_put(void *ctx, struct str key, struct str value, int64_t expires_ms) {
    struct attempt *t = ctx;
    struct kept *k = ARENA_NEW(&t->a, struct kept);
    (void)expires_ms;
    k->key = arena_str(&t->a, key);
    k->value = arena_str(&t->a, value);
    k->next = t->kept;
    t->kept = k;
}

static int fail(const struct err *err) {
    char text[1024];
    fprintf(stderr, "%s\n", err_format(err, text, sizeof text));
    return 1;
}

/* KEY=VALUE, or KEY=@FILE. */
static bool take_setting(struct attempt *t, const char *word) {
    const char *eq = strchr(word, '=');
    struct err err = {0};
    struct str value;
    if (!eq || eq == word) {
        fprintf(stderr, "'%s' is neither an option nor KEY=VALUE\n", word);
        return false;
    }
    struct str key = {word, (size_t)(eq - word)};
    if (eq[1] != '@') {
        val_put_str(t->config, arena_str(&t->a, key), val_textz(&t->a, eq + 1));
        return true;
    }
    if (file_read(eq + 2, 64 * 1024, &t->a, &value, &err) < 0) {
        fail(&err);
        return false;
    }
    val_put_str(t->config, arena_str(&t->a, key), val_text(&t->a, str_trim(value)));
    return true;
}

static bool take_words(struct attempt *t, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *w = argv[i];
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (!strcmp(w, "--really")) {
            t->really = true;
        } else if (!strcmp(w, "--private")) {
            t->private_too = true;
        } else if (!strcmp(w, "--to") && next) {
            t->to = argv[++i];
        } else if (!strcmp(w, "--text") && next) {
            t->text = argv[++i];
        } else if (!strcmp(w, "--public") && next) {
            t->public_url = str_from(argv[++i]);
        } else if (!t->file && !strchr(w, '=')) {
            t->file = w;
        } else if (!take_setting(t, w)) {
            return false;
        }
    }
    if (!t->file || !t->to) {
        fprintf(stderr,
                "rebond gateway try FILE --to NUMBER [--text TEXT] [--really] KEY=VALUE...\n");
        return false;
    }
    return true;
}

static void show(const struct attempt *t, struct arena *a, const char *label, struct str text) {
    struct str s = descriptor_redact(&t->ch, text, a);
    printf("%s%.*s\n", label, STR_ARG(s));
}

static void show_call(struct attempt *t, const struct gw_call *call) {
    struct arena *a = &t->a;
    show(t, a, "> ", arena_printf(a, "%.*s %.*s", STR_ARG(call->method), STR_ARG(call->url)));
    for (size_t i = 0; i < call->headers; i++) {
        show(t, a, "> ",
             arena_printf(a, "%.*s: %.*s", STR_ARG(call->header[i].name),
                          STR_ARG(call->header[i].value)));
    }
    if (call->body.n) {
        show(t, a, "> ", call->body);
    }
}

static void show_answer(struct attempt *t, const struct gw_answer *ans) {
    if (!ans->status) {
        show(t, &t->a, "< no answer: ", ans->error);
        return;
    }
    printf("< HTTP %d\n", ans->status);
    show(t, &t->a, "< ", str_sub(ans->body, 0, 4000));
}

static int show_outcome(struct attempt *t, const struct outcome *o) {
    static const char *const names[] = {"accepted", "not now: it may be sent again later",
                                        "refused for good",
                                        "unknown: it left and no answer came"};
    printf("= %s\n", o->channel_fault
                         ? "the account does not work: check the settings and the credit"
                         : names[o->kind]);
    for (size_t i = 0; i < o->provider_ids; i++) {
        show(t, &t->a, "= provider's id ", o->provider_id[i]);
    }
    if (o->code.n || o->reason.n) {
        show(t, &t->a, "= ",
             arena_printf(&t->a, "%.*s %.*s", STR_ARG(o->code), STR_ARG(o->reason)));
    }
    return o->kind == OUTCOME_SENT ? 0 : 1;
}

static int exchange(struct attempt *t, struct gw_send *send) {
    struct err err = {0};
    struct gw_call call;
    const struct gw_answer *last = NULL;
    struct http_pool *pool = NULL;
    if (t->really && http_open(REBOND_VERSION, &pool, &err) < 0) {
        return fail(&err);
    }
    while (t->ch.kind->send_next(send, last, &call) == GW_CALL) {
        show_call(t, &call);
        if (!t->really) {
            printf("= nothing left: add --really to send this, for real and for money\n");
            return 0;
        }
        struct gw_answer *ans = ARENA_NEW(&t->a, struct gw_answer);
        http_wait(pool, &call, 0, t->private_too, &t->a, ans);
        show_answer(t, ans);
        last = ans;
    }
    http_close(pool);
    return show_outcome(t, &send->outcome);
}

static int open_and_send(struct attempt *t) {
    struct err err = {0};
    struct str text;
    struct clock clock;
    clock_real(&clock);
    struct gw_channel *ch = &t->ch;
    if (file_read(t->file, YAML_SIZE_MAX, &t->a, &text, &err) < 0 ||
        descriptor_compile(t->file, text, &t->a, &ch->kind, &err) < 0) {
        return fail(&err);
    }
    t->memory = (struct gw_memory){memory_get, memory_put, t};
    ch->name = str_from(ch->kind->name);
    ch->config = val_end(t->config);
    ch->public_url = t->public_url;
    ch->memory = &t->memory;
    ch->allow_private = t->private_too;
    if (ch->kind->open(ch, &t->a, &err) < 0) {
        return fail(&err);
    }
    int64_t now = clock_now(&clock);
    struct outbound m = {.id = id_new(now), .channel = ch->name, .attempt = 1};
    m.tag = gw_tag(m.id, &t->a);
    m.to = (struct address){ch->kind->scheme, str_from(t->to)};
    m.text = str_from(t->text ? t->text : "Message d'essai de Rebond");
    struct gw_send send = {.channel = ch, .msg = &m, .a = &t->a, .now_ms = now};
    return exchange(t, &send);
}

int try_provider(int argc, char **argv) {
    struct attempt t = {.public_url = STR("https://rebond.invalid")};
    arena_init(&t.a);
    t.config = val_map_begin(&t.a);
    int rc = take_words(&t, argc, argv) ? open_and_send(&t) : 2;
    arena_done(&t.a);
    return rc;
}
