/* rapid_run.c - one visit of a flow: results, locals, where it stands, how it ends. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/rapid/rapid_priv.h"

const char *rapid_status_name(enum rapid_status s) {
    static const char *const NAMES[] = {"active", "waiting", "completed", "expired", "failed"};
    return NAMES[s];
}

void rapid_run_exit(struct rapid_session *s, struct rapid_run *run, enum rapid_status status) {
    run->status = status;
    run->exited = run->modified = rapid_now(s);
    run->has_exited = true;
    struct val_builder *b = rapid_event_begin(s, "run_ended");
    val_put(b, "run_uuid", val_text(s->a, run->uuid));
    val_put(b, "flow", run->flow_ref);
    val_put(b, "status", val_textz(s->a, rapid_status_name(status)));
    rapid_event_end(s, b);
}

const struct rapid_node *rapid_run_node(const struct rapid_run *run) {
    return run->steps ? rapid_node_find(run->flow, run->path[run->steps - 1].node) : NULL;
}

void rapid_local_set(struct rapid_act *act, struct str name, struct str value) {
    act->run->locals = val_with(act->s->a, act->run->locals, name, val_text(act->s->a, value));
}

static const struct val *result_json(struct rapid_act *act, struct str name, struct str value,
                                     struct str category, struct str localized,
                                     struct str input, const struct val *extra) {
    struct arena *a = act->s->a;
    struct val_builder *b = val_map_begin(a);
    val_put(b, "name", val_text(a, name));
    val_put(b, "value", val_text(a, value));
    rapid_put_text(b, a, "category", category);
    rapid_put_text(b, a, "category_localized", localized);
    val_put(b, "node_uuid", val_text(a, act->node->uuid));
    rapid_put_text(b, a, "input", input);
    val_put(b, "extra", extra);
    val_put(b, "created_on", val_text(a, rapid_instant_text(rapid_now(act->s), a)));
    return val_end(b);
}

static void tell(struct rapid_act *act, const struct val *result, const struct val *old) {
    struct arena *a = act->s->a;
    struct val_builder *b = rapid_event_begin(act->s, "run_result_changed");
    const struct val *category = val_get(result, "category");
    val_put(b, "run_uuid", val_text(a, act->run->uuid));
    val_put(b, "name", val_get(result, "name"));
    val_put(b, "value", val_get(result, "value"));
    val_put(b, "category", category ? category : val_text(a, STR("")));
    val_put(b, "category_localized", val_get(result, "category_localized"));
    val_put(b, "extra", val_get(result, "extra"));
    if (old) {
        struct val_builder *was = val_map_begin(a);
        val_put(was, "value", val_get(old, "value"));
        val_put(was, "category", val_text(a, val_get_text(old, "category", STR(""))));
        val_put(b, "previous", val_end(was));
    }
    rapid_event_end(act->s, b);
}

void rapid_result_save(struct rapid_act *act, struct str name, struct str value,
                       struct str category, struct str localized, struct str input,
                       const struct val *extra) {
    struct rapid_run *run = act->run;
    struct arena *a = act->s->a;
    struct str key = expr_snakify(name, a);
    const struct val *old = val_get_str(run->results, key);
    value = text_cut(value, RAPID_VALUE_MAX);
    const struct val *fresh = result_json(act, name, value, category, localized, input, extra);
    bool same = old && str_eq(val_get_text(old, "value", STR("")), value) &&
                str_eq(val_get_text(old, "category", STR("")), category);
    run->results = val_with(a, run->results, key, fresh);
    run->modified = rapid_now(act->s);
    if (!same) {
        tell(act, fresh, old);
    }
}

const struct val *rapid_run_summary(struct rapid_session *s, const struct rapid_run *run) {
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "uuid", val_text(s->a, run->uuid));
    val_put(b, "flow", run->flow_ref);
    val_put(b, "contact", rapid_session_contact(s));
    val_put(b, "status", val_textz(s->a, rapid_status_name(run->status)));
    val_put(b, "results", run->results);
    return val_end(b);
}
