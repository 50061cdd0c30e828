/* page_home.c - today: what waits, what comes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"
#include "db/cases.h"
#include "db/channels.h"
#include "db/meetups.h"
#include "db/places.h"
#include "db/reports.h"
#include "web/page_parts.h"
#include "web/pages.h"

#define MEETUPS_SHOWN 5
#define AHEAD_MS (45 * MS_DAY)

static void put_count(struct page *p, int64_t n, const char *one, const char *many,
                      const char *href) {
    struct html *h = &p->h;
    html_open(h, "li", NULL);
    html_open(h, "strong", NULL);
    html_printf(h, "%lld", (long long)n);
    html_close(h);
    if (href) {
        html_open(h, "a", "href", href, NULL);
    }
    html_puts(h, n > 1 ? many : one);
    if (href) {
        html_close(h);
    }
    html_close(h);
}

static void put_counts(struct page *p, const struct report_overview *o) {
    struct html *h = &p->h;
    html_open(h, "ul", "class", "counts", NULL);
    if (guard_may(&p->user, GUARD_PEOPLE)) {
        put_count(p, o->cases_open, "conversation attend une réponse",
                  "conversations attendent une réponse", "/conversations");
        put_count(p, o->calls, "personne à appeler", "personnes à appeler", NULL);
    }
    put_count(p, o->enrolled, "jeune inscrit", "jeunes inscrits", NULL);
    put_count(p, o->outbox_queued, "message en attente d'envoi", "messages en attente d'envoi",
              NULL);
    put_count(p, o->outbox_unknown, "message au sort inconnu", "messages au sort inconnu",
              guard_may(&p->user, GUARD_PEOPLE) ? "/canaux" : NULL);
    html_close(h);
}

static void put_cases(struct page *p) {
    struct case_row *list;
    size_t n;
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Les plus anciennes demandes");
    if (cases_list(p->db, 0, 5, p->a, &list, &n) != OK || n == 0) {
        html_puts_in(h, "p", NULL, "Personne n'attend de réponse.");
        return;
    }
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_open(h, "a", "href", page_path(p, "/conversations/#", list[i].id), NULL);
        html_text(h, page_person(p, list[i].first_name, list[i].last_name));
        html_close(h);
        html_puts(h, ", ");
        page_age(p, list[i].opened_ms);
        if (list[i].urgent) {
            html_puts(h, " ");
            html_puts_in(h, "span", "badge urgent", "urgent");
        }
        html_close(h);
    }
    html_close(h);
}

/* One sentence a channel: what an office without an IT team must see on its own. */
static void put_channels(struct page *p) {
    struct channel *list;
    size_t n;
    struct html *h = &p->h;
    if (channels_list(p->db, part_midnight(p), p->a, &list, &n) != OK || n == 0) {
        return;
    }
    html_open(h, "h2", NULL);
    html_open(h, "a", "href", "/canaux", NULL);
    html_puts(h, "Canaux");
    html_close(h);
    html_close(h);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        bool paused = list[i].paused_until_ms > p->now_ms;
        html_open(h, "li", NULL);
        if (paused) {
            html_puts_in(h, "span", "badge urgent", "en pause");
            html_puts(h, " ");
        }
        html_printf(h, "%.*s : %lld envoyés, %lld reçus aujourd'hui", STR_ARG(list[i].name),
                    (long long)list[i].sent, (long long)list[i].received);
        html_close(h);
    }
    html_close(h);
}

static void put_meetup_row(struct page *p, const struct meetup *m) {
    struct place_counts c = {0};
    struct html *h = &p->h;
    if (places_count(p->db, m->id, &c) != OK) {
        return;
    }
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_text(h, m->title);
    html_close(h);
    html_open(h, "td", NULL);
    page_time(p, m->starts_ms);
    html_close(h);
    html_put(h, "td", NULL, m->venue);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)c.n[PLACE_YES]);
    if (m->capacity) {
        html_printf(h, " sur %d", m->capacity);
    }
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)c.n[PLACE_WAITING]);
    html_close(h);
    html_close(h);
}

/* An animator sees their own meetups only. */
static bool is_theirs(const struct page *p, const struct meetup *m) {
    return p->user.staff.role != STAFF_ANIMATOR || m->owner_id == p->user.staff.id;
}

static void put_meetups(struct page *p) {
    static const char *const heads[] = {"Rencontre", "Quand", "Où", "Viennent",
                                        "Liste d'attente"};
    struct meetup *list;
    size_t n;
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Prochaines rencontres");
    if (meetups_list(p->db, 0, p->now_ms, p->now_ms + AHEAD_MS, p->a, &list, &n) != OK ||
        n == 0) {
        html_puts_in(h, "p", NULL, "Aucune rencontre dans les six semaines.");
        return;
    }
    part_table(p, "Prochaines rencontres", heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0, shown = 0; i < n && shown < MEETUPS_SHOWN; i++) {
        if (list[i].state != MEETUP_CANCELLED && is_theirs(p, &list[i])) {
            put_meetup_row(p, &list[i]);
            shown++;
        }
    }
    part_table_end(p);
}

static void show(struct page *p) {
    struct report_overview o = {0};
    enum rc rc = reports_overview(p->db, &o);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, "Aujourd'hui");
    html_open(&p->h, "p", "class", "lead", NULL);
    page_time(p, p->now_ms);
    html_close(&p->h);
    put_counts(p, &o);
    if (guard_may(&p->user, GUARD_PEOPLE)) {
        put_cases(p);
        put_channels(p);
    }
    put_meetups(p);
    page_end(p);
}

const struct page_kind PAGE_HOME[] = {{"GET", "/", GUARD_ALL, show}, {NULL, NULL, 0, NULL}};
