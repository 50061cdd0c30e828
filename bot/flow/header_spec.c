/* header_spec.c - the keys at the top of a flow and inside its "starts". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/header_spec.h"

const struct key_spec HEADER_SPEC[] = {
    {"flow", KEY_NAME, true, NULL,
     "le nom de la conversation : lettres sans accents, chiffres, _",
     "the flow's name: letters without accents, digits, _"},
    {"title", KEY_TEXTS, true, NULL, "son titre, pour l'équipe", "its title, for the team"},
    {"language", KEY_NAME, false, NULL, "la langue des textes sans langue : fr, en...",
     "the language of texts that name none: fr, en..."},
    {"owner", KEY_NAME, false, NULL, "qui s'en occupe", "who looks after it"},
    {"about", KEY_ENUM, false, "nothing meetup wave broadcast ballot offer",
     "de quoi elle parle : ses actions le prennent de là",
     "what it is about: its acts take it from there"},
    {"starts", KEY_STARTS, false, NULL, "ce qui la commence", "what begins it"},
    {"with", KEY_ENTRIES, false, NULL, "ce qu'on lui donne : {titre: text, places: number}",
     "what it is given: {title: text, places: number}"},
    {"returns", KEY_WORDS, false, NULL, "les noms qu'elle rend à celle qui l'appelle",
     "the names it gives back to the flow that called it"},
    /* in the order of enum say_kind (bot/effect.h), by which the engine's kinds are sorted */
    {"priority", KEY_ENUM, false, "reply urgent reminder question survey bulk",
     "l'urgence de ses messages", "how urgent its messages are"},
    {"system", KEY_FLAG, false, NULL, "répond à un réflexe (STOP, aide...), par-dessus tout",
     "answers a reflex (STOP, help...), above anything"},
    {"interrupts", KEY_FLAG, false, NULL, "ses mots l'emportent sur la question en cours",
     "its keywords win over the question that waits"},
    {"identifies", KEY_FLAG, false, NULL, "dit qui écrit et comment arrêter : premier contact",
     "says who writes and how to stop: first contact"},
    {"fallback", KEY_TEXTS, false, NULL, "ce qu'on dit si un texte échoue",
     "what is said when a text fails"},
    {"note", KEY_TEMPLATE, false, NULL, "une remarque pour qui lit le fichier",
     "a remark for who reads the file"},
    {"steps", KEY_STEPS, true, NULL, "ses étapes", "its steps"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct key_spec STARTS_SPEC[] = {
    {"keywords", KEY_WORDS, false, NULL, "les mots qui la commencent, écrits comme on veut",
     "the words that begin it, however they are spelt"},
    {"event", KEY_EVENT, false, NULL, "l'événement qui la commence",
     "the event that begins it"},
    {"intent", KEY_WORDS, false, NULL, "le réflexe auquel elle répond (system: yes)",
     "the reflex it answers (system: yes)"},
    {"link", KEY_WORDS, false, NULL, "le mot d'un lien ou d'un QR code qui la commence",
     "the word of a link or QR code that begins it"},
    {"anything", KEY_FLAG, false, NULL, "elle prend ce que rien d'autre n'a compris",
     "it takes what nothing else understood"},
    {"advisor", KEY_FLAG, false, NULL, "l'équipe peut la commencer à la main",
     "the team may begin it by hand"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct key_spec *header_spec_find(const struct key_spec *table, struct str key) {
    for (const struct key_spec *k = table; k->name; k++) {
        if (str_is(key, k->name)) {
            return k;
        }
    }
    return NULL;
}

const char *header_spec_names(const struct key_spec *table, struct arena *a) {
    struct str all = STR_EMPTY;
    for (const struct key_spec *k = table; k->name; k++) {
        all = arena_printf(a, "%.*s%s%s", STR_ARG(all), all.n ? " " : "", k->name);
    }
    return arena_cstr(a, all);
}
