/* cmd_chat.c - rebond chat: talk to a flow in the terminal, on a clock of one's own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"
#include "bot/player.h"
#include "bot/understand/understand.h"
#include "cli/command.h"
#include "cli/flow_files.h"

#define LINE_MAX_BYTES 4096

struct chat {
    struct player *p;
    struct arena a;
    bool trace;
    bool over;
};

static void show(struct chat *c) {
    static const char *const MARK[] = {"< ",        "! case ", "! set ",   "! act ",
                                       "! record ", "! call ", "! start ", "  ~ "};
    const struct player_line *line;
    size_t n = player_lines(c->p, &line);
    for (size_t i = 0; i < n; i++) {
        if (line[i].kind == PLAYER_TRACE && !c->trace) {
            continue;
        }
        const char *mark = MARK[line[i].kind];
        struct str rest = line[i].text, part;
        while (str_next(&rest, '\n', &part)) {
            printf("%s%.*s\n", mark, STR_ARG(part));
            mark = "| ";
        }
    }
    fflush(stdout);
}

static void show_clock(struct chat *c) {
    struct date d;
    struct tod t;
    zone_to_civil(player_zone(c->p), player_now(c->p), &d, &t);
    printf("  (%04d-%02d-%02d %02d:%02d)\n", d.year, d.month, d.day, t.hour, t.minute);
}

static void report(const struct err *err) {
    char line[1200];
    printf("  ? %s\n", err_format(err, line, sizeof line));
}

static enum rc start(struct chat *c, struct str rest, struct err *err) {
    size_t space = str_find_char(rest, ' ', 0);
    struct str yaml = space == SIZE_MAX ? STR_EMPTY : str_trim(str_sub(rest, space, rest.n));
    const struct val *with = NULL;
    if (yaml.n && yaml_parse("/event", yaml, &c->a, &with, err) != OK) {
        return E_INVALID;
    }
    return player_start(c->p, str_sub(rest, 0, space), with, err);
}

/* "webhooks.agenda {json: {places: 3}}": what the world will answer. */
static enum rc given(struct chat *c, struct str rest, struct err *err) {
    size_t space = str_find_char(rest, ' ', 0);
    struct str yaml = space == SIZE_MAX ? STR_EMPTY : str_trim(str_sub(rest, space, rest.n));
    const struct val *v = NULL;
    if (!yaml.n) {
        return err_set(err, E_INVALID, "such as /given acts.rsvp {state: attente}");
    }
    enum rc rc = yaml_parse("/given", yaml, &c->a, &v, err);
    if (rc == OK && !player_given(c->p, str_sub(rest, 0, space), v)) {
        rc = err_set(err, E_INVALID,
                     "nothing has this name: acts.NAME, webhooks.NAME, contact.NAME, org.NAME, "
                     "buttons, paused or language");
    }
    return rc;
}

static void help(void) {
    puts("  /clock +2d          move the clock: +30min +3h +2d +1w\n"
         "  /event NAME {...}   something happens: /event meetup.invited {title: Atelier, "
         "date: jeudi 12 mars}\n"
         "  /start FLOW {...}   an advisor starts a flow\n"
         "  /given NAME {...}   what the world answers: /given acts.rsvp {state: attente},\n"
         "                      /given webhooks.agenda {json: {places: 3}}\n"
         "  /press N            press button N of the last message\n"
         "  /link WORD          open a deep link\n"
         "  /closed             the human has finished; automation goes on\n"
         "  /why                show or hide why each step was taken\n"
         "  /session            the stored state\n"
         "  /quit");
}

static enum rc slash(struct chat *c, struct str s, struct err *err) {
    size_t space = str_find_char(s, ' ', 0);
    struct str word = str_sub(s, 0, space),
               rest = space == SIZE_MAX ? STR_EMPTY : str_trim(str_sub(s, space, s.n));
    int64_t n = 0;
    if (str_is(word, "/clock")) {
        int64_t ms = player_duration(rest);
        enum rc rc = rest.n == 0 ? OK
                     : ms < 0    ? err_set(err, E_INVALID, "such as /clock +2d")
                                 : player_wait(c->p, ms, err);
        show_clock(c);
        return rc;
    }
    if (str_is(word, "/event") || str_is(word, "/start")) {
        return start(c, rest, err);
    }
    if (str_is(word, "/given")) {
        return given(c, rest, err);
    }
    if (str_is(word, "/press")) {
        return player_press(c->p, str_to_i64(rest, &n) && n > 0 && n < 100 ? (int)n : 0, err);
    }
    if (str_is(word, "/link")) {
        return player_link(c->p, rest, err);
    }
    if (str_is(word, "/closed")) {
        return player_close_case(c->p, err);
    }
    if (str_is(word, "/why")) {
        c->trace = !c->trace;
    } else if (str_is(word, "/session")) {
        struct str session = player_session(c->p);
        printf("  %.*s\n", STR_ARG(session));
    } else if (str_is(word, "/quit")) {
        c->over = true;
    } else {
        help();
    }
    return OK;
}

static void talk(struct chat *c) {
    char *line = NULL;
    size_t cap = 0;
    struct str s;
    while (!c->over) {
        fputs("> ", stdout);
        fflush(stdout);
        struct err err = {0};
        enum rc rc = file_line(stdin, &line, &cap, LINE_MAX_BYTES, &s);
        if (rc == NONE) {
            break;
        }
        if (rc == OK) {
            rc = s.n && s.p[0] == '/' ? slash(c, s, &err) : player_say(c->p, s, &err);
        } else {
            err_set(&err, rc, "this line cannot be read");
        }
        show(c);
        if (rc != OK) {
            report(&err);
        }
    }
    free(line);
    putchar('\n');
}

static int run(int argc, char **argv) {
    const char *dir = NULL, *flow = NULL, *lang = NULL;
    struct chat c = {0};
    struct err err = {0};
    struct und *u = NULL;
    bool buttons = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--flows") == 0 && i + 1 < argc) {
            dir = argv[++i];
        } else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            lang = argv[++i];
        } else if (strcmp(argv[i], "--buttons") == 0) {
            buttons = true;
        } else if (strcmp(argv[i], "--why") == 0) {
            c.trace = true;
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "usage: rebond chat %s\n", CMD_CHAT.usage);
            return 2;
        } else {
            flow = argv[i];
        }
    }
    arena_init(&c.a);
    struct library *l = flow_files_library(dir, &c.a);
    struct val_builder *given = val_map_begin(&c.a);
    val_put(given, "language", val_textz(&c.a, lang ? lang : "fr"));
    val_put(given, "buttons", val_textz(&c.a, buttons ? "yes" : "no"));
    int status = 1;
    if (l && und_load(NULL, &u, &err) == OK &&
        player_new(l, u, val_end(given), &c.p, &err) == OK) {
        puts("Rien n'est envoyé. Écrivez comme une jeune personne ; /help pour le reste.");
        if (flow && player_start(c.p, str_from(flow), NULL, &err) != OK) {
            report(&err);
        }
        show(&c);
        talk(&c);
        status = 0;
    } else if (err.rc != OK) {
        report(&err);
    }
    player_free(c.p);
    und_free(u);
    library_free(l);
    arena_done(&c.a);
    return status;
}

const struct command CMD_CHAT = {
    "chat", "[FLOW] [--flows DIR] [--lang fr|en] [--buttons] [--why]",
    "parler à une conversation dans le terminal",
    "  Without FLOW the first message decides (SALUT begins the sign-up).\n"
    "  Commands while talking: /clock +2d, /event NAME {...}, /press N, /closed, /why, "
    "/session, /quit\n"
    "  --buttons  as a channel with buttons (Telegram)\n"
    "  --why      why each step was taken\n",
    run};
