/* understand.h - what a young person meant by a text message, offline. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_UNDERSTAND_UNDERSTAND_H
#define BOT_UNDERSTAND_UNDERSTAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "base/zone.h"

/* What the bot had just asked. */
enum ask_kind {
    ASK_NONE,
    ASK_YES_NO,
    ASK_CHOICE,
    ASK_DATE,
    ASK_TIME,
    ASK_DATETIME,
    ASK_AGE,
    ASK_NAME,
    ASK_POSTCODE,
    ASK_SITUATION,
    ASK_NUMBER,
    ASK_PHONE,
    ASK_EMAIL,
    ASK_DURATION,
    ASK_FREE
};

/* What the reply is. Names on the wire: lower case without the prefix ("wrong_number"). */
enum intent {
    INTENT_YES,
    INTENT_NO,
    INTENT_MAYBE,
    INTENT_CANCEL,
    INTENT_STOP,
    INTENT_START,
    INTENT_PAUSE,
    INTENT_HELP,
    INTENT_HUMAN,
    INTENT_QUIT_GROUP,
    INTENT_LATE,
    INTENT_WRONG_NUMBER,
    INTENT_LANGUAGE,
    INTENT_NUMBER,
    INTENT_DATE,
    INTENT_TIME,
    INTENT_DATETIME,
    INTENT_AGE,
    INTENT_NAME,
    INTENT_POSTCODE,
    INTENT_TOWN,
    INTENT_SITUATION,
    INTENT_PHONE,
    INTENT_EMAIL,
    INTENT_DURATION,
    INTENT_CHOICE,
    INTENT_DISTRESS,
    INTENT_CORRECT /* "non je me suis trompe" */,
    INTENT_BACK,
    INTENT_SKIP,
    INTENT_REPEAT,
    INTENT_OTHER,
    INTENT_UNCLEAR
};

enum sureness {
    UND_NONE,   /* nothing of what was asked: ask again or hand over */
    UND_UNSURE, /* two readings or a doubtful one: ask, offering the readings */
    UND_SURE    /* act on it */
};

enum stop_scope { STOP_ALL, STOP_GROUP, STOP_REMINDERS, STOP_PAUSE };
enum ask_hint { HINT_NONE, HINT_BIRTH, HINT_PAST };

struct ask_option {
    struct str label;
    const struct str *synonym;
    size_t synonyms;
};

struct ask {
    enum ask_kind kind;
    const struct ask_option *option; /* ASK_CHOICE, in order; option 1 is the first */
    size_t options;
    bool several; /* several options may be chosen */
    enum ask_hint hint;
    const struct zone *zone;
    int64_t now_ms;             /* reference time */
    struct str region;          /* "FR": of phone numbers and postcodes */
    const struct str *yes, *no; /* extra words of this question (a flow may add synonyms) */
    size_t yes_n, no_n;
};

struct answer {
    enum intent intent;
    /* Normalised: VAL_NUMBER; VAL_TEXT (name, postcode, town, situation, phone, email, date
     * "2026-03-12", "a..b" ranges, time "14:30", datetime "2026-03-12T14:30"); VAL_LIST of
     * numbers for several choices; VAL_MAP {date, part} | {from, to} | {part} | {value, unit};
     * VAL_NULL for the other intents. */
    const struct val *value;
    enum sureness sureness;
    double confidence;  /* 0..1; below 0.5 exactly when not UND_SURE */
    enum intent second; /* with UND_UNSURE: the other reading; INTENT_UNCLEAR when none */
    const struct val *second_value;
    enum stop_scope scope; /* with INTENT_STOP */
    bool also_late,
        also_stop_doubt; /* "je viens mais en retard"; a STOP that must be asked once */
    struct str
        language;    /* with INTENT_LANGUAGE: "en", "ar"...; else the language it was read in */
    struct str rule; /* name of the rule that decided */
    struct str span; /* the words that decided, as folded */
};

struct und; /* compiled tables; immutable, shared by threads */

/* Tables embedded in the binary, then those of `dir` on top (NULL = none). Every wrong line
 * gives file, line and column; all errors of a file are not needed, the first is enough. */
enum rc und_load(const char *dir, struct und **ret, struct err *err) MUST_USE;
/* The same with one more table, given as text: to see what a new word would change before it is
 * kept. */
enum rc und_load_trial(const char *dir, struct str extra, struct und **ret,
                       struct err *err) MUST_USE;
void und_free(struct und *u);

/* A text made ready to be read: normalised once, asked as often as needed. */
struct und_text;

/* Everything about the text, and what is read in it, lives in `a`; so must `text`. Texts over
 * 2000 characters are read by their first 2000. */
struct und_text *und_prepare(const struct und *u, struct str text, struct arena *a);

/* Reads one reply (already joined if it came in pieces). Never fails: nonsense is
 * INTENT_UNCLEAR or INTENT_OTHER. No allocation outside the text's arena. The same question
 * again costs nothing: `ask`, with what it points to, must live as long as the text. */
void und_read_text(struct und_text *t, const struct ask *ask, struct answer *ret);

/* Both at once, for a text that is read only once. */
void und_read(const struct und *u, struct str text, const struct ask *ask, struct arena *a,
              struct answer *ret);

/* STOP, START, PAUSE, HELP, HUMAN, QUIT GROUP, LATE, WRONG NUMBER, LANGUAGE, DISTRESS: readings
 * that count whatever was asked. */
bool intent_is_reflex(enum intent i);

/* und_read for the first door: NONE when the message is no reflex. */
enum rc und_reflex(const struct und *u, struct str text, const struct ask *ask, struct arena *a,
                   struct answer *ret);

const char *intent_name(enum intent i);
const char *ask_kind_name(enum ask_kind k);
enum rc ask_kind_parse(struct str name, enum ask_kind *ret);

#endif
