/* lookup.h - has a stored request been carried out? Asked when its outcome is not known. Pure.
 *
 * A short run of GETs, driven like zendesk/run.h. What is looked for is what the request itself left behind: a created ticket
 * its external id, a change the operation in the ticket's audit, a customer's record the values that were written.
 *
 *     zendesk_lookup_begin -> CALL -> zendesk_lookup_answer -> CALL ... -> FOUND | NOT_FOUND | FAILED
 *
 * NOT_FOUND says what Zendesk's lists say, which can be minutes behind: whoever sends again waits first, unless
 * zendesk_may_repeat says that sending twice is harmless.
 */
#ifndef ZENDESK_LOOKUP_H
#define ZENDESK_LOOKUP_H

#include "zendesk/run.h"

enum lookup_next {
    LOOKUP_CALL,
    LOOKUP_FOUND,     /* carried out: run.result is the action's result */
    LOOKUP_NOT_FOUND, /* no trace of it */
    LOOKUP_FAILED,    /* not known: run.problem says why the question could not be answered */
};

struct zendesk_lookup {
    struct zendesk_run run;      /* run.request is the next call; run.result and run.problem are what came out */
    struct zendesk_request sent; /* the stored request */
    int64_t ticket_id;           /* found or addressed; 0: none */
    size_t ticket_count;         /* tickets with the external id: of several, duplicates, the lowest id is taken */
};

/* `sent` is the stored request; setting.external_id and setting.operation are those that it was made with. Everything is
 * borrowed until the look-up is over. */
enum lookup_next zendesk_lookup_begin(struct zendesk_lookup *, const struct action_spec *, const struct zendesk_request *sent,
                                      const struct zendesk_setting *, struct arena *);
/* `answer` is any status; a missing answer (network fault) leaves the question open: ask again. */
enum lookup_next zendesk_lookup_answer(struct zendesk_lookup *, const struct http_answer *);

/* Is a second send of the same bytes harmless, whatever became of the first? */
bool zendesk_may_repeat(const struct zendesk_request *sent);

#endif
