/* flow_import.h - rebond flow import: an export of another system, checked and rewritten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_IMPORT_H
#define CLI_FLOW_IMPORT_H

/* FILE [--to-yaml] [--out DIR], after argv[0]. Says for each flow what it has and what cannot
 * be supported; with --to-yaml writes the readable form to standard output, or one file a flow
 * into DIR. Exit status 0, 1 when a flow cannot be taken, 2 when the call or the file is wrong.
 */
int flow_import_main(int argc, char **argv);

#endif
