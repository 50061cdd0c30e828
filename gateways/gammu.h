/* gammu.h - SMS through gammu-smsd: a modem on the office's machine, for a trial. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_GAMMU_H
#define GATEWAYS_GAMMU_H

#include "gateways/gateway.h"

/* gammu-smsd with its FILES service keeps a spool folder: outbox, inbox, sent, error. A codec
 * touches no file: its calls have addresses "spool:/PATH", which jobs/spool.c carries out as it
 * would a request (PUT, LIST, DELETE, MOVE), so that everything else stays as with a provider.
 *
 *   send     PUT outbox/OUTA<when>_00_<number>_<tag>.txtd, UTF-16 with its mark; smsd cuts long
 *            texts itself and asks for a report ("d")
 *   receive  LIST inbox (inboxformat = detail: one file a message, all its parts in it); the
 * file is deleted once its message is committed state    the same LIST shows sent and error:
 * the file's name carries our tag report   a status report names its number only (the FILES
 * service never tells the reference of what it sent): it counts when one message alone can be
 * meant (db/receipts.h)
 *
 * Configuration keys (texts): spool (folder, absolute: needed), reports (yes), region (FR). */
extern const struct gateway_kind gammu_kind;

/* Shortest time between two looks at the folder, in ms. */
#define GAMMU_LOOK_MS 1000

#endif
