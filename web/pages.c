/* pages.c - which page answers an address, and who may see it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/pages_priv.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "jobs/service.h"

static const struct page_kind *const TABLES[] = {PAGE_LOGIN,     PAGE_HOME,    PAGE_CASES,
                                                 PAGE_BROADCAST, PAGE_BALLOTS, PAGE_PEOPLE,
                                                 PAGE_CHANNELS,  PAGE_FILES};

/* True when the path fits the pattern; *ret_id = its number. */
static bool fits(const char *pattern, struct str path, int64_t *ret_id) {
    size_t i = 0;
    int64_t id = 0;
    for (const char *c = pattern; *c; c++) {
        if (*c != '#') {
            if (i >= path.n || path.p[i++] != *c) {
                return false;
            }
            continue;
        }
        size_t from = i;
        while (i < path.n && path.p[i] >= '0' && path.p[i] <= '9') {
            i++;
        }
        if (i == from || !str_to_i64(str_sub(path, from, i - from), &id)) {
            return false;
        }
    }
    *ret_id = id;
    return i == path.n;
}

static const struct page_kind *find_page(const struct web_request *r, int64_t *ret_id,
                                         bool *ret_path) {
    *ret_path = false;
    for (size_t t = 0; t < sizeof TABLES / sizeof TABLES[0]; t++) {
        for (const struct page_kind *k = TABLES[t]; k->method; k++) {
            if (!fits(k->path, r->path, ret_id)) {
                continue;
            }
            *ret_path = true;
            if (str_is(r->method, k->method)) {
                return k;
            }
        }
    }
    return NULL;
}

/* Sends those who are not logged in to the login page, and back afterwards. */
static void ask_login(struct page *p) {
    if (!str_is(p->r->method, "GET") || str_is(p->r->path, "/")) {
        page_redirect(p, STR("/connexion"), "");
        return;
    }
    page_redirect(
        p, arena_printf(p->a, "/connexion?vers=%.*s", STR_ARG(html_encode(p->r->path, p->a))),
        "");
}

static bool read_form(struct page *p) {
    return !str_is(p->r->method, "POST") || form_parse(p->r->body, p->a, &p->form) == OK;
}

static void guard_and_run(struct page *p, const struct page_kind *k) {
    bool post = str_is(p->r->method, "POST");
    if (!read_form(p)) {
        page_fail(p, 400, "Le formulaire n'a pas pu être lu : ce n'est pas du texte.");
    } else if (post && !guard_same_site(p->r)) {
        page_fail(p, 403, "Cette demande venait d'un autre site : elle n'a pas été suivie.");
    } else if (k->roles && !p->logged_in) {
        ask_login(p);
    } else if (k->roles && !guard_may(&p->user, k->roles)) {
        page_fail(p, 403, "Votre rôle ne donne pas accès à cette page.");
    } else if (k->roles && post && !guard_csrf(&p->user, form_get(&p->form, "csrf"))) {
        page_fail(p, 403,
                  "Le formulaire a expiré. Revenez à la page précédente et recommencez.");
    } else {
        k->run(p);
    }
}

void pages_run(struct pages *all, struct db *db, struct page_job *job) {
    struct page p = {.pages = all,
                     .r = &job->r,
                     .config = all->config,
                     .service = all->service,
                     .db = db,
                     .a = &job->arena};
    bool path_known;
    struct clock clock;
    clock_real(&clock);
    p.now_ms = all->service ? service_now(all->service) : clock_now(&clock);
    html_init(&p.h);
    bool query_ok = form_parse(p.r->query, p.a, &p.query) == OK;
    p.by_itself = str_is(form_get(&p.query, "suivi"), "1");
    enum rc rc = guard_session(db, p.r, !p.by_itself, p.now_ms, all->config->console.session_ms,
                               p.a, &p.user);
    p.logged_in = rc == OK;
    const struct page_kind *k = find_page(&job->r, &p.id, &path_known);
    if (rc < OK) {
        page_fail_rc(&p, rc);
    } else if (!query_ok) {
        page_fail(&p, 400, "Cette adresse n'a pas pu être lue.");
    } else if (k) {
        guard_and_run(&p, k);
    } else {
        page_fail(&p, path_known ? 405 : 404, "Cette page n'existe pas.");
    }
    if (!p.answered) {
        log_event(LOG_LVL_ERROR, "page.silent", "path=\"%.*s\"", STR_ARG(job->r.path));
        page_fail(&p, 500, "Cette page n'a rien répondu.");
    }
    html_done(&p.h);
}
