/* page_files.h - files that people sent, inside a conversation. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGE_FILES_H
#define WEB_PAGE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "db/files.h"
#include "web/pages.h"

/* Those of the list that came with this message: a small picture that leads to the whole one, a
 * link for what is no picture, a word for what is not there. False when there is none. */
bool page_files_put(struct page *p, const struct file_row *list, size_t n, int64_t inbox_id);

#endif
