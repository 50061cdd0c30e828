/* ballot_form.c - reads, checks and writes the form of a vote. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/ballot_form.h"

#include "base/text.h"
#include "base/zone.h"
#include "db/series.h"
#include "gateways/sms_text.h"
#include "jobs/ballot.h"
#include "web/page_parts.h"

#define GROUPS_MAX 50

static struct str lines_of(const struct ballot *b, struct arena *a) {
    struct str s = STR_EMPTY;
    for (int i = 0; i < b->options; i++) {
        s = arena_printf(a, "%.*s%.*s\n", STR_ARG(s), STR_ARG(b->option[i].text));
    }
    return s;
}

void ballot_form_fields(struct page *p, const struct ballot *b, struct ballot_fields *ret) {
    struct date d;
    struct tod t;
    zone_to_civil(p->config->org.tz, b->closes_ms, &d, &t);
    *ret = (struct ballot_fields){
        .title = b->title,
        .choices = lines_of(b, p->a),
        .group = b->series_id ? arena_printf(p->a, "%lld", (long long)b->series_id) : STR_EMPTY,
        .day = date_iso(d, p->a),
        .time = arena_printf(p->a, "%02d:%02d", t.hour, t.minute)};
}

static const char *read_choices(struct str text, struct ballot *b, struct arena *a) {
    struct str rest = text, line;
    b->options = 0;
    while (str_next(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0) {
            continue;
        }
        if (b->options == BALLOT_OPTIONS_MAX || text_length(line) > BALLOT_CHOICE_MAX) {
            return "De deux à neuf choix, un par ligne, de 40 caractères au plus chacun.";
        }
        for (int i = 0; i < b->options; i++) {
            if (str_eq(text_fold(b->option[i].text, a), text_fold(line, a))) {
                return "Deux choix sont les mêmes.";
            }
        }
        b->option[b->options++].text = line;
    }
    return b->options < BALLOT_OPTIONS_MIN ? "Donnez au moins deux choix, un par ligne." : NULL;
}

/* "18:00", as browsers send it. */
static bool read_time(struct str s, struct tod *ret) {
    int64_t h, m;
    bool shaped = s.n == 5 && s.p[2] == ':' && str_to_i64(str_sub(s, 0, 2), &h) &&
                  str_to_i64(str_sub(s, 3, 2), &m);
    if (!shaped || h < 0 || h > 23 || m < 0 || m > 59) {
        return false;
    }
    *ret = (struct tod){(int8_t)h, (int8_t)m, 0, 0};
    return true;
}

/* NULL when the text as it will be sent is short enough. */
static const char *too_long(struct page *p, const struct ballot *b) {
    struct str text = ballot_text(p->config, b, p->now_ms, p->a);
    struct sms_count c = sms_count(sms_policy_apply(text, SMS_TYPOGRAPHIC, p->a));
    if (c.segments <= BALLOT_SMS_MAX) {
        return NULL;
    }
    return c.ucs2 ? "La question et ses choix dépassent deux SMS : une lettre comme ê, ç ou un "
                    "emoji raccourcit chaque SMS à 70 signes."
                  : "La question et ses choix dépassent deux SMS : raccourcissez-les.";
}

bool ballot_form_read(struct page *p, struct ballot_fields *f, struct ballot *b,
                      struct ballot_problem *problem) {
    struct date d;
    struct tod t;
    struct series group;
    *problem = (struct ballot_problem){0};
    *f = (struct ballot_fields){form_get(&p->form, "question"), form_get(&p->form, "choix"),
                                form_get(&p->form, "groupe"), form_get(&p->form, "jour"),
                                form_get(&p->form, "heure")};
    b->title = f->title;
    b->series_id = 0;
    if (str_to_i64(f->group, &b->series_id) &&
        series_get(p->db, b->series_id, p->a, &group) != OK) {
        b->series_id = 0;
    }
    if (!f->title.n || text_length(f->title) > BALLOT_TITLE_MAX) {
        problem->title = "Écrivez la question, en 100 caractères au plus.";
    }
    problem->choices = read_choices(f->choices, b, p->a);
    if (!date_parse_iso(f->day, &d) || !read_time(f->time, &t)) {
        problem->when = "Donnez un jour et une heure, par exemple 15/05/2026 et 18:00.";
    } else {
        b->closes_ms = zone_to_utc(p->config->org.tz, d, t);
        if (b->closes_ms <= p->now_ms) {
            problem->when = "Le vote se termine plus tard que maintenant.";
        }
    }
    if (!problem->title && !problem->choices && !problem->when) {
        problem->choices = too_long(p, b);
    }
    return !problem->title && !problem->choices && !problem->when;
}

static void put_group(struct page *p, struct str chosen) {
    struct html *h = &p->h;
    struct series *list;
    size_t n = 0;
    part_label(p, "groupe", "À qui", NULL);
    html_open(h, "select", "id", "groupe", "name", "groupe", NULL);
    html_open(h, "option", "value", "", NULL);
    html_puts(h, "tous les jeunes inscrits");
    html_close(h);
    if (series_list(p->db, true, p->a, &list, &n) < OK) {
        n = 0;
    }
    for (size_t i = 0; i < n && i < GROUPS_MAX; i++) {
        struct str id = arena_printf(p->a, "%lld", (long long)list[i].id);
        html_open(h, "option", NULL);
        html_attr(h, "value", id);
        html_flag(h, "selected", str_eq(id, chosen));
        html_printf(h, "le groupe %.*s", STR_ARG(list[i].title));
        html_close(h);
    }
    html_close(h);
}

static void put_when(struct page *p, const struct ballot_fields *f, const char *problem) {
    struct html *h = &p->h;
    html_open(h, "div", "class", "pair", NULL);
    html_open(h, "div", NULL);
    part_label(p, "jour", "Dernier jour", NULL);
    html_open(h, "input", "id", "jour", "name", "jour", "type", "date", "required", "", NULL);
    html_attr(h, "value", f->day);
    part_wrong(p, "quand-erreur", problem);
    html_close(h);
    html_open(h, "div", NULL);
    part_label(p, "heure", "Heure", NULL);
    html_open(h, "input", "id", "heure", "name", "heure", "type", "time", "required", "", NULL);
    html_attr(h, "value", f->time);
    part_wrong(p, "quand-erreur", problem);
    html_close(h);
    html_close(h);
    part_problem(p, "quand-erreur", problem);
}

void ballot_form_put(struct page *p, const char *action, const struct ballot_fields *f,
                     const struct ballot_problem *problem) {
    struct html *h = &p->h;
    page_form(p, action);
    part_label(p, "question", "La question",
               "Telle qu'elle sera lue : « Quelle sortie en mai ? »");
    html_open(h, "input", "id", "question", "name", "question", "maxlength", "100", "required",
              "", NULL);
    html_attr(h, "value", f->title);
    part_wrong(p, "question-erreur", problem->title);
    part_problem(p, "question-erreur", problem->title);
    part_label(p, "choix", "Les choix",
               "Un par ligne, de deux à neuf. On répond par le chiffre "
               "ou par le mot.");
    html_open(h, "textarea", "id", "choix", "name", "choix", "rows", "6", "required", "", NULL);
    part_wrong(p, "choix-erreur", problem->choices);
    html_text(h, f->choices);
    html_close(h);
    part_problem(p, "choix-erreur", problem->choices);
    put_group(p, f->group);
    put_when(p, f, problem->when);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", "class", "main", NULL);
    html_puts(h, "Voir l'aperçu");
    html_close(h);
    html_puts_in(h, "span", "hint", "Rien ne part avant votre confirmation.");
    html_close(h);
    html_close(h);
}

struct str ballot_form_who(struct page *p, int64_t series_id) {
    struct series s;
    if (series_id && series_get(p->db, series_id, p->a, &s) == OK) {
        return arena_printf(p->a, "le groupe %.*s", STR_ARG(s.title));
    }
    return STR("tous les jeunes inscrits");
}
