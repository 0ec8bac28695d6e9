/* second_factor.h - a member's authenticator app, where signing in asks for it. Setting it up is in routes.def: /members/me/second-factor. */
#ifndef WEB_SECOND_FACTOR_H
#define WEB_SECOND_FACTOR_H

#include "web/call.h"

/* In a job that writes. *refusal is PROBLEM_NONE when the member has no second factor, or `code` is a right one (of the app, or a recovery code), which is used up by this;
 * else it says what is to be told. Anything but OK is the storage's. */
enum status second_factor_check(struct store_tx *, struct web_call *, const struct member *, struct str code,
                                enum problem_id *refusal) must_check;

#endif
