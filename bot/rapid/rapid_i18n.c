/* rapid_i18n.c - which language a text is said in. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

/* ISO 639-3 and 639-1 of the languages that people here speak. */
static const struct {
    const char *three, *two;
} LANGS[] = {{"fra", "fr"}, {"eng", "en"}, {"spa", "es"}, {"por", "pt"}, {"ara", "ar"},
             {"ukr", "uk"}, {"rus", "ru"}, {"tur", "tr"}, {"pus", "ps"}, {"fas", "fa"}};
#define LANGS_N (sizeof LANGS / sizeof *LANGS)

struct str rapid_language_short(struct str iso3) {
    for (size_t i = 0; i < LANGS_N; i++) {
        if (str_is(iso3, LANGS[i].three)) {
            return str_from(LANGS[i].two);
        }
    }
    return iso3;
}

struct str rapid_language_long(struct str iso2) {
    for (size_t i = 0; i < LANGS_N; i++) {
        if (str_is(iso2, LANGS[i].two)) {
            return str_from(LANGS[i].three);
        }
    }
    return iso2;
}

static bool is_allowed(const struct expr_env *env, struct str lang) {
    for (size_t i = 0; i < env->allowed_languages; i++) {
        if (str_eq(env->allowed_language[i], lang)) {
            return true;
        }
    }
    return false;
}

static void add(struct rapid_languages *l, struct str lang) {
    for (size_t i = 0; i < l->n; i++) {
        if (str_eq(l->lang[i], lang)) {
            return;
        }
    }
    if (lang.n && l->n < 3) {
        l->lang[l->n++] = lang;
    }
}

/* The person's, when the workspace allows it; the workspace's; the flow's own. */
void rapid_i18n_usual(const struct rapid_session *s, const struct rapid_run *run,
                      struct rapid_languages *ret) {
    const struct expr_env *env = &s->world->env;
    *ret = (struct rapid_languages){.n = 0};
    if (is_allowed(env, s->contact.language)) {
        add(ret, s->contact.language);
    }
    add(ret, env->language);
    add(ret, run->flow ? run->flow->language : STR(""));
}

/* A translation that says something: a list of empty texts does not. */
static const struct val *translation(const struct rapid_flow *f, struct str lang,
                                     struct str uuid, const char *key) {
    const struct val *list =
        val_get(val_get_str(val_get_str(f->localization, lang), uuid), key);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        if (val_is(v, VAL_TEXT) && v->text.n) {
            return list;
        }
    }
    return NULL;
}

const struct val *rapid_i18n_list(const struct rapid_flow *f, const struct rapid_languages *l,
                                  struct str uuid, const char *key, const struct val *native,
                                  struct str *lang) {
    for (size_t i = 0; i < l->n && !str_eq(l->lang[i], f->language); i++) {
        const struct val *found = translation(f, l->lang[i], uuid, key);
        if (found) {
            *lang = l->lang[i];
            return found;
        }
    }
    *lang = f->language;
    return native;
}

struct str rapid_i18n_text(const struct rapid_flow *f, const struct rapid_languages *l,
                           struct str uuid, const char *key, struct str native,
                           struct str *lang) {
    const struct val *list = rapid_i18n_list(f, l, uuid, key, NULL, lang);
    const struct val *first = val_at_index(list, 0);
    return val_is(first, VAL_TEXT) ? first->text : native;
}

struct str rapid_i18n_locale(struct rapid_session *s, struct str lang) {
    struct str country = s->env.country;
    if (lang.n == 0 || country.n == 0) {
        return lang;
    }
    return arena_printf(s->a, "%.*s-%.*s", STR_ARG(lang), STR_ARG(country));
}
