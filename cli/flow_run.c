/* flow_run.c - rebond flow run: whole flows, actions, routers and translations from JSON lines.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_run.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "bot/expr/whenread.h"
#include "bot/rapid/rapid_session.h"
#include "cli/env_json.h"

/* When a case does not say what time it is. */
#define RUN_NOW "2025-05-04T12:30:45.123456Z"

/* One case: what it reads and the world that its flow sees. */
struct cases {
    const struct val *in;
    const struct env_json_files *files;
    struct arena *a;
    struct rapid_world world;
    size_t used[64]; /* answers given, by place in http_mocks */
    char mail_error[256];
};

/* --- the world --- */

static struct str repeated(struct str s, int64_t times, struct arena *a) {
    enum { BODY_MAX = 16 * 1024 * 1024 };
    if (times <= 1 || s.n == 0 || (size_t)times > BODY_MAX / s.n) {
        return s;
    }
    char *p = arena_alloc(a, s.n * (size_t)times);
    for (int64_t i = 0; i < times; i++) {
        memcpy(p + (size_t)i * s.n, s.p, s.n);
    }
    return (struct str){p, s.n * (size_t)times};
}

static void answer_http(void *ctx, const struct rapid_request *q, struct arena *a,
                        struct rapid_response *ret) {
    struct cases *c = ctx;
    const struct val *mocks = val_get(c->in, "http_mocks");
    for (size_t i = 0; val_is(mocks, VAL_MAP) && i < mocks->map.n; i++) {
        if (!str_eq(mocks->map.pair[i].key, q->url) || i >= sizeof c->used / sizeof *c->used) {
            continue;
        }
        const struct val *v = val_at_index(mocks->map.pair[i].val, c->used[i]);
        c->used[i] += v != NULL;
        ret->status = (int)val_get_int(v, "status", 0);
        ret->headers = val_get(v, "headers");
        ret->body =
            repeated(val_get_text(v, "body", STR("")), val_get_int(v, "body_repeat", 1), a);
    }
}

static const char *answer_mail(void *ctx, const struct rapid_mail *m) {
    struct cases *c = ctx;
    (void)m;
    struct str why = val_get_text(c->in, "smtp_error", STR(""));
    snprintf(c->mail_error, sizeof c->mail_error, "%.*s", STR_ARG(why));
    return why.n ? c->mail_error : NULL;
}

static enum rc make_world(struct cases *c, const struct val *env, struct err *err) {
    const struct val *given = val_is(env, VAL_NULL) ? NULL : env;
    c->world = (struct rapid_world){.ctx = c, .http = answer_http, .mail = answer_mail};
    enum rc rc = env_json_read(c->files->environments, given, c->a, &c->world.env, err);
    if (val_get_text(given, "now", STR("")).n == 0) {
        whenread_iso(STR(RUN_NOW), NULL, &c->world.env.now);
    }
    c->world.env.redact_urns = val_get_bool(c->in, "redact_urns", c->world.env.redact_urns);
    return rc;
}

/* --- JSON by hand --- */

static const struct val *parse(struct arena *a, const char *json) {
    const struct val *v = NULL;
    struct err err;
    return json_parse(str_from(json), a, &v, &err) == OK ? v : NULL;
}

static const struct val *with(struct arena *a, const struct val *map, const char *key,
                              const struct val *v) {
    return val_with(a, map, str_from(key), v);
}

/* The list with its item i replaced. */
static const struct val *with_item(struct arena *a, const struct val *list, size_t i,
                                   const struct val *v) {
    struct val_builder *b = val_list_begin(a);
    for (size_t k = 0; val_is(list, VAL_LIST) && k < list->list.n; k++) {
        val_push(b, k == i ? v : list->list.item[k]);
    }
    return val_end(b);
}

static const struct val *without_times(struct arena *a, const struct val *event) {
    static const char *const NAMES[] = {"uuid", "created_on", "run_uuid", "parent_uuid"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        event = with(a, event, NAMES[i], NULL);
    }
    return event;
}

static bool is_type(const struct val *event, const char *type) {
    return str_is(val_get_text(event, "type", STR("")), type);
}

/* Events without ids and times. holder: the flow whose beginning and end do not count, nor what
 * came before it. */
static const struct val *plain_events(struct rapid_session *s, struct arena *a,
                                      struct str holder) {
    const struct val *all = rapid_session_events(s);
    struct val_builder *b = val_list_begin(a);
    bool begun = holder.n == 0;
    for (size_t i = 0; i < all->list.n; i++) {
        const struct val *e = all->list.item[i];
        bool run = is_type(e, "run_started") || is_type(e, "run_ended");
        struct str flow = val_get_text(val_get(e, "flow"), "uuid", STR(""));
        if (run && holder.n && str_eq(flow, holder)) {
            begun = true;
        } else if (begun) {
            val_push(b, without_times(a, e));
        }
    }
    return val_end(b);
}

/* --- runner --- */

static const struct val *messages_of(struct rapid_session *s, struct arena *a) {
    const struct val *all = rapid_session_events(s);
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < all->list.n; i++) {
        if (is_type(all->list.item[i], "msg_created")) {
            val_push(b, val_path(all->list.item[i], "msg.text"));
        }
    }
    return val_end(b);
}

static const struct val *path_of(const struct val *steps, struct arena *a) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; val_is(steps, VAL_LIST) && i < steps->list.n; i++) {
        val_push(b, val_get(steps->list.item[i], "node_uuid"));
    }
    return val_end(b);
}

static const struct val *results_of(const struct val *results, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    for (size_t i = 0; val_is(results, VAL_MAP) && i < results->map.n; i++) {
        val_put_str(b, results->map.pair[i].key,
                    with(a, results->map.pair[i].val, "created_on", NULL));
    }
    return val_end(b);
}

static const struct val *run_out(const struct val *run, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    const struct val *locals = val_get(run, "locals");
    val_put(b, "flow", val_path(run, "flow.uuid"));
    val_put(b, "status", val_get(run, "status"));
    val_put(b, "path", path_of(val_get(run, "path"), a));
    val_put(b, "results", results_of(val_get(run, "results"), a));
    val_put(b, "locals", locals ? locals : val_end(val_map_begin(a)));
    val_put(b, "had_input", val_get(run, "had_input"));
    return val_end(b);
}

static const struct val *output(struct rapid_session *s, const struct val *saved,
                                struct arena *a) {
    struct val_builder *b = val_map_begin(a), *runs = val_list_begin(a);
    const struct val *all = val_get(saved, "runs");
    for (size_t i = 0; i < all->list.n; i++) {
        val_push(runs, run_out(all->list.item[i], a));
    }
    val_put(b, "session_status", val_text(a, rapid_session_status(s)));
    val_put(b, "messages", messages_of(s, a));
    val_put(b, "events", plain_events(s, a, STR("")));
    val_put(b, "runs", val_end(runs));
    return val_end(b);
}

/* The session as it comes back from where it was stored. */
static enum rc store(struct cases *c, const struct rapid_program *p, const struct val *saved,
                     struct rapid_session **s, struct err *err) {
    const struct val *back;
    enum rc rc = json_parse(json_text(saved, c->a), c->a, &back, err);
    return rc == OK ? rapid_session_restore(p, &c->world, back, c->a, s, err) : rc;
}

static void runner(struct cases *c, struct val_builder *out) {
    const struct val *resumes = val_get(c->in, "resumes"), *saved;
    const struct rapid_program *p;
    struct rapid_session *s;
    struct val_builder *outputs = val_list_begin(c->a);
    struct err err = {0};
    enum rc rc = make_world(c, val_get(c->in, "environment"), &err);
    rc = rc == OK ? rapid_load(val_get(c->in, "assets"), &c->world.env, c->a, &p, &err) : rc;
    rc = rc == OK ? rapid_session_start(p, &c->world, val_get(c->in, "contact"),
                                        val_get(c->in, "trigger"), c->a, &s, &err)
                  : rc;
    for (size_t i = 0; rc == OK; i++) {
        saved = rapid_session_save(s);
        val_push(outputs, output(s, saved, c->a));
        const struct val *resume = val_at_index(resumes, i);
        if (!resume) {
            break;
        }
        rc = store(c, p, saved, &s, &err);
        rc = rc == OK ? rapid_session_resume(s, resume, &err) : rc;
    }
    val_put(out, "outputs", val_end(outputs));
    if (rc != OK) {
        val_put(out, "error", val_textz(c->a, err.text));
    }
}

/* --- one action or router in its holder flow --- */

static const struct val *flow_named(const struct val *assets, struct str uuid, size_t *ret_i) {
    const struct val *flows = val_get(assets, "flows");
    for (size_t i = 0; val_is(flows, VAL_LIST) && i < flows->list.n; i++) {
        if (str_eq(val_get_text(flows->list.item[i], "uuid", STR("")), uuid)) {
            *ret_i = i;
            return flows->list.item[i];
        }
    }
    return NULL;
}

/* The assets with nodes[0] of the flow changed in one member. */
static const struct val *holding(struct cases *c, const struct val *assets, struct str uuid,
                                 const char *member, const struct val *v) {
    size_t at = 0;
    const struct val *flow = flow_named(assets, uuid, &at), *nodes = val_get(flow, "nodes"),
                     *localization = val_get(c->in, "localization");
    const struct val *node = val_at_index(nodes, 0);
    if (!node) {
        return assets;
    }
    nodes = with_item(c->a, nodes, 0, with(c->a, node, member, v));
    flow = with(c->a, flow, "nodes", nodes);
    if (val_is(localization, VAL_MAP)) {
        flow = with(c->a, flow, "localization", localization);
    }
    return with(c->a, assets, "flows", with_item(c->a, val_get(assets, "flows"), at, flow));
}

/* Why the holder was refused; empty when it was not. */
static struct str refusal(const struct rapid_program *p, struct str holder, struct arena *a) {
    struct str all = STR("");
    if (rapid_flow_find(p, holder)) {
        return all;
    }
    for (size_t i = 0; i < p->problems; i++) {
        if (!p->problem[i].warning) {
            all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.n ? ", " : "",
                               STR_ARG(p->problem[i].text));
        }
    }
    return all.n ? all : STR("the flow was refused");
}

/* Somebody wrote, with two files. */
static const char SAMPLE_EVENT[] =
    "{\"type\": \"msg_received\", \"msg\": {\"urn\": \"tel:+12065551212\", \"text\": \"Hi "
    "everybody\", \"attachments\": [\"image/jpeg:http://http://s3.amazon.com/bucket/test.jpg\","
    " \"audio/mp3:http://s3.amazon.com/bucket/test.mp3\"]}}";

static const struct val *trigger_for(struct cases *c, struct str flow, bool message,
                                     const struct val *contact) {
    struct val_builder *b = val_map_begin(c->a), *ref = val_map_begin(c->a);
    struct arena *a = c->a;
    const struct val *channels = val_path(c->files->fixtures, "actions.assets.channels");
    val_put(ref, "uuid", val_text(a, flow));
    val_put(b, "type", val_textz(a, message ? "msg" : "manual"));
    val_put(b, "flow", val_end(ref));
    val_put(b, "batch", val_bool(val_get_bool(c->in, "as_batch", false)));
    if (message) {
        struct err err;
        const struct val *event = parse(a, SAMPLE_EVENT);
        struct str now = json_text(val_at(a, c->world.env.now), a), when;
        when = now.n > 2 ? str_sub(now, 1, now.n - 2) : STR(RUN_NOW);
        char uuid[] = "018e0000-0000-4000-8000-000000000001";
        (void)err;
        event = with(a, event, "uuid", val_textz(a, uuid));
        val_put(b, "event", with(a, event, "created_on", val_text(a, when)));
    }
    if (str_is(val_get_text(c->in, "in_flow_type", STR("")), "voice")) {
        struct val_builder *call = val_map_begin(a);
        val_put(call, "channel", val_at_index(channels, 0));
        val_put(call, "urn", val_at_index(val_get(contact, "urns"), 0));
        val_put(b, "call", val_end(call));
    }
    return val_end(b);
}

static void put_refusal(struct val_builder *out, struct arena *a, struct str why) {
    val_put(out, "read_error", why.n ? val_text(a, why) : &VAL_NIL);
}

static void action(struct cases *c, struct val_builder *out) {
    const struct val *fixture = val_get(c->files->fixtures, "actions"), *assets,
                     *contact = val_get(c->in, "contact"), *action = val_get(c->in, "action");
    struct str type = val_get_text(c->in, "in_flow_type", STR("messaging"));
    struct str holder =
        val_get_text(val_get(fixture, "holder_flow"), arena_cstr(c->a, type), STR(""));
    const struct rapid_program *p;
    struct rapid_session *s;
    struct err err = {0};
    bool silent =
        val_get_bool(c->in, "no_input", false) || val_get_bool(c->in, "as_batch", false);
    contact = val_is(contact, VAL_MAP) ? contact : val_get(fixture, "contact");
    if (val_is(val_get(c->in, "localization"), VAL_MAP)) {
        contact = with(c->a, contact, "language", val_textz(c->a, "spa"));
    }
    if (val_get_bool(c->in, "has_ticket", false)) {
        contact = with(c->a, contact, "ticket",
                       parse(c->a, "{\"uuid\": \"018e0000-0000-4000-8000-000000000002\", "
                                   "\"status\": \"open\"}"));
    }
    assets =
        holding(c, val_get(fixture, "assets"), holder, "actions", val_list(c->a, &action, 1));
    enum rc rc = make_world(c, val_get(fixture, "environment"), &err);
    rc = rc == OK ? rapid_load(assets, &c->world.env, c->a, &p, &err) : rc;
    struct str why = rc == OK ? refusal(p, holder, c->a) : str_from(err.text);
    put_refusal(out, c->a, why);
    if (why.n ||
        rapid_session_start(p, &c->world, contact, trigger_for(c, holder, !silent, contact),
                            c->a, &s, &err) != OK) {
        return;
    }
    const struct val *locals = val_get(val_at_index(rapid_session_runs(s), 0), "locals");
    val_put(out, "events", plain_events(s, c->a, holder));
    val_put(out, "contact_after", rapid_session_contact(s));
    val_put(out, "locals_after", locals ? locals : val_end(val_map_begin(c->a)));
}

static void router(struct cases *c, struct val_builder *out) {
    const struct val *fixture = val_get(c->files->fixtures, "routers");
    struct str holder = val_get_text(fixture, "flow", STR(""));
    const struct rapid_program *p;
    struct rapid_session *s;
    struct err err = {0};
    const struct val *assets =
        holding(c, val_get(fixture, "assets"), holder, "router", val_get(c->in, "router"));
    enum rc rc = make_world(c, NULL, &err);
    rc = rc == OK ? rapid_load(assets, &c->world.env, c->a, &p, &err) : rc;
    struct str why = rc == OK ? refusal(p, holder, c->a) : str_from(err.text);
    put_refusal(out, c->a, why);
    if (why.n ||
        rapid_session_start(p, &c->world, val_get(fixture, "contact"),
                            trigger_for(c, holder, false, NULL), c->a, &s, &err) != OK) {
        return;
    }
    const struct val *run = val_at_index(rapid_session_runs(s), 0);
    val_put(out, "events", plain_events(s, c->a, holder));
    val_put(out, "results", results_of(val_get(run, "results"), c->a));
}

/* --- translations --- */

static const struct val *message_out(const struct val *msg, struct arena *a) {
    struct val_builder *b = val_map_begin(a), *replies = val_list_begin(a);
    const struct val *list = val_get(msg, "quick_replies"),
                     *files = val_get(msg, "attachments");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        val_push(replies, val_get(list->list.item[i], "text"));
    }
    val_put(b, "text", val_get(msg, "text"));
    val_put(b, "locale", val_get(msg, "locale"));
    val_put(b, "attachments", files ? files : val_end(val_list_begin(a)));
    val_put(b, "quick_replies", val_end(replies));
    return val_end(b);
}

static void localization(struct cases *c, struct val_builder *out) {
    struct val_builder *env = val_map_begin(c->a), *messages = val_list_begin(c->a);
    const struct val *assets = val_get(c->in, "assets");
    const struct val *flow = val_at_index(val_get(assets, "flows"), 0),
                     *language = val_get(c->in, "contact_language");
    const struct val *contact =
        parse(c->a, "{\"uuid\": \"018e0000-0000-4000-8000-000000000003\", \"name\": \"Léa\", "
                    "\"status\": \"active\", \"urns\": [\"telegram:39980123\"]}");
    const struct rapid_program *p;
    struct rapid_session *s;
    struct err err = {0};
    contact = language ? with(c->a, contact, "language", language) : contact;
    val_put(env, "allowed_languages", val_get(c->in, "allowed_languages"));
    enum rc rc = make_world(c, val_end(env), &err);
    rc = rc == OK ? rapid_load(assets, &c->world.env, c->a, &p, &err) : rc;
    struct str uuid = val_get_text(flow, "uuid", STR(""));
    rc = rc == OK ? rapid_session_start(p, &c->world, contact,
                                        trigger_for(c, uuid, false, NULL), c->a, &s, &err)
                  : rc;
    const struct val *all = rc == OK ? rapid_session_events(s) : NULL;
    for (size_t i = 0; all && i < all->list.n; i++) {
        if (is_type(all->list.item[i], "msg_created")) {
            val_push(messages, message_out(val_get(all->list.item[i], "msg"), c->a));
        }
    }
    val_put(out, "messages", val_end(messages));
}

/* --- lines --- */

static const struct val *run_line(const struct val *in, void *ctx, struct arena *a) {
    static const struct {
        const char *kind;
        void (*run)(struct cases *c, struct val_builder *out);
    } KINDS[] = {{"runner", runner},
                 {"action", action},
                 {"router", router},
                 {"localization", localization}};
    struct cases *c = ARENA_NEW(a, struct cases);
    struct val_builder *out = val_map_begin(a);
    c->in = in;
    c->files = ctx;
    c->a = a;
    val_put(out, "id", val_get(in, "id"));
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (str_is(val_get_text(in, "kind", STR("")), KINDS[i].kind)) {
            KINDS[i].run(c, out);
            break;
        }
    }
    return val_end(out);
}

int flow_run_main(int argc, char **argv) {
    return env_json_main(argc, argv, "flow run", run_line);
}
