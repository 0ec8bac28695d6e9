/* think.h - the turn of an agent that has a language model: asking it, doing what it calls for, letting its words through the gate, and going on without it when it fails. Private to the machine, but
 * for think_exchange.
 *
 * A visitor's message that our own rules do not decide is given to the first model of the agent's chain. A call that reads is done at once and its result goes back; a call that writes becomes an
 * order or a draft of ours (adopt.h), so from there on asking, showing, agreeing and sending are as with the built-in engine, and a model can agree to nothing. Words pass the gate; what is held
 * back is tried once more with the reason.
 *
 * Whatever goes wrong, the turn ends: the next model, then the built-in engine with the same message. No write is ever done on the way, so going on with another repeats none.
 */
#ifndef AGENT_THINK_H
#define AGENT_THINK_H

#include "agent/step.h"

/* Gives the message to a model; false: there is none to ask, and nothing was done. What the conversation waited for it waits for again afterwards. */
bool think_message(struct step *, struct str text);
/* The event is about the call that is waited for: the answer, or why there is none. */
void think_model(struct step *);
/* Is the read that is out one that a model called for? */
bool think_reads(const struct turn *);
/* It has come back, by the event. */
void think_read_done(struct step *, const struct json *result);
/* The visitor has heard enough. False: nothing was being thought about. */
bool think_stop(struct step *);
/* Something else was decided meanwhile: an answer that comes later is dropped. */
void think_abandon(struct step *);

#endif
