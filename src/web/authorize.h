/* authorize.h - may this actor do this action to this object: the one place that decides. Pure.
 *
 * The action is a permission: which role, and what an API key has to be made for. Each row of routes.def names one, and there is no default, so a route without a rule does
 * not build. The object says whose it is, and what has to be one's own to touch it or to give it away.
 */
#ifndef WEB_AUTHORIZE_H
#define WEB_AUTHORIZE_H

#include "model/problem.h"
#include "web/actor.h"

enum rule {
    RULE_PUBLIC,
    RULE_VIEWER, /* this role or a higher one */
    RULE_EDITOR,
    RULE_ADMIN,
    RULE_OWNER,
    RULE_PERSON,  /* any member, signed in; not a key */
    RULE_PROGRAM, /* not a browser: an admin's key, or a local peer */
    RULE_NEAR_OR_ADMIN,
};

struct permission {
    enum rule rule;
    enum key_scope scope; /* SCOPE_COUNT: keys need none */
};

struct object {
    struct str workspace; /* empty: the actor's own */
    enum role role;       /* of the member it is, or the role that is given */
    unsigned scopes;      /* that are given */
};

/* OK; E_NOT_FOUND for what belongs to another workspace, which is not there for the actor; E_DENIED with the problem: sign in first, the role is too low, the key has not the
 * scope, or more would be given than one has. `object` may be NULL: none is known yet. */
enum status authorize(const struct actor *, struct permission action, const struct object *, struct problem *) must_check;
const char *rule_role(enum rule); /* what the rule asks for, in words */

#endif
