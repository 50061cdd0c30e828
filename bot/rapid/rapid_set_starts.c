/* rapid_set_starts.c - what starts the flows of an export, and what cannot here. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/rapid/rapid_set_priv.h"

/* trigger_type of an export. */
static const struct {
    const char *type, *fr, *en;
} LOST[] = {
    {"S", "à date ou périodicité fixe", "on a schedule"},
    {"V", "appel vocal entrant", "incoming call"},
    {"M", "appel manqué", "missed call"},
    {"R", "lien de parrainage", "referral"},
    {"T", "ticket fermé", "closed ticket"},
    {"I", "accord donné à un canal", "opt-in"},
    {"O", "accord retiré à un canal", "opt-out"},
};

static bool is_skipped(const struct rapid_gather *g, struct str word) {
    const struct val *list = val_get(g->choices, "skip");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        if (val_is(v, VAL_TEXT) && str_eq_nocase(v->text, word)) {
            return true;
        }
    }
    return false;
}

static const struct rapid_set_flow *owner(const struct rapid_gather *g, struct str word) {
    for (size_t i = 0; i < g->flows; i++) {
        for (size_t k = 0; k < g->flow[i].keywords; k++) {
            if (str_eq_nocase(g->flow[i].keyword[k], word)) {
                return &g->flow[i];
            }
        }
    }
    return NULL;
}

static void tell_word(struct rapid_gather *g, enum rapid_note_kind kind, const char *fr,
                      const char *en, struct str word, const struct rapid_set_flow *f) {
    struct rapid_note *n = rapid_gather_note(g, kind);
    n->fr =
        arena_printf(g->a, "mot-clé « %.*s » -> %.*s%s", STR_ARG(word), STR_ARG(f->name), fr);
    n->en =
        arena_printf(g->a, "keyword \"%.*s\" -> %.*s%s", STR_ARG(word), STR_ARG(f->name), en);
}

static void add_word(struct rapid_gather *g, struct rapid_set_flow *f, struct str word,
                     bool opening) {
    const struct rapid_set_flow *other = owner(g, word);
    if (word.n == 0 || other == f) {
        return;
    }
    if (other || is_skipped(g, word)) {
        tell_word(g, RAPID_NOTE_LOST,
                  other ? " : un autre déclencheur de l'export le prend déjà"
                        : " : laissé de côté, comme demandé",
                  other ? ": another trigger of the export has it already"
                        : ": left out, as asked",
                  word, f);
        return;
    }
    struct str *list = ARENA_ARRAY(g->a, struct str, f->keywords + 1);
    bool *open = ARENA_ARRAY(g->a, bool, f->keywords + 1);
    for (size_t i = 0; i < f->keywords; i++) {
        list[i] = f->keyword[i];
        open[i] = f->opening[i];
    }
    list[f->keywords] = word;
    open[f->keywords++] = opening;
    f->keyword = list;
    f->opening = open;
    tell_word(g, RAPID_NOTE_KEPT, opening ? " (seul, ou au début du message)" : "",
              opening ? " (alone, or at the beginning of the message)" : "", word, f);
}

static void keywords(struct rapid_gather *g, const struct val *t, struct rapid_set_flow *f) {
    const struct val *list = val_get(t, "keywords");
    bool opening = !str_is(val_get_text(t, "match_type", STR("F")), "O");
    add_word(g, f, str_trim(val_get_text(t, "keyword", STR_EMPTY)), opening);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        add_word(g, f, val_is(v, VAL_TEXT) ? str_trim(v->text) : STR_EMPTY, opening);
    }
}

/* "any message", "first message": one flow at most, and only when ours leave the place. */
static void once(struct rapid_gather *g, struct rapid_set_flow *f, bool first) {
    bool taken = !val_get_bool(g->choices, first ? "first_message" : "catch_all", true);
    for (size_t i = 0; i < g->flows; i++) {
        taken |= first ? g->flow[i].first_message : g->flow[i].anything;
    }
    if (first) {
        f->first_message = !taken;
    } else {
        f->anything = !taken;
    }
    rapid_gather_say(g, taken ? RAPID_NOTE_LOST : RAPID_NOTE_KEPT,
                     taken ? first ? "déclencheur « nouvelle conversation » -> %s : une autre "
                                     "conversation le prend déjà"
                                   : "déclencheur « tout autre message » -> %s : une autre "
                                     "conversation le prend déjà"
                     : first ? "déclencheur « nouvelle conversation » -> %s"
                             : "déclencheur « tout autre message » -> %s",
                     taken   ? first ? "trigger \"new conversation\" -> %s: another flow has it"
                                     : "trigger \"catch all\" -> %s: another flow has it"
                     : first ? "trigger \"new conversation\" -> %s"
                             : "trigger \"catch all\" -> %s",
                     f->name);
}

static bool is_restricted(const struct val *t) {
    static const char *const LIMITS[] = {"groups", "exclude_groups"};
    for (size_t i = 0; i < 2; i++) {
        const struct val *list = val_get(t, LIMITS[i]);
        if (val_is(list, VAL_LIST) && list->list.n) {
            return true;
        }
    }
    const struct val *channel = val_get(t, "channel");
    return channel && channel->type != VAL_NULL;
}

static struct str words_of(struct rapid_gather *g, const struct val *t) {
    const struct val *list = val_get(t, "keywords");
    struct str s = val_get_text(t, "keyword", STR_EMPTY);
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        if (val_is(v, VAL_TEXT)) {
            s = arena_printf(g->a, "%.*s%s%.*s", STR_ARG(s), s.n ? ", " : "", STR_ARG(v->text));
        }
    }
    return s.n ? arena_printf(g->a, " « %.*s »", STR_ARG(s)) : s;
}

static void lost(struct rapid_gather *g, const struct val *t, const char *fr, const char *en) {
    struct str flow = val_get_text(val_get(t, "flow"), "name", STR("?")),
               words = words_of(g, t);
    struct rapid_note *n = rapid_gather_note(g, RAPID_NOTE_LOST);
    n->fr = arena_printf(g->a, "déclencheur%.*s -> « %.*s » : %s", STR_ARG(words),
                         STR_ARG(flow), fr);
    n->en =
        arena_printf(g->a, "trigger%.*s -> \"%.*s\": %s", STR_ARG(words), STR_ARG(flow), en);
}

static void trigger(struct rapid_gather *g, const struct val *t) {
    struct str type = val_get_text(t, "trigger_type", STR_EMPTY);
    struct rapid_set_flow *f = rapid_gather_flow(g, val_get(t, "flow"));
    for (size_t i = 0; i < sizeof LOST / sizeof *LOST; i++) {
        if (str_is(type, LOST[i].type)) {
            lost(g, t, LOST[i].fr, LOST[i].en);
            return;
        }
    }
    if (!f) {
        lost(g, t, "sa conversation n'est pas reprise", "its flow is not carried over");
    } else if (is_restricted(t)) {
        lost(g, t, "réservé à certains groupes ou à un canal",
             "only for some groups or one channel");
    } else if (str_is(type, "K")) {
        keywords(g, t, f);
    } else if (str_is(type, "C") || str_is(type, "N")) {
        once(g, f, str_is(type, "N"));
    } else {
        lost(g, t, "d'une sorte inconnue", "of an unknown kind");
    }
}

void rapid_set_starts(struct rapid_gather *g) {
    const struct val *list = val_get(g->json, "triggers");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        trigger(g, list->list.item[i]);
    }
}
