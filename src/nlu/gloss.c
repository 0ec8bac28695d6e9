/* gloss.c - look-ups in sorted tables, longest key first, and the one rule of word order.
 *
 * German puts the verb of a request last ("ein Ticket erstellen"), where no English rule looks for it; so it is moved to where English has it, behind
 * the words that lead to it. Rules in each language, or a translation as a service, were rejected: the first is the work of a linguist for each
 * language, the second sends customers' words elsewhere.
 */
#include "nlu/gloss.h"

#include <string.h>

#include "nlu/lexicon.h"

enum {
    KEY_WORDS_MAX = 4,
    KEY_BYTES_MAX = 64,
    VERBS_THAT_MOVE = LEX_CREATE | LEX_CHANGE | LEX_LOOK | LEX_ADD | LEX_FIND | LEX_CLOSE
};

struct gloss {
    struct str key, english;
};

#define GLOSS(key, english) { { key, sizeof(key) - 1 }, { english, sizeof(english) - 1 } },
static const struct gloss german[] = {
#include "nlu/german.def"
};
static const struct gloss spanish[] = {
#include "nlu/spanish.def"
};
#undef GLOSS

static const struct {
    const struct gloss *rows;
    size_t count;
    bool verb_last;
} tables[NLU_LANGUAGES] = {
    [NLU_GERMAN] = { german, sizeof german / sizeof german[0], true },
    [NLU_SPANISH] = { spanish, sizeof spanish / sizeof spanish[0], false },
};

size_t gloss_count(enum nlu_language language)
{
    return tables[language].count;
}

struct str gloss_key(enum nlu_language language, size_t index)
{
    return tables[language].rows[index].key;
}

static const struct gloss *look_up(enum nlu_language language, struct str key)
{
    size_t low = 0, high = tables[language].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(key, tables[language].rows[middle].key);
        if (order == 0) return &tables[language].rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The longest key that begins at i, and how many words it takes. */
static const struct gloss *longest_at(const struct words *w, size_t i, enum nlu_language language, size_t *taken)
{
    char key[KEY_BYTES_MAX];
    size_t length = 0;
    const struct gloss *found = NULL;
    for (size_t k = 0; k < KEY_WORDS_MAX && words_kind(w, i + k) == WORD_TEXT; k++) {
        struct str low = w->items[i + k].low;
        if (length + low.len + 1 > sizeof key) break;
        if (k) key[length++] = ' ';
        memcpy(key + length, low.ptr, low.len);
        length += low.len;
        const struct gloss *gloss = look_up(language, (struct str){ key, length });
        if (!gloss) continue;
        found = gloss;
        *taken = k + 1;
    }
    return found;
}

/* ---- which language ------------------------------------------------------------------------------------------------------------------- */

/* A word that two languages have counts for both, and "ticket" for none. */
static enum nlu_language language_of(const struct words *w)
{
    size_t known[NLU_LANGUAGES] = { 0 }, taken;
    for (size_t i = 0; i < w->count; i++) {
        if (words_kind(w, i) != WORD_TEXT || words_is(w, i, LEX_TICKET)) continue;
        known[NLU_ENGLISH] += w->items[i].classes != 0;
        for (int k = NLU_GERMAN; k < NLU_LANGUAGES; k++) known[k] += longest_at(w, i, (enum nlu_language)k, &taken) != NULL;
    }
    enum nlu_language best = NLU_ENGLISH;
    for (int k = NLU_GERMAN; k < NLU_LANGUAGES; k++)
        if (known[k] > known[best]) best = (enum nlu_language)k;
    return best;
}

/* ---- word order ------------------------------------------------------------------------------------------------------------------------ */

static bool names_object(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (words_kind(w, i) == WORD_NUMBER || words_is(w, i, LEX_TICKET | LEX_COMMENT | LEX_PEOPLE | LEX_MATTER)) return true;
    return false;
}

/* Moves the last word of [from, to), when it is the verb of a request, behind the words that lead to it. */
static void move_verb(struct words *w, size_t from, size_t to)
{
    size_t front = from;
    if (to < from + 2 || !words_is(w, to - 1, VERBS_THAT_MOVE) || !names_object(w, from, to - 1)) return;
    while (front < to - 1 && words_one_of(w, front, "i you we please can could want would need must the it hello and then me"))
        front++;
    if (words_is(w, front, VERBS_THAT_MOVE)) return;
    struct word verb = w->items[to - 1];
    memmove(&w->items[front + 1], &w->items[front], (to - 1 - front) * sizeof verb);
    w->items[front] = verb;
}

static void move_verbs(struct words *w)
{
    for (size_t from = 0; from < w->count;) {
        size_t to = words_fragment_end(w, from);
        move_verb(w, from, to);
        from = to + 1;
    }
}

/* ---- glossing ----------------------------------------------------------------------------------------------------------------------------- */

enum nlu_language gloss_words(struct words *w)
{
    enum nlu_language language = language_of(w);
    if (language == NLU_ENGLISH) return language;
    size_t kept = 0, taken = 0;
    for (size_t i = 0; i < w->count; i += taken) {
        const struct gloss *gloss = longest_at(w, i, language, &taken);
        struct word word = w->items[i];
        if (gloss) {
            struct str last = w->items[i + taken - 1].raw;
            word.raw.len = (size_t)(last.ptr - word.raw.ptr) + last.len;
            word.low = gloss->english;
            word.classes = lexicon_classes(word.low);
        } else {
            taken = 1;
        }
        w->items[kept++] = word;
    }
    w->count = kept;
    if (tables[language].verb_last) move_verbs(w);
    return language;
}
