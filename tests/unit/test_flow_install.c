/* test_flow_install.c - rebond flow import: what is written, what is told, what is refused. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_install.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/checks.h"

#define EXPORT "tests/imports/velo.json"

struct place {
    struct arena a;
    char dir[64];
    int status;
    struct str told; /* both streams */
};

static void open_place(struct place *p) {
    struct err err = {0};
    arena_init(&p->a);
    snprintf(p->dir, sizeof p->dir, "/tmp/rebond-import-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    struct str path = arena_printf(&p->a, "%s/mien.yaml", p->dir);
    assert_int_equal(
        file_write(path.p,
                   STR("flow: mien\ntitle: Mien\nidentifies: yes\n"
                       "starts: {keywords: [moi, biclou]}\nsteps:\n  - say: Moi.\n"),
                   &err),
        OK);
}

static void close_place(struct place *p) {
    struct str *name;
    size_t n = 0;
    struct err err = {0};
    if (file_list(p->dir, "", &p->a, &name, &n, &err) == OK) {
        for (size_t i = 0; i < n; i++) {
            unlink(arena_printf(&p->a, "%s/%.*s", p->dir, STR_ARG(name[i])).p);
        }
    }
    rmdir(p->dir);
    arena_done(&p->a);
}

/* What the command prints goes to a file meanwhile. */
static void import(struct place *p, struct flow_install wish) {
    struct str path = arena_printf(&p->a, "%s/told", p->dir);
    struct err err = {0};
    int out = dup(STDOUT_FILENO), both = dup(STDERR_FILENO);
    fflush(NULL);
    assert_non_null(freopen(path.p, "w", stdout));
    dup2(STDOUT_FILENO, STDERR_FILENO);
    wish.dir = wish.dir ? wish.dir : p->dir;
    wish.file = wish.file ? wish.file : EXPORT;
    p->status = flow_install(&wish, &p->a);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(both, STDERR_FILENO);
    close(out);
    close(both);
    assert_int_equal(file_read(path.p, 1 << 20, &p->a, &p->told, &err), OK);
    unlink(path.p);
}

static bool tells(const struct place *p, const char *words) {
    bool found = str_find(p->told, str_from(words), 0) != SIZE_MAX;
    if (!found) {
        print_message("not told: %s\n%.*s\n", words, STR_ARG(p->told));
    }
    return found;
}

static struct str installed(struct place *p, const char *name) {
    struct str text = STR_EMPTY, path = arena_printf(&p->a, "%s/%s", p->dir, name);
    struct err err = {0};
    return file_read(path.p, 1 << 22, &p->a, &text, &err) == OK ? text : STR_EMPTY;
}

static void a_word_of_ours_is_not_taken(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    import(&p, (struct flow_install){0});
    assert_int_equal(p.status, 1);
    assert_true(tells(&p, "refus: le mot-clé « biclou » est déjà à mien"));
    assert_true(tells(&p, "--skip-keyword \"biclou\""));
    assert_true(tells(&p, "Rien n'a été installé."));
    assert_int_equal(installed(&p, "velo.json").n, 0);
    close_place(&p);
}

static void installed_once_and_told_by_name(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    struct flow_install wish = {.skip = {"biclou"}, .skips = 1};
    wish.dry_run = true;
    import(&p, wish);
    assert_int_equal(p.status, 0);
    assert_int_equal(installed(&p, "velo.json").n, 0);
    wish.dry_run = false;
    import(&p, wish);
    assert_int_equal(p.status, 0);
    assert_true(tells(&p, "Repris :") && tells(&p, "Autrement ici :") &&
                tells(&p, "Pas repris :"));
    assert_true(tells(&p, "« biclou » -> pret_de_velo : laissé de côté, comme demandé"));
    assert_true(tells(&p, "campagne « Relance vélo »"));
    assert_true(tells(&p, "velo.json : installé."));
    struct str first = installed(&p, "velo.json");
    assert_true(first.n > 1000);
    /* again, without saying it again: the choice stays, nothing changes */
    import(&p, (struct flow_install){0});
    assert_int_equal(p.status, 0);
    assert_true(tells(&p, "déjà installé, rien à changer"));
    assert_true(str_eq(first, installed(&p, "velo.json")));
    import(&p, (struct flow_install){.file = "tests/imports/velo_2.json", .name = "velo"});
    assert_int_equal(p.status, 0);
    assert_true(tells(&p, "remplacé"));
    assert_false(str_eq(first, installed(&p, "velo.json")));
    close_place(&p);
}

static void two_imports_need_two_names(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    struct flow_install wish = {.skip = {"biclou"}, .skips = 1, .english = true};
    import(&p, wish);
    assert_true(tells(&p, "Not carried over:") && tells(&p, "installed."));
    wish.name = "encore";
    import(&p, wish);
    assert_int_equal(p.status, 1);
    assert_true(tells(&p, "--prefix tx_"));
    wish.prefix = "tx_";
    wish.skip[1] = "velo";
    wish.skip[2] = "météo";
    wish.skip[3] = "papiers";
    wish.skips = 4;
    import(&p, wish);
    assert_int_equal(p.status, 0);
    assert_true(tells(&p, "tx_pret_de_velo"));
    assert_true(tells(&p, "another flow has it")); /* the catch-all is the first import's */
    close_place(&p);
}

static void what_is_wrong_is_refused_with_its_place(void **unused) {
    (void)unused;
    struct place p;
    struct err err = {0};
    open_place(&p);
    struct str path = arena_printf(&p.a, "%s/faux.txt", p.dir);
    assert_int_equal(
        file_write(
            path.p,
            STR("{\"flows\": [{\"uuid\": \"f\", \"name\": \"Faux\", \"language\": \"fra\", "
                "\"spec_version\": \"13.1.0\", \"type\": \"messaging\", \"nodes\": "
                "[{\"uuid\": \"n\", \"actions\": [{\"uuid\": \"a\", \"type\": \"dance\"}], "
                "\"exits\": [{\"uuid\": \"e\"}]}]}]}"),
            &err),
        OK);
    import(&p, (struct flow_install){.file = path.p});
    assert_int_equal(p.status, 1);
    assert_true(tells(&p, "erreur: Faux, node n, dance a"));
    assert_true(tells(&p, "--without \"Faux\""));
    import(&p, (struct flow_install){.file = path.p, .without = {"Faux"}, .withouts = 1});
    assert_int_equal(p.status, 0);
    import(&p, (struct flow_install){.file = "tests/imports/no_such.json"});
    assert_int_equal(p.status, 2);
    close_place(&p);
}

static void a_new_folder_gets_our_own_flows_first(void **unused) {
    (void)unused;
    struct place p;
    open_place(&p);
    struct str path = arena_printf(&p.a, "%s/mien.yaml", p.dir);
    unlink(path.p);
    import(&p, (struct flow_install){0});
    assert_int_equal(p.status, 0);
    assert_true(tells(&p, "les conversations du programme y sont écrites"));
    assert_true(installed(&p, "inscription.yaml").n > 0);
    assert_true(installed(&p, "velo.json").n > 0);
    close_place(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_of_ours_is_not_taken),
        cmocka_unit_test(installed_once_and_told_by_name),
        cmocka_unit_test(two_imports_need_two_names),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
        cmocka_unit_test(a_new_folder_gets_our_own_flows_first),
    };
    return cmocka_run_group_tests_name("flow_install", tests, NULL, NULL);
}
