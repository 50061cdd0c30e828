/* descriptor_call.c - compiles the calls of a descriptor: requests, and the rules that read
 * answers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "gateways/descriptor_priv.h"

/* ------------------------------------------------------------------ bodies */

static enum rc load_json(struct loader *l, const struct val *v, const struct djson **ret) {
    struct djson *j = ARENA_NEW(l->a, struct djson);
    *ret = j;
    if (v->type != VAL_MAP && v->type != VAL_LIST) {
        j->type = VAL_TEXT;
        return load_template(l, v, DTEXT_RAW, &j->text);
    }
    j->type = v->type;
    j->kids = v->type == VAL_MAP ? v->map.n : v->list.n;
    struct str *key = ARENA_ARRAY(l->a, struct str, j->kids);
    const struct djson **kid = arena_array(l->a, j->kids, sizeof *kid);
    for (size_t i = 0; i < j->kids; i++) {
        if (v->type == VAL_MAP) {
            key[i] = v->map.pair[i].key;
        }
        const struct val *in = v->type == VAL_MAP ? v->map.pair[i].val : v->list.item[i];
        if (load_json(l, in, &kid[i]) < 0 ||
            (v->type == VAL_MAP && kid[i]->text &&
             load_no_secret(l, key[i], in, kid[i]->text) < 0)) {
            return E_INVALID;
        }
    }
    j->key = key;
    j->kid = kid;
    return OK;
}

static enum rc load_body(struct loader *l, const struct val *v, struct dcall *c) {
    static const char *const kinds[] = {"form", "json", "xml", "body", "multipart", NULL};
    const char *found = NULL;
    for (size_t i = 0; kinds[i]; i++) {
        if (!val_get(v, kinds[i])) {
            continue;
        }
        if (found) {
            return load_err(l, val_get(v, kinds[i]), "a call has one body: '%s' or '%s'", found,
                            kinds[i]);
        }
        found = kinds[i];
    }
    const struct val *json = val_get(v, "json");
    c->has_form = val_get(v, "form") || val_get(v, "multipart");
    c->multipart = val_get(v, "multipart") != NULL;
    struct str type = val_get_text(v, "type", STR_EMPTY);
    c->type = type.n              ? type
              : c->multipart      ? STR("multipart/form-data")
              : c->has_form       ? STR("application/x-www-form-urlencoded")
              : json              ? STR("application/json")
              : val_get(v, "xml") ? STR("application/xml; charset=utf-8")
                                  : STR_EMPTY;
    if (load_fields(l, val_get(v, c->multipart ? "multipart" : "form"), DTEXT_RAW, &c->form) <
            0 ||
        (json && load_json(l, json, &c->json) < 0)) {
        return E_INVALID;
    }
    return val_get(v, "xml") ? load_text(l, v, "xml", DTEXT_XML, &c->body)
                             : load_text(l, v, "body", DTEXT_RAW, &c->body);
}

/* ------------------------------------------------------------------ rules */

static bool why_named(struct str word, enum drule_kind kind, enum drule_why *ret) {
    static const struct {
        const char *word;
        enum drule_kind kind;
        enum drule_why why;
    } all[] = {
        {"throttled", RULE_RETRY, WHY_THROTTLED}, {"connection", RULE_RETRY, WHY_CONNECTION},
        {"later", RULE_RETRY, WHY_OTHER},         {"rejected", RULE_FAIL, WHY_REJECTED},
        {"opted_out", RULE_FAIL, WHY_OPTED_OUT},  {"bad_number", RULE_FAIL, WHY_BAD_NUMBER},
        {"content", RULE_FAIL, WHY_OTHER},        {"auth", RULE_FAULT, WHY_OTHER},
        {"credit", RULE_FAULT, WHY_OTHER},        {"account", RULE_FAULT, WHY_OTHER}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].kind == kind && str_is(word, all[i].word)) {
            *ret = all[i].why;
            return true;
        }
    }
    return false;
}

static enum rc load_verdict(struct loader *l, const struct val *v, struct drule *r) {
    static const char *const verdicts[] = {"sent", "retry", "fail", "fault", NULL};
    static const char *const words[] = {"", "throttled, connection or later",
                                        "rejected, opted_out, bad_number or content",
                                        "auth, credit or account"};
    int found = -1;
    for (int i = 0; verdicts[i]; i++) {
        if (val_get(v, verdicts[i])) {
            if (found >= 0) {
                return load_err(l, v, "a rule says one thing: '%s' or '%s'", verdicts[found],
                                verdicts[i]);
            }
            found = i;
        }
    }
    if (found < 0) {
        return load_err(l, v, "a rule needs 'sent', 'retry', 'fail' or 'fault'");
    }
    r->kind = (enum drule_kind)found;
    if (r->kind == RULE_SENT) {
        return load_text(l, v, "sent", DTEXT_RAW, &r->id);
    }
    const struct val *word = val_get(v, verdicts[found]);
    if (!val_is(word, VAL_TEXT) || !why_named(word->text, r->kind, &r->why)) {
        return load_err(l, word, "'%s' is one of: %s", verdicts[found], words[found]);
    }
    return OK;
}

/* A rule after one without 'when', or with the 'when' of an earlier one, cannot decide
 * anything. */
enum rc load_reached(struct loader *l, const struct val *list, size_t at) {
    const struct val *when = val_get(list->list.item[at], "when");
    for (size_t i = 0; i < at; i++) {
        const struct val *before = val_get(list->list.item[i], "when");
        if (!before) {
            return load_err(l, list->list.item[at],
                            "this rule is never reached: the one before it always fits");
        }
        if (val_is(when, VAL_TEXT) && val_is(before, VAL_TEXT) &&
            str_eq(when->text, before->text)) {
            return load_err(l, when,
                            "this rule is never reached: line %d has the same condition",
                            before->line);
        }
    }
    return OK;
}

static enum rc load_rules(struct loader *l, const struct val *list, struct drules *ret) {
    static const char *const known[] = {"when",   "sent",  "retry",       "fail",
                                        "fault",  "code",  "reason",      "after",
                                        "unsure", "pause", "new_address", NULL};
    if (!list) {
        return OK;
    }
    if (!val_is(list, VAL_LIST)) {
        return load_err(l, list, "a list of rules is expected here");
    }
    struct drule *r = ARENA_ARRAY(l->a, struct drule, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        if (load_reached(l, list, i) < 0) {
            return E_INVALID;
        }
        if (load_keys(l, v, "a rule", known) < 0 || load_expr(l, v, "when", &r[i].when) < 0 ||
            load_verdict(l, v, &r[i]) < 0 ||
            load_text(l, v, "code", DTEXT_RAW, &r[i].code) < 0 ||
            load_text(l, v, "reason", DTEXT_RAW, &r[i].reason) < 0 ||
            load_text(l, v, "after", DTEXT_RAW, &r[i].after) < 0 ||
            load_text(l, v, "new_address", DTEXT_RAW, &r[i].new_address) < 0) {
            return E_INVALID;
        }
        r[i].unsure = load_is_true(v, "unsure");
        r[i].pause = load_is_true(v, "pause");
    }
    *ret = (struct drules){r, list->list.n};
    return OK;
}

/* ------------------------------------------------------------------ the call */

static enum rc load_each(struct loader *l, const struct val *v, struct dcall *c) {
    struct str each = val_get_text(v, "for", STR("part"));
    if (str_is(each, "part")) {
        c->each = FOR_PART;
    } else if (str_is(each, "attachment")) {
        c->each = FOR_ATTACHMENT;
    } else if (str_is(each, "message")) {
        c->each = FOR_MESSAGE;
    } else {
        return load_err(l, val_get(v, "for"), "'for' is part, attachment or message");
    }
    return OK;
}

static enum rc load_fallback(struct loader *l, const struct val *v, struct dcall *c) {
    const struct val *list = val_get(v, "fallback");
    if (!list) {
        return OK;
    }
    if (!val_is(list, VAL_LIST)) {
        return load_err(l, list, "'fallback' is a list of addresses to try next");
    }
    const struct dtext **url = arena_array(l->a, list->list.n, sizeof *url);
    for (size_t i = 0; i < list->list.n; i++) {
        if (load_template(l, list->list.item[i], DTEXT_URL, &url[i]) < 0) {
            return E_INVALID;
        }
    }
    c->fallback = url;
    c->fallbacks = list->list.n;
    return OK;
}

static enum rc load_request(struct loader *l, const struct val *v, struct dcall *c) {
    int64_t timeout = 0;
    c->idempotent = load_is_true(v, "idempotent");
    if (val_get(v, "timeout") &&
        (!str_to_i64(val_get_text(v, "timeout", STR_EMPTY), &timeout) || timeout < 1 ||
         timeout > 120)) {
        return load_err(l, val_get(v, "timeout"),
                        "'timeout' is a number of seconds from 1 to 120");
    }
    c->timeout_ms = (int)timeout * 1000;
    if (!val_get(v, "url")) {
        return load_err(l, v, "a call needs 'url'");
    }
    if (load_text(l, v, "url", DTEXT_URL, &c->url) < 0 || load_fallback(l, v, c) < 0 ||
        load_text(l, v, "fetch", DTEXT_URL, &c->fetch) < 0 ||
        load_fields(l, val_get(v, "query"), DTEXT_RAW, &c->query) < 0 ||
        load_body(l, v, c) < 0) {
        return E_INVALID;
    }
    bool has_body = c->has_form || c->json || c->body;
    static const struct val post = {.type = VAL_TEXT, .text = {"POST", 4}};
    const struct val *method = val_get(v, "method") ? val_get(v, "method")
                               : has_body           ? &post
                                                    : NULL;
    if (method && load_template(l, method, DTEXT_RAW, &c->method) < 0) {
        return E_INVALID;
    }
    unsigned saved = l->context;
    l->context |= CTX_HEADER;
    enum rc rc = load_fields(l, val_get(v, "headers"), DTEXT_HEADER, &c->header);
    l->context = saved;
    return rc;
}

enum rc load_call(struct loader *l, const struct val *v, enum dcall_kind kind,
                  struct dcall *ret) {
    static const char *const known[] = {"for",      "when",   "let",     "method",     "url",
                                        "fallback", "fetch",  "query",   "headers",    "form",
                                        "json",     "xml",    "body",    "multipart",  "type",
                                        "early",    "result", "timeout", "idempotent", NULL};
    static const char *const known_memo[] = {
        "when", "let",  "method", "url",     "query", "headers", "form",  "json", "xml",
        "body", "type", "value",  "default", "ttl",   "timeout", "renew", NULL};
    static const char *const known_poll[] = {"let",     "method",  "url",  "query",
                                             "headers", "form",    "json", "body",
                                             "type",    "timeout", NULL};
    static const char *const *const known_of[] = {known, known_memo, known_poll, known_poll};
    static const char *const name_of[] = {"a call", "a memo", "a poll request",
                                          "a call for a file"};
    int lets = l->lets;
    if (load_keys(l, v, name_of[kind], known_of[kind]) < 0 || load_each(l, v, ret) < 0 ||
        load_expr(l, v, "when", &ret->when) < 0 ||
        load_lets(l, val_get(v, "let"), &ret->let) < 0 || load_request(l, v, ret) < 0) {
        return E_INVALID;
    }
    unsigned saved = l->context;
    l->context = CTX_RESULT;
    enum rc rc = load_rules(l, val_get(v, "early"), &ret->early) < 0 ||
                         load_rules(l, val_get(v, "result"), &ret->result) < 0
                     ? E_INVALID
                     : OK;
    l->context = saved;
    l->lets = lets;
    if (rc == OK && kind == CALL_SEND && !ret->result.n) {
        return load_err(l, v, "a call needs 'result': the rules that read its answer");
    }
    return rc;
}

/* Each memo is a name; later memos may use earlier ones. */
enum rc load_memos(struct loader *l, const struct val *map) {
    if (!map) {
        return OK;
    }
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "'memo' must be a map of 'name: call'");
    }
    struct dmemo *m = ARENA_ARRAY(l->a, struct dmemo, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        m[i].name = p->key;
        l->context = CTX_MEMO;
        if (load_call(l, p->val, CALL_MEMO, &m[i].call) < 0) {
            return E_INVALID;
        }
        l->context = CTX_RESULT;
        if (!val_get(p->val, "value")) {
            return load_key_err(l, p, "a memo needs 'value': what to keep of the answer");
        }
        if (load_text(l, p->val, "value", DTEXT_RAW, &m[i].value) < 0 ||
            load_text(l, p->val, "default", DTEXT_RAW, &m[i].fallback) < 0 ||
            load_expr(l, p->val, "ttl", &m[i].ttl) < 0 ||
            load_expr(l, p->val, "renew", &m[i].renew) < 0) {
            return E_INVALID;
        }
        m[i].let_id = l->lets;
        l->d->let_name[l->lets++] = p->key;
    }
    l->d->memo = m;
    l->d->memos = map->map.n;
    return OK;
}
