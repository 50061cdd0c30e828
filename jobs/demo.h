/* demo.h - invented people, meetups and conversations, to try the service without a provider.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_DEMO_H
#define JOBS_DEMO_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct service;

/* A phone of the simulator. Numbers are of the ranges kept for fiction (ARCEP 06 39 98). */
struct demo_phone {
    const char *id, *name, *number, *about;
    bool chat;           /* a messenger with buttons instead of SMS */
    const char *address; /* as the gateway knows it */
};
extern const struct demo_phone DEMO_PHONES[]; /* ended by a NULL id */

/* Fills an empty database: staff (every login "demo" opens with `hash`'s password), a monthly
 * meetup, twelve young people, one follow-up, and three messages that wait for a human. Does
 * nothing when there is staff already. */
enum rc demo_seed(struct service *s, struct str hash, struct err *err) MUST_USE;

#endif
