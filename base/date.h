/* date.h - civil dates and times without a zone, and the arithmetic people expect of them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Proleptic Gregorian; year 1..9999, month 1..12, day 1..31. year 0 = "no date". */
struct date {
    int16_t year;
    int8_t month, day;
};

/* Wall-clock time of day; 00:00:00 to 23:59:59.999999999. */
struct tod {
    int8_t hour, minute, second;
    int32_t nsec;
};

/* An instant: seconds since 1970-01-01T00:00:00Z, nanoseconds, and the UTC offset in seconds
 * with which it is written. zone is optional (see zone.h) and is what arithmetic in civil units
 * uses. */
struct instant {
    int64_t sec;
    int32_t nsec;
    int32_t offset;
    const struct zone *zone;
};

bool date_is_valid(int year, int month, int day);
struct date date_make(int year, int month, int day);
int32_t date_to_days(struct date d); /* days since 1970-01-01 */
struct date date_from_days(int32_t days);
int date_weekday(struct date d); /* 1 Monday .. 7 Sunday (ISO 8601) */
int date_iso_week(struct date d);
struct date date_add_days(struct date d, int32_t days);
/* End of month is kept inside the month: 31 January + 1 = 28 or 29 February. */
struct date date_add_months(struct date d, int months);
int date_cmp(struct date a, struct date b);
int date_month_days(int year, int month);
/* Completed years on `on` of someone born on `born`; a 29 February birthday counts from 1 March
 * in common years (Code civil practice). Negative when `on` is before. */
int date_age(struct date born, struct date on);
struct str date_iso(struct date d, struct arena *a); /* "2026-03-12" */
/* Exactly YYYY-MM-DD and an existing day. */
bool date_parse_iso(struct str s, struct date *ret);
/* Easter and the public holidays of metropolitan France (Code du travail L3133-1).
 * `region` adds local ones: "" , "alsace-moselle", "GP", "MQ", "GF", "RE", "YT". */
struct date date_easter(int year);
bool date_is_french_holiday(struct date d, struct str region);

#endif
