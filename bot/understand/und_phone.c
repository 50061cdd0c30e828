/* und_phone.c - a telephone number among other words. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include "base/phone.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_glue(char c) {
    return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')';
}

struct run {
    size_t from, to, digits;
    bool plus;
};

/* Longest stretch of digits with the glue people put between them. */
static bool next_run(struct str t, size_t *pos, struct run *ret) {
    size_t i = *pos;
    while (i < t.n && !is_digit(t.p[i])) {
        i++;
    }
    if (i == t.n) {
        return false;
    }
    struct run r = {i, i, 0, false};
    while (r.from > 0 && (t.p[r.from - 1] == '+' || t.p[r.from - 1] == '(')) {
        r.plus = r.plus || t.p[r.from - 1] == '+';
        r.from--;
    }
    size_t spaces = 0;
    while (i < t.n && (is_digit(t.p[i]) || (is_glue(t.p[i]) && spaces < 4))) {
        spaces = is_digit(t.p[i]) ? 0 : spaces + 1;
        if (is_digit(t.p[i])) {
            r.digits++;
            r.to = i + 1;
        }
        i++;
    }
    *pos = i;
    *ret = r;
    return true;
}

static struct str plain(struct str t, const struct run *r, struct arena *a) {
    char *p = arena_alloc(a, r->to - r->from + 2);
    size_t n = 0;
    if (r->plus) {
        p[n++] = '+';
    }
    for (size_t i = r->from; i < r->to; i++) {
        if (is_digit(t.p[i])) {
            p[n++] = t.p[i];
        }
    }
    return (struct str){p, n};
}

/* "+33 (0)6": the zero in brackets is for calls inside the country. */
static struct str without_trunk(struct str d, struct arena *a) {
    if (str_starts(d, STR("+330"))) {
        return arena_printf(a, "+33%.*s", STR_ARG(str_sub(d, 4, d.n)));
    }
    return d;
}

/* "639980123": a French mobile whose 0 is missing, or a number of elsewhere? */
static bool lost_zero(struct str d) {
    return d.n == 9 && (d.p[0] == '6' || d.p[0] == '7');
}

/* "zero six trente neuf ..." as a telephone hears it. */
static struct str spoken(const struct und_msg *m) {
    char *p = arena_alloc(m->a, 64);
    size_t n = 0;
    for (size_t i = 0; i < m->n && n < 30;) {
        struct und_num x;
        if (m->tok[i].num || !und_number(m, i, &x) || !x.whole || x.i > 99) {
            n = n >= 10 ? n : 0;
            i++;
            continue;
        }
        p[n++] = x.i > 9 ? (char)('0' + x.i / 10) : 0;
        n -= x.i <= 9;
        p[n++] = (char)('0' + x.i % 10);
        i = x.end;
    }
    return (struct str){p, n == 10 && p[0] == '0' ? n : 0};
}

bool und_phone(struct und_msg *m, struct answer *r) {
    char *letters = arena_cstr(m->a, m->text); /* a leading letter O is a zero */
    for (size_t i = 0; i + 1 < m->text.n; i++) {
        bool word = i > 0 && !is_glue(letters[i - 1]);
        letters[i] =
            (letters[i] == 'O' || letters[i] == 'o') && is_digit(letters[i + 1]) && !word
                ? '0'
                : letters[i];
    }
    struct str text = {letters, m->text.n};
    struct str region = m->ask && m->ask->region.n ? m->ask->region : STR("FR");
    struct str last = STR_EMPTY;
    bool foreign = false;
    size_t pos = 0, found = 0;
    struct run run;
    while (next_run(text, &pos, &run)) {
        if (run.digits < 7 || run.digits > 15) {
            if (run.digits > 15) {
                return false;
            }
            found += run.digits == 6;
            continue;
        }
        struct phone p;
        struct str d = without_trunk(plain(text, &run, m->a), m->a);
        if (!lost_zero(d) && phone_parse(d, region, m->a, &p) == OK) {
            last = p.e164;
            foreign = false;
        } else {
            last = d;
            foreign = true;
        }
        found++;
    }
    struct phone heard;
    struct str said = last.n ? STR_EMPTY : spoken(m);
    if (said.n && phone_parse(said, region, m->a, &heard) == OK) {
        last = heard.e164;
    }
    if (!last.n) {
        return false;
    }
    bool short_national = lost_zero(last) || (foreign && last.p[0] == '0' && last.n != 10 &&
                                              !str_starts(last, STR("00")));
    if (short_national || (foreign && m->ask && m->ask->kind == ASK_PHONE)) {
        und_say(m, r, INTENT_UNCLEAR, 0.3, "no_such_number", 0, m->n);
        r->second = INTENT_PHONE;
        return true;
    }
    und_value(r, val_text(m->a, last));
    und_say(m, r, INTENT_PHONE, foreign ? 0.4 : 0.95, foreign ? "phone_elsewhere" : "phone", 0,
            m->n);
    return true;
}
