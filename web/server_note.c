/* server_note.c - bytes handed to the service thread: answers and WebSocket messages. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/server_priv.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"

struct note *server_note_new(enum note_kind kind, int64_t id, size_t n) {
    struct note *note = mem_alloc(sizeof *note + LWS_PRE + n);
    memset(note, 0, sizeof *note);
    note->kind = kind;
    note->id = id;
    note->n = n;
    note->data = (unsigned char *)(note + 1) + LWS_PRE;
    return note;
}

void server_note_free(struct note *n) {
    while (n) {
        struct note *next = n->next;
        free(n);
        n = next;
    }
}

void server_note_post(struct server *s, struct note *n) {
    pthread_mutex_lock(&s->lock);
    bool first = s->notes == NULL;
    *s->notes_tail = n;
    s->notes_tail = &n->next;
    pthread_mutex_unlock(&s->lock);
    /* one wake-up serves all that has gathered */
    if (first) {
        lws_cancel_service(s->context);
    }
}

static const char *reason_of(int status) {
    static const struct {
        int status;
        const char *text;
    } known[] = {{200, "OK"},
                 {201, "Created"},
                 {202, "Accepted"},
                 {204, "No Content"},
                 {302, "Found"},
                 {303, "See Other"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {408, "Request Timeout"},
                 {409, "Conflict"},
                 {411, "Length Required"},
                 {413, "Content Too Large"},
                 {415, "Unsupported Media Type"},
                 {422, "Unprocessable Content"},
                 {429, "Too Many Requests"},
                 {431, "Request Header Fields Too Large"},
                 {500, "Internal Server Error"},
                 {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].status == status) {
            return known[i].text;
        }
    }
    return "Status";
}

/* Own scripts and styles only; nothing inline, no frame, no referrer to other sites.
 * https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html */
static const struct {
    const char *name, *value;
} SECURITY[] = {
    {"content-security-policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "no-referrer"},
    {"x-frame-options", "DENY"},
    {"cross-origin-opener-policy", "same-origin"},
    {"cross-origin-resource-policy", "same-origin"},
    {"permissions-policy", "camera=(), microphone=(), geolocation=()"},
    {"cache-control", "no-store"},
};

static bool is_given(const struct web_answer *a, const char *name) {
    for (size_t i = 0; i < a->headers; i++) {
        if (str_eq_nocase(a->header[i].name, str_from(name))) {
            return true;
        }
    }
    return false;
}

/* A line end inside a value would start a header of the attacker's choice. */
static bool is_safe(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static void put_head(struct buf *b, const struct server *s, const struct web_answer *a) {
    char date[40];
    struct tm tm;
    time_t now = time(NULL);
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    buf_printf(b, "HTTP/1.1 %d %s\r\ndate: %s\r\n", a->status, reason_of(a->status), date);
    if (a->content_type.n && is_safe(a->content_type)) {
        buf_printf(b, "content-type: %.*s\r\n", STR_ARG(a->content_type));
    }
    if (a->status != 204 && a->status != 304) {
        buf_printf(b, "content-length: %zu\r\n", a->body.n);
    }
    for (size_t i = 0; i < sizeof SECURITY / sizeof SECURITY[0]; i++) {
        if (!is_given(a, SECURITY[i].name)) {
            buf_printf(b, "%s: %s\r\n", SECURITY[i].name, SECURITY[i].value);
        }
    }
    for (size_t i = 0; i < a->headers; i++) {
        if (is_safe(a->header[i].name) && is_safe(a->header[i].value)) {
            buf_printf(b, "%.*s: %.*s\r\n", STR_ARG(a->header[i].name),
                       STR_ARG(a->header[i].value));
        }
    }
    /* whether it is really kept is the connection's business; a proxy asks for it by HTTP/1.1
     */
    if (!(s->o.unix_path && s->o.trust_proxy)) {
        buf_puts(b, "connection: close\r\n");
    }
    buf_puts(b, "\r\n");
}

struct note *server_note_answer(const struct server *s, int64_t id,
                                const struct web_answer *a) {
    struct buf head;
    bool empty = a->status == 204 || a->status == 304;
    size_t body = empty ? 0 : a->body.n;
    buf_init(&head, 65536);
    put_head(&head, s, a);
    struct note *n = server_note_new(NOTE_ANSWER, id, head.n + body);
    n->head_n = head.n;
    memcpy(n->data, head.p, head.n);
    if (body) {
        memcpy(n->data + head.n, a->body.p, body);
    }
    buf_done(&head);
    return n;
}
