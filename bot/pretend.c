/* pretend.c - an invented world that answers acts, so that conversations run without a
 * database. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/pretend.h"

#include "base/json.h"
#include "base/text.h"

#define AGE_REFUSED 15 /* below: refused; from there to AGE_ADULT: the minor path */
#define AGE_ADULT 18
#define AGE_MAX 25
#define AGE_MAX_RQTH 29

static const struct {
    const char *folded, *name, *postcode, *insee;
} COMMUNES[] = {{"merignac", "Mérignac", "33700", "33281"},
                {"bordeaux", "Bordeaux", "33000", "33063"},
                {"poissy", "Poissy", "78300", "78498"},
                {"meaux", "Meaux", "77100", "77284"},
                {"saint denis", "Saint-Denis", "93200", "93066"},
                {"saint-denis", "Saint-Denis", "93200", "93066"}};

static void done(struct val_builder *b, bool ok, const char *why, struct arena *a) {
    val_put(b, "ok", val_bool(ok));
    val_put(b, "why", val_textz(a, why));
}

static void put(struct val_builder *b, const char *key, const char *text, struct arena *a) {
    val_put(b, key, val_textz(a, text));
}

static struct str text_of(const struct val *v, struct arena *a) {
    if (val_is(v, VAL_NUMBER)) {
        return dec_text(v->num, a);
    }
    return val_is(v, VAL_DATE)   ? date_iso(v->date, a)
           : val_is(v, VAL_TEXT) ? v->text
                                 : STR_EMPTY;
}

static void locate(struct val_builder *b, const struct val *args, struct arena *a) {
    struct str place = text_of(val_get(args, "place"), a), folded = text_fold(place, a);
    for (size_t i = 0; i < sizeof COMMUNES / sizeof *COMMUNES; i++) {
        if (str_is(folded, COMMUNES[i].folded) || str_is(place, COMMUNES[i].postcode)) {
            done(b, true, "", a);
            put(b, "commune", COMMUNES[i].name, a);
            put(b, "postcode", COMMUNES[i].postcode, a);
            put(b, "insee", COMMUNES[i].insee, a);
            return;
        }
    }
    done(b, false, "unknown", a);
}

static void eligibility(const struct pretend *p, struct val_builder *b, const struct val *args,
                        struct arena *a) {
    struct date born, today;
    struct tod tod;
    zone_to_civil(p->zone, p->now_ms, &today, &tod);
    if (!date_parse_iso(text_of(val_get(args, "born"), a), &born)) {
        done(b, false, "no date of birth", a);
        return;
    }
    struct str rqth = text_of(val_get(args, "rqth"), a);
    int age = date_age(born, today);
    int max = val_get_bool(args, "rqth", false) || str_is(rqth, "yes") ? AGE_MAX_RQTH : AGE_MAX;
    done(b, true, "", a);
    put(b, "status",
        age < AGE_REFUSED ? "trop_jeune"
        : age < AGE_ADULT ? "mineur"
        : age <= max      ? "oui"
                          : "trop_age",
        a);
    val_put(b, "age", val_int(a, age));
}

static void meetup(struct val_builder *b, struct arena *a) {
    val_put(b, "meetup", val_int(a, 1));
    put(b, "title", "Rencontre du mois", a);
    put(b, "date", "jeudi 12 mars", a);
    put(b, "time", "14h", a);
    put(b, "venue", "Maison des jeunes, Mérignac", a);
}

const struct val *pretend_act(const struct pretend *p, struct str act, const struct val *args,
                              struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    const struct val *given = val_get_str(p->given, act);
    if (str_is(act, "locate")) {
        locate(b, args, a);
    } else if (str_is(act, "eligibility")) {
        eligibility(p, b, args, a);
    } else {
        done(b, true, "", a);
    }
    if (str_is(act, "rsvp")) {
        struct str answer = text_of(val_get(args, "answer"), a);
        put(b, "state",
            str_is(answer, "yes")  ? "place"
            : str_is(answer, "no") ? "non"
                                   : "peut_etre",
            a);
        val_put(b, "rank", val_int(a, 0));
    }
    if (str_is(act, "rsvp") || str_is(act, "next_meetup") || str_is(act, "cancel_place") ||
        str_is(act, "late")) {
        meetup(b, a);
    } else if (str_is(act, "join") || str_is(act, "leave")) {
        put(b, "series", "Rencontre du mois", a);
        put(b, "next", "jeudi 12 mars", a);
    } else if (str_is(act, "opt_out") || str_is(act, "opt_in")) {
        val_put(b, str_is(act, "opt_in") ? "was" : "already", val_bool(p->opted_out));
    } else if (str_is(act, "enrol")) {
        val_put(b, "first_time", val_bool(true));
    } else if (str_is(act, "interested")) {
        val_put(b, "rank", val_int(a, 1));
    }
    for (size_t i = 0; val_is(given, VAL_MAP) && i < given->map.n; i++) {
        val_put_str(b, given->map.pair[i].key, given->map.pair[i].val);
    }
    return val_end(b);
}

const struct val *pretend_call(const struct val *given, struct arena *a) {
    static const struct val UNREACHABLE = {.type = VAL_TEXT,
                                           .text = {"unreachable", sizeof "unreachable" - 1}};
    const struct val *json = val_get(given, "json"), *why = val_get(given, "why");
    why = given ? why : &UNREACHABLE;
    int64_t status = val_get_int(given, "status", why ? 0 : 200);
    bool ok = status >= 200 && status <= 299;
    struct val_builder *b = val_map_begin(a);
    val_put(b, "ok", val_bool(ok));
    val_put(b, "status", val_int(a, status));
    val_put(b, "json", json ? json : &VAL_NIL);
    val_put(b, "text",
            val_text(a, json ? json_text(json, a) : val_get_text(given, "text", STR_EMPTY)));
    val_put(b, "type", val_textz(a, json ? "application/json" : "text/plain"));
    val_put(b, "why", why ? why : val_textz(a, ok ? "" : "status"));
    return val_end(b);
}

static bool is_number(struct str s) {
    size_t i = s.n && s.p[0] == '-' ? 1 : 0, dots = 0, first = i;
    for (; i < s.n; i++) {
        dots += s.p[i] == '.';
        if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '.') {
            return false;
        }
    }
    bool zero = s.n > first + 1 && s.p[first] == '0' && s.p[first + 1] != '.';
    return s.n > first && dots <= 1 && !zero && s.p[s.n - 1] != '.' && s.p[first] != '.';
}

const struct val *pretend_typed(const struct val *v, struct arena *a) {
    struct dec number;
    if (val_is(v, VAL_TEXT)) {
        if (str_is(v->text, "yes") || str_is(v->text, "true")) {
            return &VAL_TRUE;
        }
        if (str_is(v->text, "no") || str_is(v->text, "false")) {
            return &VAL_FALSE;
        }
        return is_number(v->text) && dec_parse(v->text, &number) == OK ? val_num(a, number) : v;
    }
    if (val_is(v, VAL_LIST)) {
        struct val_builder *b = val_list_begin(a);
        for (size_t i = 0; i < v->list.n; i++) {
            val_push(b, pretend_typed(v->list.item[i], a));
        }
        return val_end(b);
    }
    if (val_is(v, VAL_MAP)) {
        struct val_builder *b = val_map_begin(a);
        for (size_t i = 0; i < v->map.n; i++) {
            val_put_str(b, v->map.pair[i].key, pretend_typed(v->map.pair[i].val, a));
        }
        return val_end(b);
    }
    return v;
}
