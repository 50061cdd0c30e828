/* try_provider.h - one real message over a descriptor, each request and answer shown. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_TRY_PROVIDER_H
#define CLI_TRY_PROVIDER_H

/* argv: "try", FILE, --to NUMBER, --text TEXT, --really, --public URL, --private, KEY=VALUE...
 * Returns the exit status: 0 sent (or shown, without --really), 1 not sent, 2 wrong call. */
int try_provider(int argc, char **argv);

#endif
