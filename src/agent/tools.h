/* tools.h - the actions as a model's tools: which are offered, and what of a call is let through. What comes back is in results.h.
 *
 * Everything comes from the action table and from what the server knows (turn_world). A person who is not a member never names whom an action is about: their own address is put in, and the
 * arguments that could name somebody else are not offered. Nothing here asks or sends; a call that passes goes the way of every proposal (policy, confirmation, outbox).
 * Pure; strings are in the arena.
 */
#ifndef AGENT_TOOLS_H
#define AGENT_TOOLS_H

#include "agent/turn.h"
#include "model/message.h"

enum { TOOLS_CALLS_PER_TURN_MAX = 8 };

struct tools {
    struct model_tool items[ACTION_COUNT];
    size_t count;
};

/* The actions that policy allows to whoever is asking, in the table's order; those that it does not are not there at all. */
void tools_offer(const struct turn_world *, struct arena *, struct tools *out);

enum tools_verdict {
    TOOLS_GOOD,
    TOOLS_INCOMPLETE, /* only details are missing: they can be asked for */
    TOOLS_WRONG,      /* the model may mend the call, once */
    TOOLS_REFUSED,    /* no such tool, or not for this person: mending does not help */
};

struct tools_call {
    enum tools_verdict verdict;
    enum action_kind kind; /* not set when TOOLS_REFUSED */
    struct str
        arguments; /* canonical JSON. TOOLS_GOOD: checked and complete. TOOLS_INCOMPLETE: what was given, not all checked. Else empty or not to be used */
    struct str field;  /* at fault or missing; empty when it is none in particular */
    struct str reason; /* for the model; empty when TOOLS_GOOD */
};

/* A call against the tools that are offered now: numbers as text, text where a list is wanted, and choices in another case are put right ("High" is high); empty values count as not given;
 * arguments that the action does not know are refused. */
void tools_check(const struct turn_world *, const struct model_call *, struct arena *, struct tools_call *out);

#endif
