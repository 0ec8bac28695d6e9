/* draft.h - from the wish for a ticket to the confirmed action: asking, changing, proposing, agreeing, dropping. Private to the machine. */
#ifndef AGENT_DRAFT_H
#define AGENT_DRAFT_H

#include "agent/step.h"

/* Opens a draft with what the message gives; says why not when there may be none. */
void draft_start(struct step *, const struct nlu_message *);
/* Takes changes from a message into the open draft and goes on; false when it gave none. */
bool draft_change(struct step *, const struct nlu_message *);
/* Puts the words below the description and goes on. */
void draft_add(struct step *, struct str words);
/* Asks for what is missing, or proposes what is complete. */
void draft_advance(struct step *);
/* Asks for the new value of a field. */
void draft_ask_field(struct step *, enum nlu_field);
/* Shows what there is so far. */
void draft_show(struct step *);
/* The visitor agreed: sends what was shown, or shows again what has changed since. */
void draft_confirm(struct step *);
/* A no to what was shown: it cannot be agreed to any more, the draft stays. */
void draft_refuse(struct step *);
void draft_cancel(struct step *);
/* Repeats what the conversation waits for, after it was interrupted. */
void draft_remind(struct step *);
/* The draft is done with: everything of it is forgotten. */
void draft_forget(struct step *);

#endif
