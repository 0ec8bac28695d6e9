/* reauth.h - proving again who one is: the password, before what a stolen session must not do; and how long somebody has to wait who failed too often. */
#ifndef WEB_REAUTH_H
#define WEB_REAUTH_H

#include "web/call.h"
#include "web/passwords.h"

/* Over a network without encryption nobody signs in: password and cookie would be anybody's. True: answered with what to open instead. */
bool reauth_is_exposed(struct web_call *);

/* Failures are counted for whom somebody says to be (an e-mail, a link, a member) and for the address that they come from. */
bool reauth_waits(struct web_call *, struct str who); /* true: answered with 429 */
void reauth_failed(struct web_call *, struct str who);

typedef void reauth_fn(void *context);

struct reauth {
    struct password_job work;
    struct web_call *call;
    struct str who;
    reauth_fn *then;
    void *context;
};

/* Goes on with `then` when the body's current_password is the member's. It is not asked for where there is none, nor shortly after a one-time link, which stands in for it, nor of a
 * local peer. Otherwise the call is answered. `reauth` lives in the call's arena. */
void reauth_begin(struct reauth *, struct web_call *, const struct member *, reauth_fn *then, void *context);

#endif
