/* page_parts.h - pieces that several pages of the console put together: fields, tables, counts.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGE_PARTS_H
#define WEB_PAGE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "web/pages.h"

/* When the office's day began. */
int64_t part_midnight(const struct page *p);
/* <label for=id>, with a hint inside it (NULL = none). */
void part_label(struct page *p, const char *id, const char *label, const char *hint);
/* The message under a field that is wrong; the field names it with aria-describedby. Nothing
 * when text is NULL. */
void part_problem(struct page *p, const char *id, const char *text);
/* Adds aria-invalid and aria-describedby to the element just opened; nothing when problem is
 * NULL. */
void part_wrong(struct page *p, const char *id, const char *problem);
/* A table up to its <tbody>, in a region that scrolls; part_table_end closes all of it. */
void part_table(struct page *p, const char *label, const char *const *head, size_t n);
void part_table_end(struct page *p);
/* The same in two steps, for a table with a caption between them. */
void part_table_begin(struct page *p, const char *label);
void part_table_heads(struct page *p, const char *const *head, size_t n);
/* One figure of a <ul class=counts>. */
void part_number(struct page *p, int64_t n, const char *label);
/* "2 SMS par personne, soit 80 SMS au plus. Environ 4,80 € sur le canal sms." in a <p>, with
 * the character that costs the most when one leaves the GSM alphabet. */
void part_cost(struct page *p, struct str text, int64_t people);

#endif
