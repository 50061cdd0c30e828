/* rapid_contact.c - the person a session is with: read, written, reached. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/phone.h"
#include "base/text.h"
#include "bot/expr/phonefind.h"
#include "bot/expr/sink.h"
#include "bot/expr/urnparts.h"
#include "bot/expr/whenread.h"
#include "bot/rapid/rapid_priv.h"

static const struct val *or_empty(const struct val *v, enum val_type type, struct arena *a) {
    if (val_is(v, type)) {
        return v;
    }
    return val_end(type == VAL_LIST ? val_list_begin(a) : val_map_begin(a));
}

enum rc rapid_contact_read(const struct val *v, struct arena *a, struct rapid_contact *ret,
                           struct err *err) {
    bool nobody = !v || v->type == VAL_NULL; /* a flow may be tried with nobody in it */
    if (!nobody && (v->type != VAL_MAP || val_get_text(v, "uuid", STR("")).n == 0)) {
        return err_set(err, E_INVALID, "a contact must be an object with a uuid");
    }
    const struct val *id = val_get(v, "id"), *tickets = val_get(v, "tickets"),
                     *ticket = val_get(v, "ticket");
    *ret = (struct rapid_contact){
        .uuid = val_get_text(v, "uuid", STR("")),
        .ref = val_get_text(v, "ref", STR("")),
        .name = val_get_text(v, "name", STR("")),
        .language = val_get_text(v, "language", STR("")),
        .status = val_get_text(v, "status", STR("active")),
        .timezone = val_get_text(v, "timezone", STR("")),
        .created_on = val_get_text(v, "created_on", STR("")),
        .last_seen_on = val_get_text(v, "last_seen_on", STR("")),
        .id = val_is(id, VAL_NUMBER) ? id : NULL,
        .ticket = val_is(ticket, VAL_MAP) ? ticket : val_at_index(tickets, 0),
        .urns = or_empty(val_get(v, "urns"), VAL_LIST, a),
        .groups = or_empty(val_get(v, "groups"), VAL_LIST, a),
        .fields = or_empty(val_get(v, "fields"), VAL_MAP, a),
    };
    return OK;
}

const struct val *rapid_contact_json(const struct rapid_contact *c, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    rapid_put_text(b, a, "uuid", c->uuid);
    val_put(b, "id", c->id);
    rapid_put_text(b, a, "ref", c->ref);
    rapid_put_text(b, a, "name", c->name);
    rapid_put_text(b, a, "language", c->language);
    rapid_put_text(b, a, "status", c->status);
    rapid_put_text(b, a, "timezone", c->timezone);
    rapid_put_text(b, a, "created_on", c->created_on);
    rapid_put_text(b, a, "last_seen_on", c->last_seen_on);
    rapid_put_some(b, "urns", c->urns);
    rapid_put_some(b, "groups", c->groups);
    rapid_put_some(b, "fields", c->fields);
    val_put(b, "ticket", c->ticket);
    return val_end(b);
}

bool rapid_contact_in_group(const struct rapid_contact *c, struct str uuid) {
    for (size_t i = 0; i < c->groups->list.n; i++) {
        if (str_eq(val_get_text(c->groups->list.item[i], "uuid", STR("")), uuid)) {
            return true;
        }
    }
    return false;
}

/* --- addresses --- */

struct str rapid_urn_scheme(struct str urn) {
    size_t colon = str_find_char(urn, ':', 0);
    return str_sub(urn, 0, colon == SIZE_MAX ? 0 : colon);
}

struct str rapid_urn_identity(struct str urn, struct arena *a) {
    struct urnparts u;
    if (urnparts_read(urn, a, &u)) {
        return urn;
    }
    size_t end = str_find_char(urn, '?', 0), hash = str_find_char(urn, '#', 0);
    end = hash < end ? hash : end;
    return end == SIZE_MAX ? urn : str_sub(urn, 0, end);
}

struct str rapid_urn_path(struct str urn, struct arena *a) {
    struct urnparts u;
    return urnparts_read(urn, a, &u) ? STR("") : u.path;
}

static bool all_digits(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
    }
    return s.n > 0;
}

static bool is_mail(struct str s) {
    size_t at = str_find_char(s, '@', 0);
    return at != SIZE_MAX && at > 0 && str_find_char(s, '@', at + 1) == SIZE_MAX &&
           str_find_char(s, ' ', 0) == SIZE_MAX && at + 1 < s.n;
}

static bool is_plain_tel(struct str s) {
    size_t from = s.n && s.p[0] == '+';
    for (size_t i = from; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) {
            return false;
        }
    }
    return s.n > from && s.n <= 65;
}

static bool is_valid_path(struct str scheme, struct str path) {
    static const char *const NUMERIC[] = {"telegram", "whatsapp", "twitterid", "vk", "discord"};
    for (size_t i = 0; i < sizeof NUMERIC / sizeof *NUMERIC; i++) {
        if (str_is(scheme, NUMERIC[i])) {
            return all_digits(path);
        }
    }
    if (str_is(scheme, "facebook") || str_is(scheme, "instagram")) {
        return all_digits(path) || str_starts(path, STR("ref:"));
    }
    if (str_is(scheme, "tel")) {
        return is_plain_tel(path);
    }
    if (str_is(scheme, "twitter")) {
        return path.n <= 15 && str_find_char(path, ' ', 0) == SIZE_MAX;
    }
    return str_is(scheme, "mailto") ? is_mail(path) : path.n > 0;
}

bool rapid_urn_make(struct str scheme, struct str path, struct str country, struct arena *a,
                    struct str *ret) {
    struct str e164;
    path = str_trim(path);
    if (str_is(scheme, "tel") && phonefind_whole(path, country, a, &e164)) {
        path = e164;
    } else if (str_is(scheme, "twitter")) {
        path = text_lower(path.n && path.p[0] == '@' ? str_sub(path, 1, path.n) : path, a);
    } else if (str_is(scheme, "mailto") || str_is(scheme, "tel")) {
        path = text_lower(path, a);
    }
    *ret = arena_printf(a, "%.*s:%.*s", STR_ARG(scheme), STR_ARG(path));
    return path.n && urnparts_is_scheme(scheme) && is_valid_path(scheme, path);
}

static bool list_has(const struct val *list, struct str s) {
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        if (val_is(list->list.item[i], VAL_TEXT) && str_eq(list->list.item[i]->text, s)) {
            return true;
        }
    }
    return false;
}

static bool serves(const struct val *channel, struct str scheme, const char *role) {
    return list_has(val_get(channel, "roles"), str_from(role)) &&
           list_has(val_get(channel, "schemes"), scheme);
}

/* The channel named in the address ("?channel=..."), or NULL. */
static const struct val *named_channel(const struct rapid_session *s, struct str urn) {
    struct urnparts u;
    struct str rest, pair;
    if (urnparts_read(urn, s->a, &u)) {
        return NULL;
    }
    for (rest = u.query; str_next(&rest, '&', &pair);) {
        if (str_starts(pair, STR("channel="))) {
            return rapid_asset(s->program, "channels", "uuid", str_sub(pair, 8, pair.n));
        }
    }
    return NULL;
}

static size_t common_start(struct str a, struct str b) {
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n]) {
        n++;
    }
    return n;
}

const struct val *rapid_urn_channel(const struct rapid_session *s, struct str urn,
                                    const char *role) {
    const struct val *all = val_get(s->program->assets, "channels"), *best = NULL;
    struct str scheme = rapid_urn_scheme(urn), path = rapid_urn_path(urn, s->a);
    const struct val *own = named_channel(s, urn);
    size_t best_score = 0;
    if (own && serves(own, scheme, role)) {
        return own;
    }
    for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
        const struct val *c = all->list.item[i];
        if (!serves(c, scheme, role)) {
            continue;
        }
        /* for telephones the channel whose own number looks most like theirs */
        size_t score = 1;
        if (str_is(scheme, "tel")) {
            score += common_start(path, val_get_text(c, "address", STR("")));
        }
        if (score > best_score) {
            best = c;
            best_score = score;
        }
    }
    return best;
}

bool rapid_contact_route(const struct rapid_session *s, struct str *urn,
                         const struct val **channel) {
    const struct val *urns = s->contact.urns;
    for (size_t i = 0; i < urns->list.n; i++) {
        const struct val *v = urns->list.item[i];
        const struct val *c =
            val_is(v, VAL_TEXT) ? rapid_urn_channel(s, v->text, "send") : NULL;
        if (c) {
            *urn = rapid_urn_identity(v->text, s->a);
            *channel = c;
            return true;
        }
    }
    return false;
}

/* --- the person's own environment --- */

static struct str country_of(const struct rapid_session *s) {
    const struct val *urns = s->contact.urns;
    for (size_t i = 0; i < urns->list.n; i++) {
        struct str urn =
            val_is(urns->list.item[i], VAL_TEXT) ? urns->list.item[i]->text : STR("");
        struct phone phone;
        if (str_is(rapid_urn_scheme(urn), "tel") &&
            phone_parse(rapid_urn_path(urn, s->a), STR("ZZ"), s->a, &phone) == OK) {
            return phone.region;
        }
    }
    return STR("");
}

void rapid_contact_env(struct rapid_session *s) {
    const struct zone *zone;
    struct err err;
    struct rapid_languages l;
    struct rapid_run nowhere = {.flow = NULL};
    s->env = s->world->env;
    if (s->contact.timezone.n && zone_get(s->contact.timezone, &zone, &err) == OK) {
        s->env.zone = zone;
    }
    rapid_i18n_usual(s, &nowhere, &l);
    if (l.n) {
        s->env.language = l.lang[0];
    }
    struct str country = country_of(s);
    if (country.n) {
        s->env.country = country;
    }
    if (s->env.zone) {
        s->env.now = whenread_in_zone(s->world->env.now, s->env.zone);
    }
    s->env.random = &s->random;
    const struct val *places = val_get(s->program->assets, "locations");
    if (val_is(places, VAL_LIST)) {
        s->env.locations = places;
    }
}
