/* audit.h - who of the staff saw or did what; append only. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct audit {
    int64_t id, at_ms;
    int64_t staff_id;  /* 0 = the service or the command line */
    struct str verb;   /* "login", "contact.view", "broadcast.confirm"... */
    struct str object; /* "contact", "case"...; may be empty */
    int64_t object_id;
    struct str detail; /* short, no message text, no number */
};

enum rc audit_put(struct db *db, const struct audit *a, int64_t now_ms) MUST_USE;
/* Newest first; before_id 0 = from the newest; staff 0 / object "" = all. */
enum rc audit_list(struct db *db, int64_t staff_id, struct str object, int64_t object_id,
                   int64_t before_id, int max, struct arena *a, struct audit **ret,
                   size_t *ret_n) MUST_USE;
enum rc audit_forget(struct db *db, int64_t before_ms, int64_t *ret_n) MUST_USE;

#endif
