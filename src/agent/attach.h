/* attach.h - the files that were uploaded in a conversation: they go with its next ticket or comment, and with nothing else.
 *
 * They stand in the world (struct turn_world, files), not in the draft: what is agreed to is always made of those that wait at that moment, so a file that came or ended since it was shown leads
 * to another proposal.
 */
#ifndef AGENT_ATTACH_H
#define AGENT_ATTACH_H

#include "agent/step.h"

/* The argument "uploads" as JSON; empty when no file goes along. Files that Zendesk has forgotten by now are named before the next words of the step. */
struct str attach_tokens(struct step *);
/* The read-back with the line of the files that the arguments name: "With the file invoice.pdf (84 kB)". */
struct str attach_told(struct step *, struct str readback, struct str arguments);
/* Zendesk left a file out, as the receipt of what was done says: the visitor is asked for it again. */
bool attach_was_left_out(const struct json *result);
/* "84 kB" */
struct str attach_size(int64_t bytes, struct arena *);

#endif
