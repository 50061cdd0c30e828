/* flow_install.c - an export of RapidPro or TextIt becomes a file of the flows in force. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_install.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "bot/flow/problems.h"
#include "bot/flow/program.h"
#include "bot/rapid/rapid_front.h"
#include "bot/rapid/rapid_set.h"
#include "bot/steps/steps.h"
#include "bot/understand/understand.h"
#include "cli/env_json.h"
#include "cli/flow_files.h"
#include "cli/options.h"

#define PRINT_MAX (1024 * 1024)

struct installing {
    const struct flow_install *wish;
    struct arena *a;
    const char *dir;
    struct str path;          /* of the installed file */
    const struct val *json;   /* what will stand in it */
    struct str text, old;     /* the same written out, and what is there now */
    struct flow_files around; /* the other flows */
    struct library *library;  /* of these */
    struct rapid_set set;
    size_t refused;
};

static const char *say(const struct installing *in, const char *fr, const char *en) {
    return in->wish->english ? en : fr;
}

static int fail(const struct err *err) {
    char line[1200];
    return options_fail("%s", err_format(err, line, sizeof line));
}

/* --- where --- */

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "Mes flows (2).json" is mes_flows__2_ */
static struct str base_name(struct installing *in) {
    const char *from = in->wish->name ? in->wish->name : in->wish->file,
               *slash = strrchr(from, '/');
    struct str s = str_from(slash ? slash + 1 : from);
    if (str_ends(s, STR(".json"))) {
        s = str_sub(s, 0, s.n - 5);
    }
    s = text_fold(s, in->a);
    char *out = arena_alloc(in->a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        bool ok = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9');
        out[i] = ok ? s.p[i] : '_';
    }
    struct str name = str_sub((struct str){out, s.n}, 0, RAPID_SET_NAME_MAX);
    /* a file that begins with "_" is shared by all flows, not a flow */
    while (name.n && name.p[0] == '_') {
        name = str_sub(name, 1, name.n);
    }
    return name;
}

/* --flows, else the configuration's folder, else ./flows. */
static int find_folder(struct installing *in) {
    const struct flow_install *w = in->wish;
    bool configured = w->config || access("rebond.yaml", R_OK) == 0;
    in->dir = w->dir;
    if (!in->dir && configured) {
        struct config c;
        if (options_config(w->config, NULL, in->a, &c) != OK) {
            return 2;
        }
        in->dir = c.flows.n ? arena_cstr(in->a, c.flows) : NULL;
    }
    if (!in->dir && is_folder("flows")) {
        in->dir = "flows";
    }
    if (!in->dir) {
        return options_fail(
            "%s", say(in,
                      "aucun dossier de conversations : le service lit celles du programme. "
                      "Écrivez « flows: flows » dans rebond.yaml, puis --flows flows",
                      "no folder of flows: the service reads those of the program. Write "
                      "\"flows: flows\" in rebond.yaml, then --flows flows"));
    }
    struct str name = base_name(in);
    if (name.n == 0) {
        return options_fail("%s",
                            say(in, "donnez un nom : --name NOM", "give a name: --name N"));
    }
    in->path = arena_printf(in->a, "%s/%.*s.json", in->dir, STR_ARG(name));
    return 0;
}

/* --- choices --- */

static const struct val *words_of(struct installing *in, const struct val *old,
                                  const char *const *word, size_t n) {
    struct val_builder *b = val_list_begin(in->a);
    if (n == 0) {
        return old;
    }
    for (size_t i = 0; i < n; i++) {
        val_push(b, val_textz(in->a, word[i]));
    }
    return val_end(b);
}

static const struct val *globals_of(struct installing *in, const struct val *old) {
    struct val_builder *b = val_map_begin(in->a);
    for (size_t i = 0; val_is(old, VAL_MAP) && i < old->map.n; i++) {
        val_put_str(b, old->map.pair[i].key, old->map.pair[i].val);
    }
    for (size_t i = 0; i < in->wish->globals; i++) {
        struct str s = str_from(in->wish->global[i]);
        size_t eq = str_find_char(s, '=', 0);
        val_put_str(b, str_sub(s, 0, eq),
                    val_text(in->a, eq == SIZE_MAX ? STR_EMPTY : str_sub(s, eq + 1, s.n)));
    }
    const struct val *all = val_end(b);
    return all->map.n ? all : NULL;
}

/* Those of an earlier import, and those of this one on top. */
static const struct val *choices(struct installing *in) {
    const struct flow_install *w = in->wish;
    const struct val *old = NULL, *before = NULL;
    struct err ignored = {0};
    if (in->old.n && json_parse(in->old, in->a, &old, &ignored) == OK) {
        before = val_get(old, RAPID_SET_CHOICES);
    }
    struct val_builder *b = val_map_begin(in->a);
    val_put(b, "prefix", w->prefix ? val_textz(in->a, w->prefix) : val_get(before, "prefix"));
    val_put(b, "skip", words_of(in, val_get(before, "skip"), w->skip, w->skips));
    val_put(b, "without", words_of(in, val_get(before, "without"), w->without, w->withouts));
    val_put(b, "globals", globals_of(in, val_get(before, "globals")));
    if (library_for_anything(in->library)) {
        val_put(b, "catch_all", &VAL_FALSE);
    }
    if (library_for_event(in->library, STR("first_message"))) {
        val_put(b, "first_message", &VAL_FALSE);
    }
    return val_end(b);
}

/* One member a line, one flow a line: what changed shows in a comparison of two versions. */
static struct str written(const struct val *json, struct arena *a) {
    struct buf out;
    buf_init(&out, 2 * RAPID_SET_BYTES_MAX);
    buf_putc(&out, '{');
    for (size_t i = 0; i < json->map.n; i++) {
        const struct val *v = json->map.pair[i].val;
        buf_puts(&out, i ? ",\n" : "\n");
        json_quote(json->map.pair[i].key, &out);
        buf_puts(&out, ": ");
        if (!val_is(v, VAL_LIST)) {
            json_write(v, &out);
            continue;
        }
        buf_putc(&out, '[');
        for (size_t k = 0; k < v->list.n; k++) {
            buf_puts(&out, k ? ",\n  " : "\n  ");
            json_write(v->list.item[k], &out);
        }
        buf_putc(&out, ']');
    }
    buf_puts(&out, "\n}\n");
    struct str s = out.over ? STR_EMPTY : arena_str(a, buf_view(&out));
    buf_done(&out);
    return s;
}

static const struct val *with_choices(struct installing *in, const struct val *json) {
    struct val_builder *b = val_map_begin(in->a);
    val_put(b, RAPID_SET_CHOICES, choices(in));
    for (size_t i = 0; i < json->map.n; i++) {
        if (!str_is(json->map.pair[i].key, RAPID_SET_CHOICES)) {
            val_put_str(b, json->map.pair[i].key, json->map.pair[i].val);
        }
    }
    return val_end(b);
}

/* --- the flows around it --- */

/* The flows of the program, where a new folder would otherwise hold only the import. */
static enum rc write_own(struct installing *in, struct err *err) {
    enum rc rc = is_folder(in->dir) || mkdir(in->dir, 0755) == 0
                     ? OK
                     : err_set(err, E_IO, "%s: cannot be made", in->dir);
    for (size_t i = 0; i < in->around.n && rc == OK && !in->around.dir; i++) {
        struct str name = in->around.src[i].file;
        size_t slash = str_find_char(name, '/', 0);
        struct str path =
            arena_printf(in->a, "%s/%.*s", in->dir, STR_ARG(str_sub(name, slash + 1, name.n)));
        rc = file_write(path.p, in->around.src[i].text, err);
    }
    if (rc == OK && !in->around.dir) {
        printf(say(in, "%s : les conversations du programme y sont écrites\n",
                   "%s: the program's own flows were written there\n"),
               in->dir);
    }
    return rc;
}

static bool has_flows(struct installing *in) {
    struct str *name;
    size_t n = 0;
    struct err ignored = {0};
    return is_folder(in->dir) &&
           file_list(in->dir, ".yaml", in->a, &name, &n, &ignored) == OK && n > 0;
}

static void print(const struct flow_problems *p) {
    struct buf out;
    buf_init(&out, PRINT_MAX);
    problems_print(p, &out);
    fwrite(out.p ? out.p : "", 1, out.n, stderr);
    buf_done(&out);
}

/* All that stands in the folder, but for an earlier import under the same name. */
static int read_around(struct installing *in) {
    struct flow_problems problems;
    struct err err = {0};
    const char *dir = has_flows(in) ? in->dir : NULL;
    bool here = !dir && is_folder("flows"); /* flow_files_read would take ./flows */
    if (here && has_flows(&(struct installing){.a = in->a, .dir = "flows"})) {
        dir = "flows";
    }
    if (flow_files_read(dir, in->a, &in->around, &err) != OK) {
        return fail(&err);
    }
    size_t kept = 0;
    for (size_t i = 0; i < in->around.n; i++) {
        if (str_eq(in->around.src[i].file, in->path)) {
            in->old = in->around.src[i].text;
        } else {
            in->around.src[kept++] = in->around.src[i];
        }
    }
    in->around.n = kept;
    in->around.dir = has_flows(in) ? in->dir : NULL;
    problems_init(&problems, in->a);
    if (library_load(&STEPS_LANG, in->around.src, in->around.n, NULL, NULL, &in->library,
                     &problems) != OK) {
        print(&problems);
        options_fail("%s", say(in, "les conversations déjà là ont des erreurs",
                               "the flows that are there have errors"));
        return 1;
    }
    return 0;
}

/* --- conflicts --- */

static void refuse(struct installing *in, const char *what, struct str word,
                   const struct program *p, const char *hint) {
    in->refused++;
    fprintf(stderr,
            say(in, "refus: %s « %.*s » est déjà à %.*s (%.*s) : %s\n",
                "refused: %s \"%.*s\" is already %.*s's (%.*s): %s\n"),
            what, STR_ARG(word), STR_ARG(p->name), STR_ARG(p->file), hint);
}

static void check_conflicts(struct installing *in) {
    for (size_t i = 0; i < in->set.flows; i++) {
        const struct rapid_set_flow *f = &in->set.flow[i];
        const struct program *p = library_get(in->library, f->name);
        if (p) {
            refuse(in, say(in, "le nom", "the name"), f->name, p, "--prefix tx_");
        }
        for (size_t k = 0; k < f->keywords; k++) {
            struct str folded = library_fold(f->keyword[k], in->a);
            p = library_for_keyword(in->library, folded);
            if (p) {
                struct str hint =
                    arena_printf(in->a, "--skip-keyword \"%.*s\"", STR_ARG(f->keyword[k]));
                refuse(in, say(in, "le mot-clé", "the keyword"), f->keyword[k], p,
                       arena_cstr(in->a, hint));
            }
        }
    }
}

/* Errors of the file itself; each names flow, node and action. */
static void check_problems(struct installing *in) {
    const struct rapid_program *p = in->set.program;
    for (size_t i = 0; i < p->problems; i++) {
        const struct rapid_problem *f = &p->problem[i];
        if (f->warning) {
            continue;
        }
        in->refused++;
        fprintf(stderr, "%s: %.*s%s%.*s%s%.*s: %.*s (--without \"%.*s\")\n",
                say(in, "erreur", "error"), STR_ARG(f->flow), f->node.n ? ", node " : "",
                STR_ARG(f->node), f->action.n ? ", " : "", STR_ARG(f->action), STR_ARG(f->text),
                STR_ARG(f->flow));
    }
}

/* The whole set, as the service will load it. */
static void check_whole(struct installing *in) {
    struct flow_problems problems;
    struct library *l = NULL;
    struct library_source *src = ARENA_ARRAY(in->a, struct library_source, in->around.n + 1);
    for (size_t i = 0; i < in->around.n; i++) {
        src[i] = in->around.src[i];
    }
    src[in->around.n] = (struct library_source){in->path, in->text};
    problems_init(&problems, in->a);
    if (library_load(&STEPS_LANG, src, in->around.n + 1, NULL, NULL, &l, &problems) != OK) {
        in->refused++;
        print(&problems);
    }
    library_free(l);
}

/* --- the report --- */

static void tell_notes(const struct installing *in, enum rapid_note_kind kind,
                       const char *head) {
    bool first = true;
    for (size_t i = 0; i < in->set.notes; i++) {
        const struct rapid_note *n = &in->set.note[i];
        if (n->kind == kind) {
            printf("%s%s  %.*s\n", first ? head : "", first ? "\n" : "",
                   STR_ARG(in->wish->english ? n->en : n->fr));
            first = false;
        }
    }
}

/* A word that means STOP or HELP never reaches a flow. */
static void tell_reflexes(const struct installing *in) {
    struct und *u = NULL;
    struct err err = {0};
    if (und_load(NULL, &u, &err) != OK) {
        return;
    }
    for (size_t i = 0; i < in->set.flows; i++) {
        for (size_t k = 0; k < in->set.flow[i].keywords; k++) {
            struct ask none = {.kind = ASK_NONE, .region = STR("FR")};
            struct answer answer = {0};
            struct str word = in->set.flow[i].keyword[k];
            if (und_reflex(u, word, &none, in->a, &answer) == OK) {
                printf(say(in, "  mot-clé « %.*s » : compris d'abord comme %s, partout\n",
                           "  keyword \"%.*s\": read first as %s, everywhere\n"),
                       STR_ARG(word), intent_name(answer.intent));
            }
        }
    }
    und_free(u);
}

static void tell_fields(const struct installing *in) {
    for (size_t i = 0; i < in->set.fields; i++) {
        const struct field_spec *mine = &in->set.field[i],
                                *own = library_field(in->library, mine->name);
        if (own && !str_eq(own->type, mine->type)) {
            printf(say(in, "  champ contact.%.*s : déjà déclaré ici, de type %.*s\n",
                       "  field contact.%.*s: declared here already, of type %.*s\n"),
                   STR_ARG(mine->name), STR_ARG(own->type));
        }
    }
}

static void report(const struct installing *in) {
    tell_notes(in, RAPID_NOTE_KEPT, say(in, "Repris :", "Carried over:"));
    tell_notes(in, RAPID_NOTE_DIFFERS, say(in, "Autrement ici :", "Different here:"));
    tell_reflexes(in);
    tell_fields(in);
    tell_notes(in, RAPID_NOTE_LOST, say(in, "Pas repris :", "Not carried over:"));
}

static int finish(struct installing *in) {
    struct err err = {0};
    const char *path = in->path.p;
    if (in->refused) {
        fprintf(stderr, "%s\n", say(in, "Rien n'a été installé.", "Nothing was installed."));
        return 1;
    }
    if (str_eq(in->old, in->text)) {
        printf(say(in, "%s : déjà installé, rien à changer.\n",
                   "%s: installed already, nothing to change.\n"),
               path);
        return 0;
    }
    if (in->wish->dry_run) {
        printf(say(in, "%s : essai seulement, rien n'est écrit.\n",
                   "%s: only a trial, nothing is written.\n"),
               path);
        return 0;
    }
    if (write_own(in, &err) != OK || file_write(path, in->text, &err) != OK) {
        return fail(&err);
    }
    printf(in->old.n ? say(in,
                           "%s : remplacé. Qui est au milieu d'une conversation la finit dans "
                           "l'ancienne version.\n",
                           "%s: replaced. People in the middle of a flow end it in the old "
                           "version.\n")
                     : say(in, "%s : installé.\n", "%s: installed.\n"),
           path);
    printf(
        "%s\n",
        say(in, "Le service le prend à la prochaine publication (systemctl reload rebond).",
            "The service takes it when flows are next published (systemctl reload rebond)."));
    return 0;
}

int flow_install(const struct flow_install *wish, struct arena *a) {
    struct installing in = {.wish = wish, .a = a};
    const struct val *json = NULL;
    struct err err = {0};
    int status = find_folder(&in);
    if (status) {
        return status;
    }
    if (env_json_load(wish->file, a, &json, &err) != OK) {
        return fail(&err);
    }
    if (!val_is(json, VAL_MAP)) {
        return options_fail("%s: %s", wish->file,
                            say(&in, "ce n'est pas un export", "this is no export"));
    }
    status = read_around(&in);
    if (status) {
        return status;
    }
    in.json = with_choices(&in, json);
    in.text = written(in.json, a);
    if (in.text.n == 0 || in.text.n > RAPID_SET_BYTES_MAX) {
        err_set(&err, E_LIMIT, "%s: more than %d bytes", wish->file, RAPID_SET_BYTES_MAX);
    } else if (rapid_set_read(in.json, a, &in.set, &err) == OK) {
        report(&in);
        check_problems(&in);
        check_conflicts(&in);
        if (!in.refused) {
            check_whole(&in);
        }
        status = finish(&in);
    }
    library_free(in.library);
    return err.rc == OK ? status : fail(&err);
}
