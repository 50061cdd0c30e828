/* test_brought.c - flows brought from another system, lived by people of a whole office. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/json.h"
#include "bot/effect.h"
#include "db/cases.h"
#include "db/contacts.h"
#include "db/inbox.h"
#include "db/sessions.h"
#include "db/tags.h"
#include "tests/fake/fake_http.h"

#define LEA "+33639980181"
#define NOE "+33639980182"

struct place {
    struct office o;
    struct fake_http *service;
    char flows[80];
};

static void put(struct place *p, const char *name, struct str text) {
    char path[200];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s", p->flows, name);
    assert_int_equal(file_write(path, text, &err), OK);
}

/* An export of tests/imports, as installed; its web-hook is on this machine. */
static void bring(struct place *p, const char *from) {
    struct arena a;
    struct str text;
    struct err err = {0};
    static const char THERE[] = "https://meteo.example";
    arena_init(&a);
    assert_int_equal(file_read(from, 1 << 20, &a, &text, &err), OK);
    size_t at = str_find(text, STR(THERE), 0);
    assert_true(at != SIZE_MAX);
    text = arena_printf(&a, "%.*s%s%.*s", (int)at, text.p, fake_http_url(p->service),
                        STR_ARG(str_sub(text, at + sizeof THERE - 1, text.n)));
    put(p, "velo.json", text);
    arena_done(&a);
}

static void open_place(struct place *p) {
    char more[400];
    snprintf(p->flows, sizeof p->flows, "/tmp/rebond-brought-XXXXXX");
    assert_non_null(mkdtemp(p->flows));
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        if (str_starts(str_from(f->name), STR("flows/"))) {
            put(p, f->name + 6, (struct str){(const char *)f->data, f->n});
        }
    }
    p->service = fake_http_start();
    bring(p, "tests/imports/velo.json");
    snprintf(more, sizeof more,
             "flows: %s\nwebhooks:\n"
             "  - {name: meteo, url: '%s/demain', allow_private: oui}\n",
             p->flows, fake_http_url(p->service));
    office_open(&p->o, NULL, more);
    office_youth(&p->o, "Léa", LEA);
}

static void close_place(struct place *p) {
    struct arena a;
    struct str *name;
    size_t n = 0;
    struct err err = {0};
    office_close(&p->o);
    fake_http_stop(p->service);
    arena_init(&a);
    if (file_list(p->flows, "", &a, &name, &n, &err) == OK) {
        for (size_t i = 0; i < n; i++) {
            unlink(arena_printf(&a, "%s/%.*s", p->flows, STR_ARG(name[i])).p);
        }
    }
    arena_done(&a);
    rmdir(p->flows);
}

static struct talk talk_of(struct office *o, const char *phone) {
    struct talk t;
    assert_int_equal(sessions_load(o->s.db, office_contact(o, phone), &o->a, &t), OK);
    return t;
}

static struct case_row case_of(struct office *o, const char *phone) {
    struct case_row c;
    assert_int_equal(cases_of(o->s.db, office_contact(o, phone), &o->a, &c), OK);
    return c;
}

static void a_conversation_to_its_end(void **unused) {
    (void)unused;
    struct place p;
    struct str *tag;
    size_t n = 0;
    open_place(&p);
    office_says(&p.o, LEA, "biclou");
    office_expect(&p.o, LEA, "Bonjour Léa, un vélo pour aller travailler ?");
    office_expect(&p.o, LEA, "Oui / Non");
    office_says(&p.o, LEA, "ouais");
    office_expect(&p.o, LEA, "Ta taille en cm ?");
    office_restart(&p.o);
    office_says(&p.o, LEA, "172");
    office_expect(&p.o, LEA, "un vélo pour 172 cm");
    assert_int_equal(tags_list(p.o.s.db, office_contact(&p.o, LEA), &p.o.a, &tag, &n), OK);
    assert_int_equal(n, 1);
    check_str(tag[0], "velo du rosay");
    assert_true(str_find(talk_of(&p.o, LEA).fields, STR("\"taille_velo\":172"), 0) != SIZE_MAX);
    check_str(case_of(&p.o, LEA).reason, "Préparer un vélo de 172 cm");
    assert_true(talk_of(&p.o, LEA).paused_case != 0);
    close_place(&p);
}

static void stop_in_the_middle(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    office_says(&p.o, LEA, "velo");
    office_says(&p.o, LEA, "stop svp");
    struct str *text;
    size_t n = office_texts(&p.o, LEA, &text);
    office_says(&p.o, LEA, "oui");
    office_pass(&p.o, 5 * MS_DAY);
    assert_int_equal(office_texts(&p.o, LEA, &text), n);
    close_place(&p);
}

static void silence_is_counted_from_the_sending(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    office_says(&p.o, LEA, "velo");
    office_pass(&p.o, 3 * MS_HOUR);
    office_expect(&p.o, LEA, "Sans réponse, la demande est fermée.");
    office_says(&p.o, LEA, "velo");
    office_says(&p.o, LEA, "oui");
    office_restart(&p.o);
    office_pass(&p.o, 2 * MS_HOUR); /* the flow it entered expires */
    assert_int_equal(office_count(&p.o, LEA, "Sans réponse"), 2);
    close_place(&p);
}

static void a_new_version_leaves_those_inside_alone(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    office_youth(&p.o, "Noé", NOE);
    office_says(&p.o, LEA, "velo");
    bring(&p, "tests/imports/velo_2.json");
    office_restart(&p.o);
    office_says(&p.o, LEA, "oui");
    office_expect(&p.o, LEA, "Ta taille en cm ?");
    office_says(&p.o, NOE, "velo");
    office_expect(&p.o, NOE, "NOUVEAU");
    office_says(&p.o, LEA, "160");
    office_expect(&p.o, LEA, "un vélo pour 160 cm.");
    assert_int_equal(office_count(&p.o, LEA, "(v2)"), 0);
    office_says(&p.o, NOE, "oui");
    office_expect(&p.o, NOE, "taille exacte");
    office_says(&p.o, NOE, "180");
    office_expect(&p.o, NOE, "(v2)");
    close_place(&p);
}

static void taken_away_while_somebody_is_inside(void **unused) {
    (void)unused;
    struct place p;
    char path[200];
    open_place(&p);
    office_says(&p.o, LEA, "velo");
    snprintf(path, sizeof path, "%s/velo.json", p.flows);
    assert_int_equal(unlink(path), 0);
    office_restart(&p.o);
    office_says(&p.o, LEA, "oui"); /* its version is kept in the database */
    office_expect(&p.o, LEA, "Ta taille en cm ?");
    close_place(&p);
}

static void an_advisor_or_an_event_starts_it(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    struct inbox_row ev = {.kind = INBOX_EVENT,
                           .contact_id = office_contact(&p.o, LEA),
                           .name = STR("flow:pret_de_velo"),
                           .priority = SAY_QUESTION};
    int64_t id;
    assert_int_equal(inbox_event(p.o.s.db, &ev, service_now(&p.o.s), &id), OK);
    office_settle(&p.o);
    office_expect(&p.o, LEA, "un vélo pour aller travailler ?");
    close_place(&p);
}

static void the_weather_comes_by_a_web_hook(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    fake_http_push(p.service,
                   (struct fake_answer){.headers = "Content-Type: application/json\r\n",
                                        .body = "{\"ciel\": \"pluie\", \"degres\": 9}"});
    office_says(&p.o, LEA, "meteo");
    office_expect(&p.o, LEA, "Demain : pluie, 9 degrés.");
    struct fake_request rq = fake_http_request(p.service, 0);
    check_str(rq.method, "POST");
    check_str(rq.body, "{\"prenom\":\"Léa\"}");
    assert_null(fake_http_header(&rq, "authorization").p); /* a key is not sent from a flow */
    fake_http_push(p.service, (struct fake_answer){.status = 503});
    office_pass(&p.o, 10 * MS_MINUTE);
    office_says(&p.o, LEA, "meteo");
    office_expect(&p.o, LEA, "La météo ne répond pas.");
    close_place(&p);
}

static void what_cannot_be_sent_reaches_the_staff(void **unused) {
    (void)unused;
    struct place p;
    struct contact who;
    open_place(&p);
    office_youth(&p.o, "Noé", NOE);
    office_says(&p.o, LEA, "papiers");
    office_expect(&p.o, NOE, "Ta taille en cm ?"); /* the flow starts one for a known number */
    struct str reason = case_of(&p.o, LEA).reason;
    assert_true(str_find(reason, STR("e-mail : Papiers de Léa - À rappeler."), 0) != SIZE_MAX);
    assert_true(str_find(reason, STR("besoin de papiers"), 0) != SIZE_MAX);
    assert_int_equal(contacts_get(p.o.s.db, office_contact(&p.o, LEA), &p.o.a, &who), OK);
    check_str(who.first_name, "Zoé");
    check_str(who.last_name, "Martin");
    assert_int_equal(office_count(&p.o, LEA, "Ton dossier est parti, Zoé Martin."), 1);
    close_place(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_to_its_end),
        cmocka_unit_test(stop_in_the_middle),
        cmocka_unit_test(silence_is_counted_from_the_sending),
        cmocka_unit_test(a_new_version_leaves_those_inside_alone),
        cmocka_unit_test(taken_away_while_somebody_is_inside),
        cmocka_unit_test(an_advisor_or_an_event_starts_it),
        cmocka_unit_test(the_weather_comes_by_a_web_hook),
        cmocka_unit_test(what_cannot_be_sent_reaches_the_staff),
    };
    return cmocka_run_group_tests_name("brought", tests, NULL, NULL);
}
