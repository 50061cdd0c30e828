/* sim_backend.h - what the phone simulator's page needs of a running service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_SIM_BACKEND_H
#define CLI_SIM_BACKEND_H

#include "base/err.h"
#include "web/page_sim.h"

struct service;
struct db;

struct sim_world {
    struct service *service;
    struct db *db; /* the page thread's own connection, read only */
};

/* Opens the connection. The backend's ctx is `w`, which must outlive the page. */
enum rc sim_backend_open(struct sim_world *w, struct service *s, struct sim_backend *ret,
                         struct err *err) MUST_USE;
void sim_backend_close(struct sim_world *w);

#endif
