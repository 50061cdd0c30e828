/* ballot_form.h - the form of a vote: what the page fills in, what is wrong, what it becomes.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_BALLOT_FORM_H
#define WEB_BALLOT_FORM_H

#include "db/ballots.h"
#include "web/pages.h"

#define BALLOT_TITLE_MAX 100 /* characters */
#define BALLOT_CHOICE_MAX 40 /* the size of a button */
#define BALLOT_SMS_MAX 2     /* the question and its choices together: longer is not read */

/* As written, so that a form that is wrong comes back as it was. */
struct ballot_fields {
    struct str title, choices, group, day, time;
};
struct ballot_problem {
    const char *title, *choices, *when;
};

/* What a stored draft looks like in the form. */
void ballot_form_fields(struct page *p, const struct ballot *b, struct ballot_fields *ret);
/* Reads the POST into both; false when something is wrong. */
bool ballot_form_read(struct page *p, struct ballot_fields *f, struct ballot *b,
                      struct ballot_problem *problem);
void ballot_form_put(struct page *p, const char *action, const struct ballot_fields *f,
                     const struct ballot_problem *problem);
/* "le groupe Atelier", "tous les jeunes inscrits". */
struct str ballot_form_who(struct page *p, int64_t series_id);

#endif
