/* facts.c - what flows may read: the person, the office, and what the conversation is about. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/facts.h"

#include "base/zone.h"
#include "db/broadcasts.h"
#include "db/followups.h"
#include "db/places.h"
#include "db/series.h"
#include "db/staff.h"
#include "db/tags.h"
#include "jobs/ballot.h"
#include "jobs/campaign.h"
#include "jobs/spoken.h"

static void put_text(struct val_builder *b, struct arena *a, const char *key, struct str s) {
    val_put(b, key, val_text(a, s));
}

static void put_int(struct val_builder *b, struct arena *a, const char *key, int64_t v) {
    val_put(b, key, val_int(a, v));
}

const struct val *facts_org(const struct config *c, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    put_text(b, a, "name", c->org.name);
    put_text(b, a, "short_name", c->org.short_name);
    put_text(b, a, "phone", c->org.phone);
    put_text(b, a, "address", c->org.address);
    put_text(b, a, "hours", c->org.hours);
    put_text(b, a, "url", c->org.url);
    put_text(b, a, "country", c->org.country);
    put_text(b, a, "lang", c->org.lang);
    put_text(b, a, "tone", c->org.tone);
    put_int(b, a, "age_min", c->org.age_min);
    put_int(b, a, "age_minor", c->org.age_minor);
    put_int(b, a, "age_max", c->org.age_max);
    put_int(b, a, "age_max_rqth", c->org.age_max_rqth);
    return val_end(b);
}

static enum rc put_tags(const struct person *p, struct val_builder *b) {
    struct str *tag;
    size_t n;
    enum rc rc = tags_list(p->s->db, p->contact.id, p->a, &tag, &n);
    if (rc < OK) {
        return rc;
    }
    struct val_builder *list = val_list_begin(p->a);
    for (size_t i = 0; i < n; i++) {
        val_push(list, val_text(p->a, tag[i]));
    }
    val_put(b, "tags", val_end(list));
    return OK;
}

static enum rc put_referent(const struct person *p, struct val_builder *b) {
    struct staff st;
    if (!p->contact.referent_id) {
        put_text(b, p->a, "referent", STR_EMPTY);
        return OK;
    }
    enum rc rc = staff_get(p->s->db, p->contact.referent_id, p->a, &st);
    put_text(b, p->a, "referent", rc == OK ? st.name : STR_EMPTY);
    return rc < OK ? rc : OK;
}

enum rc facts_contact(const struct person *p, const struct val **ret) {
    const struct contact *c = &p->contact;
    struct arena *a = p->a;
    struct val_builder *b = val_map_begin(a);
    put_int(b, a, "id", c->id);
    put_text(b, a, "first_name", c->first_name);
    put_text(b, a, "last_name", c->last_name);
    put_text(b, a, "name", c->first_name);
    put_text(b, a, "language", person_lang(p));
    val_put(b, "born", c->born.year ? val_date(a, c->born) : &VAL_NIL);
    put_text(b, a, "commune", c->commune);
    put_text(b, a, "postcode", c->postcode);
    put_text(b, a, "insee", c->insee);
    val_put(b, "rqth", val_bool(c->rqth));
    put_text(b, a, "guardian_phone", c->guardian_phone);
    val_put(b, "new", val_bool(c->status == CONTACT_STRANGER));
    val_put(b, "enrolled", val_bool(c->status == CONTACT_ENROLLED));
    put_text(b, a, "status", str_from(contacts_status_name(c->status)));
    put_text(b, a, "channel", p->carrier ? p->address.channel : STR_EMPTY);
    enum rc rc = put_tags(p, b);
    if (rc == OK) {
        rc = put_referent(p, b);
    }
    for (size_t i = 0; i < p->fields->map.n; i++) {
        val_put_str(b, p->fields->map.pair[i].key, p->fields->map.pair[i].val);
    }
    *ret = val_end(b);
    return rc;
}

void facts_meetup(const struct person *p, const struct meetup *m, struct val_builder *b) {
    struct arena *a = p->a;
    struct date d, today;
    struct tod t, unused;
    const struct zone *z = p->s->config->org.tz;
    struct err e = {0};
    if (m->zone.n > 0 && zone_get(m->zone, &z, &e) != OK) {
        z = p->s->config->org.tz; /* checked when the meetup was made */
    }
    zone_to_civil(z, m->starts_ms, &d, &t);
    zone_to_civil(z, p->now_ms, &today, &unused);
    put_int(b, a, "meetup", m->id);
    put_text(b, a, "title", m->title);
    put_text(b, a, "date", spoken_date(d, today, person_lang(p), a));
    put_text(b, a, "time", spoken_time(t, person_lang(p), a));
    put_text(b, a, "venue", m->venue);
    put_text(b, a, "way", m->way);
    put_int(b, a, "places",
            m->capacity == 0         ? -1
            : m->capacity > m->taken ? m->capacity - m->taken
                                     : 0);
}

void facts_until(const struct person *p, int64_t ms, struct val_builder *b) {
    put_text(b, p->a, "until",
             spoken_moment(ms, p->s->config->org.tz, p->now_ms, person_lang(p), p->a));
}

void facts_ballot(const struct person *p, const struct ballot *ballot, struct val_builder *b) {
    struct val_builder *list = val_list_begin(p->a);
    for (int i = 0; i < ballot->options; i++) {
        val_push(list, val_text(p->a, ballot->option[i].text));
    }
    put_int(b, p->a, "ballot", ballot->id);
    put_text(b, p->a, "title", ballot->title);
    val_put(b, "options", val_end(list));
    facts_until(p, ballot->closes_ms, b);
    put_int(b, p->a, "voters", ballot->voters);
    put_text(b, p->a, "result",
             ballot->state == BALLOT_CLOSED ? ballot_result(ballot, p->a) : STR_EMPTY);
}

static enum rc put_meetup(const struct person *p, int64_t id, struct val_builder *b,
                          bool *ret_over) {
    struct meetup m;
    enum rc rc = meetups_get(p->s->db, id, p->a, &m);
    if (rc != OK) {
        return rc;
    }
    *ret_over = m.state == MEETUP_CANCELLED;
    facts_meetup(p, &m, b);
    struct place place;
    rc = places_get(p->s->db, id, p->contact.id, p->a, &place);
    put_text(b, p->a, "state", rc == OK ? str_from(places_state_name(place.state)) : STR_EMPTY);
    if (rc == OK && place.offered_until_ms) {
        facts_until(p, place.offered_until_ms, b);
    }
    return rc < OK ? rc : OK;
}

static enum rc put_wave(const struct person *p, int64_t id, struct val_builder *b) {
    struct wave w;
    enum rc rc = followups_wave(p->s->db, id, p->a, &w);
    if (rc != OK) {
        return rc;
    }
    put_int(b, p->a, "month", w.month);
    return w.state == WAVE_DONE || w.state == WAVE_REFUSED || w.state == WAVE_CANCELLED ? NONE
                                                                                        : OK;
}

static enum rc put_broadcast(const struct person *p, int64_t id, struct val_builder *b) {
    struct broadcast bc;
    enum rc rc = broadcasts_get(p->s->db, id, p->a, &bc);
    if (rc != OK) {
        return rc;
    }
    put_text(b, p->a, "title", bc.title);
    put_text(b, p->a, "text", campaign_text(&bc, p->a));
    return bc.state == BROADCAST_CANCELLED ? NONE : OK;
}

/* A question about a vote that is over is not asked; its result is told. */
static enum rc put_ballot(const struct person *p, int64_t id, bool closed,
                          struct val_builder *b) {
    struct ballot ballot;
    enum rc rc = ballots_get(p->s->db, id, p->a, &ballot);
    if (rc != OK) {
        return rc;
    }
    facts_ballot(p, &ballot, b);
    return ballot.state == (closed ? BALLOT_CLOSED : BALLOT_OPEN) ? OK : NONE;
}

enum rc facts_about(const struct person *p, const struct val *with, const struct val **ret) {
    struct val_builder *b = val_map_begin(p->a);
    for (size_t i = 0; with && i < with->map.n; i++) {
        val_put_str(b, with->map.pair[i].key, with->map.pair[i].val);
    }
    int64_t meetup = with ? val_get_int(with, "meetup", 0) : 0;
    int64_t wave = with ? val_get_int(with, "wave", 0) : 0;
    int64_t ballot = with ? val_get_int(with, "ballot", 0) : 0;
    int64_t broadcast = with ? val_get_int(with, "broadcast", 0) : 0;
    bool cancelled = false;
    enum rc rc = OK;
    if (meetup) {
        rc = put_meetup(p, meetup, b, &cancelled);
    }
    if (rc == OK && wave) {
        rc = put_wave(p, wave, b);
    }
    if (rc == OK && broadcast) {
        rc = put_broadcast(p, broadcast, b);
    }
    if (rc == OK && ballot) {
        rc = put_ballot(p, ballot, val_get_bool(with, "closed", false), b);
    }
    *ret = val_end(b);
    bool tells_cancel = with && val_get_bool(with, "cancelled", false);
    return rc == OK && cancelled && !tells_cancel ? NONE : rc;
}
