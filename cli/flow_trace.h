/* flow_trace.h - rebond flow trace --contact ID | --last: why past turns went as they did. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_TRACE_H
#define CLI_FLOW_TRACE_H

#include <stdbool.h>

/* Is `flow trace` asked for turns of the database, not for a transcript? */
bool flow_trace_is_past(int argc, char **argv);
/* `rebond flow trace ...`; argv[0] is "trace". Returns the exit status. */
int flow_trace_main(int argc, char **argv);

#endif
