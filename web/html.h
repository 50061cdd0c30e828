/* html.h - writes HTML in which nothing from outside can become markup. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define HTML_DEPTH 40
#define HTML_MAX (4 * 1024 * 1024) /* of one page */

/* Element and attribute names are literals of ours (checked by assert); every text and value is
 * escaped for where it stands; there is no way to write raw markup, inline script or style.
 * Bytes that are not UTF-8 become U+FFFD. Usage:
 *
 *      html_open(&h, "a", "class", "button", NULL);
 *      html_url(&h, "href", url);
 *      html_text(&h, name);
 *      html_close(&h);                  // </a>
 */
struct html {
    struct buf out;
    const char *open[HTML_DEPTH];
    int depth;
    bool in_tag; /* attributes may still be added */
};

void html_init(struct html *h);
void html_done(struct html *h);
/* The page so far; all elements must be closed. p NULL when it grew past HTML_MAX. */
struct str html_view(struct html *h);

/* "<!doctype html>". */
void html_doctype(struct html *h);
/* Opens an element; pairs of attribute name and C string value, ended by NULL. Elements without
 * content (input, br, meta...) close themselves. */
void html_open(struct html *h, const char *name, ...) __attribute__((sentinel));
/* Adds to the element just opened. */
void html_attr(struct html *h, const char *name, struct str value);
void html_attr_int(struct html *h, const char *name, int64_t value);
/* checked, selected, required... when `on`. */
void html_flag(struct html *h, const char *name, bool on);
/* href, action, src: a path of this site, or http, https, mailto, tel, sms; anything else
 * ("javascript:") becomes "#". */
void html_url(struct html *h, const char *name, struct str url);
void html_close(struct html *h);

void html_text(struct html *h, struct str s);
void html_puts(struct html *h, const char *s);
void html_printf(struct html *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Text whose line ends become <br>. */
void html_lines(struct html *h, struct str s);
/* <name class="cls">text</name>; cls NULL = none. */
void html_put(struct html *h, const char *name, const char *cls, struct str text);
void html_puts_in(struct html *h, const char *name, const char *cls, const char *text);

/* For values inside a query or path: everything but letters, digits and -._~ as %XX. */
struct str html_encode(struct str s, struct arena *a);

#endif
