/* err.c - fills and prints the errors people read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut in the middle of a UTF-8 character would make the whole message invalid for its reader.
 */
static void end_on_character(char *s, size_t cap) {
    size_t n = strlen(s);
    if (n + 1 < cap) {
        return;
    }
    size_t start = n;
    while (start > 0 && ((unsigned char)s[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    unsigned char lead = (unsigned char)s[start - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (n - (start - 1) < want) {
        s[start - 1] = '\0';
    }
}

/* Through a copy, because callers wrap messages: err_set(e, rc, "in %s: %s", name, e->text). */
static void __attribute__((format(printf, 3, 0)))
fill(char *out, size_t cap, const char *fmt, va_list ap) {
    char tmp[sizeof(((struct err *)0)->text)];
    size_t n = cap < sizeof tmp ? cap : sizeof tmp;
    vsnprintf(tmp, n, fmt, ap);
    end_on_character(tmp, n);
    memcpy(out, tmp, strlen(tmp) + 1);
}

enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) {
    if (!e) {
        return rc;
    }
    va_list ap;
    va_start(ap, fmt);
    fill(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    e->rc = rc;
    e->file[0] = '\0';
    e->line = e->column = 0;
    e->hint[0] = '\0';
    return rc;
}

enum rc err_at(struct err *e, enum rc rc, const char *file, int line, int column,
               const char *fmt, ...) {
    if (!e) {
        return rc;
    }
    char name[sizeof e->file];
    snprintf(name, sizeof name, "%s", file ? file : "");
    end_on_character(name, sizeof name);
    va_list ap;
    va_start(ap, fmt);
    fill(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    memcpy(e->file, name, sizeof name);
    e->rc = rc;
    e->line = line;
    e->column = column;
    e->hint[0] = '\0';
    return rc;
}

void err_hint(struct err *e, const char *fmt, ...) {
    if (!e) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    fill(e->hint, sizeof e->hint, fmt, ap);
    va_end(ap);
}

const char *err_format(const struct err *e, char *out, size_t n) {
    char place[sizeof e->file + 32] = "";
    if (e->line > 0 && e->column > 0) {
        snprintf(place, sizeof place, "%s%s%d:%d: ", e->file, e->file[0] ? ":" : "", e->line,
                 e->column);
    } else if (e->line > 0) {
        snprintf(place, sizeof place, "%s%s%d: ", e->file, e->file[0] ? ":" : "", e->line);
    } else if (e->column > 0) {
        snprintf(place, sizeof place, "%s%scolumn %d: ", e->file, e->file[0] ? ": " : "",
                 e->column);
    } else if (e->file[0]) {
        snprintf(place, sizeof place, "%s: ", e->file);
    }
    if (n > 0) {
        snprintf(out, n, "%s%s%s%s%s", place, e->text, e->hint[0] ? " (" : "", e->hint,
                 e->hint[0] ? ")" : "");
        end_on_character(out, n);
    }
    return out;
}

const char *rc_name(enum rc rc) {
    switch (rc) {
    case OK:
        return "OK";
    case NONE:
        return "NONE";
    case E_INVALID:
        return "E_INVALID";
    case E_LIMIT:
        return "E_LIMIT";
    case E_IO:
        return "E_IO";
    case E_BUSY:
        return "E_BUSY";
    case E_CONFLICT:
        return "E_CONFLICT";
    case E_DENIED:
        return "E_DENIED";
    case E_STATE:
        return "E_STATE";
    case E_UNSUPPORTED:
        return "E_UNSUPPORTED";
    }
    return "E_?";
}
