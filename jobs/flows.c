/* flows.c - the flows in force: read from a folder or from the binary, compiled, stored by
 * their hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/flows.h"

#include "base/embed.h"
#include "base/file.h"
#include "base/log.h"
#include "base/yaml.h"
#include "bot/flow/library.h"
#include "bot/rapid/rapid_front.h"
#include "bot/rapid/rapid_set.h"
#include "bot/steps/steps.h"
#include "db/programs.h"
#include "db/sql.h"
#include "jobs/service.h"

#define FLOWS_MAX 500

static enum rc from_folder(struct service *s, struct library_source **ret, size_t *ret_n,
                           struct err *err) {
    struct str *name, *brought;
    size_t n, more;
    const char *dir = arena_cstr(&s->process, s->config->flows);
    enum rc rc = file_list(dir, ".yaml", &s->process, &name, &n, err);
    rc = rc == OK ? file_list(dir, RAPID_FRONT.suffix, &s->process, &brought, &more, err) : rc;
    if (rc != OK) {
        return rc;
    }
    struct library_source *src = ARENA_ARRAY(&s->process, struct library_source, n + more);
    for (size_t i = 0; i < n + more && rc == OK; i++) {
        size_t max = i < n ? YAML_SIZE_MAX : RAPID_SET_BYTES_MAX;
        src[i].file = arena_printf(&s->process, "%s/%.*s", dir,
                                   STR_ARG(i < n ? name[i] : brought[i - n]));
        rc = file_read(src[i].file.p, max, &s->process, &src[i].text, err);
    }
    *ret = src;
    *ret_n = n + more;
    return rc;
}

static void from_binary(struct service *s, struct library_source **ret, size_t *ret_n) {
    struct library_source *src = ARENA_ARRAY(&s->process, struct library_source, FLOWS_MAX);
    size_t n = 0;
    for (const struct embed_file *f = EMBED_FILES; f->name && n < FLOWS_MAX; f++) {
        struct str name = str_from(f->name);
        if (str_starts(name, STR("flows/")) && str_ends(name, STR(".yaml"))) {
            src[n].file = name;
            src[n++].text = (struct str){(const char *)f->data, f->n};
        }
    }
    *ret = src;
    *ret_n = n;
}

/* An old version by its hash, for a conversation that began on it. */
static enum rc fetch(void *ctx, struct str hash, struct arena *a, struct library_source *ret) {
    struct service *s = ctx;
    struct program_row row;
    enum rc rc = programs_get(s->db, hash, a, &row);
    if (rc == OK) {
        ret->file =
            arena_printf(a, "%.*s@%.*s", STR_ARG(row.name), STR_ARG(str_sub(hash, 0, 8)));
        ret->text = row.source;
    }
    return rc;
}

static void report(const struct flow_problems *p, struct err *err) {
    for (size_t i = 0; i < p->n; i++) {
        const struct flow_problem *f = &p->problem[i];
        if (f->warning) {
            continue;
        }
        log_event(LOG_LVL_ERROR, "flow.error", "at=%.*s:%d:%d text=\"%.*s\"", STR_ARG(f->file),
                  f->line, f->column, STR_ARG(f->text));
        if (err && err->rc == OK) {
            err_at(err, E_INVALID, arena_cstr(p->a, f->file), f->line, f->column, "%.*s",
                   STR_ARG(f->text));
            err_hint(err, "%.*s", STR_ARG(f->hint));
        }
    }
}

static enum rc keep_versions(struct service *s) {
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    for (size_t i = 0; i < library_count(s->library) && rc == OK; i++) {
        struct str name, hash;
        struct library_source src;
        library_item(s->library, i, &name, &hash, &src);
        rc = programs_put(s->db, hash, name, src.text, service_now(s));
    }
    return sql_end(s->db, rc);
}

enum rc flows_load(struct service *s, struct err *err) {
    struct library_source *src;
    size_t n;
    if (s->config->flows.n > 0) {
        enum rc rc = from_folder(s, &src, &n, err);
        if (rc != OK) {
            return rc;
        }
    } else {
        from_binary(s, &src, &n);
    }
    struct flow_problems problems = {.a = &s->process};
    struct library *lib = NULL;
    enum rc rc = library_load(&STEPS_LANG, src, n, fetch, s, &lib, &problems);
    if (rc != OK) {
        report(&problems, err);
        library_free(lib);
        return rc;
    }
    s->library = lib;
    log_event(LOG_LVL_INFO, "flows.loaded", "n=%zu", library_count(lib));
    rc = keep_versions(s);
    return rc == OK ? OK : err_set(err, rc, "flows: %s", sql_error(s->db));
}
