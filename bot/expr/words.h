/* words.h - texts to words, and how words are compared. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_WORDS_H
#define BOT_EXPR_WORDS_H

#include "bot/expr/eval.h"

/* Words of the text: split at any of the delimiter characters, or as expr_tokenize when there
 * are none. At most EXPR_ITEMS_MAX; *over tells that there were more. */
size_t words_split(struct str s, struct str delimiters, struct arena *a, const struct str **ret,
                   bool *over);
/* The form in which two words are the same for the tests of this environment. */
struct str words_fold(struct str s, const struct expr_env *env, struct arena *a);
struct str words_collate(struct str s, enum expr_collation how, struct arena *a);
/* Words with French apostrophes inside when env->french, each as written. */
size_t words_of(struct str s, const struct expr_env *env, struct arena *a,
                const struct str **ret);

#endif
