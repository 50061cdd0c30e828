/* migrate.h - brings a database to this program's schema: db/schema/NNNN_name.sql, in order,
 * once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdint.h>

#include "base/err.h"

struct db;

/* Runs what is missing, each file in its own transaction, and notes it with its checksum in
 * `schema_log`. E_STATE: the database was made by a newer program, or an applied file has
 * changed since. */
enum rc migrate_run(struct db *db, int64_t now_ms, struct err *err) MUST_USE;

/* Number of the newest file applied (0: empty database) and of the newest this program carries.
 */
enum rc migrate_version(struct db *db, int *ret_have, int *ret_want) MUST_USE;

#endif
