/* steps.c - the table of the kinds of step: this list is the language. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps.h"

#include "base/text.h"
#include "bot/flow/acts_spec.h"
#include "bot/rapid/rapid_front.h"
#include "bot/steps/steps_priv.h"

#define SUMMARY_MAX 60 /* characters of a text shown in listings */

static const struct step_kind *const STEPS[] = {
    &STEP_SAY,      &STEP_ASK,  &STEP_IF,     &STEP_CHOOSE,  &STEP_CASE,
    &STEP_SET,      &STEP_ACT,  &STEP_CALL,   &STEP_START,   &STEP_GO,
    &STEP_WAIT_FOR, &STEP_HAND, &STEP_RECORD, &STEP_WEBHOOK, &STEP_END,
    &STEP_QUIT_ALL, NULL};

const struct flow_lang STEPS_LANG = {STEPS, ACTS, &RAPID_FRONT};

int steps_say_kind(const struct val *v) {
    struct str rest = STR(SAY_KINDS), w;
    for (int i = 0; val_is(v, VAL_TEXT) && str_next(&rest, ' ', &w); i++) {
        if (str_eq(w, v->text)) {
            return i;
        }
    }
    return -1;
}

struct str steps_first(const struct texts *t) {
    return t && t->n ? text_cut(t->form[0].source, SUMMARY_MAX) : STR_EMPTY;
}
