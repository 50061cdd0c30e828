/* file.h - whole files in, whole files out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* E_IO when it cannot be read, E_LIMIT when it is longer than max bytes. */
enum rc file_read(const char *path, size_t max, struct arena *a, struct str *ret,
                  struct err *err) MUST_USE;
/* Writes beside and renames, so that a reader sees the old or the new file, never a half. */
enum rc file_write(const char *path, struct str data, struct err *err) MUST_USE;
/* Next line without its end (LF or CRLF); NONE at the end; E_LIMIT past max. The view lives
 * until the next call with the same *line_buf (freed by the caller with free()). */
enum rc file_line(FILE *f, char **line_buf, size_t *line_cap, size_t max, struct str *ret);
/* Names (not paths) of the regular files of a folder that end in `suffix`, sorted. */
enum rc file_list(const char *dir, const char *suffix, struct arena *a, struct str **ret,
                  size_t *ret_n, struct err *err) MUST_USE;

#endif
