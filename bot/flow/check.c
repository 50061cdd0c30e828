/* check.c - what only shows when all flows stand side by side: calls, keywords, names, acts. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bot/flow/check.h"

#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"

void check_library(const struct library *l, struct flow_problems *problems) {
    (void)l;
    (void)problems;
}

void library_check(const struct library *l, const struct text_meter *meter,
                   struct flow_problems *problems) {
    (void)l;
    (void)meter;
    (void)problems;
}
