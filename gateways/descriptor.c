/* descriptor.c - finds, compiles once and opens the providers' descriptors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/yaml.h"
#include "gateways/descriptor_priv.h"

/* Descriptors once compiled live as long as the process; they are few and small. */
struct cached {
    struct cached *next;
    struct arena arena;
    struct str name;
    const struct gateway_kind *kind;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct cached *cache;
static char *own_dir;

void descriptor_set_dir(const char *dir) {
    pthread_mutex_lock(&lock);
    free(own_dir);
    own_dir = dir ? mem_strdup(dir) : NULL;
    pthread_mutex_unlock(&lock);
}

static bool is_name(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return s.n > 0 && s.n <= 60;
}

/* NONE when there is none; E_IO when the installation's own file cannot be read. */
static enum rc find_text(struct str name, struct arena *a, const char **ret_file,
                         struct str *ret, struct err *err) {
    const char *embedded = arena_printf(a, "gateways/providers/%.*s.yaml", STR_ARG(name)).p;
    if (own_dir) {
        const char *path = arena_printf(a, "%s/%.*s.yaml", own_dir, STR_ARG(name)).p;
        FILE *f = fopen(path, "rb");
        if (f) {
            fclose(f);
            *ret_file = path;
            return file_read(path, YAML_SIZE_MAX, a, ret, err);
        }
    }
    *ret_file = embedded;
    *ret = embed_get(embedded);
    return ret->p ? OK : NONE;
}

/* A wrong descriptor is kept too, so that open() can say what is wrong. */
static const struct gateway_kind *broken_kind(struct str name, const struct err *err,
                                              struct arena *a) {
    struct descriptor *d = ARENA_NEW(a, struct descriptor);
    d->kind.name = arena_cstr(a, name);
    d->kind.title = d->kind.name;
    d->kind.scheme = STR("tel");
    d->kind.open = descriptor_open;
    d->kind.send_next = descriptor_send_next;
    d->broken = *err;
    return &d->kind;
}

static enum rc compile(struct cached *c) {
    struct err err = {0};
    const char *file;
    struct str text;
    enum rc rc = find_text(c->name, &c->arena, &file, &text, &err);
    if (rc == NONE) {
        return NONE;
    }
    if (rc == OK) {
        rc = descriptor_compile(file, text, &c->arena, &c->kind, &err);
    }
    if (rc == OK && !str_is(c->name, c->kind->name)) {
        rc = err_at(&err, E_INVALID, file, 1, 1,
                    "the descriptor calls itself '%s', its file '%.*s'", c->kind->name,
                    STR_ARG(c->name));
    }
    if (rc < 0) {
        c->kind = broken_kind(c->name, &err, &c->arena);
    }
    return OK;
}

enum rc descriptor_find(struct str name, const struct gateway_kind **ret) {
    if (!is_name(name)) {
        return NONE;
    }
    enum rc rc = OK;
    pthread_mutex_lock(&lock);
    struct cached *c = cache;
    while (c && !str_eq(c->name, name)) {
        c = c->next;
    }
    if (!c) {
        c = mem_alloc(sizeof *c);
        memset(c, 0, sizeof *c);
        arena_init(&c->arena);
        c->name = arena_str(&c->arena, name);
        rc = compile(c);
        if (rc == OK) {
            c->next = cache;
            cache = c;
        } else {
            arena_done(&c->arena);
            free(c);
            c = NULL;
        }
    }
    if (c) {
        *ret = c->kind;
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

const struct str *descriptor_names(struct arena *a, size_t *ret_n) {
    struct str dir = STR("gateways/providers/"), ext = STR(".yaml");
    size_t n = 0;
    while (EMBED_FILES[n].name) {
        n++;
    }
    struct str *name = ARENA_ARRAY(a, struct str, n);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct str f = str_from(EMBED_FILES[i].name);
        if (str_starts(f, dir) && str_ends(f, ext)) {
            name[(*ret_n)++] = str_sub(f, dir.n, f.n - dir.n - ext.n);
        }
    }
    return name;
}

bool descriptor_is(const struct gateway_kind *kind) {
    return kind->open == descriptor_open;
}

static const struct descriptor *descriptor_in(const struct gateway_kind *kind) {
    return kind->open == descriptor_open ? (const struct descriptor *)kind : NULL;
}

struct descriptor_limits descriptor_limits(const struct gateway_kind *kind) {
    const struct descriptor *d = descriptor_in(kind);
    return d ? d->limits : (struct descriptor_limits){0};
}

const struct str *descriptor_config(const struct gateway_kind *kind, struct arena *a,
                                    size_t *ret_n) {
    static const char *const types[] = {"text", "secret", "int", "bool", "url", "list", "map"};
    const struct descriptor *d = descriptor_in(kind);
    size_t n = d ? d->configs : 0;
    struct str *line = ARENA_ARRAY(a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        const struct dconfig *c = &d->config[i];
        line[i] = arena_printf(a, "%.*s %s%s", STR_ARG(c->name), types[c->type],
                               c->optional ? "?" : "");
    }
    *ret_n = n;
    return line;
}

/* ------------------------------------------------------------------ opening a channel */

static bool is_flag(struct str s) {
    static const char *const words[] = {"true", "false", "yes", "no", "oui", "non",
                                        "on",   "off",   "1",   "0",  NULL};
    for (size_t i = 0; words[i]; i++) {
        if (str_eq_nocase(s, str_from(words[i]))) {
            return true;
        }
    }
    return false;
}

static enum rc check_value(const struct dconfig *c, const struct val *v, struct err *err) {
    int64_t i;
    struct str s = val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
    bool text = v->type != VAL_LIST && v->type != VAL_MAP;
    bool fine = text;
    if (c->type == CONFIG_INT) {
        fine = v->type == VAL_NUMBER || str_to_i64(s, &i);
    } else if (c->type == CONFIG_BOOL) {
        fine = v->type == VAL_BOOL || is_flag(s);
    } else if (c->type == CONFIG_URL) {
        fine = str_starts(s, STR("https://")) || str_starts(s, STR("http://"));
    } else if (c->type == CONFIG_LIST) {
        fine = v->type == VAL_LIST || text;
    } else if (c->type == CONFIG_MAP) {
        fine = v->type == VAL_MAP;
    }
    static const char *const want[] = {
        "a text", "a text", "a whole number", "true or false", "an http(s) address",
        "a list", "a map"};
    if (fine) {
        return OK;
    }
    return err_at(err, E_INVALID, "", v->line, v->column, "'%.*s' must be %s", STR_ARG(c->name),
                  want[c->type]);
}

static const struct val *typed(const struct dconfig *c, const struct val *v) {
    static const char *const yes[] = {"true", "yes", "oui", "on", "1", NULL};
    if (c->type != CONFIG_BOOL || !val_is(v, VAL_TEXT)) {
        return v;
    }
    for (size_t i = 0; yes[i]; i++) {
        if (str_eq_nocase(v->text, str_from(yes[i]))) {
            return &VAL_TRUE;
        }
    }
    return &VAL_FALSE;
}

/* The provider's settings and those of every channel. */
static enum rc check_keys(const struct gw_channel *ch, const struct descriptor *d,
                          struct arena *a, struct err *err) {
    static const char *const common[] = {"address", "country", "schemes", "hook_secret",
                                         "allow_ips"};
    size_t n = sizeof common / sizeof *common;
    const char **key = arena_array(a, d->configs + n + 1, sizeof *key);
    for (size_t i = 0; i < d->configs; i++) {
        key[i] = arena_cstr(a, d->config[i].name);
    }
    memcpy(key + d->configs, common, sizeof common);
    return gw_config_known(ch, key, err);
}

enum rc descriptor_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    const struct descriptor *d = (const struct descriptor *)ch->kind;
    if (d->broken.rc != OK) {
        if (err) {
            *err = d->broken;
        }
        return d->broken.rc;
    }
    if (check_keys(ch, d, a, err) < 0) {
        return E_INVALID;
    }
    struct val_builder *b = val_map_begin(a);
    for (size_t i = 0; val_is(ch->config, VAL_MAP) && i < ch->config->map.n; i++) {
        val_put_str(b, ch->config->map.pair[i].key, ch->config->map.pair[i].val);
    }
    for (size_t i = 0; i < d->configs; i++) {
        const struct dconfig *c = &d->config[i];
        const struct val *v = val_get_str(ch->config, c->name);
        if (v && v->type != VAL_NULL) {
            if (check_value(c, v, err) < 0) {
                return E_INVALID;
            }
            val_put_str(b, c->name, typed(c, v));
        } else if (c->fallback.p) {
            val_put_str(b, c->name, typed(c, val_text(a, c->fallback)));
        } else if (!c->optional && !ch->lenient) {
            return err_set(err, E_INVALID, "%s needs the setting '%.*s'", d->kind.title,
                           STR_ARG(c->name));
        }
    }
    struct dprogram *p = ARENA_NEW(a, struct dprogram);
    p->d = d;
    p->config = val_end(b);
    ch->program = p;
    return OK;
}
