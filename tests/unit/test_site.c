/* test_site.c - the whole web side over a real service: hooks, logins, forged and forbidden
 * requests. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/site_kit.h"

#include "base/log.h"
#include "db/addresses.h"
#include "db/audit.h"
#include "db/cases.h"
#include "db/channels.h"
#include "db/contacts.h"
#include "db/db.h"
#include "db/files.h"
#include "db/outbox.h"
#include "db/reports.h"
#include "db/sql.h"
#include "db/staff.h"
#include "db/threads.h"
#include "web/guard_password.h"

/* ---- hooks */

static int64_t messages_in(const char *words) {
    struct thread_line *line;
    struct contact_address at;
    size_t n = 0;
    int64_t found = 0;
    struct address from = {STR("tel"), STR("+33639980199")};
    if (addresses_find(t.db, from, &t.a, &at) != OK ||
        threads_read(t.db, at.contact_id, 100, &t.a, &line, &n) != OK) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        found += line[i].inbound && str_is(line[i].text, words);
    }
    return found;
}

#define HOOK                                                                                   \
    "/hook/sms/receive?sender=%2B33639980199&to=36180&id=uuid-1&ts=1790000000&charset=UTF-8"

static void test_hook_stores_once(void **state) {
    (void)state;
    assert_int_equal(post(HOOK "&secret=" SECRET, "bonjour"), 200);
    /* it joins the thread once its turn is done */
    for (int i = 0; i < 300 && messages_in("bonjour") == 0; i++) {
        usleep(10 * 1000);
    }
    assert_int_equal(messages_in("bonjour"), 1);
    assert_int_equal(post(HOOK "&secret=" SECRET, "bonjour"), 200);
    assert_int_equal(messages_in("bonjour"), 1);
}

static void test_hook_refuses(void **state) {
    (void)state;
    static char big[300 * 1024];
    memset(big, 'a', sizeof big);
    assert_int_equal(post(HOOK, "x"), 403);
    assert_int_equal(post(HOOK "&secret=" SECRET "5", "x"), 403);
    assert_int_equal(post("/hook/nobody/receive", "x"), 404);
    assert_true(post("/hook/..%2f", "x") >= 404);
    assert_int_equal(post("/hook/", "x"), 404);
    assert_int_equal(post_as(HOOK "&secret=" SECRET, big, sizeof big, ""), 413);
    /* bytes that are no text: refused or repaired, never a crash, and the next one is served */
    int status =
        post_as("/hook/sms/receive?sender=%2B33639980199&to=1&id=uuid-2&ts=1&charset=UTF-8"
                "&secret=" SECRET,
                "\xff\xfe\x80", 3, "");
    assert_true(status == 200 || status == 400);
    assert_int_equal(get("/health"), 200);
    assert_int_equal(messages_in("x"), 0);
}

/* ---- the console */

static void test_login_needed(void **state) {
    (void)state;
    t.cookie[0] = '\0';
    assert_int_equal(get("/conversations"), 303);
    assert_true(says("location: /connexion?vers=%2Fconversations\r\n"));
    assert_int_equal(post("/conversations/1/fermer", "csrf="), 303);
    assert_int_equal(get("/nowhere"), 404);
    snprintf(t.cookie, sizeof t.cookie, "rebond=%048d", 7);
    assert_int_equal(get("/"), 303);
}

static void test_login_elsewhere(void **state) {
    (void)state;
    t.cookie[0] = '\0';
    /* after the login nobody is sent to another site */
    assert_int_equal(post("/connexion", "identifiant=camille&motdepasse=quatre+mots+%C3%A0+dire"
                                        "&vers=%2F%2Fevil.example"),
                     303);
    assert_true(says("location: /\r\n"));
    assert_int_equal(
        post_as("/connexion", "identifiant=camille", 19, "Sec-Fetch-Site: cross-site\r\n"),
        403);
}

static void test_forged_forms(void **state) {
    (void)state;
    char path[100];
    snprintf(path, sizeof path, "/conversations/%lld/fermer", (long long)t.case_id);
    login("camille");
    assert_int_equal(post(path, ""), 403);
    assert_int_equal(post(path, "csrf=wrong"), 403);
    assert_int_equal(get(path), 405);
    char body[200];
    int n = snprintf(body, sizeof body, "csrf=%s", t.csrf);
    assert_int_equal(post_as(path, body, (size_t)n, "Sec-Fetch-Site: same-site\r\n"), 403);
    assert_int_equal(post(path, "csrf=%ff"), 400);
    struct case_row c;
    assert_int_equal(cases_get(t.db, t.case_id, &t.a, &c), OK);
    assert_int_equal(c.state, CASE_OPEN);
}

static void test_roles(void **state) {
    (void)state;
    login("nour");
    assert_int_equal(get("/conversations"), 403);
    assert_int_equal(get("/diffusions"), 403);
    assert_int_equal(get("/"), 200);
    assert_false(says("Diffusions"));
}

static void test_answer(void **state) {
    (void)state;
    char path[100];
    struct thread_line *line;
    struct case_row c;
    size_t n;
    login("camille");
    assert_int_equal(get("/conversations"), 200);
    assert_true(says("In&lt;s&gt;<"));
    snprintf(path, sizeof path, "/conversations/%lld", (long long)t.case_id);
    assert_int_equal(get(path), 200);
    assert_true(says("c koi"));
    snprintf(path, sizeof path, "/conversations/%lld/repondre", (long long)t.case_id);
    assert_int_equal(act(path, "&texte="), 200);
    assert_true(says("Le message est vide."));
    assert_int_equal(act(path, "&texte=Je+t%E2%80%99appelle+demain."), 303);
    assert_int_equal(cases_get(t.db, t.case_id, &t.a, &c), OK);
    assert_int_equal(c.state, CASE_TAKEN);
    assert_int_equal(threads_read(t.db, t.contact_id, 10, &t.a, &line, &n), OK);
    assert_true(n > 0 && line[n - 1].staff_id != 0);
    /* a curly quote would have made it a longer SMS */
    assert_true(str_is(line[n - 1].text, "Je t'appelle demain."));
    snprintf(path, sizeof path, "/conversations/%lld/fermer", (long long)t.case_id);
    assert_int_equal(act(path, ""), 303);
    assert_int_equal(act(path, ""), 409); /* twice: somebody was faster */
}

/* A chat that was blocked is not answered by SMS to a number that was only shared
 * (sending.fallback: wrote). */
static void test_answer_follows_the_persons_will(void **state) {
    (void)state;
    char path[100];
    int64_t chat, tel, now = service_now(&t.service);
    struct contact who = {.first_name = STR("Sam"), .status = CONTACT_ENROLLED};
    struct case_row c = {.reason = STR("unclear"), .quote = STR("?")};
    struct address at = {STR("telegram"), STR("42")};
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(contacts_new(t.db, &who, now), OK);
    assert_int_equal(addresses_add(t.db, who.id, at, STR("chat"), now, &chat), OK);
    at = (struct address){STR("tel"), STR("+33639980178")};
    assert_int_equal(addresses_add(t.db, who.id, at, STR_EMPTY, now, &tel), OK);
    assert_int_equal(addresses_mark(t.db, chat, ADDRESS_BLOCKED, STR("blocked"), now), OK);
    c.contact_id = who.id;
    assert_int_equal(cases_open(t.db, &c, NULL, now, NULL), OK);
    assert_int_equal(sql_commit(t.db), OK);
    login("camille");
    snprintf(path, sizeof path, "/conversations/%lld/repondre", (long long)c.id);
    assert_int_equal(act(path, "&texte=Bonjour"), 200);
    assert_true(says("On ne peut plus lui écrire"));
    /* once they have written by SMS, they may be answered there */
    assert_int_equal(post("/hook/sms/receive?sender=%2B33639980178&to=36180&id=uuid-8"
                          "&ts=1790000000&charset=UTF-8&secret=" SECRET,
                          "allo"),
                     200);
    assert_int_equal(act(path, "&texte=Bonjour"), 303);
}

/* The newest message of the person whose case is open. */
static int64_t newest_message(void) {
    struct thread_line *line;
    size_t n = 0;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(threads_read(t.db, t.contact_id, 20, &t.a, &line, &n), OK);
        for (size_t k = n; k-- > 0;) {
            if (line[k].inbound) {
                return line[k].id;
            }
        }
        usleep(10 * 1000);
    }
    fail_msg("the message did not come");
    return 0;
}

static int64_t add_file(int64_t inbox_id, const char *type, struct str bytes) {
    struct file_row *list;
    size_t n;
    int64_t now = service_now(&t.service);
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(files_expect(t.db, inbox_id, STR("image/jpeg:tg-file:1"), now), OK);
    assert_int_equal(files_of(t.db, t.contact_id, &t.a, &list, &n), OK);
    assert_int_equal(files_keep(t.db, list[n - 1].id, str_from(type), bytes), OK);
    assert_int_equal(sql_commit(t.db), OK);
    return list[n - 1].id;
}

/* A picture is shown, what is no picture is only handed over, and neither can run. */
static void test_files(void **state) {
    (void)state;
    char path[100], at[100];
    assert_int_equal(post("/hook/sms/receive?sender=%2B33639980177&to=36180&id=uuid-9"
                          "&ts=1790000000&charset=UTF-8&secret=" SECRET,
                          "ma photo"),
                     200);
    int64_t inbox = newest_message();
    int64_t photo = add_file(inbox, "image/png", STR("\x89PNG\r\n\x1a\n"));
    int64_t voice = add_file(inbox, "audio/ogg", STR("OggS"));
    snprintf(path, sizeof path, "/fichiers/%lld", (long long)photo);
    t.cookie[0] = '\0';
    assert_int_equal(get(path), 303); /* nobody who is not logged in */
    assert_false(says("PNG"));
    login("nour");
    assert_int_equal(get(path), 403); /* nor a role that reads no conversations */
    login("camille");
    assert_int_equal(get(path), 200);
    assert_true(says("\x89PNG"));
    assert_true(says("content-type: image/png\r\n"));
    assert_true(says("x-content-type-options: nosniff\r\n"));
    assert_true(says("sandbox"));
    assert_true(says("content-disposition: inline; filename=\"fichier-"));
    snprintf(at, sizeof at, "/conversations/%lld", (long long)t.case_id);
    assert_int_equal(get(at), 200);
    snprintf(at, sizeof at,
             "<img loading=\"lazy\" alt=\"Photo envoyée par la personne\" "
             "src=\"/fichiers/%lld\">",
             (long long)photo);
    assert_true(says(at));
    assert_true(says("Message vocal, 1 Ko"));
    snprintf(path, sizeof path, "/fichiers/%lld", (long long)voice);
    assert_int_equal(get(path), 200);
    assert_true(says("content-disposition: attachment; "));
    assert_int_equal(get("/fichiers/12345"), 404);
    snprintf(path, sizeof path, "/fichiers/%lld?suivi=1", (long long)photo);
    assert_int_equal(get(path), 200); /* "looked at by itself" hides nobody's look */
    struct audit *seen;
    size_t looks = 0;
    assert_int_equal(audit_list(t.db, 0, STR("file"), photo, 0, 10, &t.a, &seen, &looks), OK);
    assert_int_equal(looks, 2);
}

/* A reason that a flow wrote says what somebody needs: the advisor reads it. */
static void test_reasons(void **state) {
    (void)state;
    char path[100];
    struct contact who = {.first_name = STR("Ada"), .status = CONTACT_ENROLLED};
    struct case_row c = {.reason = STR("Prêter un vélo <172> cm")};
    int64_t now = service_now(&t.service);
    login("camille");
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(contacts_new(t.db, &who, now), OK);
    c.contact_id = who.id;
    assert_int_equal(cases_open(t.db, &c, NULL, now, NULL), OK);
    assert_int_equal(sql_commit(t.db), OK);
    assert_int_equal(get("/conversations"), 200);
    assert_true(says("Prêter un vélo &lt;172&gt; cm"));
    assert_true(says("Réponse non comprise")); /* ours have words of their own */
    snprintf(path, sizeof path, "/conversations/%lld", (long long)c.id);
    assert_int_equal(get(path), 200);
    assert_true(says("Prêter un vélo &lt;172&gt; cm"));
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(cases_close(t.db, c.id, 0, now), OK);
    assert_int_equal(sql_commit(t.db), OK);
}

static void test_people(void **state) {
    (void)state;
    char path[120];
    struct case_row c;
    login("camille");
    assert_int_equal(act("/personnes", "&q=in%3Cs"), 200); /* never in an address */
    assert_true(says("In&lt;s&gt;<"));
    assert_int_equal(act("/personnes", "&q=06+39+98+01+77"), 200); /* as people write it */
    assert_true(says("In&lt;s&gt;<"));
    assert_int_equal(act("/personnes", "&q=zzz"), 200);
    assert_true(says("Personne ne porte ce nom"));
    snprintf(path, sizeof path, "/personnes/%lld", (long long)t.contact_id);
    assert_int_equal(get(path), 200);
    assert_true(says("Aucune conversation en cours."));
    assert_true(says("value=\"silence\""));
    snprintf(path, sizeof path, "/personnes/%lld/commencer", (long long)t.contact_id);
    assert_int_equal(act(path, "&dialogue=systeme_stop"), 404); /* not one for the staff */
    assert_int_equal(act(path, "&dialogue=silence"), 303);
    assert_int_equal(sql_run(t.db, "UPDATE contacts SET pause_until_ms = $1 WHERE id = $2",
                             SQL_I(service_now(&t.service) + 86400000), SQL_I(t.contact_id)),
                     OK);
    assert_int_equal(act(path, "&dialogue=silence"), 409); /* a pause was asked for */
    assert_int_equal(sql_run(t.db, "UPDATE contacts SET pause_until_ms = 0 WHERE id = $1",
                             SQL_I(t.contact_id)),
                     OK);
    snprintf(path, sizeof path, "/personnes/%lld/liberer", (long long)t.contact_id);
    assert_int_equal(act(path, ""), 303);
    snprintf(path, sizeof path, "/personnes/%lld/ecrire", (long long)t.contact_id);
    assert_int_equal(act(path, ""), 303);
    assert_true(says("location: /conversations/"));
    assert_int_equal(cases_of(t.db, t.contact_id, &t.a, &c), OK);
    assert_int_equal(get("/personnes/1234567"), 404);
    login("nour");
    assert_int_equal(get("/personnes"), 403);
}

static void test_erasure(void **state) {
    (void)state;
    char path[120];
    struct contact who = {.first_name = STR("Oubli"), .status = CONTACT_ENROLLED}, now;
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(contacts_new(t.db, &who, service_now(&t.service)), OK);
    assert_int_equal(sql_commit(t.db), OK);
    snprintf(path, sizeof path, "/personnes/%lld/effacer", (long long)who.id);
    login("camille");
    assert_int_equal(act(path, "&confirme=oui"), 403); /* a coordinator's */
    login("alex");
    assert_int_equal(act(path, ""), 303); /* never by one click */
    assert_int_equal(contacts_get(t.db, who.id, &t.a, &now), OK);
    assert_int_equal(now.status, CONTACT_ENROLLED);
    assert_int_equal(act(path, "&confirme=oui"), 303);
    assert_int_equal(contacts_get(t.db, who.id, &t.a, &now), OK);
    assert_true(now.status == CONTACT_ERASED && now.first_name.n == 0);
    assert_int_equal(act("/personnes", "&q=Oubli"), 200);
    assert_true(says("Personne ne porte ce nom"));
}

static void test_channels(void **state) {
    (void)state;
    login("camille");
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    assert_int_equal(channels_pause(t.db, STR("sms"), INT64_MAX, STR("no credit"), 1), OK);
    assert_int_equal(sql_commit(t.db), OK);
    assert_int_equal(get("/canaux"), 200);
    assert_true(says("en pause"));
    assert_true(says("no credit"));
    assert_int_equal(act("/canaux/reprendre", "&canal=nulle-part"), 404);
    assert_int_equal(act("/canaux/reprendre", "&canal=sms"), 303);
    assert_int_equal(get("/canaux"), 200);
    assert_true(says("ouvert"));
    assert_false(says("no credit"));
}

static void test_votes(void **state) {
    (void)state;
    char path[120];
    int64_t n;
    login("camille");
    assert_int_equal(get("/votes"), 200);
    assert_int_equal(act("/votes", "&question=&choix=Foot&jour=2020-01-01&heure=18%3A00"), 200);
    assert_true(says("Écrivez la question"));
    assert_true(says("au moins deux choix"));
    assert_true(says("plus tard que maintenant"));
    assert_true(says(">Foot</textarea>")); /* what was written is not lost */
    assert_int_equal(act("/votes", "&question=Une+sortie+%3F&choix=Foot%0Afoot&jour=2099-01-01&"
                                   "heure=18%3A00"),
                     200);
    assert_true(says("Deux choix sont les mêmes."));
    /* three SMS are not read; nor are four because of one letter */
    assert_int_equal(act("/votes",
                         "&question=Une+sortie+au+printemps+avec+tout+le+groupe+%3F&choix="
                         "Un+tournoi+de+foot+au+stade+municipal+a%0A"
                         "Un+tournoi+de+foot+au+stade+municipal+b%0A"
                         "Un+tournoi+de+foot+au+stade+municipal+c%0A"
                         "Un+tournoi+de+foot+au+stade+municipal+d%0A"
                         "Un+tournoi+de+foot+au+stade+municipal+e"
                         "&jour=2099-01-01&heure=18%3A00"),
                     200);
    assert_true(says("dépassent deux SMS"));
    assert_int_equal(act("/votes",
                         "&question=Une+f%C3%AAte+au+printemps+avec+tout+le+groupe+%3F"
                         "&choix=Un+tournoi+de+foot%0AUn+repas+partag%C3%A9"
                         "&jour=2099-01-01&heure=18%3A00"),
                     200);
    assert_true(says("70 signes"));
    assert_int_equal(act("/votes",
                         "&question=Une+sortie+%3F&choix=Foot%0ACin%C3%A9&jour=2099-01-"
                         "01&heure=18%3A00"),
                     303);
    cut("location: ", "\r", path, sizeof path);
    assert_int_equal(get(path), 200);
    assert_true(says("Aperçu"));
    assert_true(says("1 Foot<br>2 Ciné"));
    char opened[140];
    snprintf(opened, sizeof opened, "%s/ouvrir", path);
    assert_int_equal(act(opened, ""), 303);
    assert_int_equal(act(opened, ""), 409); /* once */
    assert_int_equal(
        sql_get_int_n(t.db, &n, "SELECT COUNT(*) FROM ballots WHERE state = 'OPEN'", NULL, 0),
        OK);
    assert_int_equal(n, 1);
}

static void test_logout_ends_it(void **state) {
    (void)state;
    char old[200];
    login("camille");
    memcpy(old, t.cookie, sizeof old);
    assert_int_equal(act("/deconnexion", ""), 303);
    assert_true(says("Max-Age=0"));
    memcpy(t.cookie, old, sizeof old);
    assert_int_equal(get("/"), 303);
}

static void test_guessing_is_slowed(void **state) {
    (void)state;
    t.cookie[0] = '\0';
    for (int i = 0; i < 5; i++) {
        assert_int_equal(post("/connexion", "identifiant=sacha&motdepasse=devine"), 200);
        assert_true(says("inconnu"));
    }
    assert_int_equal(post("/connexion", "identifiant=sacha&motdepasse=quatre+mots+%C3%A0+dire"),
                     200);
    assert_true(says("bloqu"));
    assert_false(says("set-cookie: rebond="));
    assert_int_equal(post("/connexion", "identifiant=personne&motdepasse=x"), 200);
    assert_true(says("inconnu")); /* as for a name that exists */
}

static void test_figures(void **state) {
    (void)state;
    assert_int_equal(get("/metrics"), 200);
    assert_true(says("rebond_http_requests_total"));
    assert_true(says("# TYPE"));
    assert_int_equal(get("/health"), 200);
    assert_true(says("{\"status\":\"ok\""));
}

/* ---- life */

static void *serve(void *arg) {
    assert_int_equal(site_run(arg), OK);
    return NULL;
}

static void *work(void *arg) {
    assert_int_equal(service_run(arg), OK);
    return NULL;
}

static void swallow(const char *line, void *ctx) {
    (void)ctx;
    if (getenv("REBOND_TEST_LOG")) {
        fprintf(stderr, "%s\n", line);
    }
}

static void add_people(void) {
    static const struct {
        const char *login;
        enum staff_role role;
    } staff[] = {{"camille", STAFF_ADVISOR},
                 {"nour", STAFF_ANIMATOR},
                 {"sacha", STAFF_ADVISOR},
                 {"alex", STAFF_COORDINATOR}};
    struct str hash;
    int64_t address, now = service_now(&t.service);
    assert_int_equal(guard_password_hash(STR("quatre mots à dire"), &t.a, &hash, NULL), OK);
    assert_int_equal(sql_begin(t.db, SQL_WRITE), OK);
    for (size_t i = 0; i < sizeof staff / sizeof staff[0]; i++) {
        struct staff s = {.login = str_from(staff[i].login),
                          .name = str_from(staff[i].login),
                          .hash = hash,
                          .role = staff[i].role,
                          .active = true};
        assert_int_equal(staff_put(t.db, &s, now), OK);
    }
    struct contact who = {.first_name = STR("In<s>"), .status = CONTACT_ENROLLED};
    assert_int_equal(contacts_new(t.db, &who, now), OK);
    assert_int_equal(addresses_add(t.db, who.id,
                                   (struct address){STR("tel"), STR("+33639980177")},
                                   STR("sms"), now, &address),
                     OK);
    struct case_row c = {.contact_id = who.id, .reason = STR("unclear"), .quote = STR("c koi")};
    assert_int_equal(cases_open(t.db, &c, NULL, now, NULL), OK);
    assert_int_equal(sql_commit(t.db), OK);
    t.contact_id = who.id;
    t.case_id = c.id;
}

static int start(void **state) {
    struct err err = {0};
    struct buf problems;
    (void)state;
    alarm(120);
    log_capture(swallow, NULL);
    arena_init(&t.a);
    buf_init(&problems, 65536);
    snprintf(t.dir, sizeof t.dir, "/tmp/rebond-test-XXXXXX");
    assert_non_null(mkdtemp(t.dir));
    setenv("SITE_PASSWORD", "p", 1);
    setenv("SITE_SECRET", SECRET, 1);
    struct str yaml =
        arena_printf(&t.a,
                     "listen: 127.0.0.1:0\ndatabase: %s/rebond.db\norg: {name: "
                     "Mission Locale du Val Rosay}\n"
                     "channels:\n  - {name: sms, gateway: kannel, send_url: "
                     "'http://127.0.0.1:9/cgi-bin/sendsms',"
                     " username: u, password: env:SITE_PASSWORD, secret: env:SITE_SECRET}\n",
                     t.dir);
    if (config_parse("site.yaml", yaml, &t.a, &t.config, &problems) != OK) {
        fail_msg("%s", buf_cstr(&problems));
    }
    buf_done(&problems);
    clock_real(&t.service.clock);
    if (service_open(&t.config, &t.service, &err) != OK ||
        db_open(arena_cstr(&t.a, t.config.database), NULL, &t.db, &err) != OK ||
        site_open(&t.service, NULL, &t.site, &err) != OK) {
        fail_msg("%s", err.text);
    }
    add_people();
    t.port = (int)strtol(strrchr(site_address(t.site), ':') + 1, NULL, 10);
    pthread_create(&t.work, NULL, work, &t.service);
    pthread_create(&t.web, NULL, serve, t.site);
    return 0;
}

static const char LATE[] =
    "GET " HOOK "&message=tard&secret=" SECRET " HTTP/1.1\r\nHost: x\r\n\r\n";

static int end(void **state) {
    static const char *const ENDS[] = {"rebond.db", "rebond.db-wal", "rebond.db-shm"};
    char path[128];
    (void)state;
    atomic_store(&t.service.stopping, true);
    service_wake(&t.service);
    pthread_join(t.work, NULL);
    /* a message that nobody stores any more: refused after the server is gone, without harm */
    atomic_store(&t.service.stopping, false);
    int fd = send_only(LATE, sizeof LATE - 1);
    usleep(100 * 1000);
    server_stop(site_server(t.site));
    pthread_join(t.web, NULL);
    close(fd);
    site_close(t.site);
    service_close(&t.service);
    db_close(t.db);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", t.dir, ENDS[i]);
        unlink(path);
    }
    rmdir(t.dir);
    arena_done(&t.a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hook_stores_once),
        cmocka_unit_test(test_hook_refuses),
        cmocka_unit_test(test_login_needed),
        cmocka_unit_test(test_login_elsewhere),
        cmocka_unit_test(test_forged_forms),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_answer_follows_the_persons_will),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_erasure),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_votes),
        cmocka_unit_test(test_logout_ends_it),
        cmocka_unit_test(test_guessing_is_slowed),
        cmocka_unit_test(test_figures),
    };
    return cmocka_run_group_tests(tests, start, end);
}
