/* datewrite.h - dates and times by a layout ("DD-MM-YYYY tt:mm"), written and read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_DATEWRITE_H
#define BOT_EXPR_DATEWRITE_H

#include "bot/expr/expr.h"
#include "bot/expr/sink.h"

/* What a layout may speak of. YY YYYY M MM MMM MMMM D DD EEE EEEE | h hh t tt m mm s ss fff
 * ffffff fffffffff aa AA | Z ZZZ (only in datetimes); and space : / . , T - _ as they are. */
enum datewrite_kind { DATEWRITE_DATE, DATEWRITE_TIME, DATEWRITE_DATETIME };

/* A moment in parts, as the layout shows it. */
struct datewrite_parts {
    struct date date;
    struct tod tod;
    int32_t offset;
};

/* Language of month and day names: ISO 639-3, English unless known ("fra", "spa", "por"). False
 * and *bad (the run of letters that is not understood) when the layout is wrong. */
bool datewrite_layout(struct str layout, enum datewrite_kind kind,
                      const struct datewrite_parts *parts, struct str language,
                      struct sink *out, struct str *bad);
/* Reads a text by a layout. OK; E_INVALID with *bad the run not valid in it; NONE with *bad the
 * run that the text does not fit and *at the rest of the text there. has_offset: a Z was read.
 */
struct datewrite_read {
    struct datewrite_parts parts;
    bool has_offset;
    struct str bad, at;
};
enum rc datewrite_parse(struct str text, struct str layout, enum datewrite_kind kind,
                        struct datewrite_read *ret);

/* "2026-03-12T14:30:00.000000+01:00", "14:30:00.000000". */
void datewrite_iso(struct instant i, struct sink *out);
void datewrite_iso_time(struct tod t, struct sink *out);
/* A date, time or datetime value in the environment's formats and zone. */
void datewrite_pretty(const struct expr_env *env, const struct val *v, struct arena *a,
                      struct sink *out);
struct datewrite_parts datewrite_parts_of(struct instant i);
struct str datewrite_date_format(const struct expr_env *env);
struct str datewrite_time_format(const struct expr_env *env);

#endif
