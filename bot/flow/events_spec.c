/* events_spec.c - what happens in the domain and may start a flow. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/events_spec.h"

#include <stddef.h>

#define MEETUP "meetup title date time venue way places state until"

const struct event_spec EVENTS[] = {
    {"first_message", "text", "un numéro inconnu écrit pour la première fois",
     "an unknown number writes for the first time"},
    {"meetup.invited", MEETUP, "invitation à une rencontre", "invitation to a meetup"},
    {"meetup.reminder", MEETUP " when", "rappel ; when vaut j2 ou j0",
     "reminder; when is j2 or j0"},
    {"meetup.changed", MEETUP " what old_date old_time old_venue",
     "la date, l'heure ou le lieu change", "date, time or venue changes"},
    {"meetup.cancelled", MEETUP " reason", "la rencontre n'aura pas lieu",
     "the meetup is cancelled"},
    {"place.freed", MEETUP, "une place se libère pour la liste d'attente",
     "a place is free for the waiting list"},
    {"meetup.feedback", MEETUP, "après la rencontre, pour l'avis",
     "after the meetup, for an opinion"},
    {"meetup.attendance", MEETUP, "après la rencontre, présence inconnue",
     "after the meetup, attendance unknown"},
    {"wave.due", "wave month attempt employer", "suivi à 3, 6, 9 ou 12 mois",
     "follow-up at 3, 6, 9 or 12 months"},
    {"broadcast.sent", "broadcast title text",
     "une annonce vient de partir : la réponse se lit ici",
     "a broadcast was sent: its answer is read here"},
    {"ballot.opened", "ballot title options until voters", "un vote est ouvert au groupe",
     "a vote is put to the group"},
    {"ballot.closed", "ballot title options until voters result closed",
     "le vote est clos : le résultat, à qui a voté",
     "the vote is closed: the result, to those who voted"},
    {"silence", "weeks", "aucune nouvelle depuis plusieurs semaines",
     "no news for several weeks"},
    {NULL, NULL, NULL, NULL}};

const struct event_spec *event_spec_find(struct str name) {
    for (const struct event_spec *e = EVENTS; e->name; e++) {
        if (str_is(name, e->name)) {
            return e;
        }
    }
    return NULL;
}
