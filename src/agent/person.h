/* person.h - a visitor asks for a person of the team: the conversation is marked for them, and the agent stops answering until it is resumed.
 *
 * It is resumed by the team (TURN_RESUME), by the visitor's "go on", or by an order of the visitor's, which is for the agent. What is under way in
 * Zendesk goes on and is told, and the buttons of an open proposal work as before.
 */
#ifndef AGENT_PERSON_H
#define AGENT_PERSON_H

#include "agent/step.h"

void person_call(struct step *);
/* A message while the conversation is marked: true when it is kept for the team and the agent has nothing more to say. */
bool person_keeps(struct step *, const struct nlu_message *);
/* The team hands it back; nothing when it was not marked. */
void person_hand_back(struct step *);

#endif
