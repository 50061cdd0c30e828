/* fuzz_json.c - any bytes: JSON that is accepted survives writing and reading again. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    arena_init(&a);
    const struct val *first, *again;
    struct err e;
    if (json_parse((struct str){(const char *)data, size}, &a, &first, &e) == OK) {
        struct str text = json_text(first, &a);
        if (json_parse(text, &a, &again, &e) != OK || !val_eq(first, again) ||
            !str_eq(text, json_text(again, &a))) {
            abort();
        }
    }
    struct buf b;
    buf_init(&b, size * 8 + 16);
    json_quote((struct str){(const char *)data, size}, &b);
    /* NUL cannot be read back: Jansson refuses it by choice */
    if (b.over || (json_parse(buf_view(&b), &a, &again, &e) != OK && !memchr(data, 0, size))) {
        abort();
    }
    buf_done(&b);
    arena_done(&a);
    return 0;
}
