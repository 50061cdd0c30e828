/* rapid_action_result.c - results of a run, and locals that only the run knows. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/rapid/rapid_priv.h"

static void set_result(struct rapid_act *act) {
    struct str value, category = val_get_text(act->def, "category", STR("")), lang;
    struct rapid_languages l;
    if (!rapid_eval_text(act, val_get_text(act->def, "value", STR("")), &value)) {
        return;
    }
    rapid_i18n_usual(act->s, act->run, &l);
    struct str localized =
        rapid_i18n_text(act->run->flow, &l, act->action->uuid, "category", STR(""), &lang);
    rapid_result_save(act, val_get_text(act->def, "name", STR("")), value, category, localized,
                      STR(""), NULL);
}

static void set_local(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    struct str name = val_get_text(act->def, "local", STR("")), value,
               how = val_get_text(act->def, "operation", STR(""));
    int64_t by, was = 0;
    if (str_is(how, "clear")) {
        act->run->locals = val_with(s->a, act->run->locals, name, NULL);
        return;
    }
    if (!rapid_eval_text(act, val_get_text(act->def, "value", STR("")), &value)) {
        return;
    }
    if (str_is(how, "set")) {
        rapid_local_set(act, name, value);
        return;
    }
    if (!str_to_i64(str_trim(value), &by)) {
        rapid_event_error(s, "", NULL, "Increment value is not an integer");
        return;
    }
    const struct val *old = val_get_str(act->run->locals, name);
    if (old && !str_to_i64(old->text, &was)) {
        was = 0;
    }
    int64_t sum;
    if (__builtin_add_overflow(was, by, &sum)) {
        rapid_event_error(s, "", NULL, "Increment value is out of range");
        return;
    }
    rapid_local_set(act, name, arena_printf(s->a, "%lld", (long long)sum));
}

static const struct rapid_member RESULT[] = {{"name", CHECK_RESULT, true, 0},
                                             {"value", CHECK_TEXT, false, RAPID_TEXT_MAX},
                                             {"category", CHECK_CATEGORY, false, 0},
                                             {NULL, CHECK_ANY, false, 0}},
                                 LOCAL[] = {{"local", CHECK_LOCAL, true, 0},
                                            {"value", CHECK_TEXT, false, RAPID_TEXT_MAX},
                                            {"operation", CHECK_OPERATION, true, 0},
                                            {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_RESULT_KINDS[] = {
    {"set_run_result", FLOW_ANY, set_result, RESULT, NULL, NULL},
    {"set_run_local", FLOW_ANY, set_local, LOCAL, NULL, NULL},
    {NULL, 0, NULL, NULL, NULL, NULL}};
