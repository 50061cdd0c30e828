/* und_priv.h - what the files of this folder share: tokens, symbols, the chart of a message. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_UNDERSTAND_UND_PRIV_H
#define BOT_UNDERSTAND_UND_PRIV_H

#include "bot/understand/understand.h"

/* The trip of a message:  text -> und_norm (tokens with their symbols) -> und_chart (edges:
 * "from token i to token k stands a <yes>") -> und_segment (the cheapest row of signals that
 * covers it) -> one decision. */

#define UND_CHARS_MAX 2000 /* characters read of a message */
#define UND_TOKENS_MAX 400 /* tokens kept */
#define UND_SYMS_MAX 14    /* symbols one token may carry */
#define UND_EDGES_MAX 120  /* edges that may start at one token */
#define UND_ELEMS_MAX 14   /* elements of one phrase of a table */

/* What a message, or a part of it, may say. The order is the order of UND_SIGNALS in
 * understand.c. */
enum und_signal {
    SIG_FILL, /* greetings, please, names of politeness: says nothing */
    SIG_THANKS,
    SIG_YES,
    SIG_ACK,    /* ok, noted: agreement, weaker than yes */
    SIG_NO,     /* the bare word */
    SIG_CANT,   /* refusal in a clause: "je peux pas venir" */
    SIG_REASON, /* what prevents: "j'ai cours" */
    SIG_MAYBE,
    SIG_COND, /* "si j'ai pas cours" */
    SIG_BUT,
    SIG_FINALLY, /* what follows wins: "finalement" */
    SIG_OR,
    SIG_AND,
    SIG_NICE,     /* cool, sympa: neither yes nor no */
    SIG_JOKE,     /* mdr */
    SIG_STOPWORD, /* stop, arretez: a STOP when it stands alone */
    SIG_STOP,     /* a phrase that can only be a STOP */
    SIG_NOTSTOP,
    SIG_STOPDOUBT, /* "ca suffit" */
    SIG_START,
    SIG_PAUSE,
    SIG_HELP, /* a question, or not understood */
    SIG_HUMAN,
    SIG_QUIT,
    SIG_LATE,
    SIG_WRONG,
    SIG_WRONGDOUBT,
    SIG_NOTWRONG,
    SIG_LANGUAGE,
    SIG_DISTRESS,
    SIG_DISTRESSDOUBT,
    SIG_NOTDISTRESS,
    SIG_CANCEL,
    SIG_CANCELDOUBT,
    SIG_CORRECT,
    SIG_BACK,
    SIG_SKIP,
    SIG_REPEAT,
    SIG_CHAT,  /* known small talk, insults, news: understood, asks nothing */
    SIG_VAGUE, /* understood but leaves the matter open: "comme vous voulez", "bof", "j'aimerais
                  bien" */
    SIG_NONE,  /* "aucun", "personne" */
    SIG_ALL,   /* "tout", "les deux" */
    SIG_ASIDE, /* true but beside the question: "j'ai pas cours" with yes */
    SIG_NUM,
    SIG_DATE,
    SIG_TIME,
    SIG_DURATION,
    SIG_ACCOMPANIED, /* "avec mon frere", "a deux" */
    SIG_SITUATION,
    SIG_WHERE, /* "a la mission locale": place words in a yes/no */
    SIG_COUNT
};

enum und_brk {
    BRK_SPACE = 1,
    BRK_COMMA = 2,
    BRK_END = 4,
    BRK_Q = 8,
    BRK_LINE = 16,
    BRK_HYPHEN = 32,
    BRK_BANG = 64
};

/* Classes of words that code reads by value. The order is the order of UND_CLASSES in
 * understand.c. */
enum und_cls {
    CLS_UNITWORD,
    CLS_TEN,
    CLS_HUNDRED,
    CLS_THOUSAND,
    CLS_MILLION,
    CLS_DOZEN,
    CLS_ORDINAL,
    CLS_ORDSUFFIX,
    CLS_WEEKDAY,
    CLS_MONTH,
    CLS_DAYREL,
    CLS_PART,
    CLS_UNIT,
    CLS_NEXT,
    CLS_LAST,
    CLS_THIS,
    CLS_HOLIDAY,
    CLS_WEEKEND,
    CLS_NOON,
    CLS_HOURWORD,
    CLS_MINUTEWORD,
    CLS_BEGIN,
    CLS_MIDDLE,
    CLS_END,
    CLS_SEASON,
    CLS_ABOUT,
    CLS_AFTER,
    CLS_BEFORE,
    CLS_FROM,
    CLS_UNTIL,
    CLS_AGO,
    CLS_IN,
    CLS_SINCE,
    CLS_THE,
    CLS_AMPM,
    CLS_NAMEWORD, /* a word of no table: perhaps somebody's name */
    CLS_COUNT
};

struct und_tok {
    size_t off, end; /* bytes of msg->text */
    struct str f;    /* folded, elongations and rewritings done */
    uint16_t sym[UND_SYMS_MAX];
    uint8_t nsym;
    uint8_t fuzz;     /* 0 as written, 1 by a typo or by sound */
    uint8_t brk;      /* enum und_brk: what follows it */
    bool num;         /* digits only */
    bool plus, minus; /* a sign stands before it */
    bool known;
    bool cont; /* further token of the same rewritten word */
    int64_t n; /* of digits, when at most 15 */
};

struct und_edge {
    uint16_t sym, end;
    uint16_t rule; /* 0: by code */
    uint8_t miss;  /* tokens jumped over by ".." */
    uint8_t tail;  /* tokens swallowed by a final ".." */
    uint8_t fuzz;
    int32_t val;
};

#define UND_SEEN 6 /* words of a set of symbols, see und_edge_word */

struct und_edges {
    struct und_edge *e;
    uint16_t n, cap;
    uint64_t seen[2 * UND_SEEN]; /* symbols of these edges; then, once the token is complete, of
                                    these and all behind. Symbol 0, none, is always seen. */
};

/* The phrases that begin with one symbol, in groups by the symbol that must come next: where it
 * must be in und_edges.seen of what follows. A glance passes over a group. */
struct und_group {
    uint32_t from; /* in und.start; the next group's is the end */
    uint8_t word, bit;
};
struct und_start {
    uint16_t rule;
    uint8_t word, bit; /* the same of its last symbol */
};

struct und_elem {
    uint16_t sym;
    uint8_t gap; /* tokens that may be skipped before it */
    bool opt;
};

struct und_rule {
    uint16_t lhs;
    uint8_t n;
    bool at_start, at_end, asks, open_end;
    int32_t val;
    uint16_t file;
    int32_t line;
    struct und_elem e[UND_ELEMS_MAX];
};

struct und_map { /* text -> number, open addressing, keys in the arena */
    struct {
        struct str key;
        int32_t val;
    } * slot;
    uint32_t cap, n;
};

struct und_near { /* fuzzy index: hash of a reduced form -> word */
    uint64_t hash;
    uint16_t word;
};

struct und_use {
    uint16_t sym, file;
    int32_t line, column;
};

struct und_town {
    struct str name;   /* as written officially */
    struct str folded; /* "saint denis" */
    struct str post;   /* "93200" or "93200,93210" */
    struct str insee;  /* "93066"; empty when the table has none */
};

struct und {
    struct arena arena;
    struct und_map words;    /* folded word -> symbol */
    struct und_map stems;    /* "desabonn" -> symbol */
    struct und_map classes;  /* "yes" -> symbol */
    struct und_map rewrites; /* "jpe" -> index in rewrite */
    struct str *rewrite;     /* "je peux" */
    size_t rewrites_n, rewrites_cap;
    struct str *name; /* of each symbol */
    uint8_t *flag;    /* of each symbol: 1 word, 2 stem, 4 defined, 8 used, 16 exact only */
    uint16_t **also;  /* of a word: further symbols it carries (stems), 0-ended */
    size_t syms, syms_cap;
    struct und_rule *rule; /* 1.. */
    size_t rules, rules_cap;
    uint32_t *first;         /* by symbol: its first group; the next symbol's is the end */
    struct und_group *group; /* and one more that ends the last */
    size_t most;             /* phrases that begin with one symbol */
    struct und_start *start; /* in a group in the order of the rules */
    struct und_near *near;   /* deletions, sorted */
    size_t nears;
    struct und_near *sound; /* phonetic keys, sorted */
    size_t sounds;
    struct str *file; /* names of the tables */
    size_t files, files_cap;
    struct und_use *use; /* where a class was named first, for errors */
    size_t uses, uses_cap;
    uint16_t sig[SIG_COUNT]; /* symbol of each signal */
    uint16_t cls[CLS_COUNT]; /* symbol of each class read by code */
    uint64_t counts[2];      /* classes with which a number in words begins */
    uint64_t dates[2];       /* classes of which each day and each hour has at least one */
    struct und_town *town;   /* sorted by folded name */
    size_t towns;
    uint32_t *town_post; /* towns in the order of postcode, pairs (postcode, town) */
    size_t town_posts;
};

struct und_when { /* a date, a time, or both */
    bool date, time;
    struct date d, d2; /* d2.year != 0: a range, both ends included */
    struct tod t, t2;
    bool t2_set;
    bool open_from, open_to; /* "apres 16h", "avant 11h": the time (or date) is a bound */
    int8_t part;             /* 0, 1 morning, 2 afternoon, 3 evening, 4 night */
    bool part_range;         /* the peer's bounds of a part are in t..t2 as well */
    bool doubt;              /* said, but not sure which day or hour */
    bool now_based;          /* from the present instant: "dans 3 heures" */
    bool d_ends_time;        /* times belong to both dates d..d2 */
    bool day_only;           /* "le 12": no month said */
    bool exact;              /* an hour said as one: "14h", "huit quarante" */
    bool bare_part;          /* "8 du soir": an hour without its h */
    bool future_week;        /* a weekday alone */
    int8_t grain;            /* 0 day, 1 week, 2 month, 3 year, 4 hour or finer */
    bool no_year;
};

struct und_num {
    size_t end;
    struct dec d;
    int64_t i; /* when whole */
    bool whole, ordinal, digits;
    bool unit; /* a unit of measure follows tightly: "180ml" */
};
/* What was read at a token, not to be read again: good while the token has as many edges. */
struct und_known {
    uint16_t num_edges, day_edges; /* edges + 1; 0 when not read */
    bool num_is, day_is;
    struct und_num num;
    struct und_when day;
    size_t day_end;
};

struct und_msg {
    const struct und *u;
    const struct ask *ask;
    enum ask_hint hint;
    struct arena *a;
    struct str text; /* NFC, cut */
    struct und_tok *tok;
    size_t n, tok_cap, tok_max;
    struct und_edges *at;    /* edges that start at each token */
    struct und_known *known; /* of each token */
    uint16_t *chosen;        /* und_chart.c: phrases being followed, room for u->most */
    struct und_when *when;
    size_t whens, whens_cap;
    struct und_seg *seg;
    size_t segs;
    struct und_own *own;
    size_t owns;
    struct date today;
    struct tod now;
    bool question, joke, empty_q;
    bool dated;          /* und_when_word of a token looked at already */
    bool dates_sought;   /* the chart depends on the question */
    size_t sure_unknown; /* tokens of the best row that nothing explains */
};

/* A question's own way to say yes or no, read like a message. */
struct und_own {
    const struct und_msg *m;
    int sig; /* SIG_YES, SIG_NO */
};

struct und_seg {
    int sig; /* enum und_signal, or -1 for a token nothing explains */
    uint16_t from, to;
    int32_t val;
    uint16_t rule;
    uint8_t fuzz;
};

/* ---- und_lexicon.c */
int32_t und_map_get(const struct und_map *m, struct str key); /* -1 when absent */
void und_map_put(struct und_map *m, struct str key, int32_t val);
void und_map_done(struct und_map *m);
uint16_t und_symbol(struct und *u, struct und_map *in, struct str name, uint8_t flag);
void und_index(struct und *u); /* after the last table */
/* Symbols of a word as typed; true when it is known as it stands (or by a stem). */
bool und_lookup(const struct und *u, struct str word, struct und_tok *t);
/* The nearest words by sound, then by one slip of the finger. */
bool und_lookup_near(const struct und *u, struct str word, struct und_tok *t);
/* Edits between two words, a swap of neighbours counting one; more than max when above it. */
int und_distance(struct str a, struct str b, int max);
size_t und_sound(struct str word, char *out, size_t cap);

/* ---- und_table.c */
enum rc und_table_read(struct und *u, const char *file, struct str text, bool rewrites,
                       struct err *err) MUST_USE;
enum rc und_table_check(struct und *u, struct err *err) MUST_USE;

/* ---- und_fold.c */
/* Folds one word (no spaces) for comparison: lower, accents off, ligatures out. */
struct str und_fold(struct str s, struct arena *a);

/* ---- und_norm.c */
/* Splits a written word into the words it stands for ("jpe" -> je peux), folded; at most 6. No
 * typos looked at. */
size_t und_parts(const struct und *u, struct str word, struct arena *a, struct str out[6]);
void und_norm(struct und_msg *m, struct str text);
/* ---- und_tidy.c */
void und_tidy(struct und_msg *m);

/* ---- und_chart.c */
void und_chart(struct und_msg *m);
/* Where a symbol stands in a set of them: signals and classes, which the numbers up to 127
 * hold, have a place of their own, the others share. So "not in" is sure, "in" is sure for
 * signals and classes and a hint for the others. */
static inline unsigned und_edge_word(uint16_t sym) {
    return sym < 128 ? sym >> 6 : 2 + (sym >> 6 & 3);
}
/* One of a set of signals and classes. */
static inline bool und_edge_any(const uint64_t *seen, const uint64_t set[2]) {
    return ((seen[0] & set[0]) | (seen[1] & set[1])) != 0;
}
static inline bool und_edge_may(const struct und_edges *at, uint16_t sym) {
    return at->seen[und_edge_word(sym)] >> (sym & 63) & 1;
}
const struct und_edge *und_edge_longest(const struct und_edges *at, uint16_t sym);
/* The longest; NULL when there is none. */
static inline const struct und_edge *und_edge_find(const struct und_msg *m, size_t i,
                                                   uint16_t sym) {
    return i < m->n && und_edge_may(&m->at[i], sym) ? und_edge_longest(&m->at[i], sym) : NULL;
}
void und_edge_add(struct und_msg *m, size_t i, struct und_edge e);
/* Ends the message before "envoye de mon iPhone", "cordialement". */
void und_cut_signature(struct und_msg *m);
/* Row of signals that covers the message most cheaply; only signals whose bit is set in mask.
 */
void und_segment(struct und_msg *m, uint64_t mask);
bool und_has(const struct und_msg *m, enum und_signal s); /* an edge anywhere */
#define SIG_BIT(s) (1ULL << (s))

/* ---- und_number.c */
bool und_number(const struct und_msg *m, size_t i, struct und_num *ret);
bool und_digits(const struct und_msg *m, size_t i); /* a plain digit token */
/* Number in words or digits between lo and hi. */
bool und_small(const struct und_msg *m, size_t i, int lo, int hi, size_t *end, int *ret);

/* ---- und_calendar.c, und_date.c, und_time.c, und_when.c */
/* Longest member of a class at i. */
static inline bool und_class(const struct und_msg *m, size_t i, enum und_cls cls, size_t *end,
                             int32_t *val) {
    const struct und_edge *e = und_edge_find(m, i, m->u->cls[cls]);
    if (!e) {
        return false;
    }
    *end = e->end;
    if (val) {
        *val = e->val;
    }
    return true;
}
static inline bool und_word(const struct und_msg *m, size_t i, const char *w) {
    return i < m->n && str_is(m->tok[i].f, w);
}
/* The byte right behind token i; 0 at the end of the text. Words that one word was rewritten to
 * end where it does, so that another token behind it does not mean another byte. */
static inline char und_after(const struct und_msg *m, size_t i) {
    return m->tok[i].end < m->text.n ? m->text.p[m->tok[i].end] : 0;
}
char und_between(const struct und_msg *m, size_t i);
int und_year(const struct und_msg *m, int yy);
bool und_year_at(const struct und_msg *m, size_t i, bool two, size_t *end, int *ret);
bool und_relative(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_day_after(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_period(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_part_after(const struct und_msg *m, size_t i, size_t *end, int *part, bool *today);
bool und_hour(struct und_msg *m, size_t i, bool bare, size_t *end, struct und_when *w);
bool und_date(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_time(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_range(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
bool und_when(struct und_msg *m, size_t i, size_t *end, struct und_when *w);
/* Digits, or a word without a class that a day or an hour may rest on: with u->dates, what each
 * form of und_when has somewhere. */
bool und_when_word(const struct und_msg *m, size_t i);
bool und_duration_at(const struct und_msg *m, size_t i, size_t *end, struct dec *n,
                     const char **unit);
void und_answer_when(struct und_msg *m, const struct und_when *w, struct answer *r);

/* ---- und_match.c */
uint16_t und_class_id(const struct und_msg *m, const char *name);
/* Another text of the question, with tables and day of m. */
struct und_msg *und_sub(struct und_msg *m, struct str text);
/* Letter for letter, or by a beginning, a slip, a sound, a group of words that mean the same.
 */
bool und_same_word(const struct und_msg *a, size_t i, const struct und_msg *b, size_t k);
/* Into m->own. They never cover a word of STOP or of distress. */
void und_own_read(struct und_msg *m, const struct ask *ask);
bool und_own_at(const struct und_msg *m, size_t i, const struct und_own *own);

/* ---- und_commune.c */
enum rc und_commune_load(struct und *u, const char *file, struct str text,
                         struct err *err) MUST_USE;
/* Longest commune name that starts at token i; NULL when none. */
const struct und_town *und_commune_at(const struct und_msg *m, size_t i, size_t *end,
                                      bool near);
bool und_commune_post(const struct und *u, uint32_t post);

/* ---- answers, one file a kind: each fills `ret` or leaves it and returns false */
bool und_yes_no(struct und_msg *m, struct answer *ret);
bool und_choice(struct und_msg *m, struct answer *ret);
bool und_count(struct und_msg *m, struct answer *ret);
bool und_age(struct und_msg *m, struct answer *ret);
bool und_moment(struct und_msg *m, struct answer *ret);
bool und_name(struct und_msg *m, struct answer *ret);
bool und_place(struct und_msg *m, struct answer *ret);
bool und_situation(struct und_msg *m, struct answer *ret);
bool und_phone(struct und_msg *m, struct answer *ret);
bool und_email(struct und_msg *m, struct answer *ret);
bool und_duration(struct und_msg *m, struct answer *ret);
bool und_free_text(struct und_msg *m, struct answer *ret);
bool und_volunteered(struct und_msg *m, struct answer *ret); /* nothing was asked */

/* ---- und_reflex.c */
bool und_reflex_first(struct und_msg *m, struct answer *ret); /* before the answer asked for */
bool und_reflex_after(struct und_msg *m, struct answer *ret); /* help, pause, late ... other */

/* ---- understand.c */
void und_say(struct und_msg *m, struct answer *r, enum intent i, double conf, const char *rule,
             size_t from, size_t to);
void und_value(struct answer *r, const struct val *v);

#endif
