/* gateway.h - what a gateway must be able to do: pure codecs between bytes and messages, no
 * sockets. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_GATEWAY_H
#define GATEWAYS_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/val.h"

/* A gateway never opens a socket, reads a clock or keeps a secret of its own: jobs do the wire
 * (gateways/http), hand the answers back, and store what must survive. So the same code runs in
 * service, in tests with recorded bytes, and in `rebond gateway replay`. */

struct gw_header {
    struct str name, value; /* name in any case */
};

/* A web-hook request as it came. */
struct gw_request {
    struct str method; /* "POST" */
    struct str url;    /* full public URL with query, for signatures */
    struct str path;   /* "/hook/ovh/status" */
    struct str action; /* last path segment: "receive", "status"...; "" when the path ends at
                          the name */
    struct str query;  /* raw, without '?' */
    const struct gw_header *header;
    size_t headers;
    struct str body; /* raw */
    struct str remote_ip;
    int64_t now_ms;
};

/* A request for the wire. */
struct gw_call {
    struct str method, url;
    const struct gw_header *header;
    size_t headers;
    struct str body;   /* exact bytes */
    int timeout_ms;    /* 0 = the channel's default (30 s) */
    bool idempotent;   /* may be repeated safely when no answer came */
    size_t answer_max; /* bytes of the answer's body; 0 = HTTP_BODY_MAX */
};

/* What came back. status 0: no HTTP answer; then `left` tells whether request bytes may have
 * reached the provider (false: name not resolved, connection refused, TLS refused). */
struct gw_answer {
    int status;
    bool left;
    const struct gw_header *header;
    size_t headers;
    struct str body;  /* at most 1 MiB, else error "answer too long" */
    struct str error; /* for staff and logs; never holds secrets */
};

/* What a hook or a poll brought. */
struct gw_parsed {
    int http_status; /* what to answer once everything is committed */
    struct str content_type, body;
    const struct inbound *in;
    size_t ins;
    const struct receipt *receipt;
    size_t receipts;
    const struct gw_call
        *react; /* calls to make after COMMIT (answerCallbackQuery); losing one harms nobody */
    size_t reacts;
    struct str reason; /* why it was ignored or refused, for the log; no personal data */
};

/* Small values that outlive a call but not the process: tokens, clock skew. Keys are the
 * gateway's. */
struct gw_memory {
    enum rc (*get)(void *ctx, struct str key, int64_t now_ms, struct arena *a, struct str *ret);
    void (*put)(void *ctx, struct str key, struct str value, int64_t expires_ms);
    void *ctx;
};

struct gw_channel {
    struct str name; /* of the configuration: "sms", "telegram" */
    const struct gateway_kind *kind;
    const struct val *config; /* VAL_MAP of texts; secrets already resolved; never logged */
    struct str public_url;    /* "https://bot.example.org", for callbacks; may be empty */
    struct gw_memory *memory;
    void *program;      /* made by open(): compiled descriptor, parsed options */
    bool allow_private; /* calls to loopback and private addresses are allowed */
    bool lenient; /* replay and tools: open() does not mind absent keys, only wrong ones */
};

/* A message may leave as several parts (requests). outcome.provider_id lists the parts accepted
 * in this attempt, from msg->first_part (or 1) on, also when a later part failed; resume_part
 * then names the first part that was not accepted. */

/* One message on its way: send_next is called with answer NULL first, then with the answer to
 * each call it asked for, until it returns GW_DONE. All memory is in `a`. */
struct gw_send {
    const struct gw_channel *channel;
    const struct outbound *msg;
    struct arena *a;
    int64_t now_ms;
    int step;               /* the gateway's own */
    void *state;            /* the gateway's own, in `a` */
    struct outcome outcome; /* valid at GW_DONE */
};

enum gw_next { GW_CALL, GW_DONE };

enum {
    GW_HOOK = 1,     /* receives by web-hook */
    GW_POLL = 2,     /* receives by polling */
    GW_RECEIPTS = 4, /* reports delivery */
    GW_BUTTONS = 8,  /* shows buttons; otherwise choices are written as digits */
    GW_SMS = 16,     /* segments, GSM-7, price per segment */
    GW_MEDIA = 32
};

struct gateway_kind {
    const char *name;  /* "kannel" */
    const char *title; /* for people */
    unsigned caps;
    struct str scheme; /* of addresses: "tel", "telegram", "sim" */
    int text_max; /* characters of one message; longer ones are cut by the gateway in order */

    /* MUST: check ch->config (every wrong or missing key is an error naming it), prepare
     * ch->program in `a`. */
    enum rc (*open)(struct gw_channel *ch, struct arena *a, struct err *err);
    /* MUST when GW_HOOK: verify, then parse. OK also for what is ignored (reason set).
     * E_DENIED: wrong signature or secret (ret->http_status is set, nothing else). E_INVALID:
     * malformed. Never blocks. */
    enum rc (*hook)(const struct gw_channel *ch, const struct gw_request *rq, struct arena *a,
                    struct gw_parsed *ret, struct err *err);
    /* MUST. Pure: the same message and answers give the same calls. */
    enum gw_next (*send_next)(struct gw_send *s, const struct gw_answer *answer,
                              struct gw_call *ret_call);
    /* MUST when GW_POLL: the next poll call for a cursor ("" at first; NONE: this channel is
     * not polled), and what its answer brought. *ret_cursor is stored in the same transaction
     * as the inbound it covers. LATER as E_BUSY with *ret_wait_ms, account faults as E_DENIED.
     */
    enum rc (*poll_call)(const struct gw_channel *ch, struct str cursor, int64_t now_ms,
                         struct arena *a, struct gw_call *ret);
    enum rc (*poll_parse)(const struct gw_channel *ch, struct str cursor,
                          const struct gw_answer *answer, int64_t now_ms, struct arena *a,
                          struct gw_parsed *ret, struct str *ret_cursor, int64_t *ret_wait_ms,
                          struct err *err);

    /* MAY: one call to make at start, before the first hook or poll (setWebhook,
     * deleteWebhook); safe to repeat. NONE when there is nothing to do. */
    enum rc (*setup_call)(const struct gw_channel *ch, struct arena *a, struct gw_call *ret);
    /* MAY: an inbound attachment ("image/jpeg:tg-file:ID", "image/png:https://...") whose bytes
     * want more than a plain GET. file_call: OK = ask this first, where the file is; NONE =
     * nothing to ask. file_parse reads that answer (NULL when nothing was asked) and makes the
     * call for the bytes: OK; NONE = not a file of this gateway; E_INVALID = the network does
     * not give it, for good; E_BUSY = later. That call may hold the channel's secret in its
     * address or headers: never stored, never shown, and headers never follow a redirect. */
    enum rc (*file_call)(const struct gw_channel *ch, struct str attachment, struct arena *a,
                         struct gw_call *ret);
    enum rc (*file_parse)(const struct gw_channel *ch, struct str attachment,
                          const struct gw_answer *answer, struct arena *a, struct gw_call *ret,
                          struct err *err);
};

/* The call for the bytes of an attachment that is a plain http(s) address; NONE for anything
 * else ("geo:48.8,2.3"). */
enum rc gw_plain_file(struct str attachment, struct arena *a, struct gw_call *ret);
/* "image/jpeg:https://..." -> its address ("https://..." or "tg-file:ID"), and its type or "".
 */
struct str gw_attachment_address(struct str attachment);
struct str gw_attachment_type(struct str attachment);
/* A message for a network that carries text only: what can be opened (an http or https address,
 * a position as a map) stands on a line of its own after the text; the rest is left out. */
struct str gw_text_with_links(const struct outbound *msg, struct arena *a);

/* The table (gateways.c), ended by NULL. Descriptors (providers/X.yaml) are found after it by
 * name. */
extern const struct gateway_kind *const GATEWAYS[];
/* Built-in kind, or the descriptor engine opened on the embedded (or given)
 * providers/NAME.yaml. */
enum rc gateway_find(struct str name, const struct gateway_kind **ret);

/* Small readers every codec needs. Absent gives the empty view with p NULL. */
struct str gw_header_get(const struct gw_header *h, size_t n, const char *name);
/* Value of a key in "a=1&b=2", percent and plus decoded. */
struct str gw_form_get(struct str form, const char *key, struct arena *a);
/* Takes the next pair off the front of *form, both sides decoded; false at the end. A pair
 * without
 * '=' has an empty value; empty pairs are skipped. */
bool gw_form_next(struct str *form, struct arena *a, struct str *ret_key,
                  struct str *ret_value);
/* Percent decoding; a '%' that does not begin an escape stays. `plus`: "+" is a space (forms).
 * The result may hold any byte: callers that need UTF-8 check it. */
struct str gw_url_decode(struct str s, bool plus, struct arena *a);
/* Percent-encoding of everything but [A-Za-z0-9._~-]. */
struct str gw_url_encode(struct str s, struct arena *a);
/* Appends &key=value (or key=value when *form is empty), both encoded. */
struct buf;
void gw_form_put(struct buf *form, const char *key, struct str value);
/* The public address of a channel's hook: "https://bot.example.org/hook/NAME/ACTION" (no
 * "/ACTION" when action is ""). Empty when the installation has no public address. */
struct str gw_hook_url(const struct gw_channel *ch, const char *action, struct arena *a);
/* Outcome of an answer with status 0: UNKNOWN when the request may have arrived, else LATER. */
struct outcome gw_no_answer(const struct gw_answer *answer, struct arena *a);
/* Seconds of a Retry-After header as milliseconds (a date counts from now_ms); 0 when absent.
 */
int64_t gw_retry_after(const struct gw_answer *answer, int64_t now_ms);
/* Seconds a provider wrote, as milliseconds: 0 when negative or past the year 2100 (no product
 * overflows). */
int64_t gw_seconds(int64_t seconds);
/* A text of the channel's configuration; `dflt` when absent. */
struct str gw_config(const struct gw_channel *ch, const char *key, const char *dflt);
/* The same for a switch: VAL_BOOL, or yes/true/on/oui/1 and their contraries. */
bool gw_config_flag(const struct gw_channel *ch, const char *key, bool dflt);
/* open()'s checks; errors name the key, callers add the channel. An absent key is E_INVALID
 * ("missing key 'username'"). */
enum rc gw_config_need(const struct gw_channel *ch, const char *key, struct err *err) MUST_USE;
/* Absent is fine; else it must be an http or https address. */
enum rc gw_config_url(const struct gw_channel *ch, const char *key, struct err *err) MUST_USE;
/* Absent is fine; else `min` characters or more, all of [A-Za-z0-9_-]: secrets that travel in a
 * URL or a header and must survive every template on the way. */
enum rc gw_config_token(const struct gw_channel *ch, const char *key, size_t min,
                        struct err *err) MUST_USE;
/* Absent is fine; any key not in the NULL-ended list is E_INVALID, with a hint when one is
 * close. */
enum rc gw_config_known(const struct gw_channel *ch, const char *const *keys,
                        struct err *err) MUST_USE;
/* 13 characters of [0-9a-z] <-> our 63-bit message id, for providers with short tags. */
struct str gw_tag(int64_t id, struct arena *a);
enum rc gw_untag(struct str tag, int64_t *ret);

#endif
