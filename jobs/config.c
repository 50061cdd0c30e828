/* config.c - the one configuration file: every mistake found at once, nothing guessed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/yaml.h"
#include "jobs/config_options.h"
#include "jobs/config_value.h"

/* keys of a channel that the service itself reads; the rest goes to the gateway */
static const struct option CHANNEL_OPTIONS[] = {
    {"per_second", OPTION_INT, offsetof(struct channel_config, per_second), 1, 10000, "5", NULL,
     "messages par seconde sur ce canal"},
    {"per_person", OPTION_DURATION, offsetof(struct channel_config, per_person_ms), 0,
     MS_MINUTE, "2 s", NULL, "pause entre deux messages à une même personne"},
    {"in_flight", OPTION_INT, offsetof(struct channel_config, in_flight), 1, 256, "8", NULL,
     "requêtes ouvertes en même temps"},
    {"text_policy", OPTION_CHOICE, offsetof(struct channel_config, text_policy), 0, 0,
     "typographic", "exact|typographic|gsm",
     "caractères qui doublent le prix : tels quels, typographie simplifiée, ou tout en GSM"},
    {"allow_private", OPTION_BOOL, offsetof(struct channel_config, allow_private), 0, 0, "non",
     NULL, "le serveur de l'opérateur est sur le réseau local"},
    {"prefixes", OPTION_TEXT, offsetof(struct channel_config, prefixes), 0, 400, "", NULL,
     "débuts des numéros que ce canal transporte, avec indicatif (+336 +337) ; vide : tous"},
    {"order", OPTION_INT, offsetof(struct channel_config, order), 0, 1000, "100", NULL,
     "rang de préférence entre canaux possibles ; à rang égal, le moins cher"},
    {"parts_max", OPTION_INT, offsetof(struct channel_config, parts_max), 0, 50, "0", NULL,
     "SMS qu'un message peut prendre, au plus ; 0 : autant qu'il en faut"},
    {"failover", OPTION_BOOL, offsetof(struct channel_config, failover), 0, 0, "oui", NULL,
     "canal en panne : ses messages partent par un autre canal"},
    {NULL, OPTION_TEXT, 0, 0, 0, NULL, NULL, NULL}};

struct reading {
    const char *file;
    struct arena *a;
    struct config *config;
    struct buf *problems;
    bool bad;
    bool seen[128]; /* options written in the file, by index */
};

static void problem(struct reading *r, int line, int column, const char *name,
                    const struct err *e) {
    buf_printf(r->problems, "%s:%d:%d: %s: %s%s%s%s\n", r->file, line, column, name, e->text,
               e->hint[0] ? " (" : "", e->hint, e->hint[0] ? ")" : "");
    r->bad = true;
}

/* Number of single-character changes, enough to find what was meant by a mistyped key. */
static int distance(const char *x, const char *y) {
    int row[64];
    int nx = (int)strlen(x), ny = (int)strlen(y);
    if (nx > 62 || ny > 62) {
        return 99;
    }
    for (int j = 0; j <= ny; j++) {
        row[j] = j;
    }
    for (int i = 1; i <= nx; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= ny; j++) {
            int change = diagonal + (x[i - 1] != y[j - 1]);
            diagonal = row[j];
            int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < least ? change : least;
        }
    }
    return row[ny];
}

static const struct option *option_find(const char *name) {
    for (const struct option *o = CONFIG_OPTIONS; o->name; o++) {
        if (strcmp(o->name, name) == 0) {
            return o;
        }
    }
    return NULL;
}

static void unknown_key(struct reading *r, const struct val_pair *p, const char *name) {
    const struct option *best = NULL;
    int least = 4;
    for (const struct option *o = CONFIG_OPTIONS; o->name; o++) {
        int d = distance(name, o->name);
        if (d < least) {
            least = d;
            best = o;
        }
    }
    struct err e = {0};
    err_set(&e, E_INVALID, "no such setting");
    if (best) {
        err_hint(&e, "did you mean %s?", best->name);
    } else {
        err_hint(&e, "`rebond config reference` lists them");
    }
    problem(r, p->line, p->column, name, &e);
}

static void read_scalar(struct reading *r, const struct val_pair *p, const char *name) {
    const struct option *o = option_find(name);
    if (!o) {
        unknown_key(r, p, name);
        return;
    }
    struct err e = {0};
    struct str written = val_is(p->val, VAL_TEXT) ? p->val->text : STR_EMPTY;
    if (!val_is(p->val, VAL_TEXT) && !val_is(p->val, VAL_NULL)) {
        err_set(&e, E_INVALID, "one value is expected here, not a list or a section");
        problem(r, p->line, p->column, name, &e);
        return;
    }
    if (config_value_put(r->config, o, str_trim(written), r->a, &e) != OK) {
        problem(r, p->val->line, p->val->column, name, &e);
    }
    r->seen[o - CONFIG_OPTIONS] = true;
}

static void read_section(struct reading *r, const struct val_pair *section) {
    char name[128];
    for (size_t i = 0; i < section->val->map.n; i++) {
        const struct val_pair *p = &section->val->map.pair[i];
        snprintf(name, sizeof name, "%.*s.%.*s", STR_ARG(section->key), STR_ARG(p->key));
        read_scalar(r, p, name);
    }
}

/* A key that holds a secret must name where it is, so that the file can be shown and backed up.
 */
static bool is_secret_key(struct str key) {
    static const char *const WORDS[] = {"password", "secret",   "token",       "api_key",
                                        "app_key",  "auth_key", "consumer_key"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_find(key, str_from(WORDS[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static void read_gateway_key(struct reading *r, const struct val_pair *p,
                             struct val_builder *options) {
    char name[128];
    snprintf(name, sizeof name, "channels.%.*s", STR_ARG(p->key));
    struct err e = {0};
    if (!val_is(p->val, VAL_TEXT)) {
        val_put_str(options, p->key, p->val);
        return;
    }
    struct str v;
    bool by_reference;
    if (config_secret(p->val->text, r->a, &v, &by_reference, &e) != OK) {
        problem(r, p->val->line, p->val->column, name, &e);
        return;
    }
    if (!by_reference && is_secret_key(p->key) && v.n > 0) {
        err_set(&e, E_INVALID, "a secret is not written here");
        err_hint(&e, "write env:NAME or file:/path");
        problem(r, p->val->line, p->val->column, name, &e);
        return;
    }
    val_put_str(options, p->key, val_text(r->a, v));
}

static const struct option *channel_option(struct str key) {
    for (const struct option *o = CHANNEL_OPTIONS; o->name; o++) {
        if (str_is(key, o->name)) {
            return o;
        }
    }
    return NULL;
}

/* The price of one segment, "0.045", in millionths. */
static enum rc price_of(struct str s, int64_t *ret) {
    struct dec d, million = dec_from_i64(1000000), product;
    if (dec_parse(s, &d) != OK || dec_mul(d, million, &product) != OK) {
        return E_INVALID;
    }
    return dec_to_i64(dec_round(product, 0, DEC_HALF_AWAY), ret);
}

static void channel_defaults(struct channel_config *c, struct arena *a) {
    for (const struct option *o = CHANNEL_OPTIONS; o->name; o++) {
        struct err e;
        /* the table's own defaults are right, or the first test that starts fails */
        (void)!config_value_put(c, o, str_from(o->dflt), a, &e);
    }
}

/* Which of the settings that a provider has words for too were written in the file. */
static unsigned given_bit(struct str key) {
    static const struct {
        const char *key;
        unsigned bit;
    } BITS[] = {{"per_second", CHANNEL_PER_SECOND},
                {"per_person", CHANNEL_PER_PERSON},
                {"in_flight", CHANNEL_IN_FLIGHT},
                {"price", CHANNEL_PRICE},
                {"parts_max", CHANNEL_PARTS}};
    for (size_t i = 0; i < sizeof BITS / sizeof *BITS; i++) {
        if (str_is(key, BITS[i].key)) {
            return BITS[i].bit;
        }
    }
    return 0;
}

static void read_channel(struct reading *r, const struct val *v, struct channel_config *c) {
    struct val_builder *options = val_map_begin(r->a);
    struct err e = {0};
    channel_defaults(c, r->a);
    c->line = v->line;
    for (size_t i = 0; v->type == VAL_MAP && i < v->map.n; i++) {
        const struct val_pair *p = &v->map.pair[i];
        struct str s = val_is(p->val, VAL_TEXT) ? p->val->text : STR_EMPTY;
        const struct option *o = channel_option(p->key);
        enum rc rc = OK;
        c->given |= given_bit(p->key);
        if (str_is(p->key, "name")) {
            c->name = arena_str(r->a, s);
        } else if (str_is(p->key, "gateway")) {
            c->gateway = arena_str(r->a, s);
        } else if (str_is(p->key, "price")) {
            rc = price_of(s, &c->price_micro);
            if (rc != OK) {
                err_set(&e, rc, "'%.*s' is not a price like 0.045", STR_ARG(s));
            }
        } else if (o && !val_is(p->val, VAL_TEXT) && !val_is(p->val, VAL_NULL)) {
            rc = err_set(&e, E_INVALID, "one value is expected here, not a list or a section");
        } else if (o) {
            rc = config_value_put(c, o, s, r->a, &e);
        } else {
            read_gateway_key(r, p, options);
        }
        if (rc != OK) {
            char name[96];
            snprintf(name, sizeof name, "channels.%.*s", STR_ARG(p->key));
            problem(r, p->val->line, p->val->column, name, &e);
        }
    }
    c->options = val_end(options);
    if (c->name.n == 0 || c->gateway.n == 0) {
        err_set(&e, E_INVALID, "each channel has a name and a gateway");
        problem(r, v->line, v->column, "channels", &e);
    }
}

static void read_channels(struct reading *r, const struct val_pair *p) {
    struct err e = {0};
    if (!val_is(p->val, VAL_LIST) || p->val->list.n > CONFIG_CHANNELS_MAX) {
        err_set(&e, E_INVALID, "a list of at most %d channels is expected",
                CONFIG_CHANNELS_MAX);
        problem(r, p->line, p->column, "channels", &e);
        return;
    }
    struct channel_config *c = ARENA_ARRAY(r->a, struct channel_config, p->val->list.n);
    for (size_t i = 0; i < p->val->list.n; i++) {
        read_channel(r, p->val->list.item[i], &c[i]);
        for (size_t j = 0; j < i; j++) {
            if (str_eq(c[i].name, c[j].name)) {
                err_set(&e, E_CONFLICT, "two channels are called '%.*s'", STR_ARG(c[i].name));
                problem(r, c[i].line, 1, "channels.name", &e);
            }
        }
    }
    r->config->channel = c;
    r->config->channels = p->val->list.n;
}

static void webhook_problem(void *ctx, int line, int column, const char *name,
                            const struct err *e) {
    problem(ctx, line, column, name, e);
}

static void set_defaults(struct reading *r) {
    for (const struct option *o = CONFIG_OPTIONS; o->name; o++) {
        struct err e = {0};
        if (!r->seen[o - CONFIG_OPTIONS] &&
            config_value_put(r->config, o, str_from(o->dflt), r->a, &e) != OK) {
            /* an empty default of a text with a minimum: the setting is required */
            problem(r, 1, 1, o->name, &e);
        }
    }
}

static void check_whole(struct reading *r) {
    struct config *c = r->config;
    struct err e = {0};
    if (zone_get(c->org.zone, &c->org.tz, &e) != OK) {
        problem(r, 1, 1, "org.zone", &e);
    }
    if (c->org.age_min > c->org.age_max || c->org.age_max > c->org.age_max_rqth) {
        err_set(&e, E_INVALID, "ages must rise: age_min, age_max, age_max_rqth");
        problem(r, 1, 1, "org.age_min", &e);
    }
    if (c->org.short_name.n == 0) {
        c->org.short_name = c->org.name;
    }
    if (c->production && c->channels == 0) {
        err_set(&e, E_INVALID, "production needs at least one channel");
        problem(r, 1, 1, "channels", &e);
    }
}

enum rc config_parse(const char *file, struct str text, struct arena *a, struct config *ret,
                     struct buf *problems) {
    struct reading r = {.file = file, .a = a, .config = ret, .problems = problems};
    memset(ret, 0, sizeof *ret);
    ret->file = arena_str(a, str_from(file));
    const struct val *top;
    struct err e = {0};
    enum rc rc = yaml_parse(file, text, a, &top, &e);
    if (rc != OK) {
        char line[1024];
        buf_printf(problems, "%s\n", err_format(&e, line, sizeof line));
        return rc;
    }
    for (size_t i = 0; top->type == VAL_MAP && i < top->map.n; i++) {
        const struct val_pair *p = &top->map.pair[i];
        if (str_is(p->key, "channels")) {
            read_channels(&r, p);
        } else if (str_is(p->key, "webhooks")) {
            config_webhooks_read(p->val, a, webhook_problem, &r, &ret->webhook, &ret->webhooks);
        } else if (val_is(p->val, VAL_MAP)) {
            read_section(&r, p);
        } else {
            char name[96];
            snprintf(name, sizeof name, "%.*s", STR_ARG(p->key));
            read_scalar(&r, p, name);
        }
    }
    set_defaults(&r);
    check_whole(&r);
    return r.bad ? E_INVALID : OK;
}

enum rc config_load(const char *path, struct arena *a, struct config *ret,
                    struct buf *problems) {
    struct str text;
    struct err e = {0};
    enum rc rc = file_read(path, YAML_SIZE_MAX, a, &text, &e);
    if (rc != OK) {
        char line[1024];
        buf_printf(problems, "%s\n", err_format(&e, line, sizeof line));
        return rc;
    }
    return config_parse(path, text, a, ret, problems);
}

void config_demo(struct arena *a, struct str database, struct str listen, struct config *ret) {
    struct buf problems;
    buf_init(&problems, 4096);
    static const char *const TEXT =
        /* the terminal shows the two addresses, not a line for each message */
        "log_level: warn\n"
        "org:\n  name: Mission Locale du Val Rosay\n  short_name: ML Val Rosay\n"
        "  phone: 01 99 00 12 34\n  address: 4 rue des Tilleuls, Rosay-le-Grand\n"
        "  postcode: 33700\n"
        "  hours: du lundi au vendredi, 9h-12h et 14h-17h\n"
        /* who tries the service waits in front of the screen */
        "sending:\n  join: 2 s\n"
        "channels:\n  - {name: sms, gateway: sim, per_second: 50, per_person: 0, price: "
        "0.045}\n"
        "  - {name: messagerie, gateway: sim_chat, per_second: 50, per_person: 0}\n";
    /* cannot fail: the text is ours and a test reads it */
    (void)!config_parse("demo", str_from(TEXT), a, ret, &problems);
    buf_done(&problems);
    ret->demo = true;
    ret->database = database;
    ret->listen = listen;
}

static void reference_row(struct buf *out, const struct option *o, const char *name,
                          const char *indent) {
    buf_printf(out, "%s# %s", indent, o->doc);
    if (o->type == OPTION_CHOICE) {
        buf_printf(out, " [%s]", o->choices);
    } else if (o->type == OPTION_INT) {
        buf_printf(out, " [%lld..%lld]", (long long)o->min, (long long)o->max);
    }
    buf_printf(out, "\n%s%s: %s\n", indent, name, o->dflt[0] ? o->dflt : "\"\"");
}

void config_reference(struct buf *out) {
    buf_puts(
        out,
        "# Configuration de Rebond. Chaque ligne montre la valeur par défaut.\n"
        "# Les secrets s'écrivent env:NOM (variable d'environnement) ou file:/chemin.\n\n");
    struct str section = STR_EMPTY;
    for (const struct option *o = CONFIG_OPTIONS; o->name; o++) {
        struct str name = str_from(o->name);
        size_t dot = str_find_char(name, '.', 0);
        if (dot == SIZE_MAX) {
            reference_row(out, o, o->name, "");
            continue;
        }
        struct str in = str_sub(name, 0, dot);
        if (!str_eq(in, section)) {
            buf_printf(out, "\n%.*s:\n", STR_ARG(in));
            section = in;
        }
        reference_row(out, o, o->name + dot + 1, "  ");
    }
    buf_puts(out, "\n# Les canaux : un par numéro ou par robot. name et gateway sont "
                  "obligatoires ; les autres clés\n"
                  "# dépendent de la passerelle (`rebond gateway list`).\nchannels:\n"
                  "  - name: sms\n    gateway: kannel\n"
                  "    # prix d'un segment, pour les devis\n    price: 0.045\n");
    for (const struct option *o = CHANNEL_OPTIONS; o->name; o++) {
        reference_row(out, o, o->name, "    ");
    }
    config_webhooks_reference(out);
}
