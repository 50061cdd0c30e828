/* xml.c - small XML documents to values; Expat reads, document types are refused. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/xml.h"

#include <expat.h>
#include <string.h>

#include "base/buf.h"

#define XML_NAMES_MAX 200 /* different children of one element */

struct item {
    struct item *before;
    const struct val *val;
};

/* All children of one name, newest first. */
struct member {
    struct member *before;
    struct str name;
    struct item *item;
    size_t n;
};

struct element {
    struct element *up;
    struct str name;
    struct member *member; /* newest first */
    int members;
    struct buf text;
};

struct reader {
    struct arena *a;
    XML_Parser parser;
    struct element *top;
    int depth, nodes;
    const char *refused;
    const struct val *root;
};

static struct str local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return str_from(colon ? colon + 1 : name);
}

static void refuse(struct reader *r, const char *why) {
    r->refused = why;
    XML_StopParser(r->parser, XML_FALSE);
}

static void put_child(struct reader *r, struct element *e, struct str name,
                      const struct val *v) {
    struct member *m = e->member;
    while (m && !str_eq(m->name, name)) {
        m = m->before;
    }
    if (!m) {
        if (++e->members > XML_NAMES_MAX) {
            refuse(r, "too many different elements");
            return;
        }
        m = ARENA_NEW(r->a, struct member);
        m->before = e->member;
        m->name = name;
        e->member = m;
    }
    struct item *it = ARENA_NEW(r->a, struct item);
    it->before = m->item;
    it->val = v;
    m->item = it;
    m->n++;
}

static const struct val *member_val(struct arena *a, const struct member *m) {
    if (m->n == 1) {
        return m->item->val;
    }
    const struct val **list = arena_array(a, m->n, sizeof *list);
    size_t i = m->n;
    for (const struct item *it = m->item; it; it = it->before) {
        list[--i] = it->val;
    }
    return val_list(a, list, m->n);
}

static const struct val *element_val(struct arena *a, const struct element *e,
                                     const struct val *text) {
    struct val_pair pair[XML_NAMES_MAX] = {0};
    size_t i = (size_t)e->members;
    for (const struct member *m = e->member; m; m = m->before) {
        i--;
        pair[i].key = m->name;
        pair[i].val = member_val(a, m);
    }
    struct val *map = ARENA_NEW(a, struct val);
    *map = *val_map(a, pair, (size_t)e->members);
    map->map.fallback = text;
    return map;
}

static void on_start(void *ctx, const char *name, const char **attribute) {
    struct reader *r = ctx;
    if (++r->depth > XML_DEPTH_MAX || ++r->nodes > XML_NODES_MAX) {
        refuse(r, "too deep or too many elements");
        return;
    }
    struct element *e = ARENA_NEW(r->a, struct element);
    e->up = r->top;
    e->name = arena_str(r->a, local_name(name));
    buf_init(&e->text, 1 << 20);
    for (int i = 0; attribute[i]; i += 2) {
        struct str key = local_name(attribute[i]);
        put_child(r, e, arena_printf(r->a, "@%.*s", STR_ARG(key)),
                  val_textz(r->a, attribute[i + 1]));
    }
    r->top = e;
}

static void on_text(void *ctx, const char *p, int n) {
    struct reader *r = ctx;
    if (r->top) {
        buf_add(&r->top->text, p, (size_t)n);
    }
}

static void on_end(void *ctx, const char *name) {
    struct reader *r = ctx;
    struct element *e = r->top;
    (void)name;
    const struct val *text = val_text(r->a, arena_str(r->a, buf_view(&e->text)));
    buf_done(&e->text);
    const struct val *v = e->members ? element_val(r->a, e, text) : text;
    r->top = e->up;
    r->depth--;
    if (e->up) {
        put_child(r, e->up, e->name, v);
    } else {
        struct val_builder *b = val_map_begin(r->a);
        val_put_str(b, e->name, v);
        r->root = val_end(b);
    }
}

static void on_doctype(void *ctx, const char *name, const char *sys, const char *pub,
                       int internal) {
    (void)name;
    (void)sys;
    (void)pub;
    (void)internal;
    refuse(ctx, "document types are refused");
}

enum rc xml_parse(struct str text, struct arena *a, const struct val **ret, struct err *err) {
    struct reader r = {.a = a};
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser) {
        return err_set(err, E_LIMIT, "no memory for the XML reader");
    }
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    enum XML_Status st = text.n > (1 << 20)
                             ? XML_STATUS_ERROR
                             : XML_Parse(r.parser, text.p ? text.p : "", (int)text.n, XML_TRUE);
    enum rc rc = OK;
    if (st != XML_STATUS_OK || !r.root) {
        const char *why = r.refused ? r.refused : XML_ErrorString(XML_GetErrorCode(r.parser));
        rc = err_at(
            err, r.refused ? E_LIMIT : E_INVALID, "", (int)XML_GetCurrentLineNumber(r.parser),
            (int)XML_GetCurrentColumnNumber(r.parser) + 1, "XML: %s", why ? why : "no element");
    } else {
        *ret = r.root;
    }
    for (struct element *e = r.top; e; e = e->up) {
        buf_done(&e->text);
    }
    XML_ParserFree(r.parser);
    return rc;
}

static const struct val *deep(const struct val *v, struct str name, int depth) {
    if (depth > XML_DEPTH_MAX) {
        return NULL;
    }
    size_t n = v->type == VAL_MAP ? v->map.n : v->type == VAL_LIST ? v->list.n : 0;
    for (size_t i = 0; i < n; i++) {
        const struct val *kid = v->type == VAL_MAP ? v->map.pair[i].val : v->list.item[i];
        if (v->type == VAL_MAP && str_eq(v->map.pair[i].key, name)) {
            return kid;
        }
        const struct val *hit = deep(kid, name, depth + 1);
        if (hit) {
            return hit;
        }
    }
    return NULL;
}

const struct val *xml_find(const struct val *doc, struct str path, struct arena *a) {
    bool anywhere = str_starts(path, STR("//"));
    struct str rest = path, step;
    const struct val *at = doc;
    (void)a;
    while (at && rest.n && str_next(&rest, '/', &step)) {
        if (!step.n) {
            continue;
        }
        size_t colon = str_find_char(step, ':', 0);
        step = colon == SIZE_MAX ? step : str_sub(step, colon + 1, step.n);
        if (at->type == VAL_LIST) {
            at = val_at_index(at, 0);
        }
        at = !at ? NULL : anywhere ? deep(at, step, 0) : val_get_str(at, step);
        anywhere = false;
    }
    if (val_is(at, VAL_LIST)) {
        at = val_at_index(at, 0);
    }
    return at ? at : &VAL_NIL;
}

struct str xml_escape(struct str s, struct arena *a) {
    struct buf out;
    buf_init(&out, 1 << 21);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        const char *ref = c == '&'    ? "&amp;"
                          : c == '<'  ? "&lt;"
                          : c == '>'  ? "&gt;"
                          : c == '"'  ? "&quot;"
                          : c == '\'' ? "&#39;"
                                      : NULL;
        if (ref) {
            buf_puts(&out, ref);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            buf_printf(&out, "&#x%X;", c);
        } else if (c >= ' ') {
            buf_putc(&out, (char)c);
        }
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}
