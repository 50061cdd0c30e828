/* tracing_french.c - the trace of a turn in the words of the people who read it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"
#include "jobs/tracing.h"

/* '*' stands for what the engine fills in; it comes back in the same order. Looked through from
 * the top: the more precise line first. */
static const struct {
    const char *english, *french;
} LINES[] = {
    {"begins", "la conversation commence"},
    {"ends", "elle se termine"},
    {"reflex * by rule *", "mot reconnu avant tout : *, règle *"},
    {"read as * (*) by rule *", "réponse lue comme * (*), règle *"},
    {"nothing is asked: read as * (*)", "rien n'était demandé ; message lu comme * (*)"},
    {"keyword \"*\"", "mot-clé « * »"},
    {"link", "lien ou code imprimé"},
    {"a button of an older question", "bouton d'une question passée"},
    {"another subject: *", "la personne change de sujet : *"},
    {"a web-hook has not answered yet", "un autre service n'a pas encore répondu"},
    {"the same message again: counted once", "même message reçu deux fois : compté une fois"},
    {"a human has the conversation", "un conseiller a la main : le service se tait"},
    {"silent: the person said stop", "silence : la personne a dit STOP"},
    {"answer of * taken back", "réponse à * reprise"},
    {"answer kept", "réponse gardée"},
    {"not understood, * of *", "pas compris, essai * sur *"},
    {"a doubtful reading: asks for confirmation", "lecture incertaine : confirmation demandée"},
    {"valid_if is false", "réponse refusée par valid_if"},
    {"not asked: skip_if is true", "question passée : skip_if est vrai"},
    {"time-out, late", "délai écoulé pendant autre chose, traité maintenant"},
    {"time-out", "délai écoulé sans réponse"},
    {"the time of * came while something else goes on",
     "le délai de * est venu pendant autre chose"},
    {"answer, late", "réponse d'un autre service, traitée maintenant"},
    {"the answer for * came while something else goes on",
     "la réponse attendue par * est venue pendant autre chose"},
    {"nobody waits for this answer any more", "plus personne n'attend cette réponse"},
    {"web-hook * is called (*)", "le service * est interrogé (*)"},
    {"web-hook *: answered, status *", "le service * a répondu (*)"},
    {"web-hook *: failed, status *", "le service * a échoué (*)"},
    {"the answer is too long to be kept: pick: says what of it matters",
     "réponse trop longue pour être gardée (voir pick:)"},
    {"act *: done", "action * : faite"},
    {"act *: refused", "action * : refusée"},
    {"act *", "action * demandée"},
    {"the act was never answered", "une action n'a jamais eu de réponse"},
    {"case *", "un conseiller est prévenu : *"},
    {"is *", "cas « * »"},
    {"else", "sinon"},
    {"no flow for *", "aucune conversation pour *"},
    {"no such flow", "conversation introuvable"},
    {"too many flows inside each other", "trop de conversations imbriquées"},
    {"this version of the flow is lost", "cette version de la conversation a disparu"},
    {"more than * steps without a wait", "plus de * étapes sans attendre"},
    {"no room left: * is not started", "plus de place : * n'est pas commencée"},
    {"* waits for its turn", "* attend son tour"},
    {"* is not started: the person said stop", "* n'est pas commencée : STOP"},
    {"* is not started: a pause was asked for", "* n'est pas commencée : pause demandée"},
    {"* is not started: too late", "* n'est pas commencée : trop tard"},
    {"* is not started: begun already", "* n'est pas commencée : elle l'est déjà"},
    {"* is not started: nobody is named", "* n'est pas commencée : personne n'est désigné"},
    {"* is not started: it goes from person to person too often",
     "* n'est pas commencée : relayée trop de fois"},
    {"* is started for another person", "* est commencée pour une autre personne"},
    {"* is dropped: too late", "* est abandonnée : trop tard"},
    {"* is dropped: cancelled", "* est abandonnée : annulée"},
    {"too many automatic answers this hour: silent",
     "trop de réponses automatiques cette heure : silence"},
    {"expression failed", "une expression a échoué"},
    {"condition failed", "une condition a échoué : comptée fausse"},
    {"* could not be worked out", "* n'a pas pu être calculé"},
    {"* not set", "* n'a pas été gardé"},
    {"the path failed", "l'adresse n'a pas pu être calculée"},
    {"the moment to wait for is not a date", "le moment attendu n'est pas une date"},
    {"the field * is not declared: not kept", "le champ * n'est pas déclaré : non gardé"},
    {"*: true", "* : vrai"},
    {"*: false", "* : faux"},
};

static const struct {
    const char *english, *french;
} WORDS[] = {{"sure", "sûr"},
             {"unsure", "incertain"},
             {"none", "aucune idée"},
             {"yes", "oui"},
             {"no", "non"},
             {"unclear", "pas compris"},
             {"human", "un humain"},
             {"help", "aide"},
             {"name", "prénom"},
             {"choice", "un choix"},
             {"number", "nombre"},
             {"date", "date"},
             {"language", "langue"},
             {"thanks", "merci"},
             {"late", "retard"},
             {"distress", "détresse"},
             {"wrong_number", "mauvais numéro"}};

static struct str word(struct str s) {
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_is(s, WORDS[i].english)) {
            return str_from(WORDS[i].french);
        }
    }
    return s;
}

#define STARS_MAX 4

/* The parts of `what` where the pattern has stars; false when it is another sentence. */
static bool fits(const char *pattern, struct str what, struct str star[STARS_MAX]) {
    struct str rest = str_from(pattern), part;
    size_t stars = 0, at = 0;
    bool open = false;
    do {
        size_t cut = str_find_char(rest, '*', 0);
        part = str_sub(rest, 0, cut);
        bool last = cut == SIZE_MAX;
        size_t hit = last && part.n == 0                    ? what.n
                     : last && open && str_ends(what, part) ? what.n - part.n
                                                            : str_find(what, part, at);
        if (hit == SIZE_MAX || hit < at || (!open && hit != at) ||
            (last && hit + part.n != what.n)) {
            return false;
        }
        if (open && stars < STARS_MAX) {
            star[stars++] = str_sub(what, at, hit - at);
        }
        at = hit + part.n;
        rest = last ? STR_EMPTY : str_sub(rest, cut + 1, rest.n);
        open = !last;
        if (last) {
            return true;
        }
    } while (true);
}

static void put_sentence(struct str what, struct buf *out) {
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct str star[STARS_MAX] = {{NULL, 0}};
        if (!fits(LINES[i].english, what, star)) {
            continue;
        }
        size_t next = 0;
        for (const char *p = LINES[i].french; *p; p++) {
            if (*p == '*' && next < STARS_MAX) {
                buf_str(out, word(star[next++]));
            } else {
                buf_putc(out, *p);
            }
        }
        return;
    }
    buf_str(out, what);
}

struct str tracing_french(struct str line, struct str *place, struct arena *a) {
    size_t tab = str_find_char(line, '\t', 0);
    struct str at = str_sub(line, 0, tab == SIZE_MAX ? 0 : tab);
    struct str what = tab == SIZE_MAX ? line : str_sub(line, tab + 1, line.n);
    struct buf out;
    buf_init(&out, 8192);
    *place = at.n ? at : *place;
    size_t slash = str_find_char(*place, '/', 0);
    if (at.n && slash != SIZE_MAX && slash > 0) {
        buf_str(&out, str_sub(at, 0, slash));
        if (slash + 1 < at.n) {
            buf_printf(&out, ", étape %.*s", STR_ARG(str_sub(at, slash + 1, at.n)));
        }
        buf_puts(&out, " : ");
    }
    put_sentence(what, &out);
    struct str ret = arena_str(a, buf_view(&out));
    buf_done(&out);
    return ret;
}
