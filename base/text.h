/* text.h - Unicode: validation, folding, cutting (by ICU). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

bool text_is_utf8(struct str s); /* strict: no surrogates, no overlong forms, no NUL */
/* Bytes that are not UTF-8 become U+FFFD; the result is valid. */
struct str text_repair(struct str s, struct arena *a);
/* Decodes one character at *pos and moves it on; U+FFFD for a bad byte. Call only with *pos <
 * s.n. */
uint32_t text_next(struct str s, size_t *pos);
/* Writes 1..4 bytes; returns how many. */
size_t text_put(uint32_t cp, char out[4]);
size_t text_length(struct str s); /* in code points */
/* At most `n` code points, never inside a character. */
struct str text_cut(struct str s, size_t n);
struct str text_nfc(struct str s, struct arena *a);
struct str text_lower(struct str s, struct arena *a);
struct str text_upper(struct str s, struct arena *a);
struct str text_title(struct str s, struct arena *a); /* first letter of each word */
/* For comparing what people typed: NFKC case folding, accents off, oe/ae/ss for the ligatures,
 * every apostrophe and quote straight, every space and dash plain. "Ça va, Cœur d’Été" gives
 * "ca va, coeur d'ete". Thread-safe. At most about 1 microsecond for an SMS. */
struct str text_fold(struct str s, struct arena *a);
/* Language-aware order, as a dictionary would (ICU collation, root locale). */
int text_collate(struct str a, struct str b);
bool text_is_letter(uint32_t cp);
bool text_is_digit(uint32_t cp);
bool text_is_space(uint32_t cp);
bool text_is_emoji(uint32_t cp);

#endif
