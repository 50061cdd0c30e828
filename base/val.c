/* val.c - builds, reads and compares values. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/val.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#define LINEAR_MAX 16 /* members up to which walking a map beats hashing */

const struct val VAL_NIL = {.type = VAL_NULL};
const struct val VAL_TRUE = {.type = VAL_BOOL, .b = true};
const struct val VAL_FALSE = {.type = VAL_BOOL, .b = false};

const struct val *val_bool(bool b) {
    return b ? &VAL_TRUE : &VAL_FALSE;
}

static struct val *make(struct arena *a, enum val_type t) {
    struct val *v = ARENA_NEW(a, struct val);
    v->type = t;
    return v;
}

const struct val *val_num(struct arena *a, struct dec d) {
    struct val *v = make(a, VAL_NUMBER);
    v->num = d;
    return v;
}

const struct val *val_int(struct arena *a, int64_t i) {
    return val_num(a, dec_from_i64(i));
}

const struct val *val_text(struct arena *a, struct str s) {
    struct val *v = make(a, VAL_TEXT);
    v->text = s;
    return v;
}

const struct val *val_textz(struct arena *a, const char *s) {
    return val_text(a, arena_str(a, str_from(s)));
}

const struct val *val_date(struct arena *a, struct date d) {
    struct val *v = make(a, VAL_DATE);
    v->date = d;
    return v;
}

const struct val *val_time(struct arena *a, struct tod t) {
    struct val *v = make(a, VAL_TIME);
    v->tod = t;
    return v;
}

const struct val *val_at(struct arena *a, struct instant i) {
    struct val *v = make(a, VAL_DATETIME);
    v->at = i;
    return v;
}

const struct val *val_error(struct arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    struct val *v = make(a, VAL_ERROR);
    v->error = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return v;
}

const struct val *val_list(struct arena *a, const struct val *const *item, size_t n) {
    const struct val **copy = ARENA_ARRAY(a, const struct val *, n);
    if (n) {
        memcpy(copy, item, n * sizeof *copy);
    }
    struct val *v = make(a, VAL_LIST);
    v->list.item = copy;
    v->list.n = n;
    return v;
}

/* --- the hash index of large maps: uint32 slots behind the pairs, pair number + 1, 0 = free
 * --- */

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static uint64_t key;

static void draw_key(void) {
    if (getrandom(&key, sizeof key, 0) != sizeof key) {
        key = 0x9E3779B97F4A7C15ULL; /* slower under attack, never wrong */
    }
}

/* Keyed, so that nobody can send a map whose members all fall into one slot. Not str_hash,
 * which is stored and therefore public. */
static uint32_t hash(struct str s) {
    uint64_t h = key ^ s.n;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, 8);
        h = (h ^ w) * 0xFF51AFD7ED558CCDULL;
        h ^= h >> 32;
    }
    for (; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0xFF51AFD7ED558CCDULL;
        h ^= h >> 29;
    }
    return (uint32_t)(h ^ h >> 32);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *slot_of(uint32_t *slot, size_t slots, const struct val_pair *pair,
                         struct str k) {
    size_t i = hash(k) & (slots - 1);
    while (slot[i] && !str_eq(pair[slot[i] - 1].key, k)) {
        i = (i + 1) & (slots - 1);
    }
    return &slot[i];
}

static size_t slots_for(size_t n) {
    if (n <= LINEAR_MAX || n > INT32_MAX / 4) {
        return 0;
    }
    size_t slots = 64;
    while (slots < 2 * n) {
        slots *= 2;
    }
    return slots;
}

const struct val *val_map(struct arena *a, const struct val_pair *pair, size_t n) {
    size_t slots = slots_for(n);
    struct val_pair *copy = arena_alloc(a, n * sizeof *copy + slots * sizeof(uint32_t));
    if (n) {
        memcpy(copy, pair, n * sizeof *copy);
    }
    struct val *v = make(a, VAL_MAP);
    v->map.pair = copy;
    v->map.n = n;
    v->slots = (int32_t)slots;
    if (slots) {
        pthread_once(&key_once, draw_key);
        uint32_t *slot = (uint32_t *)(void *)(copy + n);
        for (size_t i = 0; i < n; i++) {
            uint32_t *s = slot_of(slot, slots, copy, copy[i].key);
            *s = *s ? *s : (uint32_t)(i + 1);
        }
    }
    return v;
}

/* --- builders --- */

struct val_builder {
    struct arena *a;
    bool is_map;
    size_t n, cap;
    struct val_pair *pair;
    const struct val **item;
    uint32_t *slot; /* index over pair while it grows past LINEAR_MAX */
    size_t slots;
};

static struct val_builder *begin(struct arena *a, bool is_map) {
    struct val_builder *b = ARENA_NEW(a, struct val_builder);
    b->a = a;
    b->is_map = is_map;
    return b;
}

struct val_builder *val_map_begin(struct arena *a) {
    return begin(a, true);
}

struct val_builder *val_list_begin(struct arena *a) {
    return begin(a, false);
}

static void grow(struct val_builder *b) {
    if (b->n < b->cap) {
        return;
    }
    b->cap = b->cap ? b->cap * 2 : 8;
    size_t size = b->is_map ? sizeof *b->pair : sizeof *b->item;
    void *bigger = arena_array(b->a, b->cap, size);
    void *old = b->is_map ? (void *)b->pair : (void *)b->item;
    if (b->n) {
        memcpy(bigger, old, b->n * size);
    }
    if (!b->is_map) {
        b->item = bigger;
        return;
    }
    b->pair = bigger;
    b->slots = slots_for(b->cap);
    if (b->slots) {
        pthread_once(&key_once, draw_key);
        b->slot = ARENA_ARRAY(b->a, uint32_t, b->slots);
        for (size_t i = 0; i < b->n; i++) {
            *slot_of(b->slot, b->slots, b->pair, b->pair[i].key) = (uint32_t)(i + 1);
        }
    }
}

static struct val_pair *find_built(struct val_builder *b, struct str k) {
    if (b->slots) {
        uint32_t *s = slot_of(b->slot, b->slots, b->pair, k);
        return *s ? &b->pair[*s - 1] : NULL;
    }
    for (size_t i = 0; i < b->n; i++) {
        if (str_eq(b->pair[i].key, k)) {
            return &b->pair[i];
        }
    }
    return NULL;
}

void val_put_str(struct val_builder *b, struct str k, const struct val *v) {
    if (!v) {
        return;
    }
    struct val_pair *p = find_built(b, k);
    if (p) {
        p->val = v;
        return;
    }
    grow(b);
    b->pair[b->n] = (struct val_pair){.key = arena_str(b->a, k), .val = v};
    b->n++;
    if (b->slots) {
        *slot_of(b->slot, b->slots, b->pair, k) = (uint32_t)b->n;
    }
}

void val_put(struct val_builder *b, const char *k, const struct val *v) {
    val_put_str(b, str_from(k), v);
}

void val_push(struct val_builder *b, const struct val *v) {
    grow(b);
    b->item[b->n++] = v ? v : &VAL_NIL;
}

const struct val *val_end(struct val_builder *b) {
    return b->is_map ? val_map(b->a, b->pair, b->n) : val_list(b->a, b->item, b->n);
}

/* --- reading --- */

const struct val *val_get_str(const struct val *map, struct str k) {
    if (!val_is(map, VAL_MAP)) {
        return NULL;
    }
    const struct val_pair *pair = map->map.pair;
    if (map->slots) {
        const uint32_t *slot = (const uint32_t *)(const void *)(pair + map->map.n);
        size_t mask = (size_t)map->slots - 1;
        for (size_t i = hash(k) & mask; slot[i]; i = (i + 1) & mask) {
            if (str_eq(pair[slot[i] - 1].key, k)) {
                return pair[slot[i] - 1].val;
            }
        }
        return NULL;
    }
    for (size_t i = 0; i < map->map.n; i++) {
        if (str_eq(pair[i].key, k)) {
            return pair[i].val;
        }
    }
    return NULL;
}

const struct val *val_get(const struct val *map, const char *k) {
    return val_get_str(map, str_from(k));
}

const struct val *val_get_nocase(const struct val *map, struct str k) {
    const struct val *exact = val_get_str(map, k);
    if (exact || !val_is(map, VAL_MAP)) {
        return exact;
    }
    for (size_t i = 0; i < map->map.n; i++) {
        if (str_eq_nocase(map->map.pair[i].key, k)) {
            return map->map.pair[i].val;
        }
    }
    return NULL;
}

const struct val *val_at_index(const struct val *list, size_t i) {
    return val_is(list, VAL_LIST) && i < list->list.n ? list->list.item[i] : NULL;
}

const struct val *val_path(const struct val *v, const char *path) {
    struct str rest = str_from(path), part;
    while (v && str_next(&rest, '.', &part)) {
        int64_t i;
        if (v->type == VAL_LIST) {
            v = str_to_i64(part, &i) && i >= 0 ? val_at_index(v, (size_t)i) : NULL;
        } else {
            v = val_get_str(v, part);
        }
    }
    return v;
}

struct str val_get_text(const struct val *map, const char *k, struct str dflt) {
    const struct val *v = val_get(map, k);
    return val_is(v, VAL_TEXT) ? v->text : dflt;
}

int64_t val_get_int(const struct val *map, const char *k, int64_t dflt) {
    const struct val *v = val_get(map, k);
    int64_t i;
    return val_is(v, VAL_NUMBER) && dec_to_i64(v->num, &i) == OK ? i : dflt;
}

bool val_get_bool(const struct val *map, const char *k, bool dflt) {
    const struct val *v = val_get(map, k);
    return val_is(v, VAL_BOOL) ? v->b : dflt;
}

/* --- whole values --- */

static bool list_eq(const struct val *a, const struct val *b) {
    if (a->list.n != b->list.n) {
        return false;
    }
    for (size_t i = 0; i < a->list.n; i++) {
        if (!val_eq(a->list.item[i], b->list.item[i])) {
            return false;
        }
    }
    return true;
}

static bool map_eq(const struct val *a, const struct val *b) {
    if (a->map.n != b->map.n) {
        return false;
    }
    for (size_t i = 0; i < a->map.n; i++) {
        const struct val *other = val_get_str(b, a->map.pair[i].key);
        if (!other || !val_eq(a->map.pair[i].val, other)) {
            return false;
        }
    }
    return true;
}

bool val_eq(const struct val *a, const struct val *b) {
    if (a == b) {
        return true;
    }
    if (!a || !b || a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case VAL_NULL:
        return true;
    case VAL_BOOL:
        return a->b == b->b;
    case VAL_NUMBER:
        return dec_cmp(a->num, b->num) == 0;
    case VAL_TEXT:
        return str_eq(a->text, b->text);
    case VAL_DATE:
        return date_cmp(a->date, b->date) == 0;
    case VAL_TIME:
        return a->tod.hour == b->tod.hour && a->tod.minute == b->tod.minute &&
               a->tod.second == b->tod.second && a->tod.nsec == b->tod.nsec;
    case VAL_DATETIME: /* the same moment, however it is written */
        return a->at.sec == b->at.sec && a->at.nsec == b->at.nsec;
    case VAL_LIST:
        return list_eq(a, b);
    case VAL_MAP:
        return map_eq(a, b);
    case VAL_FUNC:
        return a->func == b->func;
    case VAL_ERROR:
        return str_eq(a->error, b->error);
    }
    return false;
}

static const struct val *copy_list(struct arena *a, const struct val *v) {
    const struct val **item = ARENA_ARRAY(a, const struct val *, v->list.n);
    for (size_t i = 0; i < v->list.n; i++) {
        item[i] = val_copy(a, v->list.item[i]);
    }
    struct val *c = make(a, VAL_LIST);
    c->line = v->line;
    c->column = v->column;
    c->list.item = item;
    c->list.n = v->list.n;
    return c;
}

static const struct val *copy_map(struct arena *a, const struct val *v) {
    struct val_builder b = {.a = a, .is_map = true, .n = v->map.n};
    b.pair = ARENA_ARRAY(a, struct val_pair, v->map.n);
    for (size_t i = 0; i < v->map.n; i++) {
        b.pair[i] = v->map.pair[i];
        b.pair[i].key = arena_str(a, v->map.pair[i].key);
        b.pair[i].val = val_copy(a, v->map.pair[i].val);
    }
    struct val *c = ARENA_NEW(a, struct val);
    *c = *val_end(&b);
    c->line = v->line;
    c->column = v->column;
    c->map.fallback = v->map.fallback ? val_copy(a, v->map.fallback) : NULL;
    return c;
}

const struct val *val_copy(struct arena *a, const struct val *v) {
    if (!v) {
        return NULL;
    }
    if (v->type == VAL_LIST) {
        return copy_list(a, v);
    }
    if (v->type == VAL_MAP) {
        return copy_map(a, v);
    }
    struct val *c = ARENA_NEW(a, struct val);
    *c = *v;
    if (v->type == VAL_TEXT) {
        c->text = arena_str(a, v->text);
    } else if (v->type == VAL_ERROR) {
        c->error = arena_str(a, v->error);
    }
    return c;
}

const struct val *val_with(struct arena *a, const struct val *map, struct str k,
                           const struct val *v) {
    size_t n = val_is(map, VAL_MAP) ? map->map.n : 0, m = 0;
    struct val_pair *pair = ARENA_ARRAY(a, struct val_pair, n + 1);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        struct val_pair p = map->map.pair[i];
        if (str_eq(p.key, k)) {
            found = true;
            p.val = v;
        }
        if (p.val) {
            pair[m++] = p;
        }
    }
    if (!found && v) {
        pair[m++] = (struct val_pair){.key = arena_str(a, k), .val = v};
    }
    struct val *c = ARENA_NEW(a, struct val);
    *c = *val_map(a, pair, m);
    c->line = n ? map->line : 0;
    c->column = n ? map->column : 0;
    c->map.fallback = n ? map->map.fallback : NULL;
    return c;
}

const char *val_type_name(enum val_type t) {
    static const char *const name[] = {
        [VAL_NULL] = "null",     [VAL_BOOL] = "boolean",      [VAL_NUMBER] = "number",
        [VAL_TEXT] = "text",     [VAL_DATE] = "date",         [VAL_TIME] = "time",
        [VAL_LIST] = "list",     [VAL_DATETIME] = "datetime", [VAL_MAP] = "map",
        [VAL_FUNC] = "function", [VAL_ERROR] = "error",
    };
    return (size_t)t < sizeof name / sizeof *name ? name[t] : "?";
}
