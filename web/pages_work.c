/* pages_work.c - the threads on which pages run, so that a slow one never holds the web loop.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/pages_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/db.h"
#include "web/server.h"

#define WAITING_MAX 128

static struct page_job *job_copy(const struct web_request *r) {
    struct page_job *j = mem_alloc(sizeof *j);
    memset(j, 0, sizeof *j);
    arena_init(&j->arena);
    struct arena *a = &j->arena;
    struct web_header *h = ARENA_ARRAY(a, struct web_header, r->headers);
    j->r = *r;
    j->r.arena = a;
    j->r.method = arena_str(a, r->method);
    j->r.path = arena_str(a, r->path);
    j->r.tail = arena_str(a, r->tail);
    j->r.query = arena_str(a, r->query);
    j->r.host = arena_str(a, r->host);
    j->r.remote_ip = arena_str(a, r->remote_ip);
    j->r.body = arena_str(a, r->body);
    for (size_t i = 0; i < r->headers; i++) {
        h[i].name = arena_str(a, r->header[i].name);
        h[i].value = arena_str(a, r->header[i].value);
    }
    j->r.header = h;
    return j;
}

static void job_free(struct page_job *j) {
    arena_done(&j->arena);
    free(j);
}

void pages_serve(const struct web_request *r, void *ctx) {
    struct pages *p = ctx;
    struct page_job *j = job_copy(r);
    pthread_mutex_lock(&p->lock);
    bool room = p->waiting < WAITING_MAX && !p->stopping;
    if (room) {
        *p->tail = j;
        p->tail = &j->next;
        p->waiting++;
        pthread_cond_signal(&p->wake);
    }
    pthread_mutex_unlock(&p->lock);
    if (!room) {
        struct web_answer busy = {.status = 503,
                                  .content_type = STR("text/plain; charset=utf-8"),
                                  .body = STR("Trop de demandes à la fois, réessayez.")};
        server_answer(r->server, r->id, &busy);
        job_free(j);
    }
}

static struct page_job *next_job(struct pages *p) {
    pthread_mutex_lock(&p->lock);
    while (!p->head && !p->stopping) {
        pthread_cond_wait(&p->wake, &p->lock);
    }
    struct page_job *j = p->head;
    if (j) {
        p->head = j->next;
        p->tail = p->head ? p->tail : &p->head;
        p->waiting--;
    }
    pthread_mutex_unlock(&p->lock);
    return j;
}

static void *work(void *arg) {
    struct page_worker *w = arg;
    struct page_job *j;
    while ((j = next_job(w->pages)) != NULL) {
        pages_run(w->pages, w->db, j);
        job_free(j);
    }
    return NULL;
}

enum rc pages_new(const struct config *config, struct service *service, struct pages **ret,
                  struct err *err) {
    struct pages *p = mem_alloc(sizeof *p);
    struct arena a;
    enum rc rc = OK;
    memset(p, 0, sizeof *p);
    p->config = config;
    p->service = service;
    p->tail = &p->head;
    guard_throttle_init(&p->throttle);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    arena_init(&a);
    int max = (int)(sizeof p->worker / sizeof p->worker[0]);
    int n = config->console.workers < 1 ? 1 : config->console.workers;
    for (p->workers = 0; p->workers < n && p->workers < max && rc == OK;) {
        struct page_worker *w = &p->worker[p->workers];
        struct db_options o = {.must_exist = true, .cache_kib = 4096};
        w->pages = p;
        rc = db_open(arena_cstr(&a, config->database), &o, &w->db, err);
        if (rc == OK) {
            p->workers++;
            w->started = pthread_create(&w->thread, NULL, work, w) == 0;
            rc = w->started ? OK : err_set(err, E_IO, "cannot start a thread for pages");
        }
    }
    arena_done(&a);
    if (rc != OK) {
        pages_free(p);
        return rc;
    }
    *ret = p;
    return OK;
}

void pages_free(struct pages *p) {
    if (!p) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->workers; i++) {
        if (p->worker[i].started) {
            pthread_join(p->worker[i].thread, NULL);
        }
        db_close(p->worker[i].db);
    }
    while (p->head) {
        struct page_job *next = p->head->next;
        job_free(p->head);
        p->head = next;
    }
    guard_throttle_done(&p->throttle);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->wake);
    free(p);
}
