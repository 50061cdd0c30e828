/* page_files.c - files that people sent: inside a conversation, and one by one for staff. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/page_files.h"

#include "base/filetype.h"
#include "db/sql.h"
#include "web/pages_priv.h"
#include "web/server.h"

static const char *kind_words(struct str type) {
    return str_starts(type, STR("image/"))   ? "Photo"
           : str_starts(type, STR("audio/")) ? "Message vocal"
           : str_starts(type, STR("video/")) ? "Vidéo"
           : str_is(type, "application/pdf") ? "Document PDF"
                                             : "Fichier";
}

static const char *state_words(const struct file_row *f) {
    switch (f->state) {
    case FILE_WAITING:
        return "Fichier reçu, en cours de récupération.";
    case FILE_REFUSED:
        return str_is(f->reason, "too big") ? "Fichier reçu, trop lourd : non gardé."
                                            : "Fichier reçu, non gardé.";
    default:
        return "Fichier reçu, qui n'est plus disponible.";
    }
}

static void put_kept(struct page *p, const struct file_row *f) {
    struct html *h = &p->h;
    struct str path = str_from(page_path(p, "/fichiers/#", f->id));
    bool picture = filetype_is_picture(f->type);
    int64_t kb = f->size / 1024 > 0 ? f->size / 1024 : 1;
    html_open(h, "a", "class", picture ? "file picture" : "file", NULL);
    html_url(h, "href", path);
    if (picture) {
        html_open(h, "img", "loading", "lazy", "alt", "Photo envoyée par la personne", NULL);
        html_url(h, "src", path);
    } else {
        html_printf(h, "%s, %lld Ko", kind_words(f->type), (long long)kb);
    }
    html_close(h);
}

bool page_files_put(struct page *p, const struct file_row *list, size_t n, int64_t inbox_id) {
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (list[i].inbox_id != inbox_id) {
            continue;
        }
        any = true;
        if (list[i].state == FILE_KEPT) {
            put_kept(p, &list[i]);
        } else {
            html_puts_in(&p->h, "span", "hint", state_words(&list[i]));
        }
    }
    return any;
}

/* ---- one file */

static enum rc read_one(struct page *p, struct file_row *f, struct str *bytes) {
    enum rc rc = sql_begin(p->db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = files_get(p->db, p->id, p->a, f, bytes);
    if (rc == OK) {
        rc = page_audit(p, "file.view", "file", p->id);
    }
    enum rc end = sql_end(p->db, rc);
    return rc == OK ? end : rc;
}

/* What came from outside must never run here: its type is ours, the browser may not guess
 * another, and were it a page all the same, it would have no origin and no script. */
static void show(struct page *p) {
    struct file_row f;
    struct str bytes;
    enum rc rc = read_one(p, &f, &bytes);
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    bool picture = filetype_is_picture(f.type);
    struct web_header h[] = {
        {STR("content-security-policy"),
         STR("default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; "
             "frame-ancestors 'none'")},
        {STR("content-disposition"), arena_printf(p->a, "%s; filename=\"fichier-%lld.%s\"",
                                                  picture ? "inline" : "attachment",
                                                  (long long)f.id, filetype_extension(f.type))},
        {STR("cache-control"), STR("private, no-store")}};
    struct web_answer a = {.status = 200,
                           .content_type = f.type,
                           .header = h,
                           .headers = sizeof h / sizeof *h,
                           .body = bytes};
    server_answer(p->r->server, p->r->id, &a);
    p->answered = true;
}

const struct page_kind PAGE_FILES[] = {{"GET", "/fichiers/#", GUARD_PEOPLE, show},
                                       {NULL, NULL, 0, NULL}};
