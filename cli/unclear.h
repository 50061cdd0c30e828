/* unclear.h - rebond understand --unclear: replies that nobody understood, the same ones
 * together. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_UNCLEAR_H
#define CLI_UNCLEAR_H

/* [--config FILE] [--db PATH], after argv[0]. One line a group: how many times, and the words.
 * They can be pasted into a file for --try-word ... --replay. Exit status 0, or 2 when the
 * database cannot be read. */
int unclear_main(int argc, char **argv);

#endif
