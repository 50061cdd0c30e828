/* page_layout.c - what all pages of the console share: frame, navigation, messages, small
 * pieces. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/pages_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/log.h"
#include "db/audit.h"
#include "jobs/service.h"
#include "jobs/spoken.h"
#include "web/asset.h"
#include "web/server.h"

#define FLASH_COOKIE "rebond-dit"

void page_answer(struct page *p, int status, struct str location, struct str cookie,
                 struct str body) {
    struct web_header h[4];
    size_t n = 0;
    if (p->answered) {
        log_event(LOG_LVL_ERROR, "page.twice", "path=\"%.*s\"", STR_ARG(p->r->path));
        return;
    }
    if (location.n) {
        h[n++] = (struct web_header){STR("location"), location};
    }
    if (cookie.n) {
        h[n++] = (struct web_header){STR("set-cookie"), cookie};
    }
    if (body.n && request_cookie(p->r, FLASH_COOKIE).n) {
        h[n++] = (struct web_header){
            STR("set-cookie"),
            STR(FLASH_COOKIE "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")};
    }
    struct web_answer a = {.status = status,
                           .content_type = body.n ? STR("text/html; charset=utf-8") : STR_EMPTY,
                           .header = h,
                           .headers = n,
                           .body = body};
    server_answer(p->r->server, p->r->id, &a);
    p->answered = true;
}

static void put_head(struct page *p, const char *title) {
    struct html *h = &p->h;
    html_doctype(h);
    html_open(h, "html", "lang", "fr", NULL);
    html_open(h, "head", NULL);
    html_open(h, "meta", "charset", "utf-8", NULL);
    html_open(h, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1",
              NULL);
    html_open(h, "title", NULL);
    html_printf(h, "%s - Rebond", title);
    html_close(h);
    html_open(h, "link", "rel", "icon", "type", "image/svg+xml", NULL);
    html_url(h, "href", asset_url("logo.svg"));
    html_open(h, "link", "rel", "stylesheet", NULL);
    html_url(h, "href", asset_url("style.css"));
    html_open(h, "script", "defer", "", NULL);
    html_url(h, "src", asset_url("console.js"));
    html_close(h);
    html_close(h);
}

static void put_nav(struct page *p) {
    static const struct {
        const char *path, *label;
        unsigned roles;
    } items[] = {{"/", "Aujourd'hui", GUARD_ALL},
                 {"/conversations", "Conversations", GUARD_PEOPLE},
                 {"/personnes", "Personnes", GUARD_PEOPLE},
                 {"/diffusions", "Diffusions", GUARD_PEOPLE},
                 {"/votes", "Votes", GUARD_PEOPLE}};
    struct html *h = &p->h;
    html_open(h, "nav", "aria-label", "Principale", NULL);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct str path = str_from(items[i].path);
        bool here = path.n > 1 ? str_starts(p->r->path, path) : str_eq(p->r->path, path);
        if (!guard_may(&p->user, items[i].roles)) {
            continue;
        }
        html_open(h, "li", NULL);
        html_open(h, "a", here ? "aria-current" : NULL, "page", NULL);
        html_url(h, "href", path);
        html_puts(h, items[i].label);
        html_close(h);
        html_close(h);
    }
    if (p->config->demo) {
        html_open(h, "li", NULL);
        html_open(h, "a", "href", "/sim", NULL);
        html_puts(h, "Simulateur");
        html_close(h);
        html_close(h);
    }
    html_close(h);
    html_close(h);
}

static void put_top(struct page *p) {
    struct html *h = &p->h;
    html_open(h, "header", "class", "top", NULL);
    html_open(h, "div", NULL);
    html_open(h, "a", "class", "brand", "href", "/", NULL);
    html_open(h, "img", "alt", "", "width", "28", "height", "28", NULL);
    html_url(h, "src", asset_url("logo.svg"));
    html_puts(h, "Rebond");
    html_close(h);
    if (p->logged_in) {
        put_nav(p);
        html_open(h, "div", "class", "who", NULL);
        html_put(h, "span", NULL, p->user.staff.name);
        page_button(p, "/deconnexion", NULL, "Se déconnecter");
        html_close(h);
    }
    html_close(h);
    if (!p->config->production) {
        html_open(h, "p", "class", "test-mode", NULL);
        html_puts_in(h, "strong", NULL, "Mode d'essai :");
        html_puts(h, " aucun message ne part réellement.");
        html_close(h);
    }
    html_close(h);
}

static void put_flash(struct page *p) {
    struct str coded = request_cookie(p->r, FLASH_COOKIE), text;
    if (!coded.n || coded.n > 600 || digest_unbase64(coded, p->a, &text) != OK) {
        return;
    }
    html_open(&p->h, "p", "class", "notice good", "role", "status", NULL);
    html_text(&p->h, text);
    html_close(&p->h);
}

void page_begin(struct page *p, const char *title) {
    struct html *h = &p->h;
    put_head(p, title);
    html_open(h, "body", NULL);
    html_open(h, "a", "class", "skip", "href", "#contenu", NULL);
    html_puts(h, "Aller au contenu");
    html_close(h);
    put_top(p);
    html_open(h, "main", "class", "page", "id", "contenu", "tabindex", "-1", NULL);
    put_flash(p);
    html_puts_in(h, "h1", NULL, title);
}

static void close_all(struct page *p, int status) {
    struct html *h = &p->h;
    html_close(h); /* main */
    html_open(h, "footer", "class", "foot", NULL);
    html_put(h, "p", NULL, p->config->org.name);
    html_close(h);
    html_close(h); /* body */
    html_close(h); /* html */
    struct str body = html_view(h);
    if (!body.p) {
        page_answer(p, 500, STR_EMPTY, STR_EMPTY, STR("Page trop longue."));
        return;
    }
    page_answer(p, status, STR_EMPTY, STR_EMPTY, body);
}

void page_end(struct page *p) {
    close_all(p, 200);
}

void page_redirect(struct page *p, struct str path, const char *flash) {
    struct str cookie = STR_EMPTY;
    if (flash[0]) {
        struct str coded = digest_base64url(flash, strlen(flash), p->a);
        cookie = arena_printf(
            p->a, FLASH_COOKIE "=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=60%s",
            STR_ARG(coded), p->r->secure ? "; Secure" : "");
    }
    page_answer(p, 303, path, cookie, STR_EMPTY);
}

void page_redirect_cookie(struct page *p, const char *path, struct str cookie) {
    page_answer(p, 303, str_from(path), cookie, STR_EMPTY);
}

void page_fail(struct page *p, int status, const char *text) {
    html_done(&p->h); /* what was written so far is not the page */
    html_init(&p->h);
    page_begin(p, status == 404 ? "Page introuvable" : "Ce n'est pas possible");
    html_open(&p->h, "p", "class", "notice bad", NULL);
    html_puts(&p->h, text);
    html_close(&p->h);
    html_open(&p->h, "p", NULL);
    html_open(&p->h, "a", "href", "/", NULL);
    html_puts(&p->h, "Retour à l'accueil");
    html_close(&p->h);
    html_close(&p->h);
    close_all(p, status);
}

void page_fail_rc(struct page *p, enum rc rc) {
    switch (rc) {
    case NONE:
    case E_INVALID:
        page_fail(p, 404, "Cela n'existe pas, ou n'existe plus.");
        return;
    case E_DENIED:
        page_fail(p, 403, "Votre rôle ne le permet pas.");
        return;
    case E_STATE:
    case E_CONFLICT:
        page_fail(p, 409,
                  "Quelqu'un d'autre vient d'agir. Rechargez la page pour voir où on en est.");
        return;
    default:
        log_event(LOG_LVL_ERROR, "page.failed", "path=\"%.*s\" rc=%s", STR_ARG(p->r->path),
                  rc_name(rc));
        if (rc == E_IO && str_is(p->r->method, "POST")) { /* the commit may have happened */
            page_fail(p, 503,
                      "La base de données n'a pas répondu. Revenez à la page précédente et "
                      "regardez si c'est fait avant de recommencer.");
            return;
        }
        page_fail(p, 503,
                  "La base de données n'a pas répondu. Rien n'a été changé : réessayez.");
    }
}

void page_form(struct page *p, const char *action) {
    html_open(&p->h, "form", "method", "post", "action", action, NULL);
    html_open(&p->h, "input", "type", "hidden", "name", "csrf", NULL);
    html_attr(&p->h, "value", p->user.csrf);
}

void page_button(struct page *p, const char *action, const char *cls, const char *label) {
    page_form(p, action);
    html_open(&p->h, "button", "type", "submit", cls ? "class" : NULL, cls, NULL);
    html_puts(&p->h, label);
    html_close(&p->h);
    html_close(&p->h);
}

const char *page_path(struct page *p, const char *fmt, int64_t id) {
    struct str f = str_from(fmt);
    size_t at = str_find_char(f, '#', 0);
    at = at == SIZE_MAX ? f.n : at;
    return arena_printf(p->a, "%.*s%lld%.*s", STR_ARG(str_sub(f, 0, at)), (long long)id,
                        STR_ARG(str_sub(f, at + 1, f.n)))
        .p;
}

void page_time(struct page *p, int64_t ms) {
    struct date d;
    struct tod t;
    zone_to_civil(p->config->org.tz, ms, &d, &t);
    html_open(&p->h, "time", NULL);
    html_attr(&p->h, "datetime",
              arena_printf(p->a, "%04d-%02d-%02dT%02d:%02d", d.year, d.month, d.day, t.hour,
                           t.minute));
    html_text(&p->h, spoken_moment(ms, p->config->org.tz, p->now_ms, STR("fr"), p->a));
    html_close(&p->h);
}

void page_age(struct page *p, int64_t since_ms) {
    html_text(&p->h, spoken_age(p->now_ms - since_ms, p->a));
}

struct str page_person(struct page *p, struct str first_name, struct str last_name) {
    if (!first_name.n && !last_name.n) {
        return STR("Personne sans nom");
    }
    return arena_printf(p->a, "%.*s%s%.*s", STR_ARG(first_name),
                        first_name.n && last_name.n ? " " : "", STR_ARG(last_name));
}

void page_wake(struct page *p) {
    if (p->service) {
        service_wake(p->service);
    }
}

enum rc page_audit(struct page *p, const char *verb, const char *object, int64_t id) {
    struct audit line = {.staff_id = p->user.staff.id,
                         .verb = str_from(verb),
                         .object = str_from(object),
                         .object_id = id};
    return audit_put(p->db, &line, p->now_ms);
}
