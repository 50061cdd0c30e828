/* page_login.c - coming in and going out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/log.h"
#include "web/pages_priv.h"

static void put_field(struct page *p, const char *name, const char *label, const char *type,
                      const char *autocomplete, struct str value) {
    struct html *h = &p->h;
    html_open(h, "label", "for", name, NULL);
    html_puts(h, label);
    html_close(h);
    html_open(h, "input", "id", name, "name", name, "type", type, "autocomplete", autocomplete,
              "required", "", "maxlength", "200", NULL);
    html_attr(h, "value", value);
}

static void put_page(struct page *p, struct str login, struct str to, const char *problem) {
    struct html *h = &p->h;
    page_begin(p, "Connexion");
    html_open(h, "div", "class", "narrow", NULL);
    if (problem) {
        html_open(h, "p", "class", "notice bad", "role", "alert", NULL);
        html_puts(h, problem);
        html_close(h);
    }
    html_open(h, "form", "method", "post", "action", "/connexion", "class", "card", NULL);
    html_open(h, "input", "type", "hidden", "name", "vers", NULL);
    html_attr(h, "value", to);
    put_field(p, "identifiant", "Identifiant", "text", "username", login);
    put_field(p, "motdepasse", "Mot de passe", "password", "current-password", STR_EMPTY);
    html_open(h, "div", "class", "actions", NULL);
    html_open(h, "button", "type", "submit", "class", "main", NULL);
    html_puts(h, "Se connecter");
    html_close(h);
    html_close(h);
    html_close(h);
    if (p->config->demo) {
        html_open(h, "p", "class", "lead", NULL);
        html_puts(
            h, "Données inventées : identifiant « demo », mot de passe affiché au démarrage.");
        html_close(h);
    }
    html_close(h);
    page_end(p);
}

/* Only a path of ours: anything else could send people to another site after the login. */
static struct str safe_target(struct str to) {
    bool ours = to.n > 0 && to.n < 200 && to.p[0] == '/' &&
                !(to.n > 1 && (to.p[1] == '/' || to.p[1] == '\\'));
    for (size_t i = 0; i < to.n; i++) {
        ours = ours && (unsigned char)to.p[i] > 0x20 && (unsigned char)to.p[i] < 0x7f;
    }
    return ours ? to : STR("/");
}

static void show(struct page *p) {
    if (p->logged_in) {
        page_redirect(p, STR("/"), "");
        return;
    }
    put_page(p, STR_EMPTY, form_get(&p->query, "vers"), NULL);
}

static void enter(struct page *p) {
    struct err err = {0};
    struct str cookie, login = form_get(&p->form, "identifiant");
    struct str to = form_get(&p->form, "vers");
    enum rc rc =
        guard_login(p->db, &p->pages->throttle, p->r, login, form_get(&p->form, "motdepasse"),
                    p->now_ms, p->config->console.session_ms, p->a, &cookie, &err);
    if (rc == OK) {
        page_redirect_cookie(p, arena_cstr(p->a, safe_target(to)), cookie);
    } else if (rc == E_DENIED) {
        log_event(LOG_LVL_WARN, "login.refused", "ip=%.*s", STR_ARG(p->r->remote_ip));
        put_page(p, login, to, err.text);
    } else {
        page_fail_rc(p, rc);
    }
}

static void leave(struct page *p) {
    struct str cookie;
    enum rc rc = guard_logout(p->db, p->r, &p->user, p->a, &cookie);
    if (rc != OK) {
        page_fail_rc(p, rc);
        return;
    }
    page_redirect_cookie(p, "/connexion", cookie);
}

const struct page_kind PAGE_LOGIN[] = {{"GET", "/connexion", 0, show},
                                       {"POST", "/connexion", 0, enter},
                                       {"POST", "/deconnexion", GUARD_ALL, leave},
                                       {NULL, NULL, 0, NULL}};
