/* config_value.h - one written setting to its typed value. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CONFIG_VALUE_H
#define JOBS_CONFIG_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "jobs/config.h"
#include "jobs/config_options.h"

/* Writes the value into the struct (config or channel_config) at the option's offset. E_INVALID
 * or E_LIMIT with a sentence in err->text (no place: the caller knows it). */
enum rc config_value_put(void *into, const struct option *o, struct str written,
                         struct arena *a, struct err *err) MUST_USE;
/* "30 s", "10 min", "2 h", "3 j" (also d), or "0". */
enum rc config_duration(struct str s, int64_t *ret_ms) MUST_USE;
/* "9:00-20:00", "9h-20h30", "fermé" or "closed". */
enum rc config_hours(struct str s, struct hours *ret) MUST_USE;
/* env:NAME and file:PATH are replaced by what they name; others are returned as they are with
 * *ret_ref false. */
enum rc config_secret(struct str s, struct arena *a, struct str *ret, bool *ret_ref,
                      struct err *err) MUST_USE;

#endif
