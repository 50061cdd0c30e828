/* functions.c - the table of functions and router tests: what runs them, and their reference.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/functions.h"

#include <stdlib.h>
#include <string.h>

#include "bot/expr/parser.h"
#include "bot/expr/rxcache.h"

/* Alphabetical: the search is binary. FAIL: may be an error for a person's unforeseen words. */
#define FN(name, args, min, max, fail, fr, en)                                                 \
    { {#name, args, min, max, false, fail, fr, en}, fn_##name, LAZY_NO }
#define TEST(name, args, min, max, fail, fr, en)                                               \
    { {#name, args, min, max, true, fail, fr, en}, fn_##name, LAZY_NO }
#define LAZY(name, args, min, max, lazy, fr, en)                                               \
    { {#name, args, min, max, false, false, fr, en}, fn_##name, lazy }
#define FAIL true
#define SAFE false

static const struct builtin TABLE[] = {
    FN(abs, "number", 1, 1, FAIL, "valeur absolue d'un nombre", "the number without its sign"),
    FN(age, "date [, on]", 1, 2, FAIL, "âge en années révolues, aujourd'hui ou à une date",
       "completed years since a birth date, today or on a date"),
    LAZY(and, "values...", 1, -1, LAZY_AND, "vrai si toutes les valeurs sont vraies",
         "true when all values are; stops at the first that is not"),
    FN(array, "values...", 0, -1, SAFE, "liste des valeurs", "a list of the values"),
    FN(attachment_parts, "attachment", 1, 1, SAFE, "type et adresse d'une pièce jointe",
       "type and address of an attachment"),
    FN(boolean, "value", 1, 1, SAFE, "valeur de vérité", "truth of a value"),
    FN(char, "code", 1, 1, FAIL, "caractère de ce numéro Unicode",
       "the character with this Unicode number"),
    FN(clean, "text", 1, 1, SAFE, "texte sans caractères de contrôle",
       "the text without control characters"),
    FN(code, "text", 1, 1, FAIL, "numéro Unicode du premier caractère",
       "Unicode number of the first character"),
    FN(concat, "array1, array2", 2, 2, SAFE, "deux listes mises bout à bout",
       "two lists one behind the other"),
    FN(contains, "array, value", 2, 2, SAFE, "la liste contient-elle la valeur ?",
       "is the value in the list?"),
    FN(count, "value", 1, 1, SAFE, "nombre d'éléments", "number of items"),
    FN(date, "value", 1, 1, FAIL, "lit une date", "reads a date"),
    FN(date_from_parts, "year, month, day", 3, 3, FAIL, "date à partir de ses nombres",
       "a date from its numbers"),
    FN(datetime, "value", 1, 1, FAIL, "lit une date avec son heure", "reads a date and time"),
    FN(datetime_add, "datetime, offset, unit", 3, 3, FAIL, "ajoute des Y, M, W, D, h, m ou s",
       "adds a number of Y, M, W, D, h, m or s"),
    FN(datetime_diff, "date1, date2, unit", 3, 3, FAIL,
       "durée entre deux dates, dans une unité", "time between two dates in a unit"),
    FN(datetime_from_epoch, "seconds", 1, 1, FAIL, "date d'un nombre de secondes depuis 1970",
       "the moment so many seconds after 1970"),
    FN(default, "value, default", 2, 2, SAFE, "la valeur, ou l'autre si elle manque ou échoue",
       "the value, or the other when it is empty or an error"),
    FN(epoch, "date", 1, 1, FAIL, "secondes depuis 1970", "seconds since 1970"),
    FN(extract, "object, property", 2, 2, SAFE, "une propriété d'un objet",
       "one property of an object"),
    FN(extract_object, "object, properties...", 2, -1, SAFE, "objet réduit à ces propriétés",
       "the object with only these properties"),
    FN(field, "text, index, delimiter", 3, 3, SAFE,
       "morceau d'un texte coupé par un séparateur", "one piece of a text cut at a delimiter"),
    FN(filter, "array, func", 2, 2, SAFE, "éléments pour lesquels la fonction est vraie",
       "items for which the function is true"),
    FN(foreach, "array, func [, args...]", 2, -1, SAFE,
       "la fonction appliquée à chaque élément", "the function applied to each item"),
    FN(foreach_value, "object, func [, args...]", 2, -1, SAFE,
       "la fonction appliquée à chaque propriété", "the function applied to each property"),
    FN(format, "value", 1, 1, SAFE, "forme lisible selon le lieu",
       "pretty text for this place"),
    FN(format_date, "date [, layout]", 1, 2, FAIL, "date écrite selon un modèle",
       "a date written by a layout"),
    FN(format_datetime, "datetime [, layout [, timezone]]", 1, 3, FAIL,
       "date et heure écrites selon un modèle", "a date and time written by a layout"),
    FN(format_location, "location", 1, 1, SAFE, "nom court d'un lieu", "short name of a place"),
    FN(format_number, "number [, places [, group]]", 1, 3, FAIL,
       "nombre avec décimales et groupes", "a number with decimals and groups"),
    FN(format_time, "time [, layout]", 1, 2, FAIL, "heure écrite selon un modèle",
       "a time written by a layout"),
    FN(format_urn, "urn", 1, 1, FAIL, "adresse lisible d'un contact",
       "readable form of a contact's address"),
    TEST(has_all_words, "text, words", 2, 2, SAFE, "contient tous ces mots",
         "contains all the words"),
    TEST(has_any_word, "text, words", 2, 2, SAFE, "contient un de ces mots",
         "contains one of the words"),
    TEST(has_beginning, "text, beginning", 2, 2, SAFE, "commence ainsi", "begins like this"),
    TEST(has_category, "result, categories...", 2, -1, SAFE,
         "le résultat est dans une catégorie", "the result is in one of the categories"),
    TEST(has_date, "text", 1, 1, SAFE, "contient une date", "contains a date"),
    TEST(has_date_eq, "text, date", 2, 2, FAIL, "contient cette date",
         "contains this very date"),
    TEST(has_date_gt, "text, min", 2, 2, FAIL, "contient une date après",
         "contains a date after"),
    TEST(has_date_lt, "text, max", 2, 2, FAIL, "contient une date avant",
         "contains a date before"),
    TEST(has_district, "text [, state]", 1, 2, FAIL, "contient un district",
         "contains a district"),
    TEST(has_email, "text", 1, 1, SAFE, "contient une adresse électronique",
         "contains an e-mail address"),
    TEST(has_error, "value", 1, 1, SAFE, "est une erreur", "is an error"),
    TEST(has_group, "groups, uuid [, name]", 2, 3, SAFE, "est dans ce groupe",
         "is in the group"),
    TEST(has_intent, "result, name, confidence", 3, 3, FAIL,
         "intention reconnue avec cette confiance", "any intent with this confidence"),
    TEST(has_number, "text", 1, 1, SAFE, "contient un nombre", "contains a number"),
    TEST(has_number_between, "text, min, max", 3, 3, FAIL, "contient un nombre entre les deux",
         "contains a number between the two"),
    TEST(has_number_eq, "text, value", 2, 2, FAIL, "contient ce nombre",
         "contains this number"),
    TEST(has_number_gt, "text, min", 2, 2, FAIL, "contient un nombre plus grand",
         "contains a larger number"),
    TEST(has_number_gte, "text, min", 2, 2, FAIL, "contient un nombre au moins égal",
         "contains a number at least as large"),
    TEST(has_number_lt, "text, max", 2, 2, FAIL, "contient un nombre plus petit",
         "contains a smaller number"),
    TEST(has_number_lte, "text, max", 2, 2, FAIL, "contient un nombre au plus égal",
         "contains a number at most as large"),
    TEST(has_only_phrase, "text, phrase", 2, 2, SAFE, "n'est que cette suite de mots",
         "is just these words"),
    TEST(has_only_text, "text1, text2", 2, 2, SAFE, "est exactement ce texte",
         "is exactly this text"),
    TEST(has_pattern, "text, pattern", 2, 2, SAFE, "correspond à l'expression régulière",
         "matches the regular expression"),
    TEST(has_phone, "text [, country]", 1, 2, SAFE, "contient un numéro de téléphone",
         "contains a phone number"),
    TEST(has_phrase, "text, phrase", 2, 2, SAFE, "contient ces mots à la suite",
         "contains the words in a row"),
    TEST(has_state, "text", 1, 1, FAIL, "contient une région", "contains a state"),
    TEST(has_text, "text", 1, 1, SAFE, "n'est pas vide", "is not blank"),
    TEST(has_time, "text", 1, 1, SAFE, "contient une heure", "contains a time of day"),
    TEST(has_top_intent, "result, name, confidence", 3, 3, FAIL,
         "première intention, avec cette confiance", "first intent with this confidence"),
    TEST(has_ward, "text [, district [, state]]", 1, 3, FAIL, "contient un quartier",
         "contains a ward"),
    FN(html_decode, "text", 1, 1, SAFE, "remplace les entités HTML",
       "HTML entities as characters"),
    LAZY(if, "test, value1, value2", 3, 3, LAZY_IF, "value1 si le test est vrai, sinon value2",
         "value1 when the test is true, else value2"),
    FN(is_error, "value", 1, 1, SAFE, "est-ce une erreur ?", "is it an error?"),
    FN(join, "array, separator", 2, 2, SAFE, "éléments réunis par un séparateur",
       "items joined by a separator"),
    FN(json, "value", 1, 1, SAFE, "valeur en JSON", "the value as JSON"),
    FN(keys, "object", 1, 1, SAFE, "noms des propriétés", "names of the properties"),
    FN(legacy_add, "value1, value2", 2, 2, FAIL, "ancienne addition de nombres et de dates",
       "old sum of numbers and dates"),
    FN(lower, "text", 1, 1, SAFE, "en minuscules", "in lower case"),
    FN(max, "numbers...", 1, -1, FAIL, "le plus grand", "the largest"),
    FN(mean, "numbers...", 1, -1, FAIL, "la moyenne", "the average"),
    FN(min, "numbers...", 1, -1, FAIL, "le plus petit", "the smallest"),
    FN(mod, "dividend, divisor", 2, 2, FAIL, "reste de la division", "what a division leaves"),
    FN(now, "", 0, 0, SAFE, "date et heure présentes", "the present date and time"),
    FN(number, "value", 1, 1, FAIL, "lit un nombre", "reads a number"),
    FN(object, "key1, value1, ...", 0, -1, SAFE, "objet fait de paires",
       "an object made of pairs"),
    LAZY(or, "values...", 1, -1, LAZY_OR, "vrai si une des valeurs est vraie",
         "true when a value is; stops at the first"),
    FN(parse_datetime, "text, layout [, timezone]", 2, 3, FAIL, "lit une date selon un modèle",
       "reads a date and time by a layout"),
    FN(parse_json, "text", 1, 1, FAIL, "lit du JSON", "reads JSON"),
    FN(parse_time, "text, layout", 2, 2, FAIL, "lit une heure selon un modèle",
       "reads a time by a layout"),
    FN(percent, "number", 1, 1, FAIL, "en pour cent", "as a percentage"),
    FN(prompt, "name, args...", 1, -1, FAIL,
       "toujours une erreur : pas de modèle de langue ici",
       "always an error: there is no language model here"),
    FN(rand, "", 0, 0, SAFE, "nombre au hasard entre 0 et 1", "a random number from 0 up to 1"),
    FN(rand_between, "min, max", 2, 2, SAFE, "entier au hasard, bornes comprises",
       "a random whole number, bounds included"),
    FN(read_chars, "text", 1, 1, SAFE, "caractères espacés pour être épelés",
       "characters spaced to be spelt out"),
    FN(regex_match, "text, pattern [, group]", 2, 3, SAFE, "première correspondance",
       "the first match"),
    FN(remove_first_word, "text", 1, 1, SAFE, "texte sans son premier mot",
       "the text without its first word"),
    FN(repeat, "text, count", 2, 2, SAFE, "texte répété", "the text repeated"),
    FN(replace, "text, needle, replacement [, count]", 3, 4, SAFE,
       "remplace un morceau de texte", "replaces a piece of text"),
    FN(replace_time, "datetime, time", 2, 2, FAIL, "la même date à une autre heure",
       "the same day at another time"),
    FN(reverse, "array", 1, 1, SAFE, "liste retournée", "the list backwards"),
    FN(round, "number [, places]", 1, 2, FAIL,
       "arrondi, la moitié vers le haut en valeur absolue", "rounded, halves away from zero"),
    FN(round_down, "number [, places]", 1, 2, FAIL, "arrondi vers le bas", "rounded down"),
    FN(round_up, "number [, places]", 1, 2, FAIL, "arrondi vers le haut", "rounded up"),
    FN(slice, "array, start [, end]", 2, 3, SAFE, "partie d'une liste", "part of a list"),
    FN(sort, "array", 1, 1, SAFE, "liste triée", "the list sorted"),
    FN(split, "text [, delimiters]", 1, 2, SAFE, "mots ou morceaux d'un texte",
       "words or pieces of a text"),
    FN(sum, "array", 1, 1, FAIL, "somme des éléments", "sum of the items"),
    FN(text, "value", 1, 1, SAFE, "en texte", "as text"),
    FN(text_compare, "text1, text2", 2, 2, SAFE, "-1, 0 ou 1 selon l'ordre",
       "-1, 0 or 1 by their order"),
    FN(text_length, "value", 1, 1, SAFE, "nombre de caractères", "number of characters"),
    FN(text_slice, "text, start [, end]", 2, 4, SAFE, "partie d'un texte", "part of a text"),
    FN(time, "value", 1, 1, FAIL, "lit une heure", "reads a time of day"),
    FN(time_from_parts, "hour, minute, second", 3, 3, FAIL, "heure à partir de ses nombres",
       "a time from its numbers"),
    FN(title, "text", 1, 1, SAFE, "Majuscule À Chaque Mot", "A Capital For Each Word"),
    FN(today, "", 0, 0, SAFE, "date du jour", "the present date"),
    FN(trim, "text [, chars]", 1, 2, SAFE, "sans blancs aux deux bouts",
       "without space at both ends"),
    FN(trim_left, "text [, chars]", 1, 2, SAFE, "sans blancs au début",
       "without space at the beginning"),
    FN(trim_right, "text [, chars]", 1, 2, SAFE, "sans blancs à la fin",
       "without space at the end"),
    FN(tz, "date", 1, 1, FAIL, "nom du fuseau horaire", "name of the time zone"),
    FN(tz_offset, "date", 1, 1, FAIL, "décalage horaire, +0100", "offset from UTC, +0100"),
    FN(unique, "array", 1, 1, SAFE, "liste sans doublons", "the list without repeats"),
    FN(upper, "text", 1, 1, SAFE, "en majuscules", "in capitals"),
    FN(url_encode, "text", 1, 1, SAFE, "encodé pour une adresse web",
       "encoded for a web address"),
    FN(urn_parts, "urn", 1, 1, FAIL, "parties de l'adresse d'un contact",
       "parts of a contact's address"),
    FN(week_number, "date", 1, 1, FAIL, "numéro de semaine", "number of the week"),
    FN(weekday, "date", 1, 1, FAIL, "jour de la semaine, 0 dimanche",
       "day of the week, 0 Sunday"),
    FN(word, "text, index [, delimiters]", 2, 3, FAIL, "un mot d'un texte",
       "one word of a text"),
    FN(word_count, "text [, delimiters]", 1, 2, SAFE, "nombre de mots", "number of words"),
    FN(word_slice, "text, start [, end [, delimiters]]", 2, 4, FAIL, "une suite de mots",
       "words in a row")};

#define ROWS (sizeof(TABLE) / sizeof(TABLE[0]))

static int by_name(const void *key, const void *row) {
    const struct str *name = key;
    return str_cmp(*name, str_from(((const struct builtin *)row)->doc.name));
}

const struct builtin *functions_find(struct str folded_name) {
    return bsearch(&folded_name, TABLE, ROWS, sizeof(TABLE[0]), by_name);
}

const struct expr_function *expr_function_at(size_t i) {
    return i < ROWS ? &TABLE[i].doc : NULL;
}

bool expr_has_function(struct str name) {
    struct arena tmp;
    arena_init(&tmp);
    bool found = functions_find(parser_fold_name(name, &tmp)) != NULL;
    arena_done(&tmp);
    return found;
}

const struct val *functions_value(const struct builtin *b, struct arena *a) {
    struct func *f = ARENA_NEW(a, struct func);
    f->builtin = b;
    struct val *v = ARENA_NEW(a, struct val);
    v->type = VAL_FUNC;
    v->func = f;
    return v;
}

const struct val *expr_call(struct expr_scope *scope, struct str name,
                            const struct val *const *args, size_t n) {
    struct eval e;
    eval_init(&e, scope);
    const struct builtin *b = functions_find(parser_fold_name(name, scope->a));
    if (!b) {
        return eval_error(&e, "no function '%.*s'", STR_ARG(name));
    }
    const struct val *v = eval_builtin(&e, b, args, n);
    return e.limit ? eval_limit(&e) : v;
}

const struct rx *functions_pattern(struct eval *e, struct str pattern) {
    if (e->env->french) {
        return rxcache_get(pattern, RX_NOCASE | RX_MULTILINE | RX_UTF);
    }
    struct str ascii_classes = arena_printf(e->a, "(*UTF)%.*s", STR_ARG(pattern));
    return rxcache_get(ascii_classes, RX_NOCASE | RX_MULTILINE);
}

/* A match may take a thousand times what an ordinary step takes; one that hits its limit,
 * milliseconds. */
#define SEARCH_FUEL 200
#define SEARCH_LIMIT_FUEL 20000

enum rc functions_search(struct eval *e, const struct rx *rx, struct str s,
                         struct rx_match *ret) {
    if (!eval_spend(e, SEARCH_FUEL + s.n / 8)) {
        return E_LIMIT;
    }
    enum rc rc = rx_match(rx, s, 0, ret);
    if (rc == E_LIMIT) {
        eval_spend(e, SEARCH_LIMIT_FUEL);
    }
    return rc;
}

static const struct val *test_result(struct eval *e, bool matched, const struct val *match,
                                     const struct val *extra) {
    struct val_pair *pair = ARENA_ARRAY(e->a, struct val_pair, 2);
    size_t n = 0;
    if (extra) {
        pair[n++] = (struct val_pair){.key = STR("extra"), .val = extra};
    }
    pair[n++] = (struct val_pair){.key = STR("match"), .val = match};
    struct val *v = ARENA_NEW(e->a, struct val);
    v->type = VAL_MAP;
    v->map.pair = pair;
    v->map.n = n;
    v->map.fallback = matched ? &VAL_TRUE : &VAL_FALSE;
    return v;
}

const struct val *functions_match(struct eval *e, const struct val *match,
                                  const struct val *extra) {
    return test_result(e, true, match, extra);
}

const struct val *functions_no_match(struct eval *e) {
    static const struct val EMPTY = {.type = VAL_TEXT, .text = {"", 0}};
    return test_result(e, false, &EMPTY, NULL);
}
