/* sms_text.c - what a text costs as SMS, and how to make it cost less. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sms_text.h"

#include "base/buf.h"
#include "base/text.h"

/* Non-ASCII characters of the default alphabet (3GPP TS 23.038, table 6.2.1), ascending. */
static const uint16_t GSM_OTHER[] = {
    0xA1, 0xA3, 0xA4, 0xA5,  0xA7,  0xBF,  0xC4,  0xC5,  0xC6,  0xC7,  0xC9,  0xD1,  0xD6,
    0xD8, 0xDC, 0xDF, 0xE0,  0xE4,  0xE5,  0xE6,  0xE8,  0xE9,  0xEC,  0xF1,  0xF2,  0xF6,
    0xF8, 0xF9, 0xFC, 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9,
};

int sms_septets(uint32_t cp) {
    if (cp < 0x80) {
        switch (cp) {
        case '[':
        case ']':
        case '{':
        case '}':
        case '~':
        case '\\':
        case '^':
        case '|':
        case '\f':
            return 2;
        case '\n':
        case '\r':
            return 1;
        case '`':
            return 0;
        default:
            return cp >= 0x20 && cp < 0x7F;
        }
    }
    if (cp == 0x20AC) {
        return 2;
    }
    for (size_t i = 0; i < sizeof(GSM_OTHER) / sizeof(GSM_OTHER[0]); i++) {
        if (GSM_OTHER[i] == cp) {
            return 1;
        }
    }
    return 0;
}

static int utf16_units(uint32_t cp) {
    return cp > 0xFFFF ? 2 : 1;
}

/* Filling parts one character after the other. */
struct fill {
    int part_max;
    int used, parts;
};

/* True when the character opens a new part. */
static bool fill_add(struct fill *f, int cost) {
    if (f->used + cost > f->part_max) {
        f->parts++;
        f->used = cost;
        return true;
    }
    f->used += cost;
    return false;
}

static bool is_gsm(struct str text, int *ret_septets, int *ret_units16) {
    bool gsm = true;
    *ret_septets = *ret_units16 = 0;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t cp = text_next(text, &pos);
        int cost = sms_septets(cp);
        gsm = gsm && cost;
        *ret_septets += cost;
        *ret_units16 += utf16_units(cp);
    }
    return gsm;
}

static struct fill fill_text(struct str text, bool ucs2, struct str *part) {
    struct fill f = {.part_max = ucs2 ? SMS_UCS2_PART : SMS_GSM_PART, .parts = 1};
    size_t from = 0;
    for (size_t pos = 0; pos < text.n;) {
        size_t at = pos;
        uint32_t cp = text_next(text, &pos);
        if (!fill_add(&f, ucs2 ? utf16_units(cp) : sms_septets(cp))) {
            continue;
        }
        if (part) {
            part[f.parts - 2] = str_sub(text, from, at - from);
            from = at;
        }
    }
    if (part) {
        part[f.parts - 1] = str_sub(text, from, text.n - from);
    }
    return f;
}

struct sms_count sms_count(struct str text) {
    int septets, units16;
    bool ucs2 = !is_gsm(text, &septets, &units16);
    int units = ucs2 ? units16 : septets;
    int single = ucs2 ? SMS_UCS2_SINGLE : SMS_GSM_SINGLE;
    if (units <= single) {
        return (struct sms_count){ucs2, units, 1, single - units};
    }
    struct fill f = fill_text(text, ucs2, NULL);
    return (struct sms_count){ucs2, units, f.parts, f.part_max - f.used};
}

size_t sms_split(struct str text, struct arena *a, struct str **ret_part) {
    struct sms_count c = sms_count(text);
    struct str *part = ARENA_ARRAY(a, struct str, (size_t)c.segments);
    if (c.segments == 1) {
        part[0] = text;
    } else {
        fill_text(text, c.ucs2, part);
    }
    *ret_part = part;
    return (size_t)c.segments;
}

enum rc sms_policy_parse(struct str name, enum sms_policy *ret) {
    static const char *const NAMES[] = {"exact", "typographic", "gsm"};
    for (int i = 0; i < 3; i++) {
        if (str_is(name, NAMES[i])) {
            *ret = (enum sms_policy)i;
            return OK;
        }
    }
    return NONE;
}

/* Signs a reader does not miss: French quotes come as straight ones, dashes as hyphens. */
static const struct {
    uint16_t cp;
    const char *to;
} SIGNS[] = {
    {'\t', " "},     {'`', "'"},      {0x00A0, " "},  {0x00A9, "(c)"}, {0x00AB, "\""},
    {0x00AD, ""},    {0x00AE, "(r)"}, {0x00B0, "o"},  {0x00B1, "+/-"}, {0x00B2, "2"},
    {0x00B3, "3"},   {0x00B4, "'"},   {0x00B5, "u"},  {0x00B7, "-"},   {0x00B9, "1"},
    {0x00BA, "o"},   {0x00AA, "a"},   {0x00BB, "\""}, {0x00BC, "1/4"}, {0x00BD, "1/2"},
    {0x00BE, "3/4"}, {0x00D7, "x"},   {0x00F7, "/"},  {0x02BC, "'"},   {0x200B, ""},
    {0x2010, "-"},   {0x2011, "-"},   {0x2012, "-"},  {0x2013, "-"},   {0x2014, "-"},
    {0x2015, "-"},   {0x2018, "'"},   {0x2019, "'"},  {0x201A, "'"},   {0x201B, "'"},
    {0x201C, "\""},  {0x201D, "\""},  {0x201E, "\""}, {0x201F, "\""},  {0x2022, "-"},
    {0x2023, "-"},   {0x2026, "..."}, {0x2027, "-"},  {0x2028, "\n"},  {0x2029, "\n"},
    {0x202F, " "},   {0x2032, "'"},   {0x2033, "\""}, {0x2039, "'"},   {0x203A, "'"},
    {0x2043, "-"},   {0x205F, " "},   {0x2060, ""},   {0x2116, "No"},  {0x2122, "(tm)"},
    {0x2190, "<-"},  {0x2192, "->"},  {0x21D2, "=>"}, {0x2212, "-"},   {0x2215, "/"},
    {0x2248, "~"},   {0x2264, "<="},  {0x2265, ">="}, {0x25AA, "-"},   {0x25CF, "-"},
    {0x2605, "*"},   {0x2606, "*"},   {0x3000, " "},  {0xFEFF, ""},
};

static const char *sign_for(uint32_t cp) {
    if (cp >= 0x2000 && cp <= 0x200A) {
        return " ";
    }
    for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++) {
        if (SIGNS[i].cp == cp) {
            return SIGNS[i].to;
        }
    }
    return NULL;
}

static bool is_all_gsm(struct str s) {
    int septets, units16;
    return is_gsm(s, &septets, &units16);
}

/* The letter without its accents, in its own case; p NULL when that is not GSM either. */
static struct str bare_letter(uint32_t cp, struct str character, bool next_is_lower,
                              struct arena *a) {
    if (cp < 0x80 || !text_is_letter(cp)) {
        return STR_EMPTY;
    }
    struct str bare = text_fold(character, a);
    if (!bare.n || !is_all_gsm(bare)) {
        return STR_EMPTY;
    }
    if (!str_eq(text_lower(character, a), character)) {
        bare = next_is_lower ? text_title(bare, a) : text_upper(bare, a);
    }
    return bare;
}

/* Joiners and selectors that only make sense beside an emoji. */
static bool is_emoji_part(uint32_t cp) {
    return text_is_emoji(cp) || cp == 0x200D || (cp >= 0xFE00 && cp <= 0xFE0F) ||
           (cp >= 0x1F3FB && cp <= 0x1F3FF) || cp == 0x20E3;
}

static bool next_is_lower(struct str text, size_t pos, struct arena *a) {
    if (pos >= text.n) {
        return false;
    }
    size_t end = pos;
    uint32_t cp = text_next(text, &end);
    struct str next = str_sub(text, pos, end - pos);
    return text_is_letter(cp) && str_eq(text_lower(next, a), next);
}

/* What may stand for one non-GSM character, and the mildest policy that does it. */
static struct str replacement_for(struct str text, size_t at, size_t end, uint32_t cp,
                                  struct arena *a, enum sms_policy *ret_policy) {
    const char *sign = sign_for(cp);
    *ret_policy = SMS_TYPOGRAPHIC;
    if (sign) {
        return (struct str){sign, str_from(sign).n};
    }
    *ret_policy = SMS_GSM;
    struct str letter =
        bare_letter(cp, str_sub(text, at, end - at), next_is_lower(text, end, a), a);
    if (letter.p) {
        return letter;
    }
    if (is_emoji_part(cp)) {
        return STR("");
    }
    *ret_policy = SMS_EXACT;
    return STR_EMPTY;
}

size_t sms_aliens(struct str text, struct arena *a, struct sms_alien *ret, size_t max) {
    size_t n = 0, column = 0;
    for (size_t pos = 0; pos < text.n;) {
        size_t at = pos;
        uint32_t cp = text_next(text, &pos);
        column++;
        if (sms_septets(cp)) {
            continue;
        }
        if (n < max) {
            struct sms_alien *x = &ret[n];
            *x = (struct sms_alien){.cp = cp, .column = column};
            x->character = str_sub(text, at, pos - at);
            x->replacement = replacement_for(text, at, pos, cp, a, &x->policy);
        }
        n++;
    }
    return n;
}

/* French quotes have a space inside, hard or plain; straight ones do not. */
static bool is_inner_space(uint32_t cp) {
    return cp == ' ' || cp == 0x00A0 || cp == 0x202F;
}

static void drop_last_space(struct buf *out) {
    if (out->n && out->p[out->n - 1] == ' ') {
        out->n--;
    }
}

/* Writes the text with the policy's replacements; stops as soon as one character stays foreign.
 */
static bool replace_all(struct str text, enum sms_policy policy, struct arena *a,
                        struct buf *out) {
    uint32_t before = 0;
    for (size_t pos = 0; pos < text.n;) {
        size_t at = pos;
        uint32_t cp = text_next(text, &pos);
        uint32_t last = before;
        before = cp;
        if (is_inner_space(cp) && last == 0x00AB) {
            continue;
        }
        if (sms_septets(cp)) {
            buf_str(out, str_sub(text, at, pos - at));
            continue;
        }
        enum sms_policy needs;
        struct str to = replacement_for(text, at, pos, cp, a, &needs);
        if (!to.p || needs > policy) {
            return false;
        }
        if (cp == 0x00BB && is_inner_space(last)) {
            drop_last_space(out);
        }
        buf_str(out, to);
    }
    return !out->over;
}

struct str sms_policy_apply(struct str text, enum sms_policy policy, struct arena *a) {
    struct str composed = text_nfc(text, a);
    if (policy == SMS_EXACT || is_all_gsm(composed)) {
        return composed;
    }
    struct buf out;
    buf_init(&out, composed.n * 4 + 16);
    struct str ret = composed;
    if (replace_all(composed, policy, a, &out) && str_trim(buf_view(&out)).n) {
        ret = arena_str(a, buf_view(&out));
    }
    buf_done(&out);
    return ret;
}
