/* flow_import.c - rebond flow import: what an export of RapidPro or TextIt holds, and what of
 * it can live here. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_import.h"

#include <stdio.h>
#include <string.h>

#include "bot/rapid/rapid.h"
#include "bot/rapid/rapid_yaml.h"
#include "cli/env_json.h"
#include "cli/options.h"

struct wish {
    const char *file, *out;
    bool to_yaml;
};

static const char *USAGE = "flow import FICHIER.json [--to-yaml] [--out DOSSIER]";

static bool read_args(int argc, char **argv, struct wish *ret) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--to-yaml") == 0) {
            ret->to_yaml = true;
        } else if (strcmp(argv[i], "--out") == 0 && i + 1 < argc) {
            ret->out = argv[++i];
        } else if (argv[i][0] == '-' || ret->file) {
            return false;
        } else {
            ret->file = argv[i];
        }
    }
    return ret->file != NULL;
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

static int import(const struct wish *w, struct arena *a) {
    const struct val *json;
    const struct rapid_program *p;
    struct expr_env env;
    struct err err = {0};
    int status = 0;
    enum rc rc = env_json_load(w->file, a, &json, &err);
    rc = rc == OK ? env_json_read(NULL, NULL, a, &env, &err) : rc;
    rc = rc == OK ? rapid_load(json, &env, a, &p, &err) : rc;
    if (rc != OK) {
        fprintf(stderr, "rebond: %s: %s\n", w->file, err.text);
        return 2;
    }
    for (size_t i = 0; i < p->problems; i++) {
        tell_problem(&p->problem[i]);
        status = p->problem[i].warning ? status : 1;
    }
    for (size_t i = 0; i < p->flows; i++) {
        tell_flow(&p->flow[i]);
        if (w->to_yaml && !write_yaml(p, &p->flow[i], w, a)) {
            status = 2;
        }
    }
    return status;
}

int flow_import_main(int argc, char **argv) {
    struct wish w = {NULL, NULL, false};
    struct arena a;
    if (!read_args(argc, argv, &w)) {
        return options_fail("%s", USAGE);
    }
    arena_init(&a);
    int status = import(&w, &a);
    arena_done(&a);
    return status;
}
