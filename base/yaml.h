/* yaml.h - YAML text to values with the place of each one (the reading is done by libyaml). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/err.h"
#include "base/val.h"

#define YAML_SIZE_MAX (256 * 1024) /* bytes of one file */
#define YAML_DEPTH_MAX 64

/* One document. Every scalar becomes a VAL_TEXT exactly as written ("non", "08" and "1.10" stay
 * texts: types are the reader's business); an absent value is VAL_NULL. Duplicate keys,
 * aliases, anchors, tags and non-scalar keys are refused. Errors carry file, line and column
 * (from 1). */
enum rc yaml_parse(const char *file, struct str text, struct arena *a, const struct val **ret,
                   struct err *err) MUST_USE;

/* Reads the file (at most YAML_SIZE_MAX) and parses it. */
enum rc yaml_load(const char *path, struct arena *a, const struct val **ret,
                  struct err *err) MUST_USE;

#endif
