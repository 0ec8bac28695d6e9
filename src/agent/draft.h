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
/* Asks for the next detail; false when nothing is missing. */
bool draft_ask_missing(struct step *);
/* Asks for what is missing, or proposes what is complete. */
void draft_advance(struct step *);
/* Asks for the new value of a field. */
void draft_ask_field(struct step *, enum nlu_field);
/* Takes an answer for the account's own field that was asked for; false when it gives none. `acts`: of the message. */
bool draft_answer_field(struct step *, struct str text, unsigned acts);
/* "make Product Hardware": changes the field that the message begins with, or asks for it; false when it begins with none. */
bool draft_correct_field(struct step *, struct str text, unsigned acts);
/* Says that the answer does not fit the field, and asks again. */
void draft_unfit(struct step *, struct str words);
/* Takes the fields that the message names; false when one of them was asked for again, as the words give it no value. */
bool draft_take_named(struct step *, const struct mentions *);
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
