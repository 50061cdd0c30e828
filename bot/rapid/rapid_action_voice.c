/* rapid_action_voice.c - what is said or played on the telephone. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

static void say(struct rapid_act *act, struct str text, struct str audio, struct str lang) {
    struct rapid_session *s = act->s;
    struct val_builder *msg = val_map_begin(s->a), *b;
    const struct val *channel = val_get(s->call, "channel");
    struct str urn = val_get_text(s->call, "urn", STR(""));
    if (!s->call && !rapid_contact_route(s, &urn, &channel)) {
        channel = NULL;
    }
    rapid_put_text(msg, s->a, "urn", rapid_urn_identity(urn, s->a));
    if (channel) {
        val_put(msg, "channel", rapid_ref(s->a, channel));
    }
    val_put(msg, "text", val_text(s->a, text));
    if (audio.n) {
        const struct val *file =
            val_text(s->a, arena_printf(s->a, "audio:%.*s", STR_ARG(audio)));
        val_put(msg, "attachments", val_list(s->a, &file, 1));
    }
    rapid_put_text(msg, s->a, "locale", rapid_i18n_locale(s, lang));
    b = rapid_event_begin(s, "ivr_created");
    val_put(b, "msg", val_end(msg));
    rapid_event_end(s, b);
}

static struct str member(struct rapid_act *act, const char *key, struct str *lang) {
    struct rapid_languages l;
    struct str s;
    rapid_i18n_usual(act->s, act->run, &l);
    s = rapid_i18n_text(act->run->flow, &l, act->action->uuid, key,
                        val_get_text(act->def, key, STR("")), lang);
    rapid_eval_text(act, s, &s);
    return str_trim(s);
}

static void say_msg(struct rapid_act *act) {
    struct str lang, audio_lang;
    struct str text = member(act, "text", &lang), audio = member(act, "audio_url", &audio_lang);
    if (text.n == 0 && audio.n == 0) {
        rapid_event_error(act->s, "", NULL,
                          "Can't say message without audio URL or backdown text");
        return;
    }
    say(act, text, audio, text.n ? lang : audio_lang);
}

static void play_audio(struct rapid_act *act) {
    struct str lang, audio = member(act, "audio_url", &lang);
    if (audio.n == 0) {
        rapid_event_error(act->s, "", NULL, "Audio URL evaluated to empty, skipping");
        return;
    }
    say(act, STR(""), audio, lang);
}

static const struct rapid_member SAY[] = {{"text", CHECK_TEXT, true, RAPID_TEXT_MAX},
                                          {"audio_url", CHECK_TEXT, false, 2048},
                                          {NULL, CHECK_ANY, false, 0}},
                                 PLAY[] = {{"audio_url", CHECK_TEXT, true, 2048},
                                           {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_VOICE_KINDS[] = {
    {"say_msg", FLOW_VOICE, say_msg, SAY, NULL, "say_msg: there is no voice channel here"},
    {"play_audio", FLOW_VOICE, play_audio, PLAY, NULL,
     "play_audio: there is no voice channel here"},
    {NULL, 0, NULL, NULL, NULL, NULL}};
