/* rapid_store.c - a session between two sprints, as one JSON value. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

static const struct val *instant(struct arena *a, struct instant i) {
    return val_text(a, rapid_instant_text(i, a));
}

static const struct val *path_json(struct arena *a, const struct rapid_run *r, bool whole) {
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; whole && i < r->steps; i++) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "uuid", val_text(a, r->path[i].uuid));
        val_put(b, "node_uuid", val_text(a, r->path[i].node));
        val_put(b, "arrived_on", instant(a, r->path[i].arrived));
        rapid_put_text(b, a, "exit_uuid", r->path[i].exit);
        val_push(list, val_end(b));
    }
    return val_end(list);
}

static const struct val *run_json(struct arena *a, const struct rapid_run *r, bool whole) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "uuid", val_text(a, r->uuid));
    val_put(b, "flow", r->flow_ref);
    val_put(b, "status", val_textz(a, rapid_status_name(r->status)));
    val_put(b, "path", path_json(a, r, whole));
    val_put(b, "results", r->results);
    if (whole) {
        rapid_put_some(b, "locals", r->locals);
        struct str text = r->webhook ? val_get_text(r->webhook, "body", STR("")) : STR("");
        val_put(b, "webhook", text.n <= RAPID_EXTRA_MAX ? r->webhook : NULL);
    }
    val_put(b, "had_input", val_bool(r->had_input));
    if (r->parent) {
        val_put(b, "parent_uuid", val_text(a, r->parent->uuid));
    }
    val_put(b, "created_on", instant(a, r->created));
    val_put(b, "modified_on", instant(a, r->modified));
    val_put(b, "exited_on", r->has_exited ? instant(a, r->exited) : &VAL_NIL);
    return val_end(b);
}

const struct val *rapid_session_runs(struct rapid_session *s) {
    struct val_builder *runs = val_list_begin(s->a);
    for (size_t i = 0; i < s->runs; i++) {
        val_push(runs, run_json(s->a, s->run[i], true));
    }
    return val_end(runs);
}

const struct val *rapid_session_save(struct rapid_session *s) {
    struct val_builder *b = val_map_begin(s->a), *runs = val_list_begin(s->a);
    for (size_t i = 0; i < s->runs; i++) {
        val_push(runs, run_json(s->a, s->run[i], !s->run[i]->has_exited));
    }
    val_put(b, "uuid", val_text(s->a, s->uuid));
    val_put(b, "status", val_textz(s->a, rapid_status_name(s->status)));
    val_put(b, "sprints", val_int(s->a, s->sprints));
    val_put(b, "random", val_int(s->a, (int64_t)(s->random >> 1)));
    val_put(b, "trigger", s->trigger);
    val_put(b, "resume", s->resume);
    val_put(b, "contact", rapid_session_contact(s));
    val_put(b, "input", s->input);
    val_put(b, "runs", val_end(runs));
    if (s->calling) {
        struct val_builder *call = val_map_begin(s->a);
        val_put(call, "action", val_int(s->a, (int64_t)s->calling_at));
        val_put(call, "method", val_text(s->a, s->request.method));
        val_put(call, "url", val_text(s->a, s->request.url));
        val_put(b, "calling", val_end(call));
    }
    return val_end(b);
}

/* --- back --- */

static enum rapid_status status_of(struct str name) {
    for (enum rapid_status i = RAPID_ACTIVE; i < RAPID_FAILED; i++) {
        if (str_is(name, rapid_status_name(i))) {
            return i;
        }
    }
    return RAPID_FAILED;
}

static struct instant instant_of(const struct val *map, const char *key) {
    struct instant i = {0};
    rapid_instant_read(val_get_text(map, key, STR("")), &i);
    return i;
}

static void read_path(const struct val *list, struct arena *a, struct rapid_run *r) {
    r->steps = r->cap = val_is(list, VAL_LIST) ? list->list.n : 0;
    r->path = ARENA_ARRAY(a, struct rapid_step, r->cap);
    for (size_t i = 0; i < r->steps; i++) {
        const struct val *v = list->list.item[i];
        r->path[i] = (struct rapid_step){.uuid = val_get_text(v, "uuid", STR("")),
                                         .node = val_get_text(v, "node_uuid", STR("")),
                                         .exit = val_get_text(v, "exit_uuid", STR("")),
                                         .arrived = instant_of(v, "arrived_on")};
    }
}

static const struct val *map_or_empty(const struct val *v, struct arena *a) {
    return val_is(v, VAL_MAP) ? v : val_end(val_map_begin(a));
}

static struct rapid_run *read_run(struct rapid_session *s, const struct val *v) {
    struct rapid_run *r = ARENA_NEW(s->a, struct rapid_run);
    const struct val *ref = map_or_empty(val_get(v, "flow"), s->a);
    struct str parent = val_get_text(v, "parent_uuid", STR(""));
    *r = (struct rapid_run){.uuid = val_get_text(v, "uuid", STR("")),
                            .flow =
                                rapid_flow_find(s->program, val_get_text(ref, "uuid", STR(""))),
                            .flow_ref = ref,
                            .locals = map_or_empty(val_get(v, "locals"), s->a),
                            .results = map_or_empty(val_get(v, "results"), s->a),
                            .status = status_of(val_get_text(v, "status", STR(""))),
                            .had_input = val_get_bool(v, "had_input", false),
                            .webhook = val_get(v, "webhook"),
                            .created = instant_of(v, "created_on"),
                            .modified = instant_of(v, "modified_on"),
                            .exited = instant_of(v, "exited_on")};
    r->has_exited = r->status != RAPID_ACTIVE && r->status != RAPID_WAITING;
    read_path(val_get(v, "path"), s->a, r);
    for (size_t i = 0; i < s->runs; i++) {
        if (parent.n && str_eq(s->run[i]->uuid, parent)) {
            r->parent = s->run[i];
        }
    }
    return r;
}

enum rc rapid_session_restore(const struct rapid_program *p, const struct rapid_world *w,
                              const struct val *saved, struct arena *a,
                              struct rapid_session **ret, struct err *err) {
    const struct val *runs = val_get(saved, "runs"), *trigger = val_get(saved, "trigger");
    struct rapid_session *s = ARENA_NEW(a, struct rapid_session);
    if (!val_is(runs, VAL_LIST) || !val_is(trigger, VAL_MAP) ||
        runs->list.n > RAPID_SPRINTS_MAX) {
        return err_set(err, E_INVALID, "this is no saved session");
    }
    *s = (struct rapid_session){.program = p,
                                .world = w,
                                .a = a,
                                .uuid = val_get_text(saved, "uuid", STR("")),
                                .status = status_of(val_get_text(saved, "status", STR(""))),
                                .trigger = trigger,
                                .resume = val_get(saved, "resume"),
                                .input = val_get(saved, "input"),
                                .parent_run = val_get(trigger, "run_summary"),
                                .call = val_get(trigger, "call"),
                                .sprints = val_get_int(saved, "sprints", 0),
                                .random = (uint64_t)val_get_int(saved, "random", 0)};
    enum rc rc = rapid_contact_read(val_get(saved, "contact"), a, &s->contact, err);
    if (rc != OK) {
        return rc;
    }
    const struct val *call = val_get(saved, "calling");
    s->calling = val_is(call, VAL_MAP);
    s->calling_at = (size_t)val_get_int(call, "action", 0);
    s->request = (struct rapid_request){.method = val_get_text(call, "method", STR("")),
                                        .url = val_get_text(call, "url", STR(""))};
    s->runs_cap = runs->list.n;
    s->run = ARENA_ARRAY(a, struct rapid_run *, s->runs_cap);
    for (size_t i = 0; i < s->runs_cap; i++) {
        s->run[i] = read_run(s, runs->list.item[i]);
        s->runs = i + 1;
    }
    rapid_contact_env(s);
    *ret = s;
    return OK;
}
