/* poll.h - gateways that are asked for messages instead of being told. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_POLL_H
#define JOBS_POLL_H

struct service;

/* Keeps one long poll open on each channel that works so. What comes goes through jobs/receive
 * like a web-hook, with the cursor in the same transaction. Returns how many polls were
 * started. */
int poll_round(struct service *s);
/* Calls that gateways want once at start (setWebhook, deleteWebhook). */
void poll_setup(struct service *s);

#endif
