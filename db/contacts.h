/* contacts.h - people: the cold row (who they are, what they refused), read each turn, written
 * rarely. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_CONTACTS_H
#define DB_CONTACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

enum contact_kind {
    CONTACT_YOUTH,
    CONTACT_PARTNER /* a company, an institution: no broadcast, invitation or survey ever
                       selects one */
};

/* STRANGER -> SIGNING -> ENROLLED -> LEFT;  SIGNING -> REFUSED;  any -> ERASED (never back).
 * contacts_set_status refuses a move out of ERASED and nothing else: staff correct mistakes. */
enum contact_status {
    CONTACT_STRANGER, /* wrote or was imported; nothing asked yet */
    CONTACT_SIGNING,  /* in the middle of signing up */
    CONTACT_ENROLLED,
    CONTACT_REFUSED, /* outside the office's age rules; told so */
    CONTACT_LEFT,    /* the file is closed */
    CONTACT_ERASED   /* only an empty row is left, for counts */
};

struct contact {
    int64_t id;
    enum contact_kind kind;
    enum contact_status status;
    struct str first_name, last_name;
    struct str lang;  /* "fr"; "" = the office's default */
    struct date born; /* year 0 = unknown */
    struct str commune, postcode, insee;
    bool rqth;           /* recognised disabled worker: other age limit */
    struct str origin;   /* where we have the number from: "self", "import:FILE", "staff"... */
    int64_t referent_id; /* staff; 0 = nobody yet */
    struct str guardian_phone; /* E.164, of a minor's guardian */
    int64_t created_ms, enrolled_ms;
    int64_t stop_all_ms;             /* STOP since; 0 = none */
    int64_t pause_until_ms;          /* PAUSE; 0 = none */
    int64_t stop_reminders_ms;       /* no reminders since; 0 = none */
    int64_t last_in_ms, last_out_ms; /* read only here: kept in the hot row (sessions.h) */
};

/* Makes the cold row and its hot row. c->id 0: taken from id_new and written back; created_ms
 * too. */
enum rc contacts_new(struct db *db, struct contact *c, int64_t now_ms) MUST_USE;
/* NONE when there is no such contact. */
enum rc contacts_get(struct db *db, int64_t id, struct arena *a, struct contact *ret) MUST_USE;
/* Writes every column but id, created_ms, the stop columns (optouts.h) and last_*_ms. NONE: no
 * such row. */
enum rc contacts_put(struct db *db, const struct contact *c) MUST_USE;

/* One column by the name flows use: first_name, last_name, language, born (ISO date), commune,
 * postcode, insee, rqth ("1"/"0"), guardian_phone, origin. NONE: not a column (the caller keeps
 * it in the talk's fields). E_INVALID: not a date. */
enum rc contacts_set(struct db *db, int64_t id, struct str name, struct str value) MUST_USE;
enum rc contacts_set_status(struct db *db, int64_t id, enum contact_status s,
                            int64_t now_ms) MUST_USE;
/* ENROLLED, with enrolled_ms set the first time only; *ret_first tells. */
enum rc contacts_enrol(struct db *db, int64_t id, int64_t now_ms, bool *ret_first) MUST_USE;
enum rc contacts_set_referent(struct db *db, int64_t id, int64_t staff_id) MUST_USE;

/* For lists in the console. Zero or empty members do not filter. Ordered by last name, first
 * name, id. */
struct contact_filter {
    struct str words; /* part of a first or last name, folded by the caller with text_fold */
    struct str tag, insee;
    int64_t series_id, referent_id;
    bool with_status;
    enum contact_status status;
    enum contact_kind kind;
    int offset, limit; /* limit 0 = 50; at most 500 */
};
enum rc contacts_list(struct db *db, const struct contact_filter *f, struct arena *a,
                      struct contact **ret, size_t *ret_n) MUST_USE;
enum rc contacts_count(struct db *db, enum contact_status s, int64_t *ret) MUST_USE;

/* `from` turns out to be the same person as `into` (a chat that shared the phone number): its
 * addresses, tags, places, memberships, open inbox rows and messages go over; `from` is left
 * ERASED. In a write transaction. */
enum rc contacts_merge(struct db *db, int64_t from, int64_t into, int64_t now_ms) MUST_USE;

/* Right to erasure (GDPR art. 17): names, numbers, texts, fields, answers, notes are gone;
 * counts and the keyed hash that keeps a STOP in force stay. Queued messages are held back. In
 * a write transaction. */
enum rc contacts_erase(struct db *db, int64_t id, int64_t now_ms) MUST_USE;

/* Notes left on a file by the person (staff_id 0) or the staff. */
struct contact_note {
    int64_t id, contact_id, staff_id, at_ms;
    struct str text;
};
enum rc contacts_note(struct db *db, int64_t id, int64_t staff_id, struct str text,
                      int64_t now_ms) MUST_USE;
enum rc contacts_notes(struct db *db, int64_t id, struct arena *a, struct contact_note **ret,
                       size_t *ret_n) MUST_USE; /* newest first, at most 100 */

const char *contacts_status_name(enum contact_status s); /* "ENROLLED" */

#endif
