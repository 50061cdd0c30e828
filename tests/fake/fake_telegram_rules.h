/* fake_telegram_rules.h - which calls of the Bot API are well formed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_FAKE_TELEGRAM_RULES_H
#define TESTS_FAKE_TELEGRAM_RULES_H

#include "base/arena.h"
#include "base/str.h"
#include "base/val.h"

/* NULL when the call obeys the documentation of its method, else what is wrong with it, in `a`.
 * `params` is a map; with `form` its values are texts, as an urlencoded body carries them. */
const char *fake_telegram_check(struct str method, const struct val *params, bool form,
                                struct arena *a);

/* True when the method sends a message to a chat. */
bool fake_telegram_sends(struct str method);
/* Name of the method's file parameter ("photo"), or NULL. */
const char *fake_telegram_file_param(struct str method);

#endif
