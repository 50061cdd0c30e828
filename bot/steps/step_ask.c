/* step_ask.c - ask: one open question and what is expected. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/steps/ask_priv.h"

#define END INTENT_UNCLEAR

static const struct ask_row ROWS[] = {
    {"yes_no", ASK_YES_NO, {INTENT_YES, INTENT_NO, INTENT_CANCEL, END}, false},
    {"choice", ASK_CHOICE, {INTENT_CHOICE, INTENT_NUMBER, END, END}, false},
    {"date", ASK_DATE, {INTENT_DATE, END, END, END}, false},
    {"time", ASK_TIME, {INTENT_TIME, END, END, END}, false},
    {"datetime", ASK_DATETIME, {INTENT_DATETIME, INTENT_DATE, END, END}, false},
    {"age", ASK_AGE, {INTENT_AGE, INTENT_NUMBER, END, END}, false},
    {"name", ASK_NAME, {INTENT_NAME, END, END, END}, false},
    {"commune", ASK_POSTCODE, {INTENT_POSTCODE, INTENT_TOWN, END, END}, false},
    {"situation", ASK_SITUATION, {INTENT_SITUATION, END, END, END}, false},
    {"number", ASK_NUMBER, {INTENT_NUMBER, END, END, END}, false},
    {"phone", ASK_PHONE, {INTENT_PHONE, END, END, END}, false},
    {"email", ASK_EMAIL, {INTENT_EMAIL, END, END, END}, false},
    {"duration", ASK_DURATION, {INTENT_DURATION, END, END, END}, false},
    {"free", ASK_FREE, {END, END, END, END}, false},
    {"photo", ASK_FREE, {END, END, END, END}, true},
    {"place", ASK_POSTCODE, {INTENT_POSTCODE, INTENT_TOWN, END, END}, true},
};
#define ROW_NAMES                                                                              \
    "yes_no choice date time datetime age name commune situation number phone email duration " \
    "free photo place"

static const struct ask_row *row_named(const struct val *v) {
    for (size_t i = 0; val_is(v, VAL_TEXT) && i < sizeof ROWS / sizeof *ROWS; i++) {
        if (str_is(v->text, ROWS[i].name)) {
            return &ROWS[i];
        }
    }
    return &ROWS[13]; /* free */
}

static bool is_choice_key(struct str key) {
    return str_is(key, "words") || str_is(key, "do") || str_is(key, "text");
}

/* emploi: Emploi | emploi: {fr: Emploi, en: Work, words: [taf], do: [...]} */
static struct ask_choice one_choice(struct compile *c, struct node *n, struct str key,
                                    const struct val *v, int next) {
    struct ask_choice choice = {.key = key, .exit = -1};
    const struct val *text = val_get(v, "text"), *steps = val_get(v, "do");
    if (val_is(v, VAL_MAP) && !text) {
        /* pairs are copied whole: each keeps its place in the file */
        struct val_pair *pair = ARENA_ARRAY(compile_arena(c), struct val_pair, v->map.n);
        size_t kept = 0;
        for (size_t i = 0; i < v->map.n; i++) {
            if (!is_choice_key(v->map.pair[i].key)) {
                pair[kept++] = v->map.pair[i];
            }
        }
        struct val *only = ARENA_NEW(compile_arena(c), struct val);
        *only = *val_map(compile_arena(c), pair, kept);
        only->line = v->line;
        only->column = v->column;
        text = only;
    }
    choice.label = compile_texts(c, text ? text : v, "choice", 0);
    choice.synonym = compile_words(c, val_get(v, "words"), false);
    if (steps) {
        choice.exit = compile_exit(c, n, arena_cstr(compile_arena(c), key), next);
        int to = compile_block(c, steps, arena_cstr(compile_arena(c), key), next);
        n->exit[choice.exit].to = to;
    }
    return choice;
}

static void compile_choices(struct compile *c, struct node *n, struct ask_data *d,
                            const struct val *step, int next) {
    const struct val *v = val_get(step, "options");
    bool map = val_is(v, VAL_MAP);
    size_t count = map ? v->map.n : val_is(v, VAL_LIST) ? v->list.n : 0;
    bool wanted = str_is(str_from(d->row->name), "choice");
    if (wanted && val_is(v, VAL_TEXT)) {
        d->brought = compile_template(c, v); /* another text than "@..." was refused already */
        return;
    }
    if (!wanted || count < 2 || count > ASK_CHOICES_MAX) {
        if (wanted || v) {
            compile_wrong(
                c, v ? v : step,
                wanted ? "between 2 and 20, such as options: {emploi: Emploi, autre: Autre}"
                       : "kind: choice",
                wanted ? "a choice needs its options" : "only a choice has options");
        }
        return;
    }
    struct ask_choice *choice = ARENA_ARRAY(compile_arena(c), struct ask_choice, count);
    for (size_t i = 0; i < count; i++) {
        const struct val *item = map ? v->map.pair[i].val : v->list.item[i];
        struct str key = map                      ? v->map.pair[i].key
                         : val_is(item, VAL_TEXT) ? item->text
                                                  : STR_EMPTY;
        choice[i] = one_choice(c, n, key, item, next);
    }
    d->choice = choice;
    d->choices = count;
}

static int branch(struct compile *c, struct node *n, const struct val *steps, const char *label,
                  int next) {
    if (!steps) {
        return -1;
    }
    int exit = compile_exit(c, n, label, next);
    int to = compile_block(c, steps, label, next);
    n->exit[exit].to = to;
    return exit;
}

static void compile_then(struct compile *c, struct node *n, struct ask_data *d,
                         const struct val *v, int next) {
    d->then_exit = -1;
    if (!v || (val_is(v, VAL_TEXT) && str_is(v->text, "human"))) {
        d->then = ASK_THEN_HUMAN;
        compile_exit(c, n, "human", NODE_HUMAN);
    } else if (val_is(v, VAL_TEXT) && str_is(v->text, "skip")) {
        d->then = ASK_THEN_SKIP;
    } else if (val_is(v, VAL_TEXT) && str_is(v->text, "default")) {
        d->then = ASK_THEN_DEFAULT;
    } else if (val_is(v, VAL_TEXT)) {
        d->then = ASK_THEN_EXIT;
        d->then_exit = compile_exit_go(c, n, "then", v);
    } else {
        d->then = ASK_THEN_EXIT;
        d->then_exit = branch(c, n, v, "then", next);
    }
    if (d->then == ASK_THEN_DEFAULT && !d->dflt) {
        compile_wrong(c, v, "default: \"...\"", "'then: default' needs a default");
    }
}

static void compile_words_of(struct compile *c, struct ask_data *d, const struct val *words) {
    if (!words) {
        return;
    }
    for (size_t i = 0; val_is(words, VAL_MAP) && i < words->map.n; i++) {
        if (!str_is(words->map.pair[i].key, "yes") && !str_is(words->map.pair[i].key, "no")) {
            compile_wrong(c, words->map.pair[i].val, "words: {yes: [...], no: [...]}",
                          "'%.*s' is neither yes nor no", STR_ARG(words->map.pair[i].key));
        }
    }
    d->yes = compile_words(c, val_get(words, "yes"), false);
    d->no = compile_words(c, val_get(words, "no"), false);
}

/* Characters that the choices add to the text where there are no buttons. */
static int choices_length(const struct ask_data *d, const struct val *step) {
    size_t n = 0;
    if (val_is(val_get(step, "digits"), VAL_TEXT) &&
        str_is(val_get(step, "digits")->text, "no")) {
        return 0;
    }
    for (size_t i = 0; i < d->choices; i++) {
        n += 3 + (d->choice[i].label && d->choice[i].label->n
                      ? text_length(d->choice[i].label->form[0].source)
                      : 0);
    }
    return d->row->kind == ASK_YES_NO ? 12 : (int)n;
}

static void compile_texts_of(struct compile *c, struct ask_data *d, const struct val *step) {
    int extra = choices_length(d, step);
    d->text = compile_texts(c, val_get(step, "ask"), "ask", extra);
    d->sms = compile_texts(c, val_get(step, "sms"), "sms", extra);
    d->again = compile_texts(c, val_get(step, "again"), "again", extra);
    d->explain = compile_texts(c, val_get(step, "explain"), "explain", 0);
    d->invalid = compile_texts(c, val_get(step, "invalid"), "invalid", 0);
    const struct val *retry = val_get(step, "retry");
    d->retries = val_is(retry, VAL_LIST) ? retry->list.n : 0;
    d->retry = ARENA_ARRAY(compile_arena(c), const struct texts *, d->retries);
    for (size_t i = 0; i < d->retries; i++) {
        d->retry[i] = compile_texts(c, retry->list.item[i], "retry", extra);
    }
}

static enum ask_hint hint_of(const struct val *v) {
    if (!val_is(v, VAL_TEXT)) {
        return HINT_NONE;
    }
    return str_is(v->text, "birth")  ? HINT_BIRTH
           : str_is(v->text, "past") ? HINT_PAST
                                     : HINT_NONE;
}

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct ask_data *d = ARENA_NEW(compile_arena(c), struct ask_data);
    n->data = d;
    d->row = row_named(val_get(step, "kind"));
    d->name = n->id;
    d->save = val_get_text(step, "save", STR_EMPTY);
    if (val_is(val_get(step, "save"), VAL_TEXT)) {
        compile_field(c, d->save, val_get(step, "save")->line, val_get(step, "save")->column);
    }
    d->next = compile_exit(c, n, "", next);
    d->several = compile_flag(c, val_get(step, "several"), false);
    d->digits = compile_flag(c, val_get(step, "digits"), true);
    d->may_skip = compile_flag(c, val_get(step, "may_skip"), false);
    d->keep = compile_flag(c, val_get(step, "keep"), false);
    d->silent = compile_flag(c, val_get(step, "silent"), false);
    d->hint = hint_of(val_get(step, "hint"));
    d->skip_if = val_get(step, "skip_if") ? compile_expr(c, val_get(step, "skip_if")) : NULL;
    d->valid_if = val_get(step, "valid_if") ? compile_expr(c, val_get(step, "valid_if")) : NULL;
    d->dflt = val_get(step, "default") ? compile_template(c, val_get(step, "default")) : NULL;
    compile_choices(c, n, d, step, next);
    compile_words_of(c, d, val_get(step, "words"));
    compile_texts_of(c, d, step);
    d->if_yes = branch(c, n, val_get(step, "if_yes"), "if_yes", next);
    d->if_no = branch(c, n, val_get(step, "if_no"), "if_no", next);
    d->if_maybe = branch(c, n, val_get(step, "if_maybe"), "if_maybe", next);
    if ((d->if_yes >= 0 || d->if_no >= 0 || d->if_maybe >= 0) && d->row->kind != ASK_YES_NO) {
        compile_wrong(c, step, "kind: yes_no",
                      "if_yes, if_no and if_maybe belong to yes_no questions");
    }
    compile_then(c, n, d, val_get(step, "then"), next);
    d->timeout_exit = compile_timeout(c, n, val_get(step, "timeout"), next, &d->timeout_ms);
    bool covered = d->if_yes >= 0 && d->if_no >= 0;
    size_t with_exit = 0;
    for (size_t i = 0; i < d->choices; i++) {
        with_exit += d->choice[i].exit >= 0;
    }
    covered |= d->choices && with_exit == d->choices && !d->several;
    n->exit[d->next].used = !covered || d->then == ASK_THEN_SKIP || d->skip_if || d->may_skip;
    compile_summary(c, n, "ask (%s) \"%.*s\"", d->row->name, STR_ARG(steps_first(d->text)));
}

static bool explain(struct run *r, const struct node *n) {
    const struct ask_data *d = n->data;
    if (!d->explain) {
        return false;
    }
    turn_say(r, n, d->explain);
    return true;
}

static bool takes_anything(const struct node *n) {
    const struct ask_data *d = n->data;
    return d->row->kind == ASK_FREE || d->row->kind == ASK_NAME || d->row->kind == ASK_POSTCODE;
}

static const struct key_spec KEYS[] = {
    {"ask", KEY_TEXTS, true, NULL, "la question", "the question"},
    {"kind", KEY_ENUM, true, ROW_NAMES, "ce qu'on attend en réponse",
     "what kind of answer is expected"},
    {"sms", KEY_TEXTS, false, NULL, "une variante pour le SMS", "a variant for SMS"},
    {"save", KEY_FIELD, false, NULL, "où garder la réponse : contact.CHAMP ou un nom",
     "where to keep the answer: contact.FIELD or a name"},
    {"keep", KEY_FLAG, false, NULL, "compter la réponse dans les bilans",
     "count the answer in reports"},
    {"options", KEY_OPTIONS, false, NULL, "les choix, dans l'ordre", "the choices, in order"},
    {"several", KEY_FLAG, false, NULL, "plusieurs choix possibles", "several may be chosen"},
    {"silent", KEY_FLAG, false, NULL,
     "la question a déjà été envoyée (annonce) : attendre seulement",
     "the question was sent already (a broadcast): only wait"},
    {"digits", KEY_FLAG, false, NULL, "« no » si le texte dit déjà « 1 oui 2 non »",
     "\"no\" when the text says \"1 yes 2 no\" itself"},
    {"words", KEY_ENTRIES, false, NULL,
     "d'autres façons de dire oui ou non : {yes: [...], no: [...]}",
     "other ways to say yes or no: {yes: [...], no: [...]}"},
    {"hint", KEY_ENUM, false, "birth past", "date de naissance, ou date passée",
     "a date of birth, or a past date"},
    {"again", KEY_TEXTS, false, NULL, "la question en plus court, quand on y revient",
     "the question in short, when it is asked again"},
    {"explain", KEY_TEXTS, false, NULL, "réponse à « c'est quoi ? »",
     "answer to \"what is this?\""},
    {"retry", KEY_RETRY, false, NULL, "le texte de chaque nouvel essai",
     "the text of each new try"},
    {"then", KEY_THEN, false, NULL, "après les essais : human, skip, default ou des étapes",
     "after the tries: human, skip, default or steps"},
    {"default", KEY_TEMPLATE, false, NULL, "la réponse à défaut",
     "the answer when there is none"},
    {"may_skip", KEY_FLAG, false, NULL, "on peut répondre « passer »",
     "the person may answer \"skip\""},
    {"skip_if", KEY_EXPR, false, NULL, "ne pas demander si c'est vrai",
     "do not ask when this is true"},
    {"valid_if", KEY_EXPR, false, NULL, "condition sur answer pour accepter la réponse",
     "condition on answer to accept it"},
    {"invalid", KEY_TEXTS, false, NULL, "ce qu'on dit si elle ne l'est pas",
     "what to say when it is not"},
    {"if_yes", KEY_STEPS, false, NULL, "si c'est oui", "when it is yes"},
    {"if_no", KEY_STEPS, false, NULL, "si c'est non", "when it is no"},
    {"if_maybe", KEY_STEPS, false, NULL, "si c'est peut-être", "when it is maybe"},
    {"timeout", KEY_TIMEOUT, false, NULL, "sans réponse, compté depuis l'envoi",
     "without an answer, counted from sending"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_ASK = {.name = "ask",
                                   .key = KEYS,
                                   .waits = true,
                                   .asks = true,
                                   .compile = compile,
                                   .run = ask_run,
                                   .resume = ask_resume,
                                   .question = ask_question,
                                   .accepts = ask_accepts,
                                   .explain = explain,
                                   .takes_anything = takes_anything,
                                   .doc_fr = "poser une question et attendre la réponse",
                                   .doc_en = "ask a question and wait for the answer"};
