/* pages_priv.h - what the pages' own files share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGES_PRIV_H
#define WEB_PAGES_PRIV_H

#include <pthread.h>

#include "web/pages.h"

/* A request on its way to a worker, copied. */
struct page_job {
    struct page_job *next;
    struct arena arena;
    struct web_request r;
};

struct pages {
    const struct config *config;
    struct service *service;
    struct guard_throttle throttle;
    pthread_mutex_t lock; /* guards the queue */
    pthread_cond_t wake;
    struct page_job *head, **tail;
    int waiting;
    bool stopping;
    struct page_worker {
        struct pages *pages;
        struct db *db;
        pthread_t thread;
        bool started;
    } worker[8];
    int workers;
};

/* pages.c: finds the page, guards it, runs it. */
void pages_run(struct pages *all, struct db *db, struct page_job *job);
/* page_layout.c */
void page_answer(struct page *p, int status, struct str location, struct str cookie,
                 struct str body);

#endif
