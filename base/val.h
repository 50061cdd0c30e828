/* val.h - THE value: what JSON, YAML, expressions, fields and answers are made of. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_VAL_H
#define BASE_VAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/dec.h"
#include "base/str.h"

enum val_type {
    VAL_NULL,
    VAL_BOOL,
    VAL_NUMBER,
    VAL_TEXT,
    VAL_DATE,
    VAL_TIME,
    VAL_DATETIME,
    VAL_LIST,
    VAL_MAP,
    VAL_FUNC, /* only inside bot/expr */
    VAL_ERROR /* only inside bot/expr: an error that travels as a value */
};

/* Immutable once built, lives in the arena it was built in, may be shared freely.
 * line/column tell where it was written (YAML, JSON), 0 when it was computed. */
struct val {
    enum val_type type;
    int32_t line, column;
    int32_t slots; /* val.c only: size of the hash index behind a large map's pairs, or 0 */
    union {
        bool b;
        struct dec num;
        struct str text;
        struct date date;
        struct tod tod;
        struct instant at;
        struct {
            const struct val *const *item;
            size_t n;
        } list;
        struct {
            const struct val_pair *pair; /* in the order written */
            size_t n;
            const struct val *fallback; /* what the map converts to as a text; or NULL */
        } map;
        const struct func *func;
        struct str error;
    };
};

struct val_pair {
    struct str key;
    const struct val *val;
    int32_t line, column; /* of the key */
};

extern const struct val VAL_NIL, VAL_TRUE, VAL_FALSE;

const struct val *val_bool(bool b);
const struct val *val_num(struct arena *a, struct dec d);
const struct val *val_int(struct arena *a, int64_t i);
const struct val *val_text(struct arena *a, struct str s);   /* keeps the view, does not copy */
const struct val *val_textz(struct arena *a, const char *s); /* copies */
const struct val *val_date(struct arena *a, struct date d);
const struct val *val_time(struct arena *a, struct tod t);
const struct val *val_at(struct arena *a, struct instant i);
const struct val *val_error(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* These two copy the pointers and the pairs. Keys of a map must differ: a look-up finds the
 * first. */
const struct val *val_list(struct arena *a, const struct val *const *item, size_t n);
const struct val *val_map(struct arena *a, const struct val_pair *pair, size_t n);

/* Growing builders; finish with _end. Later puts of the same key replace the value in place. */
struct val_builder;
struct val_builder *val_map_begin(struct arena *a);
struct val_builder *val_list_begin(struct arena *a);
/* The key is copied; a NULL v is skipped. */
void val_put(struct val_builder *b, const char *key, const struct val *v);
void val_put_str(struct val_builder *b, struct str key, const struct val *v);
void val_push(struct val_builder *b, const struct val *v);
const struct val *val_end(struct val_builder *b);

/* Look-ups never fail: absent (or not a map / list) gives NULL. Keys compare byte for byte. */
const struct val *val_get(const struct val *map, const char *key);
const struct val *val_get_str(const struct val *map, struct str key);
const struct val *val_get_nocase(const struct val *map, struct str key); /* ASCII case folded */
const struct val *val_at_index(const struct val *list, size_t i);
/* A dotted path, "a.b.0.c". */
const struct val *val_path(const struct val *v, const char *path);

/* Typed reads of a member with a default when absent or of another type. */
struct str val_get_text(const struct val *map, const char *key, struct str dflt);
int64_t val_get_int(const struct val *map, const char *key, int64_t dflt);
bool val_get_bool(const struct val *map, const char *key, bool dflt);

static inline bool val_is(const struct val *v, enum val_type t) { /* false for NULL */
    return v && v->type == t;
}
bool val_eq(const struct val *a, const struct val *b); /* deep, same types, maps in any order */
const struct val *val_copy(struct arena *a, const struct val *v); /* deep */
/* Copy of the map with one member set (v non-NULL) or removed (v NULL). */
const struct val *val_with(struct arena *a, const struct val *map, struct str key,
                           const struct val *v);
const char *val_type_name(enum val_type t);

#endif
