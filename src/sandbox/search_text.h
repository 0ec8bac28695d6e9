/* search_text.h - how words are found in texts. */
#ifndef SANDBOX_SEARCH_TEXT_H
#define SANDBOX_SEARCH_TEXT_H

#include "base/text.h"

/* Without one pair of double quotes around it. */
struct str search_unquote(struct str);
/* Whether `text` has `words`, as a run of whole words in that order; with `*` at its end the last one may go on. ASCII case does
 * not matter. */
bool search_has_words(struct str text, struct str words);

#endif
