/* gw_config.c - how a gateway reads and checks the keys of its channel. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gateway.h"

#include <string.h>

struct str gw_config(const struct gw_channel *ch, const char *key, const char *dflt) {
    return val_get_text(ch->config, key, str_from(dflt));
}

static bool is_one_of(struct str s, const char *const *list) {
    for (; *list; list++) {
        if (str_eq_nocase(s, str_from(*list))) {
            return true;
        }
    }
    return false;
}

bool gw_config_flag(const struct gw_channel *ch, const char *key, bool dflt) {
    static const char *const YES[] = {"yes", "true", "on", "oui", "1", NULL};
    static const char *const NO[] = {"no", "false", "off", "non", "0", NULL};
    const struct val *v = val_get(ch->config, key);
    if (val_is(v, VAL_BOOL)) {
        return v->b;
    }
    if (!val_is(v, VAL_TEXT)) {
        return dflt;
    }
    return is_one_of(v->text, YES) || (dflt && !is_one_of(v->text, NO));
}

enum rc gw_config_need(const struct gw_channel *ch, const char *key, struct err *err) {
    if (gw_config(ch, key, "").n || ch->lenient) {
        return OK;
    }
    return err_set(err, E_INVALID, "missing key '%s'", key);
}

enum rc gw_config_url(const struct gw_channel *ch, const char *key, struct err *err) {
    struct str url = gw_config(ch, key, "");
    size_t host = str_starts(url, STR("https://")) ? 8 : 7;
    bool good = str_starts(url, STR("http://")) || str_starts(url, STR("https://"));
    for (size_t i = 0; i < url.n; i++) {
        good = good && url.p[i] > ' ' && url.p[i] < 0x7F;
    }
    if (!url.n || (good && url.n > host)) {
        return OK;
    }
    return err_set(err, E_INVALID, "'%s' is not an http or https address", key);
}

enum rc gw_config_token(const struct gw_channel *ch, const char *key, size_t min,
                        struct err *err) {
    static const char ALLOWED[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    struct str s = gw_config(ch, key, "");
    bool good = s.n >= min;
    for (size_t i = 0; i < s.n; i++) {
        good = good && s.p[i] && strchr(ALLOWED, s.p[i]);
    }
    if (!s.n || good) {
        return OK;
    }
    err_set(err, E_INVALID, "'%s' must be %zu or more of A-Z a-z 0-9 _ -", key, min);
    err_hint(err, "make one with: openssl rand -hex 16");
    return E_INVALID;
}

/* One wrong, missing, extra or swapped letter. */
static bool is_close(struct str a, struct str b) {
    size_t i = 0, k = 0, longer = a.n > b.n ? a.n : b.n;
    if (longer - a.n > 1 || longer - b.n > 1 || longer < 3) {
        return false;
    }
    while (i < a.n && i < b.n && a.p[i] == b.p[i]) {
        i++;
    }
    while (k < a.n - i && k < b.n - i && a.p[a.n - 1 - k] == b.p[b.n - 1 - k]) {
        k++;
    }
    size_t left_a = a.n - i - k, left_b = b.n - i - k;
    bool swapped = left_a == 2 && left_b == 2 && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i];
    return (left_a <= 1 && left_b <= 1) || swapped;
}

enum rc gw_config_known(const struct gw_channel *ch, const char *const *keys, struct err *err) {
    if (!val_is(ch->config, VAL_MAP) || ch->lenient) {
        return OK;
    }
    for (size_t i = 0; i < ch->config->map.n; i++) {
        struct str key = ch->config->map.pair[i].key;
        const char *near = NULL;
        bool known = false;
        for (const char *const *k = keys; *k && !known; k++) {
            known = str_is(key, *k);
            near = is_close(key, str_from(*k)) ? *k : near;
        }
        if (known) {
            continue;
        }
        err_set(err, E_INVALID, "unknown key '%.*s'", STR_ARG(key));
        if (near) {
            err_hint(err, "did you mean '%s'?", near);
        }
        return E_INVALID;
    }
    return OK;
}
