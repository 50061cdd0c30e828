/* und_lexicon.c - words to symbols: as written, by stem, by sound, by one slip. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 1, STEM = 2, USED = 8, EXACT = 16 };
#define LETTERS_MAX 24 /* longer words are not compared */

int32_t und_map_get(const struct und_map *m, struct str key) {
    if (!m->cap) {
        return -1;
    }
    for (uint32_t h = (uint32_t)str_hash(key) & (m->cap - 1);; h = (h + 1) & (m->cap - 1)) {
        if (!m->slot[h].key.p) {
            return -1;
        }
        if (str_eq(m->slot[h].key, key)) {
            return m->slot[h].val;
        }
    }
}

static void map_grow(struct und_map *m) {
    struct und_map old = *m;
    m->cap = old.cap ? old.cap * 2 : 1024;
    m->slot = mem_alloc(m->cap * sizeof *m->slot);
    memset(m->slot, 0, m->cap * sizeof *m->slot);
    m->n = 0;
    for (uint32_t i = 0; i < old.cap; i++) {
        if (old.slot[i].key.p) {
            und_map_put(m, old.slot[i].key, old.slot[i].val);
        }
    }
    free(old.slot);
}

void und_map_put(struct und_map *m, struct str key, int32_t val) {
    if (m->n * 2 >= m->cap) {
        map_grow(m);
    }
    uint32_t h = (uint32_t)str_hash(key) & (m->cap - 1);
    while (m->slot[h].key.p && !str_eq(m->slot[h].key, key)) {
        h = (h + 1) & (m->cap - 1);
    }
    m->n += !m->slot[h].key.p;
    m->slot[h].key = key;
    m->slot[h].val = val;
}

void und_map_done(struct und_map *m) {
    free(m->slot);
    memset(m, 0, sizeof *m);
}

uint16_t und_symbol(struct und *u, struct und_map *in, struct str name, uint8_t flag) {
    int32_t have = und_map_get(in, name);
    if (have >= 0) {
        u->flag[have] |= flag;
        return (uint16_t)have;
    }
    if (u->syms + 1 >= u->syms_cap) {
        u->syms_cap = u->syms_cap ? u->syms_cap * 2 : 4096;
        u->name = mem_realloc(u->name, u->syms_cap * sizeof *u->name);
        u->flag = mem_realloc(u->flag, u->syms_cap);
    }
    uint16_t id = (uint16_t)++u->syms; /* symbol 0 means none */
    u->name[id] = arena_str(&u->arena, name);
    u->flag[id] = flag;
    und_map_put(in, u->name[id], id);
    return id;
}

/* ---- how a word sounds, roughly: what SMS spelling keeps of it */

static bool is_vowel(char c) {
    return c && strchr("aeiouy", c) != NULL;
}

/* One group of letters to one sound, by its first letter; longest first. */
static const struct sound {
    char from[6], to[4];
} SOUNDS[128][8] = {
    ['1'] = {{"1", "I"}},
    ['2'] = {{"2", "de"}},
    ['7'] = {{"7", "set"}},
    ['8'] = {{"8", "uit"}},
    ['a'] = {{"aux", "o"},
             {"ain", "I"},
             {"ail", "aj"},
             {"au", "o"},
             {"ai", "e"},
             {"ay", "e"},
             {"ae", "e"}},
    ['c'] = {{"ch", "H"}, {"ck", "k"}, {"ce", "se"}, {"ci", "si"}, {"cy", "si"}, {"c", "k"}},
    ['e'] = {{"eaux", "o"},
             {"eau", "o"},
             {"ein", "I"},
             {"euil", "ej"},
             {"eil", "ej"},
             {"ei", "e"},
             {"ey", "e"},
             {"eu", "e"}},
    ['g'] = {{"gn", "N"}, {"gu", "g"}, {"ge", "je"}, {"gi", "ji"}},
    ['h'] = {{"h", ""}},
    ['i'] = {{"ien", "iI"}, {"ille", "ij"}},
    ['k'] = {{"k", "k"}},
    ['o'] = {{"oin", "wI"}, {"oi", "wa"}, {"ou", "u"}, {"oo", "u"}, {"oe", "e"}},
    ['p'] = {{"ph", "f"}},
    ['q'] = {{"qu", "k"}, {"q", "k"}},
    ['s'] = {{"sch", "H"}, {"ssion", "siO"}, {"sh", "H"}},
    ['t'] = {{"tion", "siO"}},
    ['u'] = {{"ueil", "ej"}},
    ['w'] = {{"w", "w"}},
    ['x'] = {{"x", "s"}},
    ['y'] = {{"y", "i"}},
    ['z'] = {{"z", "s"}}};
#define GROUPS_MAX (sizeof SOUNDS[0] / sizeof SOUNDS[0][0])

/* The group of letters at i, NULL when the letter sounds as it is written. */
static const struct sound *sound_at(struct str w, size_t i, size_t *ret_used) {
    const struct sound *s = SOUNDS[w.p[i] & 127];
    for (size_t k = 0; k < GROUPS_MAX && s[k].from[0] == w.p[i]; k++) {
        size_t n = 1;
        while (s[k].from[n] && i + n < w.n && s[k].from[n] == w.p[i + n]) {
            n++;
        }
        if (!s[k].from[n]) {
            *ret_used = n;
            return &s[k];
        }
    }
    return NULL;
}

static const char *nasal(struct str w, size_t i) {
    if (i + 1 >= w.n || (w.p[i + 1] != 'n' && w.p[i + 1] != 'm')) {
        return NULL;
    }
    char next = i + 2 < w.n ? w.p[i + 2] : 0;
    if (is_vowel(next) || next == 'n' || next == 'm') {
        return NULL;
    }
    switch (w.p[i]) {
    case 'a':
    case 'e':
        return "A";
    case 'i':
    case 'u':
        return "I";
    case 'o':
        return "O";
    default:
        return NULL;
    }
}

static size_t sound_tail(char *out, size_t n) {
    while (n > 2 && strchr("stdpe", out[n - 1])) {
        n--;
    }
    out[n] = 0;
    return n;
}

size_t und_sound(struct str w, char *out, size_t cap) {
    size_t n = 0;
    if (w.n > 3 && (str_ends(w, STR("er")) || str_ends(w, STR("ez")))) {
        w.n -= 1; /* "arreter", "arretez", "arrete" */
    }
    for (size_t i = 0; i < w.n && n + 4 < cap;) {
        const char *to = nasal(w, i);
        size_t used = to ? 2 : 1;
        char one[2] = {w.p[i], 0};
        const struct sound *group = to ? NULL : sound_at(w, i, &used);
        to = group ? group->to : to;
        for (const char *c = to ? to : one; *c; c++) {
            if (n == 0 || out[n - 1] != *c) {
                out[n++] = *c;
            }
        }
        i += used;
    }
    return sound_tail(out, n);
}

/* ---- indexes */

static void near_add(struct und_near **v, size_t *n, size_t *cap, struct str form,
                     uint16_t word) {
    if (*n == *cap) {
        *cap = *cap ? *cap * 2 : 4096;
        *v = mem_realloc(*v, *cap * sizeof **v);
    }
    (*v)[(*n)++] = (struct und_near){str_hash(form), word};
}

static int near_cmp(const void *a, const void *b) {
    const struct und_near *x = a, *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return (int)x->word - (int)y->word;
}

static size_t near_find(const struct und_near *v, size_t n, uint64_t hash) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (v[mid].hash < hash) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

static struct str without(struct str w, size_t i, char *out) {
    memcpy(out, w.p, i);
    memcpy(out + i, w.p + i + 1, w.n - i - 1);
    return (struct str){out, w.n - 1};
}

static bool letters_only(struct str w) {
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] < 'a' || w.p[i] > 'z') {
            return false;
        }
    }
    return true;
}

static void index_word(struct und *u, uint16_t id, size_t *near_cap, size_t *sound_cap) {
    struct str w = u->name[id];
    char key[64];
    if (u->flag[id] & EXACT || w.n < 4 || w.n > LETTERS_MAX || !letters_only(w)) {
        return;
    }
    size_t k = und_sound(w, key, sizeof key);
    if (k >= 3) {
        near_add(&u->sound, &u->sounds, sound_cap, (struct str){key, k}, id);
    }
    if (w.n < 5) {
        return;
    }
    near_add(&u->near, &u->nears, near_cap, w, id);
    for (size_t i = 0; i < w.n; i++) {
        near_add(&u->near, &u->nears, near_cap, without(w, i, key), id);
    }
}

/* Stems a word begins with, beside the word itself. */
static void word_stems(struct und *u, uint16_t id) {
    uint16_t found[8];
    size_t n = 0;
    struct str w = u->name[id];
    for (size_t k = 3; k <= w.n && n < 7; k++) {
        int32_t s = und_map_get(&u->stems, (struct str){w.p, k});
        if (s > 0) {
            found[n++] = (uint16_t)s;
        }
    }
    if (n) {
        found[n] = 0;
        u->also[id] = arena_alloc(&u->arena, (n + 1) * sizeof(uint16_t));
        memcpy(u->also[id], found, (n + 1) * sizeof(uint16_t));
    }
}

struct begin { /* a phrase on its way into the index */
    uint16_t first;
    struct und_group next;
    struct und_start start;
};

/* A symbol needed nowhere is 0, which is always seen. */
static struct begin begin_of(const struct und *u, size_t number) {
    const struct und_rule *r = &u->rule[number];
    uint8_t k = 1, z = r->n;
    while (k < r->n && r->e[k].opt) {
        k++;
    }
    while (z > k && r->e[z - 1].opt) {
        z--;
    }
    uint16_t next = k < r->n ? r->e[k].sym : 0, last = z > k ? r->e[z - 1].sym : 0;
    bool tight = k == 1 && k < r->n && r->e[k].gap == 0;
    unsigned word = und_edge_word(next) + (tight ? 0 : UND_SEEN);
    return (struct begin){
        .first = r->e[0].sym,
        .next = {.word = (uint8_t)word, .bit = next & 63},
        .start = {(uint16_t)number, (uint8_t)(und_edge_word(last) + UND_SEEN), last & 63}};
}

static int begin_cmp(const void *a, const void *b) {
    const struct begin *x = a, *y = b;
    if (x->first != y->first) {
        return (int)x->first - (int)y->first;
    }
    if (x->next.word != y->next.word || x->next.bit != y->next.bit) {
        return x->next.word * 64 + x->next.bit - (y->next.word * 64 + y->next.bit);
    }
    return (int)x->start.rule - (int)y->start.rule;
}

static void index_rules(struct und *u) {
    struct begin *b = mem_alloc((u->rules + 1) * sizeof *b);
    for (size_t r = 0; r < u->rules; r++) {
        b[r] = begin_of(u, r + 1);
    }
    qsort(b, u->rules, sizeof *b, begin_cmp);
    u->first = ARENA_ARRAY(&u->arena, uint32_t, u->syms + 2);
    u->group = ARENA_ARRAY(&u->arena, struct und_group, u->rules + 1);
    u->start = ARENA_ARRAY(&u->arena, struct und_start, u->rules + 1);
    uint32_t groups = 0;
    size_t sym = 0, begun = 0;
    for (size_t r = 0; r < u->rules; r++) {
        bool same = r > 0 && b[r].first == b[r - 1].first &&
                    b[r].next.word == b[r - 1].next.word && b[r].next.bit == b[r - 1].next.bit;
        while (sym <= b[r].first) {
            u->first[sym++] = groups;
        }
        u->start[r] = b[r].start;
        begun = r > 0 && b[r].first == b[r - 1].first ? begun + 1 : 1;
        u->most = begun > u->most ? begun : u->most;
        if (!same) {
            u->group[groups] = b[r].next;
            u->group[groups++].from = (uint32_t)r;
        }
    }
    while (sym <= u->syms + 1) {
        u->first[sym++] = groups;
    }
    u->group[groups].from = (uint32_t)u->rules;
    free(b);
}

void und_index(struct und *u) {
    size_t near_cap = 0, sound_cap = 0;
    u->also = ARENA_ARRAY(&u->arena, uint16_t *, u->syms + 1);
    for (size_t id = 1; id <= u->syms; id++) {
        if (u->flag[id] & WORD) {
            word_stems(u, (uint16_t)id);
            index_word(u, (uint16_t)id, &near_cap, &sound_cap);
        }
    }
    if (u->nears) {
        qsort(u->near, u->nears, sizeof *u->near, near_cmp);
    }
    if (u->sounds) {
        qsort(u->sound, u->sounds, sizeof *u->sound, near_cmp);
    }
    index_rules(u);
}

/* ---- looking up */

static void add_sym(struct und_tok *t, uint16_t s) {
    for (uint8_t i = 0; i < t->nsym; i++) {
        if (t->sym[i] == s) {
            return;
        }
    }
    if (t->nsym < UND_SYMS_MAX) {
        t->sym[t->nsym++] = s;
    }
}

static void add_word(const struct und *u, uint16_t id, struct und_tok *t) {
    add_sym(t, id);
    for (const uint16_t *s = u->also[id]; s && *s; s++) {
        add_sym(t, *s);
    }
}

bool und_lookup(const struct und *u, struct str w, struct und_tok *t) {
    int32_t id = und_map_get(&u->words, w);
    if (id > 0) {
        add_word(u, (uint16_t)id, t);
        return true;
    }
    for (size_t k = 3; k <= w.n; k++) {
        int32_t s = und_map_get(&u->stems, (struct str){w.p, k});
        if (s > 0) {
            add_sym(t, (uint16_t)s);
        }
    }
    return t->nsym > 0;
}

/* Edits between two words, a swap of neighbours counting one; gives up above `max`. */
int und_distance(struct str a, struct str b, int max) {
    int row[3][LETTERS_MAX + 2];
    int diff = (int)a.n - (int)b.n;
    if (a.n > LETTERS_MAX || b.n > LETTERS_MAX || diff > max || -diff > max) {
        return max + 1;
    }
    for (size_t j = 0; j <= b.n; j++) {
        row[0][j] = (int)j;
    }
    int *prev2 = row[2], *prev = row[0], *cur = row[1];
    for (size_t i = 1; i <= a.n; i++) {
        cur[0] = (int)i;
        for (size_t j = 1; j <= b.n; j++) {
            int c = prev[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            c = prev[j] + 1 < c ? prev[j] + 1 : c;
            c = cur[j - 1] + 1 < c ? cur[j - 1] + 1 : c;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
                prev2[j - 2] + 1 < c) {
                c = prev2[j - 2] + 1;
            }
            cur[j] = c;
        }
        int *was = prev2;
        prev2 = prev;
        prev = cur;
        cur = was;
    }
    return prev[b.n];
}

struct best {
    int dist;
    uint16_t word[6];
    size_t n;
};

static void consider(const struct und *u, struct str w, uint64_t hash, int max,
                     struct best *best) {
    for (size_t k = near_find(u->near, u->nears, hash); k < u->nears && u->near[k].hash == hash;
         k++) {
        uint16_t id = u->near[k].word;
        struct str c = u->name[id];
        int d = c.p[0] == w.p[0] || (c.n > 1 && w.n > 1 && c.p[1] == w.p[0] && c.p[0] == w.p[1])
                    ? und_distance(w, c, max)
                    : max + 1;
        bool dup = false;
        for (size_t i = 0; i < best->n; i++) {
            dup = dup || best->word[i] == id;
        }
        if (d > max || d > best->dist || (d == best->dist && (dup || best->n == 6))) {
            continue;
        }
        if (d < best->dist) {
            best->dist = d;
            best->n = 0;
        }
        best->word[best->n++] = id;
    }
}

static void by_sound(const struct und *u, struct str w, struct und_tok *t) {
    char key[64];
    size_t k = und_sound(w, key, sizeof key);
    if (k < 3) {
        return;
    }
    uint64_t h = str_hash((struct str){key, k});
    for (size_t i = near_find(u->sound, u->sounds, h); i < u->sounds && u->sound[i].hash == h;
         i++) {
        struct str c = u->name[u->sound[i].word];
        if (c.p[0] == w.p[0] || w.n > 4) {
            add_word(u, u->sound[i].word, t);
        }
    }
}

/* "uoi", "nno": two neighbours swapped in a short word. */
static bool by_swap(const struct und *u, struct str w, struct und_tok *t) {
    char tmp[8];
    for (size_t i = 0; w.n <= 4 && i + 1 < w.n; i++) {
        memcpy(tmp, w.p, w.n);
        tmp[i] = w.p[i + 1];
        tmp[i + 1] = w.p[i];
        int32_t id = und_map_get(&u->words, (struct str){tmp, w.n});
        if (id > 0 && !(u->flag[id] & EXACT)) {
            add_word(u, (uint16_t)id, t);
        }
    }
    return t->nsym > 0;
}

bool und_lookup_near(const struct und *u, struct str w, struct und_tok *t) {
    char tmp[64];
    if (w.n == 3 && letters_only(w)) {
        return by_swap(u, w, t);
    }
    if (w.n < 4 || w.n > LETTERS_MAX) {
        return false;
    }
    by_sound(u, w, t);
    if (t->nsym || w.n < 5) {
        return t->nsym > 0;
    }
    struct best best = {.dist = 99};
    int max = w.n >= 8 ? 2 : 1;
    consider(u, w, str_hash(w), max, &best);
    for (size_t i = 0; i < w.n; i++) {
        consider(u, w, str_hash(without(w, i, tmp)), max, &best);
    }
    for (size_t i = 0; i < best.n; i++) {
        add_word(u, best.word[i], t);
    }
    return t->nsym > 0;
}
