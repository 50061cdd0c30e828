/* check_names.c - contact.X, with.X, results.X, org.X and answers of acts: do they exist? */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/acts_spec.h"
#include "bot/flow/check.h"
#include "bot/flow/events_spec.h"
#include "bot/flow/kind.h"
#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"

#include "base/text.h"

#define INPUT_MEMBERS "text intent sureness scope language value late"
/* Always part of a contact, whatever _champs.yaml says. */
#define CONTACT_MEMBERS "id name channel fields"
#define RESULT_MEMBERS "value category input"

struct names {
    const struct library *l;
    const struct program *p;
    struct flow_problems *problems;
    struct arena *a;
};

static bool has(struct str words, struct str name) {
    struct str w;
    while (str_next(&words, ' ', &w)) {
        if (str_eq_nocase(w, name)) {
            return true;
        }
    }
    return false;
}

static void append(struct names *n, struct str *words, struct str name) {
    *words =
        arena_printf(n->a, "%.*s%s%.*s", STR_ARG(*words), words->n ? " " : "", STR_ARG(name));
}

static struct str contact_members(struct names *n) {
    struct str all = STR(CONTACT_MEMBERS);
    for (size_t i = 0; i < n->l->standing.fields; i++) {
        append(n, &all, n->l->standing.field[i].name);
    }
    return all;
}

static struct str with_members(struct names *n) {
    struct str all = STR_EMPTY;
    for (size_t i = 0; i < n->p->params; i++) {
        append(n, &all, n->p->param[i].name);
    }
    for (size_t i = 0; i < n->p->event.n; i++) {
        const struct event_spec *e = event_spec_find(n->p->event.item[i]);
        if (e) {
            append(n, &all, str_from(e->with));
        }
    }
    return all;
}

static struct str result_members(struct names *n) {
    struct str all = STR_EMPTY;
    for (size_t i = 0; i < n->p->nodes; i++) {
        if (n->p->node[i]->named && n->p->node[i]->kind->asks) {
            append(n, &all, n->p->node[i]->id);
        }
    }
    return all;
}

static struct str org_members(struct names *n) {
    struct str all = STR_EMPTY;
    for (size_t i = 0; i < n->l->standing.org.n; i++) {
        append(n, &all, n->l->standing.org.item[i]);
    }
    return all;
}

/* What the answers of the acts kept under this name have; false when a flow's answer may be
 * there too. */
static bool as_members(struct names *n, struct str name, struct str *ret) {
    *ret = STR("ok why");
    bool found = false;
    for (size_t i = 0; i < n->p->ass; i++) {
        if (!str_eq_nocase(n->p->as[i].name, name)) {
            continue;
        }
        if (!n->p->as[i].act) {
            return false;
        }
        append(n, ret, str_from(n->p->as[i].act->results));
        found = true;
    }
    return found;
}

static int column_of(const struct program_expr *e, struct str name) {
    size_t at = str_find(e->source, name, 0);
    return e->column + (at == SIZE_MAX ? 0 : (int)text_length(str_sub(e->source, 0, at)));
}

static void unknown(struct names *n, const struct program_expr *e, struct str whole,
                    struct str member, struct str known, const char *hint) {
    struct str near = problems_nearest(member, arena_cstr(n->a, known));
    char *text =
        near.n    ? arena_cstr(n->a, arena_printf(n->a, "did you mean '%.*s'?", STR_ARG(near)))
        : known.n ? arena_cstr(n->a, arena_printf(n->a, "%s: %.*s", hint, STR_ARG(known)))
                  : arena_cstr(n->a, str_from(hint));
    problems_add(n->problems, n->p->file, e->line, column_of(e, whole), false, text,
                 "unknown name '%.*s'", STR_ARG(whole));
}

static void check_name(struct names *n, const struct program_expr *e, struct str whole) {
    struct str rest = whole, root, member = STR_EMPTY, deeper = STR_EMPTY, known;
    str_next(&rest, '.', &root);
    if (!str_next(&rest, '.', &member) || member.n == 0) {
        return;
    }
    str_next(&rest, '.', &deeper);
    if (str_eq_nocase(root, STR("contact")) || str_eq_nocase(root, STR("fields"))) {
        known = contact_members(n);
        if (n->l->standing.fields && !has(known, member)) {
            unknown(n, e, whole, member, known, "declare it in _champs.yaml; there are");
        }
    } else if (str_eq_nocase(root, STR("with"))) {
        known = with_members(n);
        if (!has(known, member)) {
            unknown(n, e, whole, member, known,
                    known.n ? "this flow is given" : "declare it with with:");
        }
    } else if (str_eq_nocase(root, STR("results"))) {
        known = result_members(n);
        if (!has(known, member)) {
            unknown(n, e, whole, member, known,
                    known.n ? "the questions with an id are" : "give the question an id:");
        } else if (deeper.n && !has(STR(RESULT_MEMBERS), deeper)) {
            unknown(n, e, whole, deeper, STR(RESULT_MEMBERS), "a result has");
        }
    } else if (str_eq_nocase(root, STR("org"))) {
        known = org_members(n);
        if (known.n && !has(known, member)) {
            unknown(n, e, whole, member, known, "the structure has");
        }
    } else if (str_eq_nocase(root, STR("input"))) {
        if (!has(STR(INPUT_MEMBERS), member)) {
            unknown(n, e, whole, member, STR(INPUT_MEMBERS), "a message has");
        }
    } else if (as_members(n, root, &known) && !has(known, member)) {
        unknown(n, e, whole, member, known, "this answer has");
    }
}

void check_names(const struct library *l, const struct program *p,
                 struct flow_problems *problems) {
    struct names n = {l, p, problems, problems->a};
    for (size_t i = 0; i < p->exprs; i++) {
        const struct str *name;
        size_t count = tmpl_names(p->expr[i].tmpl, problems->a, &name);
        for (size_t k = 0; k < count; k++) {
            check_name(&n, &p->expr[i], name[k]);
        }
    }
}
