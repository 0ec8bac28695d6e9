/* passwords.h - Argon2id on the worker pool, one at a time: each takes 19 MiB and about 20 ms (vault/password.h).
 *
 * A job is the caller's memory and must live until `done`, which comes on the loop's thread. At most PASSWORDS_WAITING_MAX wait; more are refused, so that a flood of
 * sign-ins costs neither memory nor everybody's patience.
 */
#ifndef WEB_PASSWORDS_H
#define WEB_PASSWORDS_H

#include "net/loop.h"
#include "vault/password.h"

enum { PASSWORDS_WAITING_MAX = 16 };

enum password_work {
    PASSWORD_CHECK, /* `password` against `against`; an empty one takes the same time and never matches */
    PASSWORD_MAKE,  /* the hash of `password` into `made` */
};

struct password_job {
    enum password_work work;
    struct str password, against; /* borrowed until done */
    loop_fn *done;
    void *context;
    /* outcome */
    bool matches;
    enum status status; /* of PASSWORD_MAKE */
    char made[PASSWORD_HASH_MAX];
    /* its own */
    struct passwords *queue;
    struct password_job *next;
};

struct passwords;
struct passwords *passwords_open(struct loop *); /* returns new */
void passwords_close(struct passwords *);        /* nothing may be waiting */
/* E_UNAVAILABLE: too many wait; done is not called. */
enum status passwords_submit(struct passwords *, struct password_job *) must_check;

#endif
