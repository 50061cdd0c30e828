/* descriptor_priv.h - a compiled provider descriptor, shared by its compiler and its
 * interpreters. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_DESCRIPTOR_PRIV_H
#define GATEWAYS_DESCRIPTOR_PRIV_H

#include "gateways/descriptor.h"
#include "gateways/dexpr.h"
#include "gateways/sign.h"

/* Where an expression stands decides which variables it may read. */
enum descriptor_context {
    CTX_SEND = 1,   /* building a request of a message */
    CTX_HEADER = 2, /* the same, once its body is known */
    CTX_RESULT = 4, /* reading the provider's answer */
    CTX_HOOK = 8,   /* reading a web-hook */
    CTX_MEMO = 16,  /* a value fetched before sending */
    CTX_POLL = 32,  /* building a poll */
    CTX_MEDIA = 64  /* fetching a file that came */
};

enum descriptor_var {
    VAR_TO,
    VAR_SCHEME,
    VAR_TEXT,
    VAR_TAG,
    VAR_PART,
    VAR_PARTS,
    VAR_ATTACHMENT,
    VAR_ATTACHMENT_TYPE,
    VAR_ATTACHMENTS,
    VAR_MEDIA,
    VAR_BUTTONS,
    VAR_CHOICES,
    VAR_LANG,
    VAR_BULK,
    VAR_EXPIRES,
    VAR_EXTRA,
    VAR_FETCHED,
    VAR_REQUEST,
    VAR_STATUS,
    VAR_BODY,
    VAR_JSON,
    VAR_XML,
    VAR_FORM,
    VAR_HEADER,
    VAR_QUERY,
    VAR_PARAM,
    VAR_METHOD,
    VAR_PATH,
    VAR_ACTION,
    VAR_URL,
    VAR_IP,
    VAR_IT,
    VAR_NOW,
    VAR_HOOK,
    VAR_HOOK_KEY,
    VAR_CURSOR,
    VAR_LAST,
    VAR_FILE,
    VAR_COUNT
};

struct dfield {
    struct str name; /* "..." spreads the map its value gives */
    const struct dtext *value;
};

struct dfields {
    const struct dfield *item;
    size_t n;
};

/* A JSON body as written in YAML. */
struct djson {
    enum val_type type; /* VAL_MAP, VAL_LIST or VAL_TEXT (a template) */
    const struct dtext *text;
    const struct str *key;
    const struct djson *const *kid;
    size_t kids;
};

enum drule_kind { RULE_SENT, RULE_RETRY, RULE_FAIL, RULE_FAULT };
enum drule_why {
    WHY_OTHER,
    WHY_THROTTLED,
    WHY_CONNECTION,
    WHY_REJECTED,
    WHY_OPTED_OUT,
    WHY_BAD_NUMBER
};

/* What an answer means; the first that fits decides. */
struct drule {
    const struct dexpr *when; /* NULL: always */
    enum drule_kind kind;
    enum drule_why why;
    bool unsure, pause;
    const struct dtext *id, *code, *reason, *after, *new_address;
};

struct drules {
    const struct drule *item;
    size_t n;
};

struct dlet {
    int id;
    const struct dtext *value;
};

struct dlets {
    const struct dlet *item;
    size_t n;
};

enum dfor { FOR_PART, FOR_ATTACHMENT, FOR_MESSAGE };

struct dcall {
    enum dfor each;
    const struct dexpr *when;
    struct dlets let;
    const struct dtext *method; /* NULL: GET */
    const struct dtext *url;
    const struct dtext *const *fallback;
    size_t fallbacks;
    const struct dtext *fetch;
    struct dfields query, header, form;
    bool has_form, multipart;
    const struct djson *json;
    const struct dtext *body;
    struct str type;
    struct drules early, result;
    int timeout_ms;
    bool idempotent;
};

struct dmemo {
    struct str name;
    int let_id;
    struct dcall call;
    const struct dtext *value, *fallback;
    const struct dexpr *ttl;
    const struct dexpr
        *renew; /* the message's answer says that this value is stale; NULL: 401 */
};

/* "8", "20-29" or "DELIVRD" to a status. */
struct dmapping {
    struct str text;
    int64_t low, high;
    bool range;
    enum receipt_status status;
    bool permanent, ignored;
};

struct dmessage {
    const struct dtext *from, *scheme, *text, *id, *at, *to, *attachments, *name, *reply_to,
        *payload;
    const struct dtext *part_ref, *part, *parts;
    const struct dexpr *start; /* true: the first opening, payload is its parameter */
};

struct dstatus {
    const struct dtext *id, *tag, *value, *code, *reason, *at, *blocked;
    const struct dmapping *map;
    size_t maps;
    bool strict; /* an unlisted value is malformed, not ignored */
};

struct devent {
    enum inbound_kind kind;
    const struct dtext *from, *scheme, *payload, *name, *id;
    const struct dexpr *when;
};

struct danswer {
    const struct dtext *body, *type;
    int status;
};

struct dhrule {
    const struct dexpr *when;
    struct str ignore, reject;
    int reject_status;
    const struct dmessage *message;
    const struct dstatus *status;
    const struct devent *event;
    const struct danswer *answer;
};

struct dverify {
    const struct sign_scheme *scheme;
    const struct dexpr *when;
    const struct dtext *secret, *header, *value, *append, *timestamp, *prefix, *alg, *skew,
        *list, *data;
    bool base64;
    int status;
};

struct drequire {
    const struct dexpr *test;
    struct str text;
};

struct dhook {
    const struct str *action; /* "*" takes all */
    size_t actions;
    const struct dverify *verify;
    size_t verifies;
    struct dlets let, each_let;
    const struct dexpr *each, *flat;
    const struct drequire *require, *each_require;
    size_t requires, each_requires;
    const struct dhrule *rule;
    size_t rules;
    const struct danswer *answer;
};

enum dconfig_type {
    CONFIG_TEXT,
    CONFIG_SECRET,
    CONFIG_INT,
    CONFIG_BOOL,
    CONFIG_URL,
    CONFIG_LIST,
    CONFIG_MAP
};

struct dconfig {
    struct str name;
    enum dconfig_type type;
    bool optional;
    struct str fallback; /* p NULL when there is none */
};

/* How the bytes of a file that came are fetched. */
struct dmedia {
    const struct dexpr *when;   /* which attachments; NULL: all that have an address */
    const struct dcall *locate; /* asked first, or NULL */
    const struct dcall *fetch;
};

struct descriptor {
    struct gateway_kind kind; /* first: kind and descriptor convert into each other */
    struct str file;
    struct err broken; /* rc != OK: found but wrong; open() reports it */
    const struct dconfig *config;
    size_t configs;
    struct descriptor_limits limits;
    const struct dexpr *text_max;
    bool append_attachments;
    struct str let_name[DEXPR_LETS];
    int lets_n;
    struct dlets let;
    const struct dmemo *memo;
    size_t memos;
    const struct dcall *call;
    size_t calls;
    const struct dhook *hook;
    size_t hooks;
    const struct dcall *poll;
    const struct dhook *poll_hook;
    const struct dtext *poll_cursor;
    const struct dexpr *poll_when, *poll_more;
    int poll_every_s; /* pause after a poll that brought nothing */
    const struct dmedia *media;
    bool receipts;
};

/* A channel opened on a descriptor. */
struct dprogram {
    const struct descriptor *d;
    const struct val *config; /* with defaults */
};

/* ------------------------------------------------------------------ compiling */

struct loader {
    struct descriptor *d;
    struct arena *a;
    struct err *err;
    const char *file;
    struct str source;
    unsigned context;
    int lets; /* lets known here: memos and global ones first */
};

enum rc load_err(struct loader *l, const struct val *at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
enum rc load_key_err(struct loader *l, const struct val_pair *p, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Every key of the map must be in the NULL-ended list. */
enum rc load_keys(struct loader *l, const struct val *map, const char *what,
                  const char *const *known);
enum rc load_expr(struct loader *l, const struct val *map, const char *key,
                  const struct dexpr **ret);
enum rc load_text(struct loader *l, const struct val *map, const char *key,
                  enum dtext_mode mode, const struct dtext **ret);
enum rc load_template(struct loader *l, const struct val *v, enum dtext_mode mode,
                      const struct dtext **ret);
/* A constant under a name like "password" is refused. */
enum rc load_no_secret(struct loader *l, struct str key, const struct val *v,
                       const struct dtext *t);
enum rc load_lets(struct loader *l, const struct val *map, struct dlets *ret);
enum rc load_fields(struct loader *l, const struct val *map, enum dtext_mode mode,
                    struct dfields *ret);
enum dcall_kind { CALL_SEND, CALL_MEMO, CALL_POLL, CALL_FILE };
enum rc load_call(struct loader *l, const struct val *v, enum dcall_kind kind,
                  struct dcall *ret);
/* Rule `at` of the list can be reached by some request or answer. */
enum rc load_reached(struct loader *l, const struct val *list, size_t at);
enum rc load_hooks(struct loader *l, const struct val *v);
enum rc load_poll(struct loader *l, const struct val *v);
enum rc load_memos(struct loader *l, const struct val *v);
enum rc load_media(struct loader *l, const struct val *v);
bool load_is_true(const struct val *map, const char *key);
const char *descriptor_var_hint(const struct loader *l, struct str name);

/* ------------------------------------------------------------------ running */

struct drun {
    struct dexpr_env env; /* first: dexpr_env.get converts back */
    const struct gw_channel *ch;
    const struct descriptor *d;
    const struct outbound *msg;
    const struct gw_call *request;
    const struct gw_answer *answer;
    const struct gw_request *rq;
    const struct val *it;
    struct str text, cursor, fetched, file;
    int part, parts;
    int attachment; /* index or -1 */
    bool last;      /* the last request of the message */
    const struct val *cache[VAR_COUNT];
};

void drun_init(struct drun *run, const struct gw_channel *ch, struct arena *a, int64_t now_ms);
/* Forgets what was read from the answer before. */
void drun_answer(struct drun *run, const struct gw_answer *answer);
void drun_lets(struct drun *run, const struct dlets *lets);
const struct val *drun_get(struct dexpr_env *env, int id);
bool drun_when(struct drun *run, const struct dexpr *when);
struct str drun_text(struct drun *run, const struct dtext *t); /* "" for NULL */
void drun_call(struct drun *run, const struct dcall *c, int url, struct gw_call *ret);

/* The memo's value is kept and still good; then its name has it. `stale`: it is not. */
bool drun_memo_held(struct drun *run, const struct dmemo *m, bool stale);
/* Keeps what the answer brought. False when it brought nothing and there is no default. */
bool drun_memo_take(struct drun *run, const struct dmemo *m);
void drun_memo_forget(struct drun *run, const struct dmemo *m);

enum rc descriptor_open(struct gw_channel *ch, struct arena *a, struct err *err);
enum rc descriptor_hook(const struct gw_channel *ch, const struct gw_request *rq,
                        struct arena *a, struct gw_parsed *ret, struct err *err);
enum gw_next descriptor_send_next(struct gw_send *s, const struct gw_answer *answer,
                                  struct gw_call *ret_call);
enum rc descriptor_poll_call(const struct gw_channel *ch, struct str cursor, int64_t now_ms,
                             struct arena *a, struct gw_call *ret);
enum rc descriptor_poll_parse(const struct gw_channel *ch, struct str cursor,
                              const struct gw_answer *answer, int64_t now_ms, struct arena *a,
                              struct gw_parsed *ret, struct str *ret_cursor,
                              int64_t *ret_wait_ms, struct err *err);
enum rc descriptor_file_call(const struct gw_channel *ch, struct str attachment,
                             struct arena *a, struct gw_call *ret);
enum rc descriptor_file_parse(const struct gw_channel *ch, struct str attachment,
                              const struct gw_answer *answer, struct arena *a,
                              struct gw_call *ret, struct err *err);
/* Runs one hook's rules over a request or an answer already in `run`. */
enum rc descriptor_read(struct drun *run, const struct dhook *h, struct gw_parsed *ret,
                        struct err *err);
const struct descriptor *descriptor_of(const struct gw_channel *ch);

#endif
