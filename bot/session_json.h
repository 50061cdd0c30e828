/* session_json.h - the quick reading of what session.c wrote. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_SESSION_JSON_H
#define BOT_SESSION_JSON_H

#include "base/arena.h"
#include "base/val.h"

/* A session is read at each message; the general reader (base/json.h) costs as much as all the
 * rest of the turn. This one knows the JSON that json_write makes: no surplus space, integers
 * and plain decimals. NULL for anything else, damaged or only unusual: the caller then asks the
 * general reader, which also says what is wrong. Texts point into `text` when they hold no
 * escape. */
const struct val *session_json(struct str text, struct arena *a);

#endif
