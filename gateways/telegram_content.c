/* telegram_content.c - texts, files and places inside a Telegram message. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram_priv.h"

#include "base/dec.h"

#define PHOTO_BYTES_MAX 100000 /* the size kept of a photo: enough to read, light to fetch */

/* A media type and a file id come from outside and are stored: plain characters only. */
static bool is_plain(struct str s, const char *also, size_t max) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                    (c >= 'a' && c <= 'z') || str_find_char(str_from(also), c, 0) != SIZE_MAX;
        if (!good) {
            return false;
        }
    }
    return s.n && s.n <= max;
}

static bool put_attachment(struct str attachment, struct arena *a, struct inbound *in) {
    struct str *one = ARENA_NEW(a, struct str);
    *one = attachment;
    in->attachment = one;
    in->attachments = 1;
    return true;
}

static bool put_file(const struct val *file, const char *dflt_type, struct arena *a,
                     struct inbound *in) {
    struct str id = val_get_text(file, "file_id", STR_EMPTY);
    struct str type = val_get_text(file, "mime_type", str_from(dflt_type));
    if (!is_plain(id, "_-", 256)) {
        return false;
    }
    if (!is_plain(type, "/.+-", 100) || str_find_char(type, '/', 0) == SIZE_MAX) {
        type = STR("application/octet-stream");
    }
    return put_attachment(arena_printf(a, "%.*s:tg-file:%.*s", STR_ARG(type), STR_ARG(id)), a,
                          in);
}

/* The largest size under the limit, else the first one. */
static const struct val *best_photo(const struct val *sizes) {
    const struct val *best = val_at_index(sizes, 0);
    for (size_t i = 1; i < sizes->list.n; i++) {
        const struct val *one = sizes->list.item[i];
        int64_t bytes = val_get_int(one, "file_size", 0);
        if (bytes <= PHOTO_BYTES_MAX && bytes >= val_get_int(best, "file_size", 0)) {
            best = one;
        }
    }
    return best;
}

static bool put_place(const struct val *place, struct arena *a, struct inbound *in) {
    const struct val *lat = val_get(place, "latitude"), *lon = val_get(place, "longitude");
    if (!val_is(lat, VAL_NUMBER) || !val_is(lon, VAL_NUMBER)) {
        return false;
    }
    struct str north = dec_text(dec_round(lat->num, 6, DEC_HALF_AWAY), a); /* 11 cm */
    struct str east = dec_text(dec_round(lon->num, 6, DEC_HALF_AWAY), a);
    return put_attachment(arena_printf(a, "geo:%.*s,%.*s", STR_ARG(north), STR_ARG(east)), a,
                          in);
}

static struct str spaced(struct str x, const char *sep, struct str y, struct arena *a) {
    if (!x.n || !y.n) {
        return x.n ? x : y;
    }
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(x), sep, STR_ARG(y));
}

static bool put_contact(const struct val *contact, struct arena *a, struct inbound *in) {
    struct str name = spaced(val_get_text(contact, "first_name", STR_EMPTY), " ",
                             val_get_text(contact, "last_name", STR_EMPTY), a);
    struct str phone = val_get_text(contact, "phone_number", STR_EMPTY);
    if (phone.n) {
        phone = arena_printf(a, "(%.*s)", STR_ARG(phone));
    }
    in->text = spaced(name, " ", phone, a);
    return in->text.n > 0;
}

/* Stickers are shown by their still picture: an animated one is no image a page can show. */
static bool put_sticker(const struct val *sticker, struct arena *a, struct inbound *in) {
    const struct val *still = val_get(sticker, "thumbnail");
    still = still ? still : val_get(sticker, "thumb");
    return put_file(still ? still : sticker, "image/webp", a, in);
}

static bool put_media(const struct val *message, struct arena *a, struct inbound *in) {
    static const struct {
        const char *key, *type;
    } FILES[] = {
        {"document", "application/octet-stream"},
        {"voice", "audio/ogg"},
        {"audio", "audio/mpeg"},
        {"video", "video/mp4"},
        {"video_note", "video/mp4"},
        {"animation", "video/mp4"},
    };
    const struct val *v = val_get(message, "photo");
    if (val_is(v, VAL_LIST) && v->list.n) {
        return put_file(best_photo(v), "image/jpeg", a, in);
    }
    for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
        if ((v = val_get(message, FILES[i].key))) {
            return put_file(v, FILES[i].type, a, in);
        }
    }
    if ((v = val_get(message, "sticker"))) {
        return put_sticker(v, a, in);
    }
    return false;
}

bool telegram_content(const struct val *message, struct arena *a, struct inbound *in) {
    const struct val *v = val_get(message, "venue");
    in->text = val_get_text(message, "text", val_get_text(message, "caption", STR_EMPTY));
    if (v) {
        in->text = spaced(val_get_text(v, "title", STR_EMPTY), ", ",
                          val_get_text(v, "address", STR_EMPTY), a);
        return put_place(val_get(v, "location"), a, in) || in->text.n > 0;
    }
    if ((v = val_get(message, "location"))) {
        return put_place(v, a, in);
    }
    if ((v = val_get(message, "contact"))) {
        return put_contact(v, a, in);
    }
    return put_media(message, a, in) || in->text.n > 0;
}
