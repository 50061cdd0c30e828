/* rapid_adapter.c - a brought flow behind the face of our own engine. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_adapter.h"

#include <string.h>

#include "bot/rapid/rapid_session.h"

#define EFFECTS_MAX 200

struct adapting {
    const struct rapid_program *p;
    const struct world *w;
    const struct event *ev;
    struct arena *a;
    struct rapid_world world;
    struct str language; /* keeps env.allowed_language alive */
    struct effect *effect;
    size_t effects;
    struct trace *trace;
    size_t traces;
};

/* --- what they know of the person --- */

static struct str long_language(struct str lang) {
    return str_is(lang, "fr") ? STR("fra") : str_is(lang, "en") ? STR("eng") : lang;
}

static struct str short_language(struct str lang) {
    return str_is(lang, "fra") ? STR("fr") : str_is(lang, "eng") ? STR("en") : lang;
}

static const struct val *groups_of(struct adapting *d) {
    const struct val *tags = val_get(d->w->contact, "tags"),
                     *all = val_get(d->p->assets, "groups");
    struct val_builder *b = val_list_begin(d->a);
    for (size_t i = 0; val_is(tags, VAL_LIST) && i < tags->list.n; i++) {
        const struct val *tag = tags->list.item[i];
        const struct val *group =
            val_is(tag, VAL_TEXT) ? rapid_asset(d->p, "groups", "name", tag->text) : NULL;
        if (group && val_is(all, VAL_LIST)) {
            val_push(b, group);
        }
    }
    return val_end(b);
}

static const struct val *fields_of(struct adapting *d) {
    const struct val *defs = val_get(d->p->assets, "fields");
    struct expr_scope scope = {.env = &d->world.env, .a = d->a, .fuel = EXPR_FUEL};
    struct val_builder *b = val_map_begin(d->a);
    for (size_t i = 0; val_is(defs, VAL_LIST) && i < defs->list.n; i++) {
        struct str key = val_get_text(defs->list.item[i], "key", STR(""));
        const struct val *v = val_get_str(d->w->contact, key);
        if (v && v->type != VAL_NULL) {
            struct val_builder *value = val_map_begin(d->a);
            val_put(value, "text", val_text(d->a, expr_text(v, &scope)));
            val_put(value, "number", val_is(v, VAL_NUMBER) ? v : NULL);
            val_put_str(b, key, val_end(value));
        }
    }
    return val_end(b);
}

static const struct val *contact_of(struct adapting *d) {
    struct arena *a = d->a;
    const struct val *c = d->w->contact, *id = val_get(c, "id");
    struct str first = val_get_text(c, "first_name", STR("")),
               last = val_get_text(c, "last_name", STR(""));
    struct str name = arena_printf(a, "%.*s%s%.*s", STR_ARG(first),
                                   first.n && last.n ? " " : "", STR_ARG(last));
    struct val_builder *b = val_map_begin(a);
    int64_t number = val_get_int(c, "id", 0);
    val_put(b, "uuid", val_text(a, arena_printf(a, "contact-%lld", (long long)number)));
    val_put(b, "id", val_is(id, VAL_NUMBER) ? id : NULL);
    val_put(b, "name", val_text(a, name));
    val_put(b, "language", val_text(a, long_language(d->w->lang)));
    val_put(b, "status", val_textz(a, d->w->opted_out ? "stopped" : "active"));
    val_put(b, "groups", groups_of(d));
    val_put(b, "fields", fields_of(d));
    return val_end(b);
}

static void make_world(struct adapting *d) {
    int64_t ms = d->w->now_ms;
    d->language = long_language(d->w->lang);
    d->world = (struct rapid_world){
        .env = {.date_format = STR("DD-MM-YYYY"),
                .time_format = STR("tt:mm"),
                .zone = d->w->zone,
                .country = STR("FR"),
                .language = STR("fra"),
                .allowed_language = &d->language,
                .allowed_languages = 1,
                .french = true,
                .now = {.sec = ms / 1000, .nsec = (int32_t)(ms % 1000) * 1000000}}};
}

/* --- what happened, as effects --- */

static struct effect *effect(struct adapting *d, enum effect_kind kind) {
    if (d->effects == EFFECTS_MAX) {
        return NULL;
    }
    struct effect *e = &d->effect[d->effects++];
    *e = (struct effect){.kind = kind};
    return e;
}

static void note(struct adapting *d, const struct val *event) {
    static const char *const WORDS[] = {"text", "url", "subject", "note"};
    struct str type = val_get_text(event, "type", STR("")), more = STR("");
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS && more.n == 0; i++) {
        more = val_get_text(event, WORDS[i], STR(""));
    }
    d->trace[d->traces++] =
        (struct trace){.flow = STR(RAPID_ADAPTER_PREFIX),
                       .step = STR(""),
                       .what = arena_printf(d->a, "%.*s %.*s", STR_ARG(type), STR_ARG(more))};
}

static void put_buttons(struct adapting *d, const struct val *replies, struct effect_say *say) {
    size_t n = val_is(replies, VAL_LIST) ? replies->list.n : 0;
    struct button *button = ARENA_ARRAY(d->a, struct button, n);
    for (size_t i = 0; i < n; i++) {
        struct str text = val_get_text(replies->list.item[i], "text", STR(""));
        button[i] = (struct button){.label = text, .payload = text};
    }
    say->button = button;
    say->buttons = n;
}

static void put_say(struct adapting *d, const struct val *event) {
    const struct val *msg = val_get(event, "msg"), *files = val_get(msg, "attachments");
    struct effect *e = effect(d, EFFECT_SAY);
    if (!e) {
        return;
    }
    size_t n = val_is(files, VAL_LIST) ? files->list.n : 0;
    struct str *url = ARENA_ARRAY(d->a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        struct str s = files->list.item[i]->text;
        size_t colon = str_find_char(s, ':', 0);
        url[i] = str_sub(s, colon == SIZE_MAX ? 0 : colon + 1, s.n);
    }
    struct str locale = val_get_text(msg, "locale", STR(""));
    e->say.kind = d->ev->kind == EVENT_MESSAGE ? SAY_REPLY
                  : d->ev->kind == EVENT_START ? (enum say_kind)d->ev->priority
                                               : SAY_QUESTION;
    e->say.text = val_get_text(msg, "text", STR(""));
    e->say.lang = short_language(str_sub(locale, 0, 3));
    e->say.attachment = url;
    e->say.attachments = n;
    put_buttons(d, val_get(msg, "quick_replies"), &e->say);
}

static void put_field(struct adapting *d, struct str name, const struct val *v) {
    struct effect *e = effect(d, EFFECT_SET_FIELD);
    if (e) {
        e->field.name = name;
        e->field.value = v ? v : &VAL_NIL;
    }
}

static void put_tags(struct adapting *d, const struct val *groups, const char *act) {
    for (size_t i = 0; val_is(groups, VAL_LIST) && i < groups->list.n; i++) {
        struct effect *e = effect(d, EFFECT_ACT);
        struct val_builder *args = val_map_begin(d->a);
        val_put(args, "tag", val_get(groups->list.item[i], "name"));
        if (e) {
            e->act.name = str_from(act);
            e->act.args = val_end(args);
        }
    }
}

static void put_case(struct adapting *d, struct str reason) {
    struct effect *e = effect(d, EFFECT_CASE);
    if (e) {
        e->hand.reason = reason;
        e->hand.quote = d->ev->kind == EVENT_MESSAGE ? d->ev->text : STR("");
        e->hand.pause = true;
    }
}

static void put_result(struct adapting *d, const struct val *event, struct str flow) {
    struct effect *e = effect(d, EFFECT_RESULT);
    if (e) {
        e->result.flow = flow;
        e->result.name = val_get_text(event, "name", STR(""));
        e->result.category = val_get_text(event, "category", STR(""));
        e->result.value = val_get(event, "value");
    }
}

/* Answers of acts are not awaited: a tag given or taken changes nothing in the flow. */
static void put_event(struct adapting *d, const struct val *event, struct str flow) {
    struct str type = val_get_text(event, "type", STR(""));
    note(d, event);
    if (str_is(type, "msg_created")) {
        put_say(d, event);
    } else if (str_is(type, "contact_field_changed")) {
        const struct val *value = val_get(event, "value");
        put_field(d, val_get_text(val_get(event, "field"), "key", STR("")),
                  val_get(value, "text"));
    } else if (str_is(type, "contact_name_changed")) {
        struct str name = val_get_text(event, "name", STR(""));
        size_t space = str_find_char(name, ' ', 0);
        put_field(d, STR("first_name"),
                  val_text(d->a, str_sub(name, 0, space == SIZE_MAX ? name.n : space)));
    } else if (str_is(type, "contact_language_changed")) {
        struct str lang = val_get_text(event, "language", STR(""));
        put_field(d, STR("language"), val_text(d->a, short_language(lang)));
    } else if (str_is(type, "contact_groups_changed")) {
        put_tags(d, val_get(event, "groups_added"), "tag");
        put_tags(d, val_get(event, "groups_removed"), "untag");
    } else if (str_is(type, "ticket_opened")) {
        put_case(d, STR("human"));
    } else if (str_is(type, "run_result_changed")) {
        put_result(d, event, flow);
    } else if (str_is(type, "failure")) {
        put_case(d, STR("flow"));
    }
}

/* --- in and out --- */

bool rapid_adapter_owns(const struct session *s) {
    return s->frames && str_starts(s->frame[s->frames - 1].flow, STR(RAPID_ADAPTER_PREFIX));
}

const struct rapid_flow *rapid_adapter_flow(const struct rapid_program *p,
                                            const struct event *ev) {
    struct str name = ev->flow, prefix = STR(RAPID_ADAPTER_PREFIX);
    if (ev->kind != EVENT_START || name.n == 0) {
        return NULL;
    }
    if (str_starts(name, prefix)) {
        return rapid_flow_find(p, str_sub(name, prefix.n, name.n));
    }
    for (size_t i = 0; i < p->flows; i++) {
        if (str_eq_nocase(p->flow[i].name, name)) {
            return &p->flow[i];
        }
    }
    return NULL;
}

static const struct val *message_of(struct adapting *d) {
    struct val_builder *b = val_map_begin(d->a), *event = val_map_begin(d->a),
                       *msg = val_map_begin(d->a), *files = val_list_begin(d->a);
    for (size_t i = 0; i < d->ev->attachments; i++) {
        struct str url = d->ev->attachment[i];
        val_push(files, val_text(d->a, arena_printf(d->a, "image:%.*s", STR_ARG(url))));
    }
    val_put(msg, "text", val_text(d->a, d->ev->text.n ? d->ev->text : d->ev->payload));
    val_put(msg, "attachments", val_end(files));
    val_put(event, "msg", val_end(msg));
    val_put(b, "type", val_textz(d->a, "msg"));
    val_put(b, "event", val_end(event));
    return val_end(b);
}

static const struct val *quiet(struct adapting *d, const char *type) {
    struct val_builder *b = val_map_begin(d->a);
    val_put(b, "type", val_textz(d->a, type));
    return val_end(b);
}

static enum rc start(struct adapting *d, const struct rapid_flow *f, struct rapid_session **ret,
                     struct err *err) {
    struct val_builder *b = val_map_begin(d->a), *ref = val_map_begin(d->a);
    val_put(ref, "uuid", val_text(d->a, f->uuid));
    val_put(b, "type", val_textz(d->a, "manual"));
    val_put(b, "flow", val_end(ref));
    val_put(b, "params", d->ev->with);
    return rapid_session_start(d->p, &d->world, contact_of(d), val_end(b), d->a, ret, err);
}

/* The stored session with the person as they are now. */
static enum rc resume(struct adapting *d, const struct frame *top, struct rapid_session **ret,
                      struct err *err) {
    const struct val *saved = val_get(top->vars, "rapid");
    enum rc rc = rapid_session_restore(d->p, &d->world, saved, d->a, ret, err);
    if (rc != OK) {
        return rc;
    }
    const struct val *how =
        d->ev->kind == EVENT_MESSAGE ? message_of(d) : quiet(d, "wait_timeout");
    how = val_with(d->a, how, STR("contact"), contact_of(d));
    rc = rapid_session_resume(*ret, how, err);
    if (rc == E_STATE && d->ev->kind == EVENT_TIMEOUT) {
        return rapid_session_resume(*ret, quiet(d, "wait_expiration"), err);
    }
    return rc;
}

/* How long the wait that just began lasts: its own time-out, else the flow's expiry. */
static int64_t wait_ms(const struct val *events, const struct rapid_flow *f) {
    for (size_t i = events->list.n; i-- > 0;) {
        int64_t seconds = val_get_int(events->list.item[i], "timeout_seconds", 0);
        if (seconds > 0) {
            return seconds * 1000;
        }
    }
    return (f && f->expire_minutes ? f->expire_minutes : 7 * 24 * 60) * 60 * 1000;
}

/* A time-out counts from the moment the last message is really sent. */
static void arm(struct adapting *d, struct session *s, struct frame *top, int64_t ms) {
    s->serial++;
    top->token = arena_printf(d->a, "r%u", s->serial);
    top->wait = WAIT_ANSWER;
    top->asked_ms = d->w->now_ms;
    for (size_t i = d->effects; i-- > 0;) {
        if (d->effect[i].kind == EFFECT_SAY) {
            d->effect[i].say.timeout_ms = ms;
            d->effect[i].say.timeout_token = top->token;
            return;
        }
    }
    struct effect *e = effect(d, EFFECT_TIMER);
    if (e) {
        e->timer.due_ms = d->w->now_ms + ms;
        e->timer.token = top->token;
    }
}

static void put_session(struct adapting *d, const struct session *old,
                        const struct rapid_flow *f, struct str name, struct rapid_session *rs,
                        struct turn *ret) {
    const struct val *events = rapid_session_events(rs);
    bool waits = str_is(rapid_session_status(rs), "waiting");
    ret->session = *old;
    ret->session.frames = old->frames ? old->frames - 1 : 0;
    if (waits) {
        struct frame *frame = ARENA_ARRAY(d->a, struct frame, ret->session.frames + 1);
        struct val_builder *vars = val_map_begin(d->a);
        if (ret->session.frames) {
            memcpy(frame, old->frame, ret->session.frames * sizeof *frame);
        }
        struct frame *top = &frame[ret->session.frames++];
        val_put(vars, "rapid", rapid_session_save(rs));
        *top = (struct frame){.flow = name, .step = STR("wait"), .vars = val_end(vars)};
        arm(d, &ret->session, top, wait_ms(events, f));
        ret->session.frame = frame;
    }
    struct frame none = {.wait = WAIT_NOTHING};
    const struct frame *top =
        ret->session.frames ? &ret->session.frame[ret->session.frames - 1] : &none;
    ret->session.wait = top->wait;
    ret->session.token = top->token;
    ret->session.asked_ms = top->asked_ms;
}

enum rc rapid_adapter_step(const struct rapid_program *p, const struct world *w,
                           const struct session *s, const struct event *ev, struct arena *a,
                           struct turn *ret, struct err *err) {
    struct adapting d = {.p = p, .w = w, .ev = ev, .a = a};
    const struct frame *top = rapid_adapter_owns(s) ? &s->frame[s->frames - 1] : NULL;
    const struct rapid_flow *f = rapid_adapter_flow(p, ev);
    struct rapid_session *rs = NULL;
    struct str prefix = STR(RAPID_ADAPTER_PREFIX);
    bool late = ev->kind == EVENT_TIMEOUT && top && !str_eq(ev->token, top->token);
    *ret = (struct turn){.session = *s};
    if (ev->kind == EVENT_RESULT || late || (ev->kind == EVENT_START ? s->frames : !top)) {
        return OK;
    }
    if (ev->kind == EVENT_START && !f) {
        return err_set(err, E_INVALID, "no brought flow '%.*s'", STR_ARG(ev->flow));
    }
    f = f ? f : rapid_flow_find(p, str_sub(top->flow, prefix.n, top->flow.n));
    make_world(&d);
    enum rc rc = ev->kind == EVENT_START ? start(&d, f, &rs, err) : resume(&d, top, &rs, err);
    if (rc != OK) {
        return rc == E_STATE ? OK : rc; /* its wait is for something else */
    }
    const struct val *events = rapid_session_events(rs);
    d.effect = ARENA_ARRAY(a, struct effect, EFFECTS_MAX + 1);
    d.trace = ARENA_ARRAY(a, struct trace, events->list.n);
    for (size_t i = 0; i < events->list.n; i++) {
        put_event(&d, events->list.item[i], f ? f->name : STR(""));
    }
    struct str name =
        top ? top->flow : arena_printf(a, RAPID_ADAPTER_PREFIX "%.*s", STR_ARG(f->uuid));
    put_session(&d, s, f, name, rs, ret);
    ret->effect = d.effect;
    ret->effects = d.effects;
    ret->trace = d.trace;
    ret->traces = d.traces;
    ret->handled = true;
    return OK;
}
