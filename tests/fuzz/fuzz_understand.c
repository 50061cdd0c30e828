/* fuzz_understand.c - any bytes as a reply to any question: read twice, the same answer, in
 * bounds. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "bot/understand/understand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool law) {
    if (!law) {
        abort();
    }
}

static void check(const struct answer *a, const struct answer *b, struct arena *mem) {
    demand(a->intent == b->intent && a->confidence == b->confidence);
    demand(str_eq(json_text(a->value, mem), json_text(b->value, mem)));
    demand(a->confidence >= 0 && a->confidence <= 1);
    demand((a->sureness == UND_SURE) == (a->confidence >= 0.5));
    demand(intent_name(a->intent) != NULL && a->value != NULL);
}

/* First byte: the question and its hint; the rest: the reply. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct und *u;
    static struct arena mem;
    static const struct zone *zone;
    static const struct ask_option OPTION[] = {
        {{"emploi", 6}, NULL, 0}, {{"mardi 14h", 9}, NULL, 0}, {{"oui", 3}, NULL, 0}};
    struct err err;
    struct answer a, b;
    if (!u && (und_load(NULL, &u, &err) || zone_get(STR("Europe/Paris"), &zone, &err))) {
        abort();
    }
    if (size < 1) {
        return 0;
    }
    struct ask ask = {.kind = (enum ask_kind)(data[0] % (ASK_FREE + 1)),
                      .hint = (enum ask_hint)(data[0] / 16 % 3),
                      .option = OPTION,
                      .options = 3,
                      .zone = zone,
                      .now_ms = 1773136800000LL,
                      .region = STR("FR")};
    struct str text = {(const char *)data + 1, size - 1};
    und_read(u, text, &ask, &mem, &a);
    und_read(u, text, &ask, &mem, &b);
    check(&a, &b, &mem);
    arena_reset(&mem);
    return 0;
}
