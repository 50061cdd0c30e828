/* listing.c - programs and the language itself, written out for people and editors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/listing.h"

#include "base/json.h"
#include "bot/flow/acts_spec.h"
#include "bot/flow/events_spec.h"
#include "bot/flow/header_spec.h"
#include "bot/flow/kind.h"

static void target(const struct program *p, int to, struct buf *out) {
    if (to >= 0) {
        buf_str(out, p->node[to]->id);
    } else {
        buf_puts(out, to == NODE_HUMAN ? "(human)" : "(end)");
    }
}

void listing_program(const struct program *p, struct buf *out) {
    buf_printf(out, "flow %.*s  %.*s  %zu steps, begins at ", STR_ARG(p->name),
               STR_ARG(p->hash), p->nodes);
    target(p, p->entry, out);
    buf_putc(out, '\n');
    for (size_t i = 0; i < p->nodes; i++) {
        const struct node *n = p->node[i];
        buf_printf(out, "%5d  %-24.*s %.*s\n", n->line, STR_ARG(n->id), STR_ARG(n->summary));
        for (size_t k = 0; k < n->exits; k++) {
            if (!n->exit[k].used) {
                continue;
            }
            buf_printf(out, "       %24s -> ", "");
            target(p, n->exit[k].to, out);
            if (n->exit[k].label.n) {
                buf_printf(out, "  (%.*s)", STR_ARG(n->exit[k].label));
            }
            buf_putc(out, '\n');
        }
    }
}

static const char *shape_schema(enum key_shape shape) {
    switch (shape) {
    case KEY_TEXTS:
        return "{\"$ref\":\"#/$defs/texts\"}";
    case KEY_RETRY:
        return "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/texts\"}}";
    case KEY_STEPS:
        return "{\"$ref\":\"#/$defs/steps\"}";
    case KEY_THEN:
        return "{\"anyOf\":[{\"type\":\"string\"},{\"$ref\":\"#/$defs/steps\"}]}";
    case KEY_TIMEOUT:
        return "{\"type\":\"object\",\"required\":[\"after\"],\"additionalProperties\":false,"
               "\"properties\":"
               "{\"after\":{\"type\":\"string\"},\"go\":{\"type\":\"string\"},\"do\":{\"$ref\":"
               "\"#/$defs/steps\"}}}";
    case KEY_FLAG:
        return "{\"enum\":[\"yes\",\"no\",true,false]}";
    case KEY_WORDS:
        return "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":["
               "\"string\",\"number\"]}}]}";
    case KEY_ENTRIES:
        return "{\"type\":[\"object\",\"array\"]}";
    case KEY_OPTIONS:
        return "{\"type\":[\"object\",\"array\",\"string\"]}";
    case KEY_CASES:
        return "{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/steps\"}}";
    case KEY_CHOICES:
        return "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"when\","
               "\"do\"],\"properties\":"
               "{\"when\":{\"type\":\"string\"},\"do\":{\"$ref\":\"#/$defs/steps\"}}}}";
    case KEY_WAIT:
        return "{\"type\":[\"string\",\"object\"]}";
    case KEY_TEMPLATE:
    case KEY_EXPR:
    case KEY_NAME:
    case KEY_FIELD:
    case KEY_LABEL:
    case KEY_DURATION:
    case KEY_FLOW:
        return "{\"type\":[\"string\",\"number\",\"boolean\"]}";
    case KEY_ENUM:
    case KEY_ACT:
    case KEY_STARTS:
    case KEY_EVENT:
    case KEY_NOTHING:
        return "{}";
    }
    return "{}";
}

static void words_as_json(const char *words, struct buf *out) {
    struct str rest = str_from(words), w;
    for (int i = 0; str_next(&rest, ' ', &w); i++) {
        buf_puts(out, i ? "," : "");
        json_quote(w, out);
    }
}

static void described(const char *schema, const char *doc_fr, const char *doc_en,
                      struct buf *out) {
    struct str inner = str_from(schema);
    buf_puts(out, "{\"description\":");
    struct buf doc;
    buf_init(&doc, 2048);
    buf_printf(&doc, "%s / %s", doc_fr ? doc_fr : "", doc_en ? doc_en : "");
    json_quote(buf_view(&doc), out);
    buf_done(&doc);
    if (inner.n > 2) {
        buf_putc(out, ',');
        buf_str(out, str_sub(inner, 1, inner.n - 1));
    } else {
        buf_putc(out, '}');
    }
}

static void schema_keys(const struct flow_lang *lang, const struct key_spec *table,
                        struct buf *out);

/* What the words, the acts or the events are that a key may name. */
static void own_schema(const struct flow_lang *lang, const struct key_spec *k,
                       struct buf *out) {
    if (k->shape == KEY_ENUM) {
        buf_puts(out, "{\"enum\":[");
        words_as_json(k->choices, out);
        buf_puts(out, "]}");
    } else if (k->shape == KEY_ACT) {
        buf_puts(out, "{\"enum\":[");
        for (const struct act_spec *a = lang->act; a->name; a++) {
            buf_printf(out, "%s\"%s\"", a == lang->act ? "" : ",", a->name);
        }
        buf_puts(out, "]}");
    } else if (k->shape == KEY_EVENT) {
        buf_puts(out, "{\"anyOf\":[{\"$ref\":\"#/$defs/event\"},{\"type\":\"array\",\"items\":{"
                      "\"$ref\":\"#/$defs/event\"}}]}");
    } else if (k->shape == KEY_STARTS) {
        buf_puts(out, "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
        schema_keys(lang, STARTS_SPEC, out);
        buf_puts(out, "}}");
    } else {
        buf_puts(out, shape_schema(k->shape));
    }
}

static void schema_keys(const struct flow_lang *lang, const struct key_spec *table,
                        struct buf *out) {
    for (const struct key_spec *k = table; k->name; k++) {
        struct buf own;
        buf_init(&own, 65536);
        own_schema(lang, k, &own);
        buf_printf(out, "%s\"%s\":", k == table ? "" : ",", k->name);
        described(buf_cstr(&own), k->doc_fr, k->doc_en, out);
        buf_done(&own);
    }
}

static void schema_required(const struct key_spec *table, struct buf *out) {
    bool first = true;
    buf_puts(out, "\"required\":[");
    for (const struct key_spec *k = table; k->name; k++) {
        if (k->required) {
            buf_printf(out, "%s\"%s\"", first ? "" : ",", k->name);
            first = false;
        }
    }
    buf_putc(out, ']');
}

static void schema_step(const struct flow_lang *lang, const struct step_kind *kind,
                        struct buf *out) {
    buf_puts(out, "{\"type\":\"object\",\"additionalProperties\":false,");
    schema_required(kind->key, out);
    buf_puts(out, ",\"description\":");
    json_quote(str_from(kind->doc_fr), out);
    buf_puts(out,
             ",\"properties\":{\"id\":{\"type\":\"string\"},\"note\":{\"type\":\"string\"},"
             "\"fallback\":{\"$ref\":\"#/$defs/texts\"},");
    schema_keys(lang, kind->key, out);
    buf_puts(out, "}}");
}

void listing_schema(const struct flow_lang *lang, struct buf *out) {
    buf_puts(out, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":"
                  "\"Rebond flow\",\"type\":\"object\",\"additionalProperties\":false,");
    schema_required(HEADER_SPEC, out);
    buf_puts(out, ",\"properties\":{");
    schema_keys(lang, HEADER_SPEC, out);
    buf_puts(out,
             "},\"$defs\":{\"texts\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"object\","
             "\"additionalProperties\":{\"type\":\"string\"}}]},\"event\":{\"enum\":[");
    for (const struct event_spec *e = EVENTS; e->name; e++) {
        buf_printf(out, "%s\"%s\"", e == EVENTS ? "" : ",", e->name);
    }
    buf_puts(out, "]},\"steps\":{\"type\":[\"array\",\"null\"],\"items\":{\"oneOf\":[");
    for (const struct step_kind *const *k = lang->step; *k; k++) {
        buf_puts(out, k == lang->step ? "" : ",");
        schema_step(lang, *k, out);
    }
    buf_puts(out, "]}}}}\n");
}

static void reference_keys(const struct key_spec *table, bool english, struct buf *out) {
    for (const struct key_spec *key = table; key->name; key++) {
        buf_printf(out, "- `%s`%s: %s%s%s%s\n", key->name,
                   key->required ? (english ? " (needed)" : " (nécessaire)") : "",
                   english ? key->doc_en : key->doc_fr, key->choices ? " [" : "",
                   key->choices ? key->choices : "", key->choices ? "]" : "");
    }
}

void listing_reference(const struct flow_lang *lang, bool english, struct buf *out) {
    buf_puts(out, english ? "# Reference of the flow language\n\n## At the top of a flow\n\n"
                          : "# Référence du langage des conversations\n\n## En tête\n\n");
    reference_keys(HEADER_SPEC, english, out);
    buf_puts(out, "\n## starts\n\n");
    reference_keys(STARTS_SPEC, english, out);
    for (const struct step_kind *const *k = lang->step; *k; k++) {
        buf_printf(out, "\n## %s\n\n%s.\n\n", (*k)->name,
                   english ? (*k)->doc_en : (*k)->doc_fr);
        reference_keys((*k)->key, english, out);
    }
    buf_puts(out, english ? "\n# Acts\n\n" : "\n# Actions\n\n");
    for (const struct act_spec *a = lang->act; a->name; a++) {
        buf_printf(out, "- `%s` (%s) -> ok why%s%s: %s\n", a->name, a->args,
                   a->results[0] ? " " : "", a->results, english ? a->doc_en : a->doc_fr);
    }
    buf_puts(out, english ? "\n# Events\n\n" : "\n# Événements\n\n");
    for (const struct event_spec *e = EVENTS; e->name; e++) {
        buf_printf(out, "- `%s` (%s): %s\n", e->name, e->with, english ? e->doc_en : e->doc_fr);
    }
}
