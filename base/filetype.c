/* filetype.c - what kind of file some bytes are, by the bytes themselves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/filetype.h"

#include <stddef.h>

#define MARK(lit)                                                                              \
    { (lit), sizeof(lit) - 1 }

static const struct {
    size_t at;
    struct str mark;
    const char *type;
    size_t at2;
    struct str mark2; /* both must be there */
} SIGNS[] = {
    {0, MARK("\xff\xd8\xff"), "image/jpeg", 0, MARK("")},
    {0, MARK("\x89PNG\r\n\x1a\n"), "image/png", 0, MARK("")},
    {0, MARK("GIF87a"), "image/gif", 0, MARK("")},
    {0, MARK("GIF89a"), "image/gif", 0, MARK("")},
    {0, MARK("RIFF"), "image/webp", 8, MARK("WEBP")},
    {0, MARK("RIFF"), "audio/wav", 8, MARK("WAVE")},
    {0, MARK("%PDF-"), "application/pdf", 0, MARK("")},
    {0, MARK("OggS"), "audio/ogg", 0, MARK("")},
    {0, MARK("ID3"), "audio/mpeg", 0, MARK("")},
    {0, MARK("\xff\xfb"), "audio/mpeg", 0, MARK("")},
    {0, MARK("\xff\xf3"), "audio/mpeg", 0, MARK("")},
    {0, MARK("\xff\xf1"), "audio/aac", 0, MARK("")},
    {0, MARK("\xff\xf9"), "audio/aac", 0, MARK("")},
    {0, MARK("#!AMR"), "audio/amr", 0, MARK("")},
    {0, MARK("\x1a\x45\xdf\xa3"), "video/webm", 0, MARK("")},
    /* ISO base media: the brand says which */
    {4, MARK("ftyp"), "audio/mp4", 8, MARK("M4A ")},
    {4, MARK("ftyp"), "image/heic", 8, MARK("hei")},
    {4, MARK("ftyp"), "image/heic", 8, MARK("mif1")},
    {4, MARK("ftyp"), "image/avif", 8, MARK("avif")},
    {4, MARK("ftyp"), "video/3gpp", 8, MARK("3g")},
    {4, MARK("ftyp"), "video/quicktime", 8, MARK("qt  ")},
    {4, MARK("ftyp"), "video/mp4", 0, MARK("")},
};

static bool stands(struct str bytes, size_t at, struct str mark) {
    return str_eq(str_sub(bytes, at, mark.n), mark);
}

const char *filetype_of(struct str bytes) {
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++) {
        if (stands(bytes, SIGNS[i].at, SIGNS[i].mark) &&
            stands(bytes, SIGNS[i].at2, SIGNS[i].mark2)) {
            return SIGNS[i].type;
        }
    }
    return NULL;
}

bool filetype_is_picture(struct str type) {
    return str_is(type, "image/jpeg") || str_is(type, "image/png") ||
           str_is(type, "image/gif") || str_is(type, "image/webp");
}

const char *filetype_extension(struct str type) {
    static const struct {
        const char *type, *ext;
    } NAMES[] = {{"image/jpeg", "jpg"},      {"image/png", "png"},      {"image/gif", "gif"},
                 {"image/webp", "webp"},     {"image/heic", "heic"},    {"image/avif", "avif"},
                 {"application/pdf", "pdf"}, {"audio/ogg", "ogg"},      {"audio/mpeg", "mp3"},
                 {"audio/aac", "aac"},       {"audio/amr", "amr"},      {"audio/wav", "wav"},
                 {"audio/mp4", "m4a"},       {"video/mp4", "mp4"},      {"video/3gpp", "3gp"},
                 {"video/webm", "webm"},     {"video/quicktime", "mov"}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (str_is(type, NAMES[i].type)) {
            return NAMES[i].ext;
        }
    }
    return "bin";
}
