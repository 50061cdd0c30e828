/* step_webhook.c - webhook: another service is asked, and answers when it can. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"
#include "base/text.h"
#include "bot/flow/acts_spec.h"
#include "bot/steps/steps_priv.h"

#define METHODS "get post put patch delete"
#define ANSWER_MEMBERS "status text json"

struct webhook_data {
    struct str endpoint, method, as;
    const struct tmpl *path, *body;
    const struct entry *query, *header, *json, *pick;
    size_t queries, headers, jsons, picks;
    int64_t limit_ms;
    int ok, failed;
};

/* ---- reading ---- */

static bool has(struct str folded, const char *const *word, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (str_find(folded, str_from(word[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static bool is_header_name(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-')) {
            return false;
        }
    }
    return s.n > 0;
}

/* A flow is read, shown and shared: no key of a service may stand in it. */
static void check_headers(struct compile *c, const struct webhook_data *d) {
    static const char *const SECRET[] = {"authorization", "cookie", "token",
                                         "secret",        "key",    "password"};
    static const char *const OURS[] = {"host", "content-length", "connection",
                                       "transfer-encoding"};
    for (size_t i = 0; i < d->headers; i++) {
        struct str name = d->header[i].name, folded = text_fold(name, compile_arena(c));
        const struct val at = {.line = d->header[i].line, .column = d->header[i].column};
        if (!is_header_name(name)) {
            compile_wrong(c, &at, "letters, digits and -", "'%.*s' cannot be a header",
                          STR_ARG(name));
        } else if (has(folded, SECRET, sizeof SECRET / sizeof *SECRET)) {
            compile_wrong(c, &at, "write it in the configuration, under webhooks: and headers:",
                          "a key is not written in a flow: '%.*s'", STR_ARG(name));
        } else if (has(folded, OURS, sizeof OURS / sizeof *OURS)) {
            compile_wrong(c, &at, "leave it out", "the header '%.*s' is the service's own",
                          STR_ARG(name));
        }
    }
}

static void check_place(struct compile *c, const struct val *step) {
    const struct val *name = val_get(step, "webhook"), *path = val_get(step, "path");
    bool wrong = val_is(name, VAL_TEXT) && name->text.n == 0;
    for (size_t i = 0; val_is(name, VAL_TEXT) && i < name->text.n; i++) {
        char x = name->text.p[i];
        wrong |= !((x >= 'a' && x <= 'z') || (x >= '0' && x <= '9') || x == '_' || x == '-');
    }
    if (wrong) {
        compile_wrong(c, name, "the name given to it in the configuration, under webhooks:",
                      "'%.*s' cannot be the name of a web-hook", STR_ARG(name->text));
    }
    if (val_is(path, VAL_TEXT) && !str_starts(path->text, STR("/"))) {
        compile_wrong(c, path, "such as /places; the address itself is in the configuration",
                      "a path begins with /");
    }
}

static void check_body(struct compile *c, const struct val *step,
                       const struct webhook_data *d) {
    bool body = val_get(step, "body") != NULL, json = val_get(step, "json") != NULL;
    if (body && json) {
        compile_wrong(c, val_get(step, "body"), "leave one of them",
                      "body: and json: are both given");
    } else if ((body || json) && str_is(d->method, "get")) {
        compile_wrong(c, val_get(step, "method"), "method: post, or query: instead",
                      "a get sends no body");
    }
}

/* @name.ok, @name.status... for the checker: with pick: only what was picked. */
static const struct act_spec *answer_spec(struct compile *c, const struct webhook_data *d) {
    struct act_spec *spec = ARENA_NEW(compile_arena(c), struct act_spec);
    struct str members = STR(ANSWER_MEMBERS);
    for (size_t i = 0; i < d->picks; i++) {
        members =
            arena_printf(compile_arena(c), "%.*s%s%.*s", STR_ARG(i ? members : STR("status")),
                         " ", STR_ARG(d->pick[i].name));
    }
    *spec = (struct act_spec){"webhook", "", arena_cstr(compile_arena(c), members), "", ""};
    return spec;
}

static void read_parts(struct compile *c, const struct val *step, struct webhook_data *d) {
    bool sends = val_get(step, "body") || val_get(step, "json");
    d->endpoint = val_get_text(step, "webhook", STR_EMPTY);
    d->method = val_get_text(step, "method", sends ? STR("post") : STR("get"));
    d->as = val_get_text(step, "as", STR_EMPTY);
    if (val_get(step, "path")) {
        d->path = compile_template(c, val_get(step, "path"));
    }
    if (val_get(step, "body")) {
        d->body = compile_template(c, val_get(step, "body"));
    }
    d->query = compile_entries(c, val_get(step, "query"), &d->queries);
    d->header = compile_entries(c, val_get(step, "headers"), &d->headers);
    d->json = compile_entries(c, val_get(step, "json"), &d->jsons);
    compile_guard(c, true); /* of an answer nobody knows the shape: what is missing is empty */
    d->pick = compile_entries(c, val_get(step, "pick"), &d->picks);
    d->limit_ms = CALL_LIMIT_MS;
    if (val_get(step, "within")) {
        d->limit_ms = compile_duration(c, val_get(step, "within"));
        if (d->limit_ms > CALL_LIMIT_MAX_MS) {
            compile_wrong(c, val_get(step, "within"), "at most 2 min: somebody is waiting",
                          "this is too long to wait for an answer");
        }
    }
}

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct webhook_data *d = ARENA_NEW(compile_arena(c), struct webhook_data);
    n->data = d;
    read_parts(c, step, d);
    compile_webhook(c, d->endpoint);
    check_place(c, step);
    check_headers(c, d);
    check_body(c, step, d);
    if (val_get(step, "pick") && !d->as.n) {
        compile_wrong(c, val_get(step, "pick"), "as: reponse", "pick: needs a name: as:");
    }
    compile_as(c, val_get(step, "as"), answer_spec(c, d));
    d->ok = compile_exit(c, n, "ok", next);
    int to = compile_block(c, val_get(step, "ok"), "ok", next);
    n->exit[d->ok].to = to;
    d->failed = compile_exit(c, n, "failed", next);
    to = compile_block(c, val_get(step, "failed"), "failed", next);
    n->exit[d->failed].to = to;
    compile_summary(c, n, "web-hook %.*s (%.*s)", STR_ARG(d->endpoint), STR_ARG(d->method));
}

/* ---- asking ---- */

/* What may stand in a request line stays; the rest becomes %XX. `reserved` keeps / ? & =. */
static struct str encoded(struct str s, bool reserved, struct arena *a) {
    static const char HEX[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, s.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        bool mark = reserved && (c == '/' || c == '?' || c == '&' || c == '=' || c == '%' ||
                                 c == ',' || c == ':' || c == '+' || c == ';');
        if (plain || mark) {
            out[n++] = (char)c;
        } else {
            out[n++] = '%';
            out[n++] = HEX[c >> 4];
            out[n++] = HEX[c & 15];
        }
    }
    return (struct str){out, n};
}

static struct str as_text(struct run *r, const struct val *v) {
    return !v || val_is(v, VAL_NULL) ? STR_EMPTY
           : val_is(v, VAL_TEXT)     ? v->text
           : val_is(v, VAL_NUMBER)   ? dec_text(v->num, r->a)
           : val_is(v, VAL_DATE)     ? date_iso(v->date, r->a)
                                     : json_text(v, r->a);
}

static struct str one_piece(void *ctx, struct str value, struct arena *a) {
    (void)ctx;
    return encoded(value, false, a);
}

static void note_failure(void *ctx, struct str expression, struct str why) {
    (void)expression;
    *(struct str *)ctx = why;
}

/* What the flow wrote is the path; what a value brings stays one piece of it: a person who
 * types "a/b?c=d" asks for that, not for another address. False: an expression failed. */
static bool path_of(struct run *r, const struct webhook_data *d, struct str *ret) {
    struct str text = STR_EMPTY, why = STR_EMPTY;
    const struct tmpl_watch watch = {note_failure, one_piece, &why};
    struct err err = {0};
    if (d->path && tmpl_text_watched(d->path, turn_scope(r), &watch, &text, &err) != OK) {
        why = str_from(err.text);
    }
    if (why.n) {
        turn_trace(r, "the path failed" TRACE_HIDE ": %.*s" TRACE_SHOW, STR_ARG(why));
        return false;
    }
    *ret = encoded(text, true, r->a);
    return true;
}

/* False: nothing is sent. */
static bool address(struct run *r, const struct webhook_data *d, struct str *ret) {
    struct str url;
    if (!path_of(r, d, &url)) {
        return false;
    }
    const struct val *query = turn_entries(r, d->query, d->queries);
    char sep = str_find_char(url, '?', 0) == SIZE_MAX ? '?' : '&';
    for (size_t i = 0; i < query->map.n; i++, sep = '&') {
        struct str name = encoded(query->map.pair[i].key, false, r->a);
        struct str value = encoded(as_text(r, query->map.pair[i].val), false, r->a);
        url = arena_printf(r->a, "%.*s%c%.*s=%.*s", STR_ARG(url), sep, STR_ARG(name),
                           STR_ARG(value));
    }
    *ret = url;
    return true;
}

/* A line end in a value would begin another header. */
static struct str one_line(struct str s, struct arena *a) {
    char *out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        out[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i];
    }
    return (struct str){out, s.n};
}

static void fill(struct run *r, const struct webhook_data *d, struct effect_call *call) {
    const struct val *given = turn_entries(r, d->header, d->headers);
    struct effect_header *h = ARENA_ARRAY(r->a, struct effect_header, given->map.n + 1);
    for (size_t i = 0; i < given->map.n; i++) {
        struct str value = as_text(r, given->map.pair[i].val);
        h[call->headers++] =
            (struct effect_header){given->map.pair[i].key, one_line(value, r->a)};
    }
    if (d->json) {
        call->body = json_text(turn_entries(r, d->json, d->jsons), r->a);
        h[call->headers++] =
            (struct effect_header){STR("Content-Type"), STR("application/json")};
    } else if (d->body) {
        call->body = as_text(r, turn_value(r, d->body));
    }
    call->header = h;
    call->endpoint = d->endpoint;
    call->limit_ms = d->limit_ms;
    call->method = text_upper(d->method, r->a);
}

static int answered(struct run *r, const struct node *n, const struct val *answer);

static int refuse(struct run *r, const struct node *n, const char *why) {
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "ok", &VAL_FALSE);
    val_put(b, "status", val_int(r->a, 0));
    val_put(b, "why", val_textz(r->a, why));
    return answered(r, n, val_end(b));
}

static int run(struct run *r, const struct node *n) {
    const struct webhook_data *d = n->data;
    struct effect_call call = {0};
    if (!turn_may_call(r)) {
        return refuse(r, n, "too_many");
    }
    fill(r, d, &call);
    if (!address(r, d, &call.url) || call.body.n > CALL_REQUEST_MAX) {
        turn_case(r, "flow_error", STR_EMPTY, false, false);
        return refuse(r, n, "refused");
    }
    turn_wait(r, WAIT_CALL, true);
    turn_top(r)->tries = 0;
    call.token = turn_top(r)->token;
    turn_effect(r, EFFECT_CALL)->call = call;
    turn_trace(r, "web-hook %.*s is called (%.*s)", STR_ARG(d->endpoint), STR_ARG(call.method));
    return STEP_WAIT;
}

/* ---- the answer ---- */

/* What the conversation remembers: small, as sessions are. NULL: too much. */
static const struct val *remembered(struct run *r, const struct webhook_data *d,
                                    const struct val *answer) {
    struct val_builder *b = val_map_begin(r->a);
    const struct val *json = val_get(answer, "json");
    bool is_json = json && json->type != VAL_NULL;
    val_put(b, "ok", val_bool(val_get_bool(answer, "ok", false)));
    val_put(b, "status", val_int(r->a, val_get_int(answer, "status", 0)));
    val_put(b, "why", val_text(r->a, val_get_text(answer, "why", STR_EMPTY)));
    if (d->picks) {
        r->value = answer;
        const struct val *picked = turn_entries(r, d->pick, d->picks);
        r->value = NULL;
        for (size_t i = 0; i < picked->map.n; i++) {
            val_put_str(b, picked->map.pair[i].key, picked->map.pair[i].val);
        }
    } else {
        val_put(b, "json", is_json ? json : &VAL_NIL);
        val_put(b, "text",
                val_text(r->a, is_json ? STR_EMPTY : val_get_text(answer, "text", STR_EMPTY)));
    }
    const struct val *v = val_end(b);
    return json_text(v, r->a).n <= ENGINE_ANSWER_KEPT ? v : NULL;
}

static int answered(struct run *r, const struct node *n, const struct val *answer) {
    const struct webhook_data *d = n->data;
    bool ok = val_get_bool(answer, "ok", false);
    const struct val *keep = d->as.n ? remembered(r, d, answer) : NULL;
    if (d->as.n && !keep) {
        turn_trace(r, "the answer is too long to be kept: pick: says what of it matters");
        return refuse(r, n, "too_long");
    }
    struct str why = val_get_text(answer, "why", STR_EMPTY);
    turn_trace(r, "web-hook %.*s: %s, status %lld%s%.*s", STR_ARG(d->endpoint),
               ok ? "answered" : "failed", (long long)val_get_int(answer, "status", 0),
               why.n ? ", " : "", STR_ARG(why));
    if (keep) {
        turn_set_var(r, d->as, keep);
    }
    return n->exit[ok ? d->ok : d->failed].to;
}

static int resume(struct run *r, const struct node *n, const struct event *ev) {
    if (!ev || ev->kind != EVENT_ANSWER) {
        return STEP_WAIT;
    }
    turn_top(r)->wait = WAIT_NOTHING;
    turn_top(r)->tries = 0;
    return answered(r, n, ev->result);
}

static const struct key_spec KEYS[] = {
    {"webhook", KEY_TEMPLATE, true, NULL,
     "le nom du service, déclaré dans la configuration (webhooks:)",
     "the name of the service, declared in the configuration (webhooks:)"},
    {"path", KEY_TEMPLATE, false, NULL, "ce qui suit son adresse : /places",
     "what follows its address: /places"},
    {"query", KEY_ENTRIES, false, NULL, "ce qui suit le ?, écrit sans souci d'accents",
     "what follows the ?, written without care for accents"},
    {"method", KEY_ENUM, false, METHODS, "sans elle : get, ou post avec json: ou body:",
     "without it: get, or post with json: or body:"},
    {"json", KEY_ENTRIES, false, NULL, "ce qui est envoyé, en JSON", "what is sent, as JSON"},
    {"body", KEY_TEMPLATE, false, NULL, "ou un texte tel quel", "or a text as it is"},
    {"headers", KEY_ENTRIES, false, NULL,
     "en-têtes ; jamais une clé, elle est dans la configuration",
     "headers; never a key, that is in the configuration"},
    {"within", KEY_DURATION, false, NULL, "attendre au plus (20 s, jamais plus de 2 min)",
     "wait at most (20 s, never more than 2 min)"},
    {"as", KEY_NAME, false, NULL, "le nom de sa réponse : @nom.status, @nom.json.places...",
     "the name of its answer: @name.status, @name.json.places..."},
    {"pick", KEY_ENTRIES, false, NULL,
     "d'une longue réponse, ce qu'on garde : {places: \"@answer.json.places\"}",
     "of a long answer, what to keep: {places: \"@answer.json.places\"}"},
    {"ok", KEY_STEPS, false, NULL, "quand le service a répondu (200 à 299)",
     "when the service answered (200 to 299)"},
    {"failed", KEY_STEPS, true, NULL, "quand il refuse, se trompe ou se tait",
     "when it refuses, fails or stays silent"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_WEBHOOK = {
    .name = "webhook",
    .key = KEYS,
    .lasts = true,
    .compile = compile,
    .run = run,
    .resume = resume,
    .doc_fr = "interroger un autre service ; la conversation reprend quand il a répondu",
    .doc_en = "ask another service; the conversation goes on when it has answered"};
