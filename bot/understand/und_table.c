/* und_table.c - reads the tables; every mistake has its line and column. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#include "base/text.h"

/* The format, the same for all tables:
 *   # comment                      to the end of the line
 *   [class]  or  [class 3]         what follows belongs to <class>, with the value 3
 *   [class =]                      the same, forgetting what earlier tables said of it
 *   phrase, phrase, phrase         one or more to a line
 * A phrase is words with spaces between:
 *   word     as typed, as it sounds, or with one slip when it has 5 letters or more
 *   =word    only exactly so            wor-   every word that begins so
 *   <class>  anything of that class     a|b    either          x?  may be missing
 *   ..       up to 2 words between      ...    up to 5; at the end: and what follows in the
 * clause ^ $ ?    a clause begins / ends / is a question here In [rewrite] a line is  short,
 * short = words. */

#define LINE_MAX_BYTES 4000

struct src {
    struct und *u;
    const char *file;
    uint16_t file_no;
    int line;
    struct str text; /* the line */
    struct err *err;
};

static int column_of(const struct src *s, const char *p) {
    int col = 1;
    for (const char *c = s->text.p; c < p; c++) {
        col += ((unsigned char)*c & 0xC0) != 0x80;
    }
    return col;
}

#define FAIL(s, p, ...)                                                                        \
    err_at((s)->err, E_INVALID, (s)->file, (s)->line, column_of((s), (p)), __VA_ARGS__)

static bool is_class_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '%';
}

static void note_use(struct src *s, uint16_t sym, const char *p) {
    struct und *u = s->u;
    if (u->uses == u->uses_cap) {
        u->uses_cap = u->uses_cap ? u->uses_cap * 2 : 256;
        u->use = mem_realloc(u->use, u->uses_cap * sizeof *u->use);
    }
    u->use[u->uses++] = (struct und_use){sym, s->file_no, s->line, column_of(s, p)};
}

static struct und_rule *new_rule(struct und *u) {
    if (u->rules + 2 > u->rules_cap) {
        u->rules_cap = u->rules_cap ? u->rules_cap * 2 : 2048;
        u->rule = mem_realloc(u->rule, u->rules_cap * sizeof *u->rule);
    }
    struct und_rule *r = &u->rule[++u->rules];
    memset(r, 0, sizeof *r);
    return r;
}

static void unit_rule(struct und *u, uint16_t lhs, uint16_t sym) {
    struct und_rule *r = new_rule(u);
    r->lhs = lhs;
    r->n = 1;
    r->e[0].sym = sym;
}

/* One alternative: word, =word, stem- or <class>; a written word may stand for several. */
static enum rc read_atom(struct src *s, struct str w, struct str *parts, size_t *ret_parts,
                         uint16_t *ret) {
    struct und *u = s->u;
    *ret_parts = 0;
    if (!w.n) {
        return FAIL(s, w.p, "a word is missing here");
    }
    if (w.p[0] == '<') {
        if (w.n < 3 || w.p[w.n - 1] != '>') {
            return FAIL(s, w.p, "a class is written <name>");
        }
        *ret = und_symbol(u, &u->classes, str_sub(w, 1, w.n - 2), 8);
        note_use(s, *ret, w.p);
        return OK;
    }
    if (w.n > 1 && w.p[w.n - 1] == '-') {
        struct str stem = und_fold(str_sub(w, 0, w.n - 1), &u->arena);
        if (stem.n < 3) {
            return FAIL(s, w.p, "a stem needs three letters before '-'");
        }
        *ret = und_symbol(u, &u->stems, stem, 2);
        return OK;
    }
    if (w.p[0] == '=') {
        *ret = und_symbol(u, &u->words, und_fold(str_sub(w, 1, w.n - 1), &u->arena), 1 | 16);
        return OK;
    }
    *ret_parts = und_parts(u, w, &u->arena, parts);
    if (*ret_parts == 0) {
        return FAIL(s, w.p, "'%.*s' is no word", STR_ARG(w));
    }
    *ret = *ret_parts == 1 ? und_symbol(u, &u->words, parts[0], 1) : 0;
    return OK;
}

static uint16_t anonymous(struct und *u) {
    char name[24];
    size_t n = 0;
    name[n++] = '%';
    for (size_t k = u->rules + u->syms + 1; k; k /= 10) {
        name[n++] = (char)('0' + k % 10);
    }
    return und_symbol(u, &u->classes, (struct str){name, n}, 4 | 8);
}

static uint16_t parts_symbol(struct und *u, const struct str *part, size_t n) {
    uint16_t lhs = anonymous(u);
    uint16_t sym[6];
    for (size_t i = 0; i < n; i++) {
        sym[i] = und_symbol(u, &u->words, part[i], 1);
    }
    struct und_rule *r = new_rule(u);
    r->lhs = lhs;
    for (size_t i = 0; i < n; i++) {
        r->e[r->n++].sym = sym[i];
    }
    return lhs;
}

static enum rc add_elem(struct src *s, struct und_rule *r, uint16_t sym, uint8_t gap, bool opt,
                        const char *p) {
    if (r->n == UND_ELEMS_MAX) {
        return FAIL(s, p, "a phrase has at most %d words", UND_ELEMS_MAX);
    }
    r->e[r->n++] = (struct und_elem){sym, gap, opt};
    return OK;
}

/* a|b|<c> */
static enum rc read_choice(struct src *s, struct str w, uint16_t *ret) {
    uint16_t lhs = anonymous(s->u);
    struct str alt;
    while (str_next(&w, '|', &alt)) {
        struct str part[6];
        size_t n;
        uint16_t sym;
        enum rc rc = read_atom(s, alt, part, &n, &sym);
        if (rc) {
            return rc;
        }
        unit_rule(s->u, lhs, n > 1 ? parts_symbol(s->u, part, n) : sym);
    }
    *ret = lhs;
    return OK;
}

static enum rc read_word(struct src *s, struct und_rule *r, struct str w, uint8_t *gap) {
    bool opt = w.n > 1 && w.p[w.n - 1] == '?';
    struct str part[6];
    size_t n = 0;
    uint16_t sym = 0;
    enum rc rc;
    if (opt) {
        w.n--;
    }
    if (str_find_char(w, '|', 0) != SIZE_MAX) {
        rc = read_choice(s, w, &sym);
    } else {
        rc = read_atom(s, w, part, &n, &sym);
    }
    if (rc) {
        return rc;
    }
    if (n > 1 && opt) {
        sym = parts_symbol(s->u, part, n);
        n = 0;
    }
    for (size_t i = 0; n > 1 && i < n && !rc; i++) {
        rc = add_elem(s, r, und_symbol(s->u, &s->u->words, part[i], 1), i ? 0 : *gap, false,
                      w.p);
    }
    if (n <= 1) {
        rc = add_elem(s, r, sym, *gap, opt, w.p);
    }
    *gap = 0;
    return rc;
}

/* A phrase whose first word may be missing is two phrases. */
static void store_rule(struct und *u, struct und_rule r) {
    while (r.n) {
        bool opt = r.e[0].opt;
        r.e[0].opt = false;
        r.e[0].gap = 0;
        *new_rule(u) = r;
        if (!opt) {
            return;
        }
        memmove(r.e, r.e + 1, sizeof r.e[0] * --r.n);
    }
}

static enum rc read_phrase(struct src *s, struct str ph, uint16_t lhs, int32_t val) {
    struct und_rule r = {.lhs = lhs, .val = val, .file = s->file_no, .line = s->line};
    uint8_t gap = 0;
    const char *start = ph.p;
    struct str w;
    while (str_next(&ph, ' ', &w)) {
        enum rc rc = OK;
        if (w.n == 0) {
            continue;
        }
        if (r.at_end) {
            return FAIL(s, w.p, "nothing may follow '$' or '?'");
        }
        if (str_is(w, "^") && r.n == 0) {
            r.at_start = true;
        } else if (str_is(w, "$") || str_is(w, "?")) {
            r.at_end = true;
            r.asks = w.p[0] == '?';
        } else if (str_is(w, "..") || str_is(w, "...")) {
            gap = w.n == 2 ? 2 : 5;
        } else {
            rc = read_word(s, &r, w, &gap);
        }
        if (rc) {
            return rc;
        }
    }
    bool all_optional = true;
    for (uint8_t i = 0; i < r.n; i++) {
        all_optional = all_optional && r.e[i].opt;
    }
    if (r.n == 0 || all_optional) {
        return FAIL(s, start, "an empty phrase");
    }
    r.open_end = gap > 0;
    store_rule(s->u, r);
    return OK;
}

static enum rc read_header(struct src *s, struct str line, uint16_t *lhs, int32_t *val,
                           bool *rewriting) {
    struct str in = str_sub(line, 1, line.n - 1);
    size_t close = str_find_char(in, ']', 0);
    if (close == SIZE_MAX || str_trim(str_sub(in, close + 1, in.n)).n) {
        return FAIL(s, line.p, "a class is written [name] on a line of its own");
    }
    in.n = close;
    struct str name, more;
    if (!str_next(&in, ' ', &name) || name.n == 0) {
        return FAIL(s, line.p, "the class has no name");
    }
    for (size_t i = 0; i < name.n; i++) {
        if (!is_class_char(name.p[i])) {
            return FAIL(s, name.p + i, "a class name is made of a-z, 0-9, '_' and '.'");
        }
    }
    *val = 0;
    *rewriting = str_is(name, "rewrite");
    *lhs = *rewriting ? 0 : und_symbol(s->u, &s->u->classes, name, 4);
    while (str_next(&in, ' ', &more)) {
        int64_t v;
        if (str_is(more, "=")) {
            for (size_t r = 1; r <= s->u->rules; r++) {
                if (s->u->rule[r].lhs == *lhs) {
                    s->u->rule[r].e[0].sym = 0;
                }
            }
        } else if (more.n && str_to_i64(more, &v) && v >= -1000000 && v <= 1000000) {
            *val = (int32_t)v;
        } else if (more.n) {
            return FAIL(s, more.p, "after the name: a number, or '=' to start afresh");
        }
    }
    return OK;
}

static enum rc read_rewrite(struct src *s, struct str line) {
    struct und *u = s->u;
    size_t eq = str_find(line, STR(" = "), 0);
    if (eq == SIZE_MAX) {
        return FAIL(s, line.p, "write: short, short = words");
    }
    struct str to =
        und_fold(str_trim(str_sub(line, eq == SIZE_MAX ? line.n : eq + 3, line.n)), &u->arena);
    struct str from = str_sub(line, 0, eq), w;
    if (u->rewrites_n == u->rewrites_cap) {
        u->rewrites_cap = u->rewrites_cap ? u->rewrites_cap * 2 : 512;
        u->rewrite = mem_realloc(u->rewrite, u->rewrites_cap * sizeof *u->rewrite);
    }
    u->rewrite[u->rewrites_n] = to;
    while (str_next(&from, ',', &w)) {
        w = str_trim(w);
        if (w.n == 0 || str_find_char(w, ' ', 0) != SIZE_MAX) {
            return FAIL(s, w.p ? w.p : line.p, "left of '=' stand single words");
        }
        bool accents = w.p[0] == '=' && w.n > 1;
        struct str key =
            accents ? text_lower(str_sub(w, 1, w.n - 1), &u->arena) : und_fold(w, &u->arena);
        und_map_put(&u->rewrites, key, (int32_t)u->rewrites_n);
    }
    u->rewrites_n++;
    return OK;
}

static enum rc read_phrases(struct src *s, struct str line, uint16_t lhs, int32_t val) {
    struct str ph;
    while (str_next(&line, ',', &ph)) {
        if (str_trim(ph).n == 0) {
            continue; /* a comma at the end of the line */
        }
        enum rc rc = read_phrase(s, str_trim(ph), lhs, val);
        if (rc) {
            return rc;
        }
    }
    return OK;
}

/* Once for the rewritings (they apply to the words of all tables), once for the rest. */
static enum rc read_pass(struct src *s, struct str text, bool rewrites) {
    uint16_t lhs = 0;
    int32_t val = 0;
    bool rewriting = false;
    struct str line;
    s->line = 0;
    while (str_next(&text, '\n', &line)) {
        s->line++;
        s->text = line;
        enum rc rc = OK;
        size_t hash = str_find_char(line, '#', 0);
        line = str_trim(hash == SIZE_MAX ? line : str_sub(line, 0, hash));
        if (line.n == 0) {
            continue;
        }
        if (line.n > LINE_MAX_BYTES) {
            return FAIL(s, line.p, "a line has at most %d bytes", LINE_MAX_BYTES);
        }
        if (line.p[0] == '[') {
            rc = read_header(s, line, &lhs, &val, &rewriting);
        } else if (rewriting) {
            rc = rewrites ? read_rewrite(s, line) : OK;
        } else if (!lhs) {
            return FAIL(s, line.p, "a line before the first [class]");
        } else if (!rewrites) {
            rc = read_phrases(s, line, lhs, val);
        }
        if (rc) {
            return rc;
        }
    }
    return OK;
}

enum rc und_table_read(struct und *u, const char *file, struct str text, bool rewrites,
                       struct err *err) {
    struct src s = {.u = u, .file = file, .err = err};
    if (u->files == u->files_cap) {
        u->files_cap = u->files_cap ? u->files_cap * 2 : 16;
        u->file = mem_realloc(u->file, u->files_cap * sizeof *u->file);
    }
    u->file[u->files] = arena_str(&u->arena, str_from(file));
    s.file_no = (uint16_t)u->files++;
    return read_pass(&s, text, rewrites);
}

enum rc und_table_check(struct und *u, struct err *err) {
    for (size_t i = 0; i < u->uses; i++) {
        struct und_use *use = &u->use[i];
        if (!(u->flag[use->sym] & 4)) {
            return err_at(err, E_INVALID, u->file[use->file].p, use->line, use->column,
                          "there is no class <%.*s>", STR_ARG(u->name[use->sym]));
        }
    }
    if (u->syms > 60000 || u->rules > 60000) {
        return err_set(err, E_LIMIT, "the tables hold more than 60000 phrases");
    }
    return OK;
}
