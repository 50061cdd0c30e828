/* und_email.c - an e-mail address, also as spoken: "ines tiret b arobase example point fr". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

static const struct {
    const char *word, *sign;
} SPOKEN[] = {{"arobase", "@"}, {"arobas", "@"}, {"arobaze", "@"},    {"aroba", "@"},
              {"point", "."},   {"tiret", "-"},  {"underscore", "_"}, {"plus", "+"},
              {"dot", "."},     {"moins", "-"},  {"at", "@"}};

static bool local_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._%+-", c));
}

static bool host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

static struct str lower(struct str t, struct arena *a) {
    char *p = arena_cstr(a, t);
    for (size_t i = 0; i < t.n; i++) {
        p[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i] == '\n' ? ' ' : p[i]);
    }
    return (struct str){p, t.n};
}

/* Signs said as words, and the blanks people leave around them, become the signs. */
static struct str spell_out(struct str t, struct arena *a) {
    char *out = arena_alloc(a, t.n + 1);
    size_t n = 0;
    struct str w;
    bool glue = false;
    while (str_next(&t, ' ', &w)) {
        const char *sign = NULL;
        struct str core =
            str_starts(w, STR("(")) && str_ends(w, STR(")")) ? str_sub(w, 1, w.n - 2) : w;
        for (size_t i = 0; i < sizeof SPOKEN / sizeof *SPOKEN; i++) {
            sign = str_is(core, SPOKEN[i].word) ? SPOKEN[i].sign : sign;
        }
        if (sign || (w.n && w.p[0] == '@')) {
            glue = true; /* joins what stands before */
        }
        if (n && !glue) {
            out[n++] = ' ';
        }
        struct str put = sign ? str_from(sign) : w;
        memcpy(out + n, put.p, put.n);
        n += put.n;
        glue = sign != NULL || (w.n && w.p[w.n - 1] == '@');
    }
    return (struct str){out, n};
}

static struct str replace_at(struct str t, struct arena *a) {
    static const char *const FORM[] = {"(at)", "[at]", "(a)", "(arobase)", "[arobase]"};
    for (size_t i = 0; i < sizeof FORM / sizeof *FORM; i++) {
        struct str f = str_from(FORM[i]);
        size_t k = str_find(t, f, 0);
        if (k != SIZE_MAX) {
            return arena_printf(a, "%.*s@%.*s", STR_ARG(str_sub(t, 0, k)),
                                STR_ARG(str_sub(t, k + f.n, t.n)));
        }
    }
    return t;
}

static bool host_ok(struct str h) {
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < h.n; i++) {
        if (h.p[i] == '.') {
            if (i == 0 || i + 1 == h.n || h.p[i + 1] == '.') {
                return false;
            }
            dot = i;
        }
    }
    if (dot == SIZE_MAX || h.n - dot < 3) {
        return false;
    }
    for (size_t i = dot + 1; i < h.n; i++) {
        if (h.p[i] < 'a' || h.p[i] > 'z') {
            return false;
        }
    }
    return true;
}

static bool find(struct str t, struct str *ret) {
    for (size_t at = str_find_char(t, '@', 0); at != SIZE_MAX;
         at = str_find_char(t, '@', at + 1)) {
        size_t a = at, b = at + 1;
        while (a > 0 && local_char(t.p[a - 1])) {
            a--;
        }
        while (b < t.n && host_char(t.p[b])) {
            b++;
        }
        while (b > at + 1 && (t.p[b - 1] == '.' || t.p[b - 1] == '-')) {
            b--;
        }
        while (a < at && (t.p[a] == '.' || t.p[a] == '-')) {
            a++;
        }
        bool comma = b + 1 < t.n && t.p[b] == ',' && host_char(t.p[b + 1]);
        if (a < at && host_ok(str_sub(t, at + 1, b - at - 1)) && !comma) {
            *ret = str_sub(t, a, b - a);
            return true;
        }
    }
    return false;
}

static bool looks_meant(struct str t) {
    size_t at = str_find_char(t, '@', 0);
    return at != SIZE_MAX && at > 0 && at + 1 < t.n && local_char(t.p[at - 1]) &&
           host_char(t.p[at + 1]);
}

bool und_email(struct und_msg *m, struct answer *r) {
    struct str t = replace_at(lower(m->text, m->a), m->a), found;
    bool sign = str_find_char(t, '@', 0) != SIZE_MAX;
    bool said = str_find(t, STR("arob"), 0) != SIZE_MAX;
    bool ok = find(t, &found);
    if (!ok && (sign || said)) {
        t = spell_out(t, m->a);
        ok = find(t, &found);
    } else if (ok) {
        struct str spaced;
        if (found.p > t.p && found.p[-1] == ' ' && str_starts(found, STR("@"))) {
            ok = find(spell_out(t, m->a), &spaced);
        }
    }
    if (ok) {
        und_value(r, val_text(m->a, found));
        und_say(m, r, INTENT_EMAIL, 0.95, "email", 0, m->n);
        return true;
    }
    bool asked = m->ask && (m->ask->kind == ASK_EMAIL || m->ask->kind == ASK_FREE);
    struct str one = str_trim(m->text);
    bool dotted = str_find_char(one, ' ', 0) == SIZE_MAX &&
                  str_find_char(one, '.', 0) != SIZE_MAX && m->n >= 3 && !und_digits(m, 0) &&
                  m->tok[m->n - 1].f.n <= 3 && und_between(m, 0) == '.';
    if (asked && (looks_meant(t) || dotted)) {
        und_say(m, r, INTENT_UNCLEAR, 0.3, "email_with_a_fault", 0, m->n);
        r->second = INTENT_EMAIL;
        return true;
    }
    return false;
}
