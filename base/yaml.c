/* yaml.c - YAML events to values that know their place (the only file that knows libyaml). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/text.h"

struct reader {
    yaml_parser_t parser;
    const char *file;
    struct str text;
    struct arena *a;
    struct err *err;
    int depth;
};

static enum rc fail(struct reader *r, enum rc rc, yaml_mark_t at, const char *what,
                    const char *hint) {
    err_at(r->err, rc, r->file, (int)at.line + 1, (int)at.column + 1, "%s", what);
    if (hint) {
        err_hint(r->err, "%s", hint);
    }
    return rc;
}

/* The reader knows the byte only; people need its line. */
static enum rc bad_bytes(struct reader *r) {
    const yaml_parser_t *p = &r->parser;
    struct str before = str_sub(r->text, 0, p->problem_offset), line;
    int number = 0;
    while (str_next(&before, '\n', &line)) {
        number++;
    }
    err_at(r->err, E_INVALID, r->file, number, (int)text_length(line) + 1,
           "not readable as UTF-8 text: %s", p->problem ? p->problem : "bad byte");
    return E_INVALID;
}

/* libyaml's words, at the place where the person has to look: for a quote that is never closed
 * that is where it opens, for everything else where reading stopped. */
static enum rc library_error(struct reader *r) {
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_READER_ERROR) {
        return bad_bytes(r);
    }
    const char *problem = p->problem ? p->problem : "not readable as YAML";
    bool open_quote = p->context && strstr(p->context, "quoted scalar");
    yaml_mark_t at = open_quote ? p->context_mark : p->problem_mark;
    err_at(r->err, E_INVALID, r->file, (int)at.line + 1, (int)at.column + 1, "%s%s%s", problem,
           p->context ? " " : "", p->context ? p->context : "");
    if (open_quote) {
        err_hint(r->err, "is a closing quote missing?");
    } else if (strstr(problem, "cannot start any token")) {
        err_hint(r->err, "put the text in quotes; indent with spaces, never tabs");
    } else if (strstr(problem, "mapping values are not allowed")) {
        err_hint(r->err, "a text that contains \": \" needs quotes");
    }
    return E_INVALID;
}

static enum rc next(struct reader *r, yaml_event_t *ev) {
    if (!yaml_parser_parse(&r->parser, ev)) {
        return library_error(r);
    }
    return OK;
}

static struct val *make(struct reader *r, enum val_type t, yaml_mark_t at) {
    struct val *v = ARENA_NEW(r->a, struct val);
    v->type = t;
    v->line = (int32_t)at.line + 1;
    v->column = (int32_t)at.column + 1;
    return v;
}

/* The text of a block scalar begins on the line after its | or >, behind the indentation. */
static void place_block(struct reader *r, struct val *v, yaml_mark_t start, yaml_mark_t end) {
    struct str rest = r->text, line;
    size_t number = 0;
    v->line = (int32_t)start.line + 2;
    v->column = 1;
    while (number <= end.line && str_next(&rest, '\n', &line)) {
        if (number > start.line && str_trim(line).n > 0) {
            size_t indent = 0;
            while (indent < line.n && line.p[indent] == ' ') {
                indent++;
            }
            v->column = (int32_t)indent + 1;
            return;
        }
        number++;
    }
}

static enum rc scalar(struct reader *r, const yaml_event_t *ev, const struct val **ret) {
    const char *p = (const char *)ev->data.scalar.value;
    size_t n = ev->data.scalar.length;
    yaml_scalar_style_t style = ev->data.scalar.style;
    if (n == 0 && style == YAML_PLAIN_SCALAR_STYLE) {
        *ret = make(r, VAL_NULL, ev->start_mark);
        return OK;
    }
    if (n && memchr(p, '\0', n)) {
        return fail(r, E_INVALID, ev->start_mark, "a text cannot contain the character NUL",
                    NULL);
    }
    struct val *v = make(r, VAL_TEXT, ev->start_mark);
    v->text = arena_str(r->a, (struct str){p, n});
    if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
        place_block(r, v, ev->start_mark, ev->end_mark);
    }
    *ret = v;
    return OK;
}

/* Anchors, tags and aliases would let one line of a file mean something far away. */
static enum rc refuse_extras(struct reader *r, const yaml_event_t *ev) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (ev->type) {
    case YAML_ALIAS_EVENT:
        return fail(r, E_INVALID, ev->start_mark, "aliases (*name) are not used here",
                    "write the text again, or put it in quotes if it begins with *");
    case YAML_SCALAR_EVENT:
        anchor = ev->data.scalar.anchor;
        tag = ev->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = ev->data.sequence_start.anchor;
        tag = ev->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = ev->data.mapping_start.anchor;
        tag = ev->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor) {
        return fail(r, E_INVALID, ev->start_mark, "anchors (&name) are not used here",
                    "put the text in quotes if it begins with &");
    }
    if (tag) {
        return fail(r, E_INVALID, ev->start_mark, "tags (!name) are not used here",
                    "put the text in quotes if it begins with !");
    }
    return OK;
}

static enum rc node(struct reader *r, const yaml_event_t *ev, const struct val **ret);

static enum rc deeper(struct reader *r, const yaml_event_t *ev) {
    if (++r->depth > YAML_DEPTH_MAX) {
        return fail(r, E_LIMIT, ev->start_mark, "nested too deep (64 levels at most)", NULL);
    }
    return OK;
}

static enum rc sequence(struct reader *r, const yaml_event_t *start, const struct val **ret) {
    struct val_builder *b = val_list_begin(r->a);
    enum rc rc = deeper(r, start);
    while (rc == OK) {
        yaml_event_t ev;
        const struct val *item = NULL;
        rc = next(r, &ev);
        if (rc != OK) {
            break;
        }
        bool end = ev.type == YAML_SEQUENCE_END_EVENT;
        rc = end ? OK : node(r, &ev, &item);
        yaml_event_delete(&ev);
        if (end) {
            struct val *v = make(r, VAL_LIST, start->start_mark);
            v->list = val_end(b)->list;
            *ret = v;
            r->depth--;
            return OK;
        }
        if (rc == OK) {
            val_push(b, item);
        }
    }
    return rc;
}

struct pairs {
    struct val_pair *p;
    size_t n, cap;
};

static void add_pair(struct pairs *m, struct val_pair pair) {
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->p = mem_realloc(m->p, m->cap * sizeof *m->p);
    }
    m->p[m->n++] = pair;
}

static enum rc read_key(struct reader *r, const yaml_event_t *ev, struct val_pair *ret) {
    enum rc rc = refuse_extras(r, ev);
    if (rc != OK) {
        return rc;
    }
    if (ev->type != YAML_SCALAR_EVENT) {
        return fail(r, E_INVALID, ev->start_mark, "a key must be a plain text", NULL);
    }
    const struct val *key;
    rc = scalar(r, ev, &key);
    if (rc != OK) {
        return rc;
    }
    ret->key = key->type == VAL_TEXT ? key->text : STR("");
    ret->line = key->line;
    ret->column = key->column;
    return OK;
}

/* One key with its value, or the end of the mapping. */
static enum rc read_pair(struct reader *r, struct pairs *m, bool *ret_end) {
    yaml_event_t ev;
    struct val_pair pair = {0};
    enum rc rc = next(r, &ev);
    if (rc != OK) {
        return rc;
    }
    *ret_end = ev.type == YAML_MAPPING_END_EVENT;
    rc = *ret_end ? OK : read_key(r, &ev, &pair);
    yaml_event_delete(&ev);
    if (rc != OK || *ret_end) {
        return rc;
    }
    rc = next(r, &ev);
    if (rc != OK) {
        return rc;
    }
    rc = node(r, &ev, &pair.val);
    yaml_event_delete(&ev);
    if (rc == OK) {
        add_pair(m, pair);
    }
    return rc;
}

/* libyaml lets a key come twice. A look-up finds the first one, so a pair it does not find is
 * the second; asked at the end, when the map has its index. */
static enum rc refuse_doubles(struct reader *r, const struct val *map) {
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        const struct val *first = val_get_str(map, p->key);
        if (first == p->val) {
            continue;
        }
        int32_t line = 0;
        for (size_t k = 0; k < i; k++) {
            line = map->map.pair[k].val == first ? map->map.pair[k].line : line;
        }
        return err_at(r->err, E_INVALID, r->file, p->line, p->column,
                      "'%.*s' is written twice (first on line %d)",
                      STR_ARG(text_cut(p->key, 60)), (int)line);
    }
    return OK;
}

static enum rc mapping(struct reader *r, const yaml_event_t *start, const struct val **ret) {
    struct pairs m = {0};
    bool end = false;
    enum rc rc = deeper(r, start);
    while (rc == OK && !end) {
        rc = read_pair(r, &m, &end);
    }
    if (rc == OK) {
        struct val *v = ARENA_NEW(r->a, struct val);
        *v = *val_map(r->a, m.p, m.n);
        v->line = (int32_t)start->start_mark.line + 1;
        v->column = (int32_t)start->start_mark.column + 1;
        r->depth--;
        rc = refuse_doubles(r, v);
        *ret = v;
    }
    free(m.p);
    return rc;
}

static enum rc node(struct reader *r, const yaml_event_t *ev, const struct val **ret) {
    enum rc rc = refuse_extras(r, ev);
    if (rc != OK) {
        return rc;
    }
    switch (ev->type) {
    case YAML_SCALAR_EVENT:
        return scalar(r, ev, ret);
    case YAML_SEQUENCE_START_EVENT:
        return sequence(r, ev, ret);
    case YAML_MAPPING_START_EVENT:
        return mapping(r, ev, ret);
    default:
        return fail(r, E_INVALID, ev->start_mark, "not readable as YAML", NULL);
    }
}

/* STREAM-START [DOCUMENT-START node DOCUMENT-END] STREAM-END and nothing else. */
static enum rc document(struct reader *r, const struct val **ret) {
    const struct val *root = NULL;
    for (;;) {
        yaml_event_t ev;
        enum rc rc = next(r, &ev);
        if (rc != OK) {
            return rc;
        }
        yaml_event_type_t type = ev.type;
        if (type == YAML_DOCUMENT_START_EVENT && root) {
            rc = fail(r, E_INVALID, ev.start_mark, "a second document begins here",
                      "one document a file; remove the line ---");
        } else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                   type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT) {
            rc = node(r, &ev, &root);
        }
        if (type == YAML_STREAM_END_EVENT && !root) {
            root = make(r, VAL_NULL, (yaml_mark_t){0});
        }
        yaml_event_delete(&ev);
        if (rc != OK) {
            return rc;
        }
        if (type == YAML_STREAM_END_EVENT) {
            *ret = root;
            return OK;
        }
    }
}

enum rc yaml_parse(const char *file, struct str text, struct arena *a, const struct val **ret,
                   struct err *err) {
    if (text.n > YAML_SIZE_MAX) {
        return err_at(err, E_LIMIT, file, 0, 0, "longer than %d bytes", YAML_SIZE_MAX);
    }
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        text = str_sub(text, 3, SIZE_MAX); /* the mark some editors put in front */
    }
    struct reader r = {.file = file, .text = text, .a = a, .err = err};
    if (!yaml_parser_initialize(&r.parser)) {
        return err_at(err, E_IO, file, 0, 0, "the YAML reader does not start");
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""),
                                 text.n);
    enum rc rc = document(&r, ret);
    yaml_parser_delete(&r.parser);
    return rc;
}

enum rc yaml_load(const char *path, struct arena *a, const struct val **ret, struct err *err) {
    struct str text;
    enum rc rc = file_read(path, YAML_SIZE_MAX, a, &text, err);
    return rc == OK ? yaml_parse(path, text, a, ret, err) : rc;
}
