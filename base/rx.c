/* rx.c - regular expressions with limits (the only file that knows PCRE2). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/rx.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"

#define PATTERN_MAX 4096
#define NEST_MAX 100
#define MATCH_LIMIT                                                                            \
    200000 /* steps; some milliseconds, thousands of times what a plain rule needs */
#define DEPTH_LIMIT 5000
#define HEAP_LIMIT_KIB 4096

struct rx {
    pcre2_code *code;
};

/* What a match needs besides the pattern: one of each a thread, freed when the thread ends. */
struct scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t scratch_key;
static pcre2_compile_context *compile_context;

static void free_scratch(void *p) {
    struct scratch *s = p;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    free(s);
}

static void start(void) {
    pthread_key_create(&scratch_key, free_scratch);
    compile_context = pcre2_compile_context_create(NULL);
    if (compile_context) {
        pcre2_set_parens_nest_limit(compile_context, NEST_MAX);
        pcre2_set_max_pattern_length(compile_context, PATTERN_MAX);
    }
}

static struct scratch *scratch(void) {
    struct scratch *s = pthread_getspecific(scratch_key);
    if (s) {
        return s;
    }
    s = mem_alloc(sizeof *s);
    s->data = pcre2_match_data_create(RX_GROUPS_MAX, NULL);
    s->context = pcre2_match_context_create(NULL);
    if (!s->data || !s->context) {
        free_scratch(s);
        return NULL;
    }
    pcre2_set_match_limit(s->context, MATCH_LIMIT);
    pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
    pthread_setspecific(scratch_key, s);
    return s;
}

static uint32_t options_of(int flags) {
    /* \C could cut a character in two */
    uint32_t o = PCRE2_NEVER_BACKSLASH_C;
    o |= flags & RX_NOCASE ? PCRE2_CASELESS : 0;
    /* MATCH_INVALID_UTF: a bad byte in the subject just does not match */
    o |= flags & RX_UTF ? PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF : 0;
    o |= flags & RX_ANCHORED ? PCRE2_ANCHORED : 0;
    o |= flags & RX_MULTILINE ? PCRE2_MULTILINE : 0;
    o |= flags & RX_DOTALL ? PCRE2_DOTALL : 0;
    return o;
}

enum rc rx_compile(struct str pattern, int flags, struct rx **ret, struct err *err) {
    if (pattern.n > PATTERN_MAX) {
        return err_set(err, E_LIMIT, "the pattern is longer than %d bytes", PATTERN_MAX);
    }
    pthread_once(&once, start);
    int code = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *c = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n,
                                  options_of(flags), &code, &at, compile_context);
    if (!c) {
        PCRE2_UCHAR text[256] = "";
        pcre2_get_error_message(code, text, sizeof text);
        int column = (int)text_length(str_sub(pattern, 0, at)) + 1;
        return err_at(err, E_INVALID, "", 0, column, "bad pattern: %s", (const char *)text);
    }
    /* where executable memory is forbidden (MemoryDenyWriteExecute) the interpreter does it */
    (void)pcre2_jit_compile(c, PCRE2_JIT_COMPLETE);
    struct rx *rx = mem_alloc(sizeof *rx);
    rx->code = c;
    *ret = rx;
    return OK;
}

void rx_free(struct rx *rx) {
    if (rx) {
        pcre2_code_free(rx->code);
        free(rx);
    }
}

int rx_groups(const struct rx *rx) {
    uint32_t n = 0;
    pcre2_pattern_info(rx->code, PCRE2_INFO_CAPTURECOUNT, &n);
    return n < RX_GROUPS_MAX ? (int)n : RX_GROUPS_MAX - 1;
}

enum rc rx_match(const struct rx *rx, struct str subject, size_t from, struct rx_match *ret) {
    struct scratch *s = scratch();
    if (!s) {
        return E_LIMIT;
    }
    if (from > subject.n) {
        return NONE;
    }
    PCRE2_SPTR p = (PCRE2_SPTR)(subject.p ? subject.p : "");
    int n = pcre2_match(rx->code, p, subject.n, from, 0, s->data, s->context);
    if (n == PCRE2_ERROR_JIT_STACKLIMIT) {
        n = pcre2_match(rx->code, p, subject.n, from, PCRE2_NO_JIT, s->data, s->context);
    }
    if (n == PCRE2_ERROR_NOMATCH) {
        return NONE;
    }
    if (n < 0) {
        return E_LIMIT;
    }
    const PCRE2_SIZE *v = pcre2_get_ovector_pointer(s->data);
    int count = n == 0 ? RX_GROUPS_MAX : n; /* 0: more groups than there is room for */
    *ret = (struct rx_match){.n = count};
    for (int i = 0; i < count; i++) {
        if (v[2 * i] != PCRE2_UNSET && v[2 * i] <= v[2 * i + 1]) {
            ret->group[i] = (struct str){(const char *)p + v[2 * i], v[2 * i + 1] - v[2 * i]};
        }
    }
    return OK;
}
