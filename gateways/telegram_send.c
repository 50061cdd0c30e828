/* telegram_send.c - one message of ours as calls of the Bot API, and what their answers mean.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram_priv.h"

#include "base/dec.h"
#include "base/json.h"
#include "base/text.h"

struct part {
    const char *method;
    const struct val *params;
};

/* What is left to send; lives in the send's arena between calls. */
struct plan {
    struct part *part;
    size_t parts;
    size_t at; /* the one under way */
    struct str *id;
    size_t ids;
};

/* Which method sends a media type, and the name of its file parameter. */
static const struct {
    const char *type, *method, *param;
} METHODS[] = {
    {"image/", "sendPhoto", "photo"},       {"video/", "sendVideo", "video"},
    {"audio/", "sendAudio", "audio"},       {"application/", "sendDocument", "document"},
    {"text/", "sendDocument", "document"},  {"font/", "sendDocument", "document"},
    {"model/", "sendDocument", "document"},
};

static struct val_builder *begin_params(const struct outbound *msg, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    int64_t chat;
    bool number = str_to_i64(msg->to.value, &chat);
    val_put(b, "chat_id", number ? val_int(a, chat) : val_text(a, msg->to.value));
    return b;
}

static void add_part(struct plan *p, const char *method, struct val_builder *params) {
    p->part[p->parts++] = (struct part){method, val_end(params)};
}

/* "geo:LAT,LON" to sendLocation; false when it is none. */
static bool add_place(struct plan *p, const struct outbound *msg, struct str place,
                      struct arena *a) {
    struct str lat, lon = str_sub(place, 4, place.n);
    struct dec y, x;
    if (!str_starts(place, STR("geo:")) || !str_next(&lon, ',', &lat) ||
        dec_parse(lat, &y) != OK || dec_parse(lon, &x) != OK) {
        return false;
    }
    struct val_builder *b = begin_params(msg, a);
    val_put(b, "latitude", val_num(a, y));
    val_put(b, "longitude", val_num(a, x));
    add_part(p, "sendLocation", b);
    return true;
}

static bool add_attachment(struct plan *p, const struct outbound *msg, struct str attachment,
                           struct str caption, const struct val *markup, struct arena *a) {
    size_t colon = str_find_char(attachment, ':', 0);
    struct str url =
        colon == SIZE_MAX ? STR_EMPTY : str_sub(attachment, colon + 1, attachment.n);
    if (add_place(p, msg, attachment, a)) {
        return true;
    }
    if (str_starts(url, STR("tg-file:"))) {
        url = str_sub(url, 8, url.n); /* a file the network holds already is sent by its id */
    }
    for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]) && url.n; i++) {
        if (!str_starts(attachment, str_from(METHODS[i].type))) {
            continue;
        }
        struct val_builder *b = begin_params(msg, a);
        val_put(b, METHODS[i].param, val_text(a, url));
        if (caption.n) {
            val_put(b, "caption", val_text(a, caption));
        }
        val_put(b, "reply_markup", markup);
        add_part(p, METHODS[i].method, b);
        return true;
    }
    return false;
}

static size_t utf16_length(struct str text) {
    size_t units = 0;
    for (size_t pos = 0; pos < text.n;) {
        units += text_next(text, &pos) > 0xFFFF ? 2 : 1;
    }
    return units;
}

static void add_texts(struct plan *p, const struct outbound *msg, const struct str *piece,
                      size_t n, const struct val *markup, struct arena *a) {
    for (size_t i = 0; i < n; i++) {
        struct val_builder *b = begin_params(msg, a);
        val_put(b, "text", val_text(a, piece[i]));
        val_put(b, "reply_markup", i + 1 == n ? markup : NULL);
        add_part(p, "sendMessage", b);
    }
}

/* Texts first, then files; the keyboard hangs on the last message. */
static struct plan *make_plan(const struct outbound *msg, struct arena *a) {
    struct plan *p = ARENA_NEW(a, struct plan);
    struct str text = msg->text, *piece;
    const struct val *markup = telegram_markup(msg, a, &text);
    bool caption = msg->attachments == 1 && utf16_length(text) <= TELEGRAM_CAPTION_MAX &&
                   !str_starts(msg->attachment[0], STR("geo:"));
    size_t n =
        caption || !str_trim(text).n ? 0 : telegram_split(text, TELEGRAM_TEXT_MAX, a, &piece);
    p->part = ARENA_ARRAY(a, struct part, n + msg->attachments + 1);
    p->id = ARENA_ARRAY(a, struct str, n + msg->attachments + 1);
    bool markup_on_file =
        msg->attachments && !str_starts(msg->attachment[msg->attachments - 1], STR("geo:"));
    if (n) {
        add_texts(p, msg, piece, n, markup_on_file ? NULL : markup, a);
    }
    for (size_t i = 0; i < msg->attachments; i++) {
        bool last = i + 1 == msg->attachments;
        add_attachment(p, msg, msg->attachment[i], caption ? text : STR_EMPTY,
                       last && markup_on_file ? markup : NULL, a);
    }
    p->at = msg->first_part > 1 ? (size_t)msg->first_part - 1 : 0;
    return p;
}

/* ------------------------------------------------------------------ answers */

static bool has(struct str text, const char *words) {
    return str_find(text, str_from(words), 0) != SIZE_MAX;
}

static void too_many(struct outcome *o, int64_t wait_ms) {
    o->kind = OUTCOME_LATER;
    o->throttled = true;
    o->pause_channel = true;
    o->retry_after_ms = wait_ms;
}

/* The API's own words: {ok: false, error_code, description, parameters}. */
static struct outcome refusal(const struct val *body, struct gw_send *s) {
    int64_t code = val_get_int(body, "error_code", 0);
    const struct val *more = val_get(body, "parameters");
    int64_t wait_s = val_get_int(more, "retry_after", 0);
    int64_t moved = val_get_int(more, "migrate_to_chat_id", 0);
    struct str words = val_get_text(body, "description", STR_EMPTY);
    struct outcome o = {.kind = OUTCOME_NEVER, .reason = text_cut(words, 200)};
    o.code = arena_printf(s->a, "%lld", (long long)code);
    if (code == 429 || wait_s > 0) {
        too_many(&o, gw_seconds(wait_s));
    } else if (code >= 500) {
        o.kind = OUTCOME_LATER;
    } else if (code == 401 || (code == 404 && str_is(words, "Not Found"))) {
        o.kind = OUTCOME_LATER; /* the token is wrong or revoked: the message waits */
        o.channel_fault = true;
    } else if (code == 403) {
        o.opted_out = has(words, "blocked by the user") || has(words, "user is deactivated");
    } else if (code == 400) {
        o.bad_address = has(words, "chat not found") || has(words, "PEER_ID_INVALID");
    }
    if (moved) {
        o.new_address = arena_printf(s->a, "%lld", (long long)moved);
    }
    return o;
}

static struct outcome judge(const struct gw_answer *answer, struct gw_send *s,
                            struct str *ret_id) {
    const struct val *body = NULL;
    struct outcome o = {.code = arena_printf(s->a, "%d", answer->status)};
    if (!answer->status) {
        return gw_no_answer(answer, s->a);
    }
    bool readable = json_parse(answer->body, s->a, &body, NULL) == OK && val_is(body, VAL_MAP);
    if (readable && val_is(val_get(body, "ok"), VAL_BOOL) && !val_get_bool(body, "ok", true)) {
        return refusal(body, s);
    }
    int64_t id = val_get_int(val_get(body, "result"), "message_id", 0);
    if (answer->status == 429) {
        too_many(&o, gw_retry_after(answer, s->now_ms));
    } else if (answer->status >= 500) {
        o.kind = OUTCOME_LATER;
    } else if (answer->status / 100 != 2) {
        o.kind = OUTCOME_NEVER;
    } else if (id > 0) {
        o.kind = OUTCOME_SENT;
        *ret_id = arena_printf(s->a, "%lld", (long long)id);
    } else {
        /* over TLS this is no proxy's page: the API did not do what it documents; not sent
         * again */
        o.kind = OUTCOME_NEVER;
        o.code = STR("unexpected");
        o.reason = STR("the answer has no message_id");
    }
    return o;
}

static enum gw_next finish(struct gw_send *s, struct plan *p, struct outcome o) {
    s->outcome = o;
    s->outcome.provider_id = p->id;
    s->outcome.provider_ids = p->ids;
    if (o.kind != OUTCOME_SENT && p->at > 0) {
        s->outcome.resume_part = (int)p->at + 1;
    }
    return GW_DONE;
}

static enum gw_next send_part(struct gw_send *s, struct plan *p, struct gw_call *ret_call) {
    if (p->at < p->parts) {
        *ret_call =
            telegram_call(s->channel, p->part[p->at].method, p->part[p->at].params, s->a);
        return GW_CALL;
    }
    return finish(s, p, (struct outcome){.kind = OUTCOME_SENT});
}

static enum gw_next begin(struct gw_send *s, struct gw_call *ret_call) {
    struct plan *p = make_plan(s->msg, s->a);
    s->state = p;
    if (p->parts) {
        return send_part(s, p, ret_call);
    }
    if (s->msg->attachments) {
        return finish(s, p,
                      (struct outcome){.kind = OUTCOME_SENT,
                                       .code = STR("nothing"),
                                       .reason = STR("no attachment of a known type")});
    }
    return finish(s, p,
                  (struct outcome){.kind = OUTCOME_NEVER,
                                   .code = STR("empty"),
                                   .reason = STR("the message has no text")});
}

enum gw_next telegram_send_next(struct gw_send *s, const struct gw_answer *answer,
                                struct gw_call *ret_call) {
    struct plan *p = s->state;
    if (!answer) {
        return begin(s, ret_call);
    }
    struct str id = STR_EMPTY;
    struct outcome o = judge(answer, s, &id);
    if (o.kind != OUTCOME_SENT) {
        return finish(s, p, o);
    }
    p->id[p->ids++] = id;
    p->at++;
    return send_part(s, p, ret_call);
}
