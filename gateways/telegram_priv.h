/* telegram_priv.h - what the files of the Telegram gateway share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_TELEGRAM_PRIV_H
#define GATEWAYS_TELEGRAM_PRIV_H

#include "gateways/gateway.h"

enum {
    TELEGRAM_TEXT_MAX = 4096,    /* UTF-16 units of a text */
    TELEGRAM_CAPTION_MAX = 1024, /* the same of a caption */
    TELEGRAM_DATA_MAX = 64,      /* bytes of callback_data */
};

struct telegram {
    struct str token, secret_token, api_url, region;
    bool hook;
    int poll_seconds;
};

/* POST api_url/botTOKEN/METHOD with a JSON body. */
struct gw_call telegram_call(const struct gw_channel *ch, const char *method,
                             const struct val *params, struct arena *a);

/* One update. OK: *ret is filled. NONE: nothing for us, *ret_why says why. E_INVALID: no update
 * at all. *ret_id is its update_id; *ret_callback the id of a callback query to answer, empty
 * when there is none (also set with NONE: a spinner turns until it is answered). */
enum rc telegram_update(const struct gw_channel *ch, const struct val *update, struct arena *a,
                        struct inbound *ret, int64_t *ret_id, struct str *ret_callback,
                        const char **ret_why);

/* What a message carries, into in->text and in->attachment; false when nothing a person could
 * read. */
bool telegram_content(const struct val *message, struct arena *a, struct inbound *in);

enum gw_next telegram_send_next(struct gw_send *s, const struct gw_answer *answer,
                                struct gw_call *ret_call);

/* reply_markup for the message's buttons, or NULL. *ret_text gets lines that could not be
 * buttons. */
const struct val *telegram_markup(const struct outbound *msg, struct arena *a,
                                  struct str *ret_text);

/* Cuts in order at max UTF-16 units; white space at the cuts is dropped. Returns the number of
 * parts. */
size_t telegram_split(struct str text, size_t max, struct arena *a, struct str **ret_part);

#endif
