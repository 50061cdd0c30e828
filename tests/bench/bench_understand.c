/* bench_understand.c - what it costs to read one reply, over replies of many kinds. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include "bot/understand/understand.h"

static const struct {
    enum ask_kind ask;
    const char *text;
} REPLIES[] = {
    {ASK_YES_NO, "oui"},
    {ASK_YES_NO, "ouais grave, je serai là"},
    {ASK_YES_NO, "nan jpeux pas dsl"},
    {ASK_YES_NO, "peut-être, ça dépend de mon stage"},
    {ASK_YES_NO, "pas de souci pour mercredi"},
    {ASK_YES_NO, "non je travaille ce jour-là, mais la prochaine fois oui"},
    {ASK_YES_NO, "👍"},
    {ASK_YES_NO, "STOP"},
    {ASK_YES_NO, "arrêtez de m'envoyer des messages svp"},
    {ASK_CHOICE, "2"},
    {ASK_CHOICE, "la cuisine"},
    {ASK_CHOICE, "le premier et le dernier"},
    {ASK_DATE, "12/03/2007"},
    {ASK_DATE, "mercredi prochain"},
    {ASK_DATE, "le quinze avril deux mille huit"},
    {ASK_DATE, "je suis née le 3 janvier 2006"},
    {ASK_TIME, "14h30"},
    {ASK_TIME, "vers six heures du soir"},
    {ASK_DATETIME, "demain à 10h"},
    {ASK_AGE, "j'ai 17 ans"},
    {ASK_AGE, "dix-neuf"},
    {ASK_NAME, "Karim"},
    {ASK_NAME, "bonjour moi c'est Awa"},
    {ASK_POSTCODE, "33700"},
    {ASK_POSTCODE, "j'habite à Mérignac"},
    {ASK_SITUATION, "je suis en alternance dans une boulangerie"},
    {ASK_SITUATION, "rien pour l'instant, je cherche"},
    {ASK_NUMBER, "17,5"},
    {ASK_NUMBER, "deux ou trois"},
    {ASK_PHONE, "06 39 98 01 50"},
    {ASK_EMAIL, "awa.diallo@exemple.fr"},
    {ASK_DURATION, "une demi-heure à peu près"},
    {ASK_FREE, "J'aimerais bien une aide pour le permis, mes parents ne peuvent pas payer."},
    {ASK_NONE, "bonjour c'est pour la rencontre de mercredi"},
    {ASK_NONE, "je serai en retard de dix minutes"},
    {ASK_NONE, "je voudrais parler à un conseiller"},
    {ASK_NONE, "vous vous trompez de numéro"},
    {ASK_NONE, "je suis perdu, j'en peux plus, j'ai envie de disparaître"},
};
#define N_REPLIES (sizeof REPLIES / sizeof *REPLIES)

static const struct ask_option OPTIONS[] = {
    {STR("Sport"), NULL, 0}, {STR("Musique"), NULL, 0}, {STR("Cuisine"), NULL, 0}};

static void read_all(const struct und *u, const struct zone *zone, struct arena *a) {
    for (size_t i = 0; i < N_REPLIES; i++) {
        struct answer got;
        struct ask ask = {.kind = REPLIES[i].ask,
                          .option = OPTIONS,
                          .options = REPLIES[i].ask == ASK_CHOICE ? 3 : 0,
                          .several = true,
                          .zone = zone,
                          .now_ms = 1772528400000LL,
                          .region = STR("FR")};
        arena_reset(a);
        und_read(u, str_from(REPLIES[i].text), &ask, a, &got);
    }
}

int main(int argc, char **argv) {
    struct und *u;
    struct err err = {0};
    struct arena a;
    double us[BENCH_ROUNDS];
    long ir = bench_mode(argc, argv), n = ir ? ir : 100;
    const struct zone *zone = NULL;
    if (und_load(NULL, &u, &err) != OK || zone_get(STR("Europe/Paris"), &zone, &err) != OK) {
        bench_die("tables", err.text);
    }
    arena_init(&a);
    for (int r = 0; r < (ir ? 1 : BENCH_ROUNDS); r++) {
        double at = bench_cpu_us();
        for (long i = 0; i < n; i++) {
            read_all(u, zone, &a);
        }
        us[r] = (bench_cpu_us() - at) / (double)n / (double)N_REPLIES;
    }
    if (!ir) {
        bench_say("reply_us", bench_median(us, BENCH_ROUNDS));
    }
    bench_say("replies", (double)N_REPLIES);
    arena_done(&a);
    und_free(u);
    return 0;
}
