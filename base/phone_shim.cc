/* phone_shim.cc - libphonenumber behind two C functions; no exception gets out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstdio>
#include <string>

#include "base/phone_priv.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static bool parse(const char *text, size_t n, const char *region, struct phone_shim *ret) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string in(text, n), s;
    if (util.Parse(in, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
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
    r.valid = util.IsValidNumber(number);
    r.possible = util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
    PhoneNumberUtil::PhoneNumberType type = util.GetNumberType(number);
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
