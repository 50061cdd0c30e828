/* rapid_step_effects.c - what happened in a brought flow, as effects of our turn. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "bot/others.h"
#include "bot/rapid/rapid_step_priv.h"

#define REASON_CHARS 120   /* of a ticket's note or a mail's subject, as the reason of a case */
#define CASE_CHARS 400     /* of all of them together */
#define ASKED_BYTES 1600   /* of the last message, kept to be said again */
#define SUMMARY_BYTES 3000 /* of a run handed on to another person's */
#define LABEL_CHARS 40     /* of a button */

struct doing {
    struct run *r;
    const struct rapid_place *place;
    int64_t wait_ms;
    bool goes_on;
    bool last;              /* the message being said is the sprint's last */
    const struct val *next; /* the event behind this one, or NULL */
    struct str reason;      /* of the one case that this sprint opens: a person has one */
    bool pause;
};

/* --- messages --- */

static struct str file_of(struct str attachment) {
    /* "image/jpeg:https://..." */
    size_t colon = str_find_char(attachment, ':', 0);
    bool typed =
        colon != SIZE_MAX && colon + 1 < attachment.n && attachment.p[colon + 1] != '/';
    return typed ? str_sub(attachment, colon + 1, attachment.n) : attachment;
}

/* Where there are no buttons the words are written once, unless the text already says them. */
static struct str typed_choices(struct run *r, struct str text, const struct button *button,
                                size_t n) {
    struct str folded = text_fold(text, r->a), all = STR_EMPTY;
    bool said = true;
    for (size_t i = 0; i < n; i++) {
        said = said && str_find(folded, text_fold(button[i].label, r->a), 0) != SIZE_MAX;
        all = arena_printf(r->a, "%.*s%s%.*s", STR_ARG(all), i ? " / " : "",
                           STR_ARG(button[i].label));
    }
    return said ? STR_EMPTY : all;
}

static void put_choices(struct run *r, const struct val *replies, struct effect_say *say) {
    size_t n = val_is(replies, VAL_LIST) ? replies->list.n : 0;
    struct button *button = ARENA_ARRAY(r->a, struct button, n);
    struct str token = turn_top(r)->token;
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const struct val *v = replies->list.item[i];
        struct str text = val_is(v, VAL_TEXT) ? v->text : val_get_text(v, "text", STR_EMPTY);
        if (text.n) {
            button[k++] = (struct button){
                .label = text_cut(text, LABEL_CHARS),
                .payload = arena_printf(r->a, "%.*s:%.*s", STR_ARG(token), STR_ARG(text))};
        }
    }
    say->button = button;
    say->buttons = k;
    say->digits = k ? typed_choices(r, say->text, button, k) : STR_EMPTY;
}

static void send(struct doing *d, const struct val *msg) {
    struct run *r = d->r;
    const struct val *files = val_get(msg, "attachments");
    struct effect_say say = turn_message(r, val_get_text(msg, "text", STR_EMPTY));
    size_t n = val_is(files, VAL_LIST) ? files->list.n : 0;
    struct str *file = ARENA_ARRAY(r->a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = files->list.item[i];
        file[i] = val_is(v, VAL_TEXT) ? file_of(v->text) : STR_EMPTY;
    }
    struct str locale = val_get_text(msg, "locale", STR_EMPTY);
    struct str lang = rapid_language_short(str_sub(locale, 0, 3));
    say.lang = lang.n == 2 ? lang : say.lang;
    say.attachment = file;
    say.attachments = n;
    put_choices(r, val_get(msg, "quick_replies"), &say);
    if (d->last && d->wait_ms > 0) {
        say.timeout_ms = d->wait_ms;
        say.timeout_token = turn_top(r)->token;
    }
    turn_send(r, &say);
}

static void keep_asked(struct run *r, const struct val *msg) {
    struct str text = val_get_text(msg, "text", STR_EMPTY);
    struct val_builder *b = val_map_begin(r->a);
    while (text.n > ASKED_BYTES) {
        text = text_cut(text, text_length(text) / 2);
    }
    val_put(b, "text", val_text(r->a, text));
    val_put(b, "quick_replies", val_get(msg, "quick_replies"));
    val_put(b, "locale", val_get(msg, "locale"));
    turn_set_var(r, STR(RAPID_STEP_ASKED), val_end(b));
}

void rapid_step_say_again(struct run *r) {
    const struct val *msg = turn_var(r, STR(RAPID_STEP_ASKED));
    struct doing d = {.r = r};
    if (msg) {
        send(&d, msg);
    }
}

/* --- the person --- */

static void set_field(struct doing *d, const struct val *event) {
    struct run *r = d->r;
    const struct val *value = val_get(event, "value"), *text = val_get(value, "text"),
                     *number = val_get(value, "number");
    struct str key = val_get_text(val_get(event, "field"), "key", STR_EMPTY),
               name = rapid_set_field(r->w->library, key, r->a);
    const struct field_spec *spec = library_field(r->w->library, name);
    struct instant at;
    if (!spec) {
        turn_trace(r, "the field %.*s is not declared: not kept", STR_ARG(name));
        return;
    }
    const struct val *v = val_is(text, VAL_TEXT) ? text : NULL;
    if (v && str_is(spec->type, "number")) {
        v = val_is(number, VAL_NUMBER) ? number : v;
    } else if (v && str_is(spec->type, "date")) {
        struct date day;
        struct tod tod;
        if (!rapid_instant_read(val_get_text(value, "datetime", STR_EMPTY), &at)) {
            turn_trace(r, "%.*s is no date, not kept" TRACE_HIDE ": %.*s" TRACE_SHOW,
                       STR_ARG(name), STR_ARG(v->text));
            return;
        }
        zone_to_civil(r->w->zone, at.sec * 1000, &day, &tod);
        v = val_date(r->a, day);
    } else if (v && str_is(spec->type, "yes_no")) {
        v = val_bool(str_is(v->text, "1") || str_eq_nocase(v->text, STR("true")) ||
                     str_eq_nocase(v->text, STR("oui")) || str_eq_nocase(v->text, STR("yes")));
    }
    turn_set(r, arena_printf(r->a, "contact.%.*s", STR_ARG(name)), v);
}

static void set_name(struct doing *d, struct str name) {
    size_t space = str_find_char(name, ' ', 0);
    struct str first = str_sub(name, 0, space == SIZE_MAX ? name.n : space),
               last =
                   space == SIZE_MAX ? STR_EMPTY : str_trim(str_sub(name, space + 1, name.n));
    turn_set(d->r, STR("contact.first_name"), val_text(d->r->a, first));
    if (last.n) {
        turn_set(d->r, STR("contact.last_name"), val_text(d->r->a, last));
    }
}

/* Their answers are not awaited: a tag given or taken changes nothing in the flow. */
static void act(struct run *r, const char *name, const char *arg, const struct val *v) {
    struct effect *e = turn_effect(r, EFFECT_ACT);
    struct val_builder *args = val_map_begin(r->a);
    val_put(args, arg, v);
    e->act.name = str_from(name);
    e->act.args = val_end(args);
}

static void tags(struct run *r, const struct val *groups, const char *name) {
    for (size_t i = 0; val_is(groups, VAL_LIST) && i < groups->list.n; i++) {
        act(r, name, "tag", val_get(groups->list.item[i], "name"));
    }
}

static void set_status(struct doing *d, struct str status) {
    if (str_is(status, "stopped") || str_is(status, "blocked")) {
        act(d->r, "opt_out", "scope", val_textz(d->r->a, "all"));
    } else {
        turn_trace(d->r, "the status %.*s has no meaning here", STR_ARG(status));
    }
}

/* --- the staff --- */

static void hand(struct doing *d, struct str reason, bool pause) {
    reason = text_cut(str_trim(reason), REASON_CHARS);
    d->reason = d->reason.n
                    ? arena_printf(d->r->a, "%.*s ; %.*s", STR_ARG(d->reason), STR_ARG(reason))
                    : reason;
    d->pause |= pause;
}

static void open_case(struct doing *d) {
    if (d->reason.n) {
        struct str reason = text_cut(d->reason, CASE_CHARS);
        turn_hand(d->r, reason, STR("human"), STR_EMPTY, false, d->pause);
    }
}

static void ticket(struct doing *d, const struct val *event) {
    const struct val *t = val_get(event, "ticket");
    struct str note = val_get_text(d->next, "note", STR_EMPTY),
               topic = val_get_text(val_get(t, "topic"), "name", STR_EMPTY);
    /* a flow that goes on asking is not stopped in the middle by its own ticket */
    hand(d, note.n ? note : topic.n ? topic : STR("human"), !d->goes_on);
}

static struct str names_of(struct run *r, const struct val *event) {
    static const char *const LISTS[] = {"groups", "contacts"};
    struct str s = val_get_text(event, "contact_query", STR_EMPTY);
    for (size_t i = 0; i < 2; i++) {
        const struct val *list = val_get(event, LISTS[i]);
        for (size_t k = 0; val_is(list, VAL_LIST) && k < list->list.n; k++) {
            struct str name = val_get_text(list->list.item[k], "name", STR_EMPTY);
            s = arena_printf(r->a, "%.*s%s%.*s", STR_ARG(s), s.n ? ", " : "", STR_ARG(name));
        }
    }
    return s;
}

/* The name here of one of their flows; empty when it is not carried over. */
static struct str flow_here(const struct rapid_set *set, const struct val *ref) {
    struct str uuid = val_get_text(ref, "uuid", STR_EMPTY);
    for (size_t i = 0; i < set->flows; i++) {
        if (str_eq(set->flow[i].flow->uuid, uuid)) {
            return set->flow[i].name;
        }
    }
    return STR_EMPTY;
}

/* @parent of what is started: the results so far, when they are not too many to be handed on.
 */
static const struct val *handed_on(struct run *r, const struct val *event) {
    const struct val *summary = val_get(event, "run_summary");
    struct val_builder *b = val_map_begin(r->a);
    if (json_text(summary ? summary : &VAL_NIL, r->a).n <= SUMMARY_BYTES) {
        val_put(b, "run_summary", summary);
    }
    return val_end(b);
}

/* Addresses, and the person themselves, are started; groups and searches are for the staff.
 * False when there is something left for them. */
static bool start_others(struct doing *d, const struct val *event) {
    struct run *r = d->r;
    const struct val *urns = val_get(event, "urns"), *who = val_get(event, "contacts"),
                     *groups = val_get(event, "groups");
    struct str flow = flow_here(d->place->set, val_get(event, "flow"));
    bool whole = flow.n > 0;
    for (size_t i = 0; whole && val_is(urns, VAL_LIST) && i < urns->list.n; i++) {
        const struct val *urn = urns->list.item[i];
        struct str to = val_is(urn, VAL_TEXT) ? rapid_urn_identity(urn->text, r->a) : STR_EMPTY;
        to = str_starts(to, STR("tel:")) ? str_sub(to, 4, to.n) : to;
        others_start(r, flow, to, handed_on(r, event));
    }
    for (size_t i = 0; val_is(who, VAL_LIST) && i < who->list.n; i++) {
        struct str uuid = val_get_text(who->list.item[i], "uuid", STR_EMPTY);
        bool ours = str_starts(uuid, STR(RAPID_STEP_PERSON));
        if (whole && ours) {
            others_start(r, flow, str_sub(uuid, sizeof RAPID_STEP_PERSON - 1, uuid.n),
                         handed_on(r, event));
        }
        whole = whole && ours;
    }
    return whole && !(val_is(groups, VAL_LIST) && groups->list.n) &&
           !val_get_bool(event, "create_contact", false) &&
           val_get_text(event, "contact_query", STR_EMPTY).n == 0;
}

static void for_others(struct doing *d, const struct val *event, bool broadcast) {
    struct run *r = d->r;
    const struct val *texts = val_get(event, "translations");
    struct str what = val_get_text(val_get(event, "flow"), "name", STR_EMPTY),
               who = names_of(r, event);
    if (broadcast && val_is(texts, VAL_MAP) && texts->map.n) {
        what = val_get_text(texts->map.pair[0].val, "text", STR_EMPTY);
    }
    struct str reason =
        arena_printf(r->a, "%s (%.*s) : %.*s", broadcast ? "message" : "conversation",
                     STR_ARG(who), STR_ARG(what));
    hand(d, reason, false);
}

/* --- one event --- */

static void keep_result(struct doing *d, const struct val *event) {
    struct effect *e = turn_effect(d->r, EFFECT_RESULT);
    e->result.flow = d->place->flow->name;
    e->result.name = val_get_text(event, "name", STR_EMPTY);
    e->result.category = val_get_text(event, "category", STR_EMPTY);
    e->result.value = val_get(event, "value");
}

static void broken(struct doing *d, const struct val *event) {
    struct run *r = d->r;
    struct str text = val_get_text(event, "text", STR_EMPTY);
    if (r->err && r->err->rc == OK) {
        (void)err_set(r->err, E_INVALID, "%.*s: %.*s", STR_ARG(d->place->flow->name),
                      STR_ARG(text));
    }
    if (!r->flow_case) {
        r->flow_case = true;
        hand(d, STR("flow_error"), false);
    }
}

static void person_event(struct doing *d, struct str type, const struct val *event) {
    struct run *r = d->r;
    if (str_is(type, "contact_field_changed")) {
        set_field(d, event);
    } else if (str_is(type, "contact_name_changed")) {
        set_name(d, val_get_text(event, "name", STR_EMPTY));
    } else if (str_is(type, "contact_language_changed")) {
        struct str lang = rapid_language_short(val_get_text(event, "language", STR_EMPTY));
        turn_set(r, STR("contact.language"), val_text(r->a, lang));
    } else if (str_is(type, "contact_groups_changed")) {
        tags(r, val_get(event, "groups_added"), "tag");
        tags(r, val_get(event, "groups_removed"), "untag");
    } else if (str_is(type, "contact_status_changed")) {
        set_status(d, val_get_text(event, "status", STR_EMPTY));
    }
}

static void one(struct doing *d, struct str type, const struct val *event) {
    if (str_is(type, "msg_created")) {
        send(d, val_get(event, "msg"));
    } else if (str_starts(type, STR("contact_"))) {
        person_event(d, type, event);
    } else if (str_is(type, "ticket_opened")) {
        ticket(d, event);
    } else if (str_is(type, "email_sent")) {
        struct str subject = val_get_text(event, "subject", STR_EMPTY),
                   body = val_get_text(event, "body", STR_EMPTY);
        hand(d, arena_printf(d->r->a, "e-mail : %.*s - %.*s", STR_ARG(subject), STR_ARG(body)),
             false);
    } else if (str_is(type, "broadcast_created") ||
               (str_is(type, "session_triggered") && !start_others(d, event))) {
        for_others(d, event, str_is(type, "broadcast_created"));
    } else if (str_is(type, "run_result_changed")) {
        keep_result(d, event);
    } else if (str_is(type, "error") || str_is(type, "failure")) {
        broken(d, event);
    }
}

static void note(struct run *r, struct str type, const struct val *event) {
    static const char *const WORDS[] = {"text", "url", "subject", "name", "status"};
    struct str more = val_get_text(val_get(event, "msg"), "text", STR_EMPTY);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS && more.n == 0; i++) {
        more = val_get_text(event, WORDS[i], STR_EMPTY);
    }
    turn_trace(r, "%.*s" TRACE_HIDE " %.*s" TRACE_SHOW, STR_ARG(type), STR_ARG(more));
}

void rapid_step_effects(struct run *r, const struct rapid_place *place,
                        const struct val *events, bool goes_on, int64_t wait_ms) {
    struct doing d = {.r = r, .place = place, .wait_ms = wait_ms, .goes_on = goes_on};
    size_t last = events->list.n;
    for (size_t i = 0; i < events->list.n; i++) {
        if (str_is(val_get_text(events->list.item[i], "type", STR_EMPTY), "msg_created")) {
            last = i;
        }
    }
    for (size_t i = 0; i < events->list.n; i++) {
        const struct val *event = events->list.item[i];
        struct str type = val_get_text(event, "type", STR_EMPTY);
        d.last = i == last;
        d.next = i + 1 < events->list.n ? events->list.item[i + 1] : NULL;
        note(r, type, event);
        one(&d, type, event);
    }
    open_case(&d);
    if (wait_ms > 0 && last < events->list.n) {
        keep_asked(r, val_get(events->list.item[last], "msg"));
    } else if (wait_ms > 0) {
        turn_timer(r, r->w->now_ms + wait_ms, turn_top(r)->token);
    }
}
