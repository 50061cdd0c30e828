/* cmd_sms.c - rebond sms count: what a text costs, and what makes it cost more. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "gateways/sms_text.h"
#include "jobs/channel_limits.h"

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

/* What the text costs on each channel that counts SMS, or on the one that is named. */
static int show_channels(struct str text, const char *channel, const char *config_path) {
    struct arena a;
    struct config config;
    bool found = false;
    arena_init(&a);
    if (options_config(config_path, NULL, &a, &config) != OK) {
        arena_done(&a);
        return 1;
    }
    for (size_t i = 0; i < config.channels; i++) {
        const struct channel_config *cc = &config.channel[i];
        struct channel_limits l;
        if (channel && !str_is(cc->name, channel)) {
            continue;
        }
        found = true;
        channel_limits(cc, &l);
        enum sms_policy policy = str_is(cc->text_policy, "exact") ? SMS_EXACT
                                 : str_is(cc->text_policy, "gsm") ? SMS_GSM
                                                                  : SMS_TYPOGRAPHIC;
        struct sms_count n = sms_count(sms_policy_apply(text, policy, &a));
        printf("canal %.*s : %d SMS", STR_ARG(cc->name), n.segments);
        if (l.price_micro) {
            int64_t tenths = (l.price_micro * n.segments + 500) / 1000;
            printf(", %lld,%03lld €%s", (long long)(tenths / 1000), (long long)(tenths % 1000),
                   l.price_is_public ? " (prix public de l'opérateur)" : "");
        }
        if (l.parts_max && n.segments > l.parts_max) {
            printf(" ; refusé, %d SMS au plus", l.parts_max);
        }
        putchar('\n');
    }
    arena_done(&a);
    return found ? 0 : options_fail("no channel '%s'", channel ? channel : "");
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
    const char *channel = NULL, *config = NULL, *text = NULL;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--channel") == 0 && i + 1 < argc) {
            channel = argv[++i];
        } else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
            config = argv[++i];
        } else if (!text) {
            text = argv[i];
        } else {
            text = NULL;
            break;
        }
    }
    if (argc < 3 || strcmp(argv[1], "count") != 0 || !text || !text_is_utf8(str_from(text))) {
        return options_fail("sms count \"texte en UTF-8\" [--channel NOM] [--config FICHIER]");
    }
    int status = count(str_from(text));
    return channel || config ? show_channels(str_from(text), channel, config) : status;
}

const struct command CMD_SMS = {
    .name = "sms",
    .usage = "count \"TEXTE\" [--channel NOM] [--config FICHIER]",
    .summary = "compter les SMS d'un texte, avec les lettres qui doublent le prix",
    .help =
        "  count \"TEXT\"   segments under the three text policies (exact, typographic, "
        "gsm), and each\n"
        "                 character outside the GSM 7-bit alphabet with its column and "
        "free replacement\n"
        "  --channel NAME the price on this channel of the configuration\n"
        "  --config FILE  the configuration (default: rebond.yaml here); alone: every channel",
    .run = run,
};
