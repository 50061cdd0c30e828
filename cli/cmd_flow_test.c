/* cmd_flow_test.c - rebond flow check, test, trace, watch: are the conversations right? */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/file.h"
#include "bot/flow/problems.h"
#include "bot/steps/steps.h"
#include "bot/talk.h"
#include "bot/understand/understand.h"
#include "cli/cmd_flow_priv.h"
#include "cli/flow_files.h"

#define OUT_MAX (4 * 1024 * 1024)

static int fail(const struct err *err) {
    char line[1200];
    fprintf(stderr, "%s\n", err_format(err, line, sizeof line));
    return 2;
}

static void print(struct buf *out, FILE *f) {
    fwrite(out->p ? out->p : "", 1, out->n, f);
    buf_done(out);
}

int cmd_flow_check(struct flow_args *args) {
    struct flow_files files;
    struct flow_problems problems;
    struct library *l = NULL;
    struct err err = {0};
    struct buf out;
    const char *dir = args->names ? args->name[0] : args->dir;
    problems_init(&problems, &args->a);
    if (flow_files_read(dir, &args->a, &files, &err) != OK) {
        return fail(&err);
    }
    if (library_load(&STEPS_LANG, files.src, files.n, NULL, NULL, &l, &problems) == OK) {
        library_check(l, &FLOW_FILES_METER, &problems);
        problems_sort(&problems);
    }
    buf_init(&out, OUT_MAX);
    problems_print(&problems, &out);
    buf_printf(&out, "%zu files, %zu flows, %zu errors, %zu warnings\n", files.n,
               l ? library_count(l) : 0, problems.errors, problems.n - problems.errors);
    print(&out, stdout);
    library_free(l);
    return problems.errors || (args->strict && problems.n) ? 1 : 0;
}

static enum rc play_file(const char *path, const struct library *l, const struct und *u,
                         enum talk_mode mode, struct buf *out, struct talk_result *result,
                         struct err *err) {
    struct arena a;
    struct str text;
    struct talk talk = {0};
    arena_init(&a);
    enum rc rc = file_read(path, TALK_SIZE_MAX, &a, &text, err);
    rc = rc == OK ? talk_parse(str_from(path), text, &a, &talk, err) : rc;
    rc = rc == OK ? talk_play(&talk, l, u, mode, out, result, err) : rc;
    arena_done(&a);
    return rc;
}

/* The transcripts named, else those beside the flows. */
static enum rc talk_files(struct flow_args *args, struct err *err) {
    struct str *name;
    size_t n;
    const char *dir = args->dir ? args->dir : "flows";
    if (args->names) {
        return OK;
    }
    enum rc rc = file_list(dir, ".talk", &args->a, &name, &n, err);
    for (size_t i = 0; rc == OK && i < n && args->names < FLOW_ARGS_MAX; i++) {
        args->name[args->names++] = arena_printf(&args->a, "%s/%.*s", dir, STR_ARG(name[i])).p;
    }
    return rc;
}

int cmd_flow_test(struct flow_args *args) {
    struct talk_result result = {0};
    struct und *u = NULL;
    struct err err = {0};
    struct buf out;
    int broken = 0;
    enum talk_mode mode = args->record  ? TALK_MODE_RECORD
                          : args->trace ? TALK_MODE_TRACE
                                        : TALK_MODE_CHECK;
    if (talk_files(args, &err) != OK || und_load(NULL, &u, &err) != OK) {
        return fail(&err);
    }
    struct library *l = flow_files_library(args->dir, &args->a);
    if (!l) {
        und_free(u);
        return 1;
    }
    buf_init(&out, OUT_MAX);
    for (size_t i = 0; i < args->names; i++) {
        err = (struct err){0};
        if (play_file(args->name[i], l, u, mode, &out, &result, &err) != OK) {
            broken += fail(&err) != 0;
        }
    }
    if (mode != TALK_MODE_RECORD) {
        buf_printf(&out, "%zu files, %d conversations, %d lines compared, %d differences\n",
                   args->names, result.talks, result.lines, result.failures + broken);
    }
    print(&out, stdout);
    library_free(l);
    und_free(u);
    return result.failures || broken ? 1 : 0;
}

int cmd_flow_trace(struct flow_args *args) {
    args->trace = true;
    return cmd_flow_test(args);
}

/* The newest change among the flows and transcripts, in seconds. */
static time_t newest(const char *dir, struct arena *a) {
    static const char *const SUFFIX[] = {".yaml", ".talk", ".json"};
    time_t last = 0;
    for (int k = 0; k < 3; k++) {
        struct str *name;
        size_t n = 0;
        struct err err = {0};
        if (file_list(dir, SUFFIX[k], a, &name, &n, &err) != OK) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            struct stat st;
            struct str path = arena_printf(a, "%s/%.*s", dir, STR_ARG(name[i]));
            if (stat(path.p, &st) == 0 && st.st_mtime > last) {
                last = st.st_mtime;
            }
        }
    }
    return last;
}

int cmd_flow_watch(struct flow_args *args) {
    const char *dir = args->dir ? args->dir : "flows";
    struct timespec pause = {0, 500000000};
    time_t seen = -1;
    for (;;) {
        struct arena a;
        arena_init(&a);
        time_t now = newest(dir, &a);
        arena_done(&a);
        if (now != seen) {
            struct flow_args once = {.dir = dir};
            seen = now;
            arena_init(&once.a);
            if (cmd_flow_check(&once) == 0) {
                cmd_flow_test(&once);
            }
            arena_done(&once.a);
            fflush(stdout);
        }
        nanosleep(&pause, NULL);
    }
}
