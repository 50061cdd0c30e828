/* rapid_router.c - which way out of a node: the first test that matches, or chance. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

/* What a router decided. category empty: it could not. */
struct route {
    struct str category, match, operand;
    const struct val *extra;
};

static struct str as_text(struct rapid_act *act, const struct val *v) {
    struct expr_scope scope;
    if (v->type == VAL_ERROR || v->type == VAL_NULL) {
        return STR("");
    }
    rapid_eval_scope(act, &scope);
    return expr_text(v, &scope);
}

/* True when the test matches. A test that fails says so and does not. */
static bool try_case(struct rapid_act *act, const struct rapid_case *c,
                     const struct val *operand, struct route *ret) {
    struct rapid_session *s = act->s;
    struct rapid_languages l;
    struct str lang;
    struct expr_scope scope;
    rapid_i18n_usual(s, act->run, &l);
    const struct val *own =
        rapid_i18n_list(act->run->flow, &l, c->uuid, "arguments", NULL, &lang);
    const struct val **args = ARENA_ARRAY(s->a, const struct val *, c->arguments + 1);
    args[0] = operand;
    for (size_t i = 0; i < c->arguments; i++) {
        const struct val *mine = val_at_index(own, i);
        args[i + 1] =
            rapid_eval_value(act, val_is(mine, VAL_TEXT) ? mine->text : c->argument[i]);
    }
    rapid_eval_scope(act, &scope);
    const struct val *got = expr_call(&scope, c->type, args, c->arguments + 1);
    if (got->type == VAL_ERROR) {
        rapid_event_error(s, "", NULL, "Error calling test %.*s: %.*s", STR_ARG(c->type),
                          STR_ARG(got->error));
        return false;
    }
    const struct val *match = val_get(got, "match"), *extra = val_get(got, "extra");
    if (!expr_truth(got, &scope) || !match) {
        return false;
    }
    ret->category = c->category;
    ret->match = as_text(act, match);
    ret->extra = val_is(extra, VAL_MAP) ? extra : NULL;
    return true;
}

static void pick_switch(struct rapid_act *act, const struct rapid_router *r,
                        struct route *ret) {
    const struct val *operand = rapid_eval_value(act, r->operand);
    ret->operand = as_text(act, operand);
    for (size_t i = 0; i < r->n_cases; i++) {
        if (try_case(act, &r->cases[i], operand, ret)) {
            return;
        }
    }
    ret->category = r->default_category;
    ret->match = ret->operand;
}

/* A number in [0, 1) with sixteen decimals, and the category it falls on. */
static void pick_random(struct rapid_act *act, const struct rapid_router *r,
                        struct route *ret) {
    uint64_t *state = &act->s->random;
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    int64_t drawn = (int64_t)((*state >> 11) % 10000000000000000ULL), index = 0;
    struct dec draw = dec_from_i64(drawn), place = draw;
    draw.exp -= 16;
    if (dec_mul(draw, dec_from_i64((int64_t)r->categories), &place) != OK ||
        dec_to_i64(dec_round(place, 0, DEC_DOWN), &index) != OK) {
        index = 0;
    }
    ret->operand = dec_text(draw, act->s->a);
    ret->match = arena_printf(act->s->a, "%lld", (long long)index);
    ret->category = r->category[index].uuid;
}

static const struct rapid_category *category_of(const struct rapid_router *r, struct str uuid) {
    for (size_t i = 0; uuid.n && i < r->categories; i++) {
        if (str_eq(r->category[i].uuid, uuid)) {
            return &r->category[i];
        }
    }
    return NULL;
}

static const struct rapid_exit *exit_of(const struct rapid_node *n, struct str uuid) {
    for (size_t i = 0; i < n->exits; i++) {
        if (str_eq(n->exit[i].uuid, uuid)) {
            return &n->exit[i];
        }
    }
    return NULL;
}

static void save(struct rapid_act *act, const struct rapid_router *r,
                 const struct rapid_category *c, const struct route *route) {
    struct rapid_languages l;
    struct str lang, localized;
    rapid_i18n_usual(act->s, act->run, &l);
    localized = rapid_i18n_text(act->run->flow, &l, c->uuid, "name", STR(""), &lang);
    rapid_result_save(act, r->result_name, route->match, c->name, localized, route->operand,
                      route->extra);
}

const struct rapid_exit *rapid_router_pick(struct rapid_act *act, bool timed_out) {
    const struct rapid_router *r = act->node->router;
    struct route route = {.extra = NULL};
    if (!r) {
        return act->node->exits ? &act->node->exit[0] : NULL;
    }
    if (timed_out) {
        route.category = r->wait.timeout_category;
    } else if (r->random) {
        pick_random(act, r, &route);
    } else {
        pick_switch(act, r, &route);
    }
    const struct rapid_category *c = category_of(r, route.category);
    if (!c) {
        rapid_event_failure(act->s, act->run, "Router failed to pick a category");
        return NULL;
    }
    if (r->result_name.n) {
        save(act, r, c, &route);
    }
    return exit_of(act->node, c->exit);
}
