/* cmd_staff.c - rebond staff: accounts of the people who work with the console. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/id.h"
#include "cli/command.h"
#include "cli/options.h"
#include "db/audit.h"
#include "db/db.h"
#include "db/sql.h"
#include "db/staff.h"
#include "web/guard_password.h"

struct wanted {
    const char *verb, *login, *name, *role, *config, *db;
};

static int64_t now_ms(void) {
    struct clock c;
    clock_real(&c);
    return clock_now(&c);
}

/* From the terminal without echo, or one line of standard input: never from the command line,
 * where every user of the machine could read it. */
static bool ask_password(struct arena *a, struct str *ret) {
    char line[GUARD_PASSWORD_MAX * 4 + 2];
    struct termios old, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
    if (terminal) {
        fputs("Mot de passe (vide : en inventer un) : ", stderr);
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    bool read = fgets(line, sizeof line, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    *ret = read ? arena_str(a, str_trim(str_from(line))) : STR_EMPTY;
    if (ret->n == 0) {
        char made[17];
        id_token(made, 16);
        *ret = arena_str(a, str_from(made));
        printf("mot de passe : %s\n", made);
    }
    return true;
}

static bool role_of(const char *s, enum staff_role *ret) {
    static const enum staff_role ROLES[] = {STAFF_COORDINATOR, STAFF_ADVISOR, STAFF_ANIMATOR};
    for (size_t i = 0; i < sizeof ROLES / sizeof *ROLES; i++) {
        if (strcmp(s, staff_role_name(ROLES[i])) == 0) {
            *ret = ROLES[i];
            return true;
        }
    }
    return false;
}

static enum rc keep_trace(struct db *db, const char *verb, int64_t id) {
    struct audit line = {.verb = str_from(verb), .object = STR("staff"), .object_id = id};
    return audit_put(db, &line, now_ms());
}

static int finish(struct db *db, enum rc rc, const char *what) {
    rc = sql_end(db, rc);
    if (rc != OK) {
        options_fail("%s: %s", what,
                     rc == E_CONFLICT ? "cet identifiant existe déjà" : sql_error(db));
        return 1;
    }
    return 0;
}

static int add(struct db *db, const struct wanted *w, struct arena *a) {
    struct staff s = {.login = str_from(w->login),
                      .name = str_from(w->name ? w->name : w->login),
                      .role = STAFF_ADVISOR,
                      .active = true};
    struct str password;
    struct err err = {0};
    if (w->role && !role_of(w->role, &s.role)) {
        return options_fail("--role est coordinator, advisor ou animator");
    }
    if (!ask_password(a, &password) || guard_password_hash(password, a, &s.hash, &err) != OK) {
        return options_fail("%s", err.text);
    }
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc == OK) {
        rc = staff_put(db, &s, now_ms());
    }
    if (rc == OK) {
        rc = keep_trace(db, "staff.add", s.id);
    }
    int status = finish(db, rc, w->login);
    if (status == 0) {
        printf("%s : %s\n", w->login, staff_role_name(s.role));
    }
    return status;
}

static int change(struct db *db, const struct wanted *w, struct arena *a) {
    struct staff s;
    struct err err = {0};
    if (staff_by_login(db, str_from(w->login), a, &s) != OK) {
        options_fail("pas de compte '%s'", w->login);
        return 1;
    }
    bool password = strcmp(w->verb, "password") == 0;
    struct str word, hash = STR_EMPTY;
    if (password &&
        (!ask_password(a, &word) || guard_password_hash(word, a, &hash, &err) != OK)) {
        return options_fail("%s", err.text);
    }
    s.active = strcmp(w->verb, "disable") != 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc == OK) {
        rc = password ? staff_set_hash(db, s.id, hash) : staff_put(db, &s, now_ms());
    }
    if (rc == OK) {
        rc = staff_session_clear(db, s.id, now_ms()); /* who was logged in no longer is */
    }
    if (rc == OK) {
        rc = keep_trace(db,
                        password   ? "staff.password"
                        : s.active ? "staff.enable"
                                   : "staff.disable",
                        s.id);
    }
    return finish(db, rc, w->login);
}

static int list(struct db *db, struct arena *a) {
    struct staff *s;
    size_t n = 0;
    if (staff_list(db, false, a, &s, &n) < OK) {
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        printf("%-16.*s %-12s %.*s%s\n", STR_ARG(s[i].login), staff_role_name(s[i].role),
               STR_ARG(s[i].name), s[i].active ? "" : " (fermé)");
    }
    return 0;
}

static int dispatch(struct db *db, const struct wanted *w, struct arena *a) {
    if (strcmp(w->verb, "list") == 0) {
        return list(db, a);
    }
    if (!w->login) {
        return options_fail("staff %s LOGIN", w->verb);
    }
    return strcmp(w->verb, "add") == 0 ? add(db, w, a) : change(db, w, a);
}

static bool is_verb(const char *s) {
    static const char *const VERBS[] = {"list", "add", "password", "disable", "enable"};
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (strcmp(s, VERBS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int run(int argc, char **argv) {
    static const struct option LONG[] = {{"config", required_argument, NULL, 'c'},
                                         {"db", required_argument, NULL, 'd'},
                                         {"name", required_argument, NULL, 'n'},
                                         {"role", required_argument, NULL, 'r'},
                                         {NULL, 0, NULL, 0}};
    struct wanted w = {0};
    for (int o; (o = getopt_long(argc, argv, "c:d:n:r:", LONG, NULL)) != -1;) {
        switch (o) {
        case 'c':
            w.config = optarg;
            break;
        case 'd':
            w.db = optarg;
            break;
        case 'n':
            w.name = optarg;
            break;
        case 'r':
            w.role = optarg;
            break;
        default:
            return 2;
        }
    }
    w.verb = optind < argc ? argv[optind] : "";
    w.login = optind + 1 < argc ? argv[optind + 1] : NULL;
    if (!is_verb(w.verb)) {
        return options_fail(
            "staff list | add | password | disable | enable; see rebond staff --help");
    }
    struct arena a;
    arena_init(&a);
    struct db *db = options_open(&(struct options_where){w.config, w.db});
    int status = db ? dispatch(db, &w, &a) : 2;
    db_close(db);
    arena_done(&a);
    return status;
}

const struct command CMD_STAFF = {
    .name = "staff",
    .usage = "list | add LOGIN | password LOGIN | disable LOGIN | enable LOGIN",
    .summary = "les comptes de l'équipe",
    .help = "  add LOGIN [--name NAME] [--role coordinator|advisor|animator]   default role: "
            "advisor\n"
            "  password LOGIN   a new password; open sessions are closed\n"
            "  disable, enable  close an account (its history stays), open it again\n\n"
            "The password is asked for, or read as one line of standard input; empty: one is "
            "made up and shown.\n"
            "  --config FILE, --db PATH   which database (default: rebond.yaml here, then "
            "rebond.db)",
    .run = run,
};
