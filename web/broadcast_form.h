/* broadcast_form.h - the form in which an opportunity is written, and the segment it means. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_BROADCAST_FORM_H
#define WEB_BROADCAST_FORM_H

#include "db/broadcasts.h"
#include "web/pages.h"

#define BROADCAST_TITLE_MAX 80 /* characters */
#define BROADCAST_TEXT_MAX 600 /* characters of the advisor's own words */

/* What the page holds between two looks: kept as JSON in broadcast.segment, because ages move
 * with time while birth dates do not. */
struct broadcast_choice {
    const struct str *tag, *insee;
    size_t tags, insees;
    int64_t age_from, age_to; /* 0 = open */
    bool enrolled_only;
};

struct broadcast_problem {
    const char *title, *text, *ages; /* NULL = fine */
};

/* Fills title, text, lang and segment of *b from the form. False: something must be corrected.
 */
bool broadcast_form_read(struct page *p, struct broadcast *b, struct broadcast_choice *c,
                         struct broadcast_problem *problem);
/* The stored choice; an unreadable one is empty. */
void broadcast_form_choice(struct page *p, struct str json, struct broadcast_choice *ret);
/* The choice as birth dates of today. */
void broadcast_form_segment(struct page *p, const struct broadcast_choice *c,
                            struct segment *ret);
/* Writes the form; `action` is where it goes. */
void broadcast_form_put(struct page *p, const char *action, const struct broadcast *b,
                        const struct broadcast_choice *c,
                        const struct broadcast_problem *problem);
/* "intérêts emploi ou sport, à Mérignac, de 18 à 25 ans, inscrits" */
struct str broadcast_form_words(struct page *p, const struct broadcast_choice *c);

#endif
