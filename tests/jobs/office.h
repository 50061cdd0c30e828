/* office.h - a whole office in a temporary folder, with a clock of its own: what job tests
 * stand on. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_JOBS_OFFICE_H
#define TESTS_JOBS_OFFICE_H

#include "tests/unit/checks.h"

#include "base/arena.h"
#include "db/meetups.h"
#include "db/outbox.h"
#include "db/series.h"
#include "jobs/config.h"
#include "jobs/service.h"

/* Tuesday 3 March 2026, 10:00 in Paris. */
#define OFFICE_START 1772528400000LL

struct office {
    struct arena a;
    struct config config;
    struct service s;
    char dir[64];
    int said; /* messages fed so far: their provider ids */
};

/* `channels`: YAML lines of the channel list, NULL for one simulated SMS channel "sms" (scheme
 * "sim"). `more`: other lines of the configuration, or NULL. The database is a real SQLite
 * file, or the PostgreSQL of REBOND_TEST_PG emptied first. */
void office_open(struct office *o, const char *channels, const char *more);
/* Closes and opens again on the same database and at the same time, as after a crash or an
 * upgrade. */
void office_restart(struct office *o);
void office_close(struct office *o);

/* A text from a phone ("+33639980150") on channel "sms", through jobs/receive; then everything
 * due is done. */
void office_says(struct office *o, const char *phone, const char *text);
/* The same with a provider id of the test's choice and without settling. */
void office_receives(struct office *o, const char *phone, const char *text,
                     const char *provider_id);
void office_settle(struct office *o);
/* Time passes, stopping at every planned moment. */
void office_pass(struct office *o, int64_t ms);

/* An enrolled person with this phone. Returns the contact's id. */
int64_t office_youth(struct office *o, const char *first_name, const char *phone);
/* A monthly group (first Wednesday, 14:00) with this capacity; joined by nobody yet. Returns
 * its id. */
int64_t office_series(struct office *o, int capacity);
int64_t office_contact(struct office *o, const char *phone); /* 0: unknown */

/* Texts sent to a phone so far, oldest first; views live until office_close. */
size_t office_texts(struct office *o, const char *phone, struct str **ret);
/* The last one, "" when there is none. */
struct str office_last(struct office *o, const char *phone);
/* How many of the texts to this phone hold the words. */
int office_count(struct office *o, const char *phone, const char *words);
/* Messages in a state. */
int64_t office_in_state(struct office *o, enum outbox_state s);
/* Fails the test, showing the whole thread, unless the last text holds the words. */
#define office_expect(o, phone, words)                                                         \
    office_expect_at((o), (phone), (words), __FILE__, __LINE__)
void office_expect_at(struct office *o, const char *phone, const char *words, const char *file,
                      int line);

#endif
