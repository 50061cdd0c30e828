/* acts_voice.c - acts by which people decide on what is offered: ideas, and votes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "db/ballots.h"
#include "db/ideas.h"
#include "jobs/acts.h"
#include "jobs/facts.h"

enum rc act_propose(struct person *p, const struct val *args, struct val_builder *b) {
    int64_t id;
    enum rc rc = ideas_put(p->s->db, p->contact.id, act_text(p, args, "words"), p->now_ms, &id);
    if (rc == E_INVALID) {
        return act_refuse(p, b, "no words");
    }
    val_put(b, "idea", val_int(p->a, id));
    p->changes |= CHANGE_CASES;
    return rc;
}

/* The ballot given, else that of the conversation, else the person's open one. */
static enum rc find_ballot(struct person *p, const struct val *args, struct ballot *ret) {
    int64_t id = 0;
    if (!str_to_i64(act_text(p, args, "ballot"), &id)) {
        id = person_about(p, "ballot");
    }
    enum rc rc = id ? OK : ballots_for(p->s->db, p->contact.id, p->now_ms, &id);
    return rc == OK ? ballots_get(p->s->db, id, p->a, ret) : rc;
}

enum rc act_ballot(struct person *p, const struct val *args, struct val_builder *b) {
    struct ballot ballot;
    enum rc rc = find_ballot(p, args, &ballot);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing to vote on") : rc;
    }
    facts_ballot(p, &ballot, b);
    bool open = ballot.state == BALLOT_OPEN && ballot.closes_ms > p->now_ms;
    return open ? OK : act_refuse(p, b, "closed");
}

/* The option by its text (what the question gave) or by its number; 0 = neither. */
static int rank_of(const struct ballot *ballot, struct str choice, struct arena *a) {
    int64_t n;
    struct str folded = text_fold(choice, a);
    for (int i = 0; i < ballot->options; i++) {
        if (str_eq(text_fold(ballot->option[i].text, a), folded)) {
            return i + 1;
        }
    }
    return str_to_i64(choice, &n) && n >= 1 && n <= ballot->options ? (int)n : 0;
}

enum rc act_vote(struct person *p, const struct val *args, struct val_builder *b) {
    struct ballot ballot;
    enum rc rc = find_ballot(p, args, &ballot);
    if (rc != OK) {
        return rc == NONE ? act_refuse(p, b, "nothing to vote on") : rc;
    }
    int before, rank = rank_of(&ballot, act_text(p, args, "choice"), p->a);
    rc = ballots_vote(p->s->db, ballot.id, p->contact.id, rank, p->now_ms, &before);
    if (rc == E_STATE || rc == E_INVALID) {
        return act_refuse(p, b, rc == E_STATE ? "closed" : "no such option");
    }
    val_put(b, "title", val_text(p->a, ballot.title));
    if (rc == OK) {
        val_put(b, "choice", val_text(p->a, ballot.option[rank - 1].text));
        val_put(b, "changed", val_bool(before != 0 && before != rank));
        facts_until(p, ballot.closes_ms, b);
    }
    p->changes |= CHANGE_OUTBOUND;
    return rc;
}
