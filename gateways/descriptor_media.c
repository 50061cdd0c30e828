/* descriptor_media.c - files that came: where a provider keeps them, and how it wants to be
 * asked.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor_priv.h"

/* media:
 *   when: "file matches '^wa-file:'"      which attachments; the others are plain addresses
 *   locate: {url: ..., headers: ...}      a first call, when the file has only a name
 *   fetch: {url: "{json.url}", ...}       the call for the bytes; sees the answer of `locate`
 * `file` is the attachment without its type. A header goes only where `when` let it: an address
 * that somebody wrote into a message never gets our credentials. */

enum rc load_media(struct loader *l, const struct val *v) {
    static const char *const known[] = {"when", "locate", "fetch", NULL};
    if (!v) {
        return OK;
    }
    struct dmedia *m = ARENA_NEW(l->a, struct dmedia);
    struct dcall *fetch = ARENA_NEW(l->a, struct dcall);
    l->context = CTX_MEDIA;
    if (load_keys(l, v, "'media'", known) < 0 || load_expr(l, v, "when", &m->when) < 0) {
        return E_INVALID;
    }
    if (val_get(v, "locate")) {
        struct dcall *locate = ARENA_NEW(l->a, struct dcall);
        if (load_call(l, val_get(v, "locate"), CALL_FILE, locate) < 0) {
            return E_INVALID;
        }
        m->locate = locate;
        l->context |= CTX_RESULT;
    }
    if (!val_get(v, "fetch")) {
        return load_err(l, v, "'media' needs 'fetch': the call for the bytes");
    }
    if (load_call(l, val_get(v, "fetch"), CALL_FILE, fetch) < 0) {
        return E_INVALID;
    }
    m->fetch = fetch;
    l->d->media = m;
    return OK;
}

/* The file's variables are set; false when the descriptor does not speak of it. */
static bool begin(struct drun *run, const struct gw_channel *ch, struct str attachment,
                  struct arena *a) {
    drun_init(run, ch, a, 0);
    run->file = gw_attachment_address(attachment);
    return run->file.n && drun_when(run, run->d->media->when);
}

enum rc descriptor_file_call(const struct gw_channel *ch, struct str attachment,
                             struct arena *a, struct gw_call *ret) {
    struct drun run;
    if (!begin(&run, ch, attachment, a) || !run.d->media->locate) {
        return NONE;
    }
    drun_call(&run, run.d->media->locate, 0, ret);
    ret->idempotent = true;
    return OK;
}

static enum rc located(const struct gw_answer *answer, struct err *err) {
    int status = answer->status;
    if (!status) {
        return err_set(err, E_BUSY, "the file: %.*s", STR_ARG(answer->error));
    }
    if (status / 100 == 2) {
        return OK;
    }
    bool later = status >= 500 || status == 429 || status == 401;
    return err_set(err, later ? E_BUSY : E_INVALID, "the file: HTTP %d", status);
}

enum rc descriptor_file_parse(const struct gw_channel *ch, struct str attachment,
                              const struct gw_answer *answer, struct arena *a,
                              struct gw_call *ret, struct err *err) {
    struct drun run;
    if (!begin(&run, ch, attachment, a)) {
        return NONE;
    }
    enum rc rc = answer ? located(answer, err) : OK;
    if (rc != OK) {
        return rc;
    }
    drun_answer(&run, answer);
    drun_call(&run, run.d->media->fetch, 0, ret);
    ret->idempotent = true;
    if (!str_starts(ret->url, STR("https://")) && !str_starts(ret->url, STR("http://"))) {
        return err_set(err, E_INVALID, "the provider gives no address for the file");
    }
    return OK;
}
