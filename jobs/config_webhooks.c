/* config_webhooks.c - the services that conversations may ask, with their keys by reference. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/config_webhooks.h"

#include <stdio.h>

#include "base/text.h"
#include "jobs/config_value.h"

#define IN_FLIGHT_DEFAULT 4
#define IN_FLIGHT_MAX 32

struct reading {
    struct arena *a;
    void (*problem)(void *ctx, int line, int column, const char *name, const struct err *e);
    void *ctx;
};

static void wrong(struct reading *r, const struct val *at, const char *key, const char *hint,
                  const char *text) {
    struct err e = {0};
    char name[64];
    snprintf(name, sizeof name, "webhooks%s%s", key[0] ? "." : "", key);
    err_set(&e, E_INVALID, "%s", text);
    if (hint) {
        err_hint(&e, "%s", hint);
    }
    r->problem(r->ctx, at->line, at->column, name, &e);
}

enum rc config_webhook_value(struct str written, struct arena *a, struct str *ret,
                             bool *ret_ref, struct err *err) {
    size_t space = str_find_char(written, ' ', 0);
    struct str word = space == SIZE_MAX ? STR_EMPTY : str_sub(written, 0, space + 1);
    struct str rest = str_sub(written, word.n, written.n), value;
    enum rc rc = config_secret(rest, a, &value, ret_ref, err);
    if (rc == OK) {
        *ret = arena_printf(a, "%.*s%.*s", STR_ARG(word), STR_ARG(value));
        for (size_t i = 0; i < ret->n; i++) {
            if ((unsigned char)ret->p[i] < ' ') {
                return err_set(err, E_INVALID, "a header is one line");
            }
        }
    }
    return rc;
}

/* What opens a door at the other end. */
static bool is_secret(struct str name, struct arena *a) {
    static const char *const WORDS[] = {"authorization", "cookie", "token",
                                        "secret",        "key",    "password"};
    struct str folded = text_fold(name, a);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_find(folded, str_from(WORDS[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static void read_headers(struct reading *r, const struct val *map, struct webhook_config *w) {
    if (!val_is(map, VAL_MAP) || map->map.n > CONFIG_WEBHOOK_HEADERS_MAX) {
        wrong(r, map, "headers", "Authorization: Bearer env:AGENDA_KEY",
              "name: value lines are expected, 16 at most");
        return;
    }
    struct webhook_header *h = ARENA_ARRAY(r->a, struct webhook_header, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        struct err e = {0};
        struct str v;
        bool by_reference = false;
        h[i] = (struct webhook_header){arena_str(r->a, p->key),
                                       val_is(p->val, VAL_TEXT) ? arena_str(r->a, p->val->text)
                                                                : STR_EMPTY};
        if (config_webhook_value(h[i].written, r->a, &v, &by_reference, &e) != OK) {
            r->problem(r->ctx, p->line, p->column, "webhooks.headers", &e);
        } else if (!by_reference && is_secret(p->key, r->a)) {
            wrong(r, p->val, "headers", "write env:NAME or file:/path",
                  "a secret is not written here");
        }
    }
    w->header = h;
    w->headers = map->map.n;
}

static bool is_name(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 60;
}

static void read_url(struct reading *r, const struct val *v, struct webhook_config *w) {
    struct str url = val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
    bool tls = str_starts(url, STR("https://"));
    size_t host = tls ? 8 : 7;
    while (url.n > host && url.p[url.n - 1] == '/') {
        url.n--;
    }
    if ((!tls && !str_starts(url, STR("http://"))) || url.n <= host || url.p[host] == '/') {
        wrong(r, v, "url", "https://agenda.example.org/api", "this is not an address");
    } else if (str_find_char(url, '@', 0) != SIZE_MAX ||
               str_find_char(url, '?', 0) != SIZE_MAX ||
               str_find_char(url, '#', 0) != SIZE_MAX ||
               str_find_char(url, ' ', 0) != SIZE_MAX) {
        wrong(r, v, "url", "a key goes under headers:, what changes into the conversation",
              "an address here has no @, no ? and no #");
    } else if (!tls && !w->allow_private) {
        wrong(r, v, "url", "https://, or allow_private: oui for a service of the house",
              "without TLS anybody on the way could read along");
    }
    w->url = arena_str(r->a, url);
}

static void read_key(struct reading *r, const struct val_pair *p, struct webhook_config *w) {
    struct str s = val_is(p->val, VAL_TEXT) ? p->val->text : STR_EMPTY;
    int64_t n = 0;
    if (str_is(p->key, "name")) {
        w->name = arena_str(r->a, s);
        if (!is_name(s)) {
            wrong(r, p->val, "name", NULL, "a name has small letters, digits, _ and -");
        }
    } else if (str_is(p->key, "headers")) {
        read_headers(r, p->val, w);
    } else if (str_is(p->key, "allow_private")) {
        w->allow_private = str_is(s, "oui") || str_is(s, "yes") || str_is(s, "true");
        if (!w->allow_private && !str_is(s, "non") && !str_is(s, "no") && !str_is(s, "false")) {
            wrong(r, p->val, "allow_private", NULL, "this is neither oui nor non");
        }
    } else if (str_is(p->key, "in_flight")) {
        if (!str_to_i64(s, &n) || n < 1 || n > IN_FLIGHT_MAX) {
            wrong(r, p->val, "in_flight", NULL, "a number from 1 to 32");
        } else {
            w->in_flight = (int)n;
        }
    } else if (!str_is(p->key, "url")) {
        const struct val at = {.line = p->line, .column = p->column};
        wrong(r, &at, "", "its keys are: name url headers in_flight allow_private",
              "no such setting of a web-hook");
    }
}

static void read_one(struct reading *r, const struct val *v, struct webhook_config *w) {
    *w = (struct webhook_config){.in_flight = IN_FLIGHT_DEFAULT};
    for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
        read_key(r, &v->map.pair[i], w);
    }
    if (!val_get(v, "name") || !val_get(v, "url")) {
        wrong(r, v, "", "- {name: agenda, url: https://agenda.example.org/api}",
              "each web-hook has a name and an address");
    } else {
        read_url(r, val_get(v, "url"), w);
    }
}

void config_webhooks_read(const struct val *list, struct arena *a,
                          void (*problem)(void *ctx, int line, int column, const char *name,
                                          const struct err *e),
                          void *ctx, const struct webhook_config **ret, size_t *ret_n) {
    struct reading r = {a, problem, ctx};
    if (!val_is(list, VAL_LIST) || list->list.n > CONFIG_WEBHOOKS_MAX) {
        wrong(&r, list, "", NULL, "a list of at most 32 web-hooks is expected");
        return;
    }
    struct webhook_config *w = ARENA_ARRAY(a, struct webhook_config, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        read_one(&r, list->list.item[i], &w[i]);
        for (size_t j = 0; j < i; j++) {
            if (str_eq(w[i].name, w[j].name)) {
                wrong(&r, list->list.item[i], "name", NULL, "two web-hooks have this name");
            }
        }
    }
    *ret = w;
    *ret_n = list->list.n;
}

/* "..", written plainly or with %2e, climbs out of the address that was allowed. */
static bool climbs(struct str s) {
    size_t dots = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '?'; i++) {
        bool coded = s.p[i] == '%' && i + 2 < s.n && s.p[i + 1] == '2' &&
                     (s.p[i + 2] == 'e' || s.p[i + 2] == 'E');
        i += coded ? 2 : 0;
        dots = coded || s.p[i] == '.' ? dots + 1 : 0;
        if (dots == 2 || s.p[i] == '\\') {
            return true;
        }
    }
    return false;
}

static bool is_clean(struct str rest) {
    for (size_t i = 0; i < rest.n; i++) {
        unsigned char c = (unsigned char)rest.p[i];
        if (c <= ' ' || c >= 0x7f || c == '#') {
            return false;
        }
    }
    return (rest.n == 0 || rest.p[0] == '/' || rest.p[0] == '?') && !climbs(rest);
}

const struct webhook_config *config_webhook_find(const struct webhook_config *w, size_t n,
                                                 struct str name, struct str url,
                                                 struct str *ret_rest) {
    const struct webhook_config *best = NULL;
    for (size_t i = 0; i < n; i++) {
        struct str rest = str_sub(url, w[i].url.n, url.n);
        bool fits = name.n ? str_eq(w[i].name, name)
                           : str_starts(url, w[i].url) &&
                                 (rest.n == 0 || rest.p[0] == '/' || rest.p[0] == '?');
        if (fits && (!best || w[i].url.n > best->url.n)) {
            best = &w[i];
        }
    }
    if (!best) {
        return NULL;
    }
    *ret_rest = name.n ? url : str_sub(url, best->url.n, url.n);
    return is_clean(*ret_rest) ? best : NULL;
}

void config_webhooks_reference(struct buf *out) {
    buf_puts(out,
             "\n# Les services que les conversations peuvent interroger (étape webhook). Une "
             "conversation ne connaît\n"
             "# que le nom ; l'adresse et la clé restent ici, et rien ne part ailleurs.\n"
             "webhooks: []\n"
             "#  - name: agenda\n"
             "#    url: https://agenda.example.org/api\n"
             "#    # ajoutés à chaque appel ; une clé s'écrit env:NOM ou file:/chemin, relue à "
             "chaque appel\n"
             "#    headers: {Authorization: \"Bearer env:AGENDA_KEY\"}\n"
             "#    # appels ouverts en même temps [1..32]\n"
             "#    in_flight: 4\n"
             "#    # le service est sur le réseau local\n"
             "#    allow_private: non\n");
}
