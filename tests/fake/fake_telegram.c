/* fake_telegram.c - a strict Bot API server on loopback: what the real one refuses, it refuses.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fake/fake_telegram.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/val.h"
#include "gateways/gateway.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_telegram_rules.h"

enum { MANY = 100000, CHATS = 20000, POLL_STEP_MS = 15 };

struct update {
    int64_t id;
    struct str json;
};

struct chat {
    int64_t id;
    bool blocked;
};

struct fake_telegram {
    struct fake_http *http;
    pthread_mutex_t lock;
    struct arena a;
    struct str token;
    struct update *update;
    size_t updates, confirmed; /* update[confirmed..updates) wait */
    int64_t next_update;
    struct fake_telegram_message *message;
    size_t messages;
    struct chat *chat;
    size_t chats;
    const char **violation;
    size_t violations;
    struct str *called;
    size_t calls;
    struct str webhook;
    size_t answered;
    int64_t next_callback;
    int fail_left, fail_wait_s;
    int fail_code;
    struct str fail_text;
    bool lose_answer;
    int fail_files, fail_file_status;
    int polling; /* connection of the long poll that waits; 0 = none */
    int64_t poll_until;
};

static struct chat *chat_find(struct fake_telegram *t, int64_t id) {
    for (size_t i = 0; i < t->chats; i++) {
        if (t->chat[i].id == id) {
            return &t->chat[i];
        }
    }
    return NULL;
}

static void must_fit(size_t n, size_t max) {
    if (n >= max) {
        fprintf(stderr, "fake_telegram: full\n");
        exit(2);
    }
}

/* ------------------------------------------------------------------ what people do */

static int64_t push_update(struct fake_telegram *t, int64_t chat, struct str body) {
    must_fit(t->updates, MANY);
    int64_t id = t->next_update++;
    struct str json =
        arena_printf(&t->a, "{\"update_id\":%lld,%.*s}", (long long)id, STR_ARG(body));
    t->update[t->updates++] = (struct update){id, json};
    if (chat && !chat_find(t, chat)) {
        must_fit(t->chats, CHATS);
        t->chat[t->chats++] = (struct chat){chat, false};
    }
    return id;
}

/* "from" and "chat" of a private chat. */
static struct str people(struct fake_telegram *t, int64_t chat) {
    return arena_printf(&t->a,
                        "\"from\":{\"id\":%lld,\"is_bot\":false,\"first_name\":\"Alix\","
                        "\"language_code\":\"fr\"},\"chat\":{\"id\":%lld,\"type\":\"private\","
                        "\"first_name\":\"Alix\"},\"date\":%lld",
                        (long long)chat, (long long)chat, (long long)time(NULL));
}

static struct str quoted(struct fake_telegram *t, const char *text) {
    return json_text(val_text(&t->a, str_from(text)), &t->a);
}

int64_t fake_telegram_update(struct fake_telegram *t, const char *body) {
    pthread_mutex_lock(&t->lock);
    int64_t id = push_update(t, 0, str_from(body));
    pthread_mutex_unlock(&t->lock);
    return id;
}

int64_t fake_telegram_text(struct fake_telegram *t, int64_t chat, const char *text) {
    pthread_mutex_lock(&t->lock);
    struct str who = people(t, chat), said = quoted(t, text);
    struct str body =
        arena_printf(&t->a, "\"message\":{\"message_id\":%lld,%.*s,\"text\":%.*s}",
                     (long long)t->next_update + 5000, STR_ARG(who), STR_ARG(said));
    int64_t id = push_update(t, chat, body);
    pthread_mutex_unlock(&t->lock);
    return id;
}

int64_t fake_telegram_contact(struct fake_telegram *t, int64_t chat, const char *phone,
                              int64_t owner) {
    pthread_mutex_lock(&t->lock);
    struct str who = people(t, chat), number = quoted(t, phone);
    struct str user =
        owner ? arena_printf(&t->a, ",\"user_id\":%lld", (long long)owner) : STR_EMPTY;
    struct str body = arena_printf(&t->a,
                                   "\"message\":{\"message_id\":%lld,%.*s,\"contact\":{"
                                   "\"phone_number\":%.*s,\"first_name\":\"Alix\"%.*s}}",
                                   (long long)t->next_update + 5000, STR_ARG(who),
                                   STR_ARG(number), STR_ARG(user));
    int64_t id = push_update(t, chat, body);
    pthread_mutex_unlock(&t->lock);
    return id;
}

int64_t fake_telegram_block(struct fake_telegram *t, int64_t chat, bool blocked) {
    pthread_mutex_lock(&t->lock);
    struct str who = people(t, chat);
    const char *was = blocked ? "member" : "kicked", *is = blocked ? "kicked" : "member";
    struct str body = arena_printf(&t->a,
                                   "\"my_chat_member\":{%.*s,\"old_chat_member\":{\"status\":"
                                   "\"%s\"},\"new_chat_member\":{\"status\":\"%s\"}}",
                                   STR_ARG(who), was, is);
    int64_t id = push_update(t, chat, body);
    chat_find(t, chat)->blocked = blocked;
    pthread_mutex_unlock(&t->lock);
    return id;
}

/* callback_data of a label under a message; p NULL when there is none. */
static struct str data_of(struct fake_telegram *t, const struct fake_telegram_message *m,
                          const char *label) {
    const struct val *markup;
    if (!m->markup.n || json_parse(m->markup, &t->a, &markup, NULL) != OK) {
        return STR_EMPTY;
    }
    const struct val *rows = val_get(markup, "inline_keyboard");
    for (size_t i = 0; val_is(rows, VAL_LIST) && i < rows->list.n; i++) {
        const struct val *row = rows->list.item[i];
        for (size_t k = 0; k < row->list.n; k++) {
            if (str_is(val_get_text(row->list.item[k], "text", STR_EMPTY), label)) {
                return val_get_text(row->list.item[k], "callback_data", STR_EMPTY);
            }
        }
    }
    return STR_EMPTY;
}

static int64_t press(struct fake_telegram *t, int64_t chat, const char *label) {
    for (size_t i = t->messages; i-- > 0;) {
        struct fake_telegram_message *m = &t->message[i];
        struct str data = m->chat == chat ? data_of(t, m, label) : STR_EMPTY;
        if (!data.n) {
            continue;
        }
        struct str who = people(t, chat), what = json_text(val_text(&t->a, data), &t->a);
        struct str body = arena_printf(
            &t->a,
            "\"callback_query\":{\"id\":\"%lld\",\"from\":{\"id\":%lld,\"is_bot\":false,"
            "\"first_name\":\"Alix\"},\"chat_instance\":\"1\",\"data\":%.*s,\"message\":{"
            "\"message_id\":%lld,%.*s,\"text\":\"...\",\"reply_markup\":%.*s}}",
            (long long)++t->next_callback, (long long)chat, STR_ARG(what), (long long)m->id,
            STR_ARG(who), STR_ARG(m->markup));
        return push_update(t, chat, body);
    }
    return 0;
}

int64_t fake_telegram_press(struct fake_telegram *t, int64_t chat, const char *label) {
    pthread_mutex_lock(&t->lock);
    int64_t id = press(t, chat, label);
    pthread_mutex_unlock(&t->lock);
    return id;
}

const char *fake_telegram_update_json(struct fake_telegram *t, int64_t update_id) {
    pthread_mutex_lock(&t->lock);
    const char *json = "";
    for (size_t i = 0; i < t->updates; i++) {
        if (t->update[i].id == update_id) {
            json = t->update[i].json.p;
        }
    }
    pthread_mutex_unlock(&t->lock);
    return json;
}

/* ------------------------------------------------------------------ answering */

static void say(struct fake_telegram *t, struct fake_answer *ret, int status, struct str json) {
    ret->status = status;
    ret->headers = "Content-Type: application/json\r\n";
    ret->body = fake_http_printf(t->http, "%.*s", STR_ARG(json));
}

static void say_error(struct fake_telegram *t, struct fake_answer *ret, int code,
                      struct str description, int wait_s) {
    struct str more = wait_s
                          ? arena_printf(&t->a, ",\"parameters\":{\"retry_after\":%d}", wait_s)
                          : STR_EMPTY;
    struct str words = json_text(val_text(&t->a, description), &t->a);
    say(t, ret, code,
        arena_printf(&t->a, "{\"ok\":false,\"error_code\":%d,\"description\":%.*s%.*s}", code,
                     STR_ARG(words), STR_ARG(more)));
}

static void get_updates(struct fake_telegram *t, const struct fake_request *rq,
                        const struct val *params, struct fake_answer *ret) {
    int64_t now = clock_mono_ms(), offset = val_get_int(params, "offset", 0);
    size_t limit = (size_t)val_get_int(params, "limit", 100), n = 0;
    if (t->webhook.n) {
        say_error(t, ret, 409,
                  STR("Conflict: can't use getUpdates method while webhook is active; use "
                      "deleteWebhook to delete the webhook first"),
                  0);
        return;
    }
    while (t->confirmed < t->updates && t->update[t->confirmed].id < offset) {
        t->confirmed++;
    }
    if (t->polling != rq->connection) {
        t->polling = rq->connection;
        t->poll_until = now + val_get_int(params, "timeout", 0) * 1000;
    }
    if (t->confirmed == t->updates && now < t->poll_until) {
        ret->again_ms = POLL_STEP_MS;
        return;
    }
    t->polling = 0;
    struct str list = STR("");
    for (size_t i = t->confirmed; i < t->updates && n < limit; i++, n++) {
        list = arena_printf(&t->a, "%.*s%s%.*s", STR_ARG(list), n ? "," : "",
                            STR_ARG(t->update[i].json));
    }
    say(t, ret, 200, arena_printf(&t->a, "{\"ok\":true,\"result\":[%.*s]}", STR_ARG(list)));
}

static int64_t chat_param(const struct val *params) {
    int64_t id = val_get_int(params, "chat_id", 0);
    str_to_i64(val_get_text(params, "chat_id", STR_EMPTY), &id);
    return id;
}

static void send_one(struct fake_telegram *t, struct str method, const struct val *params,
                     struct fake_answer *ret) {
    struct chat *c = chat_find(t, chat_param(params));
    if (t->fail_left > 0) {
        t->fail_left--;
        say_error(t, ret, t->fail_code, t->fail_text, t->fail_wait_s);
        return;
    }
    if (!c) {
        say_error(t, ret, 400, STR("Bad Request: chat not found"), 0);
        return;
    }
    if (c->blocked) {
        say_error(t, ret, 403, STR("Forbidden: bot was blocked by the user"), 0);
        return;
    }
    must_fit(t->messages, MANY);
    const char *file = fake_telegram_file_param(method);
    const struct val *markup = val_get(params, "reply_markup");
    struct str text = val_get_text(params, "text", val_get_text(params, "caption", STR("")));
    struct fake_telegram_message *m = &t->message[t->messages];
    *m = (struct fake_telegram_message){
        .method = arena_str(&t->a, method), .chat = c->id, .id = (int64_t)t->messages + 100};
    m->text = arena_str(&t->a, text);
    m->file = file ? arena_str(&t->a, val_get_text(params, file, STR(""))) : STR("");
    m->markup = markup ? json_text(markup, &t->a) : STR("");
    t->messages++;
    if (t->lose_answer) {
        t->lose_answer = false;
        ret->manner = FAKE_CLOSES;
        return;
    }
    say(t, ret, 200,
        arena_printf(&t->a,
                     "{\"ok\":true,\"result\":{\"message_id\":%lld,\"date\":%lld,\"chat\":{"
                     "\"id\":%lld,\"type\":\"private\"}}}",
                     (long long)m->id, (long long)time(NULL), (long long)c->id));
}

static void other(struct fake_telegram *t, struct str method, const struct val *params,
                  struct fake_answer *ret) {
    struct str id = val_get_text(params, "file_id", STR("x"));
    if (str_is(method, "answerCallbackQuery")) {
        t->answered++;
    } else if (str_is(method, "setWebhook")) {
        t->webhook = arena_str(&t->a, val_get_text(params, "url", STR("")));
    } else if (str_is(method, "deleteWebhook")) {
        t->webhook = STR("");
    } else if (str_is(method, "getFile") && str_is(id, "lost")) {
        say_error(t, ret, 400, STR("Bad Request: file is temporarily unavailable"), 0);
        return;
    } else if (str_is(method, "getFile")) {
        say(t, ret, 200,
            arena_printf(
                &t->a,
                "{\"ok\":true,\"result\":{\"file_id\":\"%.*s\",\"file_unique_id\":\"u\","
                "\"file_path\":\"documents/%.*s.bin\"}}",
                STR_ARG(id), STR_ARG(id)));
        return;
    } else if (str_is(method, "getMe")) {
        say(t, ret, 200,
            STR("{\"ok\":true,\"result\":{\"id\":1,\"is_bot\":true,\"first_name\":\"Rebond\","
                "\"username\":\"rebond_test_bot\"}}"));
        return;
    }
    say(t, ret, 200, STR("{\"ok\":true,\"result\":true}"));
}

/* Parameters of a JSON or urlencoded body, or of the query. NULL when the JSON is broken. */
static const struct val *params_of(struct fake_telegram *t, const struct fake_request *rq,
                                   bool *ret_form) {
    const struct val *v;
    struct str type = fake_http_header(rq, "Content-Type");
    *ret_form = !str_starts(type, STR("application/json"));
    if (!*ret_form) {
        return json_parse(rq->body, &t->a, &v, NULL) == OK && val_is(v, VAL_MAP) ? v : NULL;
    }
    struct val_builder *b = val_map_begin(&t->a);
    struct str form = rq->body.n ? rq->body : rq->query, key, value;
    while (gw_form_next(&form, &t->a, &key, &value)) {
        val_put_str(b, key, val_text(&t->a, value));
    }
    return val_end(b);
}

static void violate(struct fake_telegram *t, struct str method, const char *why,
                    struct fake_answer *ret) {
    must_fit(t->violations, MANY);
    t->violation[t->violations++] = arena_printf(&t->a, "%.*s: %s", STR_ARG(method), why).p;
    say_error(t, ret, 400, arena_printf(&t->a, "Bad Request: %s", why), 0);
}

static void run(struct fake_telegram *t, struct str method, const struct fake_request *rq,
                struct fake_answer *ret) {
    bool form, again = t->polling == rq->connection;
    const struct val *params = params_of(t, rq, &form);
    const char *why = params ? fake_telegram_check(method, params, form, &t->a) : "broken JSON";
    if (!again) {
        must_fit(t->calls, MANY);
        t->called[t->calls++] = arena_str(&t->a, method);
    }
    if (why) {
        violate(t, method, why, ret);
    } else if (str_is(method, "getUpdates")) {
        get_updates(t, rq, params, ret);
    } else if (fake_telegram_sends(method)) {
        send_one(t, method, params, ret);
    } else {
        other(t, method, params, ret);
    }
}

/* The name says what the file holds: "photo", "page" or "big"; the token must be right here
 * too.
 */
static void answer_file(struct fake_telegram *t, const struct fake_request *rq,
                        struct fake_answer *ret) {
    static char big[3 << 20];
    struct str token = arena_printf(&t->a, "/bot%.*s/", STR_ARG(t->token));
    if (str_find(rq->path, token, 0) == SIZE_MAX) {
        say_error(t, ret, 401, STR("Unauthorized"), 0);
    } else if (t->fail_files > 0) {
        t->fail_files--;
        ret->status = t->fail_file_status;
    } else if (str_find(rq->path, STR("page"), 0) != SIZE_MAX) {
        ret->body = "<html><script>alert(1)</script>";
    } else if (str_find(rq->path, STR("big"), 0) != SIZE_MAX) {
        memset(big, 'x', sizeof big - 1);
        ret->body = big;
    } else {
        ret->body = "\xff\xd8\xff\xe0 a photo";
    }
}

static void handle(const struct fake_request *rq, struct fake_answer *ret, void *ctx) {
    struct fake_telegram *t = ctx;
    struct str path = rq->path, first, method;
    pthread_mutex_lock(&t->lock);
    str_next(&path, '/', &first); /* before the leading slash */
    str_next(&path, '/', &first);
    if (str_is(first, "file")) {
        answer_file(t, rq, ret);
    } else if (!str_starts(first, STR("bot")) ||
               !str_eq(str_sub(first, 3, first.n), t->token)) {
        say_error(t, ret, 401, STR("Unauthorized"), 0);
    } else if (!str_next(&path, '/', &method)) {
        say_error(t, ret, 404, STR("Not Found"), 0);
    } else {
        run(t, method, rq, ret);
    }
    pthread_mutex_unlock(&t->lock);
}

/* ------------------------------------------------------------------ the test's side */

struct fake_telegram *fake_telegram_start(const char *token) {
    struct fake_telegram *t = mem_alloc(sizeof(*t));
    memset(t, 0, sizeof(*t));
    arena_init(&t->a);
    pthread_mutex_init(&t->lock, NULL);
    t->token = arena_str(&t->a, str_from(token));
    t->update = mem_alloc(sizeof(*t->update) * MANY);
    t->message = mem_alloc(sizeof(*t->message) * MANY);
    t->chat = mem_alloc(sizeof(*t->chat) * CHATS);
    t->violation = mem_alloc(sizeof(*t->violation) * MANY);
    t->called = mem_alloc(sizeof(*t->called) * MANY);
    t->next_update = 700000001;
    t->webhook = STR("");
    t->http = fake_http_start();
    fake_http_handler(t->http, handle, t);
    return t;
}

void fake_telegram_stop(struct fake_telegram *t) {
    fake_http_stop(t->http);
    pthread_mutex_destroy(&t->lock);
    arena_done(&t->a);
    free(t->update);
    free(t->message);
    free(t->chat);
    free(t->violation);
    free(t->called);
    free(t);
}

const char *fake_telegram_url(const struct fake_telegram *t) {
    return fake_http_url(t->http);
}

void fake_telegram_fail(struct fake_telegram *t, int n, int error_code, const char *description,
                        int wait_s) {
    pthread_mutex_lock(&t->lock);
    t->fail_left = n;
    t->fail_code = error_code;
    t->fail_text = arena_str(&t->a, str_from(description));
    t->fail_wait_s = wait_s;
    pthread_mutex_unlock(&t->lock);
}

void fake_telegram_fail_files(struct fake_telegram *t, int n, int status) {
    pthread_mutex_lock(&t->lock);
    t->fail_files = n;
    t->fail_file_status = status;
    pthread_mutex_unlock(&t->lock);
}

void fake_telegram_lose_answer(struct fake_telegram *t) {
    pthread_mutex_lock(&t->lock);
    t->lose_answer = true;
    pthread_mutex_unlock(&t->lock);
}

static size_t read_size(struct fake_telegram *t, const size_t *n) {
    pthread_mutex_lock(&t->lock);
    size_t ret = *n;
    pthread_mutex_unlock(&t->lock);
    return ret;
}

size_t fake_telegram_sent(struct fake_telegram *t) {
    return read_size(t, &t->messages);
}

size_t fake_telegram_violations(struct fake_telegram *t) {
    return read_size(t, &t->violations);
}

size_t fake_telegram_answered(struct fake_telegram *t) {
    return read_size(t, &t->answered);
}

size_t fake_telegram_pending(struct fake_telegram *t) {
    pthread_mutex_lock(&t->lock);
    size_t n = t->updates - t->confirmed;
    pthread_mutex_unlock(&t->lock);
    return n;
}

const char *fake_telegram_violation(struct fake_telegram *t, size_t i) {
    return i < fake_telegram_violations(t) ? t->violation[i] : "";
}

struct fake_telegram_message fake_telegram_message(struct fake_telegram *t, size_t i) {
    if (i >= fake_telegram_sent(t)) {
        fprintf(stderr, "fake_telegram: no message %zu\n", i);
        exit(2);
    }
    return t->message[i];
}

bool fake_telegram_wait(struct fake_telegram *t, size_t sent, int ms) {
    int64_t until = clock_mono_ms() + ms;
    while (fake_telegram_sent(t) < sent) {
        if (clock_mono_ms() >= until) {
            return false;
        }
        struct timespec nap = {.tv_nsec = 1000000};
        nanosleep(&nap, NULL);
    }
    return true;
}

size_t fake_telegram_calls(struct fake_telegram *t, const char *method) {
    size_t n = 0;
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < t->calls; i++) {
        n += str_is(t->called[i], method);
    }
    pthread_mutex_unlock(&t->lock);
    return n;
}

const char *fake_telegram_webhook(struct fake_telegram *t) {
    pthread_mutex_lock(&t->lock);
    const char *url = t->webhook.p;
    pthread_mutex_unlock(&t->lock);
    return url;
}
