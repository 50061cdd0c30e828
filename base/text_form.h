/* text_form.h - one character at a time: simple case, classes, look-alikes (by ICU). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_TEXT_FORM_H
#define BASE_TEXT_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* One character to one character ("ß" stays "ß"), as opposed to text_upper and text_lower. */
uint32_t text_form_upper(uint32_t cp);
uint32_t text_form_lower(uint32_t cp);
struct str text_form_map(struct str s, uint32_t (*map)(uint32_t cp), struct arena *a);

/* General categories of Unicode: M*, N*, S*, and C* but for unassigned numbers. */
bool text_form_is_mark(uint32_t cp);
bool text_form_is_number(uint32_t cp);
bool text_form_is_symbol(uint32_t cp);
bool text_form_is_control(uint32_t cp);

struct str text_form_trim(struct str s); /* Unicode white space on both sides */
struct str text_form_nfkd(struct str s, struct arena *a);
/* Texts that look alike have the same skeleton (UTS 39). */
struct str text_form_skeleton(struct str s, struct arena *a);

#endif
