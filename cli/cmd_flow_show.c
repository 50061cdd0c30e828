/* cmd_flow_show.c - rebond flow dump, schema, reference: the language and its programs, written
 * out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "bot/flow/listing.h"
#include "bot/steps/steps.h"
#include "cli/cmd_flow_priv.h"
#include "cli/flow_files.h"

#define OUT_MAX (4 * 1024 * 1024)

static int print(struct buf *out) {
    fwrite(out->p ? out->p : "", 1, out->n, stdout);
    buf_done(out);
    return 0;
}

int cmd_flow_dump(struct flow_args *args) {
    struct buf out;
    struct library *l = flow_files_library(args->dir, &args->a);
    if (!l) {
        return 1;
    }
    buf_init(&out, OUT_MAX);
    int status = 0;
    for (size_t i = 0; i < library_count(l); i++) {
        struct str name, hash;
        struct library_source src;
        library_item(l, i, &name, &hash, &src);
        if (args->names == 0 || str_is(name, args->name[0])) {
            listing_program(library_get(l, name), &out);
        }
    }
    if (out.n == 0) {
        fprintf(stderr, "rebond flow dump: no flow '%s'\n", args->name[0]);
        status = 1;
    }
    print(&out);
    library_free(l);
    return status;
}

int cmd_flow_schema(struct flow_args *args) {
    struct buf out;
    (void)args;
    buf_init(&out, OUT_MAX);
    listing_schema(&STEPS_LANG, &out);
    return print(&out);
}

int cmd_flow_reference(struct flow_args *args) {
    struct buf out;
    buf_init(&out, OUT_MAX);
    listing_reference(&STEPS_LANG, args->lang && strcmp(args->lang, "en") == 0, &out);
    return print(&out);
}
