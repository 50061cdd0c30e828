/* rapid_yaml.c - writes a brought flow as the YAML that people here read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/expr/sink.h"
#include "base/buf.h"
#include "bot/rapid/rapid_priv.h"
#include "bot/rapid/rapid_yaml_words.h"

#define LOSSES_MAX 500
#define RESULTS_MAX 200

struct writer {
    const struct rapid_program *p;
    const struct rapid_flow *f;
    struct arena *a;
    struct buf out;
    struct str loss[LOSSES_MAX];
    size_t losses;
    bool *merged;      /* nodes that became the question of the node before them */
    struct str *label; /* of each node */
    bool labelled;     /* the label of the node being written stands already */
    struct rapid_yaml_words words;
    bool gives_back;  /* another flow enters this one: its ends hand the results over */
    bool reads_child; /* and this one reads what it is given */
};

/* What cannot be said: as a comment where it stood, and for the caller. */
static void PRINTF_LIKE(2, 3) lose(struct writer *w, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    struct str s = arena_vprintf(w->a, fmt, ap);
    va_end(ap);
    buf_puts(&w->out, "  # not carried over: ");
    for (size_t i = 0; i < s.n; i++) {
        buf_putc(&w->out, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
    }
    buf_putc(&w->out, '\n');
    if (w->losses < LOSSES_MAX) {
        w->loss[w->losses++] = s;
    }
}

/* --- words --- */

static void put_quoted(struct writer *w, struct str s) {
    buf_putc(&w->out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') {
            buf_putc(&w->out, '\\');
            buf_putc(&w->out, c);
        } else if (c == '\n') {
            buf_puts(&w->out, "\\n");
        } else if ((unsigned char)c < 0x20) {
            buf_printf(&w->out, "\\x%02x", (unsigned char)c);
        } else {
            buf_putc(&w->out, c);
        }
    }
    buf_putc(&w->out, '"');
}

/* What is not here is told once a flow. */
static void tell_foreign(struct writer *w, struct str root) {
    struct str words = arena_printf(w->a, "expressions that read @%.*s", STR_ARG(root));
    for (size_t i = 0; i < w->losses; i++) {
        if (str_eq(w->loss[i], words)) {
            return;
        }
    }
    if (w->losses < LOSSES_MAX) {
        w->loss[w->losses++] = words;
    }
}

static void put_template(struct writer *w, struct str s) {
    struct str here, foreign;
    if (!rapid_yaml_text(&w->words, s, &here, &foreign)) {
        tell_foreign(w, foreign);
    }
    put_quoted(w, here);
}

static const char *short_language(struct str lang) {
    static const char *const PAIRS[][2] = {
        {"fra", "fr"}, {"fre", "fr"}, {"eng", "en"}, {"und", "fr"}, {"base", "fr"}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        if (str_is(lang, PAIRS[i][0])) {
            return PAIRS[i][1];
        }
    }
    return NULL;
}

/* {fr: "...", en: "..."} of the text of an action. */
static void put_texts(struct writer *w, const struct rapid_action *act) {
    const struct val *all = w->f->localization;
    const char *own = short_language(w->f->language), *done = own ? own : "fr";
    buf_printf(&w->out, "{%s: ", done);
    put_template(w, val_get_text(act->def, "text", STR("")));
    for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
        const struct val *list = val_get(val_get_str(all->map.pair[i].val, act->uuid), "text");
        const struct val *first = val_at_index(list, 0);
        const char *lang = short_language(all->map.pair[i].key);
        if (val_is(first, VAL_TEXT) && first->text.n && lang && strcmp(lang, done) != 0) {
            buf_printf(&w->out, ", %s: ", lang);
            put_template(w, first->text);
        }
    }
    buf_puts(&w->out, "}");
}

/* --- steps --- */

/* A label that the step which follows will carry: an empty `set` would say nothing, so the
 * step itself does. */
static void begin_step(struct writer *w, size_t node, const char *key) {
    buf_puts(&w->out, "  - ");
    if (!w->labelled) {
        buf_printf(&w->out, "id: %.*s\n    ", STR_ARG(w->label[node]));
        w->labelled = true;
    }
    buf_printf(&w->out, "%s: ", key);
}

static void put_set(struct writer *w, size_t node, struct str key, struct str value) {
    begin_step(w, node, "set");
    buf_printf(&w->out, "{%.*s: ", STR_ARG(key));
    put_template(w, value);
    buf_puts(&w->out, "}\n");
}

static void put_tag(struct writer *w, size_t node, const struct rapid_action *act,
                    const char *name) {
    const struct val *groups = val_get(act->def, "groups");
    for (size_t i = 0; val_is(groups, VAL_LIST) && i < groups->list.n; i++) {
        struct str group = val_get_text(groups->list.item[i], "name", STR(""));
        begin_step(w, node, "act");
        buf_printf(&w->out, "%s\n    with: {tag: ", name);
        put_template(w, group.n ? group
                                : val_get_text(groups->list.item[i], "name_match", STR("")));
        buf_puts(&w->out, "}\n");
    }
}

static void put_action(struct writer *w, size_t node, const struct rapid_action *act) {
    const struct val *d = act->def;
    const char *type = act->kind->type;
    if (strcmp(type, "send_msg") == 0) {
        const struct val *files = val_get(d, "attachments");
        begin_step(w, node, "say");
        put_texts(w, act);
        buf_puts(&w->out, "\n");
        if (val_is(files, VAL_LIST) && files->list.n) {
            lose(w, "the files of a message (%.*s)", STR_ARG(act->uuid));
        }
    } else if (strcmp(type, "set_run_result") == 0) {
        put_set(w, node, rapid_yaml_key(val_get_text(d, "name", STR("")), w->a),
                val_get_text(d, "value", STR("")));
    } else if (strcmp(type, "set_contact_field") == 0) {
        struct str key = val_get_text(val_get(d, "field"), "key", STR("")), here, foreign;
        key = arena_printf(w->a, "@fields.%.*s", STR_ARG(key));
        rapid_yaml_text(&w->words, key, &here, &foreign);
        put_set(w, node, str_sub(here, 1, here.n), val_get_text(d, "value", STR("")));
    } else if (strcmp(type, "set_contact_name") == 0) {
        put_set(w, node, STR("contact.first_name"), val_get_text(d, "name", STR("")));
    } else if (strcmp(type, "add_contact_groups") == 0) {
        put_tag(w, node, act, "tag");
    } else if (strcmp(type, "remove_contact_groups") == 0 &&
               !val_get_bool(d, "all_groups", false)) {
        put_tag(w, node, act, "untag");
    } else if (strcmp(type, "open_ticket") == 0) {
        struct str note = val_get_text(d, "note", STR(""));
        begin_step(w, node, "hand");
        put_template(w, note.n ? note : w->f->name);
        buf_puts(&w->out, "\n");
    } else if (strcmp(type, "enter_flow") == 0) {
        const struct val *ref = val_get(d, "flow");
        const struct rapid_flow *f = rapid_flow_find(w->p, val_get_text(ref, "uuid", STR("")));
        struct str name =
            rapid_yaml_key(f ? f->name : val_get_text(ref, "name", STR("")), w->a);
        begin_step(w, node, "call");
        buf_printf(&w->out, "%.*s\n%s", STR_ARG(name), w->reads_child ? "    as: child\n" : "");
    } else {
        lose(w, "action %s (%.*s)", type, STR_ARG(act->uuid));
    }
}

/* --- routers --- */

static size_t index_of(const struct writer *w, struct str uuid) {
    for (size_t i = 0; i < w->f->nodes; i++) {
        if (str_eq(w->f->node[i].uuid, uuid)) {
            return i;
        }
    }
    return SIZE_MAX;
}

static struct str end_of(const struct writer *w) {
    return w->gives_back ? STR("fin") : STR("end");
}

static struct str target(const struct writer *w, const struct rapid_node *n, struct str exit) {
    for (size_t i = 0; i < n->exits; i++) {
        if (str_eq(n->exit[i].uuid, exit)) {
            size_t to = index_of(w, n->exit[i].destination);
            return to == SIZE_MAX ? end_of(w) : w->label[to];
        }
    }
    return end_of(w);
}

static struct str exit_of(const struct rapid_router *r, struct str category) {
    for (size_t i = 0; i < r->categories; i++) {
        if (str_eq(r->category[i].uuid, category)) {
            return r->category[i].exit;
        }
    }
    return STR("");
}

/* The operand as a bare expression: "@input.text" of a question is its reply. False: it reads
 * what is not here. */
static bool bare(struct writer *w, struct str operand, struct str asked, struct str *ret) {
    struct str s, foreign;
    bool reply = str_is(operand, "@input.text") || str_is(operand, "@input");
    if (reply && asked.n) {
        *ret = arena_printf(w->a, "results.%.*s.input", STR_ARG(asked));
        return true;
    }
    bool ok = rapid_yaml_text(&w->words, operand, &s, &foreign);
    *ret = str_starts(s, STR("@(")) && s.p[s.n - 1] == ')' ? str_sub(s, 2, s.n - 3)
           : str_starts(s, STR("@"))                       ? str_sub(s, 1, s.n)
                                                           : STR("\"\"");
    return ok;
}

/* One argument of a test: a text in quotes, an expression as it is. */
static bool put_argument(struct sink *out, struct writer *w, struct str s) {
    struct str value;
    bool ok = true;
    sink_puts(out, ", ");
    if (str_find_char(s, '@', 0) == SIZE_MAX) {
        sink_quoted(out, s);
    } else {
        ok = bare(w, s, STR(""), &value);
        sink_add(out, value);
    }
    return ok;
}

/* Never true when it reads what is not here: the default way is then taken. */
static void put_test(struct writer *w, struct str operand, bool ok,
                     const struct rapid_case *c) {
    struct sink test;
    sink_init(&test, w->a);
    sink_add(&test, arena_printf(w->a, "%.*s(%.*s", STR_ARG(c->type), STR_ARG(operand)));
    for (size_t k = 0; k < c->arguments; k++) {
        ok = put_argument(&test, w, c->argument[k]) && ok;
    }
    sink_puts(&test, ")");
    if (!ok) {
        lose(w, "the test %.*s", STR_ARG(sink_view(&test)));
    }
    buf_puts(&w->out, "      - when: ");
    put_quoted(w, ok ? sink_view(&test) : STR("false"));
}

static void put_switch(struct writer *w, size_t node, const struct rapid_node *n,
                       struct str asked) {
    const struct rapid_router *r = n->router;
    struct str operand;
    bool ok = bare(w, r->operand, asked, &operand);
    struct str otherwise = target(w, n, exit_of(r, r->default_category));
    if (r->n_cases == 0) {
        begin_step(w, node, "go");
        buf_printf(&w->out, "%.*s\n", STR_ARG(otherwise));
        return;
    }
    begin_step(w, node, "choose");
    w->out.n--; /* no space at the end of a line */
    buf_puts(&w->out, "\n");
    for (size_t i = 0; i < r->n_cases; i++) {
        const struct rapid_case *c = &r->cases[i];
        struct str to = target(w, n, exit_of(r, c->category));
        put_test(w, operand, ok, c);
        buf_printf(&w->out, "\n        do:\n          - go: %.*s\n", STR_ARG(to));
    }
    buf_printf(&w->out, "    else:\n      - go: %.*s\n", STR_ARG(otherwise));
}

/* The id of the question of a node that waits. */
static struct str asked_name(const struct writer *w, const struct rapid_node *n) {
    return w->words.asked[n - w->f->node];
}

/* question: the message that asks, NULL when there is none beside it. */
static void put_wait(struct writer *w, size_t node, const struct rapid_node *n,
                     const struct rapid_action *question) {
    const struct rapid_wait *wait = &n->router->wait;
    struct str asked = asked_name(w, n);
    if (!w->labelled && !str_eq(asked, w->label[node])) {
        /* the question's own id is its result, so the node's label goes before */
        begin_step(w, node, "set");
        buf_puts(&w->out, "{etape: \"\"}\n");
    }
    w->labelled = true;
    buf_puts(&w->out, "  - ask: ");
    if (question) {
        put_texts(w, question);
    } else {
        buf_puts(&w->out, "\"?\"");
    }
    buf_printf(&w->out, "\n    id: %.*s\n    kind: free\n    then: skip\n", STR_ARG(asked));
    buf_puts(&w->out, question ? "" : "    silent: yes\n");
    struct str saved = w->words.saved[n - w->f->node];
    if (saved.n) {
        buf_printf(&w->out, "    save: %.*s\n", STR_ARG(saved));
    }
    if (wait->timeout_seconds) {
        struct str to = target(w, n, exit_of(n->router, wait->timeout_category));
        buf_printf(&w->out, "    timeout: {after: %lld min, go: %.*s}\n",
                   (long long)((wait->timeout_seconds + 59) / 60), STR_ARG(to));
    }
    put_switch(w, node, n, asked);
}

/* --- nodes --- */

static bool is_question(const struct rapid_action *a) {
    return strcmp(a->kind->type, "send_msg") == 0;
}

/* The waiting node that this one only leads to, when its last message is the question. */
static const struct rapid_node *next_wait(const struct writer *w, const struct rapid_node *n) {
    size_t to = n->exits == 1 ? index_of(w, n->exit[0].destination) : SIZE_MAX, from = 0;
    if (n->router || to == SIZE_MAX || n->actions == 0 ||
        !is_question(&n->action[n->actions - 1])) {
        return NULL;
    }
    const struct rapid_node *wait = &w->f->node[to];
    for (size_t i = 0; i < w->f->nodes; i++) {
        for (size_t k = 0; k < w->f->node[i].exits; k++) {
            from += str_eq(w->f->node[i].exit[k].destination, wait->uuid);
        }
    }
    bool waits = wait->router && str_is(wait->router->wait.type, "msg");
    return waits && wait->actions == 0 && from == 1 && to > 0 ? wait : NULL;
}

/* The last message before a wait is what is asked; SIZE_MAX when there is none. */
static size_t question_of(const struct writer *w, const struct rapid_node *n) {
    bool waits = n->router && str_is(n->router->wait.type, "msg");
    if (!waits && !next_wait(w, n)) {
        return SIZE_MAX;
    }
    for (size_t k = n->actions; k-- > 0;) {
        if (is_question(&n->action[k])) {
            return k;
        }
    }
    return SIZE_MAX;
}

/* Back from another conversation: here it always comes back complete. */
static bool put_return(struct writer *w, size_t i, const struct rapid_node *n) {
    bool child = n->router && (str_is(n->router->operand, "@child.status") ||
                               str_is(n->router->operand, "@child.run.status"));
    for (size_t k = 0; child && k < n->router->n_cases; k++) {
        const struct rapid_case *c = &n->router->cases[k];
        if (c->arguments && str_is(c->argument[0], "completed")) {
            lose(w, "what follows when the conversation called before expires");
            begin_step(w, i, "go");
            struct str to = target(w, n, exit_of(n->router, c->category));
            buf_printf(&w->out, "%.*s\n", STR_ARG(to));
            return true;
        }
    }
    return false;
}

static void put_way_out(struct writer *w, size_t i, const struct rapid_node *n) {
    if (put_return(w, i, n)) {
        return;
    }
    if (n->router && !n->router->random) {
        put_switch(w, i, n, STR(""));
        return;
    }
    struct str exit = n->exits ? n->exit[0].uuid : STR("");
    if (n->router) {
        lose(w, "a choice by chance (node %.*s): the first way is taken", STR_ARG(n->uuid));
        exit = n->router->category[0].exit;
    }
    begin_step(w, i, "go");
    buf_printf(&w->out, "%.*s\n", STR_ARG(target(w, n, exit)));
}

static void put_node(struct writer *w, size_t i) {
    const struct rapid_node *n = &w->f->node[i], *next = next_wait(w, n);
    bool waits = n->router && n->router->wait.type.n;
    size_t question = question_of(w, n);
    w->labelled = false;
    for (size_t k = 0; k < n->actions; k++) {
        if (k != question) {
            put_action(w, i, &n->action[k]);
        }
    }
    if (waits && str_is(n->router->wait.type, "dial")) {
        lose(w, "a telephone call (node %.*s)", STR_ARG(n->uuid));
        begin_step(w, i, "go");
        struct str other = target(w, n, exit_of(n->router, n->router->default_category));
        buf_printf(&w->out, "%.*s\n", STR_ARG(other));
    } else if (waits || next) {
        const struct rapid_action *ask = question == SIZE_MAX ? NULL : &n->action[question];
        put_wait(w, i, waits ? n : next, ask);
    } else {
        put_way_out(w, i, n);
    }
}

/* A node that begins with its question is called like it, when no other is. */
static struct str label_of(const struct writer *w, size_t i) {
    const struct rapid_node *n = &w->f->node[i], *next = next_wait(w, n);
    const struct rapid_node *wait = next                                               ? next
                                    : n->router && str_is(n->router->wait.type, "msg") ? n
                                                                                       : NULL;
    size_t question = question_of(w, n), before = n->actions - (question != SIZE_MAX);
    struct str name = wait && before == 0 ? asked_name(w, wait) : STR("");
    for (size_t k = 0; k < i && name.n; k++) {
        name = str_eq(w->label[k], name) ? STR("") : name;
    }
    return name.n ? name : arena_printf(w->a, "etape_%zu", i + 1);
}

/* --- the file --- */

static bool is_entered(const struct rapid_program *p, struct str uuid) {
    for (size_t i = 0; i < p->flows; i++) {
        for (size_t n = 0; n < p->flow[i].nodes; n++) {
            for (size_t k = 0; k < p->flow[i].node[n].actions; k++) {
                const struct rapid_action *act = &p->flow[i].node[n].action[k];
                if (strcmp(act->kind->type, "enter_flow") == 0 &&
                    str_eq(val_get_text(val_get(act->def, "flow"), "uuid", STR("")), uuid)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* Keywords that anybody may write; other triggers are told at import. */
static void put_starts(struct writer *w) {
    const struct val *list = val_get(w->p->assets, "triggers");
    size_t n = 0;
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *t = list->list.item[i], *words = val_get(t, "keywords"),
                         *groups = val_get(t, "groups");
        bool mine = str_is(val_get_text(t, "trigger_type", STR("")), "K") &&
                    !(val_is(groups, VAL_LIST) && groups->list.n) &&
                    str_eq(val_get_text(val_get(t, "flow"), "uuid", STR("")), w->f->uuid);
        for (size_t k = 0; mine && val_is(words, VAL_LIST) && k < words->list.n; k++) {
            buf_puts(&w->out, n++ ? ", " : "starts: {keywords: [");
            put_quoted(w, val_is(words->list.item[k], VAL_TEXT) ? words->list.item[k]->text
                                                                : STR(""));
        }
    }
    buf_puts(&w->out, n ? "]}\n" : "");
}

static size_t put_head(struct writer *w, struct str flow, struct str *name, struct str *value) {
    size_t n = w->gives_back ? rapid_yaml_results(&w->words, name, value, RESULTS_MAX) : 0;
    buf_printf(&w->out, "flow: %.*s\ntitle: ", STR_ARG(flow));
    put_quoted(w, w->f->name);
    buf_puts(&w->out, "\n");
    put_starts(w);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&w->out, "%s%.*s%s", i ? ", " : "returns: [", STR_ARG(name[i]),
                   i + 1 == n ? "]\n" : "");
    }
    buf_puts(&w->out, "steps:\n");
    return n;
}

static void put_end(struct writer *w, const struct str *name, const struct str *value,
                    size_t n) {
    buf_puts(&w->out, "  - id: fin\n    end:\n");
    for (size_t i = 0; i < n; i++) {
        buf_printf(&w->out, "%s%.*s: \"%.*s\"%s", i ? ", " : "    with: {", STR_ARG(name[i]),
                   STR_ARG(value[i]), i + 1 == n ? "}\n" : "");
    }
}

void rapid_yaml_write(const struct rapid_program *p, const struct rapid_flow *f,
                      struct arena *a, struct rapid_yaml *ret) {
    enum { YAML_MAX = 8 * 1024 * 1024 };
    struct writer *w = ARENA_NEW(a, struct writer);
    struct str *name = ARENA_ARRAY(a, struct str, RESULTS_MAX),
               *value = ARENA_ARRAY(a, struct str, RESULTS_MAX);
    w->p = p;
    w->f = f;
    w->a = a;
    rapid_yaml_words(p, f, a, &w->words);
    w->gives_back = is_entered(p, f->uuid);
    w->reads_child = rapid_yaml_reads_child(&w->words);
    w->merged = ARENA_ARRAY(a, bool, f->nodes);
    w->label = ARENA_ARRAY(a, struct str, f->nodes);
    buf_init(&w->out, YAML_MAX);
    ret->name = rapid_yaml_key(f->name, a);
    for (size_t i = 0; i < f->nodes; i++) {
        w->label[i] = label_of(w, i);
        const struct rapid_node *next = next_wait(w, &f->node[i]);
        if (next) {
            w->merged[next - f->node] = true;
        }
    }
    size_t results = put_head(w, ret->name, name, value);
    for (size_t i = 0; i < f->nodes; i++) {
        if (!w->merged[i]) {
            put_node(w, i);
        }
    }
    if (w->gives_back) {
        put_end(w, name, value, results);
    } else if (f->nodes == 0) {
        buf_puts(&w->out, "  - end:\n");
    }
    ret->text = arena_str(a, buf_view(&w->out));
    buf_done(&w->out);
    ret->loss = w->loss;
    ret->losses = w->losses;
}
