/* und_time.c - an hour as people write it: 14h30, midi et demi, 8 du soir, vers 16h. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

/* The part of a day that follows an hour makes it morning or evening: "8h du soir", "3h de
 * l'aprem". */
bool und_part_after(const struct und_msg *m, size_t i, size_t *end, int *part, bool *today) {
    int32_t v;
    size_t at = i;
    *today = und_class(m, at, CLS_THIS, &at, &v);
    if (!*today) {
        at += und_word(m, at, "du") || und_word(m, at, "de") || und_word(m, at, "dans");
    }
    und_class(m, at, CLS_THE, &at, &v);
    if (und_class(m, at, CLS_PART, end, &v) || und_class(m, at, CLS_AMPM, end, &v)) {
        *part = v;
        return true;
    }
    return false;
}

static void to_part(struct und_when *w, int part) {
    int h = w->t.hour;
    if ((part == 2 || part == 3) && h < 12) {
        h += 12;
    }
    if (part == 4 && h >= 6 && h < 12) {
        h += 12;
    }
    if (part == 1 && h == 12) {
        h = 0;
    }
    w->t.hour = (int8_t)h;
    w->doubt = false;
}

/* "et quart", "et demie", "moins le quart", "moins dix", "trente", "30" behind the hour. */
static bool minutes(const struct und_msg *m, size_t i, bool spoken, size_t *end, int *ret) {
    int v;
    size_t at = i;
    if (und_word(m, at, "moins")) {
        at++;
        at += und_word(m, at, "le");
        if (und_word(m, at, "quart")) {
            *end = at + 1;
            *ret = -15;
            return true;
        }
        if (und_small(m, at, 1, 29, end, &v)) {
            *ret = -v;
            return true;
        }
        return false;
    }
    at += und_word(m, at, "et");
    if (und_word(m, at, "quart") || und_word(m, at, "demi") || und_word(m, at, "demie")) {
        *end = at + 1;
        *ret = und_word(m, at, "quart") ? 15 : 30;
        return true;
    }
    if (und_word(m, at, "trois") &&
        (und_word(m, at + 1, "quarts") || und_word(m, at + 1, "quart"))) {
        *end = at + 2;
        *ret = 45;
        return true;
    }
    if (und_word(m, at, "passe") && und_word(m, at + 1, "de")) {
        at += 2;
    } else if (at > i) {
        return false;
    }
    int32_t other;
    size_t skip;
    if (und_digits(m, at) && und_class(m, at + 1, CLS_HOURWORD, &skip, &other)) {
        return false; /* "14h 16h" */
    }
    if (und_digits(m, at) ? m->tok[at].f.n == 2 && und_small(m, at, 0, 59, end, ret)
                          : spoken && und_small(m, at, 1, 59, end, ret)) {
        int32_t x;
        und_class(m, *end, CLS_MINUTEWORD, end, &x);
        return true;
    }
    return false;
}

static bool noon(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    int mn = 0;
    if (!und_class(m, i, CLS_NOON, end, &v)) {
        return false;
    }
    w->time = true;
    minutes(m, *end, true, end, &mn);
    int total = (v * 60 + mn + 1440) % 1440;
    w->t = (struct tod){(int8_t)(total / 60), (int8_t)(total % 60), 0, 0};
    w->doubt = v == 0 && m->ask && m->ask->kind == ASK_TIME;
    return true;
}

static bool set_hour(struct und_when *w, int h, int mn) {
    int total = h * 60 + mn;
    if (h > 24 || total < 0) {
        return false;
    }
    w->time = true;
    w->t = (struct tod){(int8_t)(total / 60 % 24), (int8_t)(total % 60), 0, 0};
    return true;
}

/* 14:30  14.30  12:34:45  1430 */
static bool compact(struct und_msg *m, size_t i, size_t *end, struct und_when *w,
                    bool *minute) {
    char sep = und_between(m, i);
    bool asked = m->ask && m->ask->kind == ASK_TIME;
    *minute = true;
    if (!und_digits(m, i)) {
        return false;
    }
    if (m->tok[i].f.n <= 2 && und_digits(m, i + 1) && m->tok[i + 1].f.n == 2 &&
        m->tok[i + 1].n < 60 && (sep == ':' || (sep == '.' && asked)) && m->tok[i].n <= 24) {
        *end = i + 2;
        char more = und_between(m, i + 1);
        if (und_digits(m, i + 2) && more == ':' && m->tok[i + 2].n < 60) {
            *end = i + 3;
            bool ok = set_hour(w, (int)m->tok[i].n, (int)m->tok[i + 1].n);
            w->t.second = (int8_t)m->tok[i + 2].n;
            return ok;
        }
        return !(und_digits(m, i + 2) && more != ' ' && more != 1 && more != '-' &&
                 more != ',') &&
               set_hour(w, (int)m->tok[i].n, (int)m->tok[i + 1].n);
    }
    if (asked && m->tok[i].f.n == 4 && m->tok[i].n < 2400 && m->tok[i].n % 100 < 60 &&
        i + 1 == m->n) {
        *end = i + 1;
        return set_hour(w, (int)m->tok[i].n / 100, (int)m->tok[i].n % 100);
    }
    return false;
}

/* `bare`: a number alone may be the hour ("entre 10 et 12", "vers 16"). */
bool und_hour(struct und_msg *m, size_t i, bool bare, size_t *end, struct und_when *w) {
    int32_t x;
    int h, mn = 0, part;
    size_t e;
    struct und_when r = {0};
    bool minute = false, word = false;
    if (noon(m, i, end, w)) {
        return true;
    }
    if (!compact(m, i, end, &r, &minute)) {
        r = (struct und_when){0};
        minute = false;
        if (!und_small(m, i, 0, 24, end, &h)) {
            return false;
        }
        e = *end;
        if (und_word(m, e, "et") && und_word(m, e + 1, "demie") &&
            und_class(m, e + 2, CLS_HOURWORD, end, &x)) {
            mn = 30; /* "sept et demie heures" */
            word = minute = true;
        } else {
            word = und_class(m, e, CLS_HOURWORD, end, &x);
            minute = (word || bare) && minutes(m, *end, word || !und_digits(m, i), end, &mn);
        }
        if (bare && !word && und_class(m, *end, CLS_MONTH, &e, &x)) {
            return false; /* "au 22 octobre" */
        }
        if (!set_hour(&r, h, mn)) {
            return false;
        }
    }
    bool spoken = !und_digits(m, i);
    r.doubt = r.t.hour >= 1 && r.t.hour <= 7 && !minute;
    bool today = false,
         asked = m->ask && (m->ask->kind == ASK_TIME || m->ask->kind == ASK_DATE ||
                            m->ask->kind == ASK_DATETIME);
    if (und_part_after(m, *end, &e, &part, &today) && (word || minute || bare || asked) &&
        !(part == 4 && !word)) {
        to_part(&r, part);
        r.bare_part = !word && !minute;
        r.date = today && m->ask && m->ask->kind != ASK_TIME;
        r.d = m->today;
        *end = e;
        word = true;
    }
    r.exact = word || minute;
    if (!word && !minute && !bare) {
        return false;
    }
    if (!word && spoken && !minute && !bare) {
        return false;
    }
    *w = r;
    return true;
}

/* matin, l'aprem, le soir; "en debut d'apres-midi" is vague */
static bool part(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    size_t at = i;
    at += und_word(m, at, "en") || und_word(m, at, "dans") || und_word(m, at, "au") ||
          und_word(m, at, "a") || und_word(m, at, "des") || und_word(m, at, "pendant") ||
          und_word(m, at, "pour") || und_word(m, at, "du");
    bool this = und_class(m, at, CLS_THIS, &at, &v);
    und_class(m, at, CLS_THE, &at, &v);
    bool vague = und_class(m, at, CLS_BEGIN, &at, &v) ||
                 und_class(m, at, CLS_MIDDLE, &at, &v) || und_class(m, at, CLS_END, &at, &v);
    at += vague && und_word(m, at, "de");
    und_class(m, at, CLS_THE, &at, &v);
    if (vague && (und_word(m, at, "journee") || und_word(m, at, "jour"))) {
        w->time = w->doubt = true;
        w->part = 3;
        *end = at + 1;
        return true;
    }
    if (!und_class(m, at, CLS_PART, end, &v)) {
        return false;
    }
    w->time = true;
    w->part = (int8_t)v;
    w->doubt = vague;
    w->date = this && v != 4;
    w->d = m->today;
    return true;
}

bool und_time(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    size_t at = i;
    bool asked = m->ask && (m->ask->kind == ASK_TIME || m->ask->kind == ASK_DATETIME);
    bool about = und_class(m, at, CLS_ABOUT, &at, &v);
    struct und_when r = {0};
    if (und_hour(m, at, asked, end, &r) && (about || r.exact || !asked)) {
        *w = r;
        return true;
    }
    r = (struct und_when){0};
    if (asked && und_hour(m, at, false, end, &r)) {
        *w = r;
        return true;
    }
    return part(m, i, end, w);
}
