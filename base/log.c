/* log.c - one line an event on standard error, with a net that masks phone numbers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX_BYTES 2048
#define MASK_DIGITS 7

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int threshold = LOG_LVL_INFO;
static void (*capture)(const char *line, void *ctx);
static void *capture_ctx;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *p) {
    size_t n = 0;
    while (is_digit(p[n])) {
        n++;
    }
    return n;
}

/* Bytes of the line's next digit run to hide, from p, or 0. The run is measured behind its '+'
 * or its leading 0; a + written for an address in a URL (%2B) counts too. */
static size_t to_mask(const char *p, char before) {
    if (p[0] == '+') {
        size_t n = digits_at(p + 1);
        return n >= MASK_DIGITS ? n + 1 : 0;
    }
    if (p[0] == '%' && p[1] == '2' && (p[2] == 'B' || p[2] == 'b')) {
        size_t n = digits_at(p + 3);
        return n >= MASK_DIGITS ? n + 3 : 0;
    }
    if (p[0] == '0' && !is_digit(before)) {
        size_t n = digits_at(p + 1);
        return n >= MASK_DIGITS ? n + 1 : 0;
    }
    return 0;
}

/* Masks numbers, and makes control characters visible so that one event stays one line. */
static void clean(const char *in, char *out, size_t cap) {
    size_t o = 0;
    char before = ' ';
    while (*in && o + 5 < cap) {
        size_t hide = to_mask(in, before);
        if (hide) {
            memcpy(out + o, *in == '0' ? "0***" : "+***", 4);
            o += 4;
            before = '9';
            in += hide;
            continue;
        }
        before = *in;
        unsigned char c = (unsigned char)*in++;
        out[o++] = c < 0x20 || c == 0x7F ? '?' : (char)c;
    }
    /* a cut line must still end on a whole character */
    while (*in && o > 0 && ((unsigned char)*in & 0xC0) == 0x80) {
        in--;
        o--;
    }
    out[o] = '\0';
}

static const char *level_name(enum log_level level) {
    switch (level) {
    case LOG_LVL_ERROR:
        return "ERROR";
    case LOG_LVL_WARN:
        return "WARN";
    case LOG_LVL_INFO:
        return "INFO";
    case LOG_LVL_DEBUG:
        return "DEBUG";
    }
    return "?";
}

static void prefix(char *out, size_t cap, enum log_level level) {
    if (getenv("JOURNAL_STREAM")) {
        snprintf(out, cap, "<%d>", (int)level);
        return;
    }
    struct clock c;
    clock_real(&c);
    int64_t ms = clock_now(&c);
    time_t sec = (time_t)(ms / MS_SECOND);
    struct tm tm;
    gmtime_r(&sec, &tm);
    snprintf(out, cap, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %s ", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms % MS_SECOND),
             level_name(level));
}

/* One write call a line: lines of several threads and processes do not mix. */
static void put_line(const char *head, const char *body) {
    char line[LINE_MAX_BYTES + 160];
    int n = snprintf(line, sizeof line, "%s%s\n", head, body);
    size_t left = n < 0 ? 0 : (size_t)n, at = 0;
    while (left > 0) {
        ssize_t w = write(STDERR_FILENO, line + at, left);
        if (w < 0 && errno == EINTR) {
            continue;
        }
        if (w <= 0) {
            return;
        }
        at += (size_t)w;
        left -= (size_t)w;
    }
}

static void emit(enum log_level level, const char *body) {
    char safe[LINE_MAX_BYTES], head[64];
    clean(body, safe, sizeof safe);
    pthread_mutex_lock(&lock);
    if (capture) {
        capture(safe, capture_ctx);
    } else {
        prefix(head, sizeof head, level);
        put_line(head, safe);
    }
    pthread_mutex_unlock(&lock);
}

/* Both raw buffers are longer than the line, so that the net sees a number before the cut does.
 */
static void PRINTF_LIKE(4, 0)
    compose(char *out, size_t cap, const char *event, const char *fmt, va_list ap) {
    int n = snprintf(out, cap, "%s%s", event, fmt && *fmt ? " " : "");
    if (fmt && n > 0 && (size_t)n < cap) {
        vsnprintf(out + n, cap - (size_t)n, fmt, ap);
    }
}

void log_event(enum log_level level, const char *event, const char *fmt, ...) {
    if ((int)level > threshold) {
        return;
    }
    char body[LINE_MAX_BYTES * 2];
    va_list ap;
    va_start(ap, fmt);
    compose(body, sizeof body, event, fmt, ap);
    va_end(ap);
    emit(level, body);
}

void log_err(const char *event, const struct err *e, const char *fmt, ...) {
    char body[LINE_MAX_BYTES * 2], text[1024];
    va_list ap;
    va_start(ap, fmt);
    compose(body, LINE_MAX_BYTES, event, fmt, ap);
    va_end(ap);
    if (e) {
        err_format(e, text, sizeof text);
        for (char *p = text; *p; p++) {
            *p = *p == '"' ? '\'' : *p;
        }
        size_t n = strlen(body);
        snprintf(body + n, sizeof body - n, " rc=%s err=\"%s\"", rc_name(e->rc), text);
    }
    emit(LOG_LVL_ERROR, body);
}

void log_set_level(enum log_level level) {
    threshold = (int)level;
}

void log_capture(void (*sink)(const char *line, void *ctx), void *ctx) {
    pthread_mutex_lock(&lock);
    capture = sink;
    capture_ctx = ctx;
    pthread_mutex_unlock(&lock);
}
