/* telegram.c - Telegram bots (Bot API 10.1): opening, hook, long poll and files. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram.h"

#include "base/digest.h"
#include "base/json.h"
#include "gateways/sign.h"
#include "gateways/telegram_priv.h"

#define UPDATES_MAX 100      /* of one getUpdates answer */
#define POLL_MARGIN_MS 15000 /* a long poll may answer later than it promised */
#define RETRY_MS 5000        /* after an answer that says nothing about when */

static const char *const KEYS[] = {"token",   "auth_token",   "mode",   "secret_token",
                                   "api_url", "poll_seconds", "region", "country",
                                   "address", "allow_ips",    NULL};

static struct str first_of(const struct gw_channel *ch, const char *key, const char *other,
                           const char *dflt) {
    struct str s = gw_config(ch, key, "");
    return s.n ? s : gw_config(ch, other, dflt);
}

static enum rc check_token(const struct gw_channel *ch, struct str token, struct err *err) {
    if (!token.n) {
        return gw_config_need(ch, "token", err);
    }
    for (size_t i = 0; i < token.n; i++) {
        char c = token.p[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                    (c >= 'a' && c <= 'z') || c == ':' || c == '_' || c == '-';
        if (!good) {
            return err_set(err, E_INVALID, "'token' is not a bot token");
        }
    }
    return OK;
}

static enum rc check_mode(const struct gw_channel *ch, struct telegram *t, struct err *err) {
    struct str mode = gw_config(ch, "mode", "poll");
    t->hook = str_is(mode, "hook");
    if (!t->hook && !str_is(mode, "poll")) {
        return err_set(err, E_INVALID, "'mode' is poll or hook");
    }
    if (!t->hook || ch->lenient) {
        return OK;
    }
    if (!str_starts(ch->public_url, STR("https://"))) {
        err_set(err, E_INVALID, "mode hook needs a public https address");
        err_hint(err, "set the service's public address, or use mode: poll");
        return E_INVALID;
    }
    return gw_config_need(ch, "secret_token", err);
}

static enum rc telegram_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    struct telegram *t = ARENA_NEW(a, struct telegram);
    int64_t seconds;
    t->token = first_of(ch, "token", "auth_token", "");
    t->secret_token = gw_config(ch, "secret_token", "");
    t->api_url = gw_config(ch, "api_url", "https://api.telegram.org");
    t->region = first_of(ch, "region", "country", "FR");
    enum rc rc = gw_config_known(ch, KEYS, err);
    if (rc == OK) {
        rc = check_token(ch, t->token, err);
    }
    if (rc == OK) {
        rc = check_mode(ch, t, err);
    }
    if (rc == OK) {
        rc = gw_config_token(ch, "secret_token", 1, err);
    }
    if (rc == OK) {
        rc = gw_config_url(ch, "api_url", err);
    }
    if (rc != OK) {
        return rc;
    }
    if (!str_to_i64(gw_config(ch, "poll_seconds", "50"), &seconds) || seconds < 1 ||
        seconds > 50) {
        return err_set(err, E_INVALID, "'poll_seconds' is a number from 1 to 50");
    }
    t->poll_seconds = (int)seconds;
    while (t->api_url.n && t->api_url.p[t->api_url.n - 1] == '/') {
        t->api_url.n--;
    }
    ch->program = t;
    return OK;
}

struct gw_call telegram_call(const struct gw_channel *ch, const char *method,
                             const struct val *params, struct arena *a) {
    const struct telegram *t = ch->program;
    struct gw_header *h = ARENA_NEW(a, struct gw_header);
    *h = (struct gw_header){STR("Content-Type"), STR("application/json")};
    return (struct gw_call){.method = STR("POST"),
                            .url = arena_printf(a, "%.*s/bot%.*s/%s", STR_ARG(t->api_url),
                                                STR_ARG(t->token), method),
                            .header = h,
                            .headers = 1,
                            .body = json_text(params, a)};
}

/* answerCallbackQuery without a text only stops the spinner on the button. */
static struct gw_call answer_callback(const struct gw_channel *ch, struct str id,
                                      struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    val_put(b, "callback_query_id", val_text(a, id));
    struct gw_call call = telegram_call(ch, "answerCallbackQuery", val_end(b), a);
    call.idempotent = true;
    return call;
}

/* ------------------------------------------------------------------ web-hook */

static enum rc refuse(struct gw_parsed *ret, int status, enum rc rc, const char *why,
                      struct err *err) {
    ret->http_status = status;
    ret->reason = str_from(why);
    return err_set(err, rc, "%s", why);
}

static enum rc telegram_hook(const struct gw_channel *ch, const struct gw_request *rq,
                             struct arena *a, struct gw_parsed *ret, struct err *err) {
    const struct telegram *t = ch->program;
    const struct val *update;
    *ret = (struct gw_parsed){.http_status = 200, .content_type = STR("text/plain")};
    struct str secret =
        gw_header_get(rq->header, rq->headers, "X-Telegram-Bot-Api-Secret-Token");
    if (t->secret_token.n && !digest_equal(secret, t->secret_token)) {
        return refuse(ret, 401, E_DENIED, "wrong or missing secret token", err);
    }
    struct sign_input from = {.rq = rq, .list = gw_config(ch, "allow_ips", "")};
    if (from.list.n && SIGN_IP_LIST.check(&from, a) != OK) {
        return refuse(ret, 401, E_DENIED, "called from an address that is not in allow_ips",
                      err);
    }
    if (json_parse(rq->body, a, &update, NULL) != OK) {
        return refuse(ret, 400, E_INVALID, "the body is not JSON", err);
    }
    struct inbound *in = ARENA_NEW(a, struct inbound);
    struct str callback;
    int64_t id;
    const char *why = "";
    enum rc rc = telegram_update(ch, update, a, in, &id, &callback, &why);
    if (rc == E_INVALID) {
        return refuse(ret, 400, E_INVALID, "the body is not an update", err);
    }
    if (callback.n) {
        struct gw_call *react = ARENA_NEW(a, struct gw_call);
        *react = answer_callback(ch, callback, a);
        ret->react = react;
        ret->reacts = 1;
    }
    if (rc == NONE) {
        ret->reason = str_from(why);
        return OK;
    }
    ret->in = in;
    ret->ins = 1;
    return OK;
}

/* ------------------------------------------------------------------ long poll */

static const struct val *allowed_updates(struct arena *a) {
    static const char *const KINDS[] = {"message", "edited_message", "callback_query",
                                        "my_chat_member"};
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        val_push(b, val_textz(a, KINDS[i]));
    }
    return val_end(b);
}

static enum rc telegram_poll_call(const struct gw_channel *ch, struct str cursor,
                                  int64_t now_ms, struct arena *a, struct gw_call *ret) {
    const struct telegram *t = ch->program;
    struct val_builder *b = val_map_begin(a);
    int64_t offset;
    (void)now_ms;
    if (t->hook) {
        return NONE;
    }
    if (cursor.n) {
        if (!str_to_i64(cursor, &offset)) {
            return E_INVALID;
        }
        val_put(b, "offset", val_int(a, offset));
    }
    val_put(b, "limit", val_int(a, UPDATES_MAX));
    val_put(b, "timeout", val_int(a, t->poll_seconds));
    val_put(b, "allowed_updates", allowed_updates(a));
    *ret = telegram_call(ch, "getUpdates", val_end(b), a);
    ret->timeout_ms = t->poll_seconds * 1000 + POLL_MARGIN_MS;
    ret->idempotent = true;
    return OK;
}

static enum rc poll_failed(const struct gw_answer *answer, const struct val *body,
                           int64_t now_ms, int64_t *ret_wait_ms, struct err *err) {
    struct str text = val_get_text(body, "description", STR_EMPTY);
    if (!answer->status) {
        text = answer->error;
    }
    int64_t seconds = val_get_int(val_get(body, "parameters"), "retry_after", 0);
    *ret_wait_ms = seconds > 0 ? gw_seconds(seconds) : gw_retry_after(answer, now_ms);
    if (*ret_wait_ms <= 0) {
        *ret_wait_ms = RETRY_MS;
    }
    bool webhook_is_set =
        answer->status == 409 && str_find(text, STR("webhook is active"), 0) != SIZE_MAX;
    bool bad_token = answer->status == 401 || answer->status == 404;
    enum rc rc = bad_token || webhook_is_set ? E_DENIED : E_BUSY;
    err_set(err, rc, "getUpdates: %d %.*s", answer->status, STR_ARG(text));
    if (webhook_is_set) {
        err_hint(err, "another service has set a web-hook for this bot; restart to remove it");
    } else if (bad_token) {
        err_hint(err, "the bot's token is wrong or was revoked");
    } else if (answer->status == 409) {
        err_hint(err, "another program polls this bot: one bot, one program");
    }
    return rc;
}

static enum rc telegram_poll_parse(const struct gw_channel *ch, struct str cursor,
                                   const struct gw_answer *answer, int64_t now_ms,
                                   struct arena *a, struct gw_parsed *ret,
                                   struct str *ret_cursor, int64_t *ret_wait_ms,
                                   struct err *err) {
    const struct val *body = NULL;
    if (answer->status && json_parse(answer->body, a, &body, NULL) != OK) {
        body = NULL;
    }
    const struct val *list = val_get(body, "result");
    if (answer->status != 200 || !val_get_bool(body, "ok", false) || !val_is(list, VAL_LIST)) {
        return poll_failed(answer, body, now_ms, ret_wait_ms, err);
    }
    size_t n = list->list.n;
    struct inbound *in = ARENA_ARRAY(a, struct inbound, n);
    struct gw_call *react = ARENA_ARRAY(a, struct gw_call, n);
    int64_t next = 0;
    str_to_i64(cursor, &next);
    *ret = (struct gw_parsed){.http_status = 200, .in = in, .react = react};
    for (size_t i = 0; i < n; i++) {
        int64_t id = 0;
        struct str callback = STR_EMPTY;
        const char *why = NULL;
        enum rc rc =
            telegram_update(ch, list->list.item[i], a, &in[ret->ins], &id, &callback, &why);
        next = id >= next ? id + 1 : next;
        if (callback.n) {
            react[ret->reacts++] = answer_callback(ch, callback, a);
        }
        if (rc == OK) {
            ret->ins++;
        } else if (why) {
            ret->reason = str_from(why);
        }
    }
    *ret_cursor = next ? arena_printf(a, "%lld", (long long)next) : cursor;
    *ret_wait_ms = 0;
    return OK;
}

/* ------------------------------------------------------------------ set-up and files */

static enum rc telegram_setup_call(const struct gw_channel *ch, struct arena *a,
                                   struct gw_call *ret) {
    const struct telegram *t = ch->program;
    struct val_builder *b = val_map_begin(a);
    if (t->hook) {
        val_put(b, "url", val_text(a, gw_hook_url(ch, "", a)));
        val_put(b, "secret_token", val_text(a, t->secret_token));
        val_put(b, "allowed_updates", allowed_updates(a));
        *ret = telegram_call(ch, "setWebhook", val_end(b), a);
    } else {
        val_put(b, "drop_pending_updates", &VAL_FALSE);
        *ret = telegram_call(ch, "deleteWebhook", val_end(b), a);
    }
    ret->idempotent = true;
    return OK;
}

static enum rc telegram_file_call(const struct gw_channel *ch, struct str attachment,
                                  struct arena *a, struct gw_call *ret) {
    const struct telegram *t = ch->program;
    size_t at = str_find(attachment, STR("tg-file:"), 0);
    if (at == SIZE_MAX) {
        return NONE;
    }
    struct str id = str_sub(attachment, at + 8, attachment.n);
    struct gw_header *h = ARENA_NEW(a, struct gw_header);
    *h = (struct gw_header){STR("Content-Type"), STR("application/x-www-form-urlencoded")};
    *ret = (struct gw_call){
        .method = STR("POST"),
        .url = arena_printf(a, "%.*s/bot%.*s/getFile", STR_ARG(t->api_url), STR_ARG(t->token)),
        .header = h,
        .headers = 1,
        .body = arena_printf(a, "file_id=%.*s", STR_ARG(gw_url_encode(id, a))),
        .idempotent = true};
    return OK;
}

/* file_path comes from outside and becomes part of an address: letters, digits and "/._-" only.
 */
static bool is_safe_path(struct str path) {
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                    (c >= 'a' && c <= 'z') || c == '/' || c == '.' || c == '_' || c == '-';
        if (!good) {
            return false;
        }
    }
    return path.n && path.p[0] != '/' && str_find(path, STR(".."), 0) == SIZE_MAX;
}

static enum rc telegram_file_parse(const struct gw_channel *ch, struct str attachment,
                                   const struct gw_answer *answer, struct arena *a,
                                   struct gw_call *ret, struct err *err) {
    const struct telegram *t = ch->program;
    const struct val *body = NULL;
    (void)attachment;
    if (!answer) {
        return NONE;
    }
    if (!answer->status) {
        return err_set(err, E_BUSY, "getFile: %.*s", STR_ARG(answer->error));
    }
    if (json_parse(answer->body, a, &body, NULL) != OK || !val_get_bool(body, "ok", false)) {
        struct str why = val_get_text(body, "description", STR("no readable answer"));
        bool later = answer->status >= 500 || answer->status == 429 || answer->status == 401;
        return err_set(err, later ? E_BUSY : E_INVALID, "getFile: %d %.*s", answer->status,
                       STR_ARG(why));
    }
    struct str path = val_get_text(val_get(body, "result"), "file_path", STR_EMPTY);
    if (!is_safe_path(path)) {
        return err_set(err, E_INVALID, "getFile: no usable file_path");
    }
    *ret =
        (struct gw_call){.method = STR("GET"),
                         .url = arena_printf(a, "%.*s/file/bot%.*s/%.*s", STR_ARG(t->api_url),
                                             STR_ARG(t->token), STR_ARG(path)),
                         .idempotent = true};
    return OK;
}

const struct gateway_kind telegram_kind = {
    .name = "telegram",
    .title = "Telegram",
    .caps = GW_HOOK | GW_POLL | GW_BUTTONS | GW_MEDIA,
    .scheme = {"telegram", 8},
    .text_max = TELEGRAM_TEXT_MAX,
    .open = telegram_open,
    .hook = telegram_hook,
    .send_next = telegram_send_next,
    .poll_call = telegram_poll_call,
    .poll_parse = telegram_poll_parse,
    .setup_call = telegram_setup_call,
    .file_call = telegram_file_call,
    .file_parse = telegram_file_parse,
};
