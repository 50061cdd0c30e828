/* cmd_understand.c - reads replies as JSON lines, says what each one means and why. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "bot/understand/understand.h"
#include "cli/command.h"
#include "cli/unclear.h"

#define LINE_MAX_BYTES (256 << 10)
#define OPTIONS_MAX 32
#define OUT_MAX (1 << 20)

struct options {
    const char *tables, *class, *word, *replay;
    bool explain, accept;
};

/* "2026-03-10T10:00:00+01:00": the clock on the wall there; its offset does not matter to what
 * was meant. */
static int64_t wall_clock(struct str s) {
    struct date d;
    int64_t h = 0, m = 0, sec = 0;
    if (s.n < 10 || !date_parse_iso(str_sub(s, 0, 10), &d)) {
        return 1773136800000LL; /* Tuesday 2026-03-10 10:00 */
    }
    if (s.n >= 16) {
        str_to_i64(str_sub(s, 11, 2), &h);
        str_to_i64(str_sub(s, 14, 2), &m);
    }
    if (s.n >= 19) {
        str_to_i64(str_sub(s, 17, 2), &sec);
    }
    return ((int64_t)date_to_days(d) * 86400 + h * 3600 + m * 60 + sec) * 1000;
}

static void read_ask(const struct val *line, const struct zone *utc, struct arena *a,
                     struct ask *ask) {
    struct str hint = val_get_text(line, "hint", STR_EMPTY);
    const struct val *options = val_get(line, "options");
    memset(ask, 0, sizeof *ask);
    ask_kind_parse(val_get_text(line, "ask", STR("none")), &ask->kind);
    ask->hint = str_is(hint, "birth")  ? HINT_BIRTH
                : str_is(hint, "past") ? HINT_PAST
                                       : HINT_NONE;
    ask->zone = utc;
    ask->now_ms = wall_clock(val_get_text(line, "reference_time", STR_EMPTY));
    ask->region = STR("FR");
    if (!val_is(options, VAL_LIST)) {
        return;
    }
    struct ask_option *o = ARENA_ARRAY(a, struct ask_option, OPTIONS_MAX);
    for (size_t i = 0; i < options->list.n && i < OPTIONS_MAX; i++) {
        const struct val *v = val_at_index(options, i);
        o[ask->options++].label = val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
    }
    ask->option = o;
}

static void write_answer(const struct val *line, const struct answer *r, bool explain,
                         struct arena *a, struct buf *out) {
    struct val_builder *b = val_map_begin(a);
    struct dec conf;
    char text[16];
    snprintf(text, sizeof text, "%.2f", r->confidence);
    const struct val *id = val_get(line, "id");
    val_put(b, "id", id ? id : &VAL_NIL);
    val_put(b, "intent", val_textz(a, intent_name(r->intent)));
    val_put(b, "value", r->value);
    if (dec_parse(str_from(text), &conf) == OK) {
        val_put(b, "confidence", val_num(a, conf));
    }
    if (explain) {
        val_put(b, "rule", val_text(a, r->rule));
        val_put(b, "span", val_text(a, r->span));
        if (r->second != INTENT_UNCLEAR) {
            val_put(b, "second", val_textz(a, intent_name(r->second)));
        }
    }
    json_write(val_end(b), out);
    buf_putc(out, '\n');
}

static int usage(const char *why) {
    fprintf(stderr, "rebond understand: %s (see --help)\n", why);
    return 2;
}

static int read_options(int argc, char **argv, struct options *o) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--explain") == 0) {
            o->explain = true;
        } else if (strcmp(argv[i], "--tables") == 0 && i + 1 < argc) {
            o->tables = argv[++i];
        } else if (strcmp(argv[i], "--try-word") == 0 && i + 2 < argc) {
            o->class = argv[++i];
            o->word = argv[++i];
        } else if (strcmp(argv[i], "--replay") == 0 && i + 1 < argc) {
            o->replay = argv[++i];
        } else if (strcmp(argv[i], "--accept") == 0) {
            o->accept = true;
        } else {
            return usage("unknown or incomplete option");
        }
    }
    if (!o->word != !o->replay) {
        return usage("--try-word needs --replay, and the reverse");
    }
    if (o->accept && (!o->word || !o->tables)) {
        return usage("--accept needs --try-word and --tables, where the word is kept");
    }
    return 0;
}

static int show(const struct err *err) {
    char text[1024];
    fprintf(stderr, "rebond understand: %s\n", err_format(err, text, sizeof text));
    return 2;
}

static int each_line(const struct und *u, const struct options *o, const struct zone *utc) {
    struct arena a;
    struct buf out;
    struct str line;
    struct err err = {0};
    char *mem = NULL;
    size_t cap = 0;
    int status = 0, number = 0;
    arena_init(&a);
    buf_init(&out, OUT_MAX);
    while (!status && file_line(stdin, &mem, &cap, LINE_MAX_BYTES, &line) == OK) {
        const struct val *v;
        struct ask ask;
        struct answer r;
        number++;
        if (str_trim(line).n == 0) {
            continue;
        }
        if (json_parse(line, &a, &v, &err) || !val_is(v, VAL_MAP)) {
            fprintf(stderr, "rebond understand: line %d is no JSON object\n", number);
            status = 2;
            break;
        }
        read_ask(v, utc, &a, &ask);
        und_read(u, val_get_text(v, "text", STR_EMPTY), &ask, &a, &r);
        write_answer(v, &r, o->explain, &a, &out);
        fwrite(out.p, 1, out.n, stdout);
        buf_reset(&out);
        arena_reset(&a);
    }
    free(mem);
    buf_done(&out);
    arena_done(&a);
    return status;
}

/* ---- a new word, replayed over past replies before it is kept */

static bool same(const struct answer *a, const struct answer *b) {
    return a->intent == b->intent && a->sureness == b->sureness && val_eq(a->value, b->value);
}

static void show_change(const struct val *line, const struct answer *was,
                        const struct answer *is, struct arena *a) {
    struct str text = json_text(val_get(line, "text"), a);
    printf("%.*s (%.*s): %s %.*s -> %s %.*s\n", STR_ARG(text),
           STR_ARG(val_get_text(line, "ask", STR("none"))), intent_name(was->intent),
           STR_ARG(json_text(was->value, a)), intent_name(is->intent),
           STR_ARG(json_text(is->value, a)));
}

static int replay(const struct und *old, const struct und *new, const char *path,
                  const struct zone *utc, int *changes) {
    struct arena file, a;
    struct str text, line;
    struct err err = {0};
    int lines = 0;
    arena_init(&file);
    arena_init(&a);
    if (file_read(path, 64 << 20, &file, &text, &err)) {
        arena_done(&file);
        return show(&err);
    }
    while (str_next(&text, '\n', &line)) {
        const struct val *v;
        struct ask ask;
        struct answer was, is;
        if (json_parse(line, &a, &v, &err) == OK && val_is(v, VAL_MAP)) {
            struct str said = val_get_text(v, "text", STR_EMPTY);
            read_ask(v, utc, &a, &ask);
            und_read(old, said, &ask, &a, &was);
            und_read(new, said, &ask, &a, &is);
            lines++;
            if (!same(&was, &is)) {
                (*changes)++;
                show_change(v, &was, &is, &a);
            }
        }
        arena_reset(&a);
    }
    printf("%d of %d replies change their meaning\n", *changes, lines);
    arena_done(&a);
    arena_done(&file);
    return 0;
}

static int keep(const struct options *o, struct str table) {
    char path[4096];
    snprintf(path, sizeof path, "%s/own.txt", o->tables);
    FILE *f = fopen(path, "a");
    if (!f || fwrite(table.p, 1, table.n, f) != table.n || fclose(f)) {
        fprintf(stderr, "rebond understand: cannot write %s\n", path);
        return 2;
    }
    printf("kept in %s\n", path);
    return 0;
}

static int try_word(const struct options *o, const struct und *u, const struct zone *utc) {
    struct arena a;
    struct err err = {0};
    struct und *with = NULL;
    int changes = 0;
    arena_init(&a);
    struct str table = arena_printf(&a, "[%s]\n%s\n", o->class, o->word);
    int status = und_load_trial(o->tables, table, &with, &err)
                     ? show(&err)
                     : replay(u, with, o->replay, utc, &changes);
    if (!status && o->accept) {
        status = keep(o, table);
    } else if (!status && changes) {
        status = 1;
    }
    und_free(with);
    arena_done(&a);
    return status;
}

static int run(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--unclear") == 0) {
            return unclear_main(argc, argv);
        }
    }
    struct options o = {0};
    struct err err = {0};
    struct und *u = NULL;
    const struct zone *utc;
    int status = read_options(argc, argv, &o);
    if (status) {
        return status;
    }
    if (zone_get(STR("UTC"), &utc, &err) || und_load(o.tables, &u, &err)) {
        return show(&err);
    }
    status = o.word ? try_word(&o, u, utc) : each_line(u, &o, utc);
    und_free(u);
    return status;
}

const struct command CMD_UNDERSTAND = {
    .name = "understand",
    .usage = "[--explain] [--tables DIR] [--try-word CLASS WORDS --replay FILE [--accept]] < "
             "REPLIES.jsonl",
    .summary = "what a reply means: JSON lines in, JSON lines out",
    .help =
        "Each line in: {\"id\", \"text\", \"ask\", \"options\", \"reference_time\", "
        "\"hint\"}.\n"
        "Each line out: {\"id\", \"intent\", \"value\", \"confidence\"}; under 0.5 it "
        "would ask again.\n"
        "  --explain        adds the rule and the words that decided\n"
        "  --tables DIR     adds the tables of DIR/*.txt to those built in\n"
        "  --unclear [--db PATH]    replies that nobody understood, the same ones together\n"
        "  --try-word CLASS WORDS --replay FILE\n"
        "                   what WORDS in [CLASS] would change among the replies of FILE "
        "(same lines as\n"
        "                   above); with --accept they are kept in DIR/own.txt. 1 when "
        "something changes\n",
    .run = run,
};
