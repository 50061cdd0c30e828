/* page_thread.h - what was said between a person and the service, as an advisor reads it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGE_THREAD_H
#define WEB_PAGE_THREAD_H

#include "web/pages.h"

/* The heading and the last messages, both ways, with files; looked at again by itself. */
void page_thread_put(struct page *p, int64_t contact_id);
/* "Camille"; "tout le monde" for nobody in particular. */
struct str page_staff_name(struct page *p, int64_t staff_id);

#endif
