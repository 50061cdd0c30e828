/* rapid_step_pack.c - a brought session between two turns, small enough to be kept. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"
#include "base/text.h"
#include "bot/rapid/rapid_step_priv.h"

#define SAVED_MAX 9000 /* bytes of a stored session: ours holds other things too */
#define INPUT_MAX 2000 /* bytes of the person's words kept between two sprints */

static const struct val *last_step(struct arena *a, const struct val *path) {
    size_t n = val_is(path, VAL_LIST) ? path->list.n : 0;
    return val_list(a, n ? &path->list.item[n - 1] : NULL, n ? 1 : 0);
}

static bool is_over(const struct val *run) {
    struct str status = val_get_text(run, "status", STR_EMPTY);
    return !str_is(status, "active") && !str_is(status, "waiting");
}

/* @child is the run that the last live one entered: no other run that has ended is asked for.
 */
static bool is_child(const struct val *runs, size_t at) {
    struct str parent = val_get_text(runs->list.item[at], "parent_uuid", STR_EMPTY);
    for (size_t i = at + 1; i < runs->list.n; i++) {
        if (str_eq(val_get_text(runs->list.item[i], "parent_uuid", STR_EMPTY), parent)) {
            return false;
        }
    }
    return parent.n > 0;
}

static const struct val *without_extra(struct arena *a, const struct val *run) {
    const struct val *results = val_get(run, "results");
    struct val_builder *b = val_map_begin(a);
    for (size_t i = 0; val_is(results, VAL_MAP) && i < results->map.n; i++) {
        val_put_str(b, results->map.pair[i].key,
                    val_with(a, results->map.pair[i].val, STR("extra"), NULL));
    }
    return val_with(a, run, STR("results"), val_end(b));
}

/* The members of a web-hook's answer that some text of the set reads: "webhook.json.KEY..." */
struct used {
    const struct rapid_set *set;
    struct arena *a;
    struct str prefix;
};

static bool is_read(const struct used *u, struct str key) {
    const struct rapid_program *p = u->set->program;
    struct str whole = str_sub(u->prefix, 0, u->prefix.n - 1),
               mine = arena_printf(u->a, "%.*s%.*s", STR_ARG(u->prefix), STR_ARG(key));
    for (size_t i = 0; i < p->texts; i++) {
        const struct str *name;
        size_t n = p->text[i] ? tmpl_names(p->text[i]->tmpl, u->a, &name) : 0;
        for (size_t k = 0; k < n; k++) {
            size_t end = mine.n;
            bool inside = str_eq_nocase(str_sub(name[k], 0, end), mine) &&
                          (name[k].n == end || name[k].p[end] == '.');
            if (inside || str_eq_nocase(name[k], whole) || str_is(name[k], "webhook")) {
                return true;
            }
        }
    }
    return false;
}

static const struct val *pruned(const struct used *u, const struct val *v) {
    struct val_builder *b = val_map_begin(u->a);
    if (!val_is(v, VAL_MAP)) {
        return v;
    }
    for (size_t i = 0; i < v->map.n; i++) {
        if (is_read(u, v->map.pair[i].key)) {
            val_put_str(b, v->map.pair[i].key, v->map.pair[i].val);
        }
    }
    return val_end(b);
}

/* Level 1: without the answer's text and headers; 2: what is read of its JSON; 3: its status.
 */
static const struct val *packed_webhook(const struct rapid_set *set, struct arena *a,
                                        const struct val *run, int level) {
    const struct val *hook = val_get(run, "webhook");
    const struct used u = {set, a, STR("webhook.json.")};
    if (!val_is(hook, VAL_MAP)) {
        return run;
    }
    hook = val_with(a, hook, STR("body"), val_text(a, STR_EMPTY));
    hook = val_with(a, hook, STR("headers"), val_map(a, NULL, 0));
    if (level >= 2) {
        const struct val *json = val_get(hook, "json");
        hook = val_with(a, hook, STR("json"), level > 2 || !json ? &VAL_NIL : pruned(&u, json));
    }
    return val_with(a, run, STR("webhook"), hook);
}

static const struct val *packed_runs(const struct rapid_set *set, struct arena *a,
                                     const struct val *runs, int level) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < runs->list.n; i++) {
        const struct val *run = runs->list.item[i];
        if (is_over(run) && i > 0 && !is_child(runs, i)) {
            continue;
        }
        run = val_with(a, run, STR("path"), last_step(a, val_get(run, "path")));
        run = level >= 2 || (level >= 1 && is_over(run)) ? without_extra(a, run) : run;
        run = level >= 1 ? packed_webhook(set, a, run, level) : run;
        val_push(b, run);
    }
    return val_end(b);
}

static const struct val *cut_input(struct arena *a, const struct val *input) {
    struct str text = val_get_text(input, "text", STR_EMPTY);
    if (text.n <= INPUT_MAX) {
        return input;
    }
    return val_with(a, input, STR("text"), val_text(a, text_cut(text, INPUT_MAX / 4)));
}

static const struct val *pack(const struct rapid_set *set, struct arena *a,
                              const struct val *saved, int level) {
    const struct val *input = val_get(saved, "input"), *resume = val_get(saved, "resume"),
                     *trigger = val_get(saved, "trigger");
    saved = val_with(a, saved, STR("contact"), NULL); /* read anew at each turn */
    if (val_is(input, VAL_MAP)) {
        saved = val_with(a, saved, STR("input"), cut_input(a, input));
    }
    if (val_is(resume, VAL_MAP)) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "type", val_get(resume, "type"));
        saved = val_with(a, saved, STR("resume"), val_end(b));
    }
    if (level >= 1) {
        saved = val_with(a, saved, STR("trigger"), val_with(a, trigger, STR("event"), NULL));
    }
    return val_with(a, saved, STR("runs"), packed_runs(set, a, val_get(saved, "runs"), level));
}

bool rapid_step_store(struct run *r, const struct rapid_set *set, struct rapid_session *rs) {
    static const char *const LOST[] = {
        "", "texts of web-hooks are not kept",
        "what no text reads of web-hooks and details of results are not kept",
        "answers of web-hooks are not kept"};
    const struct val *whole = rapid_session_save(rs);
    for (int level = 0; level <= 3; level++) {
        const struct val *saved = pack(set, r->a, whole, level);
        if (json_text(saved, r->a).n > SAVED_MAX) {
            continue;
        }
        if (level > 0) {
            turn_trace(r, "the session was too long: %s", LOST[level]);
        }
        turn_set_var(r, STR(RAPID_STEP_SAVED), saved);
        return true;
    }
    return false;
}
