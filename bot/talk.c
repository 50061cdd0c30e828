/* talk.c - reads transcripts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/talk.h"

#include <string.h>

#include "base/text.h"
#include "base/yaml.h"

static const struct {
    const char *mark;
    enum talk_kind kind;
} MARKS[] = {{"===", TALK_TITLE},      {">>", TALK_PRESS},        {">", TALK_SAY},
             {"<", TALK_TEXT},         {"! case", TALK_CASE},     {"! set", TALK_SET},
             {"! act", TALK_ACT},      {"! record", TALK_RECORD}, {"! call", TALK_CALL},
             {"! start", TALK_STARTS}, {"wait", TALK_WAIT},       {"event", TALK_EVENT},
             {"start", TALK_START},    {"given", TALK_GIVEN},     {"closed", TALK_CLOSED},
             {"link", TALK_LINK},      {"photo", TALK_ATTACH}};

struct reading {
    struct str file;
    struct arena *a;
    struct talk_line *line;
    size_t lines;
    struct err *err;
};

static enum rc wrong(struct reading *r, int line, const char *what, const char *hint) {
    enum rc rc = err_at(r->err, E_INVALID, arena_cstr(r->a, r->file), line, 1, "%s", what);
    err_hint(r->err, "%s", hint);
    return rc;
}

static void add(struct reading *r, struct talk_line line) {
    if ((r->lines & (r->lines - 1)) == 0) {
        struct talk_line *more =
            ARENA_ARRAY(r->a, struct talk_line, r->lines ? r->lines * 2 : 1);
        if (r->lines) {
            memcpy(more, r->line, r->lines * sizeof *more);
        }
        r->line = more;
    }
    r->line[r->lines++] = line;
}

/* "meetup.invited {title: x}" and "acts.rsvp: {state: x}": a name, then YAML. */
static enum rc split_with(struct reading *r, struct talk_line *l) {
    size_t end = 0;
    while (end < l->text.n && l->text.p[end] != ' ' && l->text.p[end] != ':') {
        end++;
    }
    struct str name = str_sub(l->text, 0, end), yaml = str_sub(l->text, end, l->text.n);
    if (yaml.n && yaml.p[0] == ':') {
        yaml = str_sub(yaml, 1, yaml.n);
    }
    yaml = str_trim(yaml);
    l->text = name;
    l->with = NULL;
    if (!name.n) {
        return wrong(r, l->line, "a name is missing", "event NAME {key: value}");
    }
    if (yaml.n && yaml_parse(arena_cstr(r->a, r->file), yaml, r->a, &l->with, r->err) != OK) {
        if (r->err) {
            r->err->line = l->line; /* the value is on one line */
        }
        return E_INVALID;
    }
    return OK;
}

static enum rc continuation(struct reading *r, struct str text, int line) {
    if (!r->lines || r->line[r->lines - 1].kind != TALK_TEXT) {
        return wrong(r, line, "'|' goes on with a message of the bot",
                     "write it after a line that begins with <");
    }
    struct talk_line *last = &r->line[r->lines - 1];
    last->text = arena_printf(r->a, "%.*s\n%.*s", STR_ARG(last->text), STR_ARG(text));
    return OK;
}

static struct str after(struct str s, size_t n) {
    s = str_sub(s, n, s.n);
    return s.n && s.p[0] == ' ' ? str_sub(s, 1, s.n) : s;
}

static enum rc one_line(struct reading *r, struct str s, int line) {
    if (s.n == 0 || s.p[0] == '#') {
        add(r, (struct talk_line){.kind = TALK_REMARK, .source = s, .line = line});
        return OK;
    }
    if (s.p[0] == '|') {
        return continuation(r, after(s, 1), line);
    }
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++) {
        struct str mark = str_from(MARKS[i].mark);
        if (!str_starts(s, mark) || (i >= 4 && s.n > mark.n && s.p[mark.n] != ' ')) {
            continue;
        }
        struct talk_line l = {MARKS[i].kind, s, after(s, mark.n), NULL, line};
        bool with = l.kind == TALK_EVENT || l.kind == TALK_START || l.kind == TALK_GIVEN;
        enum rc rc = with ? split_with(r, &l) : OK;
        if (l.kind == TALK_WAIT && player_duration(l.text) < 0) {
            return wrong(r, line, "this is not a length of time", "wait 2 days");
        }
        add(r, l);
        return rc;
    }
    return wrong(r, line, "this line is not part of a transcript",
                 "> person, < bot, ! case, wait 2 days, event NAME {...}, # remark");
}

/* Everything before the line "---" is YAML. */
static enum rc front_matter(struct reading *r, struct str *text, const struct val **ret,
                            int *ret_lines) {
    size_t at = str_starts(*text, STR("---\n")) ? 0 : str_find(*text, STR("\n---\n"), 0);
    *ret = NULL;
    *ret_lines = 0;
    if (at == SIZE_MAX) {
        return OK;
    }
    size_t end = at ? at + 1 : 0;
    struct str head = str_sub(*text, 0, end);
    *text = str_sub(*text, end + 4, text->n);
    for (size_t i = 0; i < head.n; i++) {
        *ret_lines += head.p[i] == '\n';
    }
    *ret_lines += 1;
    const struct val *doc = NULL;
    if (str_trim(head).n &&
        yaml_parse(arena_cstr(r->a, r->file), head, r->a, &doc, r->err) != OK) {
        return E_INVALID;
    }
    *ret = val_get(doc, "given");
    return OK;
}

enum rc talk_parse(struct str file, struct str text, struct arena *a, struct talk *ret,
                   struct err *err) {
    struct reading r = {.file = file, .a = a, .err = err};
    struct str s;
    int line;
    if (text.n > TALK_SIZE_MAX || !text_is_utf8(text)) {
        return wrong(&r, 1, "a transcript is UTF-8 text of at most 256 KB",
                     "cut it in several files");
    }
    struct str whole = text;
    enum rc rc = front_matter(&r, &text, &ret->given, &line);
    ret->head = str_sub(whole, 0, whole.n - text.n);
    if (str_ends(text, STR("\n"))) {
        text.n--;
    }
    while (rc == OK && str_next(&text, '\n', &s)) {
        if (s.n && s.p[s.n - 1] == '\r') {
            s.n--;
        }
        rc = one_line(&r, s, ++line);
    }
    ret->file = file;
    ret->line = r.line;
    ret->lines = r.lines;
    return rc;
}
