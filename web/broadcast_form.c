/* broadcast_form.c - reads, checks and writes the form of a broadcast. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/broadcast_form.h"

#include "base/json.h"
#include "base/text.h"
#include "base/val.h"
#include "db/communes.h"
#include "db/tags.h"
#include "web/page_parts.h"

#define CHOICES_MAX 40

static const struct val *texts_val(const struct str *s, size_t n, struct arena *a) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < n; i++) {
        val_push(b, val_text(a, s[i]));
    }
    return val_end(b);
}

static struct str choice_json(struct page *p, const struct broadcast_choice *c) {
    struct val_builder *b = val_map_begin(p->a);
    val_put(b, "tags", texts_val(c->tag, c->tags, p->a));
    val_put(b, "insee", texts_val(c->insee, c->insees, p->a));
    val_put(b, "age_from", val_int(p->a, c->age_from));
    val_put(b, "age_to", val_int(p->a, c->age_to));
    val_put(b, "enrolled", val_bool(c->enrolled_only));
    return json_text(val_end(b), p->a);
}

static size_t texts_of(const struct val *list, struct arena *a, const struct str **ret) {
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0, k = 0;
    struct str *out = ARENA_ARRAY(a, struct str, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (val_is(list->list.item[i], VAL_TEXT)) {
            out[k++] = list->list.item[i]->text;
        }
    }
    *ret = out;
    return k;
}

void broadcast_form_choice(struct page *p, struct str json, struct broadcast_choice *ret) {
    const struct val *v = NULL;
    struct broadcast_choice c = {0};
    if (json.n && json_parse(json, p->a, &v, NULL) == OK) {
        c.tags = texts_of(val_get(v, "tags"), p->a, &c.tag);
        c.insees = texts_of(val_get(v, "insee"), p->a, &c.insee);
        c.age_from = val_get_int(v, "age_from", 0);
        c.age_to = val_get_int(v, "age_to", 0);
        c.enrolled_only = val_get_bool(v, "enrolled", false);
    }
    *ret = c;
}

bool broadcast_form_read(struct page *p, struct broadcast *b, struct broadcast_choice *c,
                         struct broadcast_problem *problem) {
    struct str *list;
    *problem = (struct broadcast_problem){0};
    b->title = form_get(&p->form, "titre");
    b->text = form_get(&p->form, "texte");
    b->lang = str_is(form_get(&p->form, "langue"), "en") ? STR("en") : STR("fr");
    c->tags = form_all(&p->form, "tag", p->a, &list);
    c->tag = list;
    c->insees = form_all(&p->form, "insee", p->a, &list);
    c->insee = list;
    c->age_from = form_int(&p->form, "age_de", 0);
    c->age_to = form_int(&p->form, "age_a", 0);
    c->enrolled_only = str_is(form_get(&p->form, "inscrits"), "oui");
    b->segment = choice_json(p, c);
    if (!b->title.n || text_length(b->title) > BROADCAST_TITLE_MAX) {
        problem->title =
            "Donnez un titre de 80 caractères au plus : il n'est vu que de l'équipe.";
    }
    if (!b->text.n || text_length(b->text) > BROADCAST_TEXT_MAX) {
        problem->text = "Écrivez le texte, en 600 caractères au plus.";
    }
    bool ages = c->age_from >= 0 && c->age_from <= 99 && c->age_to >= 0 && c->age_to <= 99;
    if (!ages || (c->age_to && c->age_from > c->age_to)) {
        problem->ages = "Les âges vont du plus petit au plus grand, par exemple 18 et 25.";
    }
    return !problem->title && !problem->text && !problem->ages;
}

void broadcast_form_segment(struct page *p, const struct broadcast_choice *c,
                            struct segment *ret) {
    struct date today;
    struct tod t;
    struct segment s = {.tag = c->tag,
                        .tags = c->tags,
                        .insee = c->insee,
                        .insees = c->insees,
                        .enrolled_only = c->enrolled_only};
    zone_to_civil(p->config->org.tz, p->now_ms, &today, &t);
    if (c->age_from) {
        s.born_to = date_add_months(today, -12 * (int)c->age_from);
    }
    if (c->age_to) { /* still that age on the day before the next birthday */
        s.born_from = date_add_days(date_add_months(today, -12 * ((int)c->age_to + 1)), 1);
    }
    *ret = s;
}

/* ---- writing */

static bool is_among(struct str s, const struct str *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(s, list[i])) {
            return true;
        }
    }
    return false;
}

static void put_check(struct page *p, const char *name, struct str value, bool on,
                      struct str label, int64_t people) {
    struct html *h = &p->h;
    html_open(h, "label", NULL);
    html_open(h, "input", "type", "checkbox", "name", name, NULL);
    html_attr(h, "value", value);
    html_flag(h, "checked", on);
    html_text(h, label);
    if (people) {
        html_printf(h, " (%lld)", (long long)people);
    }
    html_close(h);
}

static void put_tags(struct page *p, const struct broadcast_choice *c) {
    struct tag_count *tag;
    size_t n = 0;
    if (tags_all(p->db, p->a, &tag, &n) != OK || n == 0) {
        return;
    }
    html_open(&p->h, "fieldset", NULL);
    html_puts_in(&p->h, "legend", NULL, "Intérêts");
    html_puts_in(&p->h, "p", "hint", "Un seul suffit. Rien de coché : tout le monde.");
    html_open(&p->h, "div", "class", "choices", NULL);
    for (size_t i = 0; i < n && i < CHOICES_MAX; i++) {
        put_check(p, "tag", tag[i].tag, is_among(tag[i].tag, c->tag, c->tags), tag[i].tag,
                  tag[i].people);
    }
    html_close(&p->h);
    html_close(&p->h);
}

static void put_communes(struct page *p, const struct broadcast_choice *c) {
    struct commune_count *com;
    size_t n = 0;
    if (communes_in_use(p->db, CHOICES_MAX, p->a, &com, &n) != OK || n == 0) {
        return;
    }
    html_open(&p->h, "fieldset", NULL);
    html_puts_in(&p->h, "legend", NULL, "Communes");
    html_open(&p->h, "div", "class", "choices", NULL);
    for (size_t i = 0; i < n; i++) {
        put_check(p, "insee", com[i].insee, is_among(com[i].insee, c->insee, c->insees),
                  com[i].name.n ? com[i].name : com[i].insee, com[i].people);
    }
    html_close(&p->h);
    html_close(&p->h);
}

static void put_age(struct page *p, const char *name, const char *label, int64_t value,
                    const char *problem) {
    html_open(&p->h, "div", NULL);
    part_label(p, name, label, NULL);
    html_open(&p->h, "input", "class", "short", "id", name, "name", name, "inputmode",
              "numeric", "maxlength", "2", problem ? "aria-invalid" : NULL, "true", NULL);
    if (problem) {
        html_attr(&p->h, "aria-describedby", STR("age-erreur"));
    }
    if (value) {
        html_attr_int(&p->h, "value", value);
    }
    html_close(&p->h);
}

static void put_who(struct page *p, const struct broadcast_choice *c, const char *problem) {
    html_puts_in(&p->h, "h2", NULL, "À qui");
    put_tags(p, c);
    put_communes(p, c);
    html_open(&p->h, "fieldset", NULL);
    html_puts_in(&p->h, "legend", NULL, "Âge et inscription");
    html_open(&p->h, "div", "class", "pair", NULL);
    put_age(p, "age_de", "De (ans)", c->age_from, problem);
    put_age(p, "age_a", "À (ans)", c->age_to, problem);
    html_close(&p->h);
    part_problem(p, "age-erreur", problem);
    html_open(&p->h, "div", "class", "choices", NULL);
    put_check(p, "inscrits", STR("oui"), c->enrolled_only, STR("Seulement les jeunes inscrits"),
              0);
    html_close(&p->h);
    html_close(&p->h);
    html_puts_in(&p->h, "p", "hint",
                 "Jamais : les personnes qui ont dit STOP, les partenaires, "
                 "celles qu'aucun numéro ne joint.");
}

static void put_lang(struct page *p, struct str lang) {
    html_open(&p->h, "label", "for", "langue", NULL);
    html_puts(&p->h, "Langue du texte");
    html_close(&p->h);
    html_open(&p->h, "select", "id", "langue", "name", "langue", "class", "short", NULL);
    html_open(&p->h, "option", "value", "fr", NULL);
    html_flag(&p->h, "selected", !str_is(lang, "en"));
    html_puts(&p->h, "français");
    html_close(&p->h);
    html_open(&p->h, "option", "value", "en", NULL);
    html_flag(&p->h, "selected", str_is(lang, "en"));
    html_puts(&p->h, "anglais");
    html_close(&p->h);
    html_close(&p->h);
}

void broadcast_form_put(struct page *p, const char *action, const struct broadcast *b,
                        const struct broadcast_choice *c,
                        const struct broadcast_problem *problem) {
    struct html *h = &p->h;
    page_form(p, action);
    part_label(p, "titre", "Titre",
               "Pour l'équipe seulement : « Job d'été piscine de Mérignac »");
    html_open(h, "input", "id", "titre", "name", "titre", "maxlength", "80", "required", "",
              problem->title ? "aria-invalid" : NULL, "true", NULL);
    html_attr(h, "value", b->title);
    if (problem->title) {
        html_attr(h, "aria-describedby", STR("titre-erreur"));
    }
    part_problem(p, "titre-erreur", problem->title);
    part_label(
        p, "texte", "Texte du message",
        "Une idée, des mots simples. La façon de répondre et STOP sont ajoutés à la fin.");
    html_open(h, "textarea", "id", "texte", "name", "texte", "maxlength", "600", "required", "",
              "data-segments", "texte-cout", problem->text ? "aria-invalid" : NULL, "true",
              NULL);
    if (problem->text) {
        html_attr(h, "aria-describedby", STR("texte-erreur"));
    }
    html_text(h, b->text);
    html_close(h);
    part_problem(p, "texte-erreur", problem->text);
    html_open(h, "p", "class", "hint", "id", "texte-cout", "aria-live", "polite", NULL);
    html_close(h);
    put_lang(p, b->lang);
    put_who(p, c, problem->ages);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", "class", "main", NULL);
    html_puts(h, "Voir l'aperçu");
    html_close(h);
    html_puts_in(h, "span", "hint", "Rien ne part avant votre confirmation.");
    html_close(h);
    html_close(h);
}

static struct str commune_name(struct page *p, struct str insee) {
    struct commune_count *com;
    size_t n = 0;
    if (communes_in_use(p->db, 1000, p->a, &com, &n) == OK) {
        for (size_t i = 0; i < n; i++) {
            if (str_eq(com[i].insee, insee) && com[i].name.n) {
                return com[i].name;
            }
        }
    }
    return insee;
}

struct str broadcast_form_words(struct page *p, const struct broadcast_choice *c) {
    struct str s = STR("");
    for (size_t i = 0; i < c->tags; i++) {
        s = arena_printf(p->a, "%.*s%s%.*s", STR_ARG(s), i ? " ou " : "intérêt ",
                         STR_ARG(c->tag[i]));
    }
    for (size_t i = 0; i < c->insees; i++) {
        s = arena_printf(p->a, "%.*s%s%.*s", STR_ARG(s),
                         i     ? " ou "
                         : s.n ? ", à "
                               : "à ",
                         STR_ARG(commune_name(p, c->insee[i])));
    }
    if (c->age_from || c->age_to) {
        const char *comma = s.n ? ", " : "";
        s = !c->age_to ? arena_printf(p->a, "%.*s%sà partir de %lld ans", STR_ARG(s), comma,
                                      (long long)c->age_from)
            : !c->age_from ? arena_printf(p->a, "%.*s%sjusqu'à %lld ans", STR_ARG(s), comma,
                                          (long long)c->age_to)
                           : arena_printf(p->a, "%.*s%sde %lld à %lld ans", STR_ARG(s), comma,
                                          (long long)c->age_from, (long long)c->age_to);
    }
    if (c->enrolled_only) {
        s = arena_printf(p->a, "%.*s%sinscrits", STR_ARG(s), s.n ? ", " : "");
    }
    return s.n ? s : STR("toutes les personnes joignables");
}
