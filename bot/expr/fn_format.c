/* fn_format.c - values made pretty, and the parts of addresses and attachments. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/urnparts.h"

const struct val *fn_format(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct sink out;
    sink_init(&out, e->a);
    if (!convert_pretty(e, arg[0], &out) || out.over) {
        return eval_limit(e);
    }
    return eval_text(e, sink_view(&out));
}

/* "Rwanda > Kigali City > Gasabo" is Gasabo to its people. */
const struct val *fn_format_location(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    TRY(convert_text(e, arg[0], &s));
    for (size_t i = s.n; i > 0; i--) {
        if (s.p[i - 1] == '>') {
            s = str_sub(s, i, s.n);
            break;
        }
    }
    return eval_text(e, str_trim(s));
}

const struct val *fn_format_number(struct eval *e, const struct val *const *arg, size_t n) {
    struct dec d;
    int places = -1;
    bool group = true;
    TRY(convert_number(e, arg[0], &d));
    if (n > 1 && arg[1]->type != VAL_NULL) {
        TRY(convert_int(e, arg[1], &places));
        if (places < 0 || places > 9) {
            return eval_error(e, "must take 0-9 number of places, got %d", places);
        }
    }
    if (n > 2) {
        TRY(convert_bool(e, arg[2], &group));
    }
    return eval_text(e, convert_number_pretty(e, d, places, group));
}

static const struct val *urn_arg(struct eval *e, const struct val *v, struct urnparts *ret) {
    struct str s;
    TRY(convert_text(e, v, &s));
    const char *why = urnparts_read(s, e->a, ret);
    return why ? eval_error(e, "%.*s is not a valid URN: %s", STR_ARG(s), why) : NULL;
}

const struct val *fn_format_urn(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct urnparts u;
    TRY(urn_arg(e, arg[0], &u));
    return eval_text(e, urnparts_pretty(&u, e->a));
}

const struct val *fn_urn_parts(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct urnparts u;
    TRY(urn_arg(e, arg[0], &u));
    struct val_builder *b = val_map_begin(e->a);
    val_put(b, "display", val_text(e->a, u.display));
    val_put(b, "path", val_text(e->a, u.path));
    val_put(b, "scheme", val_text(e->a, u.scheme));
    return val_end(b);
}

/* "image/jpeg:https://..." */
const struct val *fn_attachment_parts(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    TRY(convert_text(e, arg[0], &s));
    size_t colon = str_find_char(s, ':', 0);
    bool typed = colon != SIZE_MAX;
    struct val_builder *b = val_map_begin(e->a);
    val_put(b, "content_type", val_text(e->a, typed ? str_sub(s, 0, colon) : STR("")));
    val_put(b, "url", val_text(e->a, typed ? str_sub(s, colon + 1, s.n) : s));
    return val_end(b);
}
