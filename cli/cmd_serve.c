/* cmd_serve.c - rebond serve: the service itself, or its demonstration. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/sim_backend.h"
#include "jobs/demo.h"
#include "jobs/service.h"
#include "web/site.h"

struct serving {
    struct config config;
    struct arena arena;
    struct service service;
    struct site *site;
    struct sim_world sim;
    pthread_t work;
    bool working;
    char demo_db[64]; /* made for the demonstration, removed at the end */
};

struct arguments {
    const char *config, *db, *listen;
    bool demo;
};

static struct server *stopped_by_signal;

static void on_signal(int sig) {
    (void)sig;
    if (stopped_by_signal) {
        server_stop(stopped_by_signal); /* documented as safe here */
    }
}

static struct service *published_by_signal;

/* SIGHUP, as "systemctl reload" sends it: the flows are read again. */
static void on_hangup(int sig) {
    (void)sig;
    if (published_by_signal) {
        atomic_store(&published_by_signal->publish, true);
    }
}

static void *work(void *arg) {
    struct serving *v = arg;
    if (service_run(&v->service) != OK) {
        log_event(LOG_LVL_ERROR, "serve.work_ended", "why=\"database\"");
    }
    return NULL;
}

static enum rc demo_place(struct serving *v, const struct arguments *args, struct err *err) {
    if (args->db) {
        return OK;
    }
    snprintf(v->demo_db, sizeof v->demo_db, "/tmp/rebond-demo-XXXXXX");
    if (!mkdtemp(v->demo_db)) {
        v->demo_db[0] = '\0';
        return err_set(err, E_IO, "no temporary folder can be made in /tmp");
    }
    return OK;
}

static enum rc configure(struct serving *v, const struct arguments *args, struct err *err) {
    if (!args->demo) {
        enum rc rc = options_config(args->config, args->db, &v->arena, &v->config);
        if (rc == OK && args->listen) {
            v->config.listen = str_from(args->listen);
        }
        return rc == OK
                   ? OK
                   : err_set(err, rc, "the configuration has mistakes; nothing was started");
    }
    enum rc rc = demo_place(v, args, err);
    struct str db =
        args->db ? str_from(args->db) : arena_printf(&v->arena, "%s/rebond.db", v->demo_db);
    config_demo(&v->arena, db, str_from(args->listen ? args->listen : "127.0.0.1:8080"),
                &v->config);
    return rc;
}

static void remove_demo(struct serving *v) {
    static const char *const ENDS[] = {"rebond.db", "rebond.db-wal", "rebond.db-shm"};
    if (!v->demo_db[0]) {
        return;
    }
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", v->demo_db, ENDS[i]);
        unlink(path);
    }
    rmdir(v->demo_db);
}

static void welcome(const struct serving *v) {
    const char *address = site_address(v->site);
    if (v->config.demo) {
        printf("\n  Rebond - essai, avec des personnes inventées. Rien n'est réellement "
               "envoyé.\n\n"
               "    Téléphones :  http://%s/sim\n"
               "    Console :     http://%s/          (identifiant demo, mot de passe "
               "demo-rebond)\n\n"
               "  Ctrl-C pour arrêter.\n\n",
               address, address);
    } else {
        printf("Rebond écoute sur %s - %s\n", address,
               v->config.production ? "PRODUCTION : les messages partent vraiment"
                                    : "mode d'essai : rien ne sort de cette machine");
    }
    fflush(stdout);
}

static enum rc open_all(struct serving *v, struct err *err) {
    enum rc rc = service_open(&v->config, &v->service, err);
    struct sim_backend backend;
    if (rc == OK && v->config.demo) {
        struct str hash;
        rc = site_hash_password(STR("demo-rebond"), &v->arena, &hash, err);
        if (rc == OK) {
            rc = demo_seed(&v->service, hash, err);
        }
        if (rc == OK) {
            rc = sim_backend_open(&v->sim, &v->service, &backend, err);
        }
    }
    if (rc == OK) {
        rc = site_open(&v->service, v->config.demo ? &backend : NULL, &v->site, err);
    }
    return rc;
}

static void close_all(struct serving *v) {
    atomic_store(&v->service.stopping, true);
    service_wake(&v->service);
    if (v->working) {
        pthread_join(v->work, NULL);
    }
    site_close(v->site);
    sim_backend_close(&v->sim);
    if (v->service.config) {
        service_close(&v->service);
    }
    remove_demo(v);
    arena_done(&v->arena);
}

static int serve(const struct arguments *args) {
    struct serving *v = mem_alloc(sizeof *v);
    struct err err = {0};
    memset(v, 0, sizeof *v);
    arena_init(&v->arena);
    enum rc rc = configure(v, args, &err);
    if (rc == OK) {
        rc = open_all(v, &err);
    }
    if (rc == OK) {
        stopped_by_signal = site_server(v->site);
        struct sigaction sa = {.sa_handler = on_signal};
        sigaction(SIGINT, &sa, NULL);
        sigaction(SIGTERM, &sa, NULL);
        if (!isatty(STDIN_FILENO)) { /* a terminal that closes takes its service with it */
            published_by_signal = &v->service;
            sa.sa_handler = on_hangup;
            sigaction(SIGHUP, &sa, NULL);
        }
        v->working = pthread_create(&v->work, NULL, work, v) == 0;
        welcome(v);
        rc = v->working ? site_run(v->site) : E_IO;
        stopped_by_signal = NULL;
    }
    if (rc != OK) {
        char line[1024];
        options_fail("%s", err_format(&err, line, sizeof line));
    }
    published_by_signal = NULL;
    close_all(v);
    free(v);
    return rc == OK ? 0 : 1;
}

static int run(int argc, char **argv) {
    static const struct option LONG[] = {{"config", required_argument, NULL, 'c'},
                                         {"db", required_argument, NULL, 'd'},
                                         {"listen", required_argument, NULL, 'l'},
                                         {"demo", no_argument, NULL, 'D'},
                                         {NULL, 0, NULL, 0}};
    struct arguments args = {0};
    for (int o; (o = getopt_long(argc, argv, "c:d:l:D", LONG, NULL)) != -1;) {
        if (o == 'c') {
            args.config = optarg;
        } else if (o == 'd') {
            args.db = optarg;
        } else if (o == 'l') {
            args.listen = optarg;
        } else if (o == 'D') {
            args.demo = true;
        } else {
            return 2;
        }
    }
    if (optind != argc) {
        return options_fail("serve takes no '%s'; see rebond serve --help", argv[optind]);
    }
    return serve(&args);
}

const struct command CMD_SERVE = {
    .name = "serve",
    .usage = "--demo | --config FICHIER",
    .summary = "le service : reçoit, répond, rappelle, envoie ; --demo pour essayer",
    .help =
        "  --demo             invented people and a phone simulator, on a fresh database; "
        "nothing is really sent\n"
        "  --config FILE      the configuration (default: rebond.yaml here); `rebond "
        "config reference` shows one\n"
        "  --db PATH          another database than the configured one\n"
        "  --listen ADDR      another address than the configured one (127.0.0.1:8080)\n\n"
        "Ctrl-C or SIGTERM stops it cleanly; SIGHUP reads the flows again (those in force stay "
        "when the new ones have a mistake). Outside production nothing leaves for "
        "anything but this machine.",
    .run = run,
};
