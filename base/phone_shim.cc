/* phone_shim.cc - libphonenumber behind two C functions; no exception gets out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/phone_priv.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static bool all_digits(const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return true;
}

/* France and its overseas departments: nine digits, the first of them no 0, behind a 0 at home
 * or behind the country code (ARCEP, plan national de numérotation). Written in digits alone,
 * as providers and most people do, there is nothing to search for: half of the library's work.
 */
static bool parse_plain(const char *text, size_t n, const char *region, PhoneNumber *ret) {
    static const struct {
        const char *region, *prefix;
        int code;
    } PLACES[] = {{"FR", "+33", 33},   {"RE", "+262", 262}, {"YT", "+262", 262},
                  {"GP", "+590", 590}, {"MQ", "+596", 596}, {"GF", "+594", 594}};
    for (const auto &place : PLACES) {
        bool home = text[0] == '0' && std::strcmp(place.region, region) == 0;
        size_t head = home ? 1 : std::strlen(place.prefix);
        if ((home || std::strncmp(text, place.prefix, head) == 0) && n == head + 9 &&
            text[head] != '0' && all_digits(text + head, 9)) {
            ret->set_country_code(place.code);
            ret->set_national_number(std::stoul(std::string(text + head, 9)));
            return true;
        }
    }
    return false;
}

static bool parse(const char *text, size_t n, const char *region, struct phone_shim *ret) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string in(text, n), s;
    if (!parse_plain(in.c_str(), n, region, &number) &&
        util.Parse(in, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
        return false;
    }
    struct phone_shim r = {};
    util.Format(number, PhoneNumberUtil::E164, &s);
    std::snprintf(r.e164, sizeof r.e164, "%s", s.c_str());
    util.GetRegionCodeForNumber(number, &s);
    if (s.size() != 2) { /* "ZZ", or "001" for numbers of no country */
        util.GetRegionCodeForCountryCode(number.country_code(), &s);
    }
    std::snprintf(r.region, sizeof r.region, "%s", s.c_str());
    r.country_code = number.country_code();
    r.possible = util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
    PhoneNumberUtil::PhoneNumberType type = util.GetNumberType(number);
    r.valid = type != PhoneNumberUtil::UNKNOWN; /* what IsValidNumber finds by the same work */
    r.mobile = type == PhoneNumberUtil::MOBILE || type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE;
    r.fixed = type == PhoneNumberUtil::FIXED_LINE;
    *ret = r;
    return true;
}

static bool format(const char *e164, bool national, char *out, size_t cap, int *ret_country) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string s;
    if (util.Parse(e164, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
        return false;
    }
    util.Format(number, national ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL,
                &s);
    std::snprintf(out, cap, "%s", s.c_str());
    *ret_country = number.country_code();
    return true;
}

extern "C" bool phone_shim_parse(const char *text, size_t n, const char *region,
                                 struct phone_shim *ret) {
    try {
        return parse(text, n, region, ret);
    } catch (...) {
        return false;
    }
}

extern "C" bool phone_shim_format(const char *e164, bool national, char *out, size_t cap,
                                  int *ret_country) {
    try {
        return format(e164, national, out, cap, ret_country);
    } catch (...) {
        return false;
    }
}
