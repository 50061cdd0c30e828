/* date.c - civil dates: counting, weeks, months, ages, Easter and French holidays. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/date.h"

static bool is_leap(int y) {
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int date_month_days(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) {
        return 0;
    }
    return days[month - 1] + (month == 2 && is_leap(year));
}

bool date_is_valid(int year, int month, int day) {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= date_month_days(year, month);
}

struct date date_make(int year, int month, int day) {
    return (struct date){(int16_t)year, (int8_t)month, (int8_t)day};
}

/* Years are counted from 1 March, so that the leap day is the last of its year
 * (the usual era arithmetic of 400 years = 146,097 days). */
int32_t date_to_days(struct date d) {
    int y = d.year - (d.month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct date date_from_days(int32_t days) {
    int64_t z = (int64_t)days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = (int)(z - era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2);
    if (year < 1 || year > 9999) {
        return (struct date){0};
    }
    return date_make((int)year, month, doy - (153 * mp + 2) / 5 + 1);
}

int date_weekday(struct date d) {
    int32_t w = (date_to_days(d) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (w < 0 ? w + 7 : w) + 1;
}

int date_iso_week(struct date d) {
    /* the week belongs to the year of its Thursday (ISO 8601) */
    int32_t thursday = date_to_days(d) - date_weekday(d) + 4;
    int year = d.year;
    if (thursday < date_to_days(date_make(year, 1, 1))) {
        year--;
    } else if (thursday > date_to_days(date_make(year, 12, 31))) {
        year++;
    }
    return (thursday - date_to_days(date_make(year, 1, 1))) / 7 + 1;
}

struct date date_add_days(struct date d, int32_t days) {
    int64_t sum = (int64_t)date_to_days(d) + days;
    if (sum < INT32_MIN || sum > INT32_MAX) {
        return (struct date){0};
    }
    return date_from_days((int32_t)sum);
}

struct date date_add_months(struct date d, int months) {
    int64_t m = (int64_t)d.year * 12 + (d.month - 1) + months;
    if (m < 12 || m > 9999 * 12 + 11) {
        return (struct date){0};
    }
    int year = (int)(m / 12), month = (int)(m % 12) + 1;
    int last = date_month_days(year, month);
    return date_make(year, month, d.day < last ? d.day : last);
}

int date_cmp(struct date a, struct date b) {
    int x = a.year * 416 + a.month * 32 + a.day;
    int y = b.year * 416 + b.month * 32 + b.day;
    return (x > y) - (x < y);
}

int date_age(struct date born, struct date on) {
    int years = on.year - born.year;
    bool before = on.month < born.month || (on.month == born.month && on.day < born.day);
    return years - before;
}

struct str date_iso(struct date d, struct arena *a) {
    return arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static int number(struct str s, size_t from, size_t n) {
    int v = 0;
    for (size_t i = from; i < from + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return -1;
        }
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

bool date_parse_iso(struct str s, struct date *ret) {
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-') {
        return false;
    }
    int y = number(s, 0, 4), m = number(s, 5, 2), d = number(s, 8, 2);
    if (!date_is_valid(y, m, d)) {
        return false;
    }
    *ret = date_make(y, m, d);
    return true;
}

/* Gregorian Easter by the anonymous algorithm (Nature, 1876; Meeus, Astronomical Algorithms).
 */
struct date date_easter(int year) {
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return date_make(year, n / 31, n % 31 + 1);
}

/* Code du travail L3134-13 (Alsace, Moselle) and L3422-2 (abolition of slavery, overseas). */
static bool is_local_holiday(struct date d, struct str region) {
    static const struct {
        const char *region;
        int8_t month, day;
    } local[] = {{"GP", 5, 27}, {"MQ", 5, 22}, {"GF", 6, 10}, {"RE", 12, 20}, {"YT", 4, 27}};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
        if (str_is(region, local[i].region)) {
            return d.month == local[i].month && d.day == local[i].day;
        }
    }
    if (!str_is(region, "alsace-moselle")) {
        return false;
    }
    int32_t good_friday = date_to_days(date_easter(d.year)) - 2;
    return (d.month == 12 && d.day == 26) || date_to_days(d) == good_friday;
}

bool date_is_french_holiday(struct date d, struct str region) {
    static const int8_t fixed[][2] = {{1, 1},  {5, 1},  {5, 8},   {7, 14},
                                      {8, 15}, {11, 1}, {11, 11}, {12, 25}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (d.month == fixed[i][0] && d.day == fixed[i][1]) {
            return true;
        }
    }
    int32_t after = date_to_days(d) - date_to_days(date_easter(d.year));
    if (after == 1 || after == 39 || after == 50) { /* Easter Monday, Ascension, Whit Monday */
        return true;
    }
    return is_local_holiday(d, region);
}
