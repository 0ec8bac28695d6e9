/* addition.h - words that are to be added to what is spoken of, whatever that is: a draft, a comment, a ticket. Both give views of the message, empty
 * when it asks for no such thing. */
#ifndef NLU_ADDITION_H
#define NLU_ADDITION_H

#include "nlu/words.h"

/* "Can you add that the key broke off": "the key broke off". The message is nothing else, whatever the words sound like. */
struct str addition_after(const struct words *);
/* "It is from october, please add that": "it is from october". */
struct str addition_before(const struct words *);

#endif
