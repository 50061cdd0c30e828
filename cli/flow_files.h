/* flow_files.h - flows from a folder or from the binary, for the commands that read them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_FILES_H
#define CLI_FLOW_FILES_H

#include "base/arena.h"
#include "bot/flow/library.h"

struct flow_files {
    struct library_source *src;
    size_t n;
    const char *dir; /* NULL: those in the binary */
};

/* dir NULL: ./flows when it exists, else the flows embedded in the binary. A path to one file
 * is taken with the shared files beside it. */
enum rc flow_files_read(const char *dir, struct arena *a, struct flow_files *ret,
                        struct err *err) MUST_USE;
/* Reads and compiles; problems are printed to standard error. NULL when there are errors. */
struct library *flow_files_library(const char *dir, struct arena *a);
/* Measures texts as SMS. */
extern const struct text_meter FLOW_FILES_METER;

#endif
