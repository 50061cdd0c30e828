/* server_intake.c - copies a request's headers out of the library and refuses contradictory
 * ones. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/server_priv.h"

#include <string.h>

#include "base/arena.h"

#define SPARE_MAX 32
#define HEADERS_MAX 100
/* the header tables of the library are this large, so that 431 can still be said past
 * header_max */
#define VALUE_MAX 32768

struct server_intake *server_intake_take(struct server *s) {
    struct server_intake *in = s->spare;
    if (in) {
        s->spare = in->next;
        s->spares--;
    } else {
        in = mem_alloc(sizeof *in);
        memset(in, 0, sizeof *in);
        arena_init(&in->arena);
        buf_init(&in->body, 0);
    }
    in->next = NULL;
    memset(&in->r, 0, sizeof in->r);
    return in;
}

void server_intake_free(struct server *s, struct server_intake *in) {
    if (!in) {
        return;
    }
    buf_done(&in->body);
    buf_init(&in->body, 0);
    if (s->spares >= SPARE_MAX) {
        arena_done(&in->arena);
        free(in);
        return;
    }
    arena_reset(&in->arena);
    in->next = s->spare;
    s->spare = in;
    s->spares++;
}

static bool has(struct lws *wsi, enum lws_token_indexes t) {
    return lws_hdr_total_length(wsi, t) > 0;
}

static bool is_doubled(struct lws *wsi, enum lws_token_indexes t) {
    return lws_hdr_fragment_length(wsi, t, 1) > 0;
}

/* A header sent on several lines is put together with `sep`. */
static struct str copy_token(struct lws *wsi, enum lws_token_indexes t, const char *sep,
                             struct arena *a) {
    int total = lws_hdr_total_length(wsi, t);
    if (total <= 0 || total > VALUE_MAX) {
        return STR_EMPTY;
    }
    size_t room = (size_t)total + 2;
    char *piece = arena_alloc(a, room);
    struct str all = STR_EMPTY;
    for (int i = 0; lws_hdr_fragment_length(wsi, t, i) > 0; i++) {
        int n = lws_hdr_copy_fragment(wsi, piece, (int)room, t, i);
        if (n < 0) {
            break;
        }
        struct str one = {piece, (size_t)n};
        while (one.n && (one.p[0] == '\0' || one.p[0] == ' ' || one.p[0] == ',')) {
            one = str_sub(one, 1, one.n);
        }
        all = all.p ? arena_printf(a, "%.*s%s%.*s", STR_ARG(all), sep, STR_ARG(one))
                    : arena_str(a, one);
    }
    return all;
}

static bool is_plain(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           memchr("-._~!$'()*,;:@/?", c, 16) != NULL;
}

/* The library hands the arguments over decoded; they are encoded anew, so that the query can be
 * parsed once more without ambiguity. A '+' came as a space, and leaves as %20. */
static struct str copy_query(struct lws *wsi, struct arena *a) {
    int total = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    if (total <= 0 || total > VALUE_MAX) {
        return STR_EMPTY;
    }
    size_t room = (size_t)total + 2;
    char *piece = arena_alloc(a, room);
    char *out = arena_alloc(a, 3 * room), *p = out;
    int n;
    for (int i = 0;
         (n = lws_hdr_copy_fragment(wsi, piece, (int)room, WSI_TOKEN_HTTP_URI_ARGS, i)) >= 0 &&
         lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i) > 0;
         i++) {
        bool value = false;
        if (p != out) {
            *p++ = '&';
        }
        for (int k = 0; k < n; k++) {
            unsigned char c = (unsigned char)piece[k];
            if (is_plain(c) || (c == '=' && !value)) {
                value = value || c == '=';
                *p++ = (char)c;
            } else {
                static const char hex[] = "0123456789ABCDEF";
                *p++ = '%';
                *p++ = hex[c >> 4];
                *p++ = hex[c & 15];
            }
        }
    }
    return (struct str){out, (size_t)(p - out)};
}

/* Sum of all headers as far as the library knows them; custom ones are counted when kept. */
static size_t header_bytes(struct lws *wsi) {
    size_t sum = 0;
    for (int t = 0; t < WSI_TOKEN_COUNT; t++) {
        int n = lws_hdr_total_length(wsi, (enum lws_token_indexes)t);
        sum += n > 0 ? (size_t)n : 0;
    }
    return sum;
}

static void add_header(struct server_intake *in, struct web_header *h, struct str name,
                       struct str value) {
    if (in->r.headers < HEADERS_MAX && value.p) {
        h[in->r.headers++] = (struct web_header){name, value};
    }
}

static size_t copy_custom(struct lws *wsi, const char *name, struct server_intake *in,
                          struct web_header *h) {
    size_t len = strlen(name);
    char *colon = arena_alloc(&in->arena, len + 2);
    memcpy(colon, name, len); /* some thirty names a request: no format is read for each */
    colon[len] = ':';
    struct str key = {colon, len + 1};
    int n = lws_hdr_custom_length(wsi, key.p, (int)key.n);
    if (n <= 0 || n > VALUE_MAX) {
        return 0;
    }
    char *value = arena_alloc(&in->arena, (size_t)n + 1);
    if (lws_hdr_custom_copy(wsi, value, n + 1, key.p, (int)key.n) < 0) {
        return 0;
    }
    add_header(in, h, str_sub(key, 0, key.n - 1), (struct str){value, (size_t)n});
    return (size_t)n;
}

static size_t copy_headers(struct server *s, struct lws *wsi, struct server_intake *in) {
    struct web_header *h = ARENA_ARRAY(&in->arena, struct web_header, HEADERS_MAX);
    size_t custom = 0;
    in->r.header = h;
    for (int i = 0; i < WSI_TOKEN_COUNT; i++) {
        enum lws_token_indexes t = (enum lws_token_indexes)i;
        struct str name = str_from((const char *)lws_token_to_string(t));
        if (!has(wsi, t) || name.n < 2 || name.p[name.n - 1] != ':' || name.p[0] == ':') {
            continue;
        }
        bool cookie = t == WSI_TOKEN_HTTP_COOKIE;
        add_header(in, h, arena_str(&in->arena, str_sub(name, 0, name.n - 1)),
                   copy_token(wsi, t, cookie ? "; " : ", ", &in->arena));
    }
    custom += copy_custom(wsi, "x-forwarded-proto", in, h);
    custom += copy_custom(wsi, "sec-fetch-site", in, h);
    for (const char *const *k = s->o.keep_header; k && *k; k++) {
        custom += copy_custom(wsi, *k, in, h);
    }
    return custom;
}

/* From a trusted proxy: the last address of X-Forwarded-For is the one it saw itself. */
static void believe_proxy(struct server_intake *in) {
    struct str f = request_header(&in->r, "x-forwarded-for"), one;
    while (f.p && str_next(&f, ',', &one)) {
        one = str_trim(one);
        in->r.remote_ip = one.n && one.n < 64 ? one : in->r.remote_ip;
    }
    in->r.secure = str_eq_nocase(request_header(&in->r, "x-forwarded-proto"), STR("https"));
}

static enum lws_token_indexes method_of(struct lws *wsi, struct str *ret_method) {
    if (has(wsi, WSI_TOKEN_GET_URI)) {
        *ret_method = STR("GET");
        return WSI_TOKEN_GET_URI;
    }
    if (has(wsi, WSI_TOKEN_HEAD_URI)) {
        *ret_method = STR("HEAD");
        return WSI_TOKEN_HEAD_URI;
    }
    if (has(wsi, WSI_TOKEN_POST_URI)) {
        *ret_method = STR("POST");
        return WSI_TOKEN_POST_URI;
    }
    return WSI_TOKEN_COUNT;
}

/* RFC 9112 6.3: a length said twice, or beside a transfer coding, is how requests are smuggled.
 */
static int check_length(struct lws *wsi, struct server_intake *in, bool post, size_t *ret) {
    int64_t n = 0;
    bool coded = has(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING);
    if (is_doubled(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) || is_doubled(wsi, WSI_TOKEN_HOST)) {
        return 400;
    }
    if (!has(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH)) {
        return coded || post ? 411 : 0;
    }
    struct str text = request_header(&in->r, "content-length");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return 400;
        }
    }
    if (coded || !str_to_i64(text, &n) || n < 0 || (!post && n > 0)) {
        return 400;
    }
    *ret = (size_t)n;
    return 0;
}

int server_intake_read(struct server *s, struct lws *wsi, struct server_intake *in,
                       size_t *ret_length) {
    struct web_request *r = &in->r;
    char ip[64] = "";
    r->server = s;
    r->arena = &in->arena;
    *ret_length = 0;
    size_t bytes = header_bytes(wsi);
    if (bytes > s->o.header_max) {
        return 431;
    }
    enum lws_token_indexes t = method_of(wsi, &r->method);
    if (t == WSI_TOKEN_COUNT) {
        r->method = STR("?");
        return 405;
    }
    r->path = copy_token(wsi, t, "", &in->arena);
    r->query = copy_query(wsi, &in->arena);
    bytes += copy_headers(s, wsi, in);
    if (bytes > s->o.header_max) {
        return 431;
    }
    r->host = request_header(r, "host");
    lws_get_peer_simple(wsi, ip, sizeof ip);
    r->remote_ip = arena_str(&in->arena, str_from(ip));
    bool trusted = s->o.unix_path
                       ? s->o.trust_proxy
                       : s->o.proxy_address && str_is(r->remote_ip, s->o.proxy_address);
    if (trusted) {
        believe_proxy(in);
    }
    if (!r->path.n || r->path.p[0] != '/') {
        return 400;
    }
    return check_length(wsi, in, str_is(r->method, "POST"), ret_length);
}
