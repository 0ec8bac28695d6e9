/* prompt.h - the system prompt: who the agent is, who is asking, what it may do, and the rules of honesty, from facts in one place.
 *
 * The text is a function of its facts and nothing else, so that it can be read and tested (test/cases/prompt). It holds no secret, and nothing in it is a wall: what a model may do is decided by
 * tools.h, provenance.h, policy.h and the gate, whatever it has been told here.
 */
#ifndef AGENT_PROMPT_H
#define AGENT_PROMPT_H

#include "agent/leak.h"
#include "agent/turn.h"

struct prompt_facts {
    const struct turn_world *world;
    struct str tone;      /* in the workspace's words; empty: none was set */
    struct str languages; /* that it answers in, as codes: "en,de"; empty: the customer's */
    int64_t at_ms;        /* today is the day of it, UTC */
};

/* In the arena. */
struct str prompt_system(const struct prompt_facts *, struct arena *);
/* The part of it that is the same for everybody: our rules. */
struct str prompt_rules(void);
/* What of the agent's prompt must not be recited. */
void prompt_hidden(const struct agent_settings *, struct arena *, struct leak *);

#endif
