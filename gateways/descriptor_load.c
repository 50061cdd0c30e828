/* descriptor_load.c - checks a descriptor's YAML and compiles its head: configuration, limits,
 * text. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "gateways/descriptor_priv.h"

/* ------------------------------------------------------------------ names in expressions */

static const struct {
    const char *name;
    unsigned contexts;
} VARS[VAR_COUNT] = {
#define MSG (CTX_SEND | CTX_HEADER | CTX_RESULT)
#define ANS (CTX_RESULT | CTX_HOOK)
    [VAR_TO] = {"to", MSG},
    [VAR_SCHEME] = {"scheme", MSG},
    [VAR_TEXT] = {"text", MSG},
    [VAR_TAG] = {"tag", MSG},
    [VAR_PART] = {"part", MSG},
    [VAR_PARTS] = {"parts", MSG},
    [VAR_LAST] = {"last", MSG},
    [VAR_ATTACHMENT] = {"attachment", MSG},
    [VAR_ATTACHMENT_TYPE] = {"attachment_type", MSG},
    [VAR_ATTACHMENTS] = {"attachments", MSG},
    [VAR_MEDIA] = {"media", MSG},
    [VAR_BUTTONS] = {"buttons", MSG},
    [VAR_CHOICES] = {"choices", MSG},
    [VAR_LANG] = {"lang", MSG},
    [VAR_BULK] = {"bulk", MSG},
    [VAR_EXPIRES] = {"expires", MSG},
    [VAR_EXTRA] = {"extra", MSG},
    [VAR_FETCHED] = {"fetched", MSG},
    [VAR_REQUEST] = {"request", CTX_HEADER},
    [VAR_STATUS] = {"status", CTX_RESULT},
    [VAR_BODY] = {"body", ANS},
    [VAR_JSON] = {"json", ANS},
    [VAR_XML] = {"xml", ANS},
    [VAR_FORM] = {"form", ANS},
    [VAR_HEADER] = {"header", ANS},
    [VAR_QUERY] = {"query", CTX_HOOK},
    [VAR_PARAM] = {"param", CTX_HOOK},
    [VAR_METHOD] = {"method", CTX_HOOK},
    [VAR_PATH] = {"path", CTX_HOOK},
    [VAR_ACTION] = {"action", CTX_HOOK},
    [VAR_URL] = {"url", CTX_HOOK},
    [VAR_IP] = {"ip", CTX_HOOK},
    [VAR_IT] = {"it", CTX_HOOK},
    [VAR_NOW] = {"now", 0xFF},
    [VAR_HOOK] = {"hook", 0xFF},
    [VAR_HOOK_KEY] = {"hook_key", 0xFF},
    [VAR_CURSOR] = {"cursor", CTX_POLL | CTX_HOOK},
    [VAR_FILE] = {"file", CTX_MEDIA},
#undef MSG
#undef ANS
};

/* Keys every channel may have, whatever its provider. */
static const char *const COMMON_CONFIG[] = {"address",     "country",   "schemes",
                                            "hook_secret", "allow_ips", NULL};

static bool is_config(const struct descriptor *d, struct str name) {
    for (size_t i = 0; i < d->configs; i++) {
        if (str_eq(d->config[i].name, name)) {
            return true;
        }
    }
    for (size_t i = 0; COMMON_CONFIG[i]; i++) {
        if (str_is(name, COMMON_CONFIG[i])) {
            return true;
        }
    }
    return false;
}

static enum dexpr_kind resolve(const struct dexpr_scope *scope, struct str name, int *ret_id) {
    const struct loader *l = scope->ctx;
    for (int i = l->lets - 1; i >= 0; i--) {
        if (str_eq(l->d->let_name[i], name)) {
            *ret_id = i;
            return DEXPR_LET;
        }
    }
    for (int i = 0; i < VAR_COUNT; i++) {
        if (VARS[i].name && str_is(name, VARS[i].name) && (VARS[i].contexts & l->context)) {
            *ret_id = i;
            return DEXPR_VAR;
        }
    }
    return is_config(l->d, name) ? DEXPR_CONFIG : DEXPR_UNKNOWN;
}

static const char *suggest(const struct dexpr_scope *scope, struct str name) {
    (void)scope;
    for (int i = 0; i < VAR_COUNT; i++) {
        if (VARS[i].name && str_is(name, VARS[i].name)) {
            return "it exists, but not at this place";
        }
    }
    return "declare it under 'config', or see the list of variables in "
           "gateways/providers/README.md";
}

static struct dexpr_scope scope_of(struct loader *l) {
    return (struct dexpr_scope){l->file, resolve, suggest, l, l->source};
}

/* ------------------------------------------------------------------ errors and small loads */

enum rc load_err(struct loader *l, const struct val *at, const char *fmt, ...) {
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_at(l->err, E_INVALID, l->file, at ? at->line : 1, at ? at->column : 1, "%s",
                  text);
}

enum rc load_key_err(struct loader *l, const struct val_pair *p, const char *fmt, ...) {
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_at(l->err, E_INVALID, l->file, p->line, p->column, "%s", text);
}

enum rc load_keys(struct loader *l, const struct val *map, const char *what,
                  const char *const *known) {
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "%s must be a map of 'key: value'", what);
    }
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        size_t k = 0;
        while (known[k] && !str_is(p->key, known[k])) {
            k++;
        }
        if (known[k]) {
            continue;
        }
        char list[200] = "";
        size_t n = 0;
        for (k = 0; known[k] && n + strlen(known[k]) + 3 < sizeof list; k++) {
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "", known[k]);
        }
        enum rc rc = load_key_err(l, p, "unknown key '%.*s' in %s", STR_ARG(p->key), what);
        err_hint(l->err, "known here: %s", list);
        return rc;
    }
    return OK;
}

enum rc load_expr(struct loader *l, const struct val *map, const char *key,
                  const struct dexpr **ret) {
    const struct val *v = val_get(map, key);
    struct dexpr_scope scope = scope_of(l);
    return v ? dexpr_compile(&scope, v, l->a, ret, l->err) : OK;
}

enum rc load_template(struct loader *l, const struct val *v, enum dtext_mode mode,
                      const struct dtext **ret) {
    struct dexpr_scope scope = scope_of(l);
    static const struct val empty = {.type = VAL_TEXT};
    if (val_is(v, VAL_NULL)) {
        v = &empty;
    }
    if (!val_is(v, VAL_TEXT)) {
        return load_err(l, v, "a text is expected here");
    }
    return dtext_compile(&scope, v, mode, l->a, ret, l->err);
}

enum rc load_text(struct loader *l, const struct val *map, const char *key,
                  enum dtext_mode mode, const struct dtext **ret) {
    const struct val *v = val_get(map, key);
    return v ? load_template(l, v, mode, ret) : OK;
}

bool load_is_true(const struct val *map, const char *key) {
    struct str s = val_get_text(map, key, STR_EMPTY);
    return str_is(s, "true") || str_is(s, "yes");
}

/* Each value may use those before it. */
enum rc load_lets(struct loader *l, const struct val *map, struct dlets *ret) {
    if (!map) {
        return OK;
    }
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "'let' must be a map of 'name: value'");
    }
    struct dlet *let = ARENA_ARRAY(l->a, struct dlet, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        if (l->lets == DEXPR_LETS) {
            return load_key_err(l, p, "too many names: at most %d at one place", DEXPR_LETS);
        }
        if (load_template(l, p->val, DTEXT_RAW, &let[i].value) < 0) {
            return E_INVALID;
        }
        let[i].id = l->lets;
        l->d->let_name[l->lets++] = p->key;
    }
    *ret = (struct dlets){let, map->map.n};
    return OK;
}

/* A literal under a name like "password" is a secret somebody pasted. */
static bool looks_secret(struct str key) {
    static const char *const words[] = {"pass", "secret", "token", "key", "auth", NULL};
    char low[64];
    size_t n = key.n < sizeof low - 1 ? key.n : sizeof low - 1;
    for (size_t i = 0; i < n; i++) {
        low[i] = (char)(key.p[i] >= 'A' && key.p[i] <= 'Z' ? key.p[i] + 32 : key.p[i]);
    }
    for (size_t i = 0; words[i]; i++) {
        if (str_find((struct str){low, n}, str_from(words[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

enum rc load_no_secret(struct loader *l, struct str key, const struct val *v,
                       const struct dtext *t) {
    if (!looks_secret(key) || !dtext_constant(t).n) {
        return OK;
    }
    enum rc rc = load_err(l, v, "a secret in clear under '%.*s'", STR_ARG(key));
    err_hint(l->err, "declare it under 'config' and write \"{name}\"; if it is no secret, "
                     "\"{public('...')}\"");
    return rc;
}

enum rc load_fields(struct loader *l, const struct val *map, enum dtext_mode mode,
                    struct dfields *ret) {
    if (!map) {
        return OK;
    }
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "a map of 'name: value' is expected here");
    }
    struct dfield *f = ARENA_ARRAY(l->a, struct dfield, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        f[i].name = p->key;
        if (load_template(l, p->val, mode, &f[i].value) < 0 ||
            load_no_secret(l, p->key, p->val, f[i].value) < 0) {
            return E_INVALID;
        }
    }
    *ret = (struct dfields){f, map->map.n};
    return OK;
}

/* ------------------------------------------------------------------ the head */

static bool config_type(struct str word, enum dconfig_type *ret) {
    static const char *const names[] = {"text", "secret", "int", "bool", "url", "list", "map"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_is(word, names[i])) {
            *ret = (enum dconfig_type)i;
            return true;
        }
    }
    return false;
}

/* "text", "secret?", "url = https://..." */
static enum rc load_config(struct loader *l, const struct val *map) {
    if (!map) {
        return OK;
    }
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "'config' must be a map of 'key: type'");
    }
    struct dconfig *c = ARENA_ARRAY(l->a, struct dconfig, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        struct str type = val_is(p->val, VAL_TEXT) ? p->val->text : STR_EMPTY;
        size_t eq = str_find(type, STR(" = "), 0);
        if (eq != SIZE_MAX) {
            c[i].fallback = str_sub(type, eq + 3, type.n);
            type = str_sub(type, 0, eq);
        }
        if (type.n && type.p[type.n - 1] == '?') {
            c[i].optional = true;
            type.n--;
        }
        c[i].name = p->key;
        c[i].optional |= c[i].fallback.p != NULL;
        if (!config_type(str_trim(type), &c[i].type)) {
            enum rc rc = load_err(l, p->val, "'%.*s' is no type of a setting", STR_ARG(type));
            err_hint(l->err, "text, secret, int, bool, url, list or map; '?' when optional, ' "
                             "= value' for a default");
            return rc;
        }
        if (c[i].type == CONFIG_SECRET && c[i].fallback.n) {
            return load_err(l, p->val, "a secret in clear: '%.*s' cannot have a default",
                            STR_ARG(p->key));
        }
    }
    l->d->config = c;
    l->d->configs = map->map.n;
    return OK;
}

static enum rc load_number(struct loader *l, const struct val *map, const char *key,
                           double *ret) {
    const struct val *v = val_get(map, key);
    struct dec d;
    if (!v) {
        return OK;
    }
    if (!val_is(v, VAL_TEXT) || dec_parse(v->text, &d) != OK || d.neg) {
        return load_err(l, v, "'%s' must be a number", key);
    }
    *ret = dec_to_double(d);
    return OK;
}

static enum rc load_limits(struct loader *l, const struct val *map) {
    static const char *const known[] = {
        "per_second", "per_recipient_s", "in_flight", "parts_max", "price", "currency", NULL};
    struct descriptor_limits *m = &l->d->limits;
    double recipient = 0, flight = 0, parts = 0;
    if (!map) {
        return OK;
    }
    if (load_keys(l, map, "'limits'", known) < 0 ||
        load_number(l, map, "per_second", &m->per_second) < 0 ||
        load_number(l, map, "per_recipient_s", &recipient) < 0 ||
        load_number(l, map, "in_flight", &flight) < 0 ||
        load_number(l, map, "parts_max", &parts) < 0 ||
        load_number(l, map, "price", &m->price) < 0) {
        return E_INVALID;
    }
    m->per_recipient_s = (int)recipient;
    m->in_flight = (int)flight;
    m->parts_max = (int)parts;
    struct str currency = val_get_text(map, "currency", STR_EMPTY);
    m->currency = currency.n ? arena_cstr(l->a, currency) : NULL;
    return OK;
}

static enum rc load_text_section(struct loader *l, const struct val *map) {
    static const char *const known[] = {"max", "attachments", NULL};
    l->d->append_attachments = true;
    l->d->kind.text_max = 1600;
    if (!map) {
        return OK;
    }
    if (load_keys(l, map, "'text'", known) < 0 ||
        load_expr(l, map, "max", &l->d->text_max) < 0) {
        return E_INVALID;
    }
    int64_t max;
    if (str_to_i64(val_get_text(map, "max", STR_EMPTY), &max) && max > 0 && max <= 65536) {
        l->d->kind.text_max = (int)max;
    }
    struct str how = val_get_text(map, "attachments", STR("append"));
    if (!str_is(how, "append") && !str_is(how, "media")) {
        return load_err(l, val_get(map, "attachments"),
                        "'attachments' is 'append' (to the text) or 'media'");
    }
    l->d->append_attachments = str_is(how, "append");
    return OK;
}

static enum rc load_head(struct loader *l, const struct val *doc) {
    static const char *const known[] = {"gateway", "title", "scheme", "config",  "limits",
                                        "text",    "let",   "memo",   "buttons", "send",
                                        "hooks",   "poll",  "media",  "note",    NULL};
    if (load_keys(l, doc, "the descriptor", known) < 0) {
        return E_INVALID;
    }
    struct str name = val_get_text(doc, "gateway", STR_EMPTY);
    if (!name.n) {
        return load_err(l, doc, "'gateway: NAME' is missing");
    }
    l->d->kind.name = arena_cstr(l->a, name);
    l->d->kind.title = arena_cstr(l->a, val_get_text(doc, "title", name));
    l->d->kind.scheme = val_get_text(doc, "scheme", STR("tel"));
    l->context = CTX_SEND;
    return load_config(l, val_get(doc, "config")) < 0 ||
                   load_limits(l, val_get(doc, "limits")) < 0 ||
                   load_text_section(l, val_get(doc, "text")) < 0
               ? E_INVALID
               : OK;
}

static enum rc load_send(struct loader *l, const struct val *v) {
    if (!v) {
        return OK;
    }
    bool list = v->type == VAL_LIST;
    size_t n = list ? v->list.n : 1;
    struct dcall *call = ARENA_ARRAY(l->a, struct dcall, n);
    for (size_t i = 0; i < n; i++) {
        if (load_call(l, list ? v->list.item[i] : v, CALL_SEND, &call[i]) < 0) {
            return E_INVALID;
        }
    }
    l->d->call = call;
    l->d->calls = n;
    return OK;
}

static void set_caps(struct descriptor *d, bool buttons) {
    unsigned caps = str_is(d->kind.scheme, "tel") ? GW_SMS : 0;
    caps |= d->hooks ? GW_HOOK : 0;
    caps |= d->poll ? GW_POLL : 0;
    caps |= d->receipts ? GW_RECEIPTS : 0;
    caps |= d->append_attachments ? 0 : GW_MEDIA;
    caps |= buttons ? GW_BUTTONS : 0;
    d->kind.caps = caps;
    d->kind.open = descriptor_open;
    d->kind.hook = d->hooks ? descriptor_hook : NULL;
    d->kind.send_next = descriptor_send_next;
    d->kind.poll_call = d->poll ? descriptor_poll_call : NULL;
    d->kind.poll_parse = d->poll ? descriptor_poll_parse : NULL;
    d->kind.file_call = d->media ? descriptor_file_call : NULL;
    d->kind.file_parse = d->media ? descriptor_file_parse : NULL;
}

enum rc descriptor_compile(const char *file, struct str text, struct arena *a,
                           const struct gateway_kind **ret, struct err *err) {
    struct descriptor *d = ARENA_NEW(a, struct descriptor);
    struct loader l = {.d = d, .a = a, .err = err, .file = file, .source = text};
    const struct val *doc;
    if (yaml_parse(file, text, a, &doc, err) < 0) {
        return E_INVALID;
    }
    d->file = arena_str(a, str_from(file));
    if (load_head(&l, doc) < 0 || load_memos(&l, val_get(doc, "memo")) < 0) {
        return E_INVALID;
    }
    l.context = CTX_SEND;
    int memos = l.lets;
    if (load_lets(&l, val_get(doc, "let"), &d->let) < 0 ||
        load_send(&l, val_get(doc, "send")) < 0) {
        return E_INVALID;
    }
    l.lets = memos; /* global lets speak of the message: hooks do not see them */
    if (load_hooks(&l, val_get(doc, "hooks")) < 0 || load_poll(&l, val_get(doc, "poll")) < 0 ||
        load_media(&l, val_get(doc, "media")) < 0) {
        return E_INVALID;
    }
    if (!d->calls && !d->hooks) {
        return load_err(&l, doc, "a descriptor needs 'send' or 'hooks'");
    }
    set_caps(d, load_is_true(doc, "buttons"));
    *ret = &d->kind;
    return OK;
}
