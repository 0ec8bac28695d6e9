/* words.h - a message as a row of words, numbers, addresses and marks, each a view into the message.
 *
 * The rules work on this row; what they have understood they mark as `taken`, and what is left is the visitor's own words. Nothing is copied
 * but the lower case of words that need it. At most NLU_WORDS_MAX are read: what follows in a pasted log is text, never an order.
 */
#ifndef NLU_WORDS_H
#define NLU_WORDS_H

#include "base/arena.h"

enum { NLU_WORDS_MAX = 1000 };

enum word_kind {
    WORD_TEXT,
    WORD_NUMBER, /* digits, with or without a # or "TKT" before them */
    WORD_EMAIL,
    WORD_LINK,
    WORD_STOP,  /* . ! ? ; or a line end */
    WORD_PAUSE, /* comma, bracket, dash between blanks */
    WORD_COLON, /* : or = */
    WORD_QUOTE,
    WORD_SIGN, /* any other mark */
};

struct word {
    enum word_kind kind;
    unsigned classes; /* of the lexicon; 0 unless WORD_TEXT */
    struct str raw;   /* as written */
    struct str low;   /* lower case, straight apostrophes */
    bool taken;       /* understood, so no part of what the visitor tells */
    bool held;        /* inside of quoted or dictated text: copied, never understood */
};

struct words {
    struct str text;
    struct word *items;
    size_t count;
    bool cut; /* the message has more than was read */
};

/* `text` is borrowed by every word. */
void words_split(struct str text, struct arena *, struct words *);

/* Kind of the word at i; WORD_STOP beyond either end, so that rules may look around without asking first. */
enum word_kind words_kind(const struct words *, size_t i);
/* Has the word at i one of the classes? False beyond the end. */
bool words_is(const struct words *, size_t i, unsigned classes);
/* Is the word at i this one (lower case)? */
bool words_eq(const struct words *, size_t i, struct str low);
/* Is it one of these, a list with one blank between the words? */
bool words_one_of(const struct words *, size_t i, const char *list);
/* How many words the phrase takes when it stands at i ("go ahead" gives 2), else 0. */
size_t words_phrase(const struct words *, size_t i, struct str phrase);
/* The message from word `from` to before word `to`, with everything between them. */
struct str words_span(const struct words *, size_t from, size_t to);
/* What follows "#" or "TKT-" in a number as written; the whole when there is no such mark. */
struct str words_digits(struct str raw);
void words_take(struct words *, size_t from, size_t to);
/* Is it a mark that ends a fragment: a stop, a pause, or "and", "but", "then", "also"? */
bool words_boundary(const struct words *, size_t i);
/* The index after the last word of the sentence or fragment that i is in. */
size_t words_sentence_end(const struct words *, size_t i);
size_t words_fragment_end(const struct words *, size_t i);

#endif
