/* actor.h - who is asking. Whether they may is authorize.h's to say.
 *
 * Three ways to be somebody: an API key (Authorization: Bearer ck_...), the console's session cookie, or a trusted local peer (the Unix socket with the same user
 * or root at the other end, or an in-process call), who acts as the owner of the first workspace. A request that carries a key is judged by the key alone.
 */
#ifndef WEB_ACTOR_H
#define WEB_ACTOR_H

#include "model/nouns.h"

struct web_call;
typedef void call_fn(struct web_call *);

enum {
    SESSION_IDLE_MS = 8 * 60 * 60 * 1000,
    SESSION_LIFE_MS = 24 * 60 * 60 * 1000,
    SESSION_LINK_FRESH_MS = 15 * 60 * 1000, /* after signing in by a link: a password may be set without the old one */
    ACTOR_TOUCH_MS = 60 * 1000,             /* "last seen" is this coarse, so that reads stay reads */
};

enum actor_kind { ACTOR_NOBODY, ACTOR_KEY, ACTOR_SESSION, ACTOR_LOCAL };

struct actor {
    enum actor_kind kind;
    enum role role;
    unsigned scopes; /* ACTOR_KEY only: what else it was made for; a bit for each enum key_scope */
    struct str workspace;
    struct str id;      /* key_..., or the member's */
    struct str session; /* ses_...; ACTOR_SESSION only */
    int64_t session_expires_at;
    bool has_fresh_link;
    bool lacks_factor; /* the workspace wants a second factor of this role, and there is none: only the own account is open */
    bool is_near;      /* a peer on this machine that no proxy speaks for */
};

/* Fills call->actor and call->now_at, then goes on with `next`. A key that is not accepted is answered here; a session that has ended is nobody. */
void actor_find(struct web_call *, call_fn *next);

#endif
