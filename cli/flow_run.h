/* flow_run.h - rebond flow run: flows of another system from JSON lines. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_RUN_H
#define CLI_FLOW_RUN_H

/* [--fixtures FILE] [--environments FILE], after argv[0]. Reads one case a line on standard
 * input ("kind": runner, action, router, localization) and writes one answer a line. Exit
 * status 0, or 2 when the call or a line is wrong. */
int flow_run_main(int argc, char **argv);

#endif
