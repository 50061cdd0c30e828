/* page_broadcast.c - an opportunity to many: write, preview, confirm, follow, see who answered.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/outbox.h"
#include "db/sql.h"
#include "jobs/campaign.h"
#include "jobs/hours.h"
#include "jobs/service.h"
#include "web/broadcast_form.h"
#include "web/page_parts.h"
#include "web/pages.h"

#define LIST_MAX 50
#define PREVIEW_MAX 20
#define REPLIES_MAX 300

static const char *state_words(enum broadcast_state s) {
    static const char *const words[] = {"brouillon", "confirmée", "en cours d'envoi", "envoyée",
                                        "annulée"};
    return words[s];
}

/* ---- list */

static void put_cells(struct page *p, const struct broadcast *b) {
    struct html *h = &p->h;
    struct broadcast_counts c = {0};
    bool counted = b->state != BROADCAST_DRAFT && broadcasts_count(p->db, b->id, &c) == OK;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_open(h, "a", "href", page_path(p, "/diffusions/#", b->id), NULL);
    html_text(h, b->title);
    html_close(h);
    html_close(h);
    html_puts_in(h, "td", NULL, state_words(b->state));
    html_open(h, "td", NULL);
    page_time(p, b->created_ms);
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    if (counted) {
        html_printf(h, "%lld", (long long)c.people);
    }
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    if (counted) {
        html_printf(h, "%lld", (long long)c.yes);
    }
    html_close(h);
    html_close(h);
}

static void show_list(struct page *p) {
    static const char *const heads[] = {"Titre", "État", "Écrite", "Personnes", "Intéressées"};
    struct broadcast *list;
    size_t n = 0;
    enum rc rc = broadcasts_list(p->db, LIST_MAX, p->a, &list, &n);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, "Diffusions");
    html_puts_in(&p->h, "p", "lead",
                 "Une offre, un événement : un message à celles et ceux que cela "
                 "concerne, et la liste de qui est partant.");
    html_open(&p->h, "p", "class", "actions", NULL);
    html_open(&p->h, "a", "class", "button main", "href", "/diffusions/nouvelle", NULL);
    html_puts(&p->h, "Nouvelle diffusion");
    html_close(&p->h);
    html_close(&p->h);
    if (n) {
        part_table(p, "Diffusions", heads, sizeof heads / sizeof heads[0]);
        for (size_t i = 0; i < n; i++) {
            put_cells(p, &list[i]);
        }
        part_table_end(p);
    } else {
        html_puts_in(&p->h, "p", "card", "Aucune diffusion pour l'instant.");
    }
    page_end(p);
}

/* ---- writing */

static void show_new(struct page *p) {
    struct broadcast b = {.lang = p->config->org.lang};
    struct broadcast_choice c = {.enrolled_only = true};
    struct broadcast_problem none = {0};
    page_begin(p, "Nouvelle diffusion");
    broadcast_form_put(p, "/diffusions", &b, &c, &none);
    page_end(p);
}

static enum rc load_draft(struct page *p, struct broadcast *b) {
    enum rc rc = broadcasts_get(p->db, p->id, p->a, b);
    return rc == OK && b->state != BROADCAST_DRAFT ? E_STATE : rc;
}

static void show_edit(struct page *p) {
    struct broadcast b;
    struct broadcast_choice c;
    struct broadcast_problem none = {0};
    enum rc rc = load_draft(p, &b);
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    broadcast_form_choice(p, b.segment, &c);
    page_begin(p, "Modifier la diffusion");
    broadcast_form_put(p, page_path(p, "/diffusions/#", b.id), &b, &c, &none);
    page_end(p);
}

static void save(struct page *p) {
    struct broadcast b = {.staff_id = p->user.staff.id};
    struct broadcast_choice c = {0};
    struct broadcast_problem problem;
    struct segment seg;
    enum rc rc = p->id ? load_draft(p, &b) : OK;
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    if (!broadcast_form_read(p, &b, &c, &problem)) {
        page_begin(p, p->id ? "Modifier la diffusion" : "Nouvelle diffusion");
        html_puts_in(&p->h, "p", "notice bad",
                     "Le formulaire est à corriger : voyez ci-dessous.");
        broadcast_form_put(p, p->id ? page_path(p, "/diffusions/#", p->id) : "/diffusions", &b,
                           &c, &problem);
        page_end(p);
        return;
    }
    broadcast_form_segment(p, &c, &seg);
    rc = sql_begin(p->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(p->db, broadcasts_put(p->db, &b, &seg, p->now_ms));
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_redirect(p, str_from(page_path(p, "/diffusions/#", b.id)), "");
}

/* ---- preview */

static void put_people(struct page *p, const struct broadcast_person *who, size_t n,
                       int64_t total) {
    struct html *h = &p->h;
    html_open(h, "h2", NULL);
    html_printf(h, "%lld personne%s", (long long)total, total > 1 ? "s" : "");
    html_close(h);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "li", NULL);
        html_text(h, page_person(p, who[i].first_name, who[i].last_name));
        if (who[i].commune.n) {
            html_printf(h, ", %.*s", STR_ARG(who[i].commune));
        }
        html_close(h);
    }
    html_close(h);
    if (total > (int64_t)n) {
        html_open(h, "p", NULL);
        html_printf(h, "... et %lld autres.", (long long)total - (long long)n);
        html_close(h);
    }
}

static void put_when(struct page *p) {
    struct html *h = &p->h;
    int64_t open = hours_next_open(p->config, p->now_ms);
    html_open(h, "p", NULL);
    if (open < 0) {
        html_puts(h, "Aucune heure d'envoi n'est prévue : rien ne partira.");
    } else if (open <= p->now_ms) {
        html_printf(h, "Les messages partent dès la confirmation, %d par minute.",
                    p->config->sending.bulk_per_minute);
    } else {
        html_puts(h, "Hors des heures d'envoi : les messages partiront ");
        page_time(p, open);
        html_puts(h, ".");
    }
    html_close(h);
}

static void put_confirm(struct page *p, const struct broadcast *b, int64_t total) {
    struct html *h = &p->h;
    html_open(h, "div", "class", "actions", NULL);
    if (total > 0) {
        page_form(p, page_path(p, "/diffusions/#/confirmer", b->id));
        html_open(h, "input", "type", "hidden", "name", "personnes", NULL);
        html_attr_int(h, "value", total);
        html_open(h, "button", "type", "submit", "class", "main", NULL);
        html_printf(h, "Envoyer à %lld personne%s", (long long)total, total > 1 ? "s" : "");
        html_close(h);
        html_close(h);
    }
    html_open(h, "a", "class", "button", "href", page_path(p, "/diffusions/#/modifier", b->id),
              NULL);
    html_puts(h, "Modifier");
    html_close(h);
    page_button(p, page_path(p, "/diffusions/#/annuler", b->id), "danger", "Abandonner");
    html_close(h);
}

static void show_preview(struct page *p, const struct broadcast *b) {
    struct broadcast_person *who;
    size_t n = 0;
    int64_t total = 0;
    struct broadcast_choice c;
    enum rc rc =
        broadcasts_preview(p->db, b->id, PREVIEW_MAX, p->now_ms, p->a, &who, &n, &total);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    broadcast_form_choice(p, b->segment, &c);
    struct str text = campaign_text(b, p->a);
    page_begin(p, arena_cstr(p->a, b->title));
    html_open(&p->h, "p", "class", "notice warn", NULL);
    html_puts(&p->h, "Aperçu : rien n'est parti.");
    html_close(&p->h);
    html_puts_in(&p->h, "h2", NULL, "Le texte exact");
    html_put(&p->h, "p", "exact", text);
    part_cost(p, text, total);
    put_when(p);
    html_open(&p->h, "p", NULL);
    html_printf(&p->h, "À qui : %.*s.", STR_ARG(broadcast_form_words(p, &c)));
    html_close(&p->h);
    put_people(p, who, n, total);
    put_confirm(p, b, total);
    page_end(p);
}

/* ---- following */

static void put_progress(struct page *p, const struct broadcast_counts *c) {
    struct html *h = &p->h;
    int64_t gone = c->people - c->waiting - c->to_send;
    html_open(h, "p", NULL);
    html_open(h, "label", "for", "avance", NULL);
    html_printf(h, "%lld sur %lld traités", (long long)gone, (long long)c->people);
    html_close(h);
    html_open(h, "progress", "id", "avance", NULL);
    html_attr_int(h, "max", c->people ? c->people : 1);
    html_attr_int(h, "value", gone);
    html_close(h);
    html_close(h);
    html_open(h, "ul", "class", "counts", NULL);
    part_number(p, c->waiting + c->to_send, "à envoyer");
    part_number(p, c->sent, "envoyés");
    part_number(p, c->delivered, "remis");
    part_number(p, c->failed + c->unknown + c->held + c->skipped, "non remis");
    part_number(p, c->yes, "intéressés");
    part_number(p, c->no, "pas intéressés");
    html_close(h);
}

static void put_interested(struct page *p, int64_t id) {
    static const char *const heads[] = {"Rang", "Personne", "Commune", "A répondu"};
    struct broadcast_reply *list;
    size_t n = 0;
    struct html *h = &p->h;
    html_puts_in(h, "h2", NULL, "Intéressés, dans l'ordre des réponses");
    if (broadcasts_replies(p->db, id, STR("yes"), p->a, &list, &n) != OK || n == 0) {
        html_puts_in(h, "p", NULL, "Personne pour l'instant.");
        return;
    }
    part_table(p, "Intéressés", heads, sizeof heads / sizeof heads[0]);
    for (size_t i = 0; i < n && i < REPLIES_MAX; i++) {
        html_open(h, "tr", NULL);
        html_open(h, "td", "class", "num", NULL);
        html_printf(h, "%zu", i + 1);
        html_close(h);
        html_put(h, "td", NULL, page_person(p, list[i].who.first_name, list[i].who.last_name));
        html_put(h, "td", NULL, list[i].who.commune);
        html_open(h, "td", NULL);
        page_time(p, list[i].answered_ms);
        html_close(h);
        html_close(h);
    }
    part_table_end(p);
}

static void put_missed(struct page *p, int64_t id) {
    struct broadcast_miss *list;
    size_t n = 0;
    struct html *h = &p->h;
    if (broadcasts_missed(p->db, id, p->a, &list, &n) != OK || n == 0) {
        return;
    }
    html_puts_in(h, "h2", NULL, "Ne l'ont pas reçu");
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < n && i < REPLIES_MAX; i++) {
        html_open(h, "li", NULL);
        html_printf(h, "%.*s : %.*s",
                    STR_ARG(page_person(p, list[i].who.first_name, list[i].who.last_name)),
                    STR_ARG(list[i].reason));
        html_close(h);
    }
    html_close(h);
}

static void show_progress(struct page *p, const struct broadcast *b) {
    struct broadcast_counts c = {0};
    enum rc rc = broadcasts_count(p->db, b->id, &c);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    bool moving = b->state == BROADCAST_CONFIRMED || b->state == BROADCAST_SENDING;
    /* handed to the queue is not gone: some wait for the hours, or for the person's daily cap
     */
    bool left = b->state == BROADCAST_DONE && c.to_send > 0;
    page_begin(p, arena_cstr(p->a, b->title));
    html_open(&p->h, "p", NULL);
    html_puts(&p->h, "Diffusion ");
    html_puts_in(&p->h, "strong", NULL, state_words(left ? BROADCAST_SENDING : b->state));
    html_puts(&p->h, left ? " : les derniers messages attendent leur heure." : ".");
    html_close(&p->h);
    html_open(&p->h, "div", "id", "suivi", "data-refresh", moving ? "3" : "15", NULL);
    put_progress(p, &c);
    put_interested(p, b->id);
    put_missed(p, b->id);
    html_close(&p->h);
    html_puts_in(&p->h, "h2", NULL, "Texte envoyé");
    html_put(&p->h, "p", "exact", campaign_text(b, p->a));
    html_open(&p->h, "div", "class", "actions", NULL);
    html_open(&p->h, "a", "class", "button", "href", page_path(p, "/diffusions/#", b->id),
              NULL);
    html_puts(&p->h, "Actualiser");
    html_close(&p->h);
    if (moving) {
        page_button(p, page_path(p, "/diffusions/#/annuler", b->id), "danger",
                    "Arrêter l'envoi");
    }
    html_close(&p->h);
    page_end(p);
}

static void show_one(struct page *p) {
    struct broadcast b;
    enum rc rc = broadcasts_get(p->db, p->id, p->a, &b);
    if (rc != OK) {
        page_fail_rc(p, rc);
    } else if (b.state == BROADCAST_DRAFT) {
        show_preview(p, &b);
    } else {
        show_progress(p, &b);
    }
}

/* ---- acting */

/* NONE: the people are no longer those of the preview. */
static enum rc confirm_in_one(struct page *p, int64_t seen) {
    struct broadcast_person *who;
    size_t n = 0;
    int64_t total = 0, fixed = 0;
    enum rc rc = broadcasts_preview(p->db, p->id, 1, p->now_ms, p->a, &who, &n, &total);
    if (rc >= OK && total != seen) {
        return NONE;
    }
    if (rc >= OK) {
        rc = broadcasts_confirm(p->db, p->id, p->now_ms, &fixed);
    }
    return rc == OK ? page_audit(p, "broadcast.confirm", "broadcast", p->id) : rc;
}

static void confirm(struct page *p) {
    const char *back = page_path(p, "/diffusions/#", p->id);
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc == OK) {
        rc = confirm_in_one(p, form_int(&p->form, "personnes", -1));
        enum rc end = sql_end(p->db, rc);
        rc = rc == OK || end < OK ? end : rc;
    }
    if (rc == NONE) {
        page_redirect(
            p, str_from(back),
            "La liste des personnes a changé depuis l'aperçu : vérifiez-la de nouveau.");
        return;
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_wake(p);
    page_redirect(p, str_from(back), "Diffusion confirmée.");
}

static void cancel(struct page *p) {
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc == OK) {
        rc = broadcasts_move(p->db, p->id, BROADCAST_CANCELLED, p->now_ms);
        int64_t held = 0;
        if (rc == OK) {
            rc = outbox_hold_back(p->db, 0, p->id, 0, 0, STR_EMPTY, STR("diffusion arrêtée"),
                                  p->now_ms, &held);
            rc = rc == NONE ? OK : rc;
        }
        if (rc == OK) {
            rc = page_audit(p, "broadcast.cancel", "broadcast", p->id);
        }
        enum rc end = sql_end(p->db, rc);
        rc = rc == OK ? end : rc;
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_wake(p);
    page_redirect(p, STR("/diffusions"),
                  "Diffusion arrêtée : ce qui n'était pas parti ne partira pas.");
}

const struct page_kind PAGE_BROADCAST[] = {
    {"GET", "/diffusions", GUARD_PEOPLE, show_list},
    {"GET", "/diffusions/nouvelle", GUARD_PEOPLE, show_new},
    {"POST", "/diffusions", GUARD_PEOPLE, save},
    {"GET", "/diffusions/#", GUARD_PEOPLE, show_one},
    {"POST", "/diffusions/#", GUARD_PEOPLE, save},
    {"GET", "/diffusions/#/modifier", GUARD_PEOPLE, show_edit},
    {"POST", "/diffusions/#/confirmer", GUARD_PEOPLE, confirm},
    {"POST", "/diffusions/#/annuler", GUARD_PEOPLE, cancel},
    {NULL, NULL, 0, NULL}};
