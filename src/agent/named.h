/* named.h - the account's own fields that a message names by title, on their way into the draft or the order (mention.h finds them). */
#ifndef AGENT_NAMED_H
#define AGENT_NAMED_H

#include "agent/mention.h"
#include "agent/step.h"

/* Takes the values that fit. What is not clear is said before the next words of the step: two fields of one title, a day that can be two. Returns the first field whose words give no value, with
 * the words; NULL: there is none. */
const struct asked_field *named_take(struct step *, const struct mentions *, struct custom *, struct str *words);
/* Why the words give no value, said before the next words. `is_asked`: the field is asked for next, with its options. */
void named_unfit(struct step *, const struct asked_field *, struct str words, bool is_asked);

/* Reads a message that names fields: they are taken out of it, into the order that the rest is or into what is open. False: it names none that are meant here, and is to be read as it stands. */
bool named_reply(struct step *, struct str text);

#endif
