/* thinking.h - a model's answer to a conversation, while it is made: asked once the step that wants it is stored, shown sentence by sentence as the gate lets it through, handed to the machine as an event
 * at its end. Private to the flow room.
 *
 * What is shown while it is made is a preview: the message that is stored passes the gate again, in the transaction that stores it. At most one runs for each conversation, in lane->thinking.
 *
 * Life: thinking_prepare inside the job; thinking_start after its commit, or thinking_free when there was none. It frees itself when its event has been handed over.
 */
#ifndef FLOW_THINKING_H
#define FLOW_THINKING_H

#include "flow/recall.h"

struct thinking;

/* Stores the run, and copies everything that the call needs. E_LIMIT: more than a request can hold. */
enum status thinking_prepare(struct store_tx *, struct step *, const struct turn *, const struct turn_world *,
                             struct thinking **) must_check;
void thinking_start(struct thinking *, struct lane *);
void thinking_free(struct thinking *);

/* The machine waits for the call of this id, or for none: ends every other. */
void thinking_keep(struct lane *, struct str asking);
/* The words that watchers have seen of the answer that is being made; no more of them will be shown. Empty when there is none. */
struct str thinking_freeze(struct lane *, struct arena *);
/* The same for a watcher that comes in the middle: what was shown so far, and of which turn. False: nothing. */
bool thinking_shown(const struct lane *, struct str *turn, struct str *text);

/* For those that an ended process left: the machine is told that the call was cut. */
void thinking_cut(struct flow *, const struct model_run *);

#endif
