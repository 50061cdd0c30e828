/* dexpr_code.c - functions of descriptor expressions: encoders, hashes, telephone numbers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/digest.h"
#include "base/id.h"
#include "base/phone.h"
#include "base/text.h"
#include "gateways/dexpr_priv.h"
#include "gateways/gateway.h"
#include "gateways/sms_text.h"

#define ARGS struct dexpr_env *env, const struct val *const *arg, int n
#define TEXT(i) dexpr_text(arg[i], env->a)
#define GIVE(s) val_text(env->a, (s))

/* ------------------------------------------------------------------ bytes */

static const struct val *fn_base64(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    return GIVE(digest_base64(s.p, s.n, env->a));
}

static const struct val *fn_base64url(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    return GIVE(digest_base64url(s.p, s.n, env->a));
}

static const struct val *fn_unbase64(ARGS) {
    (void)n;
    struct str out;
    return digest_unbase64(TEXT(0), env->a, &out) == OK ? GIVE(out) : &VAL_NIL;
}

static const struct val *fn_hex(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    return GIVE(digest_hex(s.p, s.n, env->a));
}

static const struct val *fn_unhex(ARGS) {
    (void)n;
    struct str out;
    return digest_unhex(TEXT(0), env->a, &out) == OK ? GIVE(out) : &VAL_NIL;
}

static const struct val *fn_url(ARGS) {
    (void)n;
    return GIVE(gw_url_encode(TEXT(0), env->a));
}

static const struct val *fn_unurl(ARGS) {
    (void)n;
    return GIVE(gw_url_decode(TEXT(0), true, env->a));
}

static const struct val *fn_utf16be(ARGS) {
    (void)n;
    return GIVE(sms_to_utf16be(TEXT(0), env->a));
}

static const struct val *fn_decode(ARGS) {
    (void)n;
    return GIVE(sms_from_charset(TEXT(0), TEXT(1), env->a));
}

static const struct val *fn_utf8_or(ARGS) {
    (void)n;
    return text_is_utf8(TEXT(0)) ? arg[0] : GIVE(sms_from_charset(TEXT(0), TEXT(1), env->a));
}

/* A long text of one word that decodes to readable UTF-8; a cut last character is dropped. */
static const struct val *fn_unwrap64(ARGS) {
    (void)n;
    struct str s = str_trim(TEXT(0)), out;
    size_t letters = 0;
    if (s.n < 60 || s.n % 4 || digest_unbase64(s, env->a, &out) != OK) {
        return arg[0];
    }
    while (out.n && !text_is_utf8(out) && (unsigned char)out.p[out.n - 1] >= 0x80) {
        out.n--;
    }
    for (size_t i = 0; i < out.n; i++) {
        unsigned char c = (unsigned char)out.p[i];
        letters += c == ' ' || c == '\n' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return text_is_utf8(out) && letters * 2 > out.n ? GIVE(out) : arg[0];
}

/* ------------------------------------------------------------------ hashes: raw bytes, then
 * hex or base64 */

static const struct val *hash(enum digest d, ARGS) {
    unsigned char out[DIGEST_MAX];
    size_t len = n == 1 ? digest_hash(d, TEXT(0), out) : digest_hmac(d, TEXT(1), TEXT(0), out);
    return GIVE(arena_str(env->a, ((struct str){(const char *)out, len})));
}

static const struct val *fn_md5(ARGS) {
    return hash(DIGEST_MD5, env, arg, n);
}

static const struct val *fn_sha1(ARGS) {
    return hash(DIGEST_SHA1, env, arg, n);
}

static const struct val *fn_sha256(ARGS) {
    return hash(DIGEST_SHA256, env, arg, n);
}

static const struct val *fn_sha512(ARGS) {
    return hash(DIGEST_SHA512, env, arg, n);
}

static const struct val *fn_basic(ARGS) {
    struct str user = TEXT(0), password = n > 1 ? TEXT(1) : STR_EMPTY;
    struct str pair =
        n > 1 ? arena_printf(env->a, "%.*s:%.*s", STR_ARG(user), STR_ARG(password)) : user;
    struct str coded = digest_base64(pair.p, pair.n, env->a);
    return GIVE(arena_printf(env->a, "Basic %.*s", STR_ARG(coded)));
}

/* ------------------------------------------------------------------ telephone numbers and ids
 */

static bool phone_of(struct str text, struct dexpr_env *env, struct phone *ret) {
    struct str region = env->region.n ? env->region : STR("FR");
    return phone_parse(text, region, env->a, ret) == OK;
}

/* 33612345678 without its plus is common: both readings are tried, the one in the tables wins.
 */
static bool phone_any(struct str text, struct dexpr_env *env, struct phone *ret) {
    struct phone plain, plus;
    bool has_plain = phone_of(text, env, &plain);
    if (has_plain && !plain.doubtful) {
        *ret = plain;
        return true;
    }
    bool has_plus = text.n >= 8 && text.p[0] >= '1' && text.p[0] <= '9' &&
                    phone_of(arena_printf(env->a, "+%.*s", STR_ARG(text)), env, &plus);
    *ret = has_plus && (!has_plain || !plus.doubtful) ? plus : plain;
    return has_plain || has_plus;
}

const struct val *dexpr_e164(struct dexpr_env *env, const struct val *number) {
    struct phone p;
    return phone_any(str_trim(dexpr_text(number, env->a)), env, &p) ? GIVE(p.e164) : &VAL_NIL;
}

static const struct val *fn_e164(ARGS) {
    (void)n;
    return dexpr_e164(env, arg[0]);
}

/* National significant number, without the leading zero: "612345678". */
static const struct val *fn_national(ARGS) {
    (void)n;
    struct phone p;
    if (!phone_any(TEXT(0), env, &p)) {
        return arg[0];
    }
    struct str s = phone_national(p.e164, env->a);
    while (s.n && s.p[0] == '0') {
        s = str_sub(s, 1, s.n);
    }
    return GIVE(s);
}

bool dexpr_is_tag(struct str s) {
    int64_t id;
    bool uuid = s.n == 36;
    for (size_t i = 0; uuid && i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        uuid = dash ? s.p[i] == '-' : strchr("0123456789abcdefABCDEF", s.p[i]) != NULL;
    }
    return uuid || gw_untag(s, &id) == OK;
}

static const struct val *fn_tag(ARGS) {
    (void)n;
    return dexpr_is_tag(TEXT(0)) ? arg[0] : &VAL_NIL;
}

/* ------------------------------------------------------------------ times */

static const struct val *fn_time(ARGS) {
    struct str s = str_trim(TEXT(0));
    int64_t ms;
    if (!s.n) {
        return &VAL_NIL;
    }
    return dexpr_time_parse(s, TEXT(1), n > 2 ? TEXT(2) : STR("UTC"), &ms) == OK
               ? val_int(env->a, ms)
               : dexpr_fail(env, "the time is not written as expected");
}

static const struct val *fn_seconds(ARGS) {
    (void)n;
    int64_t v;
    struct str s = str_trim(TEXT(0));
    if (!s.n) {
        return &VAL_NIL;
    }
    size_t dot = str_find_char(s, '.', 0);
    s = dot == SIZE_MAX ? s : str_sub(s, 0, dot);
    return str_to_i64(s, &v) && v > -100000000000 && v < 100000000000
               ? val_int(env->a, v * 1000)
               : dexpr_fail(env, "seconds are expected");
}

static const struct val *fn_millis(ARGS) {
    (void)n;
    int64_t v;
    struct str s = str_trim(TEXT(0));
    if (!s.n) {
        return &VAL_NIL;
    }
    return str_to_i64(s, &v) ? val_int(env->a, v)
                             : dexpr_fail(env, "milliseconds are expected");
}

static const struct val *fn_format(ARGS) {
    int64_t ms;
    return str_to_i64(TEXT(0), &ms)
               ? GIVE(dexpr_time_format(ms * 1000, TEXT(1), n > 2 ? TEXT(2) : STR("UTC"),
                                        env->a))
               : &VAL_NIL;
}

const struct dexpr_func DEXPR_CODE_FUNCS[] = {
    {"base64", 1, 1, fn_base64, "base64(bytes): with padding"},
    {"base64url", 1, 1, fn_base64url, "base64url(bytes): URL alphabet, no padding"},
    {"unbase64", 1, 1, fn_unbase64, "unbase64(text): the bytes, or null"},
    {"unwrap64", 1, 1, fn_unwrap64,
     "unwrap64(text): decoded when it clearly is base64 of a text"},
    {"hex", 1, 1, fn_hex, "hex(bytes): small letters"},
    {"unhex", 1, 1, fn_unhex, "unhex(text): the bytes, or null"},
    {"url", 1, 1, fn_url, "url(text): percent-encoded"},
    {"unurl", 1, 1, fn_unurl, "unurl(text): percent-decoded, + is a space"},
    {"utf16be", 1, 1, fn_utf16be, "utf16be(text): its bytes in UTF-16, big end first"},
    {"decode", 2, 2, fn_decode, "decode(bytes, 'charset'): as UTF-8"},
    {"utf8_or", 2, 2, fn_utf8_or,
     "utf8_or(bytes, 'charset'): as they are when UTF-8, else decoded"},
    {"md5", 1, 2, fn_md5, "md5(text) or md5(text, key) for HMAC: raw bytes"},
    {"sha1", 1, 2, fn_sha1, "sha1(text) or sha1(text, key) for HMAC: raw bytes"},
    {"sha256", 1, 2, fn_sha256, "sha256(text) or sha256(text, key) for HMAC: raw bytes"},
    {"sha512", 1, 2, fn_sha512, "sha512(text) or sha512(text, key) for HMAC: raw bytes"},
    {"basic", 1, 2, fn_basic,
     "basic(user, password) or basic('user:password'): value of Authorization"},
    {"e164", 1, 1, fn_e164, "e164(text): +33612345678, or null when it is no number"},
    {"national", 1, 1, fn_national,
     "national(number): 612345678, without country code and zero"},
    {"tag", 1, 1, fn_tag, "tag(text): itself when it is a tag of ours, else null"},
    {"time", 2, 3, fn_time,
     "time(text, 'format', 'zone'): ms since 1970; a mistake when it does not fit"},
    {"seconds", 1, 1, fn_seconds, "seconds(n): seconds since 1970 as ms"},
    {"millis", 1, 1, fn_millis, "millis(n): ms since 1970"},
    {"format", 2, 3, fn_format, "format(seconds, '%Y%m%d', 'zone'): a time as text"},
    {NULL, 0, 0, NULL, NULL},
};

const struct dexpr_func *dexpr_func_find(struct str name) {
    const struct dexpr_func *table[] = {DEXPR_TEXT_FUNCS, DEXPR_CODE_FUNCS};
    for (int t = 0; t < 2; t++) {
        for (const struct dexpr_func *f = table[t]; f->name; f++) {
            if (str_is(name, f->name)) {
                return f;
            }
        }
    }
    return NULL;
}

const char *const *dexpr_functions(void) {
    static const char *help[80];
    int n = 0;
    const struct dexpr_func *table[] = {DEXPR_TEXT_FUNCS, DEXPR_CODE_FUNCS};
    for (int t = 0; t < 2; t++) {
        for (const struct dexpr_func *f = table[t]; f->name && n < 79; f++) {
            help[n++] = f->help;
        }
    }
    help[n] = NULL;
    return help;
}
