/* rapid_front.h - a file of brought flows as programs of our library. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_FRONT_H
#define BOT_RAPID_RAPID_FRONT_H

#include "bot/flow/library.h"

/* A file that begins with a brace is an export; see rapid_set.h. Each of its nodes is a step of
 * kind RAPID_STEP, so that lists, pictures and stored sessions know it by name. */
extern const struct flow_front RAPID_FRONT;

#endif
