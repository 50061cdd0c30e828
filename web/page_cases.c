/* page_cases.c - conversations that wait for a human: list, read, answer, close. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/effect.h"
#include "db/addresses.h"
#include "db/cases.h"
#include "db/contacts.h"
#include "db/sql.h"
#include "gateways/sms_text.h"
#include "jobs/effects.h"
#include "jobs/handback.h"
#include "jobs/route.h"
#include "web/page_parts.h"
#include "web/page_thread.h"
#include "web/pages.h"

#define LIST_MAX 200
#define ANSWER_MAX 800 /* characters: at most six SMS */

#define REASON_SHOWN 120 /* characters of a reason in the list */

/* Our own reasons in words; what a flow wrote, as it is: an advisor decides by it. */
static struct str reason_words(struct str reason) {
    static const struct {
        const char *name, *words;
    } known[] = {{"unclear", "Réponse non comprise"},
                 {"human", "Demande à parler à quelqu'un"},
                 {"distress", "Détresse possible"},
                 {"need", "Besoin signalé au suivi"},
                 {"failed", "Panne du service sur ce message"},
                 {"flow", "Dialogue interrompu"},
                 {"flow_error", "Erreur dans un dialogue"},
                 {"flow_limit", "Dialogue trop long, arrêté"},
                 {"flow_lost", "Dialogue dont la version a disparu"},
                 {"too_many_flows", "Trop de dialogues en attente"},
                 {"loop", "Trop de réponses automatiques, arrêtées"},
                 {"start_chain", "Message relayé de proche en proche, arrêté"},
                 {"unknown", "Message dont on ignore s'il est arrivé"},
                 {"staff", "Écrit par l'équipe"},
                 {"question", "Question posée"},
                 {"minor", "Personne mineure"},
                 {"wrong_number", "Numéro peut-être changé de main"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (str_is(reason, known[i].name)) {
            return str_from(known[i].words);
        }
    }
    return reason.n && !str_is(reason, "erased") ? reason : STR("Autre demande");
}

/* ---- the list */

static void put_row(struct page *p, const struct case_row *c) {
    struct html *h = &p->h;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_open(h, "a", "href", page_path(p, "/conversations/#", c->id), NULL);
    html_text(h, page_person(p, c->first_name, c->last_name));
    html_close(h);
    html_close(h);
    html_open(h, "td", NULL);
    if (c->urgent) {
        html_puts_in(h, "span", "badge urgent", "urgent");
        html_puts(h, " ");
    }
    html_text(h, text_cut(reason_words(c->reason), REASON_SHOWN));
    html_close(h);
    html_put(h, "td", NULL, text_cut(c->quote, 120));
    html_open(h, "td", NULL);
    page_age(p, c->opened_ms);
    html_close(h);
    html_open(h, "td", NULL);
    if (c->state == CASE_TAKEN) {
        html_printf(h, "prise par %.*s", STR_ARG(page_staff_name(p, c->taken_by)));
    } else {
        html_printf(h, "pour %.*s", STR_ARG(page_staff_name(p, c->owner_id)));
    }
    html_close(h);
    html_close(h);
}

static void put_table(struct page *p, const struct case_row *list, size_t n) {
    static const char *const heads[] = {"Personne", "Motif", "Ses mots", "Attend depuis",
                                        "Qui"};
    struct html *h = &p->h;
    part_table_begin(p, "Conversations en attente");
    html_open(h, "caption", NULL);
    html_printf(h, "%zu conversation%s, les urgentes puis les plus anciennes d'abord", n,
                n > 1 ? "s" : "");
    html_close(h);
    part_table_heads(p, heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < n; i++) {
        put_row(p, &list[i]);
    }
    part_table_end(p);
}

static void show_list(struct page *p) {
    bool mine = str_is(form_get(&p->query, "qui"), "moi");
    struct case_row *list;
    size_t n = 0;
    enum rc rc = cases_list(p->db, mine ? p->user.staff.id : 0, LIST_MAX, p->a, &list, &n);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, "Conversations");
    html_open(&p->h, "p", "class", "actions", NULL);
    html_open(&p->h, "a", "class", "button", mine ? NULL : "aria-current", "true", NULL);
    html_url(&p->h, "href", STR("/conversations"));
    html_puts(&p->h, "Toutes");
    html_close(&p->h);
    html_open(&p->h, "a", "class", "button", mine ? "aria-current" : NULL, "true", NULL);
    html_url(&p->h, "href", STR("/conversations?qui=moi"));
    html_puts(&p->h, "Les miennes");
    html_close(&p->h);
    html_close(&p->h);
    html_open(&p->h, "div", "id", "suivi", "data-refresh", "15", NULL);
    if (n) {
        put_table(p, list, n);
    } else {
        html_puts_in(&p->h, "p", "card", "Personne n'attend de réponse.");
    }
    html_close(&p->h);
    page_end(p);
}

/* ---- one conversation */

static void put_answer_form(struct page *p, int64_t id, struct str draft, const char *problem) {
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Répondre");
    page_form(p, page_path(p, "/conversations/#/repondre", id));
    html_open(h, "label", "for", "texte", NULL);
    html_puts(h, "Votre message");
    html_open(h, "span", "class", "hint", "id", "texte-aide", NULL);
    html_puts(
        h, "Il part en SMS ou sur Telegram, comme la personne nous écrit. Jamais de santé, de "
           "justice ni de dettes : un proche peut le lire.");
    html_close(h);
    html_close(h);
    html_open(h, "textarea", "id", "texte", "name", "texte", "required", "", "maxlength", "800",
              "aria-describedby", problem ? "texte-aide texte-erreur" : "texte-aide",
              "data-segments", "texte-cout", problem ? "aria-invalid" : NULL, "true", NULL);
    html_text(h, draft);
    html_close(h);
    if (problem) {
        html_open(h, "p", "class", "field-error", "id", "texte-erreur", NULL);
        html_puts(h, problem);
        html_close(h);
    }
    html_open(h, "p", "class", "hint", "id", "texte-cout", "aria-live", "polite", NULL);
    html_close(h);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", "class", "main", NULL);
    html_puts(h, "Envoyer la réponse");
    html_close(h);
    html_close(h);
    html_close(h);
}

static void put_moves(struct page *p, const struct case_row *c) {
    struct html *h = &p->h;
    html_open(h, "div", "class", "actions", NULL);
    if (c->state == CASE_OPEN) {
        page_button(p, page_path(p, "/conversations/#/prendre", c->id), "main",
                    "Prendre la conversation");
    } else if (c->taken_by == p->user.staff.id) {
        page_button(p, page_path(p, "/conversations/#/rendre", c->id), NULL,
                    "La rendre à l'équipe");
    }
    if (c->state != CASE_CLOSED) {
        page_button(p, page_path(p, "/conversations/#/fermer", c->id), NULL,
                    "Fermer : le service reprend");
    }
    html_close(h);
}

static void put_about(struct page *p, const struct case_row *c, const struct contact *who) {
    struct html *h = &p->h;
    html_open(h, "p", NULL);
    if (c->urgent) {
        html_puts_in(h, "span", "badge urgent", "urgent");
        html_puts(h, " ");
    }
    html_put(h, "strong", NULL, reason_words(c->reason));
    html_puts(h, ", ");
    page_age(p, c->opened_ms);
    if (c->state == CASE_TAKEN) {
        html_printf(h, ", prise par %.*s", STR_ARG(page_staff_name(p, c->taken_by)));
    } else if (c->state == CASE_CLOSED) {
        html_puts(h, ", fermée");
    }
    html_puts(h, ".");
    html_close(h);
    if (c->quote.n) {
        html_open(h, "blockquote", NULL);
        html_lines(h, c->quote);
        html_close(h);
    }
    html_open(h, "p", "class", "lead", NULL);
    if (who->born.year) {
        struct date today;
        struct tod t;
        zone_to_civil(p->config->org.tz, p->now_ms, &today, &t);
        html_printf(h, "%d ans. ", date_age(who->born, today));
    }
    if (who->commune.n) {
        html_printf(h, "%.*s. ", STR_ARG(who->commune));
    }
    html_puts(h, who->stop_all_ms ? "A demandé STOP : on ne peut plus lui écrire." : "");
    html_close(h);
}

static void show_with(struct page *p, struct str draft, const char *problem) {
    struct case_row c;
    struct contact who;
    enum rc rc = cases_get(p->db, p->id, p->a, &c);
    if (rc == OK) {
        rc = contacts_get(p->db, c.contact_id, p->a, &who);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, page_person(p, who.first_name, who.last_name).p);
    put_about(p, &c, &who);
    put_moves(p, &c);
    page_thread_put(p, c.contact_id);
    bool others = c.state == CASE_TAKEN && c.taken_by != p->user.staff.id;
    if (c.state != CASE_CLOSED && !others && !who.stop_all_ms) {
        put_answer_form(p, c.id, draft, problem);
    }
    page_end(p);
}

static void show_one(struct page *p) {
    enum rc rc = OK;
    if (!p->by_itself) {
        rc = sql_begin(p->db, SQL_WRITE);
        if (rc == OK) {
            rc = sql_end(p->db, page_audit(p, "case.view", "case", p->id));
        }
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    show_with(p, STR_EMPTY, NULL);
}

/* ---- acting */

/* Words typed here are said as they are, but for quotes and dashes that would cost a second
 * SMS. */
static enum rc put_answer(struct page *p, const struct case_row *c, struct str text) {
    struct contact_address addr;
    enum rc rc = route_reach_on(p->config, p->db, c->contact_id, p->a, &addr);
    if (rc != OK) {
        return rc;
    }
    bool sms = str_is(addr.at.scheme, "tel") || str_is(addr.at.scheme, "sim");
    struct str said = sms ? sms_policy_apply(text, SMS_TYPOGRAPHIC, p->a) : text;
    struct outbox_row m = {.contact_id = c->contact_id,
                           .address_id = addr.id,
                           .channel = addr.channel,
                           .kind = STR("staff"),
                           .priority = effects_priority(SAY_REPLY),
                           .text = said,
                           .expires_ms = p->now_ms + p->config->sending.reply_late_ms,
                           .case_id = c->id,
                           .staff_id = p->user.staff.id,
                           .segments = sms ? sms_count(said).segments : 0};
    return outbox_put(p->db, &m, NULL, p->a, p->now_ms);
}

static enum rc answer_in_one(struct page *p, struct str text) {
    struct case_row c;
    enum rc rc = cases_get(p->db, p->id, p->a, &c);
    if (rc != OK) {
        return rc;
    }
    if (c.state == CASE_CLOSED || (c.state == CASE_TAKEN && c.taken_by != p->user.staff.id)) {
        return E_STATE;
    }
    rc = c.state == CASE_OPEN ? cases_take(p->db, c.id, p->user.staff.id, p->now_ms) : OK;
    if (rc == OK) {
        rc = put_answer(p, &c, text);
    }
    return rc == OK ? page_audit(p, "case.answer", "case", c.id) : rc;
}

static void answer(struct page *p) {
    struct str text = form_get(&p->form, "texte");
    if (!text.n || text_length(text) > ANSWER_MAX) {
        show_with(p, text, text.n ? "Au plus 800 caractères." : "Le message est vide.");
        return;
    }
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc == OK) {
        rc = answer_in_one(p, text);
        if (rc == NONE) { /* nothing may stay of a half-done answer */
            sql_rollback(p->db);
            show_with(p, text,
                      "On ne peut plus lui écrire : plus d'adresse qui marche, ou messagerie "
                      "bloquée sans accord pour les SMS. Appelez-la.");
            return;
        }
        rc = sql_end(p->db, rc);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_wake(p);
    page_redirect(p, str_from(page_path(p, "/conversations/#", p->id)),
                  "Réponse mise en file.");
}

enum move { MOVE_TAKE, MOVE_GIVE_BACK, MOVE_CLOSE };

static enum rc move_in_one(struct page *p, enum move what) {
    switch (what) {
    case MOVE_TAKE:
        return cases_take(p->db, p->id, p->user.staff.id, p->now_ms);
    case MOVE_GIVE_BACK:
        return cases_hand(p->db, p->id, 0);
    case MOVE_CLOSE:
        return handback_close(p->db, p->id, p->user.staff.id, p->now_ms);
    }
    return E_STATE;
}

static void move(struct page *p, enum move what, const char *verb, const char *path,
                 const char *flash) {
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc == OK) {
        rc = move_in_one(p, what);
        if (rc == OK) {
            rc = page_audit(p, verb, "case", p->id);
        }
        enum rc end = sql_end(p->db, rc);
        rc = rc == OK ? end : rc;
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_wake(p);
    page_redirect(p, str_from(path), flash);
}

static void take(struct page *p) {
    move(p, MOVE_TAKE, "case.take", page_path(p, "/conversations/#", p->id),
         "La conversation est à vous.");
}

static void give_back(struct page *p) {
    move(p, MOVE_GIVE_BACK, "case.hand", "/conversations",
         "La conversation attend un collègue.");
}

static void close_case(struct page *p) {
    move(p, MOVE_CLOSE, "case.close", "/conversations",
         "Conversation fermée : le service répond de nouveau.");
}

const struct page_kind PAGE_CASES[] = {
    {"GET", "/conversations", GUARD_PEOPLE, show_list},
    {"GET", "/conversations/#", GUARD_PEOPLE, show_one},
    {"POST", "/conversations/#/repondre", GUARD_PEOPLE, answer},
    {"POST", "/conversations/#/prendre", GUARD_PEOPLE, take},
    {"POST", "/conversations/#/rendre", GUARD_PEOPLE, give_back},
    {"POST", "/conversations/#/fermer", GUARD_PEOPLE, close_case},
    {NULL, NULL, 0, NULL}};
