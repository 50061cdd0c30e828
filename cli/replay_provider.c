/* replay_provider.c - the provider of a recorded case: which of its answers a request gets. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "cli/replay.h"

#define MOCKS_MAX 200

/* The recorded answers and how often each was asked for. */
struct replay_provider {
    const struct val *mocks;
    bool used[MOCKS_MAX];
    int asked[MOCKS_MAX]; /* requests to this answer's address so far */
    struct arena *a;
};

static bool glob(struct str pattern, struct str text) {
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n &&
                   tolower((unsigned char)pattern.p[p]) == tolower((unsigned char)text.p[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*') {
        p++;
    }
    return p == pattern.n;
}

static struct str without_slash(struct str s) {
    return s.n && s.p[s.n - 1] == '/' ? str_sub(s, 0, s.n - 1) : s;
}

static bool url_fits(struct str pattern, struct str url) {
    size_t q = str_find_char(url, '?', 0);
    struct str bare = q == SIZE_MAX ? url : str_sub(url, 0, q);
    pattern = without_slash(pattern);
    return glob(pattern, without_slash(url)) || glob(pattern, without_slash(bare));
}

static bool form_fits(const struct val *mock, const struct gw_call *call, struct arena *a) {
    const struct val *form = val_get(mock, "form");
    for (size_t i = 0; val_is(form, VAL_MAP) && i < form->map.n; i++) {
        const struct val *want = form->map.pair[i].val;
        want = val_is(want, VAL_LIST) ? val_at_index(want, 0) : want;
        struct str got = gw_form_get(call->body, arena_cstr(a, form->map.pair[i].key), a);
        if (!val_is(want, VAL_TEXT) || !str_eq(want->text, got)) {
            return false;
        }
    }
    return true;
}

static const struct val *find_mock(struct replay_provider *p, const struct gw_call *call) {
    const struct val *last = NULL;
    size_t n = val_is(p->mocks, VAL_LIST) ? p->mocks->list.n : 0;
    size_t hit = SIZE_MAX;
    for (size_t i = 0; i < n && i < MOCKS_MAX; i++) {
        const struct val *m = p->mocks->list.item[i];
        if (!url_fits(val_get_text(m, "url", STR_EMPTY), call->url) ||
            !form_fits(m, call, p->a)) {
            continue;
        }
        int nth = (int)val_get_int(m, "nth", 0);
        p->asked[i]++;
        if (nth && p->asked[i] != nth) {
            continue;
        }
        last = m;
        if (hit == SIZE_MAX && !p->used[i]) {
            hit = i;
        }
    }
    if (hit != SIZE_MAX) {
        p->used[hit] = true;
        return p->mocks->list.item[hit];
    }
    return last;
}

static void answer_from(const struct val *mock, struct arena *a, struct gw_answer *ret) {
    memset(ret, 0, sizeof *ret);
    if (!mock) {
        ret->error = STR("connection refused");
        return;
    }
    const struct val *h = val_get(mock, "headers");
    size_t n = val_is(h, VAL_MAP) ? h->map.n : 0;
    struct gw_header *header = ARENA_ARRAY(a, struct gw_header, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = h->map.pair[i].val;
        header[i].name = h->map.pair[i].key;
        header[i].value = val_is(v, VAL_TEXT) ? v->text : json_text(v, a);
    }
    ret->status = (int)val_get_int(mock, "status", 200);
    ret->left = true;
    ret->header = header;
    ret->headers = n;
    ret->body = val_get_text(mock, "body", STR(""));
}

struct replay_provider *replay_provider_new(const struct val *line, struct arena *a) {
    struct replay_provider *p = ARENA_NEW(a, struct replay_provider);
    p->mocks = val_get(line, "mock_responses");
    p->a = a;
    return p;
}

bool replay_provider_ask(struct replay_provider *p, const struct gw_call *call,
                         struct gw_answer *ret) {
    const struct val *mock = find_mock(p, call);
    answer_from(mock, p->a, ret);
    return mock != NULL;
}
