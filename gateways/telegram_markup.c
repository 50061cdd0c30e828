/* telegram_markup.c - buttons as Telegram keyboards, and long texts as several messages. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram_priv.h"

#include "base/text.h"

enum {
    ROW_BUTTONS = 3,     /* on one line when short */
    ROW_CHARACTERS = 24, /* what a narrow phone shows without cutting */
};

/* http or https, a host with a dot, nothing that needs escaping: the API refuses the rest. */
static bool is_link(struct str url) {
    size_t host = str_starts(url, STR("https://")) ? 8 : 7;
    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://"))) {
        return false;
    }
    for (size_t i = 0; i < url.n; i++) {
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7F) {
            return false;
        }
    }
    struct str rest = str_sub(url, host, url.n);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#') {
        end++;
    }
    size_t dot = str_find_char(str_sub(rest, 0, end), '.', 0);
    return dot != SIZE_MAX && dot > 0 && dot + 1 < end;
}

static bool is_french(const struct outbound *msg) {
    return str_starts(msg->lang, STR("fr"));
}

static struct str label_of(const struct outbound *msg, const struct button *b) {
    if (b->label.n) {
        return b->label;
    }
    switch (b->kind) {
    case BUTTON_LINK:
    case BUTTON_APP:
        return is_french(msg) ? STR("Ouvrir le lien") : STR("Open Link");
    case BUTTON_PHONE:
        return is_french(msg) ? STR("Envoyer mon numéro") : STR("Send my number");
    case BUTTON_PLACE:
        return is_french(msg) ? STR("Envoyer ma position") : STR("Send my location");
    case BUTTON_REPLY:
        break;
    }
    return b->payload;
}

static bool is_usable(const struct button *b) {
    switch (b->kind) {
    case BUTTON_LINK:
    case BUTTON_APP:
        return is_link(b->payload);
    case BUTTON_REPLY:
        return b->label.n || b->payload.n;
    case BUTTON_PHONE:
    case BUTTON_PLACE:
        break;
    }
    return true;
}

/* What comes back when the button is pressed. Too long for the API: the button's number, which
 * every question understands as well. */
static struct str callback_data(const struct button *b, size_t number, struct arena *a) {
    struct str data = b->payload.n ? b->payload : b->label;
    return data.n <= TELEGRAM_DATA_MAX ? data : arena_printf(a, "%zu", number);
}

static const struct val *one_member(const char *key, const struct val *v, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, key, v);
    return val_end(b);
}

static const struct val *inline_button(const struct outbound *msg, size_t i, struct arena *a) {
    const struct button *b = &msg->button[i];
    struct val_builder *m = val_map_begin(a);
    val_put(m, "text", val_text(a, label_of(msg, b)));
    if (b->kind == BUTTON_LINK) {
        val_put(m, "url", val_text(a, b->payload));
    } else {
        val_put(m, "callback_data", val_text(a, callback_data(b, i + 1, a)));
    }
    return val_end(m);
}

static const struct val *reply_button(const struct outbound *msg, const struct button *b,
                                      struct arena *a) {
    struct val_builder *m = val_map_begin(a);
    val_put(m, "text", val_text(a, label_of(msg, b)));
    if (b->kind == BUTTON_PHONE) {
        val_put(m, "request_contact", &VAL_TRUE);
    } else if (b->kind == BUTTON_PLACE) {
        val_put(m, "request_location", &VAL_TRUE);
    } else if (b->kind == BUTTON_APP) {
        val_put(m, "web_app", one_member("url", val_text(a, b->payload), a));
    }
    return val_end(m);
}

/* Rows fill from the left while their labels stay readable. */
struct rows {
    struct val_builder *all, *row;
    size_t buttons, characters;
};

static void rows_add(struct rows *r, const struct val *button, struct arena *a) {
    size_t n = text_length(val_get_text(button, "text", STR_EMPTY));
    if (r->row && (r->buttons == ROW_BUTTONS || r->characters + n > ROW_CHARACTERS)) {
        val_push(r->all, val_end(r->row));
        r->row = NULL;
    }
    if (!r->row) {
        r->row = val_list_begin(a);
        r->buttons = r->characters = 0;
    }
    val_push(r->row, button);
    r->buttons++;
    r->characters += n;
}

static const struct val *rows_end(struct rows *r) {
    if (r->row) {
        val_push(r->all, val_end(r->row));
    }
    return val_end(r->all);
}

static bool has_kind(const struct outbound *msg, enum button_kind kind) {
    for (size_t i = 0; i < msg->buttons; i++) {
        if (msg->button[i].kind == kind && is_usable(&msg->button[i])) {
            return true;
        }
    }
    return false;
}

/* A keyboard that asks for something of the person; it leaves the screen once used. */
static const struct val *reply_keyboard(const struct outbound *msg, struct arena *a,
                                        struct str *ret_text) {
    struct rows r = {.all = val_list_begin(a)};
    for (size_t i = 0; i < msg->buttons; i++) {
        const struct button *b = &msg->button[i];
        if (!is_usable(b)) {
            continue;
        }
        if (b->kind == BUTTON_LINK) {
            struct str label = label_of(msg, b);
            *ret_text = arena_printf(a, "%.*s\n%.*s : %.*s", STR_ARG(*ret_text), STR_ARG(label),
                                     STR_ARG(b->payload));
            continue;
        }
        rows_add(&r, reply_button(msg, b, a), a);
    }
    if (msg->ask_contact && !has_kind(msg, BUTTON_PHONE)) {
        const struct button share = {.kind = BUTTON_PHONE};
        rows_add(&r, reply_button(msg, &share, a), a);
    }
    struct val_builder *m = val_map_begin(a);
    val_put(m, "keyboard", rows_end(&r));
    val_put(m, "resize_keyboard", &VAL_TRUE);
    val_put(m, "one_time_keyboard", &VAL_TRUE);
    return val_end(m);
}

const struct val *telegram_markup(const struct outbound *msg, struct arena *a,
                                  struct str *ret_text) {
    if (msg->ask_contact || has_kind(msg, BUTTON_PHONE) || has_kind(msg, BUTTON_PLACE) ||
        has_kind(msg, BUTTON_APP)) {
        return reply_keyboard(msg, a, ret_text);
    }
    struct rows r = {.all = val_list_begin(a)};
    bool any = false;
    for (size_t i = 0; i < msg->buttons; i++) {
        if (is_usable(&msg->button[i])) {
            rows_add(&r, inline_button(msg, i, a), a);
            any = true;
        }
    }
    return any ? one_member("inline_keyboard", rows_end(&r), a) : NULL;
}

/* ------------------------------------------------------------------ long texts */

/* End of the longest piece from `from` that fits, at a line end or space of its last quarter if
 * any. */
static size_t piece_end(struct str text, size_t from, size_t max) {
    size_t units = 0, pos = from, space = 0, line = 0;
    while (pos < text.n) {
        size_t at = pos;
        uint32_t cp = text_next(text, &pos);
        units += cp > 0xFFFF ? 2 : 1;
        if (units > max) {
            return line ? line : space ? space : at;
        }
        bool late = units > max - max / 4;
        line = late && cp == '\n' ? at : line;
        space = late && text_is_space(cp) ? at : space;
    }
    return text.n;
}

size_t telegram_split(struct str text, size_t max, struct arena *a, struct str **ret_part) {
    struct str *part = ARENA_ARRAY(a, struct str, text.n / (max / 4) + 1);
    size_t n = 0, from = 0;
    while (from < text.n) {
        size_t end = piece_end(text, from, max);
        struct str piece = str_sub(text, from, end - from);
        piece = n || end < text.n ? str_trim(piece) : piece;
        if (piece.n) {
            part[n++] = piece;
        }
        from = end;
    }
    *ret_part = part;
    return n;
}
