/* features.c - hashed words, pairs of words, pieces of words, and the classes of the lexicon.
 *
 * Pieces of three and four letters with their word's ends carry a word over a typo or an ending. The lexicon's classes carry what was learnt of one
 * word over to its neighbours in the class, so that little training text goes far. A hash into a fixed space instead of a dictionary: nothing
 * to store but weights, and words that were never seen cost nothing.
 */
#include "nlu/features.h"

#include <string.h>

#include "nlu/lexicon.h"

enum { WORDS_READ_MAX = 60, PIECE_MIN = 3, PIECE_MAX = 4, CLASSES = 32 };

#define FNV_BASIS UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)

struct collector {
    struct features *features;
    uint8_t seen[FEATURES_SPACE / 8];
};

static uint32_t hash_bytes(uint32_t hash, struct str s)
{
    for (size_t i = 0; i < s.len; i++) hash = (hash ^ (uint8_t)s.ptr[i]) * FNV_PRIME;
    return hash;
}

static void add(struct collector *c, uint32_t hash)
{
    uint32_t id = (hash ^ (hash >> FEATURES_BITS)) & (FEATURES_SPACE - 1);
    if ((c->seen[id / 8] >> (id % 8) & 1) || c->features->count == FEATURES_MAX) return;
    c->seen[id / 8] |= (uint8_t)(1u << (id % 8));
    c->features->ids[c->features->count++] = (uint16_t)id;
}

/* What the classifier reads in a word's place; empty for marks that say nothing. */
static struct str token(const struct words *w, size_t i)
{
    const struct word *word = &w->items[i];
    if (word->held) return i > 0 && w->items[i - 1].held ? STR_NONE : STR("<text>");
    switch (word->kind) {
    case WORD_TEXT: return word->classes & LEX_PRIORITY ? STR("<priority>") : word->low;
    case WORD_NUMBER: return word->raw.len > 2 ? STR("<number>") : STR("<small>");
    case WORD_EMAIL: return STR("<email>");
    case WORD_LINK: return STR("<link>");
    case WORD_STOP: return str_find(word->raw, STR("?"), 0) != SIZE_MAX ? STR("?") : STR(".");
    case WORD_PAUSE:
    case WORD_COLON:
    case WORD_QUOTE:
    case WORD_SIGN: break;
    }
    return STR_NONE;
}

static void add_pieces(struct collector *c, struct str word)
{
    for (size_t length = PIECE_MIN; length <= PIECE_MAX; length++)
        for (size_t at = 0; at + length <= word.len && length < word.len; at++) {
            uint32_t ends = at == 0 ? '^' : at + length == word.len ? '$' : '-';
            add(c, hash_bytes((FNV_BASIS ^ ends) * FNV_PRIME, str_slice(word, at, at + length)));
        }
}

static void add_classes(struct collector *c, unsigned classes, uint32_t place)
{
    for (uint32_t k = 0; k < CLASSES; k++)
        if (classes >> k & 1) add(c, (FNV_BASIS ^ (place << 8 | k)) * FNV_PRIME * FNV_PRIME);
}

void features_read(const struct words *w, size_t from, size_t to, struct features *features)
{
    struct collector c = { .features = features };
    features->count = 0;
    add(&c, FNV_BASIS);
    struct str before = STR("<start>");
    size_t read = 0;
    for (size_t i = from; i < to && i < w->count && read < WORDS_READ_MAX; i++) {
        struct str word = token(w, i);
        if (word.len == 0) continue;
        unsigned classes = w->items[i].held ? 0 : w->items[i].classes;
        uint32_t hash = hash_bytes(FNV_BASIS, word);
        add(&c, hash);
        add(&c, hash_bytes(hash_bytes(FNV_BASIS, before) * 31, word));
        if (words_kind(w, i) == WORD_TEXT && !w->items[i].held) add_pieces(&c, word);
        add_classes(&c, classes, read == 0);
        before = word;
        read++;
    }
    add(&c, hash_bytes(hash_bytes(FNV_BASIS, before) * 31, STR("<end>")));
}
