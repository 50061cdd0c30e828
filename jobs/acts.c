/* acts.c - the table of domain actions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/acts.h"

#include "base/dec.h"
#include "base/log.h"

static const struct {
    const char *name;
    act_fn *fn;
} TABLE[] = {
    {"opt_out", act_opt_out},
    {"opt_in", act_opt_in},
    {"wrong_number", act_wrong_number},
    {"set_language", act_set_language},
    {"locate", act_locate},
    {"eligibility", act_eligibility},
    {"enrol", act_enrol},
    {"tag", act_tag},
    {"untag", act_untag},
    {"note", act_note},
    {"start_flow", act_start_flow},
    {"join", act_join},
    {"leave", act_leave},
    {"next_meetup", act_next_meetup},
    {"rsvp", act_rsvp},
    {"cancel_place", act_cancel_place},
    {"too_far", act_too_far},
    {"attendance", act_attendance},
    {"feedback", act_feedback},
    {"late", act_late},
    {"wave_answer", act_wave_answer},
    {"interested", act_interested},
    {"propose", act_propose},
    {"ballot", act_ballot},
    {"vote", act_vote},
};

enum rc act_refuse(struct person *p, struct val_builder *b, const char *why) {
    val_put(b, "ok", &VAL_FALSE);
    val_put(b, "why", val_textz(p->a, why));
    return OK;
}

struct str act_text(struct person *p, const struct val *args, const char *name) {
    const struct val *v = args ? val_get(args, name) : NULL;
    if (val_is(v, VAL_TEXT)) {
        return str_trim(v->text);
    }
    if (val_is(v, VAL_NUMBER)) {
        return dec_text(v->num, p->a);
    }
    if (val_is(v, VAL_BOOL)) {
        return v->b ? STR("yes") : STR("no");
    }
    if (val_is(v, VAL_DATE)) {
        return date_iso(v->date, p->a);
    }
    return STR_EMPTY;
}

bool act_given(const struct val *args, const char *name) {
    const struct val *v = args ? val_get(args, name) : NULL;
    return v && v->type != VAL_NULL;
}

enum rc acts_do(struct person *p, struct str name, const struct val *args,
                const struct val **ret, struct err *err) {
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        if (!str_is(name, TABLE[i].name)) {
            continue;
        }
        struct val_builder *b = val_map_begin(p->a);
        val_put(b, "ok", &VAL_TRUE);
        val_put(b, "why", val_textz(p->a, ""));
        enum rc rc = TABLE[i].fn(p, args, b);
        *ret = val_end(b);
        log_event(LOG_LVL_DEBUG, "act", "name=%s contact=%lld rc=%s", TABLE[i].name,
                  (long long)p->contact.id, rc_name(rc));
        return rc < OK ? err_set(err, rc, "act %s: the database refused", TABLE[i].name) : OK;
    }
    /* the checker refuses unknown names; a flow of an older version may still hold one */
    struct val_builder *b = val_map_begin(p->a);
    enum rc rc = act_refuse(p, b, "unknown act");
    *ret = val_end(b);
    return rc;
}
