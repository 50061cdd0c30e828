/* media.c - files that people send: fetched from the network after the message is safe. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/media.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/filetype.h"
#include "base/log.h"
#include "db/files.h"
#include "db/sql.h"
#include "gateways/descriptor.h"
#include "gateways/http.h"
#include "jobs/carriers.h"
#include "jobs/deliver.h"
#include "jobs/service.h"

#define AT_ONCE 2
#define HOLD_MS (10 * MS_MINUTE) /* longer than any fetch: a crash asks again after it */
#define TRIES 6
#define FIRST_WAIT_MS (30 * MS_SECOND)
#define FETCH_TIMEOUT_MS 60000
#define REDIRECTS 3
#define FORGET_MAX 50 /* files emptied at once: each is a few megabytes of the database */

/* One file on its way: LOCATE (where is it?) -> FETCH (its bytes), redirects followed by hand
 * because no header of ours may follow them. */
struct fetch {
    struct service *s;
    struct arena a;
    struct carrier *carrier;
    struct file_row file;
    int redirects;
    bool busy;
};

struct media {
    struct fetch slot[AT_ONCE];
    int64_t look_ms; /* the store is not asked before */
};

void media_open(struct service *s) {
    s->media = mem_alloc(sizeof *s->media);
    memset(s->media, 0, sizeof *s->media);
}

void media_close(struct service *s) {
    if (!s->media) {
        return;
    }
    for (int i = 0; i < AT_ONCE; i++) {
        if (s->media->slot[i].busy) {
            arena_done(&s->media->slot[i].a);
        }
    }
    free(s->media);
    s->media = NULL;
}

size_t media_in_flight(const struct service *s) {
    size_t n = 0;
    for (int i = 0; i < AT_ONCE; i++) {
        n += s->media->slot[i].busy;
    }
    return n;
}

/* ------------------------------------------------------------------ what is expected */

static bool is_file(const struct carrier *c, struct str attachment, struct arena *a) {
    struct gw_call call;
    return gw_plain_file(attachment, a, &call) == OK ||
           (c->gw.kind->file_call && c->gw.kind->file_call(&c->gw, attachment, a, &call) == OK);
}

enum rc media_expect(struct service *s, struct str channel, int64_t inbox_id,
                     struct str attachment, struct arena *a, int64_t now_ms) {
    const struct carrier *c = carrier_find(s, channel);
    if (!s->config->files.fetch || !c || !is_file(c, attachment, a)) {
        return OK;
    }
    s->media->look_ms = 0;
    return files_expect(s->db, inbox_id, attachment, now_ms);
}

/* ------------------------------------------------------------------ how it ends */

static void over(struct fetch *f, enum rc rc) {
    struct service *s = f->s;
    if (rc < OK) {
        log_event(LOG_LVL_ERROR, "media.not_stored", "file=%lld rc=%s why=\"%s\"",
                  (long long)f->file.id, rc_name(rc), sql_error(s->db));
    } else if (s->on_change) {
        s->on_change(s->change_ctx, CHANGE_INBOUND);
    }
    arena_done(&f->a);
    f->busy = false;
    s->media->look_ms = 0;
}

/* The network's words for the log; no secret and no number in them. */
static void end(struct fetch *f, enum file_state state, const char *reason) {
    struct str why = descriptor_redact(&f->carrier->gw, str_from(reason), &f->a);
    log_event(LOG_LVL_WARN, "media.refused", "file=%lld channel=%.*s why=\"%.*s\"",
              (long long)f->file.id, STR_ARG(f->file.channel), STR_ARG(why));
    over(f, files_end(f->s->db, f->file.id, state, why));
}

static void later(struct fetch *f, int64_t wait_ms, const char *reason) {
    if (f->file.tries >= TRIES) {
        end(f, FILE_GONE, reason);
        return;
    }
    int64_t pause = deliver_backoff(FIRST_WAIT_MS, f->file.tries);
    struct str why = descriptor_redact(&f->carrier->gw, str_from(reason), &f->a);
    log_event(LOG_LVL_WARN, "media.later", "file=%lld channel=%.*s tries=%d why=\"%.*s\"",
              (long long)f->file.id, STR_ARG(f->file.channel), f->file.tries, STR_ARG(why));
    over(f, files_later(f->s->db, f->file.id,
                        service_now(f->s) + (wait_ms > pause ? wait_ms : pause), why));
}

static void keep(struct fetch *f, struct str bytes) {
    const char *type = filetype_of(bytes);
    if (!type) {
        end(f, FILE_REFUSED, "of a kind that is not taken");
        return;
    }
    log_event(LOG_LVL_INFO, "media.kept", "file=%lld channel=%.*s type=%s bytes=%zu",
              (long long)f->file.id, STR_ARG(f->file.channel), type, bytes.n);
    over(f, files_keep(f->s->db, f->file.id, str_from(type), bytes));
}

/* ------------------------------------------------------------------ the way there */

static void fetched(const struct gw_answer *answer, void *ctx);

static void fetch(struct fetch *f, struct gw_call *call, bool allow_private) {
    call->answer_max = (size_t)f->s->config->files.megabytes << 20;
    http_start(f->s->http, call, FETCH_TIMEOUT_MS, allow_private, fetched, f);
}

/* Networks move files to other hosts; what stands in our headers stays behind, and a foreign
 * address never leads into the house. */
static void redirected(struct fetch *f, const struct gw_answer *answer) {
    struct str to = gw_header_get(answer->header, answer->headers, "Location");
    if (f->redirects++ >= REDIRECTS || !str_starts(to, STR("https://"))) {
        end(f, FILE_GONE, "the file moved to an address that is not followed");
        return;
    }
    struct gw_call call = {
        .method = STR("GET"), .url = arena_str(&f->a, to), .idempotent = true};
    fetch(f, &call, false);
}

static void fetched(const struct gw_answer *answer, void *ctx) {
    struct fetch *f = ctx;
    int status = answer->status;
    if (!status && str_find(answer->error, STR("answer too long"), 0) != SIZE_MAX) {
        end(f, FILE_REFUSED, "too big");
    } else if (!status) {
        later(f, 0, arena_cstr(&f->a, answer->error));
    } else if (status / 100 == 2) {
        keep(f, answer->body);
    } else if (status / 100 == 3) {
        redirected(f, answer);
    } else if (status == 401 || status == 429 || status >= 500) {
        later(f, gw_retry_after(answer, service_now(f->s)),
              arena_printf(&f->a, "HTTP %d", status).p);
    } else {
        end(f, FILE_GONE, arena_printf(&f->a, "HTTP %d", status).p);
    }
}

/* answer NULL: there was nothing to ask first. */
static void find(struct fetch *f, const struct gw_answer *answer) {
    const struct gw_channel *ch = &f->carrier->gw;
    struct gw_call call;
    struct err err = {0};
    enum rc rc = ch->kind->file_parse
                     ? ch->kind->file_parse(ch, f->file.source, answer, &f->a, &call, &err)
                     : NONE;
    bool ours = rc == OK;
    if (rc == NONE) {
        rc = gw_plain_file(f->file.source, &f->a, &call);
    }
    if (rc == OK) {
        fetch(f, &call, ours && ch->allow_private);
    } else if (rc == E_BUSY) {
        later(f, answer ? gw_retry_after(answer, service_now(f->s)) : 0, err.text);
    } else {
        end(f, FILE_GONE, err.text[0] ? err.text : "not a file of this channel");
    }
}

static void located(const struct gw_answer *answer, void *ctx) {
    find(ctx, answer);
}

/* The copy lives as long as the fetch. */
static void begin(struct service *s, struct fetch *f, const struct file_row *row) {
    struct gw_call call;
    int64_t today = 0;
    arena_init(&f->a);
    f->s = s;
    f->busy = true;
    f->redirects = 0;
    f->file = *row;
    f->file.channel = arena_str(&f->a, row->channel);
    f->file.source = arena_str(&f->a, row->source);
    f->carrier = carrier_find(s, f->file.channel);
    if (!f->carrier) { /* taken out of the configuration meanwhile */
        over(f, files_end(s->db, row->id, FILE_GONE, STR("its channel is gone")));
        return;
    }
    enum rc rc = files_count(s->db, row->contact_id, service_now(s) - MS_DAY, &today);
    if (rc == OK && today >= s->config->files.daily) {
        end(f, FILE_REFUSED, "too many files in a day");
        return;
    }
    const struct gw_channel *ch = &f->carrier->gw;
    if (ch->kind->file_call && ch->kind->file_call(ch, f->file.source, &f->a, &call) == OK) {
        http_start(s->http, &call, 0, ch->allow_private, located, f);
        return;
    }
    find(f, NULL);
}

int media_round(struct service *s) {
    struct media *m = s->media;
    size_t room = AT_ONCE - media_in_flight(s), n = 0, used = 0;
    int64_t now = service_now(s);
    struct file_row *list;
    struct arena a;
    if (!room || now < m->look_ms) {
        return 0;
    }
    arena_init(&a);
    enum rc rc = files_claim(s->db, (int)room, HOLD_MS, now, &a, &list, &n);
    if (rc == OK && !n && files_next_ms(s->db, &m->look_ms) != OK) {
        m->look_ms = INT64_MAX;
    }
    for (int i = 0; rc == OK && i < AT_ONCE && used < n; i++) {
        if (!m->slot[i].busy) {
            begin(s, &m->slot[i], &list[used++]);
        }
    }
    arena_done(&a);
    return rc == OK ? (int)n : (int)rc;
}

int64_t media_next_ms(struct service *s) {
    return media_in_flight(s) == AT_ONCE ? INT64_MAX : s->media->look_ms;
}

enum rc media_forget(struct service *s) {
    int64_t n = 0;
    s->media->look_ms = 0; /* where several processes share the store */
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(s->db, files_forget(s->db, service_now(s) - s->config->files.keep_ms,
                                         FORGET_MAX, &n));
    }
    if (rc == OK && n > 0) {
        log_event(LOG_LVL_INFO, "media.forgotten", "n=%lld", (long long)n);
    }
    return rc;
}
