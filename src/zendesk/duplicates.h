/* duplicates.h - how many tickets did one confirmed request make? There is to be one. Of several the oldest is kept, and the others are solved with a tag and a note that names it. Pure.
 *
 *     duplicates_begin -> CALL -> duplicates_answer -> CALL ... -> DONE | FAILED
 *
 * What was solved bears its tag, so going through it again changes nothing.
 */
#ifndef ZENDESK_DUPLICATES_H
#define ZENDESK_DUPLICATES_H

#include "zendesk/run.h"

enum { DUPLICATES_MAX = 16 };

enum duplicates_next {
    DUPLICATES_CALL,   /* `request` is the next one; one that writes is an update of a ticket */
    DUPLICATES_DONE,   /* count, kept, solved and left say what was found and done */
    DUPLICATES_FAILED, /* Zendesk could not be asked: again later */
};

struct duplicates {
    const struct zendesk_setting *setting; /* external_id: of the request */
    struct arena *arena;
    struct zendesk_request request;
    size_t count;  /* tickets with the external id */
    int64_t kept;  /* the lowest; 0: there is none */
    size_t solved; /* of the others, in this run */
    size_t left;   /* that Zendesk did not let be solved */
    struct duplicate {
        int64_t id;
        struct str body; /* of the update that solves it; empty: it bears the tag already */
    } tickets[DUPLICATES_MAX];
    size_t next;
};

/* setting and arena are borrowed until it is over. */
enum duplicates_next duplicates_begin(struct duplicates *, const struct zendesk_setting *, struct arena *);
/* `answer` is any status. */
enum duplicates_next duplicates_answer(struct duplicates *, const struct http_answer *answer);

#endif
