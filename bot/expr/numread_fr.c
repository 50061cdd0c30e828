/* numread_fr.c - French number words: "dix-sept", "soixante et onze", "deux mille quatre". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/numread.h"

/* Accents are folded before; Swiss and Belgian tens are words of young people too. */
static const struct {
    const char *word;
    int value;
} WORDS[] = {{"zero", 0},          {"un", 1},        {"une", 1},        {"deux", 2},
             {"trois", 3},         {"quatre", 4},    {"cinq", 5},       {"six", 6},
             {"sept", 7},          {"huit", 8},      {"neuf", 9},       {"dix", 10},
             {"onze", 11},         {"douze", 12},    {"treize", 13},    {"quatorze", 14},
             {"quinze", 15},       {"seize", 16},    {"vingt", 20},     {"vingts", 20},
             {"trente", 30},       {"quarante", 40}, {"cinquante", 50}, {"soixante", 60},
             {"septante", 70},     {"huitante", 80}, {"octante", 80},   {"nonante", 90},
             {"cent", 100},        {"cents", 100},   {"mille", 1000},   {"million", 1000000},
             {"millions", 1000000}};

static bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

/* The word at i: its value, or -1; *end behind it. */
static int word_at(struct str s, size_t i, size_t *end) {
    size_t to = i;
    while (to < s.n && is_letter(s.p[to])) {
        to++;
    }
    bool digits_follow = to < s.n && s.p[to] >= '0' && s.p[to] <= '9';
    *end = to;
    for (size_t k = 0; !digits_follow && k < sizeof(WORDS) / sizeof(WORDS[0]); k++) {
        if (str_is(str_sub(s, i, to - i), WORDS[k].word)) {
            return WORDS[k].value;
        }
    }
    return -1;
}

/* Behind one space or hyphen, or " et " / "-et-": where the next word may begin; i when there
 * is none. */
static size_t skip_joint(struct str s, size_t i, bool *et) {
    *et = false;
    if (i >= s.n || (s.p[i] != ' ' && s.p[i] != '-')) {
        return i;
    }
    struct str rest = str_sub(s, i + 1, s.n);
    if (str_starts(rest, STR("et ")) || str_starts(rest, STR("et-"))) {
        *et = true;
        return i + 4;
    }
    return i + 1;
}

/* What is said so far: millions and thousands done, hundreds, and what is below a hundred. */
struct count {
    int64_t done;
    int hundreds, low, last;
    bool any;
};

/* Adds a word if French allows it there. */
static bool add_word(struct count *c, int v, bool et) {
    if (v >= 1000) {
        int64_t group = c->hundreds + c->low;
        if (c->done && v >= c->last && c->done % ((int64_t)v * 1000) != 0) {
            return false;
        }
        c->done += (group ? group : 1) * v;
        c->hundreds = c->low = 0;
        c->last = v;
        return !et;
    }
    if (v == 100) {
        if (c->hundreds || c->low > 9) {
            return false;
        }
        c->hundreds = (c->low ? c->low : 1) * 100;
        c->low = 0;
        return !et;
    }
    if (et && v != 1 && v != 11) {
        return false;
    }
    if (v == 20 && c->low == 4) { /* quatre-vingt */
        c->low = 80;
        return !et;
    }
    bool tens = c->low == 60 || c->low == 80;
    bool fits = c->low == 0 ||
                (c->low % 10 == 0 && c->low >= 20 && v > 0 && v < (tens ? 20 : 10)) ||
                (c->low % 100 == 10 && !et && v >= 7 && v <= 9) ||
                ((c->low == 70 || c->low == 90) && !et && v >= 7 && v <= 9);
    if (!fits || (v == 0 && c->any)) {
        return false;
    }
    c->low += v;
    return true;
}

enum rc numread_french_words(struct str folded, size_t from, int64_t *ret, size_t *end) {
    struct count c = {.last = INT32_MAX};
    size_t i = from, stop = from;
    bool et = false;
    for (int words = 0; words < 12; words++) {
        size_t to;
        int v = word_at(folded, i, &to);
        struct count before = c;
        if (v < 0 || !add_word(&c, v, et)) {
            c = before;
            break;
        }
        c.any = true;
        stop = to;
        i = skip_joint(folded, to, &et);
        if (i == to) {
            break;
        }
    }
    if (!c.any) {
        return NONE;
    }
    *ret = c.done + c.hundreds + c.low;
    *end = stop;
    return OK;
}
