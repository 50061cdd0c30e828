/* descriptor_redact.c - takes a channel's secrets out of what people and logs may see. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "gateways/descriptor_priv.h"

#define REDACT_MAX 256
#define SECRET_MIN 4 /* shorter values would blank half the text */

struct words {
    struct str word[REDACT_MAX];
    size_t n;
    struct arena *a;
};

static void put(struct words *w, struct str s) {
    if (s.n >= SECRET_MIN && w->n < REDACT_MAX) {
        w->word[w->n++] = s;
    }
}

/* As written, as in a URL, as in JSON, and in base64 (an Authorization header). */
static void put_secret(struct words *w, struct str s) {
    put(w, s);
    put(w, gw_url_encode(s, w->a));
    put(w, digest_base64(s.p, s.n, w->a));
    struct str coded = digest_base64(s.p, s.n, w->a);
    put(w, gw_url_encode(coded, w->a));
}

static bool is_secret(const struct gw_channel *ch, struct str key) {
    static const char *const words[] = {"pass", "secret", "token", "key", "auth", NULL};
    if (ch->kind->open == descriptor_open) {
        const struct descriptor *d = (const struct descriptor *)ch->kind;
        for (size_t i = 0; i < d->configs; i++) {
            if (str_eq(d->config[i].name, key)) {
                return d->config[i].type == CONFIG_SECRET;
            }
        }
    }
    for (size_t i = 0; words[i]; i++) {
        if (str_find(key, str_from(words[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static void collect(struct words *w, const struct gw_channel *ch) {
    const struct val *config = ch->config;
    for (size_t i = 0; val_is(config, VAL_MAP) && i < config->map.n; i++) {
        const struct val_pair *p = &config->map.pair[i];
        if (!is_secret(ch, p->key)) {
            continue;
        }
        struct str secret = dexpr_text(p->val, w->a);
        put_secret(w, secret);
        /* user:password, whatever the user is */
        for (size_t k = 0; secret.n >= SECRET_MIN && k < config->map.n; k++) {
            struct str user = dexpr_text(config->map.pair[k].val, w->a);
            struct str pair = arena_printf(w->a, "%.*s:%.*s", STR_ARG(user), STR_ARG(secret));
            put(w, digest_base64(pair.p, pair.n, w->a));
        }
    }
}

/* Tokens got from the provider are no less secret. */
static void collect_memos(struct words *w, const struct gw_channel *ch) {
    if (ch->kind->open != descriptor_open || !ch->memory || !ch->program) {
        return;
    }
    const struct descriptor *d = descriptor_of(ch);
    for (size_t i = 0; i < d->memos; i++) {
        struct str value;
        struct str key =
            arena_printf(w->a, "%.*s/%.*s", STR_ARG(ch->name), STR_ARG(d->memo[i].name));
        if (ch->memory->get(ch->memory->ctx, key, 0, w->a, &value) == OK && value.n >= 8) {
            put(w, value);
        }
    }
}

struct str descriptor_redact(const struct gw_channel *ch, struct str text, struct arena *a) {
    if (text.n < SECRET_MIN) { /* "202": nothing that is a secret fits into it */
        return arena_str(a, text);
    }
    struct words *w = ARENA_NEW(a, struct words);
    w->a = a;
    collect(w, ch);
    collect_memos(w, ch);
    struct buf out;
    buf_init(&out, 4 << 20);
    for (size_t i = 0; i < text.n;) {
        size_t hit = 0;
        for (size_t k = 0; k < w->n; k++) {
            bool here = w->word[k].n > hit && text.n - i >= w->word[k].n &&
                        !memcmp(text.p + i, w->word[k].p, w->word[k].n);
            hit = here ? w->word[k].n : hit;
        }
        if (hit) {
            buf_puts(&out, "[secret]");
            i += hit;
        } else {
            buf_putc(&out, text.p[i++]);
        }
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}
