/* demo.c - invented people, meetups and conversations, to try the service without a provider.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/demo.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/zone.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/followups.h"
#include "db/inbox.h"
#include "db/series.h"
#include "db/sql.h"
#include "db/staff.h"
#include "db/tags.h"
#include "jobs/remind.h"
#include "jobs/service.h"

const struct demo_phone DEMO_PHONES[] = {
    {"ines", "Inès", "06 39 98 01 01", "Vient de voir l'affiche. Écris-lui SALUT.", false,
     "+33639980101"},
    {"karim", "Karim", "06 39 98 01 02", "19 ans, cherche une formation dans le bâtiment",
     false, "+33639980102"},
    {"lina", "Lina", "@lina_demo", "17 ans, préfère la messagerie ; aime la vidéo", true,
     "770001"},
    {"moussa", "Moussa", "06 39 98 01 03", "21 ans, habite loin, vient quand il peut", false,
     "+33639980103"},
    {"jade", "Jade", "06 39 98 01 04", "20 ans, en CDD depuis trois mois", false,
     "+33639980104"},
    {"tom", "Tom", "@tom_demo", "Ne connaît pas encore le service", true, "770002"},
    {NULL, NULL, NULL, NULL, false, NULL}};

struct demo_person {
    const char *first, *last, *born, *commune, *postcode, *insee, *address, *tags;
    bool chat;
};

static const struct demo_person PEOPLE[] = {
    {"Karim", "Benali", "2007-03-12", "Mérignac", "33700", "33281", "+33639980102",
     "batiment formation", false},
    {"Lina", "Garcia", "2009-06-02", "Pessac", "33600", "33318", "770001", "video numerique",
     true},
    {"Moussa", "Diallo", "2005-01-20", "Saint-Médard-en-Jalles", "33160", "33449",
     "+33639980103", "sport emploi", false},
    {"Jade", "Martin", "2006-09-14", "Mérignac", "33700", "33281", "+33639980104",
     "vente emploi", false},
    {"Nadia", "Haddad", "2004-11-30", "Bordeaux", "33000", "33063", "+33639980105",
     "restauration", false},
    {"Enzo", "Petit", "2008-02-08", "Le Haillan", "33185", "33200", "+33639980106",
     "numerique 3d", false},
    {"Awa", "Traoré", "2006-05-25", "Eysines", "33320", "33162", "+33639980107",
     "sante formation", false},
    {"Lucas", "Moreau", "2003-12-17", "Blanquefort", "33290", "33056", "+33639980108",
     "logistique emploi", false},
    {"Yasmine", "Saïdi", "2007-07-07", "Mérignac", "33700", "33281", "+33639980109", "video",
     false},
    {"Théo", "Robert", "2005-04-03", "Bruges", "33520", "33075", "+33639980110", "mecanique",
     false},
    {"Chloé", "Durand", "2008-10-21", "Pessac", "33600", "33318", "+33639980111",
     "animaux formation", false},
    {"Ibrahim", "Sow", "2004-08-15", "Bordeaux", "33300", "33063", "+33639980112",
     "cuisine emploi", false},
};

static enum rc add_staff(struct service *s, struct str hash, int64_t now,
                         int64_t *ret_advisor) {
    struct staff team[] = {
        {.login = STR("demo"),
         .name = STR("Camille (coordination)"),
         .role = STAFF_COORDINATOR},
        {.login = STR("sarah"), .name = STR("Sarah"), .role = STAFF_ADVISOR},
        {.login = STR("malik"), .name = STR("Malik"), .role = STAFF_ANIMATOR},
    };
    enum rc rc = OK;
    for (size_t i = 0; i < sizeof team / sizeof *team && rc == OK; i++) {
        team[i].active = true;
        team[i].hash = hash;
        rc = staff_put(s->db, &team[i], now);
    }
    *ret_advisor = team[1].id;
    return rc;
}

static enum rc add_person(struct service *s, const struct demo_person *d, int64_t referent,
                          int64_t now, int64_t *ret_id) {
    struct contact c = {.first_name = str_from(d->first),
                        .last_name = str_from(d->last),
                        .lang = STR("fr"),
                        .commune = str_from(d->commune),
                        .postcode = str_from(d->postcode),
                        .insee = str_from(d->insee),
                        .origin = STR("demo"),
                        .referent_id = referent};
    bool first;
    int64_t address;
    if (!date_parse_iso(str_from(d->born), &c.born)) {
        return E_INVALID;
    }
    enum rc rc = contacts_new(s->db, &c, now);
    struct address at = {d->chat ? STR("simchat") : STR("sim"), str_from(d->address)};
    if (rc == OK) {
        rc = addresses_add(s->db, c.id, at, d->chat ? STR("messagerie") : STR("sms"), now,
                           &address);
    }
    if (rc == OK) {
        rc = contacts_enrol(s->db, c.id, now, &first);
    }
    struct str rest = str_from(d->tags), tag;
    while (rc == OK && str_next(&rest, ' ', &tag)) {
        rc = tags_add(s->db, c.id, tag, now);
    }
    *ret_id = c.id;
    return rc;
}

static enum rc add_series(struct service *s, int64_t owner, int64_t now, int64_t *ret_id) {
    struct tod t;
    struct series series = {.name = STR("rencontre"),
                            .title = STR("Rencontre des jeunes"),
                            .rule = STR("FREQ=MONTHLY;BYDAY=1WE"),
                            .at = STR("14:00"),
                            .zone = s->config->org.zone,
                            .duration_min = 120,
                            .venue = STR("Maison des projets, Mérignac"),
                            .way = STR("tram A, arrêt Pin Galant"),
                            .capacity = 5,
                            .invite_days = s->config->meetups.invite_days,
                            .owner_id = owner,
                            .active = true};
    zone_to_civil(s->config->org.tz, now, &series.start, &t);
    enum rc rc = series_put(s->db, &series, now);
    *ret_id = series.id;
    return rc;
}

/* Three months ago less two days: the first check-in comes due soon after the demonstration
 * begins. */
static enum rc add_contract(struct service *s, int64_t contact, int64_t now) {
    struct date today;
    struct tod t;
    zone_to_civil(s->config->org.tz, now, &today, &t);
    struct followup f = {.contact_id = contact,
                         .contract_date = date_add_days(date_add_months(today, -3), 2),
                         .kind = STR("cdd")};
    return followups_start(s->db, &f, now);
}

static enum rc say(struct service *s, const char *from, const char *text, const char *id,
                   struct arena *a, int64_t now) {
    struct inbound in = {.gateway = STR("sim"),
                         .channel = STR("sms"),
                         .provider_id = str_from(id),
                         .from = {STR("sim"), str_from(from)},
                         .kind = INBOUND_TEXT,
                         .text = str_from(text)};
    int64_t inbox;
    return inbox_receive(s->db, &in, a, now, &inbox);
}

static enum rc fill(struct service *s, struct str hash, struct arena *a) {
    int64_t now = service_now(s), advisor = 0, series = 0, id = 0;
    enum rc rc = add_staff(s, hash, now, &advisor);
    if (rc == OK) {
        rc = add_series(s, advisor, now, &series);
    }
    for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE && rc == OK; i++) {
        rc = add_person(s, &PEOPLE[i], advisor, now, &id);
        if (rc == OK) {
            rc = series_join(s->db, series, id, i == 1 ? MEMBER_PILOTE : MEMBER_COLLABORATEUR,
                             now);
        }
        if (rc == OK && strcmp(PEOPLE[i].first, "Jade") == 0) {
            rc = add_contract(s, id, now);
        }
    }
    /* real messages on the real road: the engine makes the cases */
    if (rc == OK) {
        rc = say(s, "+33639980105", "bjr jpeux parler a qqn svp", "demo-1", a, now);
    }
    if (rc == OK) {
        rc =
            say(s, "+33639980108", "g pas de permis c grave pr le cariste ?", "demo-2", a, now);
    }
    if (rc == OK) {
        rc = say(s, "+33639980112", "rappelez moi quand vous pouvez", "demo-3", a, now);
    }
    return rc;
}

enum rc demo_seed(struct service *s, struct str hash, struct err *err) {
    struct arena a;
    struct staff *team;
    size_t n = 0;
    arena_init(&a);
    enum rc rc = sql_done(staff_list(s->db, false, &a, &team, &n));
    if (rc == OK && n == 0) {
        rc = sql_begin(s->db, SQL_WRITE);
        if (rc == OK) {
            rc = sql_end(s->db, fill(s, hash, &a));
        }
        if (rc == OK) {
            rc = remind_plan(s);
        }
    }
    arena_done(&a);
    return rc == OK ? OK
                    : err_set(err, rc, "the invented data could not be written: %s",
                              sql_error(s->db));
}
