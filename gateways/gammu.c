/* gammu.c - SMS through gammu-smsd: a modem on the office's machine, for a trial. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gammu.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/phone.h"
#include "base/text.h"
#include "gateways/sms_text.h"

#define TEXT_MAX 1600
#define FILE_SECTIONS_MAX 64
#define FILES_MAX 128

struct gammu {
    struct str spool, region;
    bool reports;
};

static const char *const KEYS[] = {"spool", "reports", "region", "country", NULL};

static enum rc gammu_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    enum rc rc = gw_config_known(ch, KEYS, err);
    if (rc == OK) {
        rc = gw_config_need(ch, "spool", err);
    }
    if (rc != OK) {
        return rc;
    }
    struct gammu *g = ARENA_NEW(a, struct gammu);
    g->spool = gw_config(ch, "spool", "");
    while (g->spool.n > 1 && g->spool.p[g->spool.n - 1] == '/') {
        g->spool.n--;
    }
    if (g->spool.n > 0 && g->spool.p[0] != '/') {
        return err_set(err, E_INVALID, "'spool' is the full path of smsd's folder, from /");
    }
    g->region = gw_config(ch, "region", "");
    g->region = g->region.n ? g->region : gw_config(ch, "country", "FR");
    g->reports = gw_config_flag(ch, "reports", true);
    ch->program = g;
    return OK;
}

/* ------------------------------------------------------------------ sending */

static struct str stamp(int64_t ms, struct arena *a) {
    struct date d = date_from_days((int32_t)(ms / MS_DAY));
    int64_t s = ms % MS_DAY / MS_SECOND;
    return arena_printf(a, "%04d%02d%02d_%02d%02d%02d", d.year, d.month, d.day, (int)(s / 3600),
                        (int)(s / 60 % 60), (int)(s % 60));
}

/* smsd reads the number out of the file's name. */
static bool is_number(struct str s) {
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
    }
    return s.n > 4 && s.n < 20 && s.p[0] == '+';
}

/* smsd sends in the order of the names: replies (A) before broadcasts (M), then by time; our
 * tags grow, so two texts of one second to one person stay in order. */
static void build(struct gw_send *s, struct gw_call *ret) {
    const struct gammu *g = s->channel->program;
    const struct outbound *msg = s->msg;
    struct str tag = msg->tag.n ? msg->tag : gw_tag(msg->id, s->a);
    struct str text = gw_text_with_links(msg, s->a);
    struct str wide = sms_to_utf16be(text, s->a);
    *ret = (struct gw_call){
        .method = STR("PUT"),
        .url = arena_printf(s->a, "spool:%.*s/outbox/OUT%c%.*s_00_%.*s_%.*s.txt%s",
                            STR_ARG(g->spool), msg->bulk ? 'M' : 'A',
                            STR_ARG(stamp(s->now_ms, s->a)), STR_ARG(msg->to.value),
                            STR_ARG(tag), g->reports ? "d" : ""),

    };
    char *body = arena_alloc(s->a, wide.n + 2);
    body[0] = '\xFE';
    body[1] = '\xFF';
    for (size_t i = 0; i < wide.n; i++) {
        body[i + 2] = wide.p[i];
    }
    ret->body = (struct str){body, wide.n + 2};
}

/* One id a part, ours: reports are counted part by part. */
static struct outcome taken(struct gw_send *s) {
    int parts = sms_count(gw_text_with_links(s->msg, s->a)).segments;
    parts = parts < 1 ? 1 : parts;
    struct str *id = ARENA_ARRAY(s->a, struct str, (size_t)parts);
    struct str tag = s->msg->tag.n ? s->msg->tag : gw_tag(s->msg->id, s->a);
    for (int i = 0; i < parts; i++) {
        id[i] = arena_printf(s->a, "%.*s/%d", STR_ARG(tag), i + 1);
    }
    return (struct outcome){
        .kind = OUTCOME_SENT, .provider_id = id, .provider_ids = (size_t)parts};
}

static enum gw_next gammu_send_next(struct gw_send *s, const struct gw_answer *answer,
                                    struct gw_call *ret_call) {
    if (answer) {
        s->outcome = answer->status / 100 == 2 ? taken(s) : gw_no_answer(answer, s->a);
        return GW_DONE;
    }
    if (!is_number(s->msg->to.value) ||
        text_length(gw_text_with_links(s->msg, s->a)) > TEXT_MAX) {
        bool number = is_number(s->msg->to.value);
        s->outcome = (struct outcome){.kind = OUTCOME_NEVER,
                                      .bad_address = !number,
                                      .code = number ? STR("too_long") : STR("bad_number"),
                                      .reason = number ? STR("the text is too long for a modem")
                                                       : STR("no mobile number")};
        return GW_DONE;
    }
    build(s, ret_call);
    return GW_CALL;
}

/* ------------------------------------------------------------------ the folder */

static enum rc gammu_poll_call(const struct gw_channel *ch, struct str cursor, int64_t now_ms,
                               struct arena *a, struct gw_call *ret) {
    const struct gammu *g = ch->program;
    (void)cursor;
    (void)now_ms;
    *ret = (struct gw_call){.method = STR("LIST"),
                            .url = arena_printf(a, "spool:%.*s", STR_ARG(g->spool)),
                            .body = STR("inbox\nsent\nerror"),
                            .idempotent = true};
    return OK;
}

struct file {
    struct str folder, name, bytes;
};

/* "FOLDER NAME LENGTH\n", the bytes, "\n". */
static bool next_file(struct str *rest, struct file *ret) {
    struct str line = *rest, length;
    size_t end = str_find_char(*rest, '\n', 0);
    int64_t n;
    if (end == SIZE_MAX) {
        return false;
    }
    line = str_sub(*rest, 0, end);
    if (!str_next(&line, ' ', &ret->folder) || !str_next(&line, ' ', &ret->name) ||
        !str_next(&line, ' ', &length) || !str_to_i64(length, &n) || n < 0 ||
        (uint64_t)n > rest->n - end - 1) {
        return false;
    }
    ret->bytes = str_sub(*rest, end + 1, (size_t)n);
    size_t after = end + 1 + (size_t)n + 1;
    *rest = str_sub(*rest, after < rest->n ? after : rest->n, rest->n);
    return true;
}

static void put_value(struct buf *text, struct str hex) {
    for (size_t i = 0; i + 3 < hex.n; i += 4) {
        unsigned unit = 0;
        for (size_t k = 0; k < 4; k++) {
            char c = hex.p[i + k];
            unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                             : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                             : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                    : 0;
            unit = unit << 4 | digit;
        }
        buf_putc(text, (char)(unit >> 8));
        buf_putc(text, (char)(unit & 255));
    }
}

struct sms {
    struct str number, reference;
    struct buf wide; /* the text of all parts, UTF-16BE */
    bool is_report, is_binary;
    int sections;
};

/* One "Key = value" line of a backup file of Gammu; texts and numbers are hexadecimal UTF-16.
 */
static void read_line(struct sms *m, struct str line, struct arena *a) {
    size_t eq = str_find(line, STR(" = "), 0);
    struct str key = eq == SIZE_MAX ? line : str_sub(line, 0, eq);
    struct str value = eq == SIZE_MAX ? STR_EMPTY : str_trim(str_sub(line, eq + 3, line.n));
    if (str_starts(line, STR("[SMSBackup"))) {
        m->sections++;
    } else if (str_is(key, "PDU")) {
        m->is_report = m->is_report || str_is(value, "Status_Report");
    } else if (str_is(key, "Number") && m->number.n == 0) {
        bool quoted = value.n > 1 && value.p[0] == '"';
        m->number = arena_str(a, quoted ? str_sub(value, 1, value.n - 2) : value);
    } else if (str_is(key, "Coding")) {
        m->is_binary = m->is_binary || str_is(value, "8bit");
    } else if (str_is(key, "MessageReference")) {
        m->reference = value;
    } else if (str_starts(key, STR("Text")) && key.n == 6) {
        put_value(&m->wide, value);
    }
}

static void read_sms(struct str bytes, struct arena *a, struct sms *ret) {
    struct str line;
    *ret = (struct sms){0};
    buf_init(&ret->wide, 64 * 1024);
    while (str_next(&bytes, '\n', &line) && ret->sections <= FILE_SECTIONS_MAX) {
        read_line(ret, str_trim(line), a);
    }
}

struct reading {
    const struct gw_channel *ch;
    struct arena *a;
    int64_t now_ms;
    struct inbound *in;
    struct receipt *receipt;
    struct gw_call *react;
    struct gw_parsed *out;
};

static void react(struct reading *r, const char *method, const struct file *f) {
    const struct gammu *g = r->ch->program;
    r->react[r->out->reacts++] =
        (struct gw_call){.method = str_from(method),
                         .url = arena_printf(r->a, "spool:%.*s/%.*s/%.*s", STR_ARG(g->spool),
                                             STR_ARG(f->folder), STR_ARG(f->name)),
                         .idempotent = true};
}

/* What the network says of a text, in Gammu's words; the number is all it names. */
static void report(struct reading *r, const struct sms *m, struct str words, struct str e164) {
    bool done = str_starts(words, STR("Delivered")), lost = str_starts(words, STR("Failed"));
    r->receipt[r->out->receipts++] =
        (struct receipt){.gateway = STR("gammu"),
                         .channel = r->ch->name,
                         .to = {STR("tel"), e164},
                         .status = done   ? RECEIPT_DELIVERED
                                   : lost ? RECEIPT_FAILED
                                          : RECEIPT_QUEUED,
                         .code = arena_printf(r->a, "ref:%.*s", STR_ARG(m->reference)),
                         .reason = lost ? STR("the network reports a failure") : STR_EMPTY,
                         .at_ms = r->now_ms};
}

static struct str id_of(const struct file *f, struct arena *a) {
    unsigned char hash[DIGEST_MAX];
    struct str all = arena_printf(a, "%.*s\n%.*s", STR_ARG(f->name), STR_ARG(f->bytes));
    digest_hash(DIGEST_SHA256, all, hash);
    return arena_printf(a, "h-%.*s", STR_ARG(digest_hex(hash, 16, a)));
}

/* False: no message of this kind; it is put aside under another name for a human. */
static bool receive(struct reading *r, const struct file *f) {
    const struct gammu *g = r->ch->program;
    struct sms m;
    struct phone from;
    read_sms(f->bytes, r->a, &m);
    struct str text = sms_from_charset(buf_view(&m.wide), STR("UTF-16BE"), r->a);
    buf_done(&m.wide);
    if (m.sections == 0 || m.is_binary || phone_parse(m.number, g->region, r->a, &from) != OK) {
        return false;
    }
    if (m.is_report) {
        report(r, &m, text, from.e164);
        return true;
    }
    r->in[r->out->ins++] = (struct inbound){.gateway = STR("gammu"),
                                            .channel = r->ch->name,
                                            .provider_id = id_of(f, r->a),
                                            .from = {STR("tel"), from.e164},
                                            .kind = INBOUND_TEXT,
                                            .text = text};
    return true;
}

/* "OUTA20261122_070416_00_+33..._TAG.txtd" in sent or error. */
static bool fate(struct reading *r, const struct file *f) {
    size_t dot = str_find(f->name, STR(".txt"), 0), from = 0, at;
    int64_t id;
    while ((at = str_find_char(f->name, '_', from)) != SIZE_MAX && at < dot) {
        from = at + 1;
    }
    if (dot == SIZE_MAX || gw_untag(str_sub(f->name, from, dot - from), &id) != OK) {
        return false; /* sent by somebody else through the same modem */
    }
    bool sent = str_is(f->folder, "sent");
    r->receipt[r->out->receipts++] =
        (struct receipt){.gateway = STR("gammu"),
                         .channel = r->ch->name,
                         .message_id = id,
                         .status = sent ? RECEIPT_SENT : RECEIPT_FAILED,
                         .code = sent ? STR("sent") : STR("error"),
                         .reason = sent ? STR_EMPTY : STR("the modem could not send it"),
                         .at_ms = r->now_ms};
    return true;
}

static enum rc gammu_poll_parse(const struct gw_channel *ch, struct str cursor,
                                const struct gw_answer *answer, int64_t now_ms, struct arena *a,
                                struct gw_parsed *ret, struct str *ret_cursor,
                                int64_t *ret_wait_ms, struct err *err) {
    struct reading r = {.ch = ch, .a = a, .now_ms = now_ms, .out = ret};
    struct str rest = answer->body;
    struct file f;
    *ret = (struct gw_parsed){.http_status = 200};
    *ret_cursor = cursor;
    *ret_wait_ms = GAMMU_LOOK_MS;
    if (answer->status != 200) {
        return err_set(err, E_IO, "%.*s", STR_ARG(answer->error));
    }
    r.in = ARENA_ARRAY(a, struct inbound, FILES_MAX);
    r.receipt = ARENA_ARRAY(a, struct receipt, FILES_MAX);
    r.react = ARENA_ARRAY(a, struct gw_call, FILES_MAX);
    ret->in = r.in;
    ret->receipt = r.receipt;
    ret->react = r.react;
    while (ret->reacts < FILES_MAX && next_file(&rest, &f)) {
        bool known = str_is(f.folder, "inbox") ? receive(&r, &f) : fate(&r, &f);
        react(&r, known ? "DELETE" : "MOVE", &f);
    }
    return OK;
}

const struct gateway_kind gammu_kind = {
    .name = "gammu",
    .title = "Modem GSM (gammu-smsd)",
    .caps = GW_POLL | GW_RECEIPTS | GW_SMS,
    .scheme = {"tel", 3},
    .text_max = TEXT_MAX,
    .open = gammu_open,
    .send_next = gammu_send_next,
    .poll_call = gammu_poll_call,
    .poll_parse = gammu_poll_parse,
};
