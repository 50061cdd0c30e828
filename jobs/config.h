/* config.h - the one configuration file: read, checked, defaulted. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CONFIG_H
#define JOBS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "base/zone.h"
#include "jobs/config_webhooks.h"

#define CONFIG_CHANNELS_MAX 16

/* Minutes of the day, [from, to); from == to means closed. */
struct hours {
    int16_t from, to;
};

enum {
    CHANNEL_PER_SECOND = 1,
    CHANNEL_PER_PERSON = 2,
    CHANNEL_IN_FLIGHT = 4,
    CHANNEL_PRICE = 8,
    CHANNEL_PARTS = 16
};

struct channel_config {
    struct str name;
    struct str gateway;
    int per_second;         /* messages a second on this channel, 1..10000 */
    int64_t per_person_ms;  /* pause between two messages to one person */
    int in_flight;          /* requests open at once */
    struct str text_policy; /* exact | typographic | gsm */
    int64_t price_micro;    /* of one segment, in millionths of the currency; 0 = unknown */
    bool allow_private;
    struct str prefixes; /* "+336 +337": the only numbers this channel carries; empty = all */
    int order;           /* among channels that could carry a number the smallest is taken */
    bool failover;       /* while it is paused its messages may go by another channel */
    int parts_max;       /* SMS one message may take; 0 = as many as it needs */
    unsigned given;      /* CHANNEL_*: what the file says; the rest may be the provider's */
    const struct val *options; /* every other key, secrets resolved; for the gateway's open() */
    int32_t line;
};

/* Plain data. Texts live in the arena given to config_load. Rows of the same names in
 * config_options.c give type, bounds, default and meaning; `rebond config reference` prints
 * them. */
struct config {
    struct str file;
    struct str listen; /* "127.0.0.1:8080" or "unix:/run/rebond.sock" */
    struct str public_url;
    struct str database;                 /* a path, or postgres://... */
    struct str flows, tables, providers; /* folders; empty = those inside the binary */
    struct str trusted_proxy;
    struct str log_level;
    bool production; /* false: nothing leaves for anything but a loopback address */
    bool demo;       /* invented data, simulator page, clock panel */
    struct {
        struct str name, short_name, phone, address, postcode, hours, url, zone, country, lang,
            tone, region;
        int age_min, age_max, age_max_rqth, age_minor;
        const struct zone *tz; /* resolved from zone */
    } org;
    struct {
        struct hours week[8];     /* [1] Monday .. [7] Sunday; [0] unused */
        bool holidays;            /* send on public holidays */
        int daily_cap;            /* automatic messages a person a day */
        int bulk_per_minute;      /* pace of broadcasts */
        int64_t reminder_late_ms; /* a reminder this late is dropped */
        int64_t reply_late_ms;    /* a reply that could not leave for this long expires */
        int attempts;             /* tries before a message fails */
        int64_t retry_first_ms;
        int64_t join_ms;     /* pieces of one answer are waited for */
        int loop_guard;      /* automatic replies an hour to one number */
        int64_t failover_ms; /* a pause longer than this sends messages by another channel */
        struct str fallback; /* when a chat is blocked, SMS to: never | wrote | known */
    } sending;
    struct {
        int invite_days;     /* before the meetup */
        int answer_hours;    /* time a person on the waiting list has for a freed place */
        int64_t feedback_ms; /* after the end */
        struct hours
            at; /* when automatic messages leave: from = morning reminders, to = questions */
    } meetups;
    struct {
        int retries;
        int64_t retry_ms;
        int silence_weeks; /* then one gentle question; 0 = never */
    } follow_up;
    struct {
        bool fetch;      /* get pictures and documents that people send */
        int megabytes;   /* a bigger one is refused */
        int daily;       /* of one person a day */
        int64_t keep_ms; /* then its bytes are emptied */
    } files;
    struct {
        int messages; /* months; then the words of people are emptied (jobs/forget.h) */
    } keep;
    struct {
        int64_t session_ms; /* a login's life */
        int workers;
    } console;
    const struct channel_config *channel;
    size_t channels;
    struct {
        int64_t keep_ms; /* why each turn went as it did; 0 = not at all */
    } traces;
    const struct webhook_config *webhook;
    size_t webhooks;
};

/* Checked types and bounds, secrets resolved (env:NAME, file:PATH), unknown keys refused with
 * the nearest known one. All problems are listed in `problems` (one "file:line:column: ..." a
 * line), not only the first; E_INVALID when there is any. text is the file's content; file
 * names it in messages. */
enum rc config_parse(const char *file, struct str text, struct arena *a, struct config *ret,
                     struct buf *problems) MUST_USE;
enum rc config_load(const char *path, struct arena *a, struct config *ret,
                    struct buf *problems) MUST_USE;
/* The demonstration's: everything at its default, a simulator channel, the database in `path`.
 */
void config_demo(struct arena *a, struct str database, struct str listen, struct config *ret);
/* The reference of every setting, as a commented YAML file (French). */
void config_reference(struct buf *out);

#endif
