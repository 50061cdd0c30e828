/* flows.h - the flows in force: read from a folder or from the binary, compiled, stored by
 * their hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_FLOWS_H
#define JOBS_FLOWS_H

#include "base/err.h"

struct service;

/* Loads and compiles all flows into s->library and keeps each version in the database, so that
 * a conversation ends on the version it began. E_INVALID: every error was logged with its
 * place; err holds the first; the flows that were in force stay. */
enum rc flows_load(struct service *s, struct err *err) MUST_USE;
/* The same when s->publish was set meanwhile (SIGHUP); a refusal is logged. */
void flows_publish(struct service *s);
void flows_close(struct service *s);

#endif
