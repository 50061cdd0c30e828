/* front_yaml.c - a flow written in YAML becomes a program. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/front_yaml.h"

#include <string.h>

#include "base/digest.h"
#include "base/yaml.h"
#include "bot/flow/compile_priv.h"
#include "bot/flow/events_spec.h"
#include "bot/flow/header_spec.h"

static bool among(const char *words, struct str word, int *ret_index) {
    struct str rest = str_from(words), w;
    for (int i = 0; str_next(&rest, ' ', &w); i++) {
        if (str_eq(w, word)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void unknown_key(struct compile *c, const struct val_pair *pair, const char *where,
                        const struct key_spec *table) {
    if (header_spec_find(table, pair->key)) {
        return;
    }
    const char *keys = header_spec_names(table, c->a);
    struct str near = problems_nearest(pair->key, keys);
    char *hint =
        near.n ? arena_cstr(c->a, arena_printf(c->a, "did you mean '%.*s'?", STR_ARG(near)))
               : arena_cstr(c->a, arena_printf(c->a, "the keys are: %s", keys));
    compile_wrong_at(c, pair->line, pair->column, hint, "unknown key '%.*s' %s",
                     STR_ARG(pair->key), where);
}

static struct str word(struct compile *c, const struct val *v, const char *choices,
                       struct str dflt) {
    int i;
    if (!v) {
        return dflt;
    }
    if (!val_is(v, VAL_TEXT)) {
        compile_wrong(c, v, "one word", "one word was expected here");
        return dflt;
    }
    if (choices && !among(choices, v->text, &i)) {
        compile_wrong(c, v, arena_cstr(c->a, arena_printf(c->a, "one of: %s", choices)),
                      "'%.*s' is not known here", STR_ARG(v->text));
        return dflt;
    }
    return v->text;
}

static void read_starts(struct compile *c, const struct val *starts) {
    struct program *p = c->p;
    p->starts_line = starts ? starts->line : p->line;
    p->starts_column = starts ? starts->column : p->column;
    if (!starts) {
        return;
    }
    if (!val_is(starts, VAL_MAP)) {
        compile_wrong(c, starts, "starts: {keywords: [salut], event: first_message}",
                      "'starts' says what begins the flow");
        return;
    }
    for (size_t i = 0; i < starts->map.n; i++) {
        unknown_key(c, &starts->map.pair[i], "in 'starts'", STARTS_SPEC);
    }
    p->keyword = compile_words(c, val_get(starts, "keywords"), true);
    p->event = compile_words(c, val_get(starts, "event"), false);
    p->intent = compile_words(c, val_get(starts, "intent"), false);
    p->link = compile_words(c, val_get(starts, "link"), false);
    p->advisor = compile_flag(c, val_get(starts, "advisor"), false);
    p->anything = compile_flag(c, val_get(starts, "anything"), false);
    for (size_t i = 0; i < p->event.n; i++) {
        struct str names = STR_EMPTY;
        for (const struct event_spec *e = EVENTS; e->name; e++) {
            names = arena_printf(c->a, "%.*s%s%s", STR_ARG(names), names.n ? " " : "", e->name);
        }
        if (!event_spec_find(p->event.item[i])) {
            struct str near = problems_nearest(p->event.item[i], arena_cstr(c->a, names));
            compile_wrong(
                c, val_get(starts, "event"),
                arena_cstr(c->a,
                           near.n ? arena_printf(c->a, "did you mean '%.*s'?", STR_ARG(near))
                                  : arena_printf(c->a, "the events are: %.*s", STR_ARG(names))),
                "unknown event '%.*s'", STR_ARG(p->event.item[i]));
        }
    }
}

static void read_params(struct compile *c, const struct val *with) {
    struct program *p = c->p;
    if (!with) {
        return;
    }
    if (!val_is(with, VAL_MAP)) {
        compile_wrong(c, with, "with: {title: text, places: number}",
                      "'with' declares what the flow is given");
        return;
    }
    struct param *param = ARENA_ARRAY(c->a, struct param, with->map.n);
    for (size_t i = 0; i < with->map.n; i++) {
        const struct val_pair *pair = &with->map.pair[i];
        param[i] = (struct param){
            pair->key, word(c, pair->val, "text number date time yes_no list", STR("text")),
            pair->line, pair->column};
        if (!compile_is_name(pair->key)) {
            compile_wrong_at(c, pair->line, pair->column,
                             "letters without accents, digits and _", "'%.*s' cannot be a name",
                             STR_ARG(pair->key));
        }
    }
    p->param = param;
    p->params = with->map.n;
}

static void read_header(struct compile *c, const struct val *doc) {
    struct program *p = c->p;
    int priority = -1;
    for (size_t i = 0; i < doc->map.n; i++) {
        unknown_key(c, &doc->map.pair[i], "at the top of the flow", HEADER_SPEC);
    }
    p->language = STR("fr");
    const struct val *lang = val_get(doc, "language");
    if (val_is(lang, VAL_TEXT) && compile_is_lang(lang->text)) {
        p->language = lang->text;
    } else if (lang) {
        compile_wrong(c, lang, "fr, en, es...", "this is not a language");
    }
    const struct texts *title = compile_texts(c, val_get(doc, "title"), "title", 0);
    if (title) {
        p->title = *title;
    } else {
        compile_wrong(c, NULL, "title: Inscription", "the flow has no title");
    }
    p->owner = word(c, val_get(doc, "owner"), NULL, STR_EMPTY);
    const char *about = header_spec_find(HEADER_SPEC, STR("about"))->choices;
    const char *priorities = header_spec_find(HEADER_SPEC, STR("priority"))->choices;
    p->about = word(c, val_get(doc, "about"), about, STR("nothing"));
    struct str prio = word(c, val_get(doc, "priority"), priorities, STR_EMPTY);
    p->priority = prio.n && among(priorities, prio, &priority) ? priority : -1;
    p->system = compile_flag(c, val_get(doc, "system"), false);
    p->interrupts = compile_flag(c, val_get(doc, "interrupts"), false);
    p->identifies = compile_flag(c, val_get(doc, "identifies"), false);
    p->returns = compile_words(c, val_get(doc, "returns"), false);
    read_starts(c, val_get(doc, "starts"));
    read_params(c, val_get(doc, "with"));
    c->guarded = true;
    p->fallback = compile_texts(c, val_get(doc, "fallback"), "fallback", 0);
    c->guarded = false;
}

static bool read_name(struct compile *c, const struct val *doc) {
    struct program *p = c->p;
    const struct val *name = val_get(doc, "flow");
    if (!val_is(doc, VAL_MAP)) {
        compile_wrong_at(c, 1, 1, "begin with \"flow: NAME\"", "this file is not a flow");
        return false;
    }
    if (!val_is(name, VAL_TEXT) || !compile_is_name(name->text)) {
        compile_wrong_at(c, name ? name->line : 1, name ? name->column : 1,
                         "flow: inscription (letters without accents, digits and _)",
                         name ? "this cannot be the name of a flow" : "the flow has no name");
        return false;
    }
    p->name = name->text;
    p->line = name->line;
    p->column = name->column;
    return true;
}

struct str front_yaml_hash(struct str text, struct arena *a) {
    unsigned char sum[DIGEST_MAX];
    digest_hash(DIGEST_SHA256, text, sum);
    return digest_hex(sum, 8, a);
}

static struct compile *begin(const struct flow_lang *lang, const struct library *lib,
                             const struct library_source *src, struct arena *a,
                             struct flow_problems *problems) {
    struct compile *c = ARENA_NEW(a, struct compile);
    c->a = a;
    c->lang = lang;
    c->lib = lib;
    c->problems = problems;
    c->p = ARENA_NEW(a, struct program);
    c->p->file = arena_str(a, src->file);
    c->p->source = src->text;
    c->p->language = STR("fr");
    c->roots = "contact org input answer";
    return c;
}

struct program *front_yaml_read(const struct flow_lang *lang, const struct library *lib,
                                const struct library_source *src, struct arena *a,
                                struct flow_problems *problems) {
    struct library_source own = {src->file, arena_str(a, src->text)};
    struct compile *c = begin(lang, lib, &own, a, problems);
    const struct val *doc = NULL;
    struct err err = {0};
    if (yaml_parse(arena_cstr(a, src->file), own.text, a, &doc, &err) != OK) {
        compile_wrong_at(c, err.line, err.column, err.hint[0] ? err.hint : NULL, "%s",
                         err.text);
        return NULL;
    }
    if (!read_name(c, doc)) {
        return NULL;
    }
    c->p->hash = front_yaml_hash(own.text, a);
    const struct val *steps = val_get(doc, "steps");
    compile_names(c, steps);
    read_header(c, doc);
    if (!val_is(steps, VAL_LIST) || steps->list.n == 0) {
        compile_wrong(c, steps, "steps:, then a list, each step beginning with a dash",
                      "the flow has no steps");
    }
    compile_steps(c, val_is(steps, VAL_LIST) ? steps : NULL);
    return c->p;
}

const struct texts *front_yaml_text(const struct flow_lang *lang,
                                    const struct library_source *src, const struct val *v,
                                    struct arena *a, struct flow_problems *problems) {
    struct compile *c = begin(lang, NULL, src, a, problems);
    c->guarded = true;
    return compile_texts(c, v, "standing", 0);
}
