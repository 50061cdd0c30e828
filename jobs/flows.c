/* flows.c - the flows in force: read from a folder or from the binary, compiled, stored by
 * their hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/flows.h"

#include <stdlib.h>

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

/* One reading of all flows. Pages and turns may still hold a program of an older one: it stays
 * until the service ends. */
struct flows_read {
    struct library *library;
    struct arena a;
    struct flows_read *older;
};

static enum rc from_folder(const struct service *s, struct arena *a,
                           struct library_source **ret, size_t *ret_n, struct err *err) {
    struct str *name, *brought;
    size_t n, more;
    const char *dir = arena_cstr(a, s->config->flows);
    enum rc rc = file_list(dir, ".yaml", a, &name, &n, err);
    rc = rc == OK ? file_list(dir, RAPID_FRONT.suffix, a, &brought, &more, err) : rc;
    if (rc != OK) {
        return rc;
    }
    struct library_source *src = ARENA_ARRAY(a, struct library_source, n + more);
    for (size_t i = 0; i < n + more && rc == OK; i++) {
        size_t max = i < n ? YAML_SIZE_MAX : RAPID_SET_BYTES_MAX;
        src[i].file =
            arena_printf(a, "%s/%.*s", dir, STR_ARG(i < n ? name[i] : brought[i - n]));
        rc = file_read(src[i].file.p, max, a, &src[i].text, err);
    }
    *ret = src;
    *ret_n = n + more;
    return rc;
}

static void from_binary(struct arena *a, struct library_source **ret, size_t *ret_n) {
    struct library_source *src = ARENA_ARRAY(a, struct library_source, FLOWS_MAX);
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

static enum rc keep_versions(struct service *s, const struct library *lib) {
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    for (size_t i = 0; i < library_count(lib) && rc == OK; i++) {
        struct str name, hash;
        struct library_source src;
        library_item(lib, i, &name, &hash, &src);
        rc = programs_put(s->db, hash, name, src.text, service_now(s));
    }
    return sql_end(s->db, rc);
}

static enum rc read_set(struct service *s, struct flows_read *set, struct err *err) {
    struct library_source *src;
    size_t n;
    if (s->config->flows.n > 0) {
        enum rc rc = from_folder(s, &set->a, &src, &n, err);
        if (rc != OK) {
            return rc;
        }
    } else {
        from_binary(&set->a, &src, &n);
    }
    struct flow_problems problems = {.a = &set->a};
    enum rc rc = library_load(&STEPS_LANG, src, n, fetch, s, &set->library, &problems);
    if (rc != OK) {
        report(&problems, err);
        return rc;
    }
    /* a version is in the database before the first conversation begins on it */
    rc = keep_versions(s, set->library);
    return rc == OK ? OK : err_set(err, rc, "flows: %s", sql_error(s->db));
}

static void free_set(struct flows_read *set) {
    library_free(set->library);
    arena_done(&set->a);
    free(set);
}

enum rc flows_load(struct service *s, struct err *err) {
    struct flows_read *set = mem_alloc(sizeof *set);
    *set = (struct flows_read){.older = s->flows};
    arena_init(&set->a);
    enum rc rc = read_set(s, set, err);
    if (rc != OK) {
        free_set(set);
        return rc;
    }
    s->flows = set;
    s->library = set->library;
    log_event(LOG_LVL_INFO, "flows.loaded", "n=%zu", library_count(set->library));
    return OK;
}

void flows_publish(struct service *s) {
    struct err err = {0};
    if (!atomic_exchange(&s->publish, false)) {
        return;
    }
    if (flows_load(s, &err) != OK) {
        log_err("flows.refused", &err, "the flows in force stay");
    }
}

void flows_close(struct service *s) {
    while (s->flows) {
        struct flows_read *set = s->flows;
        s->flows = set->older;
        free_set(set);
    }
    s->library = NULL;
}
