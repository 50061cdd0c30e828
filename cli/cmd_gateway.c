/* cmd_gateway.c - `rebond gateway`: descriptors checked and tried, recorded exchanges replayed.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"
#include "cli/command.h"
#include "cli/replay.h"
#include "cli/try_provider.h"
#include "gateways/descriptor.h"
#include "gateways/dexpr.h"

#define LINE_MAX_BYTES (4 << 20)

static int fail(const struct err *err) {
    char text[1024];
    fprintf(stderr, "%s\n", err_format(err, text, sizeof text));
    return 1;
}

/* ------------------------------------------------------------------ list, check */

static void print_kind(const struct gateway_kind *k) {
    printf("%-26s %-34s%s%s%s%s\n", k->name, k->title, k->caps & GW_HOOK ? " receives" : "",
           k->caps & GW_POLL ? " polls" : "", k->caps & GW_RECEIPTS ? " reports" : "",
           k->caps & GW_BUTTONS ? " buttons" : "");
}

static int run_list(void) {
    struct arena a;
    size_t n;
    arena_init(&a);
    for (size_t i = 0; GATEWAYS[i]; i++) {
        print_kind(GATEWAYS[i]);
    }
    const struct str *name = descriptor_names(&a, &n);
    for (size_t i = 0; i < n; i++) {
        const struct gateway_kind *k;
        if (descriptor_find(name[i], &k) == OK) {
            print_kind(k);
        }
    }
    arena_done(&a);
    return 0;
}

static void print_checked(const char *file, const struct gateway_kind *k, struct arena *a) {
    size_t n;
    const struct str *key = descriptor_config(k, a, &n);
    printf("%s: fine (%s)\n  settings:", file, k->title);
    for (size_t i = 0; i < n; i++) {
        printf("%s %.*s", i ? "," : "", STR_ARG(key[i]));
    }
    printf("\n  does:%s%s%s\n", k->caps & GW_HOOK ? " receive" : "",
           k->caps & GW_RECEIPTS ? " reports" : "", k->caps & GW_POLL ? " poll" : "");
}

static int run_check(int argc, char **argv) {
    int bad = 0;
    for (int i = 1; i < argc; i++) {
        struct arena a;
        struct err err = {0};
        struct str text;
        const struct gateway_kind *k;
        arena_init(&a);
        if (file_read(argv[i], YAML_SIZE_MAX, &a, &text, &err) < 0 ||
            descriptor_compile(argv[i], text, &a, &k, &err) < 0) {
            bad = fail(&err);
        } else {
            print_checked(argv[i], k, &a);
        }
        arena_done(&a);
    }
    return bad;
}

/* ------------------------------------------------------------------ replay */

static void print_failure(const struct val *line, const struct err *err, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    char text[1024];
    val_put(b, "id", val_get(line, "id"));
    val_put(b, "error_text", val_textz(a, err_format(err, text, sizeof text)));
    struct str s = json_text(val_end(b), a);
    printf("%.*s\n", STR_ARG(s));
}

static void replay_line(struct str text) {
    struct arena a;
    struct err err = {0};
    const struct val *line = NULL, *out;
    arena_init(&a);
    if (json_parse(text, &a, &line, &err) < 0 || replay_case(line, &a, &out, &err) < 0) {
        print_failure(line, &err, &a);
    } else {
        struct str s = json_text(out, &a);
        printf("%.*s\n", STR_ARG(s));
    }
    fflush(stdout);
    arena_done(&a);
}

static int run_replay(void) {
    char *buf = NULL;
    size_t cap = 0;
    struct str line;
    enum rc rc;
    while ((rc = file_line(stdin, &buf, &cap, LINE_MAX_BYTES, &line)) == OK) {
        if (str_trim(line).n) {
            replay_line(line);
        }
    }
    free(buf);
    return rc == NONE ? 0 : 2;
}

/* ------------------------------------------------------------------ the command */

static int run(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "list") && argc == 2) {
        return run_list();
    }
    if (!strcmp(what, "check") && argc > 2) {
        return run_check(argc - 1, argv + 1);
    }
    if (!strcmp(what, "try") && argc > 2) {
        return try_provider(argc - 1, argv + 1);
    }
    if (!strcmp(what, "functions") && argc == 2) {
        for (const char *const *f = dexpr_functions(); *f; f++) {
            puts(*f);
        }
        return 0;
    }
    if (!strcmp(what, "replay") && argc == 2) {
        return run_replay();
    }
    fprintf(stderr, "rebond gateway list | functions | check FILE... | try FILE ... | replay  "
                    "(see --help)\n");
    return 2;
}

const struct command CMD_GATEWAY = {
    .name = "gateway",
    .usage = "list | functions | check FILE... | try FILE --to NUMBER --text TEXT --really "
             "[KEY=VALUE...] "
             "| replay",
    .summary = "check and try a provider's description, replay recorded exchanges",
    .help = "list            the gateways of this build\n"
            "functions       what expressions in descriptors may call\n"
            "check FILE...   compile descriptors (gateways/providers/*.yaml): the first "
            "mistake of each, with its\n"
            "                line and column\n"
            "try FILE        send ONE REAL message with a descriptor, showing each request and "
            "answer with secrets\n"
            "                hidden. Without --really nothing leaves: the first request is "
            "only shown.\n"
            "                Settings are KEY=VALUE words, or KEY=@FILE for secrets kept in a "
            "file\n"
            "replay          read recorded cases (JSON lines) on standard input, write what "
            "the service makes of\n"
            "                each on standard output; opens no socket\n",
    .run = run,
};
