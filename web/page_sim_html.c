/* page_sim_html.c - the simulator's page as HTML: the desk, the clock, one phone to be cloned.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/asset.h"
#include "web/html.h"
#include "web/page_sim.h"

static void put_head(struct html *h) {
    html_doctype(h);
    html_open(h, "html", "lang", "fr", NULL);
    html_open(h, "head", NULL);
    html_open(h, "meta", "charset", "utf-8", NULL);
    html_open(h, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1",
              NULL);
    html_puts_in(h, "title", NULL, "Simulateur de téléphones - Rebond");
    html_open(h, "link", "rel", "icon", "type", "image/svg+xml", NULL);
    html_url(h, "href", asset_url("logo.svg"));
    html_open(h, "link", "rel", "stylesheet", NULL);
    html_url(h, "href", asset_url("style.css"));
    html_open(h, "link", "rel", "stylesheet", NULL);
    html_url(h, "href", asset_url("simulator.css"));
    html_open(h, "script", "defer", "", NULL);
    html_url(h, "src", asset_url("simulator.js"));
    html_close(h);
    html_close(h);
}

static void put_top(struct html *h) {
    html_open(h, "header", "class", "sim-top", NULL);
    html_open(h, "div", "class", "sim-brand", NULL);
    html_open(h, "img", "alt", "", "width", "36", "height", "36", NULL);
    html_url(h, "src", asset_url("logo.svg"));
    html_open(h, "h1", NULL);
    html_puts_in(h, "span", NULL, "Rebond");
    html_puts(h, " Simulateur de téléphones");
    html_close(h);
    html_close(h);
    html_open(h, "p", "class", "sim-banner", NULL);
    html_puts_in(h, "strong", NULL, "Rien n'est réellement envoyé.");
    html_puts(h, " Ces personnes et ces numéros sont inventés.");
    html_close(h);
    html_open(h, "p", "id", "link-state", "class", "sim-link", "role", "status", NULL);
    html_puts(h, "Connexion au service…");
    html_close(h);
    html_close(h);
}

static void put_clock_button(struct html *h, const char *id, const char *ms,
                             const char *label) {
    html_open(h, "button", "type", "button", "id", id, "disabled", "", NULL);
    if (ms) {
        html_attr(h, "data-ms", str_from(ms));
    }
    html_puts(h, label);
    html_close(h);
}

static void put_clock(struct html *h) {
    html_open(h, "section", "class", "sim-clock", "aria-labelledby", "clock-title", NULL);
    html_open(h, "div", "class", "sim-now", NULL);
    html_open(h, "h2", "id", "clock-title", NULL);
    html_puts(h, "Heure du service");
    html_close(h);
    html_open(h, "p", NULL);
    html_open(h, "span", "id", "clock-time", "class", "sim-time", NULL);
    html_puts(h, "--:--");
    html_close(h);
    html_open(h, "span", "id", "clock-day", "class", "sim-day", NULL);
    html_close(h);
    html_close(h);
    html_close(h);
    html_open(h, "div", "class", "sim-next", NULL);
    html_puts_in(h, "h3", NULL, "Prochain événement prévu");
    html_open(h, "p", "id", "clock-next", "role", "status", NULL);
    html_puts(h, "…");
    html_close(h);
    html_close(h);
    html_open(h, "div", "class", "sim-moves", "role", "group", "aria-label", "Avancer l'heure",
              NULL);
    put_clock_button(h, "move-hour", "3600000", "+ 1 heure");
    put_clock_button(h, "move-day", "86400000", "+ 1 jour");
    put_clock_button(h, "move-next", NULL, "Prochain événement");
    html_close(h);
    html_close(h);
}

static void put_composer(struct html *h) {
    html_open(h, "div", "class", "chips", "role", "group", "aria-label", "Réponses rapides",
              NULL);
    html_close(h);
    html_open(h, "form", "class", "composer", "autocomplete", "off", NULL);
    html_open(h, "label", NULL);
    html_puts_in(h, "span", "hidden-text", "Message");
    html_open(h, "input", "type", "text", "name", "text", "maxlength", "800", "placeholder",
              "Message", "enterkeyhint", "send", NULL);
    html_close(h);
    html_open(h, "button", "type", "submit", NULL);
    html_puts_in(h, "span", "hidden-text", "Envoyer");
    html_close(h);
    html_close(h);
}

/* Cloned by the script for each phone. */
static void put_template(struct html *h) {
    html_open(h, "template", "id", "phone", NULL);
    html_open(h, "article", "class", "device", NULL);
    html_open(h, "div", "class", "owner", NULL);
    html_open(h, "h2", "class", "owner-name", NULL);
    html_close(h);
    html_puts_in(h, "p", "owner-number", "");
    html_puts_in(h, "p", "owner-about", "");
    html_close(h);
    html_open(h, "div", "class", "shell", NULL);
    html_open(h, "div", "class", "screen", NULL);
    html_open(h, "div", "class", "bar", "aria-hidden", "true", NULL);
    html_puts_in(h, "span", "bar-time", "");
    html_puts_in(h, "span", "bar-hole", "");
    html_puts_in(h, "span", "bar-signs", "");
    html_close(h);
    html_open(h, "div", "class", "peer", NULL);
    html_open(h, "span", "class", "peer-face", "aria-hidden", "true", NULL);
    html_close(h);
    html_open(h, "p", NULL);
    html_puts_in(h, "span", "peer-name", "");
    html_puts_in(h, "span", "peer-kind", "");
    html_close(h);
    html_close(h);
    html_open(h, "div", "class", "thread", "tabindex", "0", "role", "log", NULL);
    html_open(h, "ol", "class", "messages", NULL);
    html_close(h);
    html_open(h, "p", "class", "typing", "hidden", "", NULL);
    html_puts_in(h, "span", "hidden-text", "Réponse en cours d'écriture");
    html_close(h);
    html_close(h);
    put_composer(h);
    html_close(h);
    html_close(h);
    html_close(h);
    html_close(h);
}

void page_sim_show(const struct web_request *r, void *ctx) {
    struct html h;
    (void)ctx;
    html_init(&h);
    put_head(&h);
    html_open(&h, "body", "class", "sim", NULL);
    html_open(&h, "a", "class", "skip", "href", "#telephones", NULL);
    html_puts(&h, "Aller aux téléphones");
    html_close(&h);
    put_top(&h);
    html_open(&h, "main", NULL);
    put_clock(&h);
    html_open(&h, "noscript", NULL);
    html_puts_in(&h, "p", "notice",
                 "Cette page a besoin de JavaScript : les téléphones y vivent.");
    html_close(&h);
    html_open(&h, "nav", "id", "tabs", "class", "sim-tabs", "aria-label",
              "Choisir un téléphone", NULL);
    html_close(&h);
    html_open(&h, "section", "id", "telephones", "class", "phones", "tabindex", "-1",
              "aria-label", "Téléphones inventés", NULL);
    html_close(&h);
    html_open(&h, "p", "id", "said", "class", "toast", "role", "alert", NULL);
    html_close(&h);
    html_close(&h);
    put_template(&h);
    html_close(&h);
    html_close(&h);
    struct web_answer a = {
        .status = 200, .content_type = STR("text/html; charset=utf-8"), .body = html_view(&h)};
    server_answer(r->server, r->id, &a);
    html_done(&h);
}
