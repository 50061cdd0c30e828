/* telegram.h - Telegram bots (Bot API 10.1), by long poll or by web-hook. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_TELEGRAM_H
#define GATEWAYS_TELEGRAM_H

#include "gateways/gateway.h"

/* Texts go out plain, without parse_mode: what the author wrote is what is read, nothing needs
 * escaping and the API cannot refuse a lone "_" or "<". They are cut in order at 4096 UTF-16
 * units (the API's limit, counted the careful way), at a line end or space when one is near.
 *
 * Buttons: replies and links make an inline keyboard; a button that shares the phone or the
 * place, or opens an app, makes a one-time reply keyboard, where the plain answers come back as
 * their label. A reply's payload over 64 bytes is replaced by its number among the buttons
 * (from 1), the digit an SMS would carry. ask_contact adds a "share my number" button when no
 * BUTTON_PHONE is there. A link that is no http(s) address with a full host name is left out.
 *
 * Attachments: one with a text up to 1024 units goes as its caption; else texts first, then
 * each file. An attachment whose type is no media type (image, video, audio, application, text,
 * font, model, geo) cannot be sent by any method: it is left out with its caption; when nothing
 * remains the outcome is SENT without provider ids and the reason says so.
 *
 * Inbound: provider_id is the update_id, message_ref the message_id inside the chat. Only
 * private chats with people; groups, channels and bots are ignored. Attachments are
 * "TYPE:tg-file:FILE_ID" until file_call resolves them, or "geo:LAT,LON". A contact counts as
 * INBOUND_CONTACT only when it is the sender's own.
 *
 * Configuration keys (texts):
 *   token         of BotFather, "123456:ABC...": needed ("auth_token" is read when absent)
 *   mode          poll (default: no public address needed) | hook
 *   secret_token  1 to 256 of A-Z a-z 0-9 _ -, checked in X-Telegram-Bot-Api-Secret-Token;
 *                 needed with hook
 *   api_url       default https://api.telegram.org
 *   poll_seconds  length of a long poll, 1 to 50, default 50
 *   region        country of numbers, default FR ("country" is read when absent) */
extern const struct gateway_kind telegram_kind;

#endif
