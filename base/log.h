/* log.h - one line an event: key=value, to standard error; no phone numbers, no texts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

/* syslog's numbers */
enum log_level { LOG_LVL_ERROR = 3, LOG_LVL_WARN = 4, LOG_LVL_INFO = 6, LOG_LVL_DEBUG = 7 };

/* `event` is dotted and fixed ("deliver.sent"); fmt gives the "key=value" pairs, values with
 * spaces in quotes. Contact and message ids yes; addresses and message texts never: as a last
 * net every run of seven or more digits after a '+' or a 0 is masked before the line is
 * written. Under systemd (JOURNAL_STREAM set) the line begins with <N>; else with an ISO time.
 * Thread-safe. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* The same with an error's place and text as err="...". */
void log_err(const char *event, const struct err *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
void log_set_level(enum log_level level);
/* Tests: lines go to this function instead of standard error; NULL puts it back. */
void log_capture(void (*sink)(const char *line, void *ctx), void *ctx);

#endif
