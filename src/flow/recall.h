/* recall.h - what a model may know of a conversation: its messages, what its actions came to, and whose words all that is. Read inside a step's job; private to the flow room.
 *
 * Everything is made anew from the stored rows each time: nothing of it has to be kept, and an erased conversation leaves nothing behind.
 */
#ifndef FLOW_RECALL_H
#define FLOW_RECALL_H

#include "agent/claim.h"
#include "agent/provenance.h"
#include "flow/step.h"

struct recall {
    const struct message *messages; /* the newest, oldest first; what the visitor writes in this very step is the last */
    size_t message_count;
    const struct action *actions; /* oldest first */
    size_t action_count;
    struct claim_receipt *receipts; /* of these, with room for TURN_EFFECTS_MAX more */
    size_t receipt_count;
    struct str *known;
    size_t known_count;
    struct str taught; /* the agent's instructions */
    struct provenance provenance;
    int64_t tokens; /* estimated, of all that could be sent */
};

/* Fills it and the world's share of it. Its parsed results live until recall_clear. */
enum status recall_load(struct store_tx *, struct step *, const struct turn *, struct turn_world *, struct recall *) must_check;
void recall_clear(struct recall *);
/* The conversation before the message that is thought about, this message, and what has been said to and by models since. `random` makes the fences' mark.
 * In the arena. */
void recall_history(const struct recall *, const struct turn *, const uint8_t random[TURN_RANDOM_BYTES], struct arena *,
                    struct model_turn **turns, size_t *count);

#endif
