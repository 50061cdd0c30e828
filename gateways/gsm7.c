/* gsm7.c - texts as bytes of the GSM 7-bit default alphabet. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gsm7.h"

#include "base/buf.h"
#include "base/text.h"

#define ESCAPE 0x1B
#define GSM7_MAX (1 << 20)

/* 3GPP TS 23.038, table 6.2.1, by septet; 0x1B is the escape. */
static const uint16_t BASIC[128] = {
    '@',   0xA3, '$',  0xA5,  0xE8, 0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  '\n',  0xD8,  0xF8,
    '\r',  0xC5, 0xE5, 0x394, '_',  0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398,
    0x39E, 0,    0xC6, 0xE6,  0xDF, 0xC9,  ' ',   '!',   '"',   '#',   0xA4,  '%',   '&',
    '\'',  '(',  ')',  '*',   '+',  ',',   '-',   '.',   '/',   '0',   '1',   '2',   '3',
    '4',   '5',  '6',  '7',   '8',  '9',   ':',   ';',   '<',   '=',   '>',   '?',   0xA1,
    'A',   'B',  'C',  'D',   'E',  'F',   'G',   'H',   'I',   'J',   'K',   'L',   'M',
    'N',   'O',  'P',  'Q',   'R',  'S',   'T',   'U',   'V',   'W',   'X',   'Y',   'Z',
    0xC4,  0xD6, 0xD1, 0xDC,  0xA7, 0xBF,  'a',   'b',   'c',   'd',   'e',   'f',   'g',
    'h',   'i',  'j',  'k',   'l',  'm',   'n',   'o',   'p',   'q',   'r',   's',   't',
    'u',   'v',  'w',  'x',   'y',  'z',   0xE4,  0xF6,  0xF1,  0xFC,  0xE0};

/* Table 6.2.1.1: what follows an escape. */
static const struct {
    uint16_t cp;
    unsigned char septet;
} EXTENDED[] = {{'\f', 0x0A}, {'^', 0x14}, {'{', 0x28}, {'}', 0x29}, {'\\', 0x2F},
                {'[', 0x3C},  {'~', 0x3D}, {']', 0x3E}, {'|', 0x40}, {0x20AC, 0x65}};
#define EXTENDED_N (sizeof EXTENDED / sizeof *EXTENDED)

static void put_septets(uint32_t cp, struct buf *out) {
    for (int i = 0; i < 128; i++) {
        if (BASIC[i] == cp && i != ESCAPE) {
            buf_putc(out, (char)i);
            return;
        }
    }
    for (size_t i = 0; i < EXTENDED_N; i++) {
        if (EXTENDED[i].cp == cp) {
            buf_putc(out, ESCAPE);
            buf_putc(out, (char)EXTENDED[i].septet);
            return;
        }
    }
    buf_putc(out, '?');
}

struct str gsm7_encode(struct str text, struct arena *a) {
    struct buf out;
    buf_init(&out, GSM7_MAX);
    for (size_t pos = 0; pos < text.n;) {
        put_septets(text_next(text, &pos), &out);
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}

static uint32_t extended(unsigned char septet) {
    for (size_t i = 0; i < EXTENDED_N; i++) {
        if (EXTENDED[i].septet == septet) {
            return EXTENDED[i].cp;
        }
    }
    return ' '; /* 6.2.1.1: an unknown one is shown as a space */
}

struct str gsm7_decode(struct str bytes, struct arena *a) {
    struct buf out;
    buf_init(&out, GSM7_MAX);
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char b = (unsigned char)bytes.p[i];
        uint32_t cp = b > 0x7F ? 0xFFFD : BASIC[b];
        if (b == ESCAPE && i + 1 < bytes.n) {
            cp = extended((unsigned char)bytes.p[++i]);
        }
        char utf8[4];
        buf_add(&out, utf8, text_put(cp ? cp : ' ', utf8));
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}
