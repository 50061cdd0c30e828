/* rapid_priv.h - what the files of this folder share: the session's insides, actions, events.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_PRIV_H
#define BOT_RAPID_RAPID_PRIV_H

#include "bot/rapid/rapid.h"
#include "bot/rapid/rapid_session.h"

#define RAPID_TEXT_MAX 10000  /* characters of an evaluated text */
#define RAPID_VALUE_MAX 640   /* characters of a result or a field */
#define RAPID_EXTRA_MAX 10000 /* bytes of a web-hook's answer that a result or a run keeps */

/* --- loading --- */

struct rapid_text {
    struct str source;
    const struct tmpl *tmpl;
};

/* Checks of one member of a definition; what each means is in rapid_check.c. */
enum rapid_check {
    CHECK_TEXT,
    CHECK_TEXTS,   /* a list of texts */
    CHECK_REPLIES, /* the same, each of 1000 characters at most */
    CHECK_REF,     /* {"uuid", "name"}, perhaps null */
    CHECK_REFS,    /* a list of references or {"name_match"} */
    CHECK_FIELD,   /* {"key", "name"} */
    CHECK_BOOL,
    CHECK_HEADERS, /* a map of texts */
    CHECK_AMOUNTS, /* a map of numbers */
    CHECK_METHOD,
    CHECK_RESULT,   /* a result's name */
    CHECK_CATEGORY, /* a category's name */
    CHECK_LOCAL,    /* a local's name */
    CHECK_STATUS,   /* a contact's status */
    CHECK_SCHEME,
    CHECK_OPERATION,
    CHECK_ANY
};

struct rapid_member {
    const char *name;
    enum rapid_check check;
    bool required;
    int max; /* characters or entries; 0: no limit of its own */
};

enum { FLOW_MESSAGING = 1, FLOW_BACKGROUND = 2, FLOW_OFFLINE = 4, FLOW_VOICE = 8 };
#define FLOW_ANY (FLOW_MESSAGING | FLOW_BACKGROUND | FLOW_OFFLINE | FLOW_VOICE)
#define FLOW_ONLINE (FLOW_MESSAGING | FLOW_BACKGROUND | FLOW_VOICE)
#define FLOW_ASKING (FLOW_MESSAGING | FLOW_OFFLINE | FLOW_VOICE)

/* NULL, or everything wrong with the members, joined by ", ". */
const char *rapid_check_members(const struct val *def, const struct rapid_member *member,
                                struct arena *a);
/* A flow definition brought to RAPID_SPEC. E_UNSUPPORTED when it is older than 13 or newer
 * than 14. */
enum rc rapid_migrate(const struct val *flow, struct arena *a, const struct val **ret,
                      struct err *err) MUST_USE;

/* A list of problems that grows. */
struct rapid_report {
    struct arena *a;
    struct rapid_problem *problem;
    size_t n, cap;
    struct rapid_problem at; /* flow, node and action of the next one */
};
void rapid_report_add(struct rapid_report *r, bool warning, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* False when it is too wrong to run; the report says why. */
bool rapid_load_flow(const struct val *def, struct rapid_report *r, struct rapid_flow *ret);
/* What the router's definition is; NULL when wrong. */
const struct rapid_router *rapid_load_router(const struct val *def, struct rapid_node *node,
                                             struct rapid_report *r);

/* --- the session --- */

enum rapid_status { RAPID_ACTIVE, RAPID_WAITING, RAPID_COMPLETED, RAPID_EXPIRED, RAPID_FAILED };
const char *rapid_status_name(enum rapid_status s);

struct rapid_step {
    struct str uuid, node, exit;
    struct instant arrived;
};

struct rapid_run {
    struct str uuid;
    const struct rapid_flow *flow; /* NULL: it is no longer in the program */
    const struct val *flow_ref;
    struct rapid_run *parent;
    const struct val *locals, *results; /* maps */
    struct rapid_step *path;
    size_t steps, cap;
    enum rapid_status status;
    bool had_input;
    const struct val *webhook; /* NULL, or what @webhook is made from */
    struct instant created, modified, exited;
    bool has_exited;
};

/* Texts may be empty; lists and maps are never NULL. */
struct rapid_contact {
    struct str uuid, ref, name, language, status, timezone, created_on, last_seen_on;
    const struct val *id, *ticket; /* NULL when absent */
    const struct val *urns, *groups, *fields;
};

struct rapid_session {
    const struct rapid_program *program;
    const struct rapid_world *world;
    struct arena *a;
    struct str uuid;
    enum rapid_status status;
    struct rapid_contact contact;
    const struct val *trigger, *resume, *input, *parent_run, *call;
    struct rapid_run **run;
    size_t runs, runs_cap;
    int64_t sprints;
    uint64_t random;
    bool batch;
    bool calling; /* waits for a web-hook's answer, at this action of the node: */
    size_t calling_at;
    struct rapid_request request;
    /* one sprint: */
    struct expr_env env; /* the workspace's, with the person's zone, language and country */
    int64_t fuel;
    int actions; /* run so far */
    const struct val **event;
    size_t events, events_cap;
    const struct rapid_flow *pushed;
    bool pushed_terminal;
};

/* What an action works on. */
struct rapid_act {
    struct rapid_session *s;
    struct rapid_run *run;
    const struct rapid_node *node;
    const struct rapid_action *action;
    const struct val *def; /* action->def */
};

typedef void rapid_act_fn(struct rapid_act *act);

struct rapid_kind {
    const char *type;
    int flow_types;
    rapid_act_fn *run;
    const struct rapid_member *member; /* ends with a row without a name */
    const char *(*also)(const struct val *def, struct arena *a); /* more checks, or NULL */
    /* what to tell at import when it needs something that not every place has, or NULL */
    const char *needs;
};

const struct rapid_kind *rapid_kind_find(struct str type);

/* The families, one file each; each table ends with a row without a type. */
extern const struct rapid_kind RAPID_CONTACT_KINDS[], RAPID_GROUP_KINDS[], RAPID_RESULT_KINDS[],
    RAPID_SEND_KINDS[], RAPID_VOICE_KINDS[], RAPID_OTHERS_KINDS[], RAPID_WEB_KINDS[],
    RAPID_DESK_KINDS[], RAPID_FLOW_KINDS[];

/* --- time and ids --- */

struct instant rapid_now(const struct rapid_session *s);
struct str rapid_uuid(struct arena *a);
struct str rapid_instant_text(struct instant i, struct arena *a);
/* How many seconds a text like rapid_instant_text's is; false when it is none. */
bool rapid_instant_read(struct str s, struct instant *ret);

/* --- events --- */

/* Begins an event; rapid_event_end logs it. */
struct val_builder *rapid_event_begin(struct rapid_session *s, const char *type);
void rapid_event_end(struct rapid_session *s, struct val_builder *b);
void rapid_event_error(struct rapid_session *s, const char *code, const struct val *extra,
                       const char *fmt, ...) PRINTF_LIKE(4, 5);
void rapid_event_warning(struct rapid_session *s, const char *code, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void rapid_event_missing(struct rapid_session *s, const char *kind, const struct val *ref);
/* The run fails, with the reason. */
void rapid_event_failure(struct rapid_session *s, struct rapid_run *run, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* {"uuid", "name"} of an asset or a reference; a copy without other members. */
struct str rapid_language_short(struct str iso3); /* "fra" is "fr"; others as they are */
struct str rapid_language_long(struct str iso2);
const struct val *rapid_ref(struct arena *a, const struct val *of);
const struct val *rapid_ref_make(struct arena *a, struct str uuid, struct str name);
const struct val *rapid_flow_ref(struct arena *a, const struct rapid_flow *f, bool revision);
/* A text member; an empty text is left out. */
void rapid_put_text(struct val_builder *b, struct arena *a, const char *key, struct str s);
/* A list or map; an empty one is left out. */
void rapid_put_some(struct val_builder *b, const char *key, const struct val *v);

/* --- expressions --- */

/* False when an expression failed (events say so); *ret is what is left, cut to
 * RAPID_TEXT_MAX characters. */
bool rapid_eval_text(struct rapid_act *act, struct str source, struct str *ret);
/* The same uncut; E_LIMIT when it grows over what expressions may make. */
enum rc rapid_eval_long(struct rapid_act *act, struct str source, struct str *ret);
/* For a query: each value in quotes. */
bool rapid_eval_query(struct rapid_act *act, struct str source, struct str *ret);
/* Never NULL; failures are events and VAL_ERROR values. */
const struct val *rapid_eval_value(struct rapid_act *act, struct str source);
void rapid_eval_scope(struct rapid_act *act, struct expr_scope *ret);
/* At most n characters; longer ones end in "...". */
struct str rapid_ellipsis(struct str s, size_t n, struct arena *a);
/* One top-level name for expressions; NULL when there is none. ctx is a struct rapid_act. */
const struct val *rapid_context_root(void *ctx, struct str name, struct arena *a);
const struct val *rapid_context_contact(struct rapid_session *s);
const struct val *rapid_context_urns(struct rapid_session *s, const struct val *urns);
const struct val *rapid_context_fields(struct rapid_session *s, const struct val *fields);
const struct val *rapid_context_results(struct rapid_session *s, const struct val *results);
const struct val *rapid_context_contact_of(struct rapid_session *s,
                                           const struct rapid_contact *c);

/* --- languages --- */

/* The text of the run's language; *lang tells which one it is in. NULL languages: the usual
 * order. */
struct rapid_languages {
    struct str lang[3];
    size_t n;
};
void rapid_i18n_usual(const struct rapid_session *s, const struct rapid_run *run,
                      struct rapid_languages *ret);
struct str rapid_i18n_text(const struct rapid_flow *f, const struct rapid_languages *l,
                           struct str uuid, const char *key, struct str native,
                           struct str *lang);
const struct val *rapid_i18n_list(const struct rapid_flow *f, const struct rapid_languages *l,
                                  struct str uuid, const char *key, const struct val *native,
                                  struct str *lang);
/* "eng-US" */
struct str rapid_i18n_locale(struct rapid_session *s, struct str lang);

/* --- the person --- */

enum rc rapid_contact_read(const struct val *v, struct arena *a, struct rapid_contact *ret,
                           struct err *err) MUST_USE;
const struct val *rapid_contact_json(const struct rapid_contact *c, struct arena *a);
/* Zone, language and country of the person into s->env. */
void rapid_contact_env(struct rapid_session *s);
/* "tel:+33639980123?channel=...#x" to "tel:+33639980123". */
struct str rapid_urn_identity(struct str urn, struct arena *a);
struct str rapid_urn_scheme(struct str urn);
struct str rapid_urn_path(struct str urn, struct arena *a);
/* Made from scheme and path as typed; false when it is no address. */
bool rapid_urn_make(struct str scheme, struct str path, struct str country, struct arena *a,
                    struct str *ret);
/* The channel that sends to this address, or NULL. */
const struct val *rapid_urn_channel(const struct rapid_session *s, struct str urn,
                                    const char *role);
/* The first address that a channel sends to; false when there is none. */
bool rapid_contact_route(const struct rapid_session *s, struct str *urn,
                         const struct val **channel);
bool rapid_contact_in_group(const struct rapid_contact *c, struct str uuid);

/* Changes: each logs its event when something changed, then looks at the groups with a query.
 */
void rapid_modify_name(struct rapid_session *s, struct str name);
void rapid_modify_language(struct rapid_session *s, struct str language);
void rapid_modify_timezone(struct rapid_session *s, struct str timezone);
void rapid_modify_status(struct rapid_session *s, struct str status);
void rapid_modify_field(struct rapid_act *act, const struct val *field, struct str text);
void rapid_modify_urns(struct rapid_session *s, const struct val *urns);
void rapid_modify_groups(struct rapid_session *s, const struct rapid_group *const *group,
                         size_t n, bool add);
/* Puts the person into and out of the groups that have a query. */
void rapid_groups_refresh(struct rapid_session *s);

/* --- runs --- */

/* Saves a result and logs it when it changed. category_localized and input may be empty, extra
 * NULL. */
void rapid_result_save(struct rapid_act *act, struct str name, struct str value,
                       struct str category, struct str localized, struct str input,
                       const struct val *extra);
void rapid_local_set(struct rapid_act *act, struct str name, struct str value);
void rapid_run_exit(struct rapid_session *s, struct rapid_run *run, enum rapid_status status);
const struct val *rapid_run_summary(struct rapid_session *s, const struct rapid_run *run);
/* Where the run stands; NULL when its node is gone. */
const struct rapid_node *rapid_run_node(const struct rapid_run *run);
/* The exit taken; NULL: the run ends (or failed, see its status). */
const struct rapid_exit *rapid_router_pick(struct rapid_act *act, bool timed_out);

/* The web-hook that the session waited for answered: event, @webhook, result. */
void rapid_web_answered(struct rapid_act *act, const struct val *answer);

/* --- shared by actions --- */

/* The groups of a list of references; events for those that are missing. */
size_t rapid_resolve_groups(struct rapid_act *act, const struct val *refs,
                            const struct rapid_group ***ret);
/* The message of an action in a language: text, attachments, quick replies. */
struct rapid_content {
    struct str text, lang;
    const struct val *attachments, *quick_replies; /* lists */
};
void rapid_content_eval(struct rapid_act *act, const struct rapid_languages *l,
                        struct rapid_content *ret);
/* Replaces the content by a channel's template when the action names one. *templating: the
 * event's member, NULL when there is none; *locale: its locale. */
void rapid_content_template(struct rapid_act *act, const struct val *channel,
                            struct rapid_content *content, const struct val **templating,
                            struct str *locale);
const struct val *rapid_template_values(struct rapid_act *act);
bool rapid_attachment_ok(struct str s);
/* The files of a message look like files; NULL, or what does not. */
const char *rapid_content_check(const struct val *def, struct arena *a);

#endif
