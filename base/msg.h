/* msg.h - the nouns every floor shares: address, inbound, outbound, receipt, outcome. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct val;

/* Where a person is reached. scheme "tel": E.164 with plus; "telegram": the chat id in digits;
 * "sim": a phone of the simulator. */
struct address {
    struct str scheme;
    struct str value;
};

enum inbound_kind {
    INBOUND_TEXT,    /* a message, maybe with attachments */
    INBOUND_BUTTON,  /* a button was pressed; payload says which */
    INBOUND_CONTACT, /* a phone number was shared by its owner; payload = E.164 */
    INBOUND_START,   /* deep link or first opening; payload = its parameter */
    INBOUND_BLOCKED, /* the person blocked the bot, or the operator reports a STOP */
    INBOUND_UNBLOCKED,
    INBOUND_EDITED /* an earlier message was changed; message_ref is the earlier one's */
};

/* One message as a gateway understood it. All views live in the request's arena.
 * (gateway, channel, provider_id) is the key of de-duplication; a gateway that gets no id from
 * its provider makes one from a hash of the bytes (and says so in its header). */
struct inbound {
    struct str gateway;     /* kind of gateway: "kannel", "telegram", "sim"... */
    struct str channel;     /* the configured channel's name */
    struct str provider_id; /* compared as text */
    struct address from;
    struct address to; /* our number or bot; may be empty */
    enum inbound_kind kind;
    struct str text; /* valid UTF-8; "" when there is none */
    struct str payload;
    struct str reply_to_tag;      /* an outbound message's tag when the provider echoes it */
    const struct str *attachment; /* "image/jpeg:https://..." */
    size_t attachments;
    int64_t sent_ms;        /* by the provider's clock; 0 when unknown */
    struct str person_name; /* what the network shows, may be empty; never trusted */
    struct str callback_id; /* Telegram: answered once the turn is committed; else empty */
    int part, parts;        /* of a long message that arrives in pieces; 0,0 when whole */
    struct str part_ref;
    struct str message_ref;   /* the network's own id of the message inside its chat (Telegram
                               * message_id), when it differs from provider_id; an
                               * INBOUND_EDITED names the earlier one by it */
    struct str person_handle; /* public user name on the network, lower case, no "@"; may be
                                 empty; never trusted */
};

/* Statuses of a message or of one of its parts, in the only order they may move (see
 * db/outbox.h). */
enum receipt_status {
    RECEIPT_QUEUED,    /* accepted by the provider, still waiting */
    RECEIPT_SENT,      /* handed to the network */
    RECEIPT_DELIVERED, /* final */
    RECEIPT_READ,      /* final and better than delivered */
    RECEIPT_FAILED,    /* final */
    RECEIPT_UNKNOWN    /* the provider itself does not know */
};

struct receipt {
    struct str gateway, channel;
    struct str provider_id; /* the provider's id, or empty */
    int64_t message_id;     /* our id when the provider echoed it, else 0 */
    struct str tag;         /* the outbound's tag as the provider echoed it; may be empty */
    enum receipt_status status;
    bool permanent;          /* failed for good: this number will never work */
    struct str code, reason; /* of the provider, for staff; no personal data */
    int64_t at_ms;           /* 0 when unknown */
    int part;                /* from 1; 0 when unknown or whole */
    struct address to;       /* the recipient, when the report names nothing else; else empty */
};

/* What pressing a button does. Networks that cannot show a kind leave the button out, except
 * that a link is written as its label and address where there are no buttons. */
enum button_kind {
    BUTTON_REPLY, /* answers with its payload */
    BUTTON_LINK,  /* opens the address in payload */
    BUTTON_APP,   /* opens the address in payload inside the messenger */
    BUTTON_PHONE, /* shares the person's own phone number */
    BUTTON_PLACE  /* shares the person's position */
};

/* A choice offered under a message: a button on Telegram, "1 Oui" on SMS. */
struct button {
    struct str label; /* at most 40 characters */
    struct str
        payload; /* at most 64 bytes for a reply; an http(s) address for a link or an app */
    enum button_kind kind;
};

struct outbound {
    int64_t id;     /* ours, stored before the wire */
    struct str tag; /* 13 characters of [0-9a-z] made from id, for providers with short tags */
    struct str channel;
    struct address to;
    struct str text;
    const struct button *button;
    size_t buttons;
    bool ask_contact; /* Telegram: the "share my number" button */
    const struct str *attachment;
    size_t attachments;
    struct str lang; /* "fr", "en"... */
    bool bulk; /* a broadcast: the lower priority, "marketing" flags where a provider wants one
                */
    int64_t expires_ms; /* 0 = never; providers that know a validity period are told */
    int first_part;     /* resume: parts before this one were accepted already; from 1 */
    int attempt;        /* from 1 */
    const struct val
        *extra; /* rare things one kind of gateway knows ("template" of WhatsApp); or NULL */
};

/* What became of one attempt. */
enum outcome_class {
    OUTCOME_SENT,   /* accepted: provider ids are known */
    OUTCOME_LATER,  /* not accepted; try again, not before retry_after_ms */
    OUTCOME_NEVER,  /* refused for good */
    OUTCOME_UNKNOWN /* the request left and no answer came: never sent again by itself */
};

struct outcome {
    enum outcome_class kind;
    const struct str *provider_id; /* one a part, in part order */
    size_t provider_ids;
    int64_t retry_after_ms; /* with LATER: a delay from now; 0 = the caller's backoff */
    bool throttled;         /* LATER because of a rate limit */
    bool pause_channel;     /* the whole channel waits retry_after_ms (Telegram 429) */
    bool channel_fault; /* with LATER: the account is broken (401, no credit): the message waits
                         * for the repair, the channel pauses, staff are alerted */
    bool bad_address;   /* with NEVER: this number does not work; mark it */
    bool opted_out;  /* with NEVER: the person refused at the provider (blocked the bot, carrier
                        STOP) */
    int resume_part; /* first part to send next time, from 1; 0 = all done or nothing */
    struct str code, reason; /* the provider's words, for staff; no personal data */
    struct str new_address;  /* the provider says the address changed; else empty */
};

#endif
