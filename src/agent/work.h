/* work.h - the dialogue of the nine actions that are no new ticket: asking, changing, showing, agreeing, dropping, telling. Private to the machine. */
#ifndef AGENT_WORK_H
#define AGENT_WORK_H

#include "agent/step.h"

/* Is an order open? Then the states COLLECT, CONFIRM and SENDING are about it, and not about a ticket's draft. */
bool work_is_open(const struct turn *);
/* The ticket that a clause means: its number, or what "it", "the second one", "the one about the door" stand for; 0 for none. */
uint64_t work_ticket(const struct turn *, const struct nlu_clause *);
/* The number that answers "which ticket?"; 0 for none. Short ones count there. */
uint64_t work_number(const struct nlu_message *);
/* Begins what the clause asks for, or says why not. `aside`: a draft is open and stays; only what can be answered at once is begun, else false. */
bool work_start(struct step *, const struct nlu_message *, const struct nlu_clause *, bool aside);
/* Begins, or shows again, an order whose values are known already. */
void work_adopt(struct step *, const struct task *);
/* What a message says to the open order in the states COLLECT and CONFIRM; false when it says nothing to it. */
bool work_change(struct step *, const struct nlu_message *);
/* Takes the fields of the account that the message names (step->named) into the open change of a ticket, and goes on. */
void work_take_named(struct step *);
/* Begins a comment with these words on the ticket that the message names, else on the one last spoken of; asks which when there is none. */
void work_comment(struct step *, const struct nlu_message *, struct str words);
/* Puts the words below those of the open comment; false when the open order is none. */
bool work_add(struct step *, struct str words);
/* A yes: sends what is shown; what is not shown, or has changed since, is shown. */
void work_agree(struct step *);
/* A no: what was shown cannot be agreed to any more, the order stays. */
void work_refuse(struct step *);
void work_cancel(struct step *);
void work_show(struct step *);
void work_remind(struct step *);
/* The confirmed order has come back, by the event. */
void work_outcome(struct step *, const struct json *result);
/* The read that is out has come back. */
void work_read_done(struct step *, const struct json *result);
/* The same for an order that had to wait. */
void work_late(struct step *, const struct turn_waiting *, const struct json *result, const struct text_facts *);
/* Its name for people: "Add comment". */
struct str work_title(enum action_kind);

#endif
