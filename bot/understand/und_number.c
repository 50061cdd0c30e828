/* und_number.c - numbers in digits and in French words, ordinals, decimals. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

bool und_digits(const struct und_msg *m, size_t i) {
    return i < m->n && m->tok[i].num;
}

/* The one byte between tokens i and i+1; 0 when they touch, 1 when there is more. */
static char between(const struct und_msg *m, size_t i) {
    if (i + 1 >= m->n || m->tok[i + 1].off < m->tok[i].end) {
        return 1;
    }
    size_t gap = m->tok[i + 1].off - m->tok[i].end;
    return gap == 0 ? 0 : gap == 1 ? m->text.p[m->tok[i].end] : 1;
}

/* ---- digits */

static size_t grouped(const struct und_msg *m, size_t i, char *out, size_t *n) {
    size_t k = i;
    char sep = between(m, i);
    bool group = m->tok[i].f.n <= 3 && (sep == '.' || sep == ' ');
    memcpy(out, m->tok[i].f.p, m->tok[i].f.n);
    *n = m->tok[i].f.n;
    while (group && und_digits(m, k + 1) && m->tok[k + 1].f.n == 3 && between(m, k) == sep &&
           *n < 15) {
        char after = between(m, k + 1);
        bool last = !und_digits(m, k + 2) || after != sep;
        if (m->tok[i].f.p[0] == '0' || (last && und_digits(m, k + 2) && after != ',')) {
            break;
        }
        memcpy(out + *n, m->tok[k + 1].f.p, 3);
        *n += 3;
        k++;
    }
    return k + 1;
}

static bool leading_comma(const struct und_msg *m, size_t i) {
    size_t off = m->tok[i].off;
    if (off == 0 || (m->text.p[off - 1] != ',' && m->text.p[off - 1] != '.')) {
        return false;
    }
    return off == 1 || m->text.p[off - 2] == ' ' || m->text.p[off - 2] == '-';
}

/* "10k", "3M", "180ml": what stands tight behind the digits. */
static int32_t suffix(const struct und_msg *m, struct und_num *r) {
    size_t i = r->end;
    int32_t val;
    size_t end;
    if (i >= m->n || m->tok[i].num) {
        return 0;
    }
    bool tight = m->tok[i].off == m->tok[i - 1].end;
    char c = m->text.p[m->tok[i].off];
    if (m->tok[i].end - m->tok[i].off == 1 &&
        (c == 'k' || c == 'K' || (tight && (c == 'M' || c == 'G')))) {
        r->end++;
        return c == 'M' ? 6 : c == 'G' ? 9 : 3;
    }
    if (tight && und_class(m, i, CLS_ORDSUFFIX, &end, &val)) {
        r->ordinal = true;
        r->end = end;
        return 0;
    }
    r->unit = tight && !m->tok[i].known;
    return 0;
}

static bool digits_number(const struct und_msg *m, size_t i, struct und_num *r) {
    char text[80];
    size_t n = 0;
    if (m->tok[i].f.n > 18) {
        return false;
    }
    if (m->tok[i].minus) {
        text[n++] = '-';
    }
    size_t from = n, len;
    if (leading_comma(m, i)) {
        memcpy(text + n, "0.", 2);
        memcpy(text + n + 2, m->tok[i].f.p, m->tok[i].f.n);
        n += 2 + m->tok[i].f.n;
        r->end = i + 1;
    } else {
        r->end = grouped(m, i, text + from, &len);
        n += len;
        char sep = between(m, r->end - 1);
        if (und_digits(m, r->end) && (sep == ',' || sep == '.') && m->tok[r->end].f.n < 16 &&
            !(und_digits(m, r->end + 1) && between(m, r->end) == sep)) {
            text[n++] = '.';
            memcpy(text + n, m->tok[r->end].f.p, m->tok[r->end].f.n);
            n += m->tok[r->end].f.n;
            r->end++;
        }
    }
    int32_t power = suffix(m, r);
    if (power) {
        text[n++] = 'e';
        text[n++] = (char)('0' + power);
    }
    r->digits = true;
    return dec_parse((struct str){text, n}, &r->d) == OK;
}

/* ---- words */

struct spoken {
    const struct und_msg *m;
    size_t i;
    bool ordinal, any;
};

static bool unit_at(struct spoken *s, int32_t lo, int32_t hi, int32_t *v) {
    size_t end;
    if (und_class(s->m, s->i, CLS_UNITWORD, &end, v) && *v >= lo && *v <= hi) {
        s->i = end;
        return true;
    }
    if (und_digits(s->m, s->i) && s->any && s->m->tok[s->i].n >= lo &&
        s->m->tok[s->i].n <= hi && lo > 0 && s->m->tok[s->i].f.n == 1) {
        *v = (int32_t)s->m->tok[s->i++].n;
        return true;
    }
    if (und_class(s->m, s->i, CLS_ORDINAL, &end, v) && *v >= lo && *v <= hi) {
        s->i = end;
        s->ordinal = true;
        return true;
    }
    return false;
}

/* 0..99 */
static bool below_hundred(struct spoken *s, int32_t *ret) {
    int32_t v, more = 0;
    size_t end;
    if (und_class(s->m, s->i, CLS_TEN, &end, &v)) {
        s->i = end;
        s->any = true;
    } else if (unit_at(s, 0, 99, &v)) {
        s->any = true;
        size_t at = s->i;
        if (v == 4 && !s->ordinal && und_class(s->m, at, CLS_TEN, &end, &more) && more == 20) {
            s->i = end;
            v = 80;
        } else if (v == 4 && und_class(s->m, at, CLS_ORDINAL, &end, &more) && more == 20) {
            s->i = end;
            s->ordinal = true;
            *ret = 80;
            return true;
        } else if (v == 10 && !s->ordinal && unit_at(s, 7, 9, &more)) {
            *ret = 10 + more;
            return true;
        } else {
            *ret = v;
            return true;
        }
    } else {
        return false;
    }
    size_t before = s->i;
    s->i += und_word(s->m, s->i, "et");
    if (!s->ordinal && unit_at(s, 1, v == 60 || v == 80 ? 19 : 9, &more)) {
        v += more;
        int32_t rank;
        bool ten = more == 10 && !s->ordinal;
        if (ten && unit_at(s, 7, 9, &more)) {
            v += more;
        } else if (ten && und_class(s->m, s->i, CLS_ORDINAL, &end, &rank) && rank < 7) {
            v += rank; /* "quatre-vingt-dix seconde" */
            s->i = end;
            s->ordinal = true;
        }
    } else {
        s->i = before;
    }
    *ret = v;
    return true;
}

static bool below_thousand(struct spoken *s, int32_t *ret) {
    int32_t v = 0, more, hundred;
    size_t end;
    bool have = below_hundred(s, &v);
    if (have && s->ordinal) {
        *ret = v;
        return true;
    }
    if (((have && v >= 1 && v < 20) || !have) &&
        und_class(s->m, s->i, CLS_HUNDRED, &end, &hundred)) {
        s->i = end;
        s->any = true;
        v = (have ? v : 1) * 100;
        s->ordinal = hundred == 1;
        if (!s->ordinal && below_hundred(s, &more)) {
            v += more;
        }
        have = true;
    }
    *ret = v;
    return have;
}

static bool spoken_whole(struct spoken *s, int64_t *ret) {
    int64_t total = 0;
    int32_t v, power;
    size_t end;
    bool have = false, part;
    for (int turn = 0; turn < 6; turn++) {
        part = !s->ordinal && below_thousand(s, &v);
        if (!part && !(und_class(s->m, s->i, CLS_THOUSAND, &end, &power) && !have)) {
            break;
        }
        int64_t x = part ? v : 1;
        have = true;
        if (!s->ordinal && und_class(s->m, s->i, CLS_THOUSAND, &end, &power)) {
            s->i = end;
            total += x * 1000;
            s->ordinal = power == 1;
            s->any = true;
        } else if (!s->ordinal && und_class(s->m, s->i, CLS_MILLION, &end, &power)) {
            s->i = end;
            total += x * (power == 9 ? 1000000000LL : 1000000LL);
        } else {
            total += x;
            break;
        }
    }
    *ret = total;
    return have;
}

static bool words_number(const struct und_msg *m, size_t i, struct und_num *r) {
    struct spoken s = {.m = m, .i = i};
    int64_t v, frac;
    int32_t dozen;
    size_t end;
    if (!spoken_whole(&s, &v)) {
        return false;
    }
    if (!s.ordinal && und_class(m, s.i, CLS_DOZEN, &end, &dozen)) {
        v *= dozen;
        s.i = end;
    }
    r->end = s.i;
    r->ordinal = s.ordinal;
    r->d = dec_from_i64(v);
    struct spoken f = {.m = m, .i = s.i + 1};
    if (und_word(m, s.i, "virgule") && spoken_whole(&f, &frac)) {
        struct str t = arena_printf(m->a, "%lld.%lld", (long long)v, (long long)frac);
        r->end = f.i;
        return dec_parse(t, &r->d) == OK;
    }
    return true;
}

static bool read_number(const struct und_msg *m, size_t i, struct und_num *r) {
    if (!(m->tok[i].num ? digits_number(m, i, r) : words_number(m, i, r))) {
        return false;
    }
    r->whole = dec_is_int(r->d) && dec_to_i64(r->d, &r->i) == OK;
    return true;
}

bool und_number(const struct und_msg *m, size_t i, struct und_num *ret) {
    if (i >= m->n || !(m->tok[i].num || und_edge_any(m->at[i].seen, m->u->counts))) {
        return false;
    }
    /* each form of a day or an hour asks for the number again */
    struct und_known *k = &m->known[i];
    if (k->num_edges != m->at[i].n + 1) {
        k->num = (struct und_num){0};
        k->num_is = read_number(m, i, &k->num);
        k->num_edges = (uint16_t)(m->at[i].n + 1);
    }
    if (k->num_is) {
        *ret = k->num;
    }
    return k->num_is;
}

bool und_small(const struct und_msg *m, size_t i, int lo, int hi, size_t *end, int *ret) {
    struct und_num n;
    if (i < m->n && m->tok[i].num) { /* a bare token: no groups, no decimals */
        if (m->tok[i].n < lo || m->tok[i].n > hi || m->tok[i].f.n > 4) {
            return false;
        }
        *end = i + 1;
        *ret = (int)m->tok[i].n;
        return true;
    }
    if (!und_number(m, i, &n) || !n.whole || n.ordinal || n.i < lo || n.i > hi) {
        return false;
    }
    *end = n.end;
    *ret = (int)n.i;
    return true;
}
