/* fault.c - dies or fails at the point the environment names (test builds only). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/fault.h"

#ifdef REBOND_FAULTS
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char current[128]; /* the setting the count belongs to */
static long passages;

/* True at the passage that REBOND_FAULT=name[:nth] means. */
static bool due(const char *name) {
    const char *env = getenv("REBOND_FAULT");
    if (!env || strlen(env) >= sizeof current) {
        return false;
    }
    const char *colon = strchr(env, ':');
    size_t n = colon ? (size_t)(colon - env) : strlen(env);
    if (strlen(name) != n || memcmp(env, name, n) != 0) {
        return false;
    }
    long nth = colon ? strtol(colon + 1, NULL, 10) : 1;
    pthread_mutex_lock(&lock);
    if (strcmp(current, env) != 0) {
        memcpy(current, env, strlen(env) + 1);
        passages = 0;
    }
    bool now = ++passages == nth;
    pthread_mutex_unlock(&lock);
    return now;
}

void fault_hit(const char *name) {
    if (due(name)) {
        raise(SIGKILL);
    }
}

bool fault_fails(const char *name) {
    return due(name);
}
#endif
