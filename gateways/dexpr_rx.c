/* dexpr_rx.c - the patterns of all descriptors, compiled once for the life of the process. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <pthread.h>
#include <stdlib.h>

#include "gateways/dexpr_priv.h"

/* Programs live in arenas, which free memory but know nothing of compiled patterns: these are
 * kept here, shared by every descriptor that uses the same one. */
struct pattern {
    struct pattern *next;
    char *text;
    struct rx *rx;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pattern *patterns;

enum rc dexpr_rx(struct str text, const struct rx **ret, struct err *err) {
    enum rc rc = OK;
    struct rx *rx = NULL;
    pthread_mutex_lock(&lock);
    struct pattern *p = patterns;
    while (p && !str_is(text, p->text)) {
        p = p->next;
    }
    if (!p) {
        rc = rx_compile(text, RX_UTF, &rx, err);
    }
    if (!p && rc == OK) {
        p = mem_alloc(sizeof *p);
        p->text = mem_alloc(text.n + 1);
        for (size_t i = 0; i < text.n; i++) {
            p->text[i] = text.p[i];
        }
        p->text[text.n] = '\0';
        p->rx = rx;
        p->next = patterns;
        patterns = p;
    }
    if (rc == OK) {
        *ret = p->rx;
    }
    pthread_mutex_unlock(&lock);
    return rc;
}
