/* rapid_front.c - a file of brought flows as programs of our library. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_front.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "bot/flow/front_yaml.h"
#include "bot/flow/problems.h"
#include "bot/flow/program.h"
#include "bot/rapid/rapid_priv.h"
#include "bot/rapid/rapid_set.h"
#include "bot/rapid/rapid_step.h"

#define ID_CHARS 8      /* of a node's uuid, when they tell it from the others */
#define WORDS_CHARS 60  /* of a text shown in lists */
#define SUMMARY_MAX 400 /* bytes */

static bool owns(struct str text) {
    text = str_trim(text);
    return text.n > 0 && text.p[0] == '{';
}

/* --- nodes, as lists and pictures show them --- */

static struct str id_of(const struct rapid_flow *f, size_t at) {
    struct str uuid = f->node[at].uuid, cut = str_sub(uuid, 0, ID_CHARS);
    for (size_t i = 0; i < f->nodes; i++) {
        if (i != at && str_eq(str_sub(f->node[i].uuid, 0, ID_CHARS), cut)) {
            return uuid;
        }
    }
    return cut;
}

static struct str action_line(const struct rapid_action *act, struct arena *a) {
    static const char *const TELLING[] = {"text", "value", "name", "note", "subject", "url"};
    struct str s = val_get_text(val_get(act->def, "flow"), "name", STR_EMPTY),
               field = val_get_text(val_get(act->def, "field"), "key", STR_EMPTY);
    for (size_t i = 0; i < sizeof TELLING / sizeof *TELLING && s.n == 0; i++) {
        s = val_get_text(act->def, TELLING[i], STR_EMPTY);
    }
    const struct val *group = val_at_index(val_get(act->def, "groups"), 0);
    s = s.n ? s : val_get_text(group, "name", STR_EMPTY);
    return arena_printf(a, "%s%s%.*s \"%.*s\"", act->kind->type, field.n ? " " : "",
                        STR_ARG(field), STR_ARG(text_cut(s, WORDS_CHARS)));
}

static struct str summary_of(const struct rapid_node *n, struct arena *a) {
    struct str s = STR_EMPTY;
    for (size_t i = 0; i < n->actions && s.n < SUMMARY_MAX; i++) {
        struct str line = action_line(&n->action[i], a);
        s = arena_printf(a, "%.*s%s%.*s", STR_ARG(s), s.n ? "; " : "", STR_ARG(line));
    }
    const struct rapid_router *r = n->router;
    const char *way = !r ? "" : r->wait.type.n ? "wait" : r->random ? "random" : "split";
    return !r ? s
              : arena_printf(a, "%.*s%s%s %.*s", STR_ARG(s), s.n ? "; " : "", way,
                             STR_ARG(text_cut(r->operand, WORDS_CHARS)));
}

static int index_of(const struct rapid_flow *f, struct str uuid) {
    for (size_t i = 0; i < f->nodes && uuid.n; i++) {
        if (str_eq(f->node[i].uuid, uuid)) {
            return (int)i;
        }
    }
    return NODE_END;
}

/* The names of the categories that leave by this exit. */
static struct str label_of(const struct rapid_router *r, struct str exit, struct arena *a) {
    struct str s = STR_EMPTY;
    for (size_t i = 0; r && i < r->categories; i++) {
        if (str_eq(r->category[i].exit, exit)) {
            s = arena_printf(a, "%.*s%s%.*s", STR_ARG(s), s.n ? ", " : "",
                             STR_ARG(r->category[i].name));
        }
    }
    return s;
}

static const struct node *node_of(const struct rapid_set *set, const struct rapid_flow *f,
                                  size_t at, struct arena *a) {
    const struct rapid_node *from = &f->node[at];
    struct node *n = ARENA_NEW(a, struct node);
    struct rapid_place *place = ARENA_NEW(a, struct rapid_place);
    *place = (struct rapid_place){set, f, from};
    *n = (struct node){.kind = &RAPID_STEP,
                       .index = (int)at,
                       .id = id_of(f, at),
                       .named = true,
                       .line = 1,
                       .column = 1,
                       .exit = ARENA_ARRAY(a, struct node_exit, from->exits),
                       .exits = from->exits,
                       .data = place,
                       .summary = summary_of(from, a)};
    for (size_t i = 0; i < from->exits; i++) {
        n->exit[i] = (struct node_exit){label_of(from->router, from->exit[i].uuid, a),
                                        index_of(f, from->exit[i].destination), true};
    }
    return n;
}

/* --- the head of a program --- */

static bool no_root(void *ctx, struct str name) {
    (void)ctx, (void)name;
    return false;
}

static struct texts title_of(struct str title, struct str lang, struct arena *a) {
    struct text_form *form = ARENA_NEW(a, struct text_form);
    struct err err = {0};
    *form = (struct text_form){.lang = lang, .source = title, .line = 1, .column = 1};
    if (tmpl_compile(title, no_root, NULL, a, &form->plain, &err) != OK) {
        return (struct texts){NULL, 0};
    }
    form->formal = form->plain;
    return (struct texts){form, 1};
}

static void put_words(struct program *p, const struct rapid_set_flow *f, struct arena *a) {
    struct str *word = ARENA_ARRAY(a, struct str, f->keywords),
               *first = ARENA_ARRAY(a, struct str, f->keywords);
    size_t n = 0, firsts = 0;
    for (size_t i = 0; i < f->keywords; i++) {
        struct str folded = library_fold(f->keyword[i], a);
        if (folded.n) {
            word[n++] = folded;
        }
        if (folded.n && f->opening[i]) {
            first[firsts++] = folded;
        }
    }
    p->keyword = (struct words){word, n};
    p->opening = (struct words){first, firsts};
}

static struct words first_message(struct arena *a) {
    struct str *word = ARENA_ARRAY(a, struct str, 1);
    word[0] = STR("first_message");
    return (struct words){word, 1};
}

static struct program *program_of(const struct rapid_set *set, const struct rapid_set_flow *f,
                                  const struct library_source *src, struct str hash,
                                  struct arena *a) {
    struct program *p = ARENA_NEW(a, struct program);
    const struct rapid_flow *from = f->flow;
    const struct node **node = ARENA_ARRAY(a, const struct node *, from->nodes);
    struct str lang = rapid_language_short(from->language);
    lang = lang.n == 2 ? lang : STR("fr"); /* "und", "base": the author's own */
    for (size_t i = 0; i < from->nodes; i++) {
        node[i] = node_of(set, from, i, a);
    }
    *p = (struct program){.name = f->name,
                          .hash = hash,
                          .file = src->file,
                          .source = src->text,
                          .title = title_of(from->name, lang, a),
                          .language = lang,
                          .about = STR("nothing"),
                          .asks = f->asks,
                          .priority = -1,
                          .advisor = true,
                          .anything = f->anything,
                          .open = true,
                          .node = node,
                          .nodes = from->nodes,
                          .entry = from->nodes ? 0 : NODE_END,
                          .line = 1,
                          .column = 1,
                          .starts_line = 1,
                          .starts_column = 1};
    put_words(p, f, a);
    if (f->first_message) {
        p->event = first_message(a);
    }
    return p;
}

static void tell(const struct library_source *src, const struct rapid_problem *p,
                 struct flow_problems *problems) {
    struct str node = p->node.n ? arena_printf(problems->a, ", node %.*s", STR_ARG(p->node))
                                : STR_EMPTY,
               action = p->action.n ? arena_printf(problems->a, ", %.*s", STR_ARG(p->action))
                                    : STR_EMPTY;
    problems_add(problems, src->file, 1, 1, p->warning, NULL, "%.*s%.*s%.*s: %.*s",
                 STR_ARG(p->flow), STR_ARG(node), STR_ARG(action), STR_ARG(p->text));
}

static void read_set(const struct library_source *src, struct arena *a,
                     struct flow_front_set *ret, struct flow_problems *problems) {
    struct rapid_set *set = ARENA_NEW(a, struct rapid_set);
    const struct val *json = NULL;
    struct err err = {0};
    enum rc rc = json_parse(src->text, a, &json, &err);
    rc = rc == OK ? rapid_set_read(json, a, set, &err) : rc;
    *ret = (struct flow_front_set){NULL, 0, NULL, 0};
    if (rc != OK) {
        problems_add(problems, src->file, err.line ? err.line : 1, err.column ? err.column : 1,
                     false, err.hint[0] ? err.hint : NULL, "%s", err.text);
        return;
    }
    struct program **list = ARENA_ARRAY(a, struct program *, set->flows);
    struct str hash = front_yaml_hash(src->text, a);
    for (size_t i = 0; i < set->program->problems; i++) {
        tell(src, &set->program->problem[i], problems);
    }
    for (size_t i = 0; i < set->flows; i++) {
        list[i] = program_of(set, &set->flow[i], src, hash, a);
    }
    *ret = (struct flow_front_set){list, set->flows, set->field, set->fields};
}

const struct flow_front RAPID_FRONT = {.suffix = ".json", .owns = owns, .read = read_set};
