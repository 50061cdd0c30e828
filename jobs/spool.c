/* spool.c - carries out calls to a folder ("spool:/PATH") as the wire carries out requests. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "gateways/http.h"

#define SCHEME "spool:"
#define FILES_MAX 100
#define BYTES_MAX (512 * 1024)
#define FILE_MAX (64 * 1024)

bool spool_is(const struct gw_call *call) {
    return str_starts(call->url, STR(SCHEME));
}

static struct gw_answer refused(const char *why) {
    return (struct gw_answer){.error = str_from(why)};
}

/* Absolute, no step upward, no control character. */
static bool path_of(const struct gw_call *call, struct arena *a, char **ret) {
    struct str path = str_sub(call->url, strlen(SCHEME), call->url.n);
    bool right = path.n > 1 && path.n < 1000 && path.p[0] == '/' &&
                 str_find(path, STR("/.."), 0) == SIZE_MAX;
    for (size_t i = 0; i < path.n; i++) {
        right = right && (unsigned char)path.p[i] > 31;
    }
    *ret = right ? arena_cstr(a, path) : NULL;
    return right;
}

static struct gw_answer put(const char *path, struct str body) {
    struct err err = {0};
    struct stat st;
    if (lstat(path, &st) == 0) {
        return (struct gw_answer){.status = 409, .left = true, .error = STR("there already")};
    }
    if (file_write(path, body, &err) != OK) {
        return refused("the spool folder cannot be written");
    }
    return (struct gw_answer){.status = 201, .left = true};
}

static int64_t age_ms(const struct stat *st) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)(now.tv_sec - st->st_mtim.tv_sec) * 1000 +
           (now.tv_nsec - st->st_mtim.tv_nsec) / 1000000;
}

/* False: not a file to show (or no more room). */
static bool add_file(const char *root, struct str folder, struct str name, struct arena *a,
                     struct buf *out) {
    struct stat st;
    struct str bytes;
    struct err err = {0};
    char *path =
        arena_cstr(a, arena_printf(a, "%s/%.*s/%.*s", root, STR_ARG(folder), STR_ARG(name)));
    if (str_starts(name, STR(SPOOL_PREFIX)) || str_find_char(name, ' ', 0) != SIZE_MAX ||
        str_find_char(name, '\n', 0) != SIZE_MAX || name.p[0] == '.' || lstat(path, &st) != 0 ||
        !S_ISREG(st.st_mode) || (age_ms(&st) >= 0 && age_ms(&st) < SPOOL_SETTLE_MS) ||
        buf_view(out).n + (size_t)st.st_size > BYTES_MAX ||
        file_read(path, FILE_MAX, a, &bytes, &err) != OK) {
        return false;
    }
    buf_printf(out, "%.*s %.*s %zu\n", STR_ARG(folder), STR_ARG(name), bytes.n);
    buf_str(out, bytes);
    buf_putc(out, '\n');
    return true;
}

static struct gw_answer list(const char *root, struct str folders, struct arena *a) {
    struct buf out;
    struct str folder;
    int files = 0;
    buf_init(&out, 2 * BYTES_MAX);
    while (str_next(&folders, '\n', &folder)) {
        struct str *name = NULL;
        size_t n = 0;
        struct err err = {0};
        char *dir = arena_cstr(a, arena_printf(a, "%s/%.*s", root, STR_ARG(folder)));
        if (file_list(dir, "", a, &name, &n, &err) != OK) {
            buf_done(&out);
            return refused("the spool folder cannot be read");
        }
        for (size_t i = 0; i < n && files < FILES_MAX; i++) {
            files += add_file(root, folder, name[i], a, &out);
        }
    }
    struct gw_answer answer = {
        .status = 200, .left = true, .body = arena_str(a, buf_view(&out))};
    buf_done(&out);
    return answer;
}

static struct gw_answer done_or_gone(int failed) {
    return failed && errno != ENOENT ? refused("the spool folder cannot be written")
                                     : (struct gw_answer){.status = 204, .left = true};
}

static struct gw_answer put_aside(const char *path, struct arena *a) {
    const char *slash = strrchr(path, '/');
    struct str to =
        arena_printf(a, "%.*s/" SPOOL_PREFIX "%s", (int)(slash - path), path, slash + 1);
    return done_or_gone(rename(path, arena_cstr(a, to)));
}

struct gw_answer spool_do(const struct gw_call *call, struct arena *a) {
    char *path;
    if (!path_of(call, a, &path)) {
        return refused("no path of a spool folder");
    }
    if (str_is(call->method, "PUT")) {
        return put(path, call->body);
    }
    if (str_is(call->method, "LIST")) {
        return list(path, call->body, a);
    }
    if (str_is(call->method, "DELETE")) {
        return done_or_gone(unlink(path));
    }
    return str_is(call->method, "MOVE") ? put_aside(path, a)
                                        : refused("no such call to a folder");
}

void spool_or_wire(struct http_pool *pool, const struct gw_call *call, bool allow_private,
                   void (*done)(const struct gw_answer *answer, void *ctx), void *ctx) {
    if (!spool_is(call)) {
        http_start(pool, call, call->timeout_ms, allow_private, done, ctx);
        return;
    }
    struct arena a;
    arena_init(&a);
    struct gw_answer answer = spool_do(call, &a);
    done(&answer, ctx);
    arena_done(&a);
}
