/* effects.c - what the engine decided becomes rows: messages, fields, timers, cases, acts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/effects.h"

#include <stdio.h>

#include "base/dec.h"
#include "base/json.h"
#include "base/log.h"
#include "db/cases.h"
#include "db/timers.h"
#include "gateways/gateway.h"
#include "gateways/sms_text.h"
#include "jobs/acts.h"
#include "jobs/callout.h"
#include "jobs/carriers.h"
#include "jobs/handon.h"
#include "jobs/metrics.h"
#include "jobs/service.h"

static const struct {
    const char *name;
    int priority;
} KINDS[] = {
    [SAY_REPLY] = {"reply", 0},       [SAY_URGENT] = {"urgent", 1},
    [SAY_REMINDER] = {"reminder", 3}, [SAY_QUESTION] = {"question", 4},
    [SAY_SURVEY] = {"survey", 5},     [SAY_BULK] = {"bulk", 7},
};

struct str effects_kind_name(enum say_kind k) {
    return str_from(KINDS[k].name);
}

int effects_priority(enum say_kind k) {
    return KINDS[k].priority;
}

static int64_t life_of(const struct config *c, enum say_kind k) {
    switch (k) {
    case SAY_REPLY:
    case SAY_URGENT:
        return c->sending.reply_late_ms;
    case SAY_REMINDER:
        return c->sending.reminder_late_ms;
    case SAY_QUESTION:
    case SAY_BULK:
        return 2 * MS_DAY;
    case SAY_SURVEY:
        return 4 * MS_DAY;
    }
    return MS_DAY;
}

struct str effects_text(const struct carrier *c, struct str text, struct str digits,
                        struct arena *a) {
    unsigned caps = c ? c->gw.kind->caps : GW_SMS;
    if (digits.n > 0) {
        text = arena_printf(a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(digits));
    }
    enum sms_policy policy;
    if ((caps & GW_SMS) && c && sms_policy_parse(c->config->text_policy, &policy) == OK) {
        text = sms_policy_apply(text, policy, a);
    }
    return text;
}

static const char *const BUTTONS[] = {
    [BUTTON_REPLY] = "reply", [BUTTON_LINK] = "link",   [BUTTON_APP] = "app",
    [BUTTON_PHONE] = "phone", [BUTTON_PLACE] = "place",
};

enum button_kind effects_button_kind(struct str word) {
    for (size_t i = 0; i < sizeof BUTTONS / sizeof *BUTTONS; i++) {
        if (str_is(word, BUTTONS[i])) {
            return (enum button_kind)i;
        }
    }
    return BUTTON_REPLY;
}

static struct str buttons_json(const struct effect_say *say, struct arena *a) {
    if (say->buttons == 0) {
        return STR_EMPTY;
    }
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; i < say->buttons; i++) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "label", val_text(a, say->button[i].label));
        val_put(b, "payload", val_text(a, say->button[i].payload));
        if (say->button[i].kind != BUTTON_REPLY) {
            val_put(b, "kind", val_textz(a, BUTTONS[say->button[i].kind]));
        }
        val_push(list, val_end(b));
    }
    return json_text(val_end(list), a);
}

static struct str texts_json(const struct str *s, size_t n, struct arena *a) {
    if (n == 0) {
        return STR_EMPTY;
    }
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; i < n; i++) {
        val_push(list, val_text(a, s[i]));
    }
    return json_text(val_end(list), a);
}

static enum rc say(struct person *p, const struct effect_say *e) {
    const struct config *c = p->s->config;
    /* a choice of several is typed everywhere: one press would already be the answer */
    bool buttons = e->buttons > 0 && p->carrier && (p->carrier->gw.kind->caps & GW_BUTTONS);
    struct outbox_row m = {
        .contact_id = p->contact.id,
        .address_id = p->address.id,
        .channel = p->carrier ? p->carrier->gw.name : STR_EMPTY,
        .kind = effects_kind_name(e->kind),
        .priority = effects_priority(e->kind),
        .text = effects_text(p->carrier, e->text, buttons ? STR_EMPTY : e->digits, p->a),
        .buttons = buttons ? buttons_json(e, p->a) : STR_EMPTY,
        .attachments = texts_json(e->attachment, e->attachments, p->a),
        .lang = e->lang,
        .ask_contact = e->ask_contact,
        .confirms_stop = e->confirms_stop,
        .expires_ms = e->expires_ms ? e->expires_ms : p->now_ms + life_of(c, e->kind),
        .arm_ms = e->timeout_ms,
        .arm_token = e->timeout_token,
        .broadcast_id = person_about(p, "broadcast"),
        .meetup_id = person_about(p, "meetup"),
        .wave_id = person_about(p, "wave"),
        .case_id = p->talk.paused_case,
        .inbox_id = p->cause ? p->cause->id : 0,
    };
    m.segments = sms_count(m.text).segments;
    enum rc rc = outbox_put(p->s->db, &m, &p->talk, p->a, p->now_ms);
    if (rc == NONE) {
        log_event(LOG_LVL_WARN, "converse.unreachable", "contact=%lld",
                  (long long)p->contact.id);
        return OK;
    }
    p->changes |= CHANGE_OUTBOUND;
    return rc;
}

static struct str written(struct person *p, const struct val *v) {
    switch (v->type) {
    case VAL_TEXT:
        return v->text;
    case VAL_NUMBER:
        return dec_text(v->num, p->a);
    case VAL_BOOL:
        return v->b ? STR("1") : STR("0");
    case VAL_DATE:
        return date_iso(v->date, p->a);
    case VAL_NULL:
        return STR_EMPTY;
    case VAL_TIME:
    case VAL_DATETIME:
    case VAL_LIST:
    case VAL_MAP:
    case VAL_FUNC:
    case VAL_ERROR:
        return json_text(v, p->a);
    }
    return STR_EMPTY;
}

/* Columns first; what is no column is a declared field of the hot row. */
static enum rc set_field(struct person *p, struct str name, const struct val *v) {
    enum rc rc = contacts_set(p->s->db, p->contact.id, name, written(p, v));
    if (rc == OK) {
        return person_reload(p);
    }
    if (rc == E_INVALID) {
        log_event(LOG_LVL_WARN, "converse.field_refused", "contact=%lld field=%.*s",
                  (long long)p->contact.id, STR_ARG(name));
        return OK;
    }
    if (rc == NONE) {
        p->fields = val_with(p->a, p->fields, name, v->type == VAL_NULL ? NULL : v);
        return OK;
    }
    return rc;
}

static enum rc hand_over(struct person *p, const struct effect *e) {
    struct case_row c = {.contact_id = p->contact.id,
                         .reason = e->hand.reason,
                         .quote = e->hand.quote,
                         .team = e->hand.team,
                         .urgent = e->hand.urgent,
                         .pause = e->hand.pause};
    bool is_new = false;
    enum rc rc = cases_open(p->s->db, &c, &p->talk, p->now_ms, &is_new);
    if (rc == OK && is_new) {
        metric_add(METRIC_CASES, 1);
        log_event(e->hand.urgent ? LOG_LVL_WARN : LOG_LVL_INFO, "case.open",
                  "case=%lld contact=%lld urgent=%d", (long long)c.id, (long long)p->contact.id,
                  e->hand.urgent);
    }
    p->changes |= CHANGE_CASES;
    return rc;
}

/* A token is a person's own; the key keeps one timer a person and token. */
static enum rc arm(struct person *p, int64_t due_ms, struct str token) {
    struct timer t = {.due_ms = due_ms,
                      .kind = STR(TIMERS_TIMEOUT),
                      .contact_id = p->contact.id,
                      .token = token,
                      .key = arena_printf(p->a, "timeout/%lld/%.*s", (long long)p->contact.id,
                                          STR_ARG(token))};
    return timers_arm(p->s->db, &t, p->now_ms);
}

enum rc effects_apply(struct person *p, const struct turn *turn, const struct val **ret_result,
                      struct err *err) {
    enum rc rc = OK;
    for (size_t i = 0; i < turn->effects && rc == OK; i++) {
        const struct effect *e = &turn->effect[i];
        switch (e->kind) {
        case EFFECT_SAY:
            rc = say(p, &e->say);
            break;
        case EFFECT_SET_FIELD:
            rc = set_field(p, e->field.name, e->field.value);
            break;
        case EFFECT_ACT:
            rc = acts_do(p, e->act.name, e->act.args, ret_result, err);
            break;
        case EFFECT_TIMER:
            rc = arm(p, e->timer.due_ms, e->timer.token);
            break;
        case EFFECT_CASE:
            rc = hand_over(p, e);
            break;
        case EFFECT_CALL:
            rc = callout_ask(p, &e->call);
            break;
        case EFFECT_START:
            rc = handon_start(p, &e->start);
            break;
        case EFFECT_RESULT:
            log_event(LOG_LVL_DEBUG, "converse.result", "contact=%lld flow=%.*s name=%.*s",
                      (long long)p->contact.id, STR_ARG(e->result.flow),
                      STR_ARG(e->result.name));
            break;
        }
    }
    return rc;
}
