/* rapid_content.c - the message of an action: words, files, quick replies, a channel's
 * template. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

#define ATTACHMENT_MAX 2048
#define REPLY_TEXT_MAX 64
#define REPLY_EXTRA_MAX 1000

/* "image/jpeg:https://..." */
bool rapid_attachment_ok(struct str s) {
    size_t colon = str_find_char(s, ':', 0), slashes = 0;
    if (colon == SIZE_MAX || colon == 0 || colon + 1 == s.n) {
        return false;
    }
    for (size_t i = 0; i < colon; i++) {
        char c = s.p[i];
        slashes += c == '/';
        if (c == ' ' || (unsigned char)c < 0x20) {
            return false;
        }
    }
    return slashes <= 1;
}

const char *rapid_content_check(const struct val *def, struct arena *a) {
    const struct val *list = val_get(def, "attachments");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        bool computed = val_is(v, VAL_TEXT) && str_find_char(v->text, '@', 0) != SIZE_MAX;
        if (val_is(v, VAL_TEXT) && v->text.n && !computed && !rapid_attachment_ok(v->text)) {
            return arena_cstr(
                a, arena_printf(a, "field 'attachments[%zu]' is not a valid attachment", i));
        }
    }
    return NULL;
}

static const struct val *attachments(struct rapid_act *act, const struct val *list) {
    struct val_builder *b = val_list_begin(act->s->a);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        struct str s;
        if (!val_is(v, VAL_TEXT)) {
            continue;
        }
        rapid_eval_text(act, v->text, &s);
        s = str_trim(s);
        if (!rapid_attachment_ok(s)) {
            rapid_event_error(act->s, "", NULL,
                              "Attachment evaluated to invalid value and will be ignored");
        } else if (s.n > ATTACHMENT_MAX) {
            rapid_event_error(act->s, "", NULL,
                              "Attachment evaluated to more than %d bytes and will be ignored",
                              ATTACHMENT_MAX);
        } else {
            val_push(b, val_text(act->s->a, s));
        }
    }
    return val_end(b);
}

/* "Yes<extra>more about it" */
static const struct val *quick_reply(struct arena *a, struct str s) {
    struct val_builder *b = val_map_begin(a);
    struct str mark = STR("<extra>"), place = STR("<location>"), extra = STR("");
    bool location = str_starts(s, place);
    if (location) {
        s = str_sub(s, place.n, s.n);
    }
    size_t at = str_find(s, mark, 0);
    if (at != SIZE_MAX) {
        extra = str_sub(s, at + mark.n, s.n);
        s = str_sub(s, 0, at);
    }
    val_put(b, "type", val_textz(a, location ? "location" : "text"));
    rapid_put_text(b, a, "text", rapid_ellipsis(s, REPLY_TEXT_MAX, a));
    rapid_put_text(b, a, "extra", rapid_ellipsis(extra, REPLY_EXTRA_MAX, a));
    return val_end(b);
}

static const struct val *quick_replies(struct rapid_act *act, const struct val *list) {
    struct val_builder *b = val_list_begin(act->s->a);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        struct str s;
        if (!val_is(v, VAL_TEXT)) {
            continue;
        }
        rapid_eval_text(act, v->text, &s);
        if (s.n == 0) {
            rapid_event_error(act->s, "", NULL,
                              "Quick reply evaluated to empty string and will be ignored");
        } else {
            val_push(b, quick_reply(act->s->a, s));
        }
    }
    return val_end(b);
}

void rapid_content_eval(struct rapid_act *act, const struct rapid_languages *l,
                        struct rapid_content *ret) {
    const struct rapid_flow *f = act->run->flow;
    struct str uuid = act->action->uuid, lang[3];
    struct str text =
        rapid_i18n_text(f, l, uuid, "text", val_get_text(act->def, "text", STR("")), &lang[0]);
    rapid_eval_text(act, text, &ret->text);
    const struct val *files =
        rapid_i18n_list(f, l, uuid, "attachments", val_get(act->def, "attachments"), &lang[1]);
    ret->attachments = attachments(act, files);
    const struct val *replies = rapid_i18n_list(f, l, uuid, "quick_replies",
                                                val_get(act->def, "quick_replies"), &lang[2]);
    ret->quick_replies = quick_replies(act, replies);
    bool has_files = val_is(files, VAL_LIST) && files->list.n;
    ret->lang = text.n ? lang[0] : has_files ? lang[1] : lang[2];
}

/* --- templates that a channel wants messages in --- */

static bool same_language(struct str locale, struct str lang) {
    return lang.n && str_starts(locale, lang) &&
           (locale.n == lang.n || locale.p[lang.n] == '-');
}

/* The translation for this channel, in the best language there is. */
static const struct val *translation_of(struct rapid_act *act, const struct val *template,
                                        const struct val *channel) {
    const struct val *all = val_get(template, "translations"), *any = NULL;
    struct str uuid = val_get_text(channel, "uuid", STR(""));
    struct rapid_languages l;
    rapid_i18n_usual(act->s, act->run, &l);
    for (size_t k = 0; k <= l.n; k++) {
        for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
            const struct val *t = all->list.item[i];
            if (!str_eq(val_get_text(val_get(t, "channel"), "uuid", STR("")), uuid)) {
                continue;
            }
            any = any ? any : t;
            if (k < l.n && same_language(val_get_text(t, "locale", STR("")), l.lang[k])) {
                return t;
            }
        }
    }
    return any;
}

const struct val *rapid_template_values(struct rapid_act *act) {
    struct rapid_languages l;
    struct str lang;
    struct val_builder *b = val_list_begin(act->s->a);
    rapid_i18n_usual(act->s, act->run, &l);
    const struct val *list =
        rapid_i18n_list(act->run->flow, &l, act->action->uuid, "template_variables",
                        val_get(act->def, "template_variables"), &lang);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        struct str s;
        rapid_eval_text(act, val_is(v, VAL_TEXT) ? v->text : STR(""), &s);
        val_push(b, val_text(act->s->a, s));
    }
    return val_end(b);
}

static struct str value_at(const struct val *values, int64_t i) {
    const struct val *v = i < 0 ? NULL : val_at_index(values, (size_t)i);
    return val_is(v, VAL_TEXT) ? v->text : STR("");
}

/* "Hi {{1}}" with the component's variables put in. */
static struct str filled(const struct val *component, const struct val *values,
                         struct arena *a) {
    struct str s = val_get_text(component, "content", STR(""));
    const struct val *variables = val_get(component, "variables");
    struct sink out;
    sink_init(&out, a);
    for (size_t i = 0; i < s.n;) {
        size_t end = str_find(s, STR("}}"), i);
        struct str name = end == SIZE_MAX || !str_starts(str_sub(s, i, s.n), STR("{{"))
                              ? STR("")
                              : str_sub(s, i + 2, end - i - 2);
        const struct val *index = name.n ? val_get_str(variables, name) : NULL;
        int64_t k;
        if (val_is(index, VAL_NUMBER) && dec_to_i64(index->num, &k) == OK) {
            sink_add(&out, value_at(values, k));
            i = end + 2;
        } else {
            sink_putc(&out, s.p[i++]);
        }
    }
    return sink_view(&out);
}

struct preview {
    struct sink text;
    struct val_builder *files, *replies, *components;
};

static void add_component(struct preview *p, const struct val *c, const struct val *values,
                          struct arena *a) {
    struct str type = val_get_text(c, "type", STR("")), s = filled(c, values, a);
    const struct val *variables = val_get(c, "variables");
    if (str_is(type, "header/media")) {
        for (size_t i = 0; val_is(variables, VAL_MAP) && i < variables->map.n; i++) {
            int64_t k = -1;
            const struct val *v = variables->map.pair[i].val;
            if (val_is(v, VAL_NUMBER) && dec_to_i64(v->num, &k) == OK &&
                rapid_attachment_ok(value_at(values, k))) {
                val_push(p->files, val_text(a, value_at(values, k)));
            }
        }
    } else if (str_is(type, "button/quick_reply")) {
        val_push(p->replies, quick_reply(a, s));
    } else if (s.n && !str_starts(type, STR("button/"))) {
        sink_puts(&p->text, p->text.n ? "\n\n" : "");
        sink_add(&p->text, s);
    }
    if (val_is(variables, VAL_MAP) && variables->map.n) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "name", val_get(c, "name"));
        val_put(b, "type", val_get(c, "type"));
        val_put(b, "variables", variables);
        val_push(p->components, val_end(b));
    }
}

/* Each of the translation's variables with its type; those not given are empty. */
static const struct val *typed_values(const struct val *types, const struct val *values,
                                      struct arena *a) {
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; val_is(types, VAL_LIST) && i < types->list.n; i++) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "type", val_get(types->list.item[i], "type"));
        val_put(b, "value", val_text(a, value_at(values, (int64_t)i)));
        val_push(list, val_end(b));
    }
    return val_end(list);
}

void rapid_content_template(struct rapid_act *act, const struct val *channel,
                            struct rapid_content *content, const struct val **templating,
                            struct str *locale) {
    struct arena *a = act->s->a;
    const struct val *ref = val_get(act->def, "template");
    const struct val *template =
        rapid_asset(act->s->program, "templates", "uuid", val_get_text(ref, "uuid", STR("")));
    const struct val *t = template ? translation_of(act, template, channel) : NULL;
    *templating = NULL;
    if (!t) {
        return;
    }
    const struct val *values = rapid_template_values(act), *parts = val_get(t, "components");
    struct preview p = {.files = val_list_begin(a),
                        .replies = val_list_begin(a),
                        .components = val_list_begin(a)};
    sink_init(&p.text, a);
    for (size_t i = 0; val_is(parts, VAL_LIST) && i < parts->list.n; i++) {
        add_component(&p, parts->list.item[i], values, a);
    }
    content->text = sink_view(&p.text);
    content->attachments = val_end(p.files);
    content->quick_replies = val_end(p.replies);
    struct val_builder *b = val_map_begin(a);
    val_put(b, "template", rapid_ref(a, template));
    rapid_put_some(b, "components", val_end(p.components));
    rapid_put_some(b, "variables", typed_values(val_get(t, "variables"), values, a));
    *templating = val_end(b);
    *locale = val_get_text(t, "locale", STR(""));
}
