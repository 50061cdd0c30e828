/* flow_import.c - rebond flow import: an export of RapidPro or TextIt is installed, or
 * rewritten.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_import.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "bot/rapid/rapid.h"
#include "bot/rapid/rapid_yaml.h"
#include "bot/rapid/rapid_yaml_words.h"
#include "cli/env_json.h"
#include "cli/flow_install.h"
#include "cli/options.h"

struct wish {
    struct flow_install install;
    const char *out;
    bool to_yaml;
};

static const char *USAGE =
    "flow import FICHIER.json [--flows DOSSIER] [--name NOM] [--dry-run] [--prefix P] "
    "[--skip-keyword MOT] [--without CONVERSATION] [--global NOM=VALEUR] [--lang en] | "
    "--to-yaml [--out DOSSIER]";

/* The place of an option's value; NULL when it is no option that takes one. */
static const char **value_of(struct wish *w, const char *s) {
    struct flow_install *in = &w->install;
    const struct {
        const char *name;
        const char **one, **list;
        size_t *n;
    } OPTIONS[] = {{"--out", &w->out, NULL, NULL},
                   {"--flows", &in->dir, NULL, NULL},
                   {"--config", &in->config, NULL, NULL},
                   {"--name", &in->name, NULL, NULL},
                   {"--prefix", &in->prefix, NULL, NULL},
                   {"--skip-keyword", NULL, in->skip, &in->skips},
                   {"--without", NULL, in->without, &in->withouts},
                   {"--global", NULL, in->global, &in->globals}};
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        if (strcmp(s, OPTIONS[i].name) == 0 && OPTIONS[i].one) {
            return OPTIONS[i].one;
        }
        if (strcmp(s, OPTIONS[i].name) == 0 && *OPTIONS[i].n < FLOW_INSTALL_WORDS_MAX) {
            return &OPTIONS[i].list[(*OPTIONS[i].n)++];
        }
    }
    return NULL;
}

static bool read_args(int argc, char **argv, struct wish *ret) {
    for (int i = 1; i < argc; i++) {
        const char **value = i + 1 < argc ? value_of(ret, argv[i]) : NULL;
        if (value) {
            *value = argv[++i];
        } else if (strcmp(argv[i], "--to-yaml") == 0) {
            ret->to_yaml = true;
        } else if (strcmp(argv[i], "--dry-run") == 0) {
            ret->install.dry_run = true;
        } else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            ret->install.english = strcmp(argv[++i], "en") == 0;
        } else if (argv[i][0] == '-' || ret->install.file) {
            return false;
        } else {
            ret->install.file = argv[i];
        }
    }
    return ret->install.file != NULL;
}

static void tell_problem(const struct rapid_problem *p) {
    fprintf(stderr, "%s: %.*s", p->warning ? "attention" : "erreur", STR_ARG(p->flow));
    if (p->node.n) {
        fprintf(stderr, ", node %.*s", STR_ARG(p->node));
    }
    if (p->action.n) {
        fprintf(stderr, ", %.*s", STR_ARG(p->action));
    }
    fprintf(stderr, ": %.*s\n", STR_ARG(p->text));
}

static void tell_flow(const struct rapid_flow *f) {
    size_t actions = 0, waits = 0;
    for (size_t i = 0; i < f->nodes; i++) {
        actions += f->node[i].actions;
        waits += f->node[i].router && f->node[i].router->wait.type.n;
    }
    fprintf(stderr, "%.*s (%.*s, spec %.*s): %zu nodes, %zu actions, %zu waits\n",
            STR_ARG(f->name), STR_ARG(f->type), STR_ARG(f->spec), f->nodes, actions, waits);
}

/* Writes one flow; false when the file cannot be written. */
static bool write_yaml(const struct rapid_program *p, const struct rapid_flow *f,
                       const struct wish *w, struct arena *a) {
    struct rapid_yaml y;
    rapid_yaml_write(p, f, a, &y);
    for (size_t i = 0; i < y.losses; i++) {
        fprintf(stderr, "attention: %.*s: %.*s\n", STR_ARG(f->name), STR_ARG(y.loss[i]));
    }
    if (!w->out) {
        printf("%.*s\n", STR_ARG(y.text));
        return true;
    }
    struct str path = arena_printf(a, "%s/%.*s.yaml", w->out, STR_ARG(y.name));
    FILE *file = fopen(path.p, "w");
    bool ok = file && fwrite(y.text.p, 1, y.text.n, file) == y.text.n;
    if (file && fclose(file) != 0) {
        ok = false;
    }
    fprintf(stderr, ok ? "%s\n" : "erreur: %s ne peut être écrit\n", path.p);
    return ok;
}

/* What the flows keep of a person is declared once, beside _champs.yaml. */
static bool write_fields(const struct rapid_program *p, const struct wish *w, struct arena *a) {
    struct str text = rapid_yaml_fields(p, a);
    struct err err = {0};
    if (text.n == 0) {
        return true;
    }
    if (!w->out) {
        printf("%.*s\n", STR_ARG(text));
        return true;
    }
    struct str path = arena_printf(a, "%s/_champs_importes.yaml", w->out);
    bool ok = file_write(path.p, text, &err) == OK;
    fprintf(stderr, ok ? "%s\n" : "erreur: %s ne peut être écrit\n", path.p);
    return ok;
}

/* The readable form; nothing is installed. */
static int to_yaml(const struct wish *w, struct arena *a) {
    const struct val *json;
    const struct rapid_program *p;
    struct expr_env env;
    struct err err = {0};
    int status = 0;
    enum rc rc = env_json_load(w->install.file, a, &json, &err);
    rc = rc == OK ? env_json_read(NULL, NULL, a, &env, &err) : rc;
    rc = rc == OK ? rapid_load(json, &env, a, &p, &err) : rc;
    if (rc != OK) {
        fprintf(stderr, "rebond: %s: %s\n", w->install.file, err.text);
        return 2;
    }
    for (size_t i = 0; i < p->problems; i++) {
        tell_problem(&p->problem[i]);
        status = p->problem[i].warning ? status : 1;
    }
    if (!write_fields(p, w, a)) {
        status = 2;
    }
    for (size_t i = 0; i < p->flows; i++) {
        tell_flow(&p->flow[i]);
        if (!write_yaml(p, &p->flow[i], w, a)) {
            status = 2;
        }
    }
    return status;
}

int flow_import_main(int argc, char **argv) {
    struct wish w = {.to_yaml = false};
    struct arena a;
    if (!read_args(argc, argv, &w)) {
        return options_fail("%s", USAGE);
    }
    arena_init(&a);
    int status = w.to_yaml ? to_yaml(&w, &a) : flow_install(&w.install, &a);
    arena_done(&a);
    return status;
}
