/* urnparts.c - addresses of contacts as URNs: "tel:+33639980123", "telegram:12345#lea". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/urnparts.h"

#include "bot/expr/phonefind.h"

static struct str unescape(struct str s, struct arena *a) {
    static const struct {
        const char *code;
        char c;
    } ESCAPES[] = {{"%23", '#'}, {"%25", '%'}, {"%3F", '?'}};
    if (str_find_char(s, '%', 0) == SIZE_MAX) {
        return s;
    }
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        char c = s.p[i];
        size_t taken = 1;
        for (size_t k = 0; k < sizeof(ESCAPES) / sizeof(ESCAPES[0]); k++) {
            if (str_starts(str_sub(s, i, s.n), str_from(ESCAPES[k].code))) {
                c = ESCAPES[k].c;
                taken = 3;
            }
        }
        out[n++] = c;
        i += taken;
    }
    return (struct str){out, n};
}

const char *urnparts_read(struct str urn, struct arena *a, struct urnparts *ret) {
    size_t colon = str_find_char(urn, ':', 0);
    struct str scheme = str_sub(urn, 0, colon == SIZE_MAX ? urn.n : colon);
    if (scheme.n == 0) {
        return "scheme cannot be empty";
    }
    if (str_find_char(scheme, '?', 0) != SIZE_MAX) {
        return "query component can only come after path component";
    }
    if (str_find_char(scheme, '#', 0) != SIZE_MAX) {
        return "fragment component can only come after path or query components";
    }
    struct str rest = colon == SIZE_MAX ? STR("") : str_sub(urn, colon + 1, urn.n),
               query = STR(""), display = STR("");
    size_t hash = str_find_char(rest, '#', 0);
    if (hash != SIZE_MAX) {
        display = str_sub(rest, hash + 1, rest.n);
        rest = str_sub(rest, 0, hash);
    }
    size_t mark = str_find_char(rest, '?', 0);
    if (mark != SIZE_MAX) {
        query = str_sub(rest, mark + 1, rest.n);
        rest = str_sub(rest, 0, mark);
    }
    if (rest.n == 0) {
        return "path cannot be empty";
    }
    if (str_find_char(query, '?', 0) != SIZE_MAX ||
        str_find_char(display, '?', 0) != SIZE_MAX) {
        return "query component can only come after path component";
    }
    if (str_find_char(display, '#', 0) != SIZE_MAX) {
        return "fragment component can only come after path or query components";
    }
    *ret = (struct urnparts){unescape(scheme, a), unescape(rest, a), unescape(query, a),
                             unescape(display, a)};
    return NULL;
}

struct str urnparts_pretty(const struct urnparts *u, struct arena *a) {
    struct str shown;
    if (u->display.n) {
        return u->display;
    }
    bool number = str_is(u->scheme, "tel") && str_starts(u->path, STR("+"));
    return number && phonefind_pretty(u->path, a, &shown) ? shown : u->path;
}

bool urnparts_is_scheme(struct str scheme) {
    static const char *const SCHEMES[] = {
        "discord",   "ext",    "facebook",   "fcm",     "freshchat", "instagram", "jiochat",
        "line",      "mailto", "rocketchat", "slack",   "tel",       "telegram",  "twitter",
        "twitterid", "viber",  "vk",         "webchat", "wechat",    "whatsapp"};
    for (size_t i = 0; i < sizeof(SCHEMES) / sizeof(SCHEMES[0]); i++) {
        if (str_is(scheme, SCHEMES[i])) {
            return true;
        }
    }
    return false;
}
