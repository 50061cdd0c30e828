/* sms_text.h - what a text costs as SMS, and how to make it cost less. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_SMS_TEXT_H
#define GATEWAYS_SMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* A text whose characters are all in the GSM 7-bit default alphabet or its extension (3GPP
 * TS 23.038, 6.2.1) goes as septets: 160 in one SMS, 153 in each part of a longer one. Any
 * other character turns the whole text to UCS-2: 70 and 67 UTF-16 units. An escape pair (the
 * euro, brackets...) or a surrogate pair never straddles two parts (3GPP TS 23.040, 9.2.3.24.1
 * leaves 7 septets or 6 octets to the header). */
enum { SMS_GSM_SINGLE = 160, SMS_GSM_PART = 153, SMS_UCS2_SINGLE = 70, SMS_UCS2_PART = 67 };

struct sms_count {
    bool ucs2;
    int units;    /* septets, or UTF-16 units, of the text itself */
    int segments; /* SMS paid for; an empty text is one */
    int left;     /* units still free in the last segment */
};

/* The text as it is; text must be valid UTF-8. */
struct sms_count sms_count(struct str text);

/* Septets of one character: 1, 2 for the extension table, 0 when it is not GSM. */
int sms_septets(uint32_t cp);

/* What the service may change in a text to keep it in the GSM alphabet. */
enum sms_policy {
    SMS_EXACT,       /* nothing: UCS-2 when needed */
    SMS_TYPOGRAPHIC, /* quotes, dashes, spaces, dots: what no reader notices (the default) */
    SMS_GSM /* also letters without their accent (c for c with cedilla) and emoji left out */
};

/* "exact", "typographic", "gsm"; NONE for any other name. */
enum rc sms_policy_parse(struct str name, enum sms_policy *ret);

/* The text that will be sent: composed (NFC), and with the policy's replacements when these
 * make the whole text GSM. When they would not (another character needs UCS-2 anyway) they
 * would spoil the text for nothing, and it is returned composed only. */
struct str sms_policy_apply(struct str text, enum sms_policy policy, struct arena *a);

/* A character that makes a text UCS-2. */
struct sms_alien {
    uint32_t cp;
    size_t column;          /* in characters of the given text, from 1 */
    struct str character;   /* view into the text */
    struct str replacement; /* what stands for it for free; p NULL when nothing does */
    enum sms_policy policy; /* the mildest policy that replaces it; SMS_EXACT when none does */
};

/* Lists them in order, at most `max`; returns how many there are in all. */
size_t sms_aliens(struct str text, struct arena *a, struct sms_alien *ret, size_t max);

/* Cuts into the parts that sms_count counts; views into text. Returns their number. */
size_t sms_split(struct str text, struct arena *a, struct str **ret_part);

/* UTF-8 to UTF-16 big endian without mark, and back (bad units become U+FFFD). */
struct str sms_to_utf16be(struct str text, struct arena *a);
struct str sms_from_utf16be(struct str bytes, struct arena *a);
/* Septets of the GSM alphabet, one a byte, 0x1B before those of the extension table (3GPP
 * TS 23.038, 6.2.1); "?" for a character that is not GSM. */
struct str sms_to_gsm7(struct str text, struct arena *a);
/* Latin alphabets as gateways name them in callbacks: ISO-8859-1, WINDOWS-1252, UTF-16BE, UTF-8
 * and their usual spellings, to UTF-8. An unknown name is read as UTF-8; bad bytes become
 * U+FFFD. */
struct str sms_from_charset(struct str bytes, struct str charset, struct arena *a);

#endif
