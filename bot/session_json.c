/* session_json.c - the quick reading of what session.c wrote. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/session_json.h"

#include <string.h>

#define DEPTH_MAX 32
#define MEMBERS_MAX 256 /* of one map or list; a session has fewer */

struct scan {
    const char *p, *end;
    struct arena *a;
    int depth;
};

static const struct val *value(struct scan *s);

static bool take(struct scan *s, char c) {
    if (s->p < s->end && *s->p == c) {
        s->p++;
        return true;
    }
    return false;
}

static bool word(struct scan *s, const char *w) {
    size_t n = strlen(w);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0) {
        return false;
    }
    s->p += n;
    return true;
}

static bool unescape(char c, char *ret) {
    static const char FROM[] = "\"\\/nrtbf", TO[] = "\"\\/\n\r\t\b\f";
    const char *at = c ? strchr(FROM, c) : NULL;
    *ret = at ? TO[at - FROM] : '\0';
    return at != NULL;
}

/* Behind the opening quote. */
static bool string(struct scan *s, struct str *ret) {
    const char *start = s->p, *p = start;
    bool escapes = false;
    while (p < s->end && *p != '"') {
        if ((unsigned char)*p < 0x20) {
            return false;
        }
        escapes |= *p == '\\';
        p += *p == '\\' ? 2 : 1;
    }
    s->p = p;
    if (s->p >= s->end) {
        return false;
    }
    *ret = (struct str){start, (size_t)(s->p - start)};
    s->p++;
    if (!escapes) {
        return true;
    }
    char *out = arena_alloc(s->a, ret->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < ret->n; i++) {
        out[n] = start[i];
        if (start[i] == '\\' && !unescape(start[++i], &out[n])) {
            return false;
        }
        n++;
    }
    *ret = (struct str){out, n};
    return true;
}

static const struct val *number(struct scan *s) {
    const char *start = s->p;
    struct dec d;
    int64_t i = 0;
    while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - start < 18) {
        i = i * 10 + (*s->p++ - '0');
    }
    if (s->p > start && s->p < s->end && (*s->p == ',' || *s->p == '}' || *s->p == ']')) {
        return val_int(s->a, i); /* counts and times: nearly all */
    }
    while (s->p < s->end && ((*s->p >= '0' && *s->p <= '9') || *s->p == '-' || *s->p == '.')) {
        s->p++;
    }
    struct str text = {start, (size_t)(s->p - start)};
    return dec_parse(text, &d) == OK ? val_num(s->a, d) : NULL;
}

static const struct val *list(struct scan *s) {
    const struct val *item[MEMBERS_MAX];
    size_t n = 0;
    if (take(s, ']')) {
        return val_list(s->a, NULL, 0);
    }
    do {
        if (n == MEMBERS_MAX || !(item[n++] = value(s))) {
            return NULL;
        }
    } while (take(s, ','));
    return take(s, ']') ? val_list(s->a, item, n) : NULL;
}

static const struct val *map(struct scan *s) {
    struct val_pair pair[MEMBERS_MAX];
    size_t n = 0;
    if (take(s, '}')) {
        return val_map(s->a, NULL, 0);
    }
    do {
        if (n == MEMBERS_MAX || !take(s, '"')) {
            return NULL;
        }
        pair[n] = (struct val_pair){.val = NULL};
        if (!string(s, &pair[n].key) || !take(s, ':') || !(pair[n].val = value(s))) {
            return NULL;
        }
        n++;
    } while (take(s, ','));
    return take(s, '}') ? val_map(s->a, pair, n) : NULL;
}

static const struct val *nested(struct scan *s, const struct val *(*read)(struct scan *)) {
    if (s->depth >= DEPTH_MAX) {
        return NULL;
    }
    s->depth++;
    s->p++;
    const struct val *v = read(s);
    s->depth--;
    return v;
}

static const struct val *value(struct scan *s) {
    struct str text;
    if (s->p >= s->end) {
        return NULL;
    }
    switch (*s->p) {
    case '"':
        s->p++;
        return string(s, &text) ? val_text(s->a, text) : NULL;
    case '{':
        return nested(s, map);
    case '[':
        return nested(s, list);
    case 't':
        return word(s, "true") ? &VAL_TRUE : NULL;
    case 'f':
        return word(s, "false") ? &VAL_FALSE : NULL;
    case 'n':
        return word(s, "null") ? &VAL_NIL : NULL;
    default:
        return number(s);
    }
}

const struct val *session_json(struct str text, struct arena *a) {
    struct scan s = {text.p, text.p + text.n, a, 0};
    const struct val *v = text.n ? value(&s) : NULL;
    return s.p == s.end ? v : NULL;
}
