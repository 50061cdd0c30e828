/* und_relative.c - days counted from today: dans 3 jours, il y a 2 semaines. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

static struct date shifted(struct date d, int64_t n, int unit) {
    int k = (int)n;
    switch (unit) {
    case 4:
        return date_add_days(d, k);
    case 5:
        return date_add_days(d, k * 7);
    case 6:
        return date_add_months(d, k);
    case 7:
        return date_add_months(d, k * 3);
    default:
        return date_add_months(d, k * 12);
    }
}

static bool amount(const struct und_msg *m, size_t i, size_t *end, int64_t *n, int *unit) {
    struct und_num num;
    int32_t v;
    if (und_number(m, i, &num) && num.whole && num.i >= 0 && num.i < 10000 && !num.ordinal &&
        und_class(m, num.end, CLS_UNIT, end, &v)) {
        *n = num.i;
        *unit = v;
        return true;
    }
    if (und_digits(m, i) && und_after(m, i) && m->tok[i].n >= 0) {
        char c = und_after(m, i);
        *n = m->tok[i].n;
        *unit = c == '"' ? 1 : 2; /* 30" and 2' */
        *end = i + 1;
        return c == '"' || (c == '\'' && m->tok[i].end + 1 == m->text.n);
    }
    return false;
}

static void set_clock(const struct und_msg *m, struct und_when *w, int64_t seconds) {
    int64_t total = (int64_t)date_to_days(m->today) * 86400 + m->now.hour * 3600 +
                    m->now.minute * 60 + m->now.second + seconds;
    int64_t day = total / 86400, rest = total % 86400;
    w->date = w->time = true;
    w->now_based = true;
    w->d = date_from_days((int32_t)day);
    w->t =
        (struct tod){(int8_t)(rest / 3600), (int8_t)(rest / 60 % 60), (int8_t)(rest % 60), 0};
}

static const int UNIT_SECONDS[] = {0, 1, 60, 3600, 86400, 604800};

/* dans 3 jours, il y a 2 semaines, depuis 3 mois, 3 jours plus tard */
bool und_relative(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    bool day_asked = m->ask && (m->ask->kind == ASK_DATE || m->ask->kind == ASK_DATETIME);
    if (und_word(m, i, "maintenant") && day_asked) {
        set_clock(m, w, 0);
        *end = i + 1;
        return true;
    }
    int64_t n;
    int unit, sign = 0;
    int32_t v;
    size_t at = i, e;
    if (und_class(m, i, CLS_IN, &at, &v)) {
        sign = 1;
    } else if (und_class(m, i, CLS_AGO, &at, &v)) {
        sign = -1;
    } else if (und_class(m, i, CLS_SINCE, &at, &v)) {
        sign = m->hint == HINT_PAST ? -1 : 0;
    }
    if ((at > i && !sign) || !amount(m, at, &e, &n, &unit)) {
        return false;
    }
    if (at == i) {
        bool after =
            und_word(m, e, "apres") || (und_word(m, e, "plus") && und_word(m, e + 1, "tard"));
        sign = after ? 1 : 0;
        e += und_word(m, e, "apres") ? 1 : 2;
    }
    if (!sign) {
        return false;
    }
    if (unit == 4 && n == 15 && sign > 0) {
        n = 14; /* "quinze jours" is two weeks */
    }
    *end = e;
    w->doubt = und_word(m, i + 1, "ici"); /* "d'ici 2 semaines": by then */
    if (unit <= 3) {
        set_clock(m, w, sign * n * UNIT_SECONDS[unit]);
        return true;
    }
    w->date = true;
    w->d = shifted(m->today, sign * n, unit);
    return true;
}

bool und_day_after(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    if (!und_word(m, i, "lendemain") || !und_word(m, i + 1, "du") ||
        !und_date(m, i + 2, end, w)) {
        return false;
    }
    w->d = date_add_days(w->d, 1);
    return true;
}
