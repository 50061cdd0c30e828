/* standing.c - the two files that every flow shares: _champs.yaml (fields) and _textes.yaml
 * (standing texts). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/standing.h"

#include <string.h>

#include "base/yaml.h"
#include "bot/flow/front_yaml.h"
#include "bot/flow/problems.h"

#define FIELD_TYPES " text number date yes_no list language "
#define FIELD_SEE " animator advisor coordinator "
#define FIELD_KEYS " type title see note "

bool standing_is(struct str file) {
    size_t slash = 0, at = 0;
    while ((at = str_find_char(file, '/', slash)) != SIZE_MAX) {
        slash = at + 1;
    }
    return slash < file.n && file.p[slash] == '_';
}

static bool among(const char *padded, struct str word, struct arena *a) {
    struct str spaced = arena_printf(a, " %.*s ", STR_ARG(word));
    return word.n && str_find(str_from(padded), spaced, 0) != SIZE_MAX;
}

struct reading {
    const struct library_source *src;
    struct arena *a;
    struct flow_problems *problems;
};

static void wrong(struct reading *r, int line, int column, const char *hint, const char *text,
                  struct str what) {
    problems_add(r->problems, r->src->file, line, column, false, hint, text, STR_ARG(what));
}

static void read_field(struct reading *r, const struct val_pair *pair, struct field_spec *f) {
    const struct val *v = pair->val, *title = val_get(v, "title");
    *f = (struct field_spec){.name = pair->key, .line = pair->line, .column = pair->column};
    f->type = val_get_text(v, "type", STR("text"));
    f->see = val_get_text(v, "see", STR("advisor"));
    f->title_fr = val_is(title, VAL_TEXT) ? title->text : val_get_text(title, "fr", pair->key);
    f->title_en =
        val_is(title, VAL_TEXT) ? title->text : val_get_text(title, "en", f->title_fr);
    if (!val_is(v, VAL_MAP)) {
        wrong(r, pair->line, pair->column,
              "first_name: {type: text, title: {fr: Prénom, en: First name}}",
              "the field '%.*s' needs a type and a title", pair->key);
        return;
    }
    for (size_t i = 0; i < v->map.n; i++) {
        if (!among(FIELD_KEYS, v->map.pair[i].key, r->a)) {
            wrong(r, v->map.pair[i].line, v->map.pair[i].column,
                  "its keys are: type, title, see, note", "unknown key '%.*s' of a field",
                  v->map.pair[i].key);
        }
    }
    if (!among(FIELD_TYPES, f->type, r->a)) {
        wrong(r, v->line, v->column, "one of: text number date yes_no list language",
              "'%.*s' is not a type", f->type);
    }
    if (!among(FIELD_SEE, f->see, r->a)) {
        wrong(r, v->line, v->column, "one of: animator advisor coordinator",
              "'%.*s' is not a role", f->see);
    }
}

static void read_fields(struct reading *r, const struct val *map, struct standing *s) {
    if (!val_is(map, VAL_MAP)) {
        return;
    }
    /* several files may declare fields; the first declaration of a name holds */
    struct field_spec *field = ARENA_ARRAY(r->a, struct field_spec, s->fields + map->map.n);
    size_t n = s->fields;
    if (n) {
        memcpy(field, s->field, n * sizeof *field);
    }
    for (size_t i = 0; i < map->map.n; i++) {
        bool known = false;
        for (size_t k = 0; k < s->fields && !known; k++) {
            known = str_eq(s->field[k].name, map->map.pair[i].key);
        }
        if (!known) {
            read_field(r, &map->map.pair[i], &field[n++]);
        }
    }
    s->field = field;
    s->fields = n;
}

static void read_org(struct reading *r, const struct val *list, struct standing *s) {
    if (!val_is(list, VAL_LIST)) {
        return;
    }
    struct str *name = ARENA_ARRAY(r->a, struct str, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        name[i] = val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
    }
    s->org = (struct words){name, list->list.n};
}

static void read_texts(struct reading *r, const struct flow_lang *lang, const struct val *map,
                       struct standing *s) {
    if (!val_is(map, VAL_MAP)) {
        return;
    }
    struct standing_text *text = ARENA_ARRAY(r->a, struct standing_text, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        text[i].name = map->map.pair[i].key;
        text[i].texts = front_yaml_text(lang, r->src, map->map.pair[i].val, r->a, r->problems);
    }
    s->file = r->src->file;
    s->text = text;
    s->texts = map->map.n;
}

void standing_read(const struct flow_lang *lang, const struct library_source *src,
                   struct arena *a, struct standing *s, struct flow_problems *problems) {
    struct library_source own = {arena_str(a, src->file), arena_str(a, src->text)};
    struct reading r = {&own, a, problems};
    const struct val *doc = NULL;
    struct err err = {0};
    if (yaml_parse(arena_cstr(a, src->file), own.text, a, &doc, &err) != OK) {
        problems_add(problems, src->file, err.line, err.column, false, err.hint, "%s",
                     err.text);
        return;
    }
    for (size_t i = 0; val_is(doc, VAL_MAP) && i < doc->map.n; i++) {
        if (!among(" fields org texts note ", doc->map.pair[i].key, a)) {
            wrong(&r, doc->map.pair[i].line, doc->map.pair[i].column, "fields, org or texts",
                  "unknown key '%.*s' in a shared file", doc->map.pair[i].key);
        }
    }
    read_fields(&r, val_get(doc, "fields"), s);
    read_org(&r, val_get(doc, "org"), s);
    read_texts(&r, lang, val_get(doc, "texts"), s);
}
