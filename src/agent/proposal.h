/* proposal.h - showing exactly what will be sent, and sending it on a yes to that. Private to the machine.
 *
 * One rule holds it together: the arguments are made anew each time, and an action is sent only when their hash is the one that was shown. So a change between showing and agreeing, whatever
 * made it, leads to a new proposal.
 */
#ifndef AGENT_PROPOSAL_H
#define AGENT_PROPOSAL_H

#include "agent/step.h"

/* The kind of the open draft or order. */
enum action_kind proposal_kind(const struct turn *);
/* Takes the open proposal back, so that what has changed cannot be confirmed by its old form. */
void proposal_withdraw(struct step *);
/* Shows the arguments with the words of `shown`, unless they are shown already; where no yes is asked for, sends them with those of `sending`. */
void proposal_show(struct step *, struct str arguments, enum text_id shown, enum text_id sending, const struct text_facts *);
/* The visitor agreed: sends what was shown; false when these arguments are not what was shown. */
bool proposal_agree(struct step *, struct str arguments);

#endif
