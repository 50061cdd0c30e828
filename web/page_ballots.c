/* page_ballots.c - votes: write one, put it to the group, follow it, see its result; and the
 * ideas that people sent. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/zone.h"
#include "db/ideas.h"
#include "db/retention.h"
#include "db/sql.h"
#include "jobs/ballot.h"
#include "web/ballot_form.h"
#include "web/page_parts.h"
#include "web/pages.h"

#define LIST_MAX 50
#define IDEAS_MAX 100
#define DAYS_OPEN 7 /* what the form proposes */

static const char *state_words(enum ballot_state s) {
    static const char *const words[BALLOT_STATES] = {"brouillon", "ouvert", "clos",
                                                     "abandonné"};
    return words[s];
}

/* ---- list */

static void put_row(struct page *p, const struct ballot *b) {
    struct html *h = &p->h;
    struct ballot full;
    bool read = ballots_get(p->db, b->id, p->a, &full) == OK;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_open(h, "a", "href", page_path(p, "/votes/#", b->id), NULL);
    html_text(h, b->title);
    html_close(h);
    html_close(h);
    html_puts_in(h, "td", NULL, state_words(b->state));
    html_open(h, "td", NULL);
    page_time(p, b->closes_ms);
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)b->asked);
    html_close(h);
    html_open(h, "td", "class", "num", NULL);
    html_printf(h, "%lld", (long long)(read ? full.voters : b->voters));
    html_close(h);
    html_close(h);
}

static void put_idea(struct page *p, const struct idea *idea) {
    struct html *h = &p->h;
    bool kept = idea->state == IDEA_KEPT;
    html_open(h, "li", "class", "card", NULL);
    html_put(h, "p", NULL, idea->words.n ? idea->words : STR(RETENTION_GONE));
    html_open(h, "p", "class", "hint", NULL);
    if (idea->first_name.n) {
        html_printf(h, "%.*s, ", STR_ARG(idea->first_name));
    }
    page_age(p, idea->at_ms);
    html_puts(h, kept ? ", retenue" : "");
    html_close(h);
    html_open(h, "div", "class", "actions", NULL);
    if (!kept) {
        page_button(p, page_path(p, "/idees/#/retenir", idea->id), NULL, "Retenir");
    }
    page_button(p, page_path(p, "/idees/#/classer", idea->id), NULL, "Classer");
    html_close(h);
    html_close(h);
}

static void put_ideas(struct page *p) {
    struct html *h = &p->h;
    struct idea *list;
    size_t n = 0, kept = 0;
    if (ideas_list(p->db, IDEAS_MAX, p->a, &list, &n) < OK) {
        n = 0;
    }
    html_puts_in(h, "h2", NULL, "Les idées reçues");
    if (n == 0) {
        html_puts_in(h, "p", "card",
                     "Aucune pour l'instant. Chacun peut en envoyer : IDEE par SMS.");
        return;
    }
    html_open(h, "ul", "class", "plain", NULL);
    for (size_t i = 0; i < n; i++) {
        kept += list[i].state == IDEA_KEPT;
        put_idea(p, &list[i]);
    }
    html_close(h);
    if (kept >= BALLOT_OPTIONS_MIN) {
        html_open(h, "p", "class", "actions", NULL);
        html_open(h, "a", "class", "button", "href", "/votes/nouveau?idees=1", NULL);
        html_puts(h, "Mettre au vote les idées retenues");
        html_close(h);
        html_close(h);
    }
}

static void show_list(struct page *p) {
    static const char *const heads[] = {"Question", "État", "Se termine", "Demandé à", "Votes"};
    struct ballot *list;
    size_t n = 0;
    enum rc rc = ballots_list(p->db, LIST_MAX, p->a, &list, &n);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_begin(p, "Votes et idées");
    html_puts_in(
        &p->h, "p", "lead",
        "Les jeunes décident : une question par SMS, un choix par personne, le dernier "
        "compte. Une fois le vote clos, qui a choisi quoi est effacé.");
    html_open(&p->h, "p", "class", "actions", NULL);
    html_open(&p->h, "a", "class", "button main", "href", "/votes/nouveau", NULL);
    html_puts(&p->h, "Nouveau vote");
    html_close(&p->h);
    html_close(&p->h);
    if (n) {
        part_table(p, "Votes", heads, sizeof heads / sizeof heads[0]);
        for (size_t i = 0; i < n; i++) {
            put_row(p, &list[i]);
        }
        part_table_end(p);
    }
    put_ideas(p);
    page_end(p);
}

/* ---- writing */

static void kept_ideas(struct page *p, struct ballot *b) {
    struct idea *list;
    size_t n = 0;
    if (ideas_list(p->db, IDEAS_MAX, p->a, &list, &n) < OK) {
        return;
    }
    for (size_t i = 0; i < n && b->options < BALLOT_OPTIONS_MAX; i++) {
        if (list[i].state == IDEA_KEPT && list[i].words.n > 0) {
            b->option[b->options++].text = list[i].words;
        }
    }
}

static void show_new(struct page *p) {
    struct date today;
    struct tod now;
    struct ballot b = {0};
    struct ballot_fields f;
    struct ballot_problem none = {0};
    zone_to_civil(p->config->org.tz, p->now_ms, &today, &now);
    b.closes_ms = zone_to_utc(p->config->org.tz, date_add_days(today, DAYS_OPEN),
                              (struct tod){18, 0, 0, 0});
    if (str_is(form_get(&p->query, "idees"), "1")) {
        kept_ideas(p, &b);
    }
    ballot_form_fields(p, &b, &f);
    page_begin(p, "Nouveau vote");
    ballot_form_put(p, "/votes", &f, &none);
    page_end(p);
}

static enum rc load_draft(struct page *p, struct ballot *b) {
    enum rc rc = ballots_get(p->db, p->id, p->a, b);
    return rc == OK && b->state != BALLOT_DRAFT ? E_STATE : rc;
}

static void show_edit(struct page *p) {
    struct ballot b;
    struct ballot_fields f;
    struct ballot_problem none = {0};
    enum rc rc = load_draft(p, &b);
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    ballot_form_fields(p, &b, &f);
    page_begin(p, "Modifier le vote");
    ballot_form_put(p, page_path(p, "/votes/#", b.id), &f, &none);
    page_end(p);
}

static void save(struct page *p) {
    struct ballot b = {.staff_id = p->user.staff.id};
    struct ballot_fields f;
    struct ballot_problem problem;
    enum rc rc = p->id ? load_draft(p, &b) : OK;
    if (rc == OK && !ballot_form_read(p, &f, &b, &problem)) {
        page_begin(p, p->id ? "Modifier le vote" : "Nouveau vote");
        html_puts_in(&p->h, "p", "notice bad",
                     "Le formulaire est à corriger : voyez ci-dessous.");
        ballot_form_put(p, p->id ? page_path(p, "/votes/#", p->id) : "/votes", &f, &problem);
        page_end(p);
        return;
    }
    if (rc == OK) {
        rc = ballots_put(p->db, &b, p->now_ms);
    }
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_redirect(p, str_from(page_path(p, "/votes/#", b.id)), "");
}

/* ---- one */

static void show_preview(struct page *p, const struct ballot *b) {
    struct html *h = &p->h;
    int64_t people = 0;
    enum rc rc = ballots_people(p->db, b->series_id, p->now_ms, &people);
    if (rc < OK) {
        page_fail_rc(p, rc);
        return;
    }
    struct str text = ballot_text(p->config, b, p->now_ms, p->a);
    page_begin(p, arena_cstr(p->a, b->title));
    html_puts_in(h, "p", "notice warn", "Aperçu : rien n'est parti.");
    html_puts_in(h, "h2", NULL, "Le texte exact");
    html_open(h, "p", "class", "exact", NULL);
    html_lines(h, text);
    html_close(h);
    part_cost(p, text, people);
    html_open(h, "p", NULL);
    html_printf(h, "À qui : %.*s. Le résultat sera envoyé à celles et ceux qui auront voté.",
                STR_ARG(ballot_form_who(p, b->series_id)));
    html_close(h);
    html_open(h, "div", "class", "actions", NULL);
    if (people > 0 && b->closes_ms > p->now_ms) {
        page_form(p, page_path(p, "/votes/#/ouvrir", b->id));
        html_open(h, "button", "type", "submit", "class", "main", NULL);
        html_printf(h, "Demander à %lld personne%s", (long long)people, people > 1 ? "s" : "");
        html_close(h);
        html_close(h);
    }
    html_open(h, "a", "class", "button", "href", page_path(p, "/votes/#/modifier", b->id),
              NULL);
    html_puts(h, "Modifier");
    html_close(h);
    page_button(p, page_path(p, "/votes/#/annuler", b->id), "danger", "Abandonner");
    html_close(h);
    page_end(p);
}

static void put_tally(struct page *p, const struct ballot *b) {
    struct html *h = &p->h;
    html_open(h, "ul", "class", "counts", NULL);
    part_number(p, b->asked, "personnes interrogées");
    part_number(p, b->voters, "ont voté");
    html_close(h);
    for (int i = 0; i < b->options; i++) {
        struct str id = arena_printf(p->a, "choix-%d", i + 1);
        html_open(h, "p", NULL);
        html_open(h, "label", NULL);
        html_attr(h, "for", id);
        html_printf(h, "%.*s : %lld", STR_ARG(b->option[i].text),
                    (long long)b->option[i].votes);
        html_close(h);
        html_open(h, "progress", NULL);
        html_attr(h, "id", id);
        html_attr_int(h, "max", b->voters ? b->voters : 1);
        html_attr_int(h, "value", b->option[i].votes);
        html_close(h);
        html_close(h);
    }
}

static void show_life(struct page *p, const struct ballot *b) {
    struct html *h = &p->h;
    bool open = b->state == BALLOT_OPEN;
    page_begin(p, arena_cstr(p->a, b->title));
    html_open(h, "p", NULL);
    html_printf(h, "Vote %s, pour %.*s. ", state_words(b->state),
                STR_ARG(ballot_form_who(p, b->series_id)));
    html_puts(h, open ? "Il se termine " : "Fin prévue ");
    page_time(p, b->closes_ms);
    html_puts(h, ".");
    html_close(h);
    html_open(h, "div", "id", "suivi", "data-refresh", open ? "3" : "15", NULL);
    put_tally(p, b);
    html_close(h);
    if (open) {
        html_open(h, "div", "class", "actions", NULL);
        page_button(p, page_path(p, "/votes/#/clore", b->id), NULL,
                    "Clore maintenant et envoyer le résultat");
        page_button(p, page_path(p, "/votes/#/annuler", b->id), "danger", "Abandonner");
        html_close(h);
    }
    page_end(p);
}

static void show_one(struct page *p) {
    struct ballot b;
    enum rc rc = ballots_get(p->db, p->id, p->a, &b);
    if (rc != OK) {
        page_fail_rc(p, rc);
    } else if (b.state == BALLOT_DRAFT) {
        show_preview(p, &b);
    } else {
        show_life(p, &b);
    }
}

/* ---- acting */

enum deed { OPEN_IT, CLOSE_IT, CANCEL_IT };

static enum rc act(struct page *p, enum deed deed) {
    static const char *const VERBS[] = {"ballot.open", "ballot.close", "ballot.cancel"};
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = deed == OPEN_IT    ? ballot_open(p->db, p->id, p->now_ms)
         : deed == CLOSE_IT ? ballot_close(p->db, p->id, p->now_ms)
                            : ballot_cancel(p->db, p->id);
    if (rc == OK) {
        rc = page_audit(p, VERBS[deed], "ballot", p->id);
    }
    enum rc end = sql_end(p->db, rc);
    return rc == OK ? end : rc;
}

static void act_and_show(struct page *p, enum deed deed, const char *told) {
    enum rc rc = act(p, deed);
    const char *back = page_path(p, "/votes/#", p->id);
    if (rc == E_INVALID) {
        page_redirect(p, str_from(back), "L'heure de la fin est passée : modifiez-la d'abord.");
    } else if (rc != OK) {
        page_fail_rc(p, rc);
    } else {
        page_wake(p);
        page_redirect(p, deed == CANCEL_IT ? STR("/votes") : str_from(back), told);
    }
}

static void open_it(struct page *p) {
    act_and_show(p, OPEN_IT, "Le vote est ouvert : les questions partent aux heures permises.");
}

static void close_it(struct page *p) {
    act_and_show(p, CLOSE_IT,
                 "Le vote est clos : le résultat part à celles et ceux qui ont voté.");
}

static void cancel_it(struct page *p) {
    act_and_show(p, CANCEL_IT, "Vote abandonné.");
}

static void move_idea(struct page *p, enum idea_state to, const char *told) {
    enum rc rc = ideas_move(p->db, p->id, to);
    if (rc != OK) {
        page_fail_rc(p, rc);
    } else {
        page_redirect(p, STR("/votes"), told);
    }
}

static void keep_idea(struct page *p) {
    move_idea(p, IDEA_KEPT, "Idée retenue : elle peut passer au vote.");
}

static void close_idea(struct page *p) {
    move_idea(p, IDEA_CLOSED, "Idée classée.");
}

const struct page_kind PAGE_BALLOTS[] = {{"GET", "/votes", GUARD_PEOPLE, show_list},
                                         {"GET", "/votes/nouveau", GUARD_PEOPLE, show_new},
                                         {"POST", "/votes", GUARD_PEOPLE, save},
                                         {"GET", "/votes/#", GUARD_PEOPLE, show_one},
                                         {"POST", "/votes/#", GUARD_PEOPLE, save},
                                         {"GET", "/votes/#/modifier", GUARD_PEOPLE, show_edit},
                                         {"POST", "/votes/#/ouvrir", GUARD_PEOPLE, open_it},
                                         {"POST", "/votes/#/clore", GUARD_PEOPLE, close_it},
                                         {"POST", "/votes/#/annuler", GUARD_PEOPLE, cancel_it},
                                         {"POST", "/idees/#/retenir", GUARD_PEOPLE, keep_idea},
                                         {"POST", "/idees/#/classer", GUARD_PEOPLE, close_idea},
                                         {NULL, NULL, 0, NULL}};
