/* text_fold.h - text in one spelling, so that what looks equal compares equal (Unicode, through utf8proc).
 *
 * Both return new text in the arena, with a NUL after its last byte. Text that is not UTF-8 comes back as an unchanged copy.
 */
#ifndef BASE_TEXT_FOLD_H
#define BASE_TEXT_FOLD_H

#include "base/arena.h"

/* Normalization Form C (Unicode Standard Annex 15): "e" and a combining acute become one character. */
struct str str_nfc(struct arena *, struct str);
/* Each character in its simple lower case (Simple_Lowercase_Mapping of UnicodeData.txt); no language's own rules. May be longer or shorter in bytes. */
struct str str_lower(struct arena *, struct str);

/* One character as a reader takes it in: compatibility forms undone (full width, mathematical, circled, superscript), accents off, lower case, every script's digits as 0 to 9.
 * So what is spelt to look like a word or a number is compared as that word or number. */
struct bare_char {
    char text[16]; /* UTF-8, without a NUL; empty for what is not seen (accents, zero-width characters, soft hyphens) */
    size_t len;
    bool letter, digit, space, upper;
    bool foreign; /* a letter of another script than Latin */
};

/* The character at `at` < text.len; returns its width in bytes. A byte that is no UTF-8 is one character of its own. */
size_t str_bare_at(struct str text, size_t at, struct bare_char *);

#endif
