/* functions.h - the table of functions and router tests: what runs them, and their reference.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_FUNCTIONS_H
#define BOT_EXPR_FUNCTIONS_H

#include "bot/expr/eval.h"

struct rx;
struct rx_match;

typedef const struct val *builtin_fn(struct eval *e, const struct val *const *arg, size_t n);

/* Functions of which a call evaluates only the arguments it needs. */
enum builtin_lazy { LAZY_NO, LAZY_IF, LAZY_AND, LAZY_OR };

struct builtin {
    struct expr_function doc;
    builtin_fn *run;
    enum builtin_lazy lazy;
};

/* By its lower-case name; NULL when there is none. */
const struct builtin *functions_find(struct str folded_name);
/* A new VAL_FUNC for the row. */
const struct val *functions_value(const struct builtin *b, struct arena *a);

/* The families, one file each. */
builtin_fn fn_text, fn_boolean, fn_number, fn_date, fn_datetime, fn_time, fn_array, fn_object;
builtin_fn fn_and, fn_if, fn_or, fn_is_error, fn_default, fn_count, fn_prompt;
builtin_fn fn_char, fn_clean, fn_code, fn_html_decode, fn_lower, fn_read_chars, fn_regex_match,
    fn_repeat, fn_replace, fn_text_compare, fn_text_length, fn_text_slice, fn_title, fn_trim,
    fn_trim_left, fn_trim_right, fn_upper, fn_url_encode;
builtin_fn fn_field, fn_remove_first_word, fn_split, fn_word, fn_word_count, fn_word_slice;
builtin_fn fn_abs, fn_legacy_add, fn_max, fn_mean, fn_min, fn_mod, fn_percent, fn_rand,
    fn_rand_between, fn_round, fn_round_down, fn_round_up;
builtin_fn fn_age, fn_date_from_parts, fn_datetime_add, fn_datetime_diff,
    fn_datetime_from_epoch, fn_epoch, fn_now, fn_parse_datetime, fn_parse_time, fn_replace_time,
    fn_time_from_parts, fn_today, fn_tz, fn_tz_offset, fn_week_number, fn_weekday;
builtin_fn fn_concat, fn_contains, fn_filter, fn_foreach, fn_join, fn_reverse, fn_slice,
    fn_sort, fn_sum, fn_unique;
builtin_fn fn_extract, fn_extract_object, fn_foreach_value, fn_keys;
builtin_fn fn_json, fn_parse_json;
builtin_fn fn_attachment_parts, fn_format, fn_format_date, fn_format_datetime,
    fn_format_location, fn_format_number, fn_format_time, fn_format_urn, fn_urn_parts;
builtin_fn fn_has_all_words, fn_has_any_word, fn_has_beginning, fn_has_email,
    fn_has_only_phrase, fn_has_only_text, fn_has_pattern, fn_has_phone, fn_has_phrase,
    fn_has_text;
builtin_fn fn_has_number, fn_has_number_between, fn_has_number_eq, fn_has_number_gt,
    fn_has_number_gte, fn_has_number_lt, fn_has_number_lte;
builtin_fn fn_has_date, fn_has_date_eq, fn_has_date_gt, fn_has_date_lt, fn_has_time;
builtin_fn fn_has_category, fn_has_district, fn_has_error, fn_has_group, fn_has_intent,
    fn_has_state, fn_has_top_intent, fn_has_ward;

/* What a test gives: a map that is true, with "match" and maybe "extra"; or one that is false.
 */
const struct val *functions_match(struct eval *e, const struct val *match,
                                  const struct val *extra);
const struct val *functions_no_match(struct eval *e);

/* The compiled pattern of regex_match and has_pattern: case does not count, ^ and $ stand at
 * lines; \w and \d are ASCII unless env->french. NULL when it is none. */
const struct rx *functions_pattern(struct eval *e, struct str pattern);
/* Searches with it, charged as the costly thing it may be: OK, NONE, or E_LIMIT (see e->limit).
 */
enum rc functions_search(struct eval *e, const struct rx *rx, struct str s,
                         struct rx_match *ret);

#endif
