/* followups.h - check-ins at 3, 6, 9 and 12 months from a first contract, and the call list. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_FOLLOWUPS_H
#define DB_FOLLOWUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct followup {
    int64_t id, contact_id;
    struct date contract_date; /* first day of the first contract */
    struct str kind;  /* "cdi", "cdd", "interim", "alternance", "formation", "service_civique",
                         "autre" */
    struct date ends; /* of a fixed-term contract; year 0 = open */
    int64_t created_ms;
    bool active;
};

/*   PLANNED --asked--> ASKED --some answers--> PARTIAL --all--> DONE
 *                        |  \___________________________________^
 *      (from PLANNED, ASKED, PARTIAL)  --> UNREACHED: on the advisor's call list --> DONE,
 * REFUSED
 *                                      --> REFUSED;  PLANNED --> CANCELLED
 * followups_move() alone writes the column. */
enum wave_state {
    WAVE_PLANNED,
    WAVE_ASKED,
    WAVE_PARTIAL,
    WAVE_DONE,
    WAVE_UNREACHED,
    WAVE_REFUSED,
    WAVE_CANCELLED /* the follow-up was stopped before */
};

struct wave {
    int64_t id, followup_id, contact_id;
    int month; /* 3, 6, 9, 12 */
    struct date due;
    enum wave_state state;
    int attempts; /* times asked */
    int64_t asked_ms, answered_ms;
    struct str situation, success, difficulty, need;
    int64_t called_ms, called_by; /* an advisor phoned */
    struct str call_note;
};

/* Makes the follow-up and its four waves, due on the same day of the month 3, 6, 9 and 12
 * months later (the last day when the month is shorter). A second one for the same contact and
 * date: E_CONFLICT. In a write transaction. */
enum rc followups_start(struct db *db, struct followup *f, int64_t now_ms) MUST_USE;
/* The active one of a person; NONE. */
enum rc followups_of(struct db *db, int64_t contact_id, struct arena *a,
                     struct followup *ret) MUST_USE;
/* Not active any more; its PLANNED waves are CANCELLED. */
enum rc followups_end(struct db *db, int64_t id, int64_t now_ms) MUST_USE;

enum rc followups_wave(struct db *db, int64_t wave_id, struct arena *a,
                       struct wave *ret) MUST_USE;
enum rc followups_waves(struct db *db, int64_t followup_id, struct arena *a, struct wave **ret,
                        size_t *ret_n) MUST_USE;
/* PLANNED waves due on or before `day`, oldest first. */
enum rc followups_due(struct db *db, struct date day, int max, struct arena *a,
                      struct wave **ret, size_t *ret_n) MUST_USE;
/* The wave a person is being asked about (ASKED or PARTIAL, newest); NONE. */
enum rc followups_open(struct db *db, int64_t contact_id, struct arena *a,
                       struct wave *ret) MUST_USE;

/* E_STATE: not allowed. */
enum rc followups_move(struct db *db, int64_t wave_id, enum wave_state to,
                       int64_t now_ms) MUST_USE;
/* A question left: ASKED, attempts + 1. */
enum rc followups_asked(struct db *db, int64_t wave_id, int64_t now_ms) MUST_USE;
/* Members with p NULL leave what was answered before. done: DONE, else PARTIAL. */
struct wave_answer {
    struct str situation, success, difficulty, need;
    bool done;
};
enum rc followups_answer(struct db *db, int64_t wave_id, const struct wave_answer *w,
                         int64_t now_ms) MUST_USE;

/* UNREACHED waves with what the advisor needs to phone. staff_id 0 = everybody's. Oldest due
 * first. */
struct call {
    struct wave wave;
    struct str first_name, last_name, phone; /* phone: the "tel" address, good or not */
    int64_t referent_id;
    struct str
        last_situation; /* of the newest earlier wave that has one, else the contract's kind */
    struct date last_on;
};
enum rc followups_calls(struct db *db, int64_t staff_id, struct arena *a, struct call **ret,
                        size_t *ret_n) MUST_USE;
/* An advisor phoned: DONE or REFUSED, or UNREACHED still with a note. */
enum rc followups_called(struct db *db, int64_t wave_id, int64_t staff_id, enum wave_state to,
                         const struct wave_answer *w, struct str note, int64_t now_ms) MUST_USE;

bool followups_may_move(enum wave_state from, enum wave_state to);
const char *followups_state_name(enum wave_state s);

#endif
