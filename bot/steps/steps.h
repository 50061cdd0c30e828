/* steps.h - the kinds of step that make up the flow language. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_STEPS_STEPS_H
#define BOT_STEPS_STEPS_H

#include "bot/flow/library.h"

/* Every kind of step and every act: what library_load needs to read flows. */
extern const struct flow_lang STEPS_LANG;

#endif
