/* acts_spec.c - the names, arguments and answers of the domain actions that flows may call. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/acts_spec.h"

/* Sorted by subject. `about` is what the flow is about (a meetup, a wave, a broadcast), taken
 * from the session when the argument is absent. */
const struct act_spec ACTS[] = {
    {"opt_out", "scope what?", "already",
     "ne plus écrire : tout, un groupe, les rappels, ou une pause de 30 jours",
     "stop writing: everything, a group, reminders, or a pause of 30 days"},
    {"opt_in", "", "was", "écrire à nouveau", "write again"},
    {"wrong_number", "", "", "ce numéro n'est plus celui de la personne",
     "this number is no longer the person's"},
    {"set_language", "lang", "", "langue des messages", "language of the messages"},
    {"locate", "place", "commune postcode insee", "reconnaître une commune ou un code postal",
     "recognise a commune or a postcode"},
    {"eligibility", "born rqth?", "status age",
     "trop_jeune, mineur, oui ou trop_age, selon les règles de la structure",
     "too young, minor, yes or too old, by the office's rules"},
    {"enrol", "", "first_time", "la fiche est complète : l'inscription est faite",
     "the file is complete: signed up"},
    {"tag", "tag", "", "ajouter un centre d'intérêt, ou une liste",
     "add an interest, or a list of them"},
    {"untag", "tag", "", "retirer un centre d'intérêt", "remove an interest"},
    {"join", "series? role?", "series next", "rejoindre un groupe", "join a group"},
    {"leave", "series?", "series", "quitter un groupe, sans fermer le dossier",
     "leave a group, the file stays open"},
    {"next_meetup", "series?", "meetup title date time venue places", "la prochaine rencontre",
     "the next meetup"},
    {"rsvp", "answer meetup? guests? note?", "state rank title date time venue",
     "répondre à une invitation ; state vaut place, attente, non ou peut_etre",
     "answer an invitation"},
    {"cancel_place", "meetup?", "title date",
     "rendre sa place ; la personne suivante est prévenue",
     "give back a place; the next person is told"},
    {"too_far", "meetup?", "", "noter « trop loin », par commune",
     "record \"too far\", by commune"},
    {"attendance", "meetup? state", "", "dire si l'on est venu : present, absent, excuse",
     "say whether one came"},
    {"feedback", "meetup? rating? words?", "", "avis après la rencontre, anonyme pour l'équipe",
     "opinion after the meetup, anonymous for the team"},
    {"late", "meetup? minutes?", "title", "prévenir d'un retard", "tell that one is late"},
    {"wave_answer", "situation? success? difficulty? need? done?", "",
     "répondre au suivi (3, 6, 9, 12 mois)", "answer the follow-up"},
    {"interested", "broadcast? answer", "rank", "répondre à une annonce", "answer a broadcast"},
    {"propose", "words", "idea", "proposer une idée au groupe", "send an idea for the group"},
    {"ballot", "ballot?", "ballot title options until voters result",
     "le vote ouvert, avec ses choix ; sans lui, ok est faux",
     "the open vote with its options; ok is false without one"},
    {"vote", "choice ballot?", "title choice changed until",
     "voter ; le dernier choix compte, personne ne le voit",
     "vote; the last choice counts, nobody sees it"},
    {"start_flow", "flow with? later?", "", "commencer une autre conversation ensuite",
     "start another conversation next"},
    {"note", "words", "", "laisser une note au dossier", "leave a note in the file"},
    {NULL, NULL, NULL, NULL, NULL}};

const struct act_spec *act_find(struct str name) {
    for (const struct act_spec *a = ACTS; a->name; a++) {
        if (str_is(name, a->name)) {
            return a;
        }
    }
    return NULL;
}
