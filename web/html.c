/* html.c - escapes by place, counts what is open, refuses what must not be. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void html_init(struct html *h) {
    memset(h, 0, sizeof *h);
    buf_init(&h->out, HTML_MAX);
}

void html_done(struct html *h) {
    buf_done(&h->out);
}

static void end_tag(struct html *h) {
    if (h->in_tag) {
        buf_putc(&h->out, '>');
        h->in_tag = false;
    }
}

struct str html_view(struct html *h) {
    assert(h->depth == 0);
    end_tag(h);
    return h->out.over ? STR_EMPTY : buf_view(&h->out);
}

void html_doctype(struct html *h) {
    buf_puts(&h->out, "<!doctype html>\n");
}

static bool is_name(const char *s) {
    for (const char *p = s; *p; p++) {
        if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') && *p != '-') {
            return false;
        }
    }
    return *s != '\0';
}

static bool is_void(const char *name) {
    static const char *const list[] = {"br", "hr", "img", "input", "link", "meta", "wbr"};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (strcmp(name, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *entity(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void escape(struct html *h, struct str s) {
    size_t from = 0, i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        const char *e = entity((char)c);
        if (c < 0x80 && !e && (c >= 0x20 || c == '\n' || c == '\t')) {
            i++;
            continue;
        }
        size_t next = i;
        uint32_t cp = c < 0x80 ? c : text_next(s, &next);
        bool good = c >= 0x80 && cp != 0xFFFD;
        if (good) {
            i = next;
            continue;
        }
        buf_add(&h->out, s.p + from, i - from);
        buf_puts(&h->out, e ? e : c == '\r' ? "" : "\xEF\xBF\xBD");
        i = c < 0x80 ? i + 1 : next;
        from = i;
    }
    if (s.n > from) {
        buf_add(&h->out, s.p + from, s.n - from);
    }
}

void html_open(struct html *h, const char *name, ...) {
    va_list ap;
    const char *attr;
    assert(is_name(name));
    end_tag(h);
    buf_putc(&h->out, '<');
    buf_puts(&h->out, name);
    h->in_tag = true;
    va_start(ap, name);
    while ((attr = va_arg(ap, const char *)) != NULL) {
        html_attr(h, attr, str_from(va_arg(ap, const char *)));
    }
    va_end(ap);
    if (!is_void(name)) {
        assert(h->depth < HTML_DEPTH);
        h->open[h->depth++] = name;
    }
}

void html_attr(struct html *h, const char *name, struct str value) {
    /* inline handlers and styles are refused by our own policy header anyway */
    assert(h->in_tag && is_name(name) && strncmp(name, "on", 2) != 0 &&
           strcmp(name, "style") != 0);
    buf_putc(&h->out, ' ');
    buf_puts(&h->out, name);
    buf_puts(&h->out, "=\"");
    escape(h, value);
    buf_putc(&h->out, '"');
}

void html_attr_int(struct html *h, const char *name, int64_t value) {
    char t[24];
    snprintf(t, sizeof t, "%lld", (long long)value);
    html_attr(h, name, str_from(t));
}

void html_flag(struct html *h, const char *name, bool on) {
    if (on) {
        assert(h->in_tag && is_name(name));
        buf_putc(&h->out, ' ');
        buf_puts(&h->out, name);
    }
}

static bool is_safe_url(struct str u) {
    static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:", "sms:"};
    if (u.n && u.p[0] == '/') {
        return !(u.n > 1 && (u.p[1] == '/' || u.p[1] == '\\'));
    }
    if (u.n && (u.p[0] == '#' || u.p[0] == '?')) {
        return true;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        struct str s = str_from(schemes[i]);
        if (str_eq_nocase(str_sub(u, 0, s.n), s)) {
            return true;
        }
    }
    return false;
}

void html_url(struct html *h, const char *name, struct str url) {
    html_attr(h, name, is_safe_url(url) ? url : STR("#"));
}

void html_close(struct html *h) {
    assert(h->depth > 0);
    end_tag(h);
    const char *name = h->open[--h->depth];
    buf_puts(&h->out, "</");
    buf_puts(&h->out, name);
    buf_putc(&h->out, '>');
    if (strcmp(name, "p") == 0 || strcmp(name, "div") == 0 || strcmp(name, "li") == 0 ||
        strcmp(name, "tr") == 0 || strcmp(name, "section") == 0) {
        buf_putc(&h->out, '\n');
    }
}

void html_text(struct html *h, struct str s) {
    const char *in = h->depth ? h->open[h->depth - 1] : "";
    assert(strcmp(in, "script") != 0 && strcmp(in, "style") != 0);
    end_tag(h);
    escape(h, s);
}

void html_puts(struct html *h, const char *s) {
    html_text(h, str_from(s));
}

void html_printf(struct html *h, const char *fmt, ...) {
    va_list ap;
    struct buf b;
    buf_init(&b, 65536);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    html_text(h, buf_view(&b));
    buf_done(&b);
}

void html_lines(struct html *h, struct str s) {
    struct str line;
    bool first = true;
    while (s.p && str_next(&s, '\n', &line)) {
        if (!first) {
            html_open(h, "br", NULL);
        }
        first = false;
        html_text(h, line);
    }
}

void html_put(struct html *h, const char *name, const char *cls, struct str text) {
    html_open(h, name, cls ? "class" : NULL, cls, NULL);
    html_text(h, text);
    html_close(h);
}

void html_puts_in(struct html *h, const char *name, const char *cls, const char *text) {
    html_put(h, name, cls, str_from(text));
}

struct str html_encode(struct str s, struct arena *a) {
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, 3 * s.n + 1), *p = out;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c && strchr("-._~", c))) {
            *p++ = (char)c;
        } else {
            *p++ = '%';
            *p++ = hex[c >> 4];
            *p++ = hex[c & 15];
        }
    }
    return (struct str){out, (size_t)(p - out)};
}
