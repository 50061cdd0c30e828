/* replay_main.c - gives the files of a corpus to a fuzz target, without a fuzzer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

#define INPUT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of the exact size, so that the sanitizer sees a read one byte past the input. */
static void run(struct str input) {
    char *exact = mem_alloc(input.n);
    for (size_t i = 0; i < input.n; i++) {
        exact[i] = input.p[i];
    }
    LLVMFuzzerTestOneInput((const uint8_t *)exact, input.n);
    free(exact);
}

static int replay_folder(const char *dir, struct arena *a) {
    struct str *name, input;
    size_t n;
    struct err e;
    if (file_list(dir, "", a, &name, &n, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        struct str path = arena_printf(a, "%s/%.*s", dir, STR_ARG(name[i]));
        if (file_read(path.p, INPUT_MAX, a, &input, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        run(input);
    }
    printf("%s: %zu inputs\n", dir, n);
    return n == 0; /* an empty corpus proves nothing */
}

int main(int argc, char **argv) {
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) {
        struct arena a;
        arena_init(&a);
        failed |= replay_folder(argv[i], &a);
        arena_done(&a);
    }
    return failed;
}
