/* leak.h - is the system prompt being recited? Whoever asks a model for its instructions gets them from a willing one, so what is private of them is looked for in every answer.
 *
 * Private are our own rules, and those sentences of the agent's instructions that tell the agent what to do ("Never offer a discount"). What the instructions say of the company ("Doors are
 * repaired for free within two years") is there to be told.
 * Texts are compared by their letters and digits alone, forwards and backwards, so that blanks, marks, other alphabets' look-alikes and line ends between them change nothing. A translation or a
 * cipher is not recognised: that is why a prompt holds no secret.
 *
 * Life: leak_open, leak_found for each piece of an answer that is about to be shown. Memory is in the arena. Pure.
 */
#ifndef AGENT_LEAK_H
#define AGENT_LEAK_H

#include "base/arena.h"

enum { LEAK_CHARS = 28 }; /* a run of so many letters and digits is no accident: about six words */

struct leak {
    struct str hidden[2]; /* the letters and digits of what is private, a NUL between texts: forwards and backwards */
};

/* `rules`: the prompt without the workspace's instructions. */
void leak_open(struct leak *, struct str rules, struct str instructions, struct arena *);
/* A run that is cut in two is not found: give it with what was said before. `arena`: for what is needed meanwhile. */
bool leak_found(const struct leak *, struct str text, struct arena *);

#endif
