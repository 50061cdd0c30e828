/* test_publish.c - new versions of the flows while people are in the middle of the old ones. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/embed.h"
#include "base/file.h"
#include "jobs/flows.h"

#define AWA "+33639980150"
#define INES "+33639980151"

static const char FIRST[] = "flow: sport\ntitle: Sport\nstarts: {keywords: [sport]}\nsteps:\n"
                            "  - ask: Quel sport ?\n    id: quoi\n    kind: free\n"
                            "  - ask: Quel jour de la semaine ?\n    id: jour\n    kind: free\n"
                            "  - say: \"@results.quoi, ancien.\"\n";
static const char SECOND[] = "flow: sport\ntitle: Sport\nstarts: {keywords: [sport]}\nsteps:\n"
                             "  - ask: Ton sport, en un mot ?\n    id: sport\n    kind: free\n"
                             "  - say: \"@results.sport, nouveau.\"\n";
static const char BROKEN[] = "flow: sport\ntitle: Sport\nsteps:\n  - dit: rien\n";

static char folder[80];

static void put(const char *name, struct str text) {
    char path[160];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(file_write(path, text, &err), OK);
}

static void open_office(struct office *o) {
    char more[160];
    snprintf(folder, sizeof folder, "/tmp/rebond-flows-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        if (str_starts(str_from(f->name), STR("flows/"))) {
            put(f->name + 6, (struct str){(const char *)f->data, f->n});
        }
    }
    put("sport.yaml", str_from(FIRST));
    snprintf(more, sizeof more, "flows: %s\n", folder);
    office_open(o, NULL, more);
}

static void close_office(struct office *o) {
    struct arena a;
    struct str *name;
    size_t n;
    struct err err = {0};
    office_close(o);
    arena_init(&a);
    assert_int_equal(file_list(folder, ".yaml", &a, &name, &n, &err), OK);
    for (size_t i = 0; i < n; i++) {
        unlink(arena_printf(&a, "%s/%.*s", folder, STR_ARG(name[i])).p);
    }
    rmdir(folder);
    arena_done(&a);
}

static void publish(struct office *o, const char *text) {
    put("sport.yaml", str_from(text));
    atomic_store(&o->s.publish, true); /* what SIGHUP does */
    office_settle(o);
}

/* Who began on the old version ends on it, even over a restart; who begins now has the new one.
 */
static void nobody_in_the_middle_is_broken(void **unused) {
    (void)unused;
    struct office o;
    open_office(&o);
    office_says(&o, AWA, "sport");
    office_says(&o, AWA, "la boxe");
    publish(&o, SECOND);
    office_says(&o, INES, "sport");
    office_expect(&o, INES, "en un mot");
    office_restart(&o);
    office_says(&o, AWA, "le mardi");
    office_expect(&o, AWA, "la boxe, ancien.");
    office_says(&o, INES, "judo");
    office_expect(&o, INES, "judo, nouveau.");
    office_says(&o, AWA, "sport");
    office_expect(&o, AWA, "en un mot");
    close_office(&o);
}

static void mistake_leaves_what_was_in_force(void **unused) {
    (void)unused;
    struct office o;
    open_office(&o);
    publish(&o, BROKEN);
    office_says(&o, AWA, "sport");
    office_expect(&o, AWA, "Quel sport ?");
    publish(&o, SECOND); /* mended */
    office_says(&o, INES, "sport");
    office_expect(&o, INES, "en un mot");
    close_office(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_in_the_middle_is_broken),
        cmocka_unit_test(mistake_leaves_what_was_in_force),
    };
    return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
