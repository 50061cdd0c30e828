/* gateways.c - the table of built-in gateways, and the small readers every codec needs. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gateway.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "gateways/descriptor.h"
#include "gateways/gammu.h"
#include "gateways/kannel.h"
#include "gateways/sim.h"
#include "gateways/telegram.h"

const struct gateway_kind *const GATEWAYS[] = {
    &kannel_kind, &telegram_kind, &gammu_kind, &sim_kind, &sim_chat_kind, NULL,
};

enum rc gateway_find(struct str name, const struct gateway_kind **ret) {
    for (size_t i = 0; GATEWAYS[i]; i++) {
        if (str_is(name, GATEWAYS[i]->name)) {
            *ret = GATEWAYS[i];
            return OK;
        }
    }
    return descriptor_find(name, ret);
}

struct str gw_header_get(const struct gw_header *h, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq_nocase(h[i].name, str_from(name))) {
            return (struct str){h[i].value.p ? h[i].value.p : "", h[i].value.n};
        }
    }
    return STR_EMPTY;
}

struct str gw_url_decode(struct str s, bool plus, struct arena *a) {
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%' && i + 2 < s.n && str_hex_digit(s.p[i + 1]) >= 0 &&
            str_hex_digit(s.p[i + 2]) >= 0) {
            out[n++] = (char)(str_hex_digit(s.p[i + 1]) * 16 + str_hex_digit(s.p[i + 2]));
            i += 2;
        } else {
            out[n++] = c == '+' && plus ? ' ' : c;
        }
    }
    return (struct str){out, n};
}

bool gw_form_next(struct str *form, struct arena *a, struct str *ret_key,
                  struct str *ret_value) {
    struct str pair;
    do {
        if (!str_next(form, '&', &pair)) {
            return false;
        }
    } while (!pair.n);
    size_t eq = str_find_char(pair, '=', 0);
    struct str key = eq == SIZE_MAX ? pair : str_sub(pair, 0, eq);
    struct str value = eq == SIZE_MAX ? STR_EMPTY : str_sub(pair, eq + 1, pair.n - eq - 1);
    *ret_key = gw_url_decode(key, true, a);
    *ret_value = gw_url_decode(value, true, a);
    return true;
}

struct str gw_form_get(struct str form, const char *key, struct arena *a) {
    struct str k, v;
    while (gw_form_next(&form, a, &k, &v)) {
        if (str_is(k, key)) {
            return v;
        }
    }
    return STR_EMPTY;
}

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '_' || c == '~' || c == '-';
}

static void encode_into(struct str s, struct buf *out) {
    static const char HEX[] = "0123456789ABCDEF";
    char some[192];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (n > sizeof some - 3) {
            buf_add(out, some, n);
            n = 0;
        }
        if (is_unreserved(s.p[i])) {
            some[n++] = s.p[i];
        } else {
            unsigned char u = (unsigned char)s.p[i];
            some[n++] = '%';
            some[n++] = HEX[u >> 4];
            some[n++] = HEX[u & 15];
        }
    }
    buf_add(out, some, n);
}

struct str gw_url_encode(struct str s, struct arena *a) {
    struct buf out;
    buf_init(&out, s.n * 3 + 1);
    encode_into(s, &out);
    struct str ret = arena_str(a, buf_view(&out));
    buf_done(&out);
    return ret;
}

void gw_form_put(struct buf *form, const char *key, struct str value) {
    if (buf_view(form).n) {
        buf_putc(form, '&');
    }
    encode_into(str_from(key), form);
    buf_putc(form, '=');
    encode_into(value, form);
}

#define TAG_LENGTH 13 /* 36^13 > 2^63 */

struct str gw_tag(int64_t id, struct arena *a) {
    static const char DIGITS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char *out = arena_alloc(a, TAG_LENGTH + 1);
    uint64_t left = (uint64_t)id;
    for (int i = TAG_LENGTH - 1; i >= 0; i--) {
        out[i] = DIGITS[left % 36];
        left /= 36;
    }
    return (struct str){out, TAG_LENGTH};
}

enum rc gw_untag(struct str tag, int64_t *ret) {
    if (tag.n != TAG_LENGTH) {
        return E_INVALID;
    }
    uint64_t id = 0;
    for (size_t i = 0; i < tag.n; i++) {
        char c = tag.p[i];
        uint64_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint64_t)(c - '0');
        } else if (c >= 'a' && c <= 'z') {
            digit = (uint64_t)(c - 'a') + 10;
        } else {
            return E_INVALID;
        }
        if (id > ((uint64_t)INT64_MAX - digit) / 36) {
            return E_INVALID;
        }
        id = id * 36 + digit;
    }
    *ret = (int64_t)id;
    return OK;
}

struct str gw_hook_url(const struct gw_channel *ch, const char *action, struct arena *a) {
    if (!ch->public_url.n) {
        return STR_EMPTY;
    }
    struct str base = ch->public_url;
    while (base.n && base.p[base.n - 1] == '/') {
        base.n--;
    }
    return arena_printf(a, "%.*s/hook/%.*s%s%s", STR_ARG(base), STR_ARG(ch->name),
                        *action ? "/" : "", action);
}

struct outcome gw_no_answer(const struct gw_answer *answer, struct arena *a) {
    return (struct outcome){.kind = answer->left ? OUTCOME_UNKNOWN : OUTCOME_LATER,
                            .code = STR("no_answer"),
                            .reason = arena_str(a, answer->error)};
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7; the two obsolete forms are not read). */
static bool http_date(struct str s, int64_t *ret_ms) {
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int day, year, hour, minute, second;
    char month[4], text[40];
    if (s.n >= sizeof(text)) {
        return false;
    }
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d", &day, month, &year, &hour, &minute,
               &second) != 6) {
        return false;
    }
    const char *at = strstr(MONTHS, month);
    int number = at ? (int)(at - MONTHS) / 3 + 1 : 0;
    if (strlen(month) != 3 || (at && (at - MONTHS) % 3) || !date_is_valid(year, number, day)) {
        return false;
    }
    *ret_ms = date_to_days(date_make(year, number, day)) * MS_DAY + hour * MS_HOUR +
              minute * MS_MINUTE + second * MS_SECOND;
    return true;
}

#define SECONDS_MAX 4102444800 /* 2100-01-01 */

int64_t gw_seconds(int64_t seconds) {
    return seconds < 0 || seconds > SECONDS_MAX ? 0 : seconds * MS_SECOND;
}

#define RETRY_AFTER_MAX_S                                                                      \
    86400 /* a provider that asks for more than a day is a fault, not a pace */

int64_t gw_retry_after(const struct gw_answer *answer, int64_t now_ms) {
    struct str value = str_trim(gw_header_get(answer->header, answer->headers, "Retry-After"));
    int64_t seconds, at;
    if (!value.n) {
        return 0;
    }
    if (!str_to_i64(value, &seconds)) {
        if (!http_date(value, &at)) {
            return 0;
        }
        seconds = (at - now_ms + 999) / MS_SECOND;
    }
    if (seconds < 0) {
        return 0;
    }
    return (seconds > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : seconds) * MS_SECOND;
}

/* ------------------------------------------------------------------ files that came */

struct str gw_attachment_address(struct str attachment) {
    size_t colon = str_find_char(attachment, ':', 0);
    bool typed = colon != SIZE_MAX &&
                 !str_starts(str_sub(attachment, colon + 1, attachment.n), STR("//"));
    return typed ? str_sub(attachment, colon + 1, attachment.n) : attachment;
}

struct str gw_attachment_type(struct str attachment) {
    struct str address = gw_attachment_address(attachment);
    return address.n == attachment.n ? STR("")
                                     : str_sub(attachment, 0, attachment.n - address.n - 1);
}

enum rc gw_plain_file(struct str attachment, struct arena *a, struct gw_call *ret) {
    struct str url = gw_attachment_address(attachment);
    if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://"))) {
        return NONE;
    }
    *ret = (struct gw_call){.method = STR("GET"), .url = arena_str(a, url), .idempotent = true};
    return OK;
}

/* "geo:48.85,2.35" on a phone without maps of its own. */
static struct str map_link(struct str place, struct arena *a) {
    size_t comma = str_find_char(place, ',', 0);
    if (comma == SIZE_MAX) {
        return STR_EMPTY;
    }
    return arena_printf(a, "https://www.openstreetmap.org/?mlat=%.*s&mlon=%.*s", (int)comma,
                        place.p, STR_ARG(str_sub(place, comma + 1, place.n)));
}

struct str gw_text_with_links(const struct outbound *msg, struct arena *a) {
    struct str text = msg->text.p ? msg->text : STR("");
    for (size_t i = 0; i < msg->attachments; i++) {
        struct str at = gw_attachment_address(msg->attachment[i]);
        bool place = str_starts(msg->attachment[i], STR("geo:"));
        bool web = str_starts(at, STR("https://")) || str_starts(at, STR("http://"));
        struct str link = place ? map_link(at, a) : web ? at : STR_EMPTY;
        if (link.n) {
            text =
                arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? "\n" : "", STR_ARG(link));
        }
    }
    return text;
}
