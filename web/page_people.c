/* page_people.c - people: find somebody, see where the service stands with them, write first,
 * begin a conversation, free one that is stuck. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/phone.h"
#include "base/text.h"
#include "base/zone.h"
#include "bot/flow/library.h"
#include "bot/flow/program.h"
#include "bot/session.h"
#include "db/addresses.h"
#include "db/cases.h"
#include "db/contacts.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "jobs/handback.h"
#include "jobs/hours.h"
#include "jobs/service.h"
#include "web/page_parts.h"
#include "web/page_thread.h"
#include "web/pages.h"

#define A_PAGE 50

static const char *status_words(enum contact_status s) {
    static const char *const words[] = {
        "pas encore inscrite", "en cours d'inscription", "inscrite",
        "hors des âges",       "parcours terminé",       "effacée"};
    return words[s];
}

/* ---- finding */

/* Sent as a form: a name or a number in an address would stay in the browser's history and in
 * the log of a proxy. */
static void put_search(struct page *p, struct str words) {
    struct html *h = &p->h;
    html_open(h, "div", "role", "search", NULL);
    page_form(p, "/personnes");
    part_label(p, "q", "Un nom, un prénom ou un numéro", NULL);
    html_open(h, "input", "id", "q", "name", "q", "type", "search", "maxlength", "60", NULL);
    html_attr(h, "value", words);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", NULL);
    html_puts(h, "Chercher");
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}

static void put_row(struct page *p, const struct contact *c) {
    struct html *h = &p->h;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_open(h, "a", "href", page_path(p, "/personnes/#", c->id), NULL);
    html_text(h, page_person(p, c->first_name, c->last_name));
    html_close(h);
    html_close(h);
    html_put(h, "td", NULL, c->commune);
    html_puts_in(h, "td", NULL, c->stop_all_ms ? "STOP" : status_words(c->status));
    html_open(h, "td", NULL);
    if (c->last_in_ms) {
        page_age(p, c->last_in_ms);
    }
    html_close(h);
    html_close(h);
}

/* A number finds its person, whatever the spaces; other words are looked for in names. */
static enum rc find(struct page *p, struct str words, int offset, struct contact **ret,
                    size_t *ret_n) {
    struct phone ph;
    struct contact_address known;
    if (phone_parse(words, p->config->org.country, p->a, &ph) == OK) {
        struct contact *one = ARENA_NEW(p->a, struct contact);
        *ret = one;
        *ret_n = 0;
        struct address at = {STR("tel"), ph.e164};
        enum rc rc = addresses_find(p->db, at, p->a, &known);
        if (rc == NONE) {
            at.scheme = STR("sim"); /* the simulator's phones have numbers too */
            rc = addresses_find(p->db, at, p->a, &known);
        }
        if (rc == OK) {
            rc = contacts_get(p->db, known.contact_id, p->a, one);
            *ret_n = rc == OK;
        }
        return rc;
    }
    struct contact_filter f = {
        .words = text_fold(words, p->a), .limit = A_PAGE, .offset = offset};
    return contacts_list(p->db, &f, p->a, ret, ret_n);
}

static void put_pages(struct page *p, struct str words, int64_t offset, size_t n) {
    struct html *h = &p->h;
    html_open(h, "div", "class", "actions", NULL);
    for (int way = -1; way <= 1; way += 2) {
        if (way < 0 ? offset == 0 : n < A_PAGE) {
            continue;
        }
        int64_t to = offset + way * A_PAGE;
        page_form(p, "/personnes");
        html_open(h, "input", "type", "hidden", "name", "q", NULL);
        html_attr(h, "value", words);
        html_open(h, "input", "type", "hidden", "name", "depuis", NULL);
        html_attr_int(h, "value", to > 0 ? to : 0);
        html_open(h, "button", "type", "submit", NULL);
        html_puts(h, way < 0 ? "Page précédente" : "Page suivante");
        html_close(h);
        html_close(h);
    }
    html_close(h);
}

static void show_list(struct page *p) {
    static const char *const heads[] = {"Personne", "Commune", "Fiche", "A écrit"};
    struct str words = form_get(&p->form, "q");
    int64_t offset = form_int(&p->form, "depuis", 0);
    struct contact *list;
    size_t n = 0;
    offset = offset < 0 || offset > 1000000 ? 0 : offset;
    enum rc rc = find(p, words, (int)offset, &list, &n);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, "Personnes");
    put_search(p, words);
    if (n == 0) {
        html_puts_in(&p->h, "p", "card", "Personne ne porte ce nom ni ce numéro.");
    } else {
        part_table(p, "Personnes", heads, sizeof heads / sizeof heads[0]);
        for (size_t i = 0; i < n; i++) {
            put_row(p, &list[i]);
        }
        part_table_end(p);
        put_pages(p, words, offset, n);
    }
    page_end(p);
}

/* ---- one person */

static const struct library *library(const struct page *p) {
    return p->service ? p->service->library : NULL;
}

static struct str flow_title(struct page *p, struct str name) {
    const struct program *flow = library(p) ? library_get(library(p), name) : NULL;
    const struct text_form *form =
        flow ? program_form(&flow->title, STR("fr"), flow->language) : NULL;
    return form ? form->source : name;
}

/* Where the service stands with the person, and the way out of it. */
static void put_stand(struct page *p, int64_t id, const struct session *s) {
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Où en est le service");
    if (s->frames == 0) {
        html_puts_in(h, "p", NULL, "Aucune conversation en cours.");
        return;
    }
    const struct frame *f = &s->frame[s->frames - 1];
    html_open(h, "p", NULL);
    html_printf(h, "Conversation « %.*s »", STR_ARG(flow_title(p, f->flow)));
    if (f->wait == WAIT_ANSWER) {
        html_puts(h, " : une question attend sa réponse, posée ");
        page_age(p, f->asked_ms);
    } else if (f->wait == WAIT_CALL) {
        html_puts(h, " : attend la réponse d'un autre service");
    } else if (f->wait == WAIT_TIME) {
        html_puts(h, " : attend son heure");
    }
    html_puts(h, ".");
    if (s->pendings) {
        html_printf(h, " %zu autre%s attend%s son tour.", s->pendings,
                    s->pendings > 1 ? "s" : "", s->pendings > 1 ? "ent" : "");
    }
    html_close(h);
    html_open(h, "div", "class", "actions", NULL);
    page_button(p, page_path(p, "/personnes/#/liberer", id), NULL,
                "Libérer : arrêter cette conversation");
    html_close(h);
}

static void put_begin(struct page *p, int64_t id) {
    struct html *h = &p->h;
    const struct library *l = library(p);
    bool any = false;
    for (size_t i = 0; l && i < library_count(l); i++) {
        struct str name, hash;
        struct library_source src;
        library_item(l, i, &name, &hash, &src);
        const struct program *flow = library_get(l, name);
        if (!flow || !flow->advisor) {
            continue;
        }
        if (!any) {
            page_form(p, page_path(p, "/personnes/#/commencer", id));
            part_label(p, "dialogue", "Commencer une conversation",
                       "Elle part aux heures permises et attend son tour.");
            html_open(h, "select", "id", "dialogue", "name", "dialogue", NULL);
            any = true;
        }
        html_open(h, "option", NULL);
        html_attr(h, "value", name);
        html_text(h, flow_title(p, name));
        html_close(h);
    }
    if (any) {
        html_close(h);
        html_open(h, "div", "class", "actions", NULL);
        html_open(h, "button", "type", "submit", NULL);
        html_puts(h, "Commencer");
        html_close(h);
        html_close(h);
        html_close(h);
    }
}

static void put_file(struct page *p, const struct contact *c) {
    struct html *h = &p->h;
    html_open(h, "p", "class", "lead", NULL);
    html_printf(h, "Fiche %s. ", status_words(c->status));
    if (c->born.year) {
        struct date today;
        struct tod t;
        zone_to_civil(p->config->org.tz, p->now_ms, &today, &t);
        html_printf(h, "%d ans. ", date_age(c->born, today));
    }
    if (c->commune.n) {
        html_printf(h, "%.*s. ", STR_ARG(c->commune));
    }
    html_printf(h, "Référent : %.*s.", STR_ARG(page_staff_name(p, c->referent_id)));
    html_close(h);
    if (c->stop_all_ms) {
        html_puts_in(h, "p", "notice warn", "A demandé STOP : on ne peut plus lui écrire.");
    } else if (c->pause_until_ms > p->now_ms) {
        html_puts_in(h, "p", "notice", "A demandé une pause des messages automatiques.");
    }
}

static void put_write(struct page *p, int64_t id) {
    struct case_row c;
    struct html *h = &p->h;
    html_open(h, "div", "class", "actions", NULL);
    if (cases_of(p->db, id, p->a, &c) == OK) {
        html_open(h, "a", "class", "button main", "href",
                  page_path(p, "/conversations/#", c.id), NULL);
        html_puts(h, "Voir la conversation en cours");
        html_close(h);
    } else {
        page_button(p, page_path(p, "/personnes/#/ecrire", id), "main",
                    "Écrire à cette personne");
    }
    html_close(h);
}

/* The right to be forgotten (GDPR art. 17): for a coordinator, and never by one click. */
static void put_erase(struct page *p, int64_t id) {
    struct html *h = &p->h;
    if (!guard_may(&p->user, GUARD_COORDINATOR)) {
        return;
    }
    html_open(h, "details", NULL);
    html_puts_in(h, "summary", NULL, "Effacer cette personne");
    page_form(p, page_path(p, "/personnes/#/effacer", id));
    html_puts_in(
        h, "p", NULL,
        "Son nom, ses numéros, ses messages et ses réponses seront effacés pour de bon. "
        "Restent des nombres, et la preuve d'un STOP sans le numéro en clair.");
    html_open(h, "label", NULL);
    html_open(h, "input", "type", "checkbox", "name", "confirme", "value", "oui", "required",
              "", NULL);
    html_puts(h, "Elle l'a demandé, ou n'a plus à être ici");
    html_close(h);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", "class", "danger", NULL);
    html_puts(h, "Effacer pour de bon");
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}

/* During a pause its questions would be held back, and be open all the same. */
static bool may_begin(const struct page *p, const struct contact *c) {
    return !c->stop_all_ms && c->pause_until_ms <= p->now_ms && c->status != CONTACT_ERASED;
}

static void show_one(struct page *p) {
    struct contact c;
    struct talk t;
    struct session s = {0};
    enum rc rc = contacts_get(p->db, p->id, p->a, &c);
    if (rc == OK) {
        rc = sessions_load(p->db, p->id, p->a, &t);
    }
    if (rc == OK && !p->by_itself) {
        rc = sql_begin(p->db, SQL_WRITE);
        rc = rc == OK ? sql_end(p->db, page_audit(p, "contact.view", "contact", p->id)) : rc;
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    if (session_read(t.session, p->a, &s, NULL) != OK) {
        s = (struct session){0};
    }
    page_begin(p, page_person(p, c.first_name, c.last_name).p);
    put_file(p, &c);
    if (!c.stop_all_ms && c.status != CONTACT_ERASED) {
        put_write(p, c.id);
        put_stand(p, c.id, &s);
        if (may_begin(p, &c)) {
            put_begin(p, c.id);
        }
    }
    page_thread_put(p, c.id);
    if (c.status != CONTACT_ERASED) {
        put_erase(p, c.id);
    }
    page_end(p);
}

/* ---- acting */

static void finish(struct page *p, enum rc rc, struct str path, const char *told) {
    enum rc end = sql_end(p->db, rc);
    rc = rc == OK ? end : rc;
    if (rc == E_CONFLICT) {
        page_redirect(p, str_from(page_path(p, "/personnes/#", p->id)),
                      "Cette personne écrivait au même moment : recommencez.");
    } else if (rc != OK) {
        page_fail_rc(p, rc);
    } else {
        page_wake(p);
        page_redirect(p, path, told);
    }
}

static void release(struct page *p) {
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    rc = handback_release(p->db, p->id, p->now_ms);
    if (rc == OK) {
        rc = page_audit(p, "contact.release", "contact", p->id);
    }
    finish(p, rc, str_from(page_path(p, "/personnes/#", p->id)),
           "Conversation arrêtée : la personne peut repartir d'ailleurs.");
}

static void begin(struct page *p) {
    struct str name = form_get(&p->form, "dialogue");
    const struct program *flow = library(p) ? library_get(library(p), name) : NULL;
    struct contact c;
    enum rc rc = flow && flow->advisor ? contacts_get(p->db, p->id, p->a, &c) : NONE;
    if (rc == OK && !may_begin(p, &c)) {
        rc = E_STATE;
    }
    if (rc == OK) {
        rc = sql_begin(p->db, SQL_WRITE);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    rc = handback_start(p->db, p->id, name, hours_begin(p->config, p->now_ms), p->now_ms);
    if (rc == OK) {
        rc = page_audit(p, "contact.start", "contact", p->id);
    }
    finish(p, rc, str_from(page_path(p, "/personnes/#", p->id)),
           "Conversation commencée : elle part aux heures permises.");
}

/* The person's answer comes to whoever wrote, not to a flow: a case holds the conversation. */
static void write_first(struct page *p) {
    struct case_row c = {
        .contact_id = p->id, .reason = STR("staff"), .quote = STR_EMPTY, .pause = true};
    struct contact who;
    enum rc rc = contacts_get(p->db, p->id, p->a, &who);
    if (rc == OK && (who.stop_all_ms || who.status == CONTACT_ERASED)) {
        rc = E_STATE;
    }
    if (rc == OK) {
        rc = sql_begin(p->db, SQL_WRITE);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    bool fresh = false;
    rc = cases_open(p->db, &c, NULL, p->now_ms, &fresh);
    if (rc == OK && fresh) {
        rc = cases_take(p->db, c.id, p->user.staff.id, p->now_ms);
    }
    if (rc == OK) {
        rc = page_audit(p, "contact.write", "contact", p->id);
    }
    finish(p, rc, str_from(page_path(p, "/conversations/#", c.id)), "");
}

static void erase(struct page *p) {
    if (!str_is(form_get(&p->form, "confirme"), "oui")) {
        page_redirect(p, str_from(page_path(p, "/personnes/#", p->id)),
                      "Rien n'a été effacé : la case n'était pas cochée.");
        return;
    }
    struct contact c;
    enum rc rc = contacts_get(p->db, p->id, p->a, &c);
    if (rc == OK) {
        rc = sql_begin(p->db, SQL_WRITE);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    rc = contacts_erase(p->db, p->id, p->now_ms);
    if (rc == OK) {
        rc = page_audit(p, "contact.erase", "contact", p->id);
    }
    finish(p, rc, STR("/personnes"), "Personne effacée.");
}

const struct page_kind PAGE_PEOPLE[] = {
    {"GET", "/personnes", GUARD_PEOPLE, show_list},
    {"POST", "/personnes", GUARD_PEOPLE, show_list},
    {"GET", "/personnes/#", GUARD_PEOPLE, show_one},
    {"POST", "/personnes/#/ecrire", GUARD_PEOPLE, write_first},
    {"POST", "/personnes/#/commencer", GUARD_PEOPLE, begin},
    {"POST", "/personnes/#/liberer", GUARD_PEOPLE, release},
    {"POST", "/personnes/#/effacer", GUARD_COORDINATOR, erase},
    {NULL, NULL, 0, NULL}};
