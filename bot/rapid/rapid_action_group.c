/* rapid_action_group.c - into groups and out of them; labels on what was said. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

/* Only groups that people are put into by hand; the others are told. */
static size_t by_hand(struct rapid_act *act, const char *what, const struct rapid_group **g,
                      size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (g[i]->query) {
            rapid_event_error(act->s, "", NULL, "Can't %s the query based group '%.*s'", what,
                              STR_ARG(g[i]->name));
        } else {
            g[kept++] = g[i];
        }
    }
    return kept;
}

static void add_groups(struct rapid_act *act) {
    const struct rapid_group **group;
    if (!str_is(act->s->contact.status, "active")) {
        rapid_event_error(act->s, "", NULL,
                          "Can't add blocked, stopped or archived contacts to groups");
        return;
    }
    size_t n = rapid_resolve_groups(act, val_get(act->def, "groups"), &group);
    n = by_hand(act, "add contacts to", group, n);
    rapid_modify_groups(act->s, group, n, true);
}

static void remove_groups(struct rapid_act *act) {
    const struct rapid_program *p = act->s->program;
    const struct rapid_group **group;
    size_t n = 0;
    if (val_get_bool(act->def, "all_groups", false)) {
        group = ARENA_ARRAY(act->s->a, const struct rapid_group *, p->groups);
        for (size_t i = 0; i < p->groups; i++) {
            if (!p->group[i].query) {
                group[n++] = &p->group[i];
            }
        }
    } else {
        n = rapid_resolve_groups(act, val_get(act->def, "groups"), &group);
        n = by_hand(act, "remove contacts from", group, n);
    }
    rapid_modify_groups(act->s, group, n, false);
}

static const char *check_remove(const struct val *def, struct arena *a) {
    const struct val *groups = val_get(def, "groups");
    bool all = val_get_bool(def, "all_groups", false);
    bool some = val_is(groups, VAL_LIST) && groups->list.n > 0;
    (void)a;
    return all && some ? "can't specify specific groups when all_groups=true" : NULL;
}

/* --- labels --- */

static const struct val *label_of(struct rapid_act *act, const struct val *ref) {
    const struct val *match = val_get(ref, "name_match"), *label;
    struct str name;
    if (!val_is(match, VAL_TEXT)) {
        label =
            rapid_asset(act->s->program, "labels", "uuid", val_get_text(ref, "uuid", STR("")));
        if (!label) {
            rapid_event_missing(act->s, "label", ref);
        }
        return label;
    }
    if (!rapid_eval_text(act, match->text, &name)) {
        return NULL;
    }
    label = rapid_asset(act->s->program, "labels", "name", name);
    if (!label) {
        struct val_builder *extra = val_map_begin(act->s->a);
        val_put(extra, "name", val_text(act->s->a, name));
        rapid_event_error(act->s, "label:missing", val_end(extra),
                          "No such label with name '%.*s'", STR_ARG(name));
    }
    return label;
}

static void add_labels(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *refs = val_get(act->def, "labels");
    struct val_builder *labels = val_list_begin(s->a);
    if (!s->input) {
        rapid_event_error(s, "", NULL, "No input to add labels to");
        return;
    }
    for (size_t i = 0; val_is(refs, VAL_LIST) && i < refs->list.n; i++) {
        const struct val *label = label_of(act, refs->list.item[i]);
        if (label) {
            val_push(labels, rapid_ref(s->a, label));
        }
    }
    const struct val *found = val_end(labels);
    if (found->list.n) {
        struct val_builder *b = rapid_event_begin(s, "input_labels_added");
        val_put(b, "input_uuid", val_get(s->input, "uuid"));
        val_put(b, "labels", found);
        rapid_event_end(s, b);
    }
}

static const struct rapid_member GROUPS[] = {{"groups", CHECK_REFS, true, 100},
                                             {NULL, CHECK_ANY, false, 0}},
                                 SOME_GROUPS[] = {{"groups", CHECK_REFS, false, 100},
                                                  {"all_groups", CHECK_BOOL, false, 0},
                                                  {NULL, CHECK_ANY, false, 0}},
                                 LABELS[] = {{"labels", CHECK_REFS, true, 100},
                                             {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_GROUP_KINDS[] = {
    {"add_contact_groups", FLOW_ANY, add_groups, GROUPS, NULL, NULL},
    {"remove_contact_groups", FLOW_ANY, remove_groups, SOME_GROUPS, check_remove, NULL},
    {"add_input_labels", FLOW_ASKING, add_labels, LABELS, NULL, NULL},
    {NULL, 0, NULL, NULL, NULL, NULL}};
