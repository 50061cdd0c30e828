/* sms_charset.c - the alphabets SMS gateways speak, to and from UTF-8. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sms_text.h"

#include "base/text.h"

static size_t put_unit(char *out, uint32_t unit) {
    out[0] = (char)(unit >> 8);
    out[1] = (char)(unit & 0xFF);
    return 2;
}

struct str sms_to_utf16be(struct str text, struct arena *a) {
    char *out = arena_alloc(a, text.n * 2 + 4);
    size_t n = 0;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t cp = text_next(text, &pos);
        if (cp > 0xFFFF) {
            n += put_unit(out + n, 0xD800 + ((cp - 0x10000) >> 10));
            cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
        }
        n += put_unit(out + n, cp);
    }
    return (struct str){out, n};
}

static uint32_t unit_at(struct str bytes, size_t i) {
    return (uint32_t)(unsigned char)bytes.p[i] << 8 | (unsigned char)bytes.p[i + 1];
}

struct str sms_from_utf16be(struct str bytes, struct arena *a) {
    char *out = arena_alloc(a, bytes.n * 2 + 4);
    size_t n = 0, i = 0;
    if (bytes.n >= 2 && unit_at(bytes, 0) == 0xFEFF) {
        i = 2;
    }
    for (; i + 1 < bytes.n; i += 2) {
        uint32_t cp = unit_at(bytes, i);
        bool high = cp >= 0xD800 && cp < 0xDC00;
        uint32_t low = high && i + 3 < bytes.n ? unit_at(bytes, i + 2) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        } else if (cp == 0 || (cp >= 0xD800 && cp < 0xE000)) {
            cp = 0xFFFD;
        }
        n += text_put(cp, out + n);
    }
    if (i < bytes.n) {
        n += text_put(0xFFFD, out + n);
    }
    return (struct str){out, n};
}

/* Code of a character in the default alphabet, or of the extension table with ESC in front
 * (0x1B00 + code); ASCII that keeps its code is not listed. */
static const struct {
    uint16_t cp, code;
} GSM_CODES[] = {
    {'@', 0x00},   {'$', 0x02},      {'_', 0x11},    {0xA3, 0x01},  {0xA5, 0x03},
    {0xE8, 0x04},  {0xE9, 0x05},     {0xF9, 0x06},   {0xEC, 0x07},  {0xF2, 0x08},
    {0xC7, 0x09},  {0xD8, 0x0B},     {0xF8, 0x0C},   {0xC5, 0x0E},  {0xE5, 0x0F},
    {0x394, 0x10}, {0x3A6, 0x12},    {0x393, 0x13},  {0x39B, 0x14}, {0x3A9, 0x15},
    {0x3A0, 0x16}, {0x3A8, 0x17},    {0x3A3, 0x18},  {0x398, 0x19}, {0x39E, 0x1A},
    {0xC6, 0x1C},  {0xE6, 0x1D},     {0xDF, 0x1E},   {0xC9, 0x1F},  {0xA4, 0x24},
    {0xA1, 0x40},  {0xC4, 0x5B},     {0xD6, 0x5C},   {0xD1, 0x5D},  {0xDC, 0x5E},
    {0xA7, 0x5F},  {0xBF, 0x60},     {0xE4, 0x7B},   {0xF6, 0x7C},  {0xF1, 0x7D},
    {0xFC, 0x7E},  {0xE0, 0x7F},     {'\f', 0x1B0A}, {'^', 0x1B14}, {'{', 0x1B28},
    {'}', 0x1B29}, {'\\', 0x1B2F},   {'[', 0x1B3C},  {'~', 0x1B3D}, {']', 0x1B3E},
    {'|', 0x1B40}, {0x20AC, 0x1B65},
};

static uint32_t gsm_code(uint32_t cp) {
    for (size_t i = 0; i < sizeof(GSM_CODES) / sizeof(GSM_CODES[0]); i++) {
        if (GSM_CODES[i].cp == cp) {
            return GSM_CODES[i].code;
        }
    }
    return sms_septets(cp) ? cp : '?';
}

struct str sms_to_gsm7(struct str text, struct arena *a) {
    char *out = arena_alloc(a, text.n * 2 + 1);
    size_t n = 0;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t code = gsm_code(text_next(text, &pos));
        if (code > 0xFF) {
            out[n++] = 0x1B;
        }
        out[n++] = (char)(code & 0x7F);
    }
    return (struct str){out, n};
}

/* 0x80..0x9F of Windows code page 1252; 0 where it has nothing. */
static const uint16_t CP1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static struct str from_latin(struct str bytes, struct arena *a) {
    char *out = arena_alloc(a, bytes.n * 3 + 4);
    size_t n = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        uint32_t cp = (unsigned char)bytes.p[i];
        if (cp >= 0x80 && cp < 0xA0) {
            cp = CP1252[cp - 0x80];
        }
        n += text_put(cp ? cp : 0xFFFD, out + n);
    }
    return (struct str){out, n};
}

static bool is_one_of(struct str name, const char *const *list) {
    for (; *list; list++) {
        if (str_eq_nocase(name, str_from(*list))) {
            return true;
        }
    }
    return false;
}

struct str sms_from_charset(struct str bytes, struct str charset, struct arena *a) {
    static const char *const WIDE[] = {"UTF-16BE", "UTF-16", "UTF16BE", "UTF16",
                                       "UCS-2",    "UCS2",   NULL};
    static const char *const LATIN[] = {"ISO-8859-1",   "ISO8859-1", "LATIN1", "LATIN-1",
                                        "WINDOWS-1252", "CP1252",    NULL};
    if (is_one_of(charset, WIDE)) {
        return sms_from_utf16be(bytes, a);
    }
    if (is_one_of(charset, LATIN)) {
        return from_latin(bytes, a);
    }
    return text_repair(bytes, a);
}
