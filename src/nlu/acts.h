/* acts.h - what a whole message does in a conversation: agree, refuse, cancel, greet, ask for help.
 *
 * A yes is the one act that can send something, so it is judged the other way round: a message is a yes only when every one of its words is
 * part of an agreeing phrase or known to stand harmlessly beside one, none is a refusal, and it asks nothing. Whatever is not known, is not a yes.
 */
#ifndef NLU_ACTS_H
#define NLU_ACTS_H

#include "nlu/words.h"

enum nlu_act {
    NLU_YES = 1 << 0,    /* agrees, wholly */
    NLU_AGREES = 1 << 1, /* begins with a yes and goes on: may open a draft, never sends */
    NLU_NO = 1 << 2,     /* refuses or hesitates */
    NLU_CANCEL = 1 << 3,
    NLU_RECAP = 1 << 4, /* wants to hear again what there is */
    NLU_HELP = 1 << 5,
    NLU_GREET = 1 << 6,
    NLU_THANKS = 1 << 7,
    NLU_BYE = 1 << 8,
    NLU_BOT = 1 << 9,    /* asks whether it talks to a machine */
    NLU_HUMAN = 1 << 10, /* asks for a person */
    NLU_BARE = 1 << 12,  /* has an act and nothing beside it */
    NLU_NEWS = 1 << 14,  /* asks how it stands with what was done last, without naming it */
    NLU_LEANS = 1 << 13, /* has a yes somewhere, and nothing that refuses, hedges or asks: with the classifier's word it is one */
    NLU_OTHER = 1 << 11, /* phrases that look like another act and are not */
};

unsigned acts_read(const struct words *);

#endif
