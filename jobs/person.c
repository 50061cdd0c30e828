/* person.c - one person during one turn: everything read once, written once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/person.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "jobs/carriers.h"
#include "jobs/route.h"

static void read_fields(struct person *p) {
    struct err e = {0};
    if (p->talk.fields.n == 0 || json_parse(p->talk.fields, p->a, &p->fields, &e) != OK ||
        !val_is(p->fields, VAL_MAP)) {
        p->fields = val_end(val_map_begin(p->a));
    }
}

static void find_address(struct person *p) {
    enum rc rc = NONE;
    if (p->cause && p->cause->address_id) {
        rc = addresses_get(p->s->db, p->cause->address_id, p->a, &p->address);
    }
    if (rc != OK || p->address.contact_id != p->contact.id) {
        rc = route_reach(p->s, p->contact.id, p->a, &p->address);
    }
    if (rc != OK) {
        p->address = (struct contact_address){0};
        return;
    }
    p->carrier = carrier_for(p->s, p->address.at, p->address.channel);
}

enum rc person_load(struct service *s, int64_t contact_id, const struct inbox_row *cause,
                    struct arena *a, struct person *ret, struct err *err) {
    struct person *p = ret;
    *p = (struct person){.s = s, .a = a, .now_ms = service_now(s), .cause = cause};
    enum rc rc = contacts_get(s->db, contact_id, a, &p->contact);
    if (rc != OK) {
        return rc;
    }
    if (p->contact.status == CONTACT_ERASED) {
        return NONE;
    }
    rc = sessions_load(s->db, contact_id, a, &p->talk);
    if (rc != OK) {
        return rc;
    }
    rc = session_read(p->talk.session, a, &p->session, err);
    if (rc != OK) {
        /* a damaged session must not lock a person out for ever: begin afresh, and say so */
        log_err("converse.session_damaged", err, "contact=%lld", (long long)contact_id);
        p->damaged = true;
        rc = session_read(STR_EMPTY, a, &p->session, err);
    }
    read_fields(p);
    find_address(p);
    return rc;
}

enum rc person_save(struct person *p) {
    struct buf b;
    buf_init(&b, SESSION_BYTES_MAX);
    enum rc rc = session_write(&p->session, &b);
    if (rc == OK) {
        p->talk.session = arena_str(p->a, buf_view(&b));
        p->talk.fields = p->fields->map.n > 0 ? json_text(p->fields, p->a) : STR_EMPTY;
        rc = sessions_put(p->s->db, &p->talk);
    }
    buf_done(&b);
    return rc;
}

struct str person_lang(const struct person *p) {
    return p->contact.lang.n > 0 ? p->contact.lang : p->s->config->org.lang;
}

enum rc person_reload(struct person *p) {
    return contacts_get(p->s->db, p->contact.id, p->a, &p->contact);
}

int64_t person_about(const struct person *p, const char *what) {
    return p->about ? val_get_int(p->about, what, 0) : 0;
}
