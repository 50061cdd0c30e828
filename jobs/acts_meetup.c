/* acts_meetup.c - acts on groups and meetups: join, answer, cancel, come late, say how it was.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "db/inbox.h"
#include "db/meetups.h"
#include "db/places.h"
#include "db/series.h"
#include "db/timers.h"
#include "jobs/acts.h"
#include "jobs/facts.h"
#include "jobs/hours.h"
#include "jobs/remind.h"

/* The series named, else that of the conversation's meetup, else the person's first, else the
 * only one. */
static enum rc find_series(struct person *p, struct str name, struct series *ret) {
    if (name.n > 0) {
        return series_by_name(p->s->db, name, p->a, ret);
    }
    struct meetup m;
    int64_t id = person_about(p, "meetup");
    if (id && meetups_get(p->s->db, id, p->a, &m) == OK && m.series_id) {
        return series_get(p->s->db, m.series_id, p->a, ret);
    }
    struct member *member;
    size_t n;
    enum rc rc = series_of(p->s->db, p->contact.id, p->a, &member, &n);
    if (rc >= OK && n > 0) {
        return series_get(p->s->db, member[0].series_id, p->a, ret);
    }
    struct series *all;
    rc = series_list(p->s->db, true, p->a, &all, &n);
    if (rc >= OK && n > 0) {
        *ret = all[0];
        return OK;
    }
    return rc < OK ? rc : NONE;
}

/* The meetup given, else that of the conversation, else the next one the person has a place in
 * or is invited to, else the next one of all. */
static enum rc find_meetup(struct person *p, const struct val *args, struct meetup *ret) {
    int64_t id = 0;
    struct str given = act_text(p, args, "meetup");
    if (given.n == 0 || !str_to_i64(given, &id)) {
        id = person_about(p, "meetup");
    }
    if (id) {
        return meetups_get(p->s->db, id, p->a, ret);
    }
    struct place *place;
    size_t n;
    enum rc rc = places_of(p->s->db, p->contact.id, p->now_ms, p->a, &place, &n);
    if (rc < OK) {
        return rc;
    }
    if (rc == OK && n > 0) {
        return meetups_get(p->s->db, place[0].meetup_id, p->a, ret);
    }
    return meetups_next(p->s->db, 0, p->now_ms, p->a, ret);
}

enum rc act_join(struct person *p, const struct val *args, struct val_builder *b) {
    struct series s;
    enum rc rc = find_series(p, act_text(p, args, "series"), &s);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "no such group") : rc;
    }
    bool pilote = str_is(act_text(p, args, "role"), "pilote");
    rc = series_join(p->s->db, s.id, p->contact.id,
                     pilote ? MEMBER_PILOTE : MEMBER_COLLABORATEUR, p->now_ms);
    val_put(b, "series", val_text(p->a, s.title));
    struct meetup m;
    if (rc == OK && meetups_next(p->s->db, s.id, p->now_ms, p->a, &m) == OK) {
        struct val_builder *next = val_map_begin(p->a);
        facts_meetup(p, &m, next);
        val_put(b, "next", val_end(next));
        if (m.state == MEETUP_OPEN) {
            /* the invitations have left already: the newcomer gets theirs tomorrow, unless the
             * conversation that made them join has asked the same meanwhile */
            rc = remind_invite_one(p->s, m.id, p->contact.id, p->now_ms + MS_DAY, p->now_ms);
        }
    }
    return rc;
}

enum rc act_leave(struct person *p, const struct val *args, struct val_builder *b) {
    struct series s;
    enum rc rc = find_series(p, act_text(p, args, "series"), &s);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "no such group") : rc;
    }
    val_put(b, "series", val_text(p->a, s.title));
    rc = series_leave(p->s->db, s.id, p->contact.id);
    return rc == NONE ? act_refuse(p, b, "not a member") : rc;
}

enum rc act_next_meetup(struct person *p, const struct val *args, struct val_builder *b) {
    struct series s = {0};
    struct str name = act_text(p, args, "series");
    if (name.n > 0 && series_by_name(p->s->db, name, p->a, &s) != OK) {
        return act_refuse(p, b, "no such group");
    }
    struct meetup m;
    enum rc rc = meetups_next(p->s->db, s.id, p->now_ms, p->a, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    facts_meetup(p, &m, b);
    return OK;
}

/* An offer that nobody takes goes to the next person. */
static enum rc arm_offer(struct service *s, int64_t meetup_id, const struct place_promoted *who,
                         int64_t now_ms) {
    char key[96], payload[64];
    snprintf(key, sizeof key, "meetup/%lld/promote/%lld", (long long)meetup_id,
             (long long)who->contact_id);
    snprintf(payload, sizeof payload, "{\"meetup\":%lld}", (long long)meetup_id);
    struct timer t = {.due_ms = who->until_ms,
                      .kind = STR("promote"),
                      .key = str_from(key),
                      .payload = str_from(payload)};
    return timers_arm(s->db, &t, now_ms);
}

enum rc act_tell_promoted(struct service *s, int64_t meetup_id,
                          const struct place_promoted *promoted, size_t n, int64_t now_ms) {
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        char data[160], key[96];
        snprintf(data, sizeof data, "{\"meetup\":%lld,\"offered\":%s}", (long long)meetup_id,
                 promoted[i].state == PLACE_OFFERED ? "true" : "false");
        snprintf(key, sizeof key, "freed/%lld/%lld/%lld", (long long)meetup_id,
                 (long long)promoted[i].contact_id, (long long)now_ms);
        struct inbox_row ev = {.contact_id = promoted[i].contact_id,
                               .kind = INBOX_EVENT,
                               .name = STR("place.freed"),
                               .data = str_from(data),
                               .priority = SAY_URGENT,
                               .ready_ms = hours_begin(s->config, now_ms),
                               .key = str_from(key)};
        int64_t id;
        rc = inbox_event(s->db, &ev, now_ms, &id);
        if (rc == E_CONFLICT) {
            rc = OK;
        }
        if (rc == OK && promoted[i].state == PLACE_OFFERED) {
            rc = arm_offer(s, meetup_id, &promoted[i], now_ms);
        }
    }
    return rc;
}

static const char *flow_state(enum place_state s) {
    switch (s) {
    case PLACE_YES:
    case PLACE_CAME:
        return "place";
    case PLACE_WAITING:
    case PLACE_OFFERED:
        return "attente";
    case PLACE_MAYBE:
        return "peut_etre";
    case PLACE_INVITED:
    case PLACE_NO:
    case PLACE_CANCELLED:
    case PLACE_ABSENT:
    case PLACE_EXCUSED:
        return "non";
    }
    return "non";
}

static bool answer_of(struct str s, enum place_answer *ret) {
    static const struct {
        const char *word;
        enum place_answer says;
    } WORDS[] = {{"yes", PLACE_SAYS_YES},     {"oui", PLACE_SAYS_YES},
                 {"true", PLACE_SAYS_YES},    {"no", PLACE_SAYS_NO},
                 {"non", PLACE_SAYS_NO},      {"false", PLACE_SAYS_NO},
                 {"maybe", PLACE_SAYS_MAYBE}, {"peut_etre", PLACE_SAYS_MAYBE}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_is(s, WORDS[i].word)) {
            *ret = WORDS[i].says;
            return true;
        }
    }
    return false;
}

/* Answered is answered: an invitation to the same meetup that waits for its turn is not said
 * any more. */
static void forget_invitation(struct person *p, int64_t meetup_id) {
    struct str stem = arena_printf(p->a, "invite/%lld/", (long long)meetup_id);
    struct pending *kept = ARENA_ARRAY(p->a, struct pending, p->session.pendings + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->session.pendings; i++) {
        if (!str_starts(p->session.pending[i].key, stem)) {
            kept[n++] = p->session.pending[i];
        }
    }
    p->session.pending = kept;
    p->session.pendings = n;
}

enum rc act_rsvp(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    enum place_answer says;
    if (!answer_of(text_fold(act_text(p, args, "answer"), p->a), &says)) {
        return act_refuse(p, b, "answer is not yes, no or maybe");
    }
    int64_t guests = 0;
    struct str g = act_text(p, args, "guests");
    if (g.n > 0 && (!str_to_i64(g, &guests) || guests < 0 || guests > PLACE_GUESTS_MAX)) {
        return act_refuse(p, b, "too many guests");
    }
    facts_meetup(p, &m, b);
    struct place_result r;
    rc = places_answer(p->s->db, m.id, p->contact.id, says, (int)guests,
                       act_text(p, args, "note"), p->a, p->now_ms, &r);
    if (rc != OK) {
        return rc == NONE || rc == E_STATE ? act_refuse(p, b, "it is over or cancelled") : rc;
    }
    forget_invitation(p, m.id);
    val_put(b, "state", val_textz(p->a, flow_state(r.state)));
    val_put(b, "rank", val_int(p->a, r.waiting));
    val_put(b, "places", val_int(p->a, r.free));
    return act_tell_promoted(p->s, m.id, r.promoted, r.promoteds, p->now_ms);
}

enum rc act_cancel_place(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    facts_meetup(p, &m, b);
    struct place_result r;
    rc = places_cancel(p->s->db, m.id, p->contact.id, p->a, p->now_ms, &r);
    if (rc != OK) {
        return rc == NONE || rc == E_STATE ? act_refuse(p, b, "no place to give back") : rc;
    }
    return act_tell_promoted(p->s, m.id, r.promoted, r.promoteds, p->now_ms);
}

enum rc act_too_far(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    struct str commune = p->contact.commune.n > 0 ? p->contact.commune : STR("?");
    rc = meetups_too_far(p->s->db, m.id, p->contact.id, commune);
    return rc < OK && rc != E_CONFLICT ? rc : OK;
}

enum rc act_attendance(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    struct str s = text_fold(act_text(p, args, "state"), p->a);
    enum place_state to = str_is(s, "present") || str_is(s, "yes") ? PLACE_CAME
                          : str_is(s, "excuse")                    ? PLACE_EXCUSED
                                                                   : PLACE_ABSENT;
    rc = places_attend(p->s->db, m.id, p->contact.id, to);
    return rc == NONE || rc == E_STATE ? act_refuse(p, b, "no place") : rc;
}

enum rc act_feedback(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    int64_t rating = 0;
    struct str r = act_text(p, args, "rating");
    if (r.n > 0 && (!str_to_i64(r, &rating) || rating < 0 || rating > 10)) {
        rating = 0;
    }
    rc = meetups_feedback(p->s->db, m.id, p->contact.id, (int)rating,
                          act_text(p, args, "words"));
    return rc == E_CONFLICT || rc == NONE || rc == E_STATE ? act_refuse(p, b, "given already")
                                                           : rc;
}

enum rc act_late(struct person *p, const struct val *args, struct val_builder *b) {
    struct meetup m;
    enum rc rc = find_meetup(p, args, &m);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing planned") : rc;
    }
    val_put(b, "title", val_text(p->a, m.title));
    rc = places_late(p->s->db, m.id, p->contact.id);
    return rc == NONE || rc == E_STATE ? act_refuse(p, b, "no place") : rc;
}
