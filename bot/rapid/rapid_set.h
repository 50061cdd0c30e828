/* rapid_set.h - an export as it will live here: flows by their names, what starts them, fields,
 * and what is carried over or not. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_SET_H
#define BOT_RAPID_RAPID_SET_H

#include "bot/flow/library.h"
#include "bot/rapid/rapid.h"

/* One installed file is an export as the other system wrote it, with one member more, "rebond":
 * the choices made at import. {"prefix": "tx_", "skip": ["a keyword"], "without": ["a flow"],
 * "catch_all": false, "first_message": false, "globals": {"name": "value"}}. All may be absent.
 */
#define RAPID_SET_CHOICES "rebond"
#define RAPID_SET_BYTES_MAX (8 * 1024 * 1024)
#define RAPID_SET_NAME_MAX 60

struct rapid_set_flow {
    const struct rapid_flow *flow;
    struct str name;           /* letters without accents, digits, _; no two alike in a set */
    const struct str *keyword; /* as written there */
    const bool *opening;       /* of each keyword: other words may follow it */
    size_t keywords;
    bool anything, first_message;
    bool asks; /* it, or a flow that it enters, waits for a message */
};

enum rapid_note_kind {
    RAPID_NOTE_KEPT,    /* carried over */
    RAPID_NOTE_DIFFERS, /* carried over, but not all is as it was there */
    RAPID_NOTE_LOST     /* not carried over */
};
struct rapid_note {
    enum rapid_note_kind kind;
    struct str fr, en;
};

struct rapid_set {
    const struct rapid_program *program;
    const struct rapid_set_flow *flow; /* those that can run here */
    size_t flows;
    const struct field_spec *field; /* what the flows keep of a person, under our names */
    size_t fields;
    const struct rapid_note *note;
    size_t notes;
};

/* json: the whole file. E_INVALID as rapid_load. Errors inside flows are problems of
 * ret->program. Everything lives in `a`, which must live as long as what is read. */
enum rc rapid_set_read(const struct val *json, struct arena *a, struct rapid_set *ret,
                       struct err *err) MUST_USE;
/* NULL when there is none. */
const struct rapid_set_flow *rapid_set_find(const struct rapid_set *s, struct str name);
/* Where a field of theirs is kept: under the same name, else, when that name is ours for
 * something that no flow may write, behind "champ_". The first one that the library declares.
 */
struct str rapid_set_field(const struct library *l, struct str key, struct arena *a);
/* A header of a web-hook whose value is a key: it belongs in the configuration, is never sent.
 */
bool rapid_set_is_secret(struct str header, struct arena *a);

#endif
