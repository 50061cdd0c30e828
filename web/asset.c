/* asset.c - names of embedded files with a hash of their content, and their serving. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/asset.h"

#include <pthread.h>
#include <string.h>

#include "base/digest.h"
#include "base/embed.h"
#include "web/server.h"

#define FOLDER "web/assets/"
#define ASSETS_MAX 32
#define HASH_CHARS 10

static struct {
    const struct embed_file *file;
    struct str url; /* "/assets/style.3f2a9c81d0.css" */
} asset[ASSETS_MAX];
static size_t assets;
static struct arena names;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_all(void) {
    unsigned char sum[DIGEST_MAX];
    arena_init(&names);
    for (const struct embed_file *f = EMBED_FILES; f->name && assets < ASSETS_MAX; f++) {
        struct str name = str_from(f->name);
        if (!str_starts(name, STR(FOLDER))) {
            continue;
        }
        name = str_sub(name, sizeof FOLDER - 1, name.n);
        size_t dot = str_find_char(name, '.', 0);
        dot = dot == SIZE_MAX ? name.n : dot;
        size_t n = digest_hash(DIGEST_SHA256, (struct str){(const char *)f->data, f->n}, sum);
        struct str hash = str_sub(digest_hex(sum, n, &names), 0, HASH_CHARS);
        asset[assets].file = f;
        asset[assets++].url =
            arena_printf(&names, "/assets/%.*s.%.*s%.*s", STR_ARG(str_sub(name, 0, dot)),
                         STR_ARG(hash), STR_ARG(str_sub(name, dot, name.n)));
    }
}

struct str asset_url(const char *name) {
    pthread_once(&once, find_all);
    for (size_t i = 0; i < assets; i++) {
        if (strcmp(asset[i].file->name + sizeof FOLDER - 1, name) == 0) {
            return asset[i].url;
        }
    }
    return STR("/assets/missing");
}

static struct str type_of(struct str url) {
    static const struct {
        struct str end, type;
    } t[] = {{{".css", 4}, {"text/css; charset=utf-8", 23}},
             {{".js", 3}, {"text/javascript; charset=utf-8", 30}},
             {{".svg", 4}, {"image/svg+xml", 13}},
             {{".png", 4}, {"image/png", 9}}};
    for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
        if (str_ends(url, t[i].end)) {
            return t[i].type;
        }
    }
    return STR("application/octet-stream");
}

void asset_serve(const struct web_request *r, void *ctx) {
    static const struct web_header cache = {{"cache-control", 13},
                                            {"public, max-age=31536000, immutable", 35}};
    struct web_answer a = {.status = 404, .content_type = STR("text/plain")};
    (void)ctx;
    pthread_once(&once, find_all);
    for (size_t i = 0; i < assets; i++) {
        if (str_eq(r->path, asset[i].url)) {
            a.status = 200;
            a.content_type = type_of(asset[i].url);
            a.header = &cache;
            a.headers = 1;
            a.body = (struct str){(const char *)asset[i].file->data, asset[i].file->n};
        }
    }
    server_answer(r->server, r->id, &a);
}
