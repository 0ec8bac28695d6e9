/* results.h - what came of a tool call, put to the model: typed, fenced, capped.
 *
 * A result holds texts that other people wrote (subjects, comments, names). They stand in a fence (fence.h); outside of it stand our own words alone. Of a failure nothing is passed on but the
 * catalogue's name of it, as Zendesk's words are other people's, too.
 * Pure; strings are in the arena.
 */
#ifndef AGENT_RESULTS_H
#define AGENT_RESULTS_H

#include "agent/turn.h"

enum {
    RESULTS_ITEMS_MAX = 10,        /* of one list */
    RESULTS_TEXT_CHARS_MAX = 2000, /* of one text */
    RESULTS_BYTES_MAX = 24 * 1024
};

/* A heading, and the result's JSON between marks, its texts cleaned and cut and its lists capped ("10 of 40 shown"). `mark`: fence_mark of this step. A result that is no JSON object gives a
 * heading alone. */
struct str results_done(enum action_kind, struct str result, struct str mark, struct arena *);
/* In words that do not tell a record of somebody else from one that is not there. */
struct str results_failed(enum action_kind, const struct problem *, struct arena *);

#endif
