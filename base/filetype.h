/* filetype.h - what kind of file some bytes are, by the bytes themselves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_FILETYPE_H
#define BASE_FILETYPE_H

#include <stdbool.h>

#include "base/str.h"

/* The media type of a picture, a sound, a film or a PDF, from its first bytes; NULL for
 * anything else: texts, HTML, SVG, archives and programs have no name here on purpose. Sources:
 * the formats' own signatures (PNG 2003, JFIF, GIF89a, RIFF, ISO/IEC 14496-12, RFC 3533, RFC
 * 4867, ISO 32000). */
const char *filetype_of(struct str bytes);

/* A picture that every browser shows by itself. */
bool filetype_is_picture(struct str type);

/* "jpg", "pdf"...; "bin" for a type filetype_of does not give. */
const char *filetype_extension(struct str type);

#endif
