/* fault.h - named points where a test build may die or fail, to prove that nothing is lost. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

/* FAULT("outbox.before_commit"): in builds with REBOND_FAULTS, when the environment says
 * REBOND_FAULT=outbox.before_commit or REBOND_FAULT=outbox.before_commit:3 the process kills
 * itself with SIGKILL at the first (third) passage. FAULT_FAILS("disk.full") is true at that
 * passage instead, so that the caller takes its error path. In the release build both cost
 * nothing. The names are listed by `make faults` (a search of the sources), which the crash
 * test walks through. */
#ifdef REBOND_FAULTS
void fault_hit(const char *name);
bool fault_fails(const char *name);
#define FAULT(name) fault_hit(name)
#define FAULT_FAILS(name) fault_fails(name)
#else
#define FAULT(name) ((void)0)
#define FAULT_FAILS(name) false
#endif

#endif
