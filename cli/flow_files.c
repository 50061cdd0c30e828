/* flow_files.c - flows from a folder or from the binary, for the commands that read them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/file.h"
#include "base/yaml.h"
#include "bot/flow/problems.h"
#include "bot/rapid/rapid_front.h"
#include "bot/rapid/rapid_set.h"
#include "bot/steps/steps.h"
#include "gateways/sms_text.h"

#define PRINT_MAX (1024 * 1024)

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void from_binary(struct arena *a, struct flow_files *ret) {
    size_t n = 0;
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        n++;
    }
    ret->src = ARENA_ARRAY(a, struct library_source, n);
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        struct str name = str_from(f->name);
        if (str_starts(name, STR("flows/")) && str_ends(name, STR(".yaml"))) {
            ret->src[ret->n++] = (struct library_source){name, {(const char *)f->data, f->n}};
        }
    }
}

static enum rc from_folder(const char *dir, struct arena *a, struct flow_files *ret,
                           struct err *err) {
    struct str *name, *brought;
    size_t n, more;
    enum rc rc = file_list(dir, ".yaml", a, &name, &n, err);
    rc = rc == OK ? file_list(dir, RAPID_FRONT.suffix, a, &brought, &more, err) : rc;
    if (rc != OK) {
        return rc;
    }
    if (n + more == 0) {
        return err_set(err, E_INVALID, "there is no .yaml file in %s", dir);
    }
    ret->src = ARENA_ARRAY(a, struct library_source, n + more);
    for (size_t i = 0; i < n + more && rc == OK; i++) {
        size_t max = i < n ? YAML_SIZE_MAX : RAPID_SET_BYTES_MAX;
        struct str path =
            arena_printf(a, "%s/%.*s", dir, STR_ARG(i < n ? name[i] : brought[i - n]));
        ret->src[i].file = path;
        rc = file_read(path.p, max, a, &ret->src[i].text, err);
    }
    ret->n = n + more;
    return rc;
}

/* One flow, with the fields and standing texts of its folder. */
static enum rc from_file(const char *path, struct arena *a, struct flow_files *ret,
                         struct err *err) {
    static const char *const SHARED[] = {"_champs.yaml", "_textes.yaml"};
    const char *slash = strrchr(path, '/');
    struct str dir = slash ? str_sub(str_from(path), 0, (size_t)(slash - path) + 1) : STR_EMPTY;
    ret->src = ARENA_ARRAY(a, struct library_source, 3);
    for (size_t i = 0; i < 2; i++) {
        struct str shared = arena_printf(a, "%.*s%s", STR_ARG(dir), SHARED[i]);
        struct err ignored = {0};
        if (file_read(shared.p, YAML_SIZE_MAX, a, &ret->src[ret->n].text, &ignored) == OK) {
            ret->src[ret->n++].file = shared;
        }
    }
    ret->src[ret->n].file = str_from(path);
    bool brought = str_ends(str_from(path), str_from(RAPID_FRONT.suffix));
    enum rc rc = file_read(path, brought ? RAPID_SET_BYTES_MAX : YAML_SIZE_MAX, a,
                           &ret->src[ret->n].text, err);
    ret->n++;
    return rc;
}

enum rc flow_files_read(const char *dir, struct arena *a, struct flow_files *ret,
                        struct err *err) {
    *ret = (struct flow_files){NULL, 0, dir};
    if (!dir && is_folder("flows")) {
        dir = ret->dir = "flows";
    }
    if (!dir) {
        from_binary(a, ret);
        return OK;
    }
    return is_folder(dir) ? from_folder(dir, a, ret, err) : from_file(dir, a, ret, err);
}

struct library *flow_files_library(const char *dir, struct arena *a) {
    struct flow_files files;
    struct flow_problems problems;
    struct library *l = NULL;
    struct err err = {0};
    char line[1200];
    problems_init(&problems, a);
    if (flow_files_read(dir, a, &files, &err) != OK) {
        fprintf(stderr, "%s\n", err_format(&err, line, sizeof line));
        return NULL;
    }
    if (library_load(&STEPS_LANG, files.src, files.n, NULL, NULL, &l, &problems) != OK) {
        struct buf out;
        buf_init(&out, PRINT_MAX);
        problems_print(&problems, &out);
        fwrite(out.p, 1, out.n, stderr);
        buf_done(&out);
        return NULL;
    }
    return l;
}

static void measure(struct str text, struct arena *a, struct text_measure *ret) {
    struct sms_count count = sms_count(text);
    *ret = (struct text_measure){.segments = count.segments, .gsm = !count.ucs2};
    struct sms_alien alien;
    if (count.ucs2 && sms_aliens(text, a, &alien, 1) > 0) {
        ret->bad_column = (int)alien.column;
        ret->bad = alien.character;
        ret->replace = alien.replacement;
    }
}

const struct text_meter FLOW_FILES_METER = {measure};
