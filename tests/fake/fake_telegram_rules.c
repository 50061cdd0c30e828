/* fake_telegram_rules.c - which calls of the Bot API are well formed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fake/fake_telegram_rules.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

enum type { T_INT, T_FLOAT, T_BOOL, T_TEXT, T_CHAT, T_FILE, T_MARKUP, T_TEXTS, T_LINK_OPTIONS };

struct param {
    const char *name;
    enum type type;
    bool needed;
    int min, max; /* of a number, or of a text in UTF-16 units; max 0 = no bound */
};

struct rule {
    const char *method;
    const char *file; /* its file parameter, when it sends one */
    bool sends;
    const struct param *param;
};

#define CHAT                                                                                   \
    { "chat_id", T_CHAT, true, 0, 0 }
#define COMMON                                                                                 \
    {"disable_notification", T_BOOL, false, 0, 0}, {"protect_content", T_BOOL, false, 0, 0},   \
        {"parse_mode", T_TEXT, false, 4, 10}, {                                                \
        "reply_markup", T_MARKUP, false, 0, 0                                                  \
    }
#define CAPTION                                                                                \
    { "caption", T_TEXT, false, 0, 1024 }
#define END                                                                                    \
    { NULL, T_INT, false, 0, 0 }

static const struct param SEND_MESSAGE[] = {
    CHAT,
    {"text", T_TEXT, true, 1, 4096},
    {"link_preview_options", T_LINK_OPTIONS, false, 0, 0},
    COMMON,
    END};
static const struct param SEND_PHOTO[] = {
    CHAT, {"photo", T_FILE, true, 1, 0}, CAPTION, COMMON, END};
static const struct param SEND_VIDEO[] = {
    CHAT, {"video", T_FILE, true, 1, 0}, CAPTION, COMMON, END};
static const struct param SEND_AUDIO[] = {
    CHAT, {"audio", T_FILE, true, 1, 0}, CAPTION, COMMON, END};
static const struct param SEND_DOCUMENT[] = {
    CHAT, {"document", T_FILE, true, 1, 0}, CAPTION, COMMON, END};
static const struct param SEND_LOCATION[] = {CHAT,
                                             {"latitude", T_FLOAT, true, -90, 90},
                                             {"longitude", T_FLOAT, true, -180, 180},
                                             COMMON,
                                             END};
static const struct param ANSWER_CALLBACK[] = {
    {"callback_query_id", T_TEXT, true, 1, 0}, {"text", T_TEXT, false, 0, 200},
    {"show_alert", T_BOOL, false, 0, 0},       {"url", T_TEXT, false, 0, 0},
    {"cache_time", T_INT, false, 0, 0},        END};
static const struct param GET_UPDATES[] = {{"offset", T_INT, false, 0, 0},
                                           {"limit", T_INT, false, 1, 100},
                                           {"timeout", T_INT, false, 0, 50},
                                           {"allowed_updates", T_TEXTS, false, 0, 0},
                                           END};
static const struct param SET_WEBHOOK[] = {{"url", T_TEXT, true, 0, 0},
                                           {"secret_token", T_TEXT, false, 1, 256},
                                           {"max_connections", T_INT, false, 1, 100},
                                           {"allowed_updates", T_TEXTS, false, 0, 0},
                                           {"drop_pending_updates", T_BOOL, false, 0, 0},
                                           END};
static const struct param DELETE_WEBHOOK[] = {{"drop_pending_updates", T_BOOL, false, 0, 0},
                                              END};
static const struct param GET_FILE[] = {{"file_id", T_TEXT, true, 1, 0}, END};
static const struct param CHAT_ACTION[] = {CHAT, {"action", T_TEXT, true, 1, 40}, END};
static const struct param NOTHING[] = {END};

static const struct rule RULES[] = {
    {"sendMessage", NULL, true, SEND_MESSAGE},
    {"sendPhoto", "photo", true, SEND_PHOTO},
    {"sendVideo", "video", true, SEND_VIDEO},
    {"sendAudio", "audio", true, SEND_AUDIO},
    {"sendDocument", "document", true, SEND_DOCUMENT},
    {"sendLocation", NULL, true, SEND_LOCATION},
    {"answerCallbackQuery", NULL, false, ANSWER_CALLBACK},
    {"getUpdates", NULL, false, GET_UPDATES},
    {"setWebhook", NULL, false, SET_WEBHOOK},
    {"deleteWebhook", NULL, false, DELETE_WEBHOOK},
    {"getFile", NULL, false, GET_FILE},
    {"getMe", NULL, false, NOTHING},
    {"sendChatAction", NULL, false, CHAT_ACTION},
};

static const struct rule *rule_for(struct str method) {
    for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++) {
        if (str_is(method, RULES[i].method)) {
            return &RULES[i];
        }
    }
    return NULL;
}

bool fake_telegram_sends(struct str method) {
    const struct rule *r = rule_for(method);
    return r && r->sends;
}

const char *fake_telegram_file_param(struct str method) {
    const struct rule *r = rule_for(method);
    return r ? r->file : NULL;
}

static int utf16_length(struct str s) {
    int n = 0;
    for (size_t pos = 0; pos < s.n;) {
        n += text_next(s, &pos) > 0xFFFF ? 2 : 1;
    }
    return n;
}

/* ------------------------------------------------------------------ keyboards */

static bool only_members(const struct val *map, const char *const *names) {
    for (size_t i = 0; i < map->map.n; i++) {
        bool known = false;
        for (const char *const *n = names; *n; n++) {
            known = known || str_is(map->map.pair[i].key, *n);
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

static bool is_web(struct str url) {
    return str_starts(url, STR("http://")) || str_starts(url, STR("https://")) ||
           str_starts(url, STR("tg://"));
}

static const char *check_inline_button(const struct val *b) {
    static const char *const KNOWN[] = {"text", "callback_data", "url", "web_app", NULL};
    struct str data = val_get_text(b, "callback_data", STR_EMPTY);
    struct str url = val_get_text(b, "url", STR_EMPTY);
    int ways = (val_get(b, "callback_data") != NULL) + (val_get(b, "url") != NULL) +
               (val_get(b, "web_app") != NULL);
    if (!only_members(b, KNOWN)) {
        return "unknown member of an inline button";
    }
    if (ways != 1) {
        return "an inline button must have exactly one action";
    }
    if (val_get(b, "callback_data") && (data.n < 1 || data.n > 64)) {
        return "BUTTON_DATA_INVALID";
    }
    return val_get(b, "url") && !is_web(url) ? "BUTTON_URL_INVALID" : NULL;
}

static const char *check_reply_button(const struct val *b) {
    static const char *const KNOWN[] = {"text", "request_contact", "request_location",
                                        "web_app", NULL};
    return only_members(b, KNOWN) ? NULL : "unknown member of a keyboard button";
}

static const char *check_rows(const struct val *rows, bool is_inline) {
    if (!val_is(rows, VAL_LIST)) {
        return "a keyboard must be a list of rows";
    }
    for (size_t i = 0; i < rows->list.n; i++) {
        const struct val *row = rows->list.item[i];
        if (!val_is(row, VAL_LIST) || !row->list.n) {
            return "a row must be a list of buttons";
        }
        for (size_t k = 0; k < row->list.n; k++) {
            const struct val *b = row->list.item[k];
            if (!val_is(b, VAL_MAP) || !val_get_text(b, "text", STR_EMPTY).n) {
                return "a button must have a text";
            }
            const char *why = is_inline ? check_inline_button(b) : check_reply_button(b);
            if (why) {
                return why;
            }
        }
    }
    return NULL;
}

static const char *check_markup(const struct val *m) {
    static const char *const REPLY[] = {
        "keyboard",      "resize_keyboard",         "one_time_keyboard",
        "is_persistent", "input_field_placeholder", NULL};
    if (!val_is(m, VAL_MAP)) {
        return "reply_markup must be an object";
    }
    if (val_get(m, "inline_keyboard")) {
        return m->map.n == 1 ? check_rows(val_get(m, "inline_keyboard"), true)
                             : "unknown member of reply_markup";
    }
    if (val_get(m, "keyboard")) {
        return only_members(m, REPLY) ? check_rows(val_get(m, "keyboard"), false)
                                      : "unknown member of reply_markup";
    }
    return val_get_bool(m, "remove_keyboard", false) && m->map.n == 1
               ? NULL
               : "reply_markup is none of the kinds we use";
}

/* ------------------------------------------------------------------ parameters */

static const char *check_number(const struct param *p, const struct val *v, bool form,
                                struct arena *a) {
    struct dec d;
    if (val_is(v, VAL_NUMBER)) {
        d = v->num;
    } else if (!form || !val_is(v, VAL_TEXT) || dec_parse(v->text, &d) != OK) {
        return arena_printf(a, "%s must be a number", p->name).p;
    }
    if (p->type == T_INT && !dec_is_int(d)) {
        return arena_printf(a, "%s must be an integer", p->name).p;
    }
    if (p->max &&
        (dec_cmp(d, dec_from_i64(p->min)) < 0 || dec_cmp(d, dec_from_i64(p->max)) > 0)) {
        return arena_printf(a, "%s is out of bounds", p->name).p;
    }
    return NULL;
}

static const char *check_text(const struct param *p, const struct val *v, struct arena *a) {
    if (!val_is(v, VAL_TEXT)) {
        return arena_printf(a, "%s must be a text", p->name).p;
    }
    int n = utf16_length(str_trim(v->text));
    if (n < p->min) {
        return str_is(str_from(p->name), "text") ? "message text is empty"
                                                 : arena_printf(a, "%s is empty", p->name).p;
    }
    if (p->max && utf16_length(v->text) > p->max) {
        return strcmp(p->name, "text") == 0 ? "message is too long"
                                            : arena_printf(a, "%s is too long", p->name).p;
    }
    return NULL;
}

static const char *check_texts(const struct param *p, const struct val *v, struct arena *a) {
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
        if (!val_is(v->list.item[i], VAL_TEXT)) {
            v = NULL;
        }
    }
    return val_is(v, VAL_LIST) ? NULL
                               : arena_printf(a, "%s must be a list of texts", p->name).p;
}

static const char *check_param(const struct param *p, const struct val *v, bool form,
                               struct arena *a) {
    const struct val *inner = v;
    if (form && val_is(v, VAL_TEXT) && (p->type == T_MARKUP || p->type == T_TEXTS) &&
        json_parse(v->text, a, &inner, NULL) != OK) {
        return arena_printf(a, "%s is not JSON", p->name).p;
    }
    switch (p->type) {
    case T_INT:
    case T_FLOAT:
        return check_number(p, v, form, a);
    case T_CHAT:
        return val_is(v, VAL_TEXT) && v->text.n
                   ? NULL
                   : check_number(&(struct param){p->name, T_INT, true, 0, 0}, v, form, a);
    case T_BOOL:
        return val_is(v, VAL_BOOL) || form ? NULL
                                           : arena_printf(a, "%s must be a bool", p->name).p;
    case T_TEXT:
    case T_FILE:
        return check_text(p, v, a);
    case T_MARKUP:
        return check_markup(inner);
    case T_TEXTS:
        return check_texts(p, inner, a);
    case T_LINK_OPTIONS:
        return val_is(inner, VAL_MAP) ? NULL : "link_preview_options must be an object";
    }
    return NULL;
}

const char *fake_telegram_check(struct str method, const struct val *params, bool form,
                                struct arena *a) {
    const struct rule *r = rule_for(method);
    if (!r) {
        return "no such method";
    }
    for (const struct param *p = r->param; p->name; p++) {
        const struct val *v = val_get(params, p->name);
        if (!v && p->needed) {
            return arena_printf(a, "%s is missing", p->name).p;
        }
        const char *why = v ? check_param(p, v, form, a) : NULL;
        if (why) {
            return why;
        }
    }
    for (size_t i = 0; i < params->map.n; i++) {
        const struct param *p = r->param;
        while (p->name && !str_is(params->map.pair[i].key, p->name)) {
            p++;
        }
        if (!p->name) {
            return arena_printf(a, "unknown parameter %.*s", STR_ARG(params->map.pair[i].key))
                .p;
        }
    }
    return NULL;
}
