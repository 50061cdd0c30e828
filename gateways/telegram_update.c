/* telegram_update.c - one update of the Bot API as a message of ours. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram_priv.h"

#include "base/phone.h"
#include "base/text.h"

#define UPDATE_ID_MAX (INT64_C(1) << 53) /* the API promises 52 significant bits for any id */

static struct str id_text(const struct val *map, const char *key, struct arena *a) {
    int64_t id = val_get_int(map, key, 0);
    return id ? arena_printf(a, "%lld", (long long)id) : STR_EMPTY;
}

/* Non-empty parts with a separator between them. */
static struct str join(struct str x, const char *sep, struct str y, struct arena *a) {
    if (!x.n || !y.n) {
        return x.n ? x : y;
    }
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(x), sep, STR_ARG(y));
}

static struct str full_name(const struct val *person, struct arena *a) {
    struct str first = val_get_text(person, "first_name", STR_EMPTY);
    return join(first, " ", val_get_text(person, "last_name", STR_EMPTY), a);
}

/* A private chat with a person: what the service talks to. */
static const char *why_not_ours(const struct val *chat, const struct val *from) {
    struct str type = val_get_text(chat, "type", STR("private"));
    if (!val_get_int(chat, "id", 0) || !val_get_int(from, "id", 0)) {
        return "no chat or no sender";
    }
    if (!str_is(type, "private") || val_get_int(chat, "id", 0) < 0) {
        return "not a private chat";
    }
    return val_get_bool(from, "is_bot", false) ? "the sender is a bot" : NULL;
}

static void put_person(const struct val *chat, const struct val *from, struct arena *a,
                       struct inbound *in) {
    in->from = (struct address){STR("telegram"), id_text(chat, "id", a)};
    in->person_name = text_cut(full_name(from, a), 200);
    in->person_handle = text_lower(val_get_text(from, "username", STR_EMPTY), a);
}

/* "/stop@our_bot" as menus write it where several bots are: the command alone. */
static struct str without_bot_name(struct str text, struct arena *a) {
    size_t at = str_find_char(text, '@', 0), space = str_find_char(text, ' ', 0);
    if (!text.n || text.p[0] != '/' || at == SIZE_MAX || at < 2 || space < at) {
        return text;
    }
    struct str rest = space == SIZE_MAX ? STR_EMPTY : str_sub(text, space, text.n);
    return arena_printf(a, "%.*s%.*s", (int)at, text.p, STR_ARG(rest));
}

/* "/start", "/start@bot", then an optional parameter. */
static bool is_start(struct str text, struct str *ret_payload) {
    if (!str_starts(text, STR("/start"))) {
        return false;
    }
    struct str rest = str_sub(text, 6, text.n);
    if (rest.n && rest.p[0] == '@') {
        size_t space = str_find_char(rest, ' ', 0);
        rest = space == SIZE_MAX ? STR_EMPTY : str_sub(rest, space, rest.n);
    }
    if (rest.n && rest.p[0] != ' ' && rest.p[0] != '\n') {
        return false;
    }
    *ret_payload = str_trim(rest);
    return true;
}

/* True when the contact is the sender's own: only then does it prove anything. */
static bool own_phone(const struct gw_channel *ch, const struct val *contact,
                      const struct val *from, struct arena *a, struct str *ret_e164) {
    const struct telegram *t = ch->program;
    int64_t owner = val_get_int(contact, "user_id", 0);
    struct str number = val_get_text(contact, "phone_number", STR_EMPTY);
    struct phone phone;
    if (!owner || owner != val_get_int(from, "id", 0) || !number.n) {
        return false;
    }
    if (number.p[0] != '+') {
        number = arena_printf(a, "+%.*s", STR_ARG(number));
    }
    if (phone_parse(number, t->region, a, &phone) != OK) {
        return false;
    }
    *ret_e164 = phone.e164;
    return true;
}

/* A button of a mini app sends its data in a message: JSON goes to the payload, anything else
 * is text. */
static bool app_data(const struct val *message, struct inbound *in) {
    const struct val *app = val_get(message, "web_app_data");
    if (!app) {
        return false;
    }
    struct str data = str_trim(val_get_text(app, "data", STR_EMPTY));
    if (str_starts(data, STR("{")) || str_starts(data, STR("["))) {
        in->text = val_get_text(app, "button_text", STR_EMPTY);
        in->payload = data;
    } else {
        in->text = data;
    }
    return true;
}

static enum rc from_message(const struct gw_channel *ch, const struct val *m, bool edited,
                            struct arena *a, struct inbound *in, const char **ret_why) {
    const struct val *from = val_get(m, "from"), *chat = val_get(m, "chat");
    const struct val *contact = val_get(m, "contact");
    *ret_why = why_not_ours(chat, from);
    if (*ret_why) {
        return NONE;
    }
    put_person(chat, from, a, in);
    in->message_ref = id_text(m, "message_id", a);
    in->sent_ms = gw_seconds(val_get_int(m, edited ? "edit_date" : "date", 0));
    if (!edited && contact && own_phone(ch, contact, from, a, &in->payload)) {
        in->kind = INBOUND_CONTACT;
        return OK;
    }
    if (!app_data(m, in) && !telegram_content(m, a, in)) {
        *ret_why = "nothing to read in this message";
        return NONE;
    }
    if (edited) {
        in->kind = INBOUND_EDITED;
    } else if (!in->attachments &&
               is_start(in->text = without_bot_name(in->text, a), &in->payload)) {
        in->kind = INBOUND_START;
    }
    return OK;
}

/* The label of the pressed button, when the message is still there to be read. */
static struct str label_of(const struct val *message, struct str data) {
    const struct val *rows = val_path(message, "reply_markup.inline_keyboard");
    for (size_t i = 0; val_is(rows, VAL_LIST) && i < rows->list.n; i++) {
        const struct val *row = rows->list.item[i];
        for (size_t k = 0; val_is(row, VAL_LIST) && k < row->list.n; k++) {
            const struct val *button = row->list.item[k];
            if (str_eq(val_get_text(button, "callback_data", STR_EMPTY), data)) {
                return val_get_text(button, "text", data);
            }
        }
    }
    return data;
}

/* The message is absent when it is old; a private chat then has the id of the person. */
static enum rc from_callback(const struct val *q, struct arena *a, struct inbound *in,
                             struct str *ret_callback, const char **ret_why) {
    const struct val *from = val_get(q, "from"), *message = val_get(q, "message");
    const struct val *chat = message ? val_get(message, "chat") : from;
    struct str data = val_get_text(q, "data", STR_EMPTY);
    *ret_callback = val_get_text(q, "id", STR_EMPTY);
    *ret_why = !data.n ? "a callback without data" : why_not_ours(chat, from);
    if (*ret_why) {
        return NONE;
    }
    put_person(chat, from, a, in);
    in->kind = INBOUND_BUTTON;
    in->payload = data;
    in->text = label_of(message, data);
    in->callback_id = *ret_callback;
    in->message_ref = id_text(message, "message_id", a);
    return OK;
}

static enum rc from_membership(const struct val *m, struct arena *a, struct inbound *in,
                               const char **ret_why) {
    const struct val *from = val_get(m, "from"), *chat = val_get(m, "chat");
    struct str status = val_get_text(val_get(m, "new_chat_member"), "status", STR_EMPTY);
    *ret_why = why_not_ours(chat, from);
    if (*ret_why) {
        return NONE;
    }
    if (str_is(status, "kicked")) {
        in->kind = INBOUND_BLOCKED;
    } else if (str_is(status, "member")) {
        in->kind = INBOUND_UNBLOCKED;
    } else {
        *ret_why = "a membership that says nothing";
        return NONE;
    }
    put_person(chat, from, a, in);
    in->sent_ms = gw_seconds(val_get_int(m, "date", 0));
    return OK;
}

enum rc telegram_update(const struct gw_channel *ch, const struct val *update, struct arena *a,
                        struct inbound *ret, int64_t *ret_id, struct str *ret_callback,
                        const char **ret_why) {
    const struct val *v;
    *ret_callback = STR_EMPTY;
    *ret_why = NULL;
    *ret_id = val_get_int(update, "update_id", 0);
    if (*ret_id <= 0 || *ret_id > UPDATE_ID_MAX) {
        *ret_id = 0;
        return E_INVALID;
    }
    *ret = (struct inbound){.gateway = STR("telegram"),
                            .channel = ch->name,
                            .provider_id = id_text(update, "update_id", a),
                            .kind = INBOUND_TEXT};
    if ((v = val_get(update, "message"))) {
        return from_message(ch, v, false, a, ret, ret_why);
    }
    if ((v = val_get(update, "edited_message"))) {
        return from_message(ch, v, true, a, ret, ret_why);
    }
    if ((v = val_get(update, "callback_query"))) {
        return from_callback(v, a, ret, ret_callback, ret_why);
    }
    if ((v = val_get(update, "my_chat_member"))) {
        return from_membership(v, a, ret, ret_why);
    }
    *ret_why = "a kind of update we do not use";
    return NONE;
}
