/* cmd_flow.c - rebond flow: check, test, list, draw and explain conversations. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "cli/cmd_flow_priv.h"
#include "cli/command.h"
#include "cli/flow_import.h"
#include "cli/flow_run.h"
#include "cli/flow_trace.h"

static const struct {
    const char *name;
    int (*run)(struct flow_args *args);
    bool of_names; /* its arguments are flows, not files */
} ACTIONS[] = {{"check", cmd_flow_check, false}, {"test", cmd_flow_test, false},
               {"dump", cmd_flow_dump, true},    {"graph", cmd_flow_graph, true},
               {"trace", cmd_flow_trace, false}, {"schema", cmd_flow_schema, false},
               {"watch", cmd_flow_watch, false}, {"reference", cmd_flow_reference, false}};

static bool take_option(struct flow_args *args, int argc, char **argv, int *i) {
    const char *s = argv[*i];
    const char **target = strcmp(s, "--flows") == 0 ? &args->dir
                          : strcmp(s, "-o") == 0    ? &args->out
                                                    : NULL;
    if (target && *i + 1 < argc) {
        *target = argv[++*i];
        return true;
    }
    if (strcmp(s, "--strict") == 0) {
        return args->strict = true;
    }
    if (strcmp(s, "--trace") == 0) {
        return args->trace = true;
    }
    if (strcmp(s, "--record") == 0) {
        return args->record = true;
    }
    if (strcmp(s, "--lang") == 0 && *i + 1 < argc) {
        args->lang = argv[++*i];
        return true;
    }
    return false;
}

/* A flow is also named by its file: "mes/flows/info.yaml" is `info` of the folder mes/flows. */
static void names_from_paths(struct flow_args *args) {
    for (size_t i = 0; i < args->names; i++) {
        struct str path = str_from(args->name[i]);
        if (!str_ends(path, STR(".yaml"))) {
            continue;
        }
        const char *slash = strrchr(path.p, '/');
        size_t from = slash ? (size_t)(slash - path.p) + 1 : 0;
        if (!args->dir) {
            args->dir = from > 1 ? arena_str(&args->a, str_sub(path, 0, from - 1)).p : ".";
        }
        path = str_sub(path, from, path.n - from - strlen(".yaml"));
        args->name[i] = arena_str(&args->a, path).p;
    }
}

static int run(int argc, char **argv) {
    struct flow_args args = {0};
    const char *name = argc > 1 ? argv[1] : "";
    /* flows of another system have commands of their own, with options of their own */
    if (strcmp(name, "run") == 0) {
        return flow_run_main(argc - 1, argv + 1);
    }
    if (strcmp(name, "import") == 0) {
        return flow_import_main(argc - 1, argv + 1);
    }
    if (strcmp(name, "trace") == 0 && flow_trace_is_past(argc, argv)) {
        return flow_trace_main(argc - 1, argv + 1);
    }
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1]) {
            if (!take_option(&args, argc, argv, &i)) {
                fprintf(stderr, "rebond flow: unknown option %s\n", argv[i]);
                return 2;
            }
        } else if (args.names < FLOW_ARGS_MAX) {
            args.name[args.names++] = argv[i];
        }
    }
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        if (strcmp(name, ACTIONS[i].name) == 0) {
            arena_init(&args.a);
            if (ACTIONS[i].of_names) {
                names_from_paths(&args);
            }
            int status = ACTIONS[i].run(&args);
            arena_done(&args.a);
            return status;
        }
    }
    fprintf(stderr, "usage: rebond flow %s\n", CMD_FLOW.usage);
    return 2;
}

const struct command CMD_FLOW = {
    "flow",
    "check|test|dump|graph|trace|schema|reference|watch [NAMES] [--flows DIR] | run | import "
    "FILE.json",
    "vérifier, essayer, dessiner les conversations",
    "  check [FILES]          every mistake of the flows, with file:line:column (--strict: "
    "warnings too)\n"
    "  test [FILES.talk]      play the transcripts beside the flows (--trace: why each step "
    "was taken;\n"
    "                         --record: print them with what is said today)\n"
    "  dump NAME              the compiled program, step by step\n"
    "  graph NAME [-o F.svg]  a picture of the flow\n"
    "  trace FILE.talk        play a transcript and explain each turn\n"
    "  trace --contact ID     explain that person's last turns, from the database (--turns N, "
    "--lang fr);\n"
    "        --last           or the last turn of anybody (--config FILE, --db PATH)\n"
    "  schema                 JSON Schema for editors (completion and hover in a YAML editor)\n"
    "  reference [--lang fr]  every step, key, act and event\n"
    "  watch                  check and test again at each save\n"
    "  import FILE.json       install an export of RapidPro or TextIt (spec 13 and 14) among "
    "the "
    "flows, and say\n"
    "                         by name what is carried over and what is not (--dry-run, --flows "
    "DIR, --name,\n"
    "                         --prefix, --skip-keyword, --without, --global N=V, --lang en; "
    "--to-yaml [--out\n"
    "                         DIR] writes the readable form instead)\n"
    "  run                    run such flows from JSON lines (--fixtures F --environments F)\n"
    "  --flows DIR            the folder; without it ./flows, else the flows inside the "
    "binary\n",
    run};
