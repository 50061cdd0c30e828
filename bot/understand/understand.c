/* understand.c - loads the tables, reads one reply, names intents. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/understand.h"

#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/file.h"
#include "bot/understand/und_priv.h"

#define TABLES "bot/understand/tables/"
#define TABLE_BYTES_MAX (4 << 20)

static const char *const INTENT[] = {
    "yes",       "no",    "maybe",      "cancel",   "stop",         "start",    "pause",
    "help",      "human", "quit_group", "late",     "wrong_number", "language", "number",
    "date",      "time",  "datetime",   "age",      "name",         "postcode", "town",
    "situation", "phone", "email",      "duration", "choice",       "distress", "correct",
    "back",      "skip",  "repeat",     "other",    "unclear"};
static const char *const KIND[] = {"none",     "yes_no", "choice", "date",     "time",
                                   "datetime", "age",    "name",   "postcode", "situation",
                                   "number",   "phone",  "email",  "duration", "free"};

/* Names of the signals in the tables, in the order of enum und_signal. */
static const char *const UND_SIGNALS[SIG_COUNT] = {
    "fill",           "thanks",       "yes",         "ack",          "no",
    "cant",           "reason",       "maybe",       "cond",         "but",
    "finally",        "or",           "and",         "nice",         "joke",
    "stopword",       "stop",         "not_stop",    "stop_doubt",   "start",
    "pause",          "help",         "human",       "quit_group",   "late",
    "wrong_number",   "wrong_doubt",  "not_wrong",   "language",     "distress",
    "distress_doubt", "not_distress", "cancel",      "cancel_doubt", "correct",
    "back",           "skip",         "repeat",      "chat",         "vague",
    "none",           "all",          "aside",       "num",          "date",
    "time",           "duration",     "accompanied", "situation",    "where"};

/* Classes whose value the code reads, in the order of enum und_cls. */
static const char *const UND_CLASSES[CLS_COUNT] = {
    "unit_word",    "ten",     "hundred",        "thousand", "million",
    "dozen",        "ordinal", "ordinal_suffix", "weekday",  "month",
    "day_relative", "part",    "unit",           "next",     "last",
    "this",         "holiday", "weekend",        "noon",     "hour_word",
    "minute_word",  "begin",   "middle",         "end_of",   "season",
    "about",        "after",   "before",         "from",     "until",
    "ago",          "in",      "since",          "the",      "ampm",
    "word_name"};

const char *intent_name(enum intent i) {
    return INTENT[i];
}

const char *ask_kind_name(enum ask_kind k) {
    return KIND[k];
}

enum rc ask_kind_parse(struct str name, enum ask_kind *ret) {
    for (size_t i = 0; i < sizeof KIND / sizeof *KIND; i++) {
        if (str_is(name, KIND[i])) {
            *ret = (enum ask_kind)i;
            return OK;
        }
    }
    return NONE;
}

/* ---- loading */

static bool is_table(struct str name) {
    return str_starts(name, str_from(TABLES)) && str_ends(name, STR(".txt"));
}

static enum rc load_embedded(struct und *u, bool rewrites, struct err *err) {
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        struct str text = {(const char *)f->data, f->n};
        enum rc rc = OK;
        if (is_table(str_from(f->name))) {
            rc = und_table_read(u, f->name, text, rewrites, err);
        } else if (!rewrites && strcmp(f->name, TABLES "communes.tsv") == 0) {
            rc = und_commune_load(u, f->name, text, err);
        }
        if (rc) {
            return rc;
        }
    }
    return OK;
}

static enum rc load_dir(struct und *u, const char *dir, bool rewrites, struct err *err) {
    struct str *name;
    size_t n;
    if (!dir) {
        return OK;
    }
    enum rc rc = file_list(dir, ".txt", &u->arena, &name, &n, err);
    for (size_t i = 0; !rc && i < n; i++) {
        struct str path = arena_printf(&u->arena, "%s/%.*s", dir, STR_ARG(name[i])), text;
        rc = file_read(path.p, TABLE_BYTES_MAX, &u->arena, &text, err);
        if (!rc) {
            rc = und_table_read(u, path.p, text, rewrites, err);
        }
    }
    return rc;
}

/* The sets that tell at a glance where no number, day or hour can be; of the first two words of
 * und_edges.seen, which hold every class. */
static void define_sets(struct und *u) {
    static const enum und_cls COUNTS[] = {CLS_UNITWORD, CLS_TEN, CLS_HUNDRED, CLS_THOUSAND,
                                          CLS_ORDINAL};
    static const enum und_cls DATES[] = {CLS_WEEKDAY, CLS_MONTH, CLS_DAYREL,
                                         CLS_PART,    CLS_UNIT,  CLS_HOLIDAY,
                                         CLS_WEEKEND, CLS_NOON,  CLS_SEASON};
    for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
        uint16_t sym = u->cls[COUNTS[i]];
        u->counts[sym >> 6] |= 1ULL << (sym & 63);
    }
    memcpy(u->dates, u->counts, sizeof u->dates); /* an hour or a day may be a number */
    for (size_t i = 0; i < sizeof DATES / sizeof *DATES; i++) {
        uint16_t sym = u->cls[DATES[i]];
        u->dates[sym >> 6] |= 1ULL << (sym & 63);
    }
}

static void define(struct und *u) {
    for (int i = 0; i < SIG_COUNT; i++) {
        u->sig[i] = und_symbol(u, &u->classes, str_from(UND_SIGNALS[i]), 4);
    }
    for (int i = 0; i < CLS_COUNT; i++) {
        u->cls[i] = und_symbol(u, &u->classes, str_from(UND_CLASSES[i]), 4);
    }
    _Static_assert(SIG_COUNT + CLS_COUNT < 128, "und_edges.seen holds signals and classes");
    define_sets(u);
}

enum rc und_load_trial(const char *dir, struct str extra, struct und **ret, struct err *err) {
    struct und *u = mem_alloc(sizeof *u);
    memset(u, 0, sizeof *u);
    arena_init(&u->arena);
    define(u);
    enum rc rc = OK;
    for (int pass = 0; pass < 2 && !rc; pass++) {
        rc = load_embedded(u, pass == 0, err);
        if (!rc) {
            rc = load_dir(u, dir, pass == 0, err);
        }
        if (!rc && extra.n) {
            rc = und_table_read(u, "(trial)", extra, pass == 0, err);
        }
    }
    if (!rc) {
        rc = und_table_check(u, err);
    }
    if (rc) {
        und_free(u);
        return rc;
    }
    und_index(u);
    *ret = u;
    return OK;
}

enum rc und_load(const char *dir, struct und **ret, struct err *err) {
    return und_load_trial(dir, STR_EMPTY, ret, err);
}

void und_free(struct und *u) {
    if (!u) {
        return;
    }
    und_map_done(&u->words);
    und_map_done(&u->stems);
    und_map_done(&u->classes);
    und_map_done(&u->rewrites);
    free(u->rewrite);
    free(u->name);
    free(u->flag);
    free(u->rule);
    free(u->near);
    free(u->sound);
    free(u->file);
    free(u->use);
    arena_done(&u->arena);
    free(u);
}

/* ---- saying what was found */

static struct str joined(struct und_msg *m, size_t from, size_t to) {
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        n += m->tok[i].f.n + 1;
    }
    char *p = arena_alloc(m->a, n + 1);
    n = 0;
    for (size_t i = from; i < to; i++) {
        if (n) {
            p[n++] = ' ';
        }
        memcpy(p + n, m->tok[i].f.p, m->tok[i].f.n);
        n += m->tok[i].f.n;
    }
    return (struct str){p, n};
}

/* "yes yes_no.txt:31": the decision, and the line of the table that gave its words. */
static struct str rule_name(struct und_msg *m, const char *rule, size_t from, size_t to) {
    for (size_t i = 0; i < m->segs; i++) {
        const struct und_seg *s = &m->seg[i];
        if (s->from >= from && s->to <= to && s->rule && m->u->rule[s->rule].line) {
            const struct und_rule *r = &m->u->rule[s->rule];
            struct str file = m->u->file[r->file];
            size_t name = file.n;
            while (name > 0 && file.p[name - 1] != '/') {
                name--;
            }
            char digits[24];
            struct str part[] = {str_from(rule), STR(" "), str_sub(file, name, file.n),
                                 STR(":"), str_of_i64(r->line, digits)};
            return arena_join(m->a, part, sizeof part / sizeof *part);
        }
    }
    return str_from(rule);
}

void und_say(struct und_msg *m, struct answer *r, enum intent i, double conf, const char *rule,
             size_t from, size_t to) {
    r->intent = i;
    r->confidence = conf;
    r->sureness = conf >= 0.5 ? UND_SURE : UND_UNSURE;
    r->rule = rule_name(m, rule, from, to);
    r->span = joined(m, from, to < m->n ? to : m->n);
    if (!r->value) {
        r->value = &VAL_NIL;
    }
}

void und_value(struct answer *r, const struct val *v) {
    r->value = v;
}

/* ---- reading */

/* Signals that would only get in the way of the answer to this question. */
static uint64_t mask_for(enum ask_kind kind) {
    switch (kind) {
    case ASK_YES_NO:
        return ~SIG_BIT(SIG_SITUATION);
    case ASK_SITUATION:
        return ~(SIG_BIT(SIG_REASON) | SIG_BIT(SIG_CANT) | SIG_BIT(SIG_NO) |
                 SIG_BIT(SIG_ASIDE) | SIG_BIT(SIG_NONE) | SIG_BIT(SIG_NOTSTOP) |
                 SIG_BIT(SIG_NOTDISTRESS) | SIG_BIT(SIG_PAUSE) | SIG_BIT(SIG_LATE) |
                 SIG_BIT(SIG_WHERE) | SIG_BIT(SIG_FILL) | SIG_BIT(SIG_DISTRESSDOUBT));
    case ASK_DATE:
    case ASK_TIME:
    case ASK_DATETIME:
        return ~(SIG_BIT(SIG_YES) | SIG_BIT(SIG_ACK) | SIG_BIT(SIG_FILL) | SIG_BIT(SIG_NICE) |
                 SIG_BIT(SIG_LATE) | SIG_BIT(SIG_DURATION) | SIG_BIT(SIG_SITUATION) |
                 SIG_BIT(SIG_ASIDE) | SIG_BIT(SIG_PAUSE) | SIG_BIT(SIG_ACCOMPANIED) |
                 SIG_BIT(SIG_CANCEL));
    default:
        return ~0ULL;
    }
}

/* What a question adds to a text whose words are known. */
static void open_question(struct und_msg *m, const struct ask *ask) {
    static const struct tod NOON = {12, 0, 0, 0};
    m->ask = ask;
    m->today = date_make(2000, 1, 3);
    m->now = NOON;
    if (ask && ask->zone) {
        zone_to_civil(ask->zone, ask->now_ms, &m->today, &m->now);
    }
    m->hint = ask ? ask->hint : HINT_NONE;
    for (size_t i = 0; m->hint == HINT_PAST && i < m->n; i++) {
        /* "je commence lundi" looks ahead although a past day was asked */
        m->hint = und_word(m, i, "commence") || und_word(m, i, "commencerai") ||
                          und_word(m, i, "debute")
                      ? HINT_NONE
                      : HINT_PAST;
    }
}

/* What is left once the question has found no answer: read again with every signal. */
static bool read_rest(struct und_msg *m, struct answer *r) {
    m->owns = 0;
    und_segment(m, ~0ULL);
    return und_reflex_after(m, r);
}

static void answer_init(struct answer *r) {
    memset(r, 0, sizeof *r);
    r->intent = INTENT_UNCLEAR;
    r->second = INTENT_UNCLEAR;
    r->value = &VAL_NIL;
    r->second_value = &VAL_NIL;
    r->language = STR("fr");
}

static bool (*const READER[])(struct und_msg *, struct answer *) = {
    [ASK_YES_NO] = und_yes_no,     [ASK_CHOICE] = und_choice,   [ASK_DATE] = und_moment,
    [ASK_TIME] = und_moment,       [ASK_DATETIME] = und_moment, [ASK_AGE] = und_age,
    [ASK_NAME] = und_name,         [ASK_POSTCODE] = und_place,  [ASK_SITUATION] = und_situation,
    [ASK_NUMBER] = und_count,      [ASK_PHONE] = und_phone,     [ASK_EMAIL] = und_email,
    [ASK_DURATION] = und_duration, [ASK_FREE] = und_free_text,  [ASK_NONE] = und_volunteered};

struct und_text {
    struct und_msg m; /* its words; and its phrases, when they are the same to all questions */
    bool has_chart;
    const struct ask *ask; /* the last question, or NULL, and what was read */
    struct answer answer;
};

struct und_text *und_prepare(const struct und *u, struct str text, struct arena *a) {
    struct und_text *t = ARENA_NEW(a, struct und_text);
    t->m.u = u;
    t->m.a = a;
    und_norm(&t->m, text);
    return t;
}

static bool same_texts(const struct str *a, const struct str *b, size_t n) {
    size_t i = 0;
    while (i < n && str_eq(a[i], b[i])) {
        i++;
    }
    return i == n;
}

static bool same_question(const struct ask *a, const struct ask *b) {
    bool same = a->kind == b->kind && a->options == b->options && a->several == b->several &&
                a->hint == b->hint && a->zone == b->zone && a->now_ms == b->now_ms &&
                str_eq(a->region, b->region) && a->yes_n == b->yes_n && a->no_n == b->no_n &&
                same_texts(a->yes, b->yes, a->yes_n) && same_texts(a->no, b->no, a->no_n);
    for (size_t i = 0; same && i < a->options; i++) {
        const struct ask_option *x = &a->option[i], *y = &b->option[i];
        same = str_eq(x->label, y->label) && x->synonyms == y->synonyms &&
               same_texts(x->synonym, y->synonym, x->synonyms);
    }
    return same;
}

/* The phrases of a text depend on the question and its hour only by the days and hours in it.
 */
static void chart_text(struct und_text *t, struct und_msg *m) {
    if (t->has_chart) {
        return;
    }
    und_chart(m);
    und_cut_signature(m);
    if (!m->dates_sought) {
        t->m = *m;
        t->has_chart = true;
    }
}

void und_read_text(struct und_text *t, const struct ask *ask, struct answer *ret) {
    if (ask && t->ask && same_question(ask, t->ask)) {
        *ret = t->answer;
        return;
    }
    struct und_msg m = t->m;
    struct answer r;
    answer_init(&r);
    open_question(&m, ask);
    chart_text(t, &m);
    enum ask_kind kind = ask ? ask->kind : ASK_NONE;
    und_own_read(&m, ask);
    und_segment(&m, mask_for(kind));
    if (!und_reflex_first(&m, &r) && !READER[kind](&m, &r) && !read_rest(&m, &r)) {
        und_say(&m, &r, INTENT_UNCLEAR, 0.2, "nothing", 0, m.n);
        r.sureness = UND_NONE;
    }
    t->ask = ask ? memcpy(arena_alloc(m.a, sizeof *ask), ask, sizeof *ask) : NULL;
    t->answer = r;
    *ret = r;
}

void und_read(const struct und *u, struct str text, const struct ask *ask, struct arena *a,
              struct answer *ret) {
    und_read_text(und_prepare(u, text, a), ask, ret);
}

bool intent_is_reflex(enum intent i) {
    switch ((int)i) {
    case INTENT_STOP:
    case INTENT_START:
    case INTENT_PAUSE:
    case INTENT_HELP:
    case INTENT_HUMAN:
    case INTENT_QUIT_GROUP:
    case INTENT_LATE:
    case INTENT_WRONG_NUMBER:
    case INTENT_LANGUAGE:
    case INTENT_DISTRESS:
        return true;
    default:
        return false;
    }
}

enum rc und_reflex(const struct und *u, struct str text, const struct ask *ask, struct arena *a,
                   struct answer *ret) {
    struct answer r;
    und_read(u, text, ask, a, &r);
    if (!intent_is_reflex(r.intent)) {
        return NONE;
    }
    *ret = r;
    return OK;
}
