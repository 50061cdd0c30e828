/* page_channels.c - the channels: open or paused and why, the messages whose fate nobody knows,
 * the reports that found no message. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/channels.h"
#include "db/outbox.h"
#include "db/receipts.h"
#include "db/sql.h"
#include "jobs/carriers.h"
#include "jobs/service.h"
#include "web/page_parts.h"
#include "web/pages.h"

#define UNKNOWN_MAX 100
#define LOST_MAX 100

static void put_state(struct page *p, const struct channel *c) {
    struct html *h = &p->h;
    if (c->paused_until_ms <= p->now_ms) {
        html_puts_in(h, "td", NULL, "ouvert");
        return;
    }
    html_open(h, "td", NULL);
    html_puts_in(h, "span", "badge urgent", "en pause");
    if (c->fault.n) {
        html_printf(h, " %.*s, depuis ", STR_ARG(c->fault));
        page_age(p, c->fault_ms);
    }
    html_close(h);
}

static void put_channel(struct page *p, const struct channel *c) {
    struct html *h = &p->h;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_text(h, c->name);
    html_close(h);
    html_put(h, "td", NULL, c->gateway);
    put_state(p, c);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)c->sent);
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)c->received);
    html_close(h);
    html_open(h, "td", NULL);
    if (c->paused_until_ms > p->now_ms) {
        page_form(p, "/canaux/reprendre");
        html_open(h, "input", "type", "hidden", "name", "canal", NULL);
        html_attr(h, "value", c->name);
        html_open(h, "button", "type", "submit", NULL);
        html_printf(h, "Reprendre %.*s", STR_ARG(c->name));
        html_close(h);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static enum rc put_channels(struct page *p) {
    static const char *const heads[] = {"Canal",           "Par",           "État",
                                        "Envoyés ce jour", "Reçus ce jour", "Action"};
    struct channel *list;
    size_t n = 0;
    enum rc rc = channels_list(p->db, part_midnight(p), p->a, &list, &n);
    if (rc < OK) {
        return rc;
    }
    part_table(p, "Canaux", heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < n; i++) {
        put_channel(p, &list[i]);
    }
    part_table_end(p);
    return OK;
}

static enum rc put_unknown(struct page *p) {
    struct outbox_row *list;
    size_t n = 0;
    struct html *h = &p->h;
    enum rc rc = outbox_list(p->db, OUTBOX_UNKNOWN, UNKNOWN_MAX, p->a, &list, &n);
    html_puts_in(h, "h2", NULL, "Messages dont on ignore s'ils sont arrivés");
    if (rc < OK || n == 0) {
        html_puts_in(h, "p", NULL, "Aucun.");
        return rc < OK ? rc : OK;
    }
    html_puts_in(h, "p", "hint",
                 "Ils ne repartent jamais tout seuls. Demandez à la personne, ou écrivez-lui.");
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_open(h, "a", "href", page_path(p, "/personnes/#", list[i].contact_id), NULL);
        html_printf(h, "canal %.*s, ", STR_ARG(list[i].channel));
        page_age(p, list[i].created_ms);
        html_close(h);
        html_close(h);
    }
    html_close(h);
    return OK;
}

static const char *status_words(enum receipt_status s) {
    static const char *const words[] = {"accepté", "envoyé", "remis",
                                        "lu",      "échec",  "sort inconnu"};
    return words[s];
}

static enum rc put_lost(struct page *p) {
    struct receipt_lost *list;
    size_t n = 0;
    struct html *h = &p->h;
    enum rc rc = receipts_lost(p->db, LOST_MAX, p->a, &list, &n);
    html_puts_in(h, "h2", NULL, "Accusés de réception sans message");
    if (rc < OK || n == 0) {
        html_puts_in(h, "p", NULL, "Aucun depuis un mois.");
        return rc < OK ? rc : OK;
    }
    html_puts_in(h, "p", "hint",
                 "L'opérateur parle de messages que le service n'a pas envoyés : une autre "
                 "application utilise peut-être le même compte.");
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_printf(h, "canal %.*s, %s, identifiant %.*s, ", STR_ARG(list[i].channel),
                    status_words(list[i].status), STR_ARG(list[i].provider_id));
        page_age(p, list[i].at_ms);
        html_close(h);
    }
    html_close(h);
    return OK;
}

static void show(struct page *p) {
    page_begin(p, "Canaux");
    enum rc rc = put_channels(p);
    rc = rc == OK ? put_unknown(p) : rc;
    rc = rc == OK ? put_lost(p) : rc;
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_end(p);
}

static enum rc resume_on_writer(struct service *s, void *name) {
    return carrier_resume(s, *(const struct str *)name);
}

static void resume(struct page *p) {
    struct str name = form_get(&p->form, "canal");
    enum rc rc = p->service ? service_call(p->service, resume_on_writer, &name) : E_STATE;
    if (rc == OK) {
        rc = sql_begin(p->db, SQL_WRITE);
    }
    if (rc == OK) {
        rc = sql_end(p->db, page_audit(p, "channel.resume", "channel", 0));
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_redirect(p, STR("/canaux"), "Canal repris : ce qui attendait repart.");
}

const struct page_kind PAGE_CHANNELS[] = {{"GET", "/canaux", GUARD_PEOPLE, show},
                                          {"POST", "/canaux/reprendre", GUARD_PEOPLE, resume},
                                          {NULL, NULL, 0, NULL}};
