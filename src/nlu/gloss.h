/* gloss.h - other languages: each word of a message is given the English word that the rules and the classifier know.
 *
 * A language is one table (german.def, spanish.def) and nothing else. The words as written stay what they are: what is sent to Zendesk is the
 * visitor's own text.
 */
#ifndef NLU_GLOSS_H
#define NLU_GLOSS_H

#include "nlu/words.h"

enum nlu_language { NLU_ENGLISH, NLU_GERMAN, NLU_SPANISH, NLU_LANGUAGES };

/* The language that most of the words are of, English when in doubt; glosses the words of another. Words that one English word stands for become one. */
enum nlu_language gloss_words(struct words *);

/* The tables as they stand, for the test that holds their order. */
size_t gloss_count(enum nlu_language);
struct str gloss_key(enum nlu_language, size_t index);

#endif
