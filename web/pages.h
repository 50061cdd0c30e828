/* pages.h - the advisor console: one request in a page's hands, its layout, the threads it runs
 * on. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "jobs/config.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/html.h"
#include "web/request.h"

struct db;
struct pages;
struct service;

/* One request, on a worker thread with its own connection to the database. A page reads what it
 * needs, acts, and ends with exactly one of page_end, page_redirect, page_fail. */
struct page {
    struct pages *pages;
    const struct web_request *r;
    const struct config *config;
    struct service *service; /* for its clock and to wake it; NULL in some tests */
    struct db *db;
    struct arena *a;
    int64_t now_ms;
    int64_t id; /* the '#' of the path; 0 = none */
    bool logged_in;
    bool by_itself; /* console.js looks again at what moves: nobody has read it anew */
    struct guard_user user;
    struct form form; /* of a POST */
    struct form query;
    struct html h;
    bool answered;
};

/* A row of a page file's table. Path: '#' stands for one number ("/conversations/#/fermer").
 * POSTs are refused before run() unless they carry the session's CSRF secret. */
struct page_kind {
    const char *method, *path;
    unsigned roles; /* GUARD_*; 0 = no login needed */
    void (*run)(struct page *p);
};

/* The tables, each ended by a NULL method. */
extern const struct page_kind PAGE_LOGIN[], PAGE_HOME[], PAGE_CASES[], PAGE_BROADCAST[],
    PAGE_BALLOTS[], PAGE_PEOPLE[], PAGE_CHANNELS[], PAGE_FILES[];

/* Starts config->console.workers threads; each opens the database of `config`. `service` may be
 * NULL (then the system's clock). */
enum rc pages_new(const struct config *config, struct service *service, struct pages **ret,
                  struct err *err) MUST_USE;
/* Waits for the threads. After server_run returned, before server_free. NULL is fine. */
void pages_free(struct pages *p);
/* Handler of the catch-all prefix route "/" (GET and POST) with the pages as ctx. */
void pages_serve(const struct web_request *r, void *ctx);
#define PAGES_BODY_MAX (64 * 1024)

/* ---- for pages */

/* Head, navigation, flash message, <main>, and <h1>title</h1>. */
void page_begin(struct page *p, const char *title);
/* Closes what page_begin opened and answers 200. */
void page_end(struct page *p);
/* 303 to a path of ours; `flash` ("" = none) is shown once on the page that comes. */
void page_redirect(struct page *p, struct str path, const char *flash);
/* 303 with a Set-Cookie value. */
void page_redirect_cookie(struct page *p, const char *path, struct str cookie);
/* A page that says what went wrong. */
void page_fail(struct page *p, int status, const char *text);
/* The same from a result: NONE and E_INVALID 404, E_DENIED 403, E_STATE and E_CONFLICT 409,
 * E_BUSY and E_IO 503. Logs what is ours. */
void page_fail_rc(struct page *p, enum rc rc);

/* <form method=post> with the hidden CSRF field; close it with html_close. */
void page_form(struct page *p, const char *action);
/* A form that is one button; cls NULL = plain. */
void page_button(struct page *p, const char *action, const char *cls, const char *label);
/* "/conversations/12": path with one number, in p->a. */
const char *page_path(struct page *p, const char *fmt, int64_t id);
/* <time datetime=...>jeudi 12 mars à 14h</time> */
void page_time(struct page *p, int64_t ms);
/* "il y a 3 h" of a past moment. */
void page_age(struct page *p, int64_t since_ms);
/* "Inès B." or "Personne sans nom". */
struct str page_person(struct page *p, struct str first_name, struct str last_name);
/* Wakes the work loop after a COMMIT that gave it something to do. */
void page_wake(struct page *p);
/* One line in the audit log; in the caller's write transaction. */
enum rc page_audit(struct page *p, const char *verb, const char *object, int64_t id) MUST_USE;

#endif
