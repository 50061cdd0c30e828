/* rapid_action.c - the kinds of action, and what several of them share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/rapid/rapid_priv.h"

const struct rapid_kind *rapid_kind_find(struct str type) {
    static const struct rapid_kind *const FAMILIES[] = {
        RAPID_SEND_KINDS,   RAPID_CONTACT_KINDS, RAPID_GROUP_KINDS,
        RAPID_RESULT_KINDS, RAPID_FLOW_KINDS,    RAPID_OTHERS_KINDS,
        RAPID_WEB_KINDS,    RAPID_DESK_KINDS,    RAPID_VOICE_KINDS};
    for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++) {
        for (const struct rapid_kind *k = FAMILIES[i]; k->type; k++) {
            if (str_is(type, k->type)) {
                return k;
            }
        }
    }
    return NULL;
}

static const struct rapid_group *group_named(const struct rapid_program *p, struct str name) {
    for (size_t i = 0; i < p->groups; i++) {
        if (str_eq_nocase(p->group[i].name, name)) {
            return &p->group[i];
        }
    }
    return NULL;
}

static const struct rapid_group *resolve(struct rapid_act *act, const struct val *ref) {
    const struct val *match = val_get(ref, "name_match");
    const struct rapid_group *g;
    struct str name;
    if (!val_is(match, VAL_TEXT)) {
        g = rapid_group_find(act->s->program, val_get_text(ref, "uuid", STR("")));
        if (!g) {
            rapid_event_missing(act->s, "group", ref);
        }
        return g;
    }
    if (!rapid_eval_text(act, match->text, &name)) {
        return NULL;
    }
    g = group_named(act->s->program, name);
    if (!g) {
        struct val_builder *extra = val_map_begin(act->s->a);
        val_put(extra, "name", val_text(act->s->a, name));
        rapid_event_error(act->s, "group:missing", val_end(extra),
                          "No such group with name '%.*s'", STR_ARG(name));
    }
    return g;
}

size_t rapid_resolve_groups(struct rapid_act *act, const struct val *refs,
                            const struct rapid_group ***ret) {
    size_t n = 0, max = val_is(refs, VAL_LIST) ? refs->list.n : 0;
    *ret = ARENA_ARRAY(act->s->a, const struct rapid_group *, max);
    for (size_t i = 0; i < max; i++) {
        const struct rapid_group *g = resolve(act, refs->list.item[i]);
        if (g) {
            (*ret)[n++] = g;
        }
    }
    return n;
}
