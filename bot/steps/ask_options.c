/* ask_options.c - the choices of a question: written in the flow, or brought by a value. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/dec.h"
#include "base/text.h"
#include "bot/steps/ask_priv.h"

#define LABEL_MAX 40           /* characters of a button */
#define OPTIONS_VAR "_options" /* the brought choices, kept while the question waits */

static struct str label_of_value(const struct val *item, struct arena *a) {
    if (val_is(item, VAL_NUMBER)) {
        return dec_text(item->num, a);
    }
    return val_is(item, VAL_MAP)    ? val_get_text(item, "text", STR_EMPTY)
           : val_is(item, VAL_TEXT) ? item->text
                                    : STR_EMPTY;
}

/* What the expression gave, made plain: a list of {key, text}; NULL when it is no list of 1 to
 * ASK_CHOICES_MAX texts. */
static const struct val *plain_list(struct run *r, const struct val *v) {
    if (!val_is(v, VAL_LIST) || v->list.n == 0 || v->list.n > ASK_CHOICES_MAX) {
        return NULL;
    }
    struct val_builder *b = val_list_begin(r->a);
    for (size_t i = 0; i < v->list.n; i++) {
        const struct val *item = v->list.item[i];
        struct str label = str_trim(label_of_value(item, r->a));
        if (label.n == 0) {
            return NULL;
        }
        struct val_builder *one = val_map_begin(r->a);
        val_put(one, "key", val_text(r->a, val_get_text(item, "key", label)));
        val_put(one, "text", val_text(r->a, label));
        val_push(b, val_end(one));
    }
    return val_end(b);
}

bool ask_options_fix(struct run *r, const struct node *n) {
    const struct ask_data *d = n->data;
    if (!d->brought || (r->again && turn_var(r, STR(OPTIONS_VAR)))) {
        return true;
    }
    const struct val *v = turn_value(r, d->brought);
    const struct val *list = plain_list(r, v);
    turn_set_var(r, STR(OPTIONS_VAR), list);
    if (!list) {
        turn_broken(r, n,
                    val_is(v, VAL_ERROR) ? v->error : STR("options: is not a list of texts"));
    }
    return list != NULL;
}

static const struct val *brought(struct run *r, size_t i) {
    const struct val *list = turn_var(r, STR(OPTIONS_VAR));
    return val_is(list, VAL_LIST) && i < list->list.n ? list->list.item[i] : NULL;
}

size_t ask_options_count(struct run *r, const struct ask_data *d) {
    const struct val *list = d->brought ? turn_var(r, STR(OPTIONS_VAR)) : NULL;
    return val_is(list, VAL_LIST) ? list->list.n : d->choices;
}

struct str ask_options_key(struct run *r, const struct ask_data *d, size_t i) {
    return d->brought ? val_get_text(brought(r, i), "key", STR_EMPTY) : d->choice[i].key;
}

struct str ask_options_label(struct run *r, const struct node *n, size_t i) {
    const struct ask_data *d = n->data;
    return text_cut(d->brought ? val_get_text(brought(r, i), "text", STR_EMPTY)
                               : turn_text(r, n, d->choice[i].label),
                    LABEL_MAX);
}

/* The choice in every language is a synonym: newcomers mix them. */
static struct ask_option written(struct run *r, const struct node *n, size_t i) {
    const struct ask_choice *c = &((const struct ask_data *)n->data)->choice[i];
    size_t max = c->synonym.n + (c->label ? c->label->n : 0) + 1, count = 0;
    struct str *word = ARENA_ARRAY(r->a, struct str, max);
    for (size_t j = 0; j < c->synonym.n; j++) {
        word[count++] = c->synonym.item[j];
    }
    for (size_t j = 0; c->label && j < c->label->n; j++) {
        word[count++] = c->label->form[j].source;
    }
    word[count++] = c->key;
    return (struct ask_option){ask_options_label(r, n, i), word, count};
}

void ask_options_fill(struct run *r, const struct node *n, struct ask *ret) {
    const struct ask_data *d = n->data;
    size_t count = ask_options_count(r, d);
    struct ask_option *option = ARENA_ARRAY(r->a, struct ask_option, count);
    for (size_t i = 0; i < count; i++) {
        if (d->brought) {
            struct str *word = ARENA_NEW(r->a, struct str);
            *word = ask_options_key(r, d, i);
            option[i] = (struct ask_option){ask_options_label(r, n, i), word, 1};
        } else {
            option[i] = written(r, n, i);
        }
    }
    ret->option = option;
    ret->options = count;
    ret->several = d->several;
}
