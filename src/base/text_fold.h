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

#endif
