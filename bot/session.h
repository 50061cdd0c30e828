/* session.h - where a person is in their conversations; small, versioned, stored as one JSON
 * text. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_SESSION_H
#define BOT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"

#define SESSION_FRAMES_MAX 12
#define SESSION_PENDING_MAX 16
#define SESSION_BYTES_MAX 16384

enum session_wait { WAIT_NOTHING, WAIT_ANSWER, WAIT_RESULT, WAIT_TIME, WAIT_CHILD, WAIT_CALL };

/* One flow being run. The top frame is the one that waits. */
struct frame {
    struct str flow;        /* name */
    struct str hash;        /* content hash of the version it started on; kept until it ends */
    struct str step;        /* id of the step it stands at */
    const struct val *vars; /* run results and locals, VAL_MAP */
    const struct val
        *with;      /* parameters it was started with (about: meetup, wave...), VAL_MAP */
    int tries;      /* misunderstood answers at this step */
    bool system;    /* on top of another conversation, not called by it: the question below is
                       asked again    when it ends */
    int priority;   /* say_kind of what it says unprompted */
    struct str key; /* of the EVENT_START that began it, or empty */
    enum session_wait wait; /* what this frame itself waits for */
    struct str token;       /* of its time-out; empty when none is armed */
    int64_t asked_ms;       /* when it began to wait */
    bool due; /* its time, or the answer of its web-hook, came while another conversation was on
                 top */
    const struct val *answer; /* that answer, cut to ENGINE_ANSWER_KEPT, VAL_MAP; else NULL */
};

/* A conversation that waits for its turn (one automatic question at a time). */
struct pending {
    struct str flow;
    const struct val *with;
    int priority; /* say_kind order: smaller first */
    int64_t queued_ms, expires_ms;
    struct str key; /* the same key twice is one start */
};

struct session {
    int version; /* of this layout; older ones are read and brought up to date */
    const struct frame *frame;
    size_t frames; /* 0: no conversation running */
    const struct pending *pending;
    size_t pendings;
    enum session_wait wait; /* these three repeat the top frame's, for readers */
    struct str token;       /* of the awaited time-out; changes with each question */
    int64_t asked_ms;       /* when the question was asked */
    uint32_t serial;        /* tokens given so far */
    int steps; /* steps since the last event from outside (a chain of acts shares one limit) */
    bool replying;           /* the chain began with a message of the person */
    const struct val *fresh; /* contact fields set since then, VAL_MAP or NULL */
    const struct val *input; /* what was read in that message, VAL_MAP or NULL */
    struct str last_text;    /* last thing the person wrote, folded and cut: repeated messages
                                count once */
    int64_t last_ms;
    int32_t auto_count; /* automatic replies in the current hour: guard against loops between
                           machines */
    int64_t auto_hour;
    const struct val *undo; /* last answers, newest last, for "je me suis trompe" and "retour":
                               VAL_LIST or NULL */
};

/* Empty texts give an empty session. E_INVALID for a damaged one (the caller starts afresh and
 * opens a case). */
enum rc session_read(struct str json, struct arena *a, struct session *ret,
                     struct err *err) MUST_USE;
/* For a worker who frees a stuck person: every open conversation ends, those that wait for
 * their turn stay. */
void session_release(struct session *s);
/* E_LIMIT over SESSION_BYTES_MAX. */
enum rc session_write(const struct session *s, struct buf *out) MUST_USE;

#endif
