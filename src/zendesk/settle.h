/* settle.h - a person says which ticket a request came to: is it there, whose is it, and can it be that one? Pure; one GET.
 */
#ifndef ZENDESK_SETTLE_H
#define ZENDESK_SETTLE_H

#include "zendesk/run.h"

struct zendesk_settle {
    const struct zendesk_setting *setting; /* external_id: of the request */
    struct arena *arena;
    int64_t ticket_id;              /* what the person said */
    int64_t wanted_id;              /* the one ticket that the request changes; 0: it makes a new one */
    struct zendesk_request request; /* after zendesk_settle_begin: to be sent */
    struct str subject, requester;  /* as Zendesk shows them: "Jane Doe <jane@example.com>" */
    struct str result;              /* JSON: what stands in the place of the receipt */
    struct problem problem;         /* why not */
};

/* False: `problem` says why it cannot be. setting, arena, ticket_id and wanted_id are set; all is borrowed. */
bool zendesk_settle_begin(struct zendesk_settle *) must_check;
/* `answer` is any status. False: `problem`. */
bool zendesk_settle_answer(struct zendesk_settle *, const struct http_answer *answer) must_check;

#endif
