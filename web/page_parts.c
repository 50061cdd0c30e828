/* page_parts.c - pieces that several pages of the console put together: fields, tables, counts.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/page_parts.h"

#include "base/zone.h"
#include "gateways/sms_text.h"
#include "jobs/channel_limits.h"

int64_t part_midnight(const struct page *p) {
    struct date today;
    struct tod now;
    zone_to_civil(p->config->org.tz, p->now_ms, &today, &now);
    return zone_to_utc(p->config->org.tz, today, (struct tod){0, 0, 0, 0});
}

void part_label(struct page *p, const char *id, const char *label, const char *hint) {
    html_open(&p->h, "label", "for", id, NULL);
    html_puts(&p->h, label);
    if (hint) {
        html_puts_in(&p->h, "span", "hint", hint);
    }
    html_close(&p->h);
}

void part_problem(struct page *p, const char *id, const char *text) {
    if (text) {
        html_open(&p->h, "p", "class", "field-error", "id", id, NULL);
        html_puts(&p->h, text);
        html_close(&p->h);
    }
}

void part_wrong(struct page *p, const char *id, const char *problem) {
    if (problem) {
        html_attr(&p->h, "aria-invalid", STR("true"));
        html_attr(&p->h, "aria-describedby", str_from(id));
    }
}

void part_table_begin(struct page *p, const char *label) {
    html_open(&p->h, "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label",
              label, NULL);
    html_open(&p->h, "table", NULL);
}

void part_table_heads(struct page *p, const char *const *head, size_t n) {
    struct html *h = &p->h;
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "th", "scope", "col", NULL);
        html_puts(h, head[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_open(h, "tbody", NULL);
}

void part_table(struct page *p, const char *label, const char *const *head, size_t n) {
    part_table_begin(p, label);
    part_table_heads(p, head, n);
}

void part_table_end(struct page *p) {
    html_close(&p->h);
    html_close(&p->h);
    html_close(&p->h);
}

void part_number(struct page *p, int64_t n, const char *label) {
    html_open(&p->h, "li", NULL);
    html_open(&p->h, "strong", NULL);
    html_printf(&p->h, "%lld", (long long)n);
    html_close(&p->h);
    html_puts(&p->h, label);
    html_close(&p->h);
}

/* One letter outside the GSM alphabet more than doubles the price: say which, and what would
 * not. */
static void put_alien(struct page *p, struct str text) {
    struct sms_alien alien;
    struct html *h = &p->h;
    if (sms_aliens(text, p->a, &alien, 1) == 0) {
        return;
    }
    html_printf(h, " Le caractère « %.*s » raccourcit chaque SMS à 70 signes.",
                STR_ARG(alien.character));
    struct sms_count plain = sms_count(sms_policy_apply(text, SMS_GSM, p->a));
    if (alien.replacement.n && !plain.ucs2) {
        html_printf(h, " Avec « %.*s » à la place : %d SMS par personne.",
                    STR_ARG(alien.replacement), plain.segments);
    }
}

void part_cost(struct page *p, struct str text, int64_t people) {
    struct html *h = &p->h;
    struct sms_count c = sms_count(text);
    html_open(h, "p", NULL);
    html_printf(h, "%d SMS par personne, soit %lld SMS au plus.", c.segments,
                (long long)c.segments * (long long)people);
    if (c.ucs2) {
        put_alien(p, text);
    }
    for (size_t i = 0; i < p->config->channels; i++) {
        struct channel_limits l;
        struct str name = p->config->channel[i].name;
        channel_limits(&p->config->channel[i], &l);
        if (l.price_micro) {
            int64_t cents = channel_cents(&l, c.segments * people);
            html_printf(h, " Environ %lld,%02lld € sur le canal %.*s%s.",
                        (long long)(cents / 100), (long long)(cents % 100), STR_ARG(name),
                        l.price_is_public ? " (prix public)" : "");
        }
        if (l.sms && l.parts_max && c.segments > l.parts_max) {
            html_printf(h, " Trop long pour le canal %.*s : %d SMS au plus.", STR_ARG(name),
                        l.parts_max);
        }
    }
    html_close(h);
}
