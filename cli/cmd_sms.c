/* cmd_sms.c - rebond sms count: what a text costs, and what makes it cost more. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "gateways/sms_text.h"

#define ALIENS_SHOWN 20

static void show_aliens(struct str text, struct arena *a) {
    struct sms_alien alien[ALIENS_SHOWN];
    size_t n = sms_aliens(text, a, alien, ALIENS_SHOWN);
    for (size_t i = 0; i < n && i < ALIENS_SHOWN; i++) {
        printf("  colonne %zu : « %.*s » n'est pas dans l'alphabet court", alien[i].column,
               STR_ARG(alien[i].character));
        if (alien[i].replacement.p) {
            printf(" ; « %.*s » est gratuit", STR_ARG(alien[i].replacement));
        }
        putchar('\n');
    }
}

static int count(struct str text) {
    struct arena a;
    arena_init(&a);
    static const struct {
        enum sms_policy policy;
        const char *name;
    } POLICIES[] = {{SMS_EXACT, "exact"}, {SMS_TYPOGRAPHIC, "typographic"}, {SMS_GSM, "gsm"}};
    for (size_t i = 0; i < sizeof POLICIES / sizeof *POLICIES; i++) {
        struct sms_count c = sms_count(sms_policy_apply(text, POLICIES[i].policy, &a));
        printf("%-12s %d SMS, %d %s, encore %d\n", POLICIES[i].name, c.segments, c.units,
               c.ucs2 ? "unités UCS-2" : "septets GSM-7", c.left);
    }
    show_aliens(text, &a);
    arena_done(&a);
    return 0;
}

static int run(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "count") == 0 && text_is_utf8(str_from(argv[2]))) {
        return count(str_from(argv[2]));
    }
    return options_fail("sms count \"texte en UTF-8\"");
}

const struct command CMD_SMS = {
    .name = "sms",
    .usage = "count \"TEXTE\"",
    .summary = "compter les SMS d'un texte, avec les lettres qui doublent le prix",
    .help = "  count \"TEXT\"   segments under the three text policies (exact, typographic, "
            "gsm), and each\n"
            "                 character outside the GSM 7-bit alphabet with its column and "
            "free replacement",
    .run = run,
};
