/* zone.c - named zones as tables of their changes, made once from ICU's data. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/zone.h"

#include <pthread.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/clock.h"

#define NAME_MAX_BYTES 64
#define FIRST_MS 0LL            /* 1970-01-01 */
#define LAST_MS 4102444800000LL /* 2100-01-01; later dates keep the offset of then */
#define CHANGES_MAX 2048

struct change {
    int64_t utc_ms;   /* from this instant on */
    int64_t local_ms; /* wall-clock times from here on use `offset` (see zone_to_utc) */
    int32_t offset;   /* seconds */
};

struct zone {
    struct zone *next;
    char name[NAME_MAX_BYTES];
    int32_t first_offset; /* before the first change */
    size_t n;
    struct change change[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones; /* grows only; at most as many as there are IANA names */

static int32_t offset_at(UCalendar *cal, double ms, UErrorCode *ec) {
    ucal_setMillis(cal, ms, ec);
    int32_t zone = ucal_get(cal, UCAL_ZONE_OFFSET, ec);
    int32_t dst = ucal_get(cal, UCAL_DST_OFFSET, ec);
    return (zone + dst) / 1000;
}

/* In the spring gap and in the repeated hour of autumn alike the offset before the change
 * rules; so the new one begins, on the wall clock, at the later of the two local readings of
 * the change. */
static struct change change_of(int64_t utc_ms, int32_t before, int32_t after) {
    int32_t later = before > after ? before : after;
    return (struct change){utc_ms, utc_ms + later * MS_SECOND, after};
}

static struct zone *build(UCalendar *cal, struct str name, UErrorCode *ec) {
    struct zone *z = mem_alloc(sizeof *z + CHANGES_MAX * sizeof z->change[0]);
    *z = (struct zone){0};
    for (size_t i = 0; i < name.n; i++) {
        z->name[i] = name.p[i];
    }
    z->first_offset = offset_at(cal, (double)FIRST_MS, ec);
    int32_t offset = z->first_offset;
    double at = (double)FIRST_MS;
    ucal_setMillis(cal, at, ec);
    while (z->n < CHANGES_MAX && U_SUCCESS(*ec) &&
           ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &at, ec) &&
           at < (double)LAST_MS) {
        int32_t after = offset_at(cal, at, ec);
        if (after != offset) { /* a new name for the same offset is no change for us */
            z->change[z->n++] = change_of((int64_t)at, offset, after);
            offset = after;
        }
    }
    return mem_realloc(z, sizeof *z + z->n * sizeof z->change[0]);
}

static enum rc unknown(struct str name, struct err *err) {
    err_set(err, E_INVALID, "no such time zone '%.*s'", (int)(name.n < 64 ? name.n : 64),
            name.p ? name.p : "");
    err_hint(err, "an IANA name such as Europe/Paris or Indian/Reunion");
    return E_INVALID;
}

/* Called with the lock held. */
static enum rc load(struct str name, const struct zone **ret, struct err *err) {
    UChar id[NAME_MAX_BYTES], canonical[NAME_MAX_BYTES];
    for (size_t i = 0; i < name.n; i++) {
        id[i] = (UChar)(unsigned char)name.p[i];
    }
    id[name.n] = 0;
    UErrorCode ec = U_ZERO_ERROR;
    UBool known = false;
    ucal_getCanonicalTimeZoneID(id, -1, canonical, NAME_MAX_BYTES, &known, &ec);
    if (U_FAILURE(ec) || !known) {
        return unknown(name, err);
    }
    UCalendar *cal = ucal_open(id, -1, "en_US", UCAL_GREGORIAN, &ec);
    if (U_FAILURE(ec)) {
        return err_set(err, E_IO, "time zone %.*s: %s", STR_ARG(name), u_errorName(ec));
    }
    struct zone *z = build(cal, name, &ec);
    ucal_close(cal);
    if (U_FAILURE(ec)) {
        free(z);
        return err_set(err, E_IO, "time zone %.*s: %s", STR_ARG(name), u_errorName(ec));
    }
    z->next = zones;
    zones = z;
    *ret = z;
    return OK;
}

enum rc zone_get(struct str name, const struct zone **ret, struct err *err) {
    if (name.n == 0 || name.n >= NAME_MAX_BYTES) {
        return unknown(name, err);
    }
    for (size_t i = 0; i < name.n; i++) {
        if ((unsigned char)name.p[i] <= ' ' || (unsigned char)name.p[i] > '~') {
            return unknown(name, err);
        }
    }
    pthread_mutex_lock(&lock);
    enum rc rc = OK;
    const struct zone *z = zones;
    while (z && !str_is(name, z->name)) {
        z = z->next;
    }
    if (z) {
        *ret = z;
    } else {
        rc = load(name, ret, err);
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

struct str zone_name(const struct zone *z) {
    return str_from(z->name);
}

/* Offset after the last change whose key is at or before `ms`. */
static int32_t look_up(const struct zone *z, int64_t ms, bool local) {
    size_t lo = 0, hi = z->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int64_t k = local ? z->change[mid].local_ms : z->change[mid].utc_ms;
        if (k <= ms) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo ? z->change[lo - 1].offset : z->first_offset;
}

int32_t zone_offset(const struct zone *z, int64_t utc_ms) {
    return look_up(z, utc_ms, false);
}

int64_t zone_to_utc(const struct zone *z, struct date d, struct tod t) {
    int64_t local = date_to_days(d) * MS_DAY + t.hour * MS_HOUR + t.minute * MS_MINUTE +
                    t.second * MS_SECOND + t.nsec / 1000000;
    return local - look_up(z, local, true) * MS_SECOND;
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

void zone_to_civil(const struct zone *z, int64_t utc_ms, struct date *ret_d,
                   struct tod *ret_t) {
    int64_t local = utc_ms + zone_offset(z, utc_ms) * MS_SECOND;
    int64_t day = floor_div(local, MS_DAY);
    int32_t ms = (int32_t)(local - day * MS_DAY);
    if (day < INT32_MIN || day > INT32_MAX) {
        *ret_d = (struct date){0};
    } else {
        *ret_d = date_from_days((int32_t)day);
    }
    ret_t->hour = (int8_t)(ms / MS_HOUR);
    ret_t->minute = (int8_t)(ms / MS_MINUTE % 60);
    ret_t->second = (int8_t)(ms / MS_SECOND % 60);
    ret_t->nsec = (int32_t)(ms % MS_SECOND) * 1000000;
}

struct instant zone_instant(const struct zone *z, int64_t utc_ms) {
    int64_t sec = floor_div(utc_ms, MS_SECOND);
    return (struct instant){sec, (int32_t)(utc_ms - sec * MS_SECOND) * 1000000,
                            zone_offset(z, utc_ms), z};
}
