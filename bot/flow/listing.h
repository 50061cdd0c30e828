/* listing.h - programs and the language itself, written out for people and editors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_LISTING_H
#define BOT_FLOW_LISTING_H

#include "base/buf.h"
#include "bot/flow/library.h"
#include "bot/flow/program.h"

/* Each step with its id, place, summary and exits. */
void listing_program(const struct program *p, struct buf *out);
/* JSON Schema (draft 2020-12) of a flow file, from the same tables as the checker. */
void listing_schema(const struct flow_lang *lang, struct buf *out);
/* Every step, key, act and event in Markdown. */
void listing_reference(const struct flow_lang *lang, bool english, struct buf *out);

#endif
