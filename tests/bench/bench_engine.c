/* bench_engine.c - whole conversations of four questions through the engine, in memory. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include "base/clock.h"
#include "base/date.h"
#include "bot/engine.h"
#include "bot/flow/library.h"
#include "bot/flow/problems.h"
#include "bot/steps/steps.h"
#include "bot/understand/understand.h"

#define FIELDS                                                                                 \
    "fields:\n  first_name: {type: text, title: Prénom}\n"                                    \
    "  language: {type: language, title: Langue}\norg: [name, phone, tone]\n"
#define FLOW                                                                                   \
    "flow: essai\ntitle: Essai\nstarts: {keywords: [salut]}\nsteps:\n"                         \
    "  - say: \"Bonjour, ici @org.name. Quatre questions, puis c'est fini.\"\n"                \
    "  - ask: Ton prénom ?\n    id: prenom\n    kind: name\n    save: contact.first_name\n"   \
    "  - ask: \"Merci @contact.first_name. Ton âge ?\"\n    id: age\n    kind: age\n"         \
    "  - ask: Es-tu libre mercredi ?\n    id: libre\n    kind: yes_no\n    digits: no\n"       \
    "  - ask: Un mot pour finir ?\n    id: mot\n    kind: free\n"                              \
    "  - say: \"Merci @contact.first_name, @results.age ans. À bientôt !\"\n"

#define TURNS 5
static const char *const SAID[4][TURNS] = {
    {"salut", "je suis Karim", "j'ai 17 ans", "oui", "hate de venir"},
    {"Salut !", "moi c'est Awa", "19", "ouais carrément", "merci à vous"},
    {"SALUT", "je m'appelle Inès", "22 ans", "non pas trop", "rien de spécial"},
    {"saluuut", "Tom", "j'ai vingt ans", "ok pour moi", "j'aime le foot"},
};

struct stage {
    struct arena a; /* lasts as long as the run */
    struct arena turn;
    struct buf session;
    struct world w;
    const struct val *contact; /* of somebody new */
    size_t said;               /* messages of the bot */
};

static struct library *make_library(struct arena *a) {
    struct library_source src[] = {{STR("flows/_champs.yaml"), STR(FIELDS)},
                                   {STR("flows/essai.yaml"), STR(FLOW)}};
    struct flow_problems problems;
    struct library *l = NULL;
    problems_init(&problems, a);
    if (library_load(&STEPS_LANG, src, 2, NULL, NULL, &l, &problems) != OK) {
        struct buf out;
        buf_init(&out, 100000);
        problems_print(&problems, &out);
        bench_die("flow", buf_cstr(&out));
    }
    return l;
}

static void open_stage(struct stage *g) {
    struct err err = {0};
    struct und *u;
    arena_init(&g->a);
    arena_init(&g->turn);
    buf_init(&g->session, SESSION_BYTES_MAX);
    struct val_builder *org = val_map_begin(&g->a);
    val_put(org, "name", val_textz(&g->a, "Mission Locale du Val Rosay"));
    val_put(org, "phone", val_textz(&g->a, "01 99 00 12 34"));
    val_put(org, "tone", val_textz(&g->a, "tu"));
    struct val_builder *contact = val_map_begin(&g->a);
    val_put(contact, "id", val_int(&g->a, 42));
    val_put(contact, "language", val_textz(&g->a, "fr"));
    val_put(contact, "new", &VAL_TRUE);
    g->contact = val_end(contact);
    const struct zone *zone = NULL;
    if (und_load(NULL, &u, &err) != OK || zone_get(STR("Europe/Paris"), &zone, &err) != OK) {
        bench_die("tables", err.text);
    }
    g->w = (struct world){.library = make_library(&g->a),
                          .und = u,
                          .org = val_end(org),
                          .zone = zone,
                          .lang = STR("fr"),
                          .now_ms = 1772528400000LL,
                          .seed = 1};
}

/* The session is read from its text, the turn made, the session written again. */
static void one_turn(struct stage *g, const char *words, struct arena *person) {
    struct session s;
    struct turn t;
    struct err err = {0};
    struct event ev = {.kind = EVENT_MESSAGE, .text = str_from(words)};
    memset(&t, 0, sizeof t);
    arena_reset(&g->turn);
    if (session_read(buf_view(&g->session), &g->turn, &s, &err) != OK ||
        engine_step(&g->w, &s, &ev, &g->turn, &t, &err) != OK || t.needs_result) {
        bench_die(words, err.text);
    }
    for (size_t i = 0; i < t.effects; i++) {
        const struct effect *e = &t.effect[i];
        g->said += e->kind == EFFECT_SAY;
        if (e->kind == EFFECT_SET_FIELD) {
            g->w.contact = val_with(person, g->w.contact, arena_str(person, e->field.name),
                                    val_copy(person, e->field.value));
        }
    }
    struct buf out;
    buf_init(&out, SESSION_BYTES_MAX);
    if (session_write(&t.session, &out) != OK) {
        bench_die(words, "the session cannot be written");
    }
    buf_reset(&g->session);
    buf_str(&g->session, buf_view(&out));
    buf_done(&out);
}

static void conversation(struct stage *g, long i, struct arena *person) {
    size_t before = g->said;
    arena_reset(person);
    buf_reset(&g->session);
    g->w.contact = g->contact;
    for (int t = 0; t < TURNS; t++) {
        g->w.now_ms += 5 * MS_SECOND;
        one_turn(g, SAID[i % 4][t], person);
    }
    if (g->said - before < TURNS) {
        bench_die(SAID[i % 4][1], "the conversation did not come to its end");
    }
}

int main(int argc, char **argv) {
    struct stage g = {0};
    struct arena person;
    double us[BENCH_ROUNDS];
    long ir = bench_mode(argc, argv), n = ir ? ir : 10000;
    open_stage(&g);
    arena_init(&person);
    for (int r = 0; r < (ir ? 1 : BENCH_ROUNDS); r++) {
        double at = bench_cpu_us();
        for (long i = 0; i < n; i++) {
            conversation(&g, i, &person);
        }
        us[r] = (bench_cpu_us() - at) / (double)n;
    }
    if (!ir) {
        bench_say("conversation_us", bench_median(us, BENCH_ROUNDS));
        bench_say("turns", TURNS);
    }
    arena_done(&person);
    return 0;
}
