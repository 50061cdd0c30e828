/* dexpr_text.c - templates: text with {expressions} in it, escaped for the place they go to. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/json.h"
#include "gateways/dexpr_priv.h"
#include "gateways/gateway.h"
#include "gateways/xml.h"

#define DTEXT_BYTES_MAX (1024 * 1024)
#define DTEXT_PIECES_MAX 64

struct piece {
    struct str text; /* when expr is NULL */
    const struct dexpr *expr;
    bool optional;
};

struct dtext {
    enum dtext_mode mode;
    struct piece *piece;
    size_t n;
};

/* One {expr} or {expr?} at *pos, which stands on the brace. */
static enum rc compile_hole(const struct dexpr_scope *scope, const struct val *where,
                            size_t *pos, struct arena *a, struct piece *ret, struct err *err) {
    struct str text = where->text;
    size_t open = (*pos)++;
    enum rc rc = dexpr_parse(scope, where, text, pos, a, &ret->expr, err);
    if (rc < 0) {
        return rc;
    }
    if (*pos < text.n && text.p[*pos] == '?') {
        ret->optional = true;
        (*pos)++;
    }
    if (*pos >= text.n || text.p[*pos] != '}') {
        return dexpr_err(scope, where, text, *pos < text.n ? *pos : open, err,
                         "'{' without its '}'");
    }
    (*pos)++;
    return OK;
}

enum rc dtext_compile(const struct dexpr_scope *scope, const struct val *where,
                      enum dtext_mode mode, struct arena *a, const struct dtext **ret,
                      struct err *err) {
    struct piece piece[DTEXT_PIECES_MAX] = {0};
    struct str text = where->text;
    struct buf plain;
    size_t n = 0, pos = 0;
    enum rc rc = OK;
    buf_init(&plain, DTEXT_BYTES_MAX);
    while (rc == OK && pos <= text.n) {
        char c = pos < text.n ? text.p[pos] : 0;
        bool twice = pos + 1 < text.n && text.p[pos + 1] == c;
        bool end = pos == text.n;
        if ((end || (c == '{' && !twice)) && plain.n) {
            piece[n++].text = arena_str(a, buf_view(&plain));
            buf_reset(&plain);
        }
        if (n >= DTEXT_PIECES_MAX - 1) {
            rc = dexpr_err(scope, where, text, pos, err, "too many expressions in one text");
        } else if (end) {
            break;
        } else if (c == '{' && !twice) {
            rc = compile_hole(scope, where, &pos, a, &piece[n++], err);
        } else if (c == '}' && !twice) {
            rc = dexpr_err(scope, where, text, pos, err,
                           "'}' without its '{' (write '}}' for a brace)");
        } else {
            buf_putc(&plain, c);
            pos += c == '{' || c == '}' ? 2 : 1;
        }
    }
    buf_done(&plain);
    if (rc < 0) {
        return rc;
    }
    struct dtext *t = ARENA_NEW(a, struct dtext);
    t->mode = mode;
    t->n = n;
    t->piece = ARENA_ARRAY(a, struct piece, n + 1);
    memcpy(t->piece, piece, n * sizeof *piece);
    *ret = t;
    return OK;
}

static void put_escaped(struct buf *out, enum dtext_mode mode, bool first, const struct val *v,
                        struct arena *a) {
    struct str s = mode == DTEXT_JSON ? json_text(v, a) : dexpr_text(v, a);
    switch (mode) {
    case DTEXT_URL:
        buf_str(out, first ? s : gw_url_encode(s, a));
        return;
    case DTEXT_XML:
        buf_str(out, xml_escape(s, a));
        return;
    case DTEXT_HEADER:
        for (size_t i = 0; i < s.n; i++) {
            buf_putc(out, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
        }
        return;
    default:
        buf_str(out, s);
    }
}

struct str dtext_eval(const struct dtext *t, struct dexpr_env *env, bool *ret_omit) {
    struct buf out;
    buf_init(&out, DTEXT_BYTES_MAX);
    for (size_t i = 0; i < t->n; i++) {
        const struct piece *p = &t->piece[i];
        if (!p->expr) {
            buf_str(&out, p->text);
            continue;
        }
        const struct val *v = dexpr_eval(p->expr, env);
        if (p->optional && dexpr_is_empty(v) && ret_omit) {
            *ret_omit = true;
        }
        put_escaped(&out, t->mode, i == 0, v, env->a);
    }
    if (out.over) {
        dexpr_fail(env, "the text is longer than %d bytes", DTEXT_BYTES_MAX);
    }
    struct str s = arena_str(env->a, buf_view(&out));
    buf_done(&out);
    return s;
}

const struct val *dtext_value(const struct dtext *t, struct dexpr_env *env, bool *ret_omit) {
    if (t->n != 1 || !t->piece[0].expr) {
        return val_text(env->a, dtext_eval(t, env, ret_omit));
    }
    const struct val *v = dexpr_eval(t->piece[0].expr, env);
    if (t->piece[0].optional && dexpr_is_empty(v) && ret_omit) {
        *ret_omit = true;
    }
    return v;
}

struct str dtext_constant(const struct dtext *t) {
    if (t->n == 0) {
        return STR("");
    }
    return t->n == 1 && !t->piece[0].expr ? t->piece[0].text : STR_EMPTY;
}

bool dtext_uses(const struct dtext *t, int id) {
    for (size_t i = 0; i < t->n; i++) {
        if (t->piece[i].expr && dexpr_uses(t->piece[i].expr, id)) {
            return true;
        }
    }
    return false;
}
