/* events_spec.h - what happens in the domain and may start a flow. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_EVENTS_SPEC_H
#define BOT_FLOW_EVENTS_SPEC_H

#include "base/str.h"

/* `with` names what the event brings, space separated: the flow reads it as @with.NAME. Dates
 * and times are texts already, in the person's language ("jeudi 12 mars", "14h"). */
struct event_spec {
    const char *name;
    const char *with;
    const char *doc_fr, *doc_en;
};
extern const struct event_spec EVENTS[]; /* ended by a NULL name */
const struct event_spec *event_spec_find(struct str name);

#endif
