/* outcome.h - what became of a confirmed request when it was sent: the classes of reliability's table of answers.
 * Room zendesk tells them apart, agent/delivery decides what follows. */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

enum outcome {
    OUTCOME_DONE,
    OUTCOME_NOT_SENT,  /* nothing happened, or a repeat is harmless: the same bytes again */
    OUTCOME_STALE,     /* nothing was changed: the ticket is newer than what was read. The run has to be made again */
    OUTCOME_DEFERRED,  /* 429: refused in front; after retry_after_s */
    OUTCOME_AMBIGUOUS, /* may or may not exist */
    OUTCOME_POISONED,  /* the key is no longer any use */
    OUTCOME_PAUSED,    /* nothing was created; the connection must be mended */
    OUTCOME_ASTRAY,    /* a redirection: the connection must be mended, and what came of the attempt is not known */
    OUTCOME_REJECTED,  /* nothing was created; never will be with this body */
};

#endif
