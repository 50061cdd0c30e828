/* page_thread.c - what was said between a person and the service, as an advisor reads it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/page_thread.h"

#include "db/retention.h"
#include "db/staff.h"
#include "db/threads.h"
#include "db/traces.h"
#include "jobs/forget.h"
#include "jobs/tracing.h"
#include "web/page_files.h"

#define THREAD_MAX 80

struct str page_staff_name(struct page *p, int64_t id) {
    struct staff s;
    return id && staff_get(p->db, id, p->a, &s) == OK ? s.name : STR("tout le monde");
}

static const char *state_words(enum outbox_state s) {
    static const char *const words[OUTBOX_STATES] = {
        "en file",      "en cours d'envoi",   "envoyé", "remis", "lu", "échec",
        "sort inconnu", "expiré, non envoyé", "retenu"};
    return words[s];
}

static void put_said(struct page *p, const struct thread_line *l, const struct file_row *file,
                     size_t files) {
    struct html *h = &p->h;
    html_open(h, "div", "class", "said", NULL);
    bool any = l->inbound && page_files_put(p, file, files, l->id);
    if (l->text.n || !any) {
        html_open(h, "p", NULL);
        bool old = l->at_ms < forget_before(p->config, p->now_ms);
        html_lines(h, l->text.n ? l->text : old ? STR(RETENTION_GONE) : STR("(sans texte)"));
        html_close(h);
    }
    html_close(h);
}

/* The service's own words, and why: for an advisor who wonders. */
static void put_why(struct page *p, const struct thread_line *l) {
    struct html *h = &p->h;
    struct str lines, line, place = STR_EMPTY;
    if (l->inbound || l->staff_id || !l->inbox_id ||
        traces_get(p->db, l->inbox_id, p->a, &lines) != OK) {
        return;
    }
    html_open(h, "details", "class", "why", NULL);
    html_puts_in(h, "summary", NULL, "Pourquoi ?");
    html_open(h, "ul", NULL);
    while (str_next(&lines, '\n', &line)) {
        html_open(h, "li", NULL);
        html_text(h, tracing_french(line, &place, p->a));
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void put_line(struct page *p, const struct thread_line *l, const struct file_row *file,
                     size_t files) {
    struct html *h = &p->h;
    html_open(h, "li", "class", l->inbound ? "them" : l->staff_id ? "us human" : "us", NULL);
    put_said(p, l, file, files);
    html_open(h, "p", "class", "when", NULL);
    if (!l->inbound) {
        html_text(h, l->staff_id ? page_staff_name(p, l->staff_id) : STR("Service"));
        html_puts(h, ", ");
    }
    page_time(p, l->at_ms);
    if (l->inbound && l->in_kind == INBOX_EDITED) {
        html_puts(h, ", message corrigé par la personne");
    }
    if (!l->inbound) {
        html_printf(h, ", %s", state_words(l->state));
        if (l->reason.n && l->state >= OUTBOX_FAILED) {
            html_printf(h, " (%.*s)", STR_ARG(l->reason));
        }
    }
    html_close(h);
    put_why(p, l);
    html_close(h);
}

void page_thread_put(struct page *p, int64_t contact_id) {
    struct thread_line *line;
    struct file_row *file = NULL;
    size_t n = 0, files = 0;
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Échanges");
    html_open(h, "div", "id", "suivi", "data-refresh", "10", NULL);
    if (threads_read(p->db, contact_id, THREAD_MAX, p->a, &line, &n) != OK || n == 0) {
        html_puts_in(h, "p", "card", "Aucun échange.");
    } else {
        if (files_of(p->db, contact_id, p->a, &file, &files) != OK) {
            files = 0; /* the words matter more */
        }
        html_open(h, "ol", "class", "talk", NULL);
        for (size_t i = 0; i < n; i++) {
            put_line(p, &line[i], file, files);
        }
        html_close(h);
    }
    html_close(h);
}
