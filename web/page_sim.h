/* page_sim.h - the phone simulator: invented phones on a page, talking to the service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_PAGE_SIM_H
#define WEB_PAGE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "web/server.h"

#define SIM_PHONES_MAX 24
#define SIM_MESSAGES_MAX 100 /* shown of one conversation: the last ones */
#define SIM_TEXT_MAX 1600    /* bytes of what a phone may say at once */

enum sim_kind { SIM_SMS, SIM_TELEGRAM };

/* What became of a message, as the phone's owner would see it. */
enum sim_status {
    SIM_QUEUED,    /* en file */
    SIM_SENT,      /* envoyé */
    SIM_DELIVERED, /* remis */
    SIM_HELD,      /* retenu: STOP, quiet hours for good, expired */
    SIM_FAILED,    /* échec */
    SIM_RECEIVED   /* from the phone, taken by the service */
};

struct sim_phone {
    struct str id;      /* stable, [a-z0-9-]+ */
    struct str name;    /* "Inès" */
    struct str number;  /* as people write it, or "@ines" */
    struct str about;   /* one line: "19 ans, Mérignac, cherche une formation" */
    struct str service; /* who the phone thinks it talks to: "36 180", "Rebond (bot)" */
    enum sim_kind kind;
};

struct sim_button {
    struct str label, payload;
};

struct sim_message {
    int64_t id; /* unique among all messages of the page, both directions */
    bool from_phone;
    struct str text;
    const struct sim_button *button;
    size_t buttons;
    bool ask_contact; /* shows the network's "share my number" button */
    int64_t at_ms;
    enum sim_status status;
    struct str reason; /* of HELD and FAILED, for people; may be empty */
};

/* Filled by the caller. All calls come from one thread of the page's own, one at a time: they
 * may read a database and wait a little. Results live in the arena given. */
struct sim_backend {
    void *ctx;
    enum rc (*phones)(void *ctx, struct arena *a, struct sim_phone **ret, size_t *ret_n);
    /* The last `max` messages of a phone, oldest first. */
    enum rc (*history)(void *ctx, struct str phone, size_t max, struct arena *a,
                       struct sim_message **ret, size_t *ret_n);
    /* Somebody typed `text`, or pressed a button (payload not empty), or shares the number
     * (contact). E_BUSY: try again. */
    enum rc (*say)(void *ctx, struct str phone, struct str text, struct str payload,
                   bool contact);
    int64_t (*now)(void *ctx);
    struct str (*zone)(void *ctx); /* "Europe/Paris" */
    /* Moves the service's time forward by ms and returns when what was due has been done. */
    enum rc (*advance)(void *ctx, int64_t ms);
    /* NONE when nothing is planned. */
    enum rc (*next)(void *ctx, struct arena *a, int64_t *ret_ms, struct str *ret_what);
};

struct page_sim;

/* `b` is copied. */
struct page_sim *page_sim_new(const struct sim_backend *b);
/* Call once the server exists: starts the page's thread. */
void page_sim_start(struct page_sim *p, struct server *s);
/* Something was received, queued, sent or planned. From any thread; never blocks. */
void page_sim_changed(struct page_sim *p);
/* Ends the thread. After server_run returned, before server_free. NULL is fine. */
void page_sim_free(struct page_sim *p);

/* For the server's tables, with the page as ctx. */
void page_sim_show(const struct web_request *r, void *ctx); /* GET /sim */
struct server_ws page_sim_socket(struct page_sim *p);       /* /sim/ws */

#endif
