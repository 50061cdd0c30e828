/* rapid_step_person.c - our person as brought flows know people. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/rapid/rapid_step_priv.h"

struct rapid_world *rapid_step_world(struct run *r) {
    struct rapid_world *w = ARENA_NEW(r->a, struct rapid_world);
    struct str *lang = ARENA_NEW(r->a, struct str);
    *lang = rapid_language_long(turn_lang(r));
    *w = (struct rapid_world){.env = {.date_format = STR("DD-MM-YYYY"),
                                      .time_format = STR("tt:mm"),
                                      .zone = r->w->zone,
                                      .country = STR("FR"),
                                      .language = STR("fra"),
                                      .allowed_language = lang,
                                      .allowed_languages = 1,
                                      .french = true,
                                      .now = zone_instant(r->w->zone, r->w->now_ms)},
                              .calls_later = true};
    return w;
}

/* Tags are folded, names of groups are not. */
static const struct val *groups_of(struct run *r, const struct rapid_program *p) {
    const struct val *tags = val_get(turn_contact(r), "tags");
    struct val_builder *b = val_list_begin(r->a);
    for (size_t i = 0; i < p->groups; i++) {
        struct str name = text_fold(str_trim(p->group[i].name), r->a);
        for (size_t k = 0; val_is(tags, VAL_LIST) && k < tags->list.n; k++) {
            const struct val *tag = tags->list.item[k];
            if (val_is(tag, VAL_TEXT) && str_eq(text_fold(tag->text, r->a), name)) {
                val_push(b, rapid_ref_make(r->a, p->group[i].uuid, p->group[i].name));
                break;
            }
        }
    }
    return val_end(b);
}

static const struct val *typed(struct expr_scope *scope, const char *as, const struct val *v,
                               enum val_type want) {
    const struct val *got = v->type == want ? v : expr_call(scope, str_from(as), &v, 1);
    return val_is(got, want) ? got : NULL;
}

/* {"text", "number", "datetime"} of a value of ours, as its type there asks. */
static const struct val *field_of(struct run *r, struct expr_scope *scope, struct str type,
                                  const struct val *v) {
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "text", val_text(r->a, expr_text(v, scope)));
    if (str_is(type, "number") || str_is(type, "numeric")) {
        val_put(b, "number", typed(scope, "number", v, VAL_NUMBER));
    } else if (str_is(type, "datetime")) {
        const struct val *at = typed(scope, "datetime", v, VAL_DATETIME);
        val_put(b, "datetime", at ? val_text(r->a, rapid_instant_text(at->at, r->a)) : NULL);
    }
    return val_end(b);
}

static const struct val *fields_of(struct run *r, const struct rapid_program *p) {
    const struct val *defs = val_get(p->assets, "fields"), *contact = turn_contact(r);
    struct rapid_world *w = rapid_step_world(r);
    struct expr_scope scope = {.env = &w->env, .a = r->a, .fuel = EXPR_FUEL};
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; val_is(defs, VAL_LIST) && i < defs->list.n; i++) {
        const struct val *def = defs->list.item[i];
        struct str key = val_get_text(def, "key", STR_EMPTY);
        const struct val *v = val_get_str(contact, rapid_set_field(r->w->library, key, r->a));
        if (v && v->type != VAL_NULL && !(v->type == VAL_TEXT && v->text.n == 0)) {
            struct str type = val_get_text(def, "type", STR("text"));
            val_put_str(b, key, field_of(r, &scope, type, v));
        }
    }
    return val_end(b);
}

const struct val *rapid_step_person(struct run *r, const struct rapid_set *set) {
    struct arena *a = r->a;
    const struct val *c = turn_contact(r), *id = val_get(c, "id");
    struct str first = val_get_text(c, "first_name", STR_EMPTY),
               last = val_get_text(c, "last_name", STR_EMPTY);
    struct str name = arena_printf(a, "%.*s%s%.*s", STR_ARG(first),
                                   first.n && last.n ? " " : "", STR_ARG(last));
    struct val_builder *b = val_map_begin(a);
    int64_t number = val_get_int(c, "id", 0);
    val_put(b, "uuid",
            val_text(a, arena_printf(a, RAPID_STEP_PERSON "%lld", (long long)number)));
    val_put(b, "id", val_is(id, VAL_NUMBER) ? id : NULL);
    val_put(b, "name", val_text(a, name));
    val_put(b, "language", val_text(a, rapid_language_long(turn_lang(r))));
    val_put(b, "status", val_textz(a, r->w->opted_out ? "stopped" : "active"));
    val_put(b, "groups", groups_of(r, set->program));
    val_put(b, "fields", fields_of(r, set->program));
    return val_end(b);
}
