/* sign_in.h - starting a session, for the handlers of sign_in.c and for whoever has to replace one. */
#ifndef WEB_SIGN_IN_H
#define WEB_SIGN_IN_H

#include "web/call.h"

struct session_job {
    struct call_job head;
    struct member member; /* whose session it is */
    struct workspace workspace;
    struct str token; /* of the new session; empty when none was made */
    int64_t expires_at;
};

/* In a job that writes: makes a session for job->member, and ends the one that the request came with. Fills token, expires_at and workspace. */
enum status session_start(struct store_tx *, struct web_call *, bool from_link, struct session_job *) must_check;
/* Adds the Set-Cookie header; an empty token takes the cookie away. */
void session_set_cookie(struct web_call *, struct str token);

#endif
