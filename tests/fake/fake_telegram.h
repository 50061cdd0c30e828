/* fake_telegram.h - a strict Bot API server on loopback: what the real one refuses, it refuses.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_FAKE_TELEGRAM_H
#define TESTS_FAKE_TELEGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Knows the methods this service uses, with their required fields, types and limits (Bot
 * API 10.1). A call that breaks one gets the error the real API gives, and is counted as a
 * violation with its reason, so that a test can ask that there were none. An unknown parameter
 * is a violation too: the real API ignores it silently, which is how a misspelt option goes
 * unnoticed. */
struct fake_telegram;

/* `token` is the bot's. Use as api_url what fake_telegram_url gives. */
struct fake_telegram *fake_telegram_start(const char *token);
void fake_telegram_stop(struct fake_telegram *t);
const char *fake_telegram_url(const struct fake_telegram *t);

/* Things people do; each becomes one update, handed out by getUpdates (offset confirms, a long
 * poll waits for them). They return the update_id. */
int64_t fake_telegram_text(struct fake_telegram *t, int64_t chat, const char *text);
/* Presses the button of that label under the last message sent to the chat. 0 when there is
 * none. */
int64_t fake_telegram_press(struct fake_telegram *t, int64_t chat, const char *label);
/* Shares a phone number; owner 0 = a contact without user_id. */
int64_t fake_telegram_contact(struct fake_telegram *t, int64_t chat, const char *phone,
                              int64_t owner);
/* Blocks or unblocks the bot; sends to that chat get 403 while blocked. */
int64_t fake_telegram_block(struct fake_telegram *t, int64_t chat, bool blocked);
/* Any update: `body` is the JSON of its members but update_id, "\"message\":{...}". */
int64_t fake_telegram_update(struct fake_telegram *t, const char *body);
/* The update as JSON, to post it to a web-hook; valid until stop. */
const char *fake_telegram_update_json(struct fake_telegram *t, int64_t update_id);

/* The next n sends get this answer instead (429 with retry_after, 500...); wait_s 0 = no
 * retry_after. */
void fake_telegram_fail(struct fake_telegram *t, int n, int error_code, const char *description,
                        int wait_s);
/* The next n downloads of a file get this status. */
void fake_telegram_fail_files(struct fake_telegram *t, int n, int status);
/* The next send is carried out, and its answer is lost: the connection closes. */
void fake_telegram_lose_answer(struct fake_telegram *t);

/* One message the bot sent; views valid until stop. */
struct fake_telegram_message {
    struct str method; /* "sendMessage"... */
    int64_t chat, id;
    struct str text;   /* text or caption */
    struct str file;   /* address or file id of a photo, document... */
    struct str markup; /* reply_markup as JSON, or empty */
};
size_t fake_telegram_sent(struct fake_telegram *t);
struct fake_telegram_message fake_telegram_message(struct fake_telegram *t, size_t i);
bool fake_telegram_wait(struct fake_telegram *t, size_t sent, int ms);

/* Calls that broke the rules; the text of the i-th. */
size_t fake_telegram_violations(struct fake_telegram *t);
const char *fake_telegram_violation(struct fake_telegram *t, size_t i);
/* Updates not yet confirmed by an offset. */
size_t fake_telegram_pending(struct fake_telegram *t);
/* Callback queries answered so far. */
size_t fake_telegram_answered(struct fake_telegram *t);
/* Calls of a method so far. */
size_t fake_telegram_calls(struct fake_telegram *t, const char *method);
/* The web-hook set by the bot, "" when none. */
const char *fake_telegram_webhook(struct fake_telegram *t);

#endif
