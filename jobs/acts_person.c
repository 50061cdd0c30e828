/* acts_person.c - acts on the person's own file: consent, language, place, eligibility,
 * interests. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "bot/understand/towns.h"
#include "bot/understand/understand.h"
#include "db/addresses.h"
#include "db/inbox.h"
#include "db/meetups.h"
#include "db/optouts.h"
#include "db/outbox.h"
#include "db/series.h"
#include "db/tags.h"
#include "jobs/acts.h"
#include "jobs/config_value.h"

#define TOWNS_MAX 64 /* no name is borne by more */
#define PAUSE_MS (30 * MS_DAY)

static enum optout_scope scope_of(struct str s) {
    if (str_is(s, "group") || str_is(s, "groupe") || str_is(s, "series")) {
        return OPTOUT_SERIES;
    }
    if (str_is(s, "reminders") || str_is(s, "rappels")) {
        return OPTOUT_REMINDERS;
    }
    return str_is(s, "pause") ? OPTOUT_PAUSE : OPTOUT_ALL;
}

static struct optout ledger_line(struct person *p, bool out, enum optout_scope scope) {
    struct optout o = {.contact_id = p->contact.id, .out = out, .scope = scope};
    if (p->cause) {
        o.channel = p->cause->channel;
        o.inbox_id = p->cause->id;
        o.words = text_cut(p->cause->text, 160);
    }
    return o;
}

/* What is already queued must not leave after a STOP; the last door would hold it too, but
 * staff should see at once that nothing waits any more. */
static enum rc hold_queue(struct person *p, enum optout_scope scope) {
    int64_t n;
    switch (scope) {
    case OPTOUT_ALL:
        return outbox_hold_back(p->s->db, p->contact.id, 0, 0, 0, STR(""), STR("stop"),
                                p->now_ms, &n);
    case OPTOUT_REMINDERS:
        return outbox_hold_back(p->s->db, p->contact.id, 0, 0, 0, STR("reminder"), STR("stop"),
                                p->now_ms, &n);
    case OPTOUT_PAUSE:
    case OPTOUT_SERIES:
        return OK;
    }
    return OK;
}

static int64_t series_named(struct person *p, struct str name) {
    struct series s;
    if (name.n > 0) {
        return series_by_name(p->s->db, name, p->a, &s) == OK ? s.id : 0;
    }
    struct meetup m;
    int64_t meetup = person_about(p, "meetup");
    if (meetup && meetups_get(p->s->db, meetup, p->a, &m) == OK && m.series_id) {
        return m.series_id;
    }
    struct member *member;
    size_t n;
    return series_of(p->s->db, p->contact.id, p->a, &member, &n) == OK && n > 0
               ? member[0].series_id
               : 0;
}

enum rc act_opt_out(struct person *p, const struct val *args, struct val_builder *b) {
    enum optout_scope scope = scope_of(act_text(p, args, "scope"));
    struct optout o = ledger_line(p, true, scope);
    if (scope == OPTOUT_PAUSE) {
        o.until_ms = p->now_ms + PAUSE_MS;
    }
    if (scope == OPTOUT_SERIES) {
        o.series_id = series_named(p, act_text(p, args, "what"));
        if (!o.series_id) {
            return act_refuse(p, b, "no such group");
        }
    }
    bool already = false;
    enum rc rc = optouts_put(p->s->db, &o, p->now_ms, &already);
    if (rc == OK) {
        rc = hold_queue(p, scope);
    }
    val_put(b, "already", val_bool(already));
    return rc == OK ? person_reload(p) : rc;
}

enum rc act_opt_in(struct person *p, const struct val *args, struct val_builder *b) {
    (void)args;
    struct optout o = ledger_line(p, false, OPTOUT_ALL);
    bool nothing = false;
    enum rc rc = optouts_put(p->s->db, &o, p->now_ms, &nothing);
    val_put(b, "was", val_bool(!nothing));
    return rc == OK ? person_reload(p) : rc;
}

enum rc act_wrong_number(struct person *p, const struct val *args, struct val_builder *b) {
    (void)args;
    (void)b;
    if (!p->address.id) {
        return OK;
    }
    int64_t n;
    enum rc rc =
        addresses_mark(p->s->db, p->address.id, ADDRESS_BAD, STR("wrong number"), p->now_ms);
    if (rc == OK) {
        rc = outbox_hold_back(p->s->db, p->contact.id, 0, 0, 0, STR(""), STR("wrong number"),
                              p->now_ms, &n);
    }
    return rc;
}

enum rc act_set_language(struct person *p, const struct val *args, struct val_builder *b) {
    struct str lang = act_text(p, args, "lang");
    if (lang.n < 2 || lang.n > 8) {
        return act_refuse(p, b, "no such language");
    }
    enum rc rc = contacts_set(p->s->db, p->contact.id, STR("language"), lang);
    return rc == OK ? person_reload(p) : rc;
}

/* What the person wrote, as an official commune name or a postcode. */
static struct str place_read(struct person *p, struct str written) {
    struct ask ask = {.kind = ASK_POSTCODE,
                      .zone = p->s->config->org.tz,
                      .now_ms = p->now_ms,
                      .region = p->s->config->org.country};
    struct answer r;
    und_read(p->s->und, written, &ask, p->a, &r);
    bool found =
        (r.intent == INTENT_TOWN || r.intent == INTENT_POSTCODE) && val_is(r.value, VAL_TEXT);
    return found ? r.value->text : written;
}

/* Former communes stand in the list under today's code: all of one code are one place. */
static bool is_one_commune(const struct town *t, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (!str_eq(t[i].insee, t[0].insee)) {
            return false;
        }
    }
    return n == 1 || t[0].insee.n > 0;
}

/* Several communes are called Mérignac: the one of the office's own département is meant.
 * Overseas the département is three digits long. */
static size_t keep_near(const struct config *c, struct town *t, size_t n) {
    struct str office = c->org.postcode;
    size_t digits = str_starts(office, STR("97")) || str_starts(office, STR("98")) ? 3 : 2;
    size_t near = 0;
    for (size_t i = 0; i < n && office.n == 5; i++) {
        if (str_starts(t[i].postcodes, str_sub(office, 0, digits))) {
            t[near++] = t[i];
        }
    }
    return near > 0 ? near : n;
}

/* A name that several communes bear (Saint-Denis) or a postcode that several share places the
 * person well enough: the commune is kept as written and the doubtful half stays empty. */
enum rc act_locate(struct person *p, const struct val *args, struct val_builder *b) {
    struct str place = place_read(p, act_text(p, args, "place"));
    struct town town[TOWNS_MAX];
    size_t n = towns_find(p->s->und, place, town, TOWNS_MAX);
    if (n == 0) {
        return act_refuse(p, b, "unknown place");
    }
    n = keep_near(p->s->config, town, n);
    int64_t digits;
    bool by_code = place.n == 5 && str_to_i64(place, &digits);
    bool one = is_one_commune(town, n);
    struct str commune = by_code && !one ? STR_EMPTY : town[0].name;
    struct str postcode = by_code ? place : one ? str_sub(town[0].postcodes, 0, 5) : STR_EMPTY;
    struct str insee = one ? town[0].insee : STR_EMPTY;
    enum rc rc = contacts_set(p->s->db, p->contact.id, STR("commune"), commune);
    if (rc == OK) {
        rc = contacts_set(p->s->db, p->contact.id, STR("postcode"), postcode);
    }
    if (rc == OK) {
        rc = contacts_set(p->s->db, p->contact.id, STR("insee"), insee);
    }
    val_put(b, "commune", val_text(p->a, commune.n > 0 ? commune : postcode));
    val_put(b, "postcode", val_text(p->a, postcode));
    val_put(b, "insee", val_text(p->a, insee));
    return rc == OK ? person_reload(p) : rc;
}

/* A date given by the flow as a date or as text. */
static bool born_of(struct person *p, const struct val *args, struct date *ret) {
    const struct val *v = args ? val_get(args, "born") : NULL;
    if (val_is(v, VAL_DATE)) {
        *ret = v->date;
        return true;
    }
    if (val_is(v, VAL_TEXT) && date_parse_iso(str_trim(v->text), ret)) {
        return true;
    }
    *ret = p->contact.born;
    return ret->year != 0;
}

enum rc act_eligibility(struct person *p, const struct val *args, struct val_builder *b) {
    const struct config *c = p->s->config;
    struct date born, today;
    struct tod t;
    if (!born_of(p, args, &born)) {
        return act_refuse(p, b, "no birth date");
    }
    zone_to_civil(c->org.tz, p->now_ms, &today, &t);
    int age = date_age(born, today);
    struct str rqth = act_text(p, args, "rqth");
    bool extended = act_given(args, "rqth")
                        ? str_is(rqth, "yes") || str_is(rqth, "true") || str_is(rqth, "oui")
                        : p->contact.rqth;
    int max = extended ? c->org.age_max_rqth : c->org.age_max;
    const char *status = age < c->org.age_minor ? "trop_jeune"
                         : age > max            ? "trop_age"
                         : age < 18             ? "mineur"
                                                : "oui";
    val_put(b, "status", val_textz(p->a, status));
    val_put(b, "age", val_int(p->a, age));
    enum rc rc = contacts_set(p->s->db, p->contact.id, STR("born"), date_iso(born, p->a));
    if (rc == OK && extended != p->contact.rqth) {
        rc = contacts_set(p->s->db, p->contact.id, STR("rqth"), extended ? STR("1") : STR("0"));
    }
    if (rc == OK && strcmp(status, "trop_jeune") == 0 &&
        p->contact.status != CONTACT_ENROLLED) {
        rc = contacts_set_status(p->s->db, p->contact.id, CONTACT_REFUSED, p->now_ms);
    }
    return rc == OK ? person_reload(p) : rc;
}

enum rc act_enrol(struct person *p, const struct val *args, struct val_builder *b) {
    (void)args;
    bool first = false;
    enum rc rc = contacts_enrol(p->s->db, p->contact.id, p->now_ms, &first);
    val_put(b, "first_time", val_bool(first));
    return rc == OK ? person_reload(p) : rc;
}

/* One tag, or a list of them; folded so that "3D" and "3d" are one. */
static enum rc each_tag(struct person *p, const struct val *v, bool add) {
    if (val_is(v, VAL_LIST)) {
        enum rc rc = OK;
        for (size_t i = 0; i < v->list.n && rc == OK; i++) {
            rc = each_tag(p, v->list.item[i], add);
        }
        return rc;
    }
    if (!val_is(v, VAL_TEXT) || str_trim(v->text).n == 0) {
        return OK;
    }
    struct str tag = str_sub(text_fold(str_trim(v->text), p->a), 0, 64);
    return add ? tags_add(p->s->db, p->contact.id, tag, p->now_ms)
               : tags_remove(p->s->db, p->contact.id, tag);
}

enum rc act_tag(struct person *p, const struct val *args, struct val_builder *b) {
    (void)b;
    return each_tag(p, args ? val_get(args, "tag") : NULL, true);
}

enum rc act_untag(struct person *p, const struct val *args, struct val_builder *b) {
    (void)b;
    return each_tag(p, args ? val_get(args, "tag") : NULL, false);
}

enum rc act_note(struct person *p, const struct val *args, struct val_builder *b) {
    struct str words = act_text(p, args, "words");
    if (words.n == 0) {
        return act_refuse(p, b, "empty note");
    }
    return contacts_note(p->s->db, p->contact.id, 0, words, p->now_ms);
}

enum rc act_start_flow(struct person *p, const struct val *args, struct val_builder *b) {
    struct str flow = act_text(p, args, "flow");
    if (flow.n == 0) {
        return act_refuse(p, b, "no flow");
    }
    int64_t wait = 0;
    struct str later = act_text(p, args, "later");
    if (later.n > 0 && config_duration(later, &wait) != OK) {
        return act_refuse(p, b, "not a duration");
    }
    const struct val *with = val_get(args, "with");
    struct inbox_row ev = {.contact_id = p->contact.id,
                           .kind = INBOX_EVENT,
                           .name = arena_printf(p->a, "flow:%.*s", STR_ARG(flow)),
                           .data = val_is(with, VAL_MAP) ? json_text(with, p->a) : STR_EMPTY,
                           .priority = SAY_QUESTION,
                           .ready_ms = p->now_ms + wait};
    int64_t id;
    return inbox_event(p->s->db, &ev, p->now_ms, &id);
}
