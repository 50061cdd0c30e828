/* flow_import.h - rebond flow import: an export of another system, checked and rewritten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_IMPORT_H
#define CLI_FLOW_IMPORT_H

/* FILE and options, after argv[0]. Installs the export among the flows (cli/flow_install.h);
 * with
 * --to-yaml writes the readable form to standard output instead, or one file a flow into --out
 * DIR. Exit status 0, 1 when a flow cannot be taken, 2 when the call or the file is wrong. */
int flow_import_main(int argc, char **argv);

#endif
