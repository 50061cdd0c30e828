/* fuzz_yaml.c - any bytes: every value and every error of a YAML file has a place inside it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/text.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct val *v, int32_t lines) {
    if (v->line < 1 || v->column < 1 || v->line > lines) {
        abort();
    }
    if (v->type == VAL_TEXT && !text_is_utf8(v->text)) {
        abort();
    }
    for (size_t i = 0; v->type == VAL_LIST && i < v->list.n; i++) {
        check(v->list.item[i], lines);
    }
    for (size_t i = 0; v->type == VAL_MAP && i < v->map.n; i++) {
        const struct val_pair *p = &v->map.pair[i];
        if (p->line < 1 || p->column < 1 || val_get_str(v, p->key) != p->val) {
            abort();
        }
        check(p->val, lines);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    arena_init(&a);
    const struct val *v;
    struct err e;
    struct str text = {(const char *)data, size};
    int32_t lines = 3; /* one more than line ends, and a block text may begin behind the last */
    for (size_t i = 0; i < size; i++) {
        /* YAML also breaks lines at CR, NEL, LS and PS */
        lines += data[i] == '\n' || data[i] == '\r' || data[i] >= 0x80;
    }
    enum rc rc = yaml_parse("fuzz", text, &a, &v, &e);
    if (rc == OK) {
        check(v, lines);
    } else if (size <= YAML_SIZE_MAX && (e.line < 1 || e.column < 1 || !e.text[0])) {
        abort();
    }
    arena_done(&a);
    return 0;
}
