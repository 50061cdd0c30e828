/* acts_follow.c - acts on follow-ups and broadcasts: what became of the person, who is
 * interested. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/broadcasts.h"
#include "db/followups.h"
#include "jobs/acts.h"

/* An answer that was given, as a view with p set even when it is empty; absent ones keep p
 * NULL. */
static struct str member(struct person *p, const struct val *args, const char *name) {
    if (!act_given(args, name)) {
        return STR_EMPTY;
    }
    struct str s = act_text(p, args, name);
    return s.p ? s : STR("");
}

enum rc act_wave_answer(struct person *p, const struct val *args, struct val_builder *b) {
    int64_t id = person_about(p, "wave");
    struct wave w;
    enum rc rc = id ? followups_wave(p->s->db, id, p->a, &w)
                    : followups_open(p->s->db, p->contact.id, p->a, &w);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "no follow-up under way") : rc;
    }
    struct str done = act_text(p, args, "done");
    struct wave_answer answer = {.situation = member(p, args, "situation"),
                                 .success = member(p, args, "success"),
                                 .difficulty = member(p, args, "difficulty"),
                                 .need = member(p, args, "need"),
                                 .done = str_is(done, "yes") || str_is(done, "true") ||
                                         str_is(done, "oui")};
    if (str_is(done, "refused")) {
        rc = followups_move(p->s->db, w.id, WAVE_REFUSED, p->now_ms);
    } else {
        rc = followups_answer(p->s->db, w.id, &answer, p->now_ms);
    }
    return rc == E_STATE ? act_refuse(p, b, "this follow-up is over") : rc;
}

enum rc act_interested(struct person *p, const struct val *args, struct val_builder *b) {
    int64_t id = person_about(p, "broadcast");
    enum rc rc = OK;
    if (!id) {
        rc = broadcasts_latest(p->s->db, p->contact.id, p->now_ms, &id);
    }
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "no open announcement") : rc;
    }
    int64_t rank = 0;
    rc = broadcasts_answer(p->s->db, id, p->contact.id, act_text(p, args, "answer"), p->now_ms,
                           &rank);
    if (rc == NONE || rc == E_STATE) {
        return act_refuse(p, b, "the answers are closed");
    }
    val_put(b, "rank", val_int(p->a, rank));
    p->changes |= CHANGE_OUTBOUND;
    return rc;
}
