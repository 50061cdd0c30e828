/* flows.h - the flows in force: read from a folder or from the binary, compiled, stored by
 * their hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_FLOWS_H
#define JOBS_FLOWS_H

#include "base/err.h"

struct service;

/* Loads and compiles all flows into s->library and keeps each version in the database, so that
 * a conversation ends on the version it began. E_INVALID: every error was logged with its
 * place; err holds the first. */
enum rc flows_load(struct service *s, struct err *err) MUST_USE;

#endif
