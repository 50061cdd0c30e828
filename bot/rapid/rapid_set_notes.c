/* rapid_set_notes.c - what an export's actions become here; campaigns and values left behind.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/rapid/rapid_set_priv.h"

/* What each action becomes when that is not what it was there. */
static const struct {
    const char *type;
    enum rapid_note_kind kind;
    const char *fr, *en;
} ACTIONS[] = {
    {"open_ticket", RAPID_NOTE_DIFFERS, "le ticket devient un dossier pour l'équipe",
     "the ticket becomes a case for the staff"},
    {"send_email", RAPID_NOTE_DIFFERS,
     "aucun e-mail ne part : un dossier porte le sujet et le texte",
     "no mail leaves: a case carries its subject and text"},
    {"call_webhook", RAPID_NOTE_DIFFERS,
     "l'appel part après le message ; son adresse doit être permise dans la configuration",
     "the call leaves after the turn; its address must be allowed in the configuration"},
    {"start_session", RAPID_NOTE_DIFFERS,
     "lancée pour un numéro ou une adresse déjà inscrits ; pour un groupe ou une recherche, un "
     "dossier le demande à l'équipe",
     "started for a number or address that is enrolled; for a group or a search a case asks "
     "the "
     "staff to"},
    {"send_broadcast", RAPID_NOTE_LOST,
     "rien n'est envoyé à d'autres : un dossier le signale à l'équipe",
     "nothing is sent to others: a case tells the staff"},
    {"set_contact_name", RAPID_NOTE_DIFFERS,
     "le premier mot devient le prénom, le reste le nom",
     "the first word becomes the first name, the rest the last name"},
    {"set_contact_status", RAPID_NOTE_DIFFERS,
     "« stopped » et « blocked » arrêtent les messages comme un STOP ; le reste est sans effet",
     "\"stopped\" and \"blocked\" stop messages as STOP does; the rest has no effect"},
    {"set_contact_timezone", RAPID_NOTE_LOST, "sans effet : l'heure est celle de la structure",
     "no effect: the time is the office's"},
    {"set_contact_channel", RAPID_NOTE_LOST, "sans effet : le service choisit le canal",
     "no effect: the service chooses the channel"},
    {"add_contact_urn", RAPID_NOTE_LOST, "l'adresse n'est pas ajoutée à la fiche",
     "the address is not added to the file"},
    {"add_input_labels", RAPID_NOTE_LOST, "les messages n'ont pas de libellés ici",
     "messages have no labels here"},
    {"call_resthook", RAPID_NOTE_LOST, "les abonnés d'un resthook ne sont pas dans l'export",
     "the subscribers of a resthook are not in the export"},
    {"call_classifier", RAPID_NOTE_LOST, "pas de classifieur : la sortie d'échec est prise",
     "no classifier: the failure exit is taken"},
    {"call_llm", RAPID_NOTE_LOST, "pas de modèle de langue : le résultat est <ERROR>",
     "no language model: the result is <ERROR>"},
    {"transfer_airtime", RAPID_NOTE_LOST, "pas de crédit téléphonique : la sortie d'échec",
     "no airtime: the failure exit"},
    {"request_optin", RAPID_NOTE_LOST, "aucun canal ici ne le demande ainsi",
     "no channel here asks that way"},
    {"say_msg", RAPID_NOTE_LOST, "pas de voix", "no voice"},
    {"play_audio", RAPID_NOTE_LOST, "pas de voix", "no voice"},
};
#define ACTIONS_N (sizeof ACTIONS / sizeof *ACTIONS)

/* The names of what an action is about: its group, flow, subject... */
static struct str about(struct rapid_gather *g, const struct val *def) {
    static const char *const ONE[] = {"flow", "topic", "optin", "template", "classifier"},
                             *const MANY[] = {"labels", "groups"},
                             *const WORDS[] = {"subject", "url", "resthook", "path"};
    struct str s = STR_EMPTY;
    for (size_t i = 0; i < sizeof ONE / sizeof *ONE && s.n == 0; i++) {
        s = val_get_text(val_get(def, ONE[i]), "name", STR_EMPTY);
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS && s.n == 0; i++) {
        s = val_get_text(def, WORDS[i], STR_EMPTY);
    }
    for (size_t i = 0; i < sizeof MANY / sizeof *MANY && s.n == 0; i++) {
        const struct val *list = val_get(def, MANY[i]);
        for (size_t k = 0; val_is(list, VAL_LIST) && k < list->list.n; k++) {
            struct str name = val_get_text(list->list.item[k], "name", STR_EMPTY);
            s = arena_printf(g->a, "%.*s%s%.*s", STR_ARG(s), s.n ? ", " : "", STR_ARG(name));
        }
    }
    return s;
}

/* One line a flow and kind of action, with how many and the first one's subject. */
static void actions_of(struct rapid_gather *g, const struct rapid_flow *f) {
    size_t count[ACTIONS_N] = {0};
    struct str subject[ACTIONS_N] = {{0}};
    for (size_t i = 0; i < f->nodes; i++) {
        for (size_t k = 0; k < f->node[i].actions; k++) {
            const struct rapid_action *act = &f->node[i].action[k];
            for (size_t j = 0; j < ACTIONS_N; j++) {
                if (strcmp(ACTIONS[j].type, act->kind->type) == 0) {
                    struct str what = about(g, act->def);
                    bool new = what.n &&str_find(subject[j], what, 0) == SIZE_MAX;
                    count[j]++;
                    subject[j] = new ? arena_printf(g->a, "%.*s%s%.*s", STR_ARG(subject[j]),
                                                    subject[j].n ? ", " : "", STR_ARG(what))
                                     : subject[j];
                }
            }
        }
    }
    for (size_t j = 0; j < ACTIONS_N; j++) {
        if (count[j]) {
            struct rapid_note *n = rapid_gather_note(g, ACTIONS[j].kind);
            struct str more =
                subject[j].n ? arena_printf(g->a, " (%.*s)", STR_ARG(subject[j])) : STR_EMPTY;
            n->fr = arena_printf(g->a, "« %.*s », %s x%zu%.*s : %s", STR_ARG(f->name),
                                 ACTIONS[j].type, count[j], STR_ARG(more), ACTIONS[j].fr);
            n->en = arena_printf(g->a, "\"%.*s\", %s x%zu%.*s: %s", STR_ARG(f->name),
                                 ACTIONS[j].type, count[j], STR_ARG(more), ACTIONS[j].en);
        }
    }
}

static void templates_of(struct rapid_gather *g, const struct rapid_flow *f) {
    for (size_t i = 0; i < f->nodes; i++) {
        for (size_t k = 0; k < f->node[i].actions; k++) {
            const struct rapid_action *act = &f->node[i].action[k];
            const struct val *t = val_get(act->def, "template");
            if (val_is(t, VAL_MAP)) {
                rapid_gather_say(g, RAPID_NOTE_DIFFERS,
                                 "modèle de message « %s » : le texte du message est envoyé",
                                 "message template \"%s\": the text of the message is sent",
                                 val_get_text(t, "name", STR("?")));
            }
        }
    }
}

bool rapid_set_is_secret(struct str header, struct arena *a) {
    static const char *const WORDS[] = {"authorization", "cookie", "token",
                                        "secret",        "key",    "password"};
    struct str folded = text_fold(header, a);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_find(folded, str_from(WORDS[i]), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static void keys_of(struct rapid_gather *g, const struct rapid_flow *f) {
    for (size_t i = 0; i < f->nodes; i++) {
        for (size_t k = 0; k < f->node[i].actions; k++) {
            const struct val *map = val_get(f->node[i].action[k].def, "headers");
            for (size_t j = 0; val_is(map, VAL_MAP) && j < map->map.n; j++) {
                if (rapid_set_is_secret(map->map.pair[j].key, g->a)) {
                    rapid_gather_say(
                        g, RAPID_NOTE_DIFFERS,
                        "en-tête %s d'un appel : une clé n'est pas envoyée d'ici, "
                        "elle se met dans webhooks: de la configuration",
                        "header %s of a call: a key is not sent from a flow, it goes "
                        "under webhooks: in the configuration",
                        map->map.pair[j].key);
                }
            }
        }
    }
}

static struct str event_of(struct rapid_gather *g, const struct val *e) {
    struct str flow = val_get_text(val_get(e, "flow"), "name", STR_EMPTY),
               from = val_get_text(val_get(e, "relative_to"), "label",
                                   val_get_text(val_get(e, "relative_to"), "key", STR("?")));
    long long offset = (long long)val_get_int(e, "offset", 0);
    return arena_printf(g->a, "%+lld %.*s / %.*s -> %.*s", offset,
                        STR_ARG(val_get_text(e, "unit", STR("?"))), STR_ARG(from),
                        STR_ARG(flow.n ? flow : STR("message")));
}

static void campaigns(struct rapid_gather *g) {
    const struct val *list = val_get(g->json, "campaigns");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *c = list->list.item[i], *events = val_get(c, "events");
        rapid_gather_say(g, RAPID_NOTE_LOST,
                         "campagne « %s » : les relances et les suivis d'ici la remplacent",
                         "campaign \"%s\": reminders and check-ins here take its place",
                         val_get_text(c, "name", STR("?")));
        for (size_t k = 0; val_is(events, VAL_LIST) && k < events->list.n; k++) {
            rapid_gather_say(g, RAPID_NOTE_LOST, "  son événement %s", "  its event %s",
                             event_of(g, events->list.item[k]));
        }
    }
}

static bool has_global(const struct rapid_gather *g, struct str name) {
    return rapid_asset(g->program, "globals", "key", name) != NULL;
}

/* "@globals.name" in any text: values are not part of an export. */
static void globals_in(struct rapid_gather *g, struct str s, struct str *told) {
    static const char WORD[] = "globals.";
    size_t at = 0;
    while ((at = str_find(s, STR(WORD), at)) != SIZE_MAX) {
        size_t from = at + sizeof WORD - 1, end = from;
        while (end < s.n && (s.p[end] == '_' || (s.p[end] >= 'a' && s.p[end] <= 'z') ||
                             (s.p[end] >= '0' && s.p[end] <= '9'))) {
            end++;
        }
        struct str name = str_sub(s, from, end - from),
                   mark = arena_printf(g->a, " %.*s ", STR_ARG(name));
        if (name.n && !has_global(g, name) && str_find(*told, mark, 0) == SIZE_MAX) {
            *told = arena_printf(g->a, "%.*s%.*s", STR_ARG(*told), STR_ARG(mark));
            rapid_gather_say(
                g, RAPID_NOTE_LOST,
                "globale @globals.%s : sa valeur n'est pas dans l'export (--global)",
                "global @globals.%s: its value is not in the export (--global)", name);
        }
        at = end;
    }
}

static void walk(struct rapid_gather *g, const struct val *v, struct str *told) {
    if (val_is(v, VAL_TEXT)) {
        globals_in(g, v->text, told);
    }
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
        walk(g, v->list.item[i], told);
    }
    for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
        walk(g, v->map.pair[i].val, told);
    }
}

/* Flows that are called by name but are not in the file. */
static void absent(struct rapid_gather *g, const struct rapid_flow *f) {
    for (size_t i = 0; i < f->nodes; i++) {
        for (size_t k = 0; k < f->node[i].actions; k++) {
            const struct rapid_action *act = &f->node[i].action[k];
            const struct val *ref = val_get(act->def, "flow");
            struct str uuid = val_get_text(ref, "uuid", STR_EMPTY);
            if (uuid.n && !rapid_flow_find(g->program, uuid)) {
                rapid_gather_say(g, RAPID_NOTE_LOST,
                                 "conversation « %s » : appelée, mais absente de l'export",
                                 "flow \"%s\": called, but not in the export",
                                 val_get_text(ref, "name", uuid));
            }
        }
    }
}

void rapid_set_notes(struct rapid_gather *g) {
    struct str told = STR_EMPTY;
    for (size_t i = 0; i < g->flows; i++) {
        const struct rapid_flow *f = g->flow[i].flow;
        actions_of(g, f);
        templates_of(g, f);
        keys_of(g, f);
        absent(g, f);
        walk(g, val_get(f->def, "nodes"), &told);
    }
    campaigns(g);
}
